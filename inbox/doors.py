"""One door as those who look after it see it: what came and went last, what waits, what failed lately and why.

Reads one door in one visit, by indexes of the door's own; keeps what a check at its platform found. Knows no platform.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from channels.base import Fault
from config.schema import ChannelEntry, Office, Right
from inbox import journal
from inbox.actor import Actor
from inbox.database import answers
from inbox.live import Event
from inbox.models import ChannelState
from inbox.refused import Forbidden, Missing
from inbox.sheet import Statement
from inbox.tickets import Tickets

LATELY = timedelta(days=7)
# A thousand of the newest messages are looked at: a door in full use costs no more than a quiet one.
_CAME = "SELECT created_at AS at FROM message WHERE channel = $1 AND direction = 'in' ORDER BY created_at DESC LIMIT 1"
_WENT = "SELECT sent_at AS at FROM delivery WHERE channel = $1 AND sent_at IS NOT NULL ORDER BY created_at DESC LIMIT 1"
_QUEUE = """
    SELECT count(*) AS many, min(created_at) AS at, sum(CASE WHEN attempts > 0 THEN 1 ELSE 0 END) AS again
    FROM delivery WHERE state IN ('queued', 'sending') AND channel = $1
"""
_TRIES = """
    SELECT a.outcome AS reason, count(*) AS many, max(a.started_at) AS at
    FROM (SELECT id FROM delivery WHERE channel = $1 AND created_at > $2 ORDER BY created_at DESC LIMIT 1000) d
    JOIN attempt a ON a.delivery_id = d.id WHERE a.outcome NOT IN ('', 'sent', 'practice') GROUP BY a.outcome
"""
_ENDS = """
    SELECT reason, count(*) AS many, max(created_at) AS at FROM (
        SELECT state, reason, created_at FROM delivery
        WHERE channel = $1 AND created_at > $2 ORDER BY created_at DESC LIMIT 1000
    ) d WHERE state IN ('failed', 'unsure') AND reason <> '' GROUP BY reason
"""
_ASIDE = """
    SELECT reason, count(*) AS many, max(created_at) AS at FROM set_aside
    WHERE channel = $1 AND created_at > $2 GROUP BY reason
"""


@dataclass(frozen=True, slots=True)
class Failing:
    """Why something went wrong, ``many`` times of late, at ``at`` the last time. ``reason`` has a sentence."""

    reason: str
    many: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Checked:
    """The last check at the platform; no ``faults``: all was well. ``by`` is the officer's name."""

    at: datetime
    by: str
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Door:
    """One door. ``oldest_at`` is when the oldest message that waits was written, ``again`` how many of those that wait
    were tried before. ``failing`` is about what went out, ``aside`` about what came in and nobody could digest.
    """

    id: str
    name: str
    kind: str
    last_in_at: datetime | None
    last_out_at: datetime | None
    waiting: int
    again: int
    oldest_at: datetime | None
    failing: tuple[Failing, ...]
    aside: tuple[Failing, ...]
    checked: Checked | None


class Doors:
    """The doors of an officer's office. The rights are ``health`` and ``settings``: one of them is enough."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def one(self, by: Actor, channel: str, now: datetime) -> Door:
        """One door. Raises Forbidden ``no-right``, Missing ``door-missing``."""
        _, entry = self.entry(by, channel)
        async with self._tickets.database.reading():
            found = await answers(_statements(channel, now - LATELY))
            state = await ChannelState.filter(channel=channel).first()
        came, went, queue, tries, ends, aside = found
        return Door(
            id=channel,
            name=entry.name or channel,
            kind=entry.kind,
            last_in_at=_later(_at(came), state.last_in_at if state else None),
            last_out_at=_at(went),
            waiting=int(queue[0]["many"]),
            again=int(queue[0]["again"] or 0),
            oldest_at=_at(queue),
            failing=_failing(tries, ends),
            aside=_failing(aside),
            checked=_checked(state.checked) if state and state.checked else None,
        )

    def entry(self, by: Actor, channel: str) -> tuple[Office, ChannelEntry]:
        """The officer's office and its door. Raises Forbidden ``no-right``, Missing ``door-missing``."""
        office = self._tickets.offices.office(by.office)
        check_right(by, office)
        entry = office.channels.get(channel.removeprefix(f"{office.id}-"))
        if entry is None or not channel.startswith(f"{office.id}-"):
            raise Missing("door-missing")
        return office, entry

    async def found(self, by: Actor, channel: str, faults: Sequence[Fault], now: datetime) -> None:
        """Keep what a check found. Raises as ``entry`` does."""
        office, _ = self.entry(by, channel)
        told = [[one.code, dict(one.values)] for one in faults]
        checked = {"at": now.isoformat(), "by": by.name, "faults": told}

        async def work() -> None:
            await ChannelState.get_or_create(channel=channel, defaults={"office": office.id})
            await ChannelState.filter(channel=channel).update(checked=checked)
            many = str(len(told))
            await journal.write(office.id, "door-checked", actor=by.mark, at=now, channel=channel, many=many)

        await self._tickets.database.transaction(work)
        self._tickets.announce(Event(office.id, "health"))


def check_right(by: Actor, office: Office) -> None:
    """Who looks after doors, or after the office's settings. Raises Forbidden ``no-right``."""
    if not (by.may(office, Right.HEALTH) or by.may(office, Right.SETTINGS)):
        raise Forbidden("no-right", right=Right.HEALTH)


def _statements(channel: str, since: datetime) -> list[Statement]:
    alone = [(sql, [channel]) for sql in (_CAME, _WENT, _QUEUE)]
    return [*alone, *((sql, [channel, since]) for sql in (_TRIES, _ENDS, _ASIDE))]


def _failing(rows: Iterable[Mapping[str, Any]], ends: Iterable[Mapping[str, Any]] = ()) -> tuple[Failing, ...]:
    """The most frequent first. How deliveries ended counts where no attempt tells: a report, or nothing was tried."""
    counted = {str(row["reason"]): row for row in (*ends, *rows)}
    found = [Failing(reason, int(row["many"]), _time(row["at"])) for reason, row in counted.items()]
    return tuple(sorted(found, key=lambda one: (-one.many, one.reason)))


def _checked(kept: Mapping[str, Any]) -> Checked:
    faults = tuple(Fault(code, values) for code, values in kept["faults"])
    return Checked(datetime.fromisoformat(kept["at"]), str(kept["by"]), faults)


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(one, other) if one and other else one or other


def _at(rows: Sequence[Mapping[str, Any]]) -> datetime | None:
    return _time(rows[0]["at"]) if rows and rows[0]["at"] else None


def _time(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)
