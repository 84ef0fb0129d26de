"""Holds a record against what the platforms saw: nothing lost, nothing twice, nothing out of its order."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import psycopg

CHANNELS = "('blitar-telegram', 'blitar-sms')"
_CAME = f"""SELECT a.value, m.text FROM message m JOIN conversation c ON c.id = m.conversation_id
JOIN address a ON a.id = c.address_id WHERE m.direction = 'in' AND m.channel IN {CHANNELS} ORDER BY m.id"""
_WENT = f"""SELECT a.value, d.state, d.attempts FROM delivery d JOIN address a ON a.id = d.address_id
WHERE d.channel IN {CHANNELS}"""


@dataclass(frozen=True)
class Seen:
    """The platforms' side: what they were told is taken (who wrote it, and its text, which nobody writes twice), in the
    order of each writer; and how often each address was written to.
    """

    taken: Mapping[str, list[str]]
    heard: Counter[str]


@dataclass(frozen=True)
class Found:
    """What the audit counted."""

    stored: int
    delivered: int
    unsure: int
    tickets: int

    def __str__(self) -> str:
        return f"{self.stored} stored once, {self.delivered} answers once, {self.unsure} unsure, {self.tickets} tickets"


def audit(url: str, seen: Seen) -> Found:
    """Raises AssertionError, saying what is not as it should be."""
    came, went = rows(url, _CAME), rows(url, _WENT)
    _in_order(came, seen)
    unsure = _answered_once(went, seen)
    tickets = _gapless(url)
    assert rows(url, "SELECT count(*) FROM set_aside") == [(0,)]
    return Found(len(came), sum(state != "unsure" for _, state, _ in went), unsure, tickets)


def _in_order(came: list[tuple[Any, ...]], seen: Seen) -> None:
    """Every message that a platform was told we have stands there exactly once, in the order it was written."""
    said: dict[str, list[str]] = {}
    for value, text in came:
        said.setdefault(str(value), []).append(str(text))
    wrong = {who for who in said.keys() | seen.taken.keys() if said.get(who) != seen.taken.get(who)}
    told = {who: (said.get(who), seen.taken.get(who)) for who in sorted(wrong)[:3]}
    assert not wrong, f"{len(wrong)} writers lost something, or stand twice, or in another order: {told}"


def _answered_once(went: list[tuple[Any, ...]], seen: Seen) -> int:
    """Each answer reached its platform once; where nobody can know, it says so and was tried no more."""
    sent = Counter(str(value) for value, state, _ in went if state in {"sent", "delivered", "read"})
    unsure = Counter(str(value) for value, state, _ in went if state == "unsure")
    left = Counter(str(state) for _, state, _ in went if state not in {"sent", "delivered", "read", "unsure"})
    assert not left, f"answers that neither went nor are unsure: {left}"
    for value in {str(row[0]) for row in went}:
        heard = seen.heard[value]
        assert sent[value] <= heard <= sent[value] + unsure[value], f"{value} heard {heard}, {sent[value]} were sent"
    assert not set(seen.heard) - {str(row[0]) for row in went}
    return unsure.total()


def _gapless(url: str) -> int:
    """No number and no step twice; every complaint has its step, its line in the journal and its acknowledgement."""
    ((tickets, numbers),) = rows(url, "SELECT count(*), count(DISTINCT number) FROM ticket")
    assert tickets == numbers, "a number was given twice"
    twice = rows(url, "SELECT ticket_id, ordinal FROM ticket_step GROUP BY ticket_id, ordinal HAVING count(*) > 1")
    assert not twice, "a step stands twice"
    for table in ("ticket_step", "journal", "message"):
        also = "AND x.direction = 'out'" if table == "message" else ""
        sql = (
            f"SELECT count(*) FROM ticket t WHERE NOT EXISTS (SELECT 1 FROM {table} x WHERE x.ticket_id = t.id {also})"
        )
        assert rows(url, sql) == [(0,)], f"a ticket without a {table}"
    return int(tickets)


def rows(url: str, sql: str) -> list[tuple[Any, ...]]:
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(urlsplit(url).path)) as connection:
            return connection.execute(sql).fetchall()
    with psycopg.connect(url.replace("postgres://", "postgresql://")) as connection:
        return connection.execute(sql).fetchall()  # type: ignore[arg-type]
