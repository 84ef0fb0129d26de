"""What is known already while an officer still writes something down: whose number it is, and what was said of it.

Hints, as far as the officer may see the tickets they come from: nobody is joined and nothing is merged by them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from channels.base import Inbound
from config.schema import Right
from inbox import counter, tracking
from inbox.actor import Actor
from inbox.forms import clean
from inbox.refused import Forbidden
from inbox.search import Filters, Search
from inbox.tickets import Tickets
from inbox.together import Suggestion, looking_alike

_MOST_TICKETS = 12
_MOST_PEOPLE = 4
_FEWEST_DIGITS = 6
_SHORTEST_MAIL = 6
_SHORTEST_TEXT = 12
_LOOKED_AT = 2_000
_NO_DIGIT = re.compile(r"\D+")


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who was here with that number or address: their name, their last ticket, and how many were found."""

    name: str
    number: str
    many: int


@dataclass(frozen=True, slots=True)
class Recognised:
    """What is known of what was typed so far. ``kind`` is the id of the kind that it calls itself."""

    people: tuple[Known, ...]
    alike: tuple[Suggestion, ...]
    kind: str


class Recognising:
    """Reads; the right is the one to register."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets, self._search = tickets, Search(tickets)

    async def look(self, by: Actor, *, contact: str, text: str, object_: str, place: str, now: datetime) -> Recognised:
        """Everything at once. Raises: Forbidden ``no-right``."""
        office = self._tickets.offices.office(by.office)
        if not by.may(office, Right.REGISTER):
            raise Forbidden("no-right", right=Right.REGISTER)
        text = clean(text)[:_LOOKED_AT]
        alike: tuple[Suggestion, ...] = ()
        if len(text) >= _SHORTEST_TEXT:
            async with self._tickets.database.reading():
                alike = await looking_alike(
                    self._tickets.seal(by), text=f"{text} {clean(object_)}", place=clean(place), now=now
                )
        return Recognised(await self._people(by, contact, now), alike, counter.guessed(office, text))

    async def check_new(self, by: Actor, channel: str, inbound: Inbound) -> None:
        """What another service numbers is taken down once. Raises Refused ``tracking-known``."""
        kind = counter.kind_of(self._tickets.offices.office(by.office), channel)
        own = inbound.fields.get(f"{counter.FACT}{tracking.FIELD}", "")
        async with self._tickets.database.reading():
            await tracking.check_new(channel, kind, own, inbound.sender)

    async def _people(self, by: Actor, contact: str, now: datetime) -> tuple[Known, ...]:
        asked = _asked(contact)
        if not asked:
            return ()
        found = await self._search.tickets(by, Filters(status="all", q=asked), now, limit=_MOST_TICKETS)
        named: dict[str, list[str]] = {}
        for row in found.rows:
            if row.citizen and not row.hidden:
                named.setdefault(row.citizen, []).append(row.number)
        people = (Known(name, numbers[0], len(numbers)) for name, numbers in named.items())
        return tuple(people)[:_MOST_PEOPLE]


def _asked(contact: str) -> str:
    """A number as far as it is typed, or a mail address; empty for what is neither yet."""
    typed = clean(contact)[:200]
    if "@" in typed:
        return typed if len(typed) >= _SHORTEST_MAIL and " " not in typed else ""
    digits = _NO_DIGIT.sub("", typed)
    return digits if len(digits) >= _FEWEST_DIGITS else ""
