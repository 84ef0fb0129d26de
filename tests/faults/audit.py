"""Holds a record against what citizens and platforms saw: nothing lost, nothing twice, nothing out of its order."""

from __future__ import annotations

import hashlib
import os
import re
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

HERE = frozenset({"blitar-web", "mojokerto-obrolan"})
"""Doors from which nothing leaves: what the office says lies on their pages."""
_CAME = """SELECT m.channel, a.id, m.text FROM message m JOIN conversation c ON c.id = m.conversation_id
JOIN address a ON a.id = c.address_id WHERE m.direction = 'in' ORDER BY m.id"""
_WENT = "SELECT d.channel, a.value, d.state FROM delivery d JOIN address a ON a.id = d.address_id"
_NUMBERS = "SELECT m.text, t.number FROM message m JOIN ticket t ON t.id = m.ticket_id WHERE m.channel = 'blitar-web'"
_DONE = frozenset({"sent", "delivered", "read"})


@dataclass(frozen=True)
class Seen:
    """The others' side: by channel and writer what was told to be taken, in its order (nobody writes a text twice); how
    often each address was written to; and the numbers that were shown for a text.
    """

    taken: Mapping[tuple[str, str], list[str]]
    heard: Counter[str]
    receipts: Mapping[str, str]


@dataclass(frozen=True)
class Found:
    """What the audit counted."""

    stored: int
    delivered: int
    unsure: int
    tickets: int
    files: int

    def __str__(self) -> str:
        return (
            f"{self.stored} stored once, {self.delivered} answers once, {self.unsure} unsure, "
            f"{self.tickets} tickets, {self.files} files"
        )


def audit(url: str, files: Path, seen: Seen) -> Found:
    """Raises AssertionError, saying what is not as it should be."""
    came, went = rows(url, _CAME), rows(url, _WENT)
    aside = rows(url, "SELECT channel, reason, detail FROM set_aside LIMIT 3")
    assert not aside, f"sound messages were set aside: {aside}"
    _in_order(came, seen)
    unsure = _answered_once(went, seen)
    tickets = _gapless(url)
    _sealed(url)
    numbers = dict(rows(url, _NUMBERS))
    wrong = {text: number for text, number in seen.receipts.items() if numbers.get(text) != number}
    assert not wrong, f"receipts for something else: {list(wrong.items())[:3]}"
    return Found(len(came), len(went) - unsure, unsure, tickets, _whole(url, files))


def _in_order(came: list[tuple[Any, ...]], seen: Seen) -> None:
    """Every message that a platform was told we have stands there exactly once, in the order it was written."""
    said: dict[tuple[str, int], list[str]] = {}
    for channel, address, text in came:
        said.setdefault((channel, address), []).append(text)
    stands = Counter((channel, *texts) for (channel, _), texts in said.items())
    expected = Counter((channel, *texts) for (channel, _), texts in seen.taken.items())
    lost, other = expected - stands, stands - expected
    told = f"written {list(lost)[:3]}, on record {len(other)}: {list(other)[:3]}"
    assert lost == other, f"{len(lost)} writers lost something, or stand twice, or in another order: {told}"


def _answered_once(went: list[tuple[Any, ...]], seen: Seen) -> int:
    """Each answer reached its platform once; where nobody can know, it says so and was tried no more."""
    left = Counter((str(channel), str(state)) for channel, _, state in went if state not in _DONE | {"unsure"})
    assert not left, f"answers that neither went nor are unsure: {left}"
    away = [(str(value), str(state)) for channel, value, state in went if channel not in HERE]
    sent = Counter(value for value, state in away if state in _DONE)
    unsure = Counter(value for value, state in away if state == "unsure")
    people = {value for value, _ in away}
    wrong = [one for one in people if not sent[one] <= seen.heard[one] <= sent[one] + unsure[one]]
    told = [f"{one} heard {seen.heard[one]}, {sent[one]} were sent, {unsure[one]} unsure" for one in wrong[:5]]
    assert not wrong, f"{len(wrong)} heard more or less than we know: {told}"
    assert not set(seen.heard) - people
    return sum(state == "unsure" for _, _, state in went)


def _gapless(url: str) -> int:
    """No number and no step twice; every complaint has its step, its line in the journal and its acknowledgement; the
    journal has lost no line in its middle on SQLite, where a number is given by the row itself.
    """
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
    if url.startswith("sqlite"):
        ((lines, last),) = rows(url, "SELECT count(*), coalesce(max(id), 0) FROM journal")
        assert lines == last, "a line of the journal is missing"
    nowhere = "SELECT count(*) FROM journal j WHERE j.ticket_id NOT IN (SELECT id FROM ticket)"
    assert rows(url, nowhere) == [(0,)], "the journal tells of a ticket that is not there"
    return int(tickets)


def _sealed(url: str) -> None:
    """The journal's chain holds, as the program itself says: nothing was added below a seal, nothing is gone."""
    said = subprocess.run(
        [sys.executable, "-m", "bot", "journal", "verify"],
        env={**os.environ, "WADUL_DATABASE": url}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.returncode == 0, f"the journal is not as it was sealed: {said.stdout[-2000:]}{said.stderr[-2000:]}"
    assert re.search(r"dalam [1-9]\d* segel", said.stdout), "the journal was never sealed"


def _whole(url: str, files: Path) -> int:
    """Every file that the record names is there, and holds what its name says."""
    found = rows(url, "SELECT digest FROM attachment WHERE state = 'stored'")
    for (digest,) in found:
        content = (files / digest[:2] / digest[2:]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == digest, "a file that is not whole"
    return len(found)


def rows(url: str, sql: str) -> list[tuple[Any, ...]]:
    """What stands in a database."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(urlsplit(url).path)) as connection:
            return connection.execute(sql).fetchall()
    with psycopg.connect(url.replace("postgres://", "postgresql://")) as connection:
        return connection.execute(sql).fetchall()  # type: ignore[arg-type]
