"""Who has a ticket open and who is writing there, as their browsers say while somebody looks; in memory, never stored.

A browser that is silent for a while is gone. Every process knows its own browsers and is told of the others'. Whoever
asks has been found to see the ticket already.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from inbox.actor import Actor
from inbox.live import Event

BEAT_SECONDS = 20
GONE_AFTER = timedelta(seconds=50)
_TYPED_WITHIN = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Here:
    """A colleague at a ticket. ``typing``: words of theirs are not sent yet and were touched just now."""

    officer_id: int
    name: str
    typing: bool
    seen_at: datetime


class Presence:
    """``announce`` is told when who is there, or writes, has changed; ``beyond`` takes what we know to others."""

    def __init__(
        self, announce: Callable[[Event], None], beyond: Callable[[dict[str, Any]], None] = lambda _: None
    ) -> None:
        self._announce, self._beyond = announce, beyond
        self._at: dict[tuple[str, str], dict[int, Here]] = {}
        self._swept: datetime | None = None

    def beat(self, by: Actor, number: str, now: datetime, *, typing: bool = False) -> tuple[Here, ...]:
        """The officer is there; answers who else is."""
        self._sweep(now)
        there = self._at.setdefault((by.office, number), {})
        before = there.get(by.officer_id)
        there[by.officer_id] = Here(by.officer_id, by.name, typing, now)
        self._beyond(_spelt(by, number, there[by.officer_id]))
        gone = [one.officer_id for one in there.values() if now - one.seen_at > GONE_AFTER]
        for officer_id in gone:
            del there[officer_id]
        if before is None or before.typing != typing or gone:
            self._tell(by, number)
        return tuple(_still(one, now) for one in there.values() if one.officer_id != by.officer_id)

    def leave(self, by: Actor, number: str) -> None:
        """The officer looks elsewhere."""
        there = self._at.get((by.office, number), {})
        if there.pop(by.officer_id, None) is None:
            return
        if not there:
            del self._at[by.office, number]
        self._beyond(_spelt(by, number, None))
        self._tell(by, number)

    def relay(self, told: Mapping[str, Any]) -> None:
        """What another process knows of one officer; it announces by itself what changed."""
        there = self._at.setdefault((told["office"], told["number"]), {})
        officer_id = told["officer"]
        if told["at"] is None:
            there.pop(officer_id, None)
        else:
            there[officer_id] = Here(officer_id, told["name"], told["typing"], datetime.fromisoformat(told["at"]))

    def _sweep(self, now: datetime) -> None:
        """Now and then, forget the tickets that everybody has gone from without a word."""
        if self._swept is not None and now - self._swept <= GONE_AFTER:
            return
        self._swept = now
        quiet = [at for at, there in self._at.items() if all(now - one.seen_at > GONE_AFTER for one in there.values())]
        for at in quiet:
            del self._at[at]

    def _tell(self, by: Actor, number: str) -> None:
        self._announce(Event(by.office, "presence", number=number))


def _spelt(by: Actor, number: str, here: Here | None) -> dict[str, Any]:
    at = here.seen_at.isoformat() if here else None
    typing = here is not None and here.typing
    return {
        "office": by.office,
        "number": number,
        "officer": by.officer_id,
        "name": by.name,
        "typing": typing,
        "at": at,
    }


def _still(one: Here, now: datetime) -> Here:
    """Somebody whose browser said nothing for a while does not write any more."""
    typing = one.typing and now - one.seen_at <= _TYPED_WITHIN
    return Here(one.officer_id, one.name, typing, one.seen_at)
