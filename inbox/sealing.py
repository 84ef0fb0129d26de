"""Who may know who complained, and what everybody else is shown instead: the one policy over sealed tickets.

An officer sees the identity behind a sealed ticket with the right ``identity``, or after opening its seal; anybody else
reads a pseudonym and nothing to reach them by. Whoever hands a citizen's name or address to a page asks here. What is
known of a person is taken out of every text beside it; a name that is unknown to the record cannot be.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from config.schema import Office, Right
from inbox import ciphering, database
from inbox.actor import Actor
from inbox.models import Address, Ticket, TicketLink
from inbox.refused import Forbidden
from inbox.secrecy import SEALED, pseudonym

T = TypeVar("T")
HIDDEN = "•••"
_SHORTEST_NAME, _SHORTEST_NUMBER = 3, 8
_NUMBER = re.compile(r"\+?\(?\d[\d\s().\-–/]{6,22}\d")
# The fields of a form or a counter's sheet in which somebody says who complains.
_NAMES = frozenset({"name", "nama", "citizen", "reporter", "pengadu"})
_REACHES = frozenset({"contact", "kontak", "phone", "telepon", "email", "call_back", "sender"})
_KNOWN = """SELECT t.id, 'name' AS kind, c.name AS text FROM ticket t JOIN citizen c ON c.id = t.citizen_id
WHERE t.id IN ({ids})
UNION ALL SELECT t.id, 'name', c.name FROM ticket t JOIN joining j ON j.kept_id = t.citizen_id
JOIN citizen c ON c.id = j.moved_id WHERE t.id IN ({ids})
UNION ALL SELECT t.id, 'reach', a.value FROM ticket t JOIN address a ON a.citizen_id = t.citizen_id
WHERE t.id IN ({ids})
UNION ALL SELECT l.ticket_id, 'reach', a.value FROM ticket_link l JOIN conversation v ON v.id = l.conversation_id
JOIN address a ON a.id = v.address_id WHERE l.ticket_id IN ({ids})
UNION ALL SELECT ticket_id, 'values', CAST("values" AS TEXT) FROM message
WHERE ticket_id IN ({ids}) AND direction = 'in'
UNION ALL SELECT ticket_id, 'values', CAST("values" AS TEXT) FROM paper WHERE ticket_id IN ({ids})"""


@dataclass(frozen=True, slots=True)
class Identity:
    """What is known of who complained, to be kept out of texts. ``called``: what stands there instead of the name."""

    called: str
    words: re.Pattern[str] | None
    tails: frozenset[str]

    def hide(self, text: str) -> str:
        """The text without the name, its parts, and whatever they can be reached by."""
        hidden = self.words.sub(HIDDEN, text) if self.words and text else text
        return _NUMBER.sub(self._number, hidden) if self.tails and hidden else hidden

    def hide_all(self, value: Any) -> Any:
        """The same for every text within lists and mappings."""
        if isinstance(value, str):
            return self.hide(value)
        if isinstance(value, dict):
            return type(value)({key: self.hide_all(one) for key, one in value.items()})
        return type(value)(self.hide_all(one) for one in value) if isinstance(value, list | tuple) else value

    def emptied(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The same for what was filled in, where whole fields say who complains."""
        return {key: "" if key in _NAMES | _REACHES else self._inside(one) for key, one in values.items()}

    def _inside(self, value: Any) -> Any:
        return self.emptied(value) if isinstance(value, Mapping) else self.hide_all(value)

    def kept(self, before: Any, now: Any) -> Any:
        """What somebody sent back, who was shown ``before`` without what they may not know: unchanged, it stays."""
        return before if isinstance(before, str) and now == self.hide(before) else now

    def _number(self, found: re.Match[str]) -> str:
        return HIDDEN if _tail(found[0]) in self.tails else found[0]


@dataclass(frozen=True, slots=True)
class Seal:
    """The policy for one officer. ``key`` is the installation's, of this purpose alone."""

    by: Actor
    office: Office
    key: bytes = field(repr=False)

    @property
    def sees_all(self) -> bool:
        """Whether no seal of the office stands before this officer."""
        return self.by.may(self.office, Right.IDENTITY)

    def opens(self, secrecy: str, ticket_id: int) -> bool:
        """Whether the officer may know who complained, of a ticket of that secrecy."""
        return secrecy != SEALED or self.sees_all or ticket_id in self.by.opened

    def sees(self, ticket: Ticket) -> bool:
        """The same of a ticket at hand."""
        return self.opens(ticket.secrecy, ticket.id)

    def check(self, ticket: Ticket) -> None:
        """Raises Forbidden ``sealed``."""
        if not self.sees(ticket):
            raise Forbidden("sealed")

    def called(self, ticket_id: int) -> str:
        """The pseudonym."""
        return pseudonym(self.key, ticket_id)

    def known(self, tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
        """Those whose person the officer may know: what persons are looked up and compared by."""
        if self.sees_all:
            return tickets
        return tickets.filter(~Q(secrecy=SEALED) | Q(id__in=list(self.by.opened)))

    def reachable(self, addresses: QuerySet[Address]) -> QuerySet[Address]:
        """Those of nobody behind a seal that the officer has not opened."""
        if self.sees_all:
            return addresses
        shut = Ticket.filter(office=self.office.id, secrecy=SEALED).exclude(id__in=list(self.by.opened))
        speaking = TicketLink.filter(ticket_id__in=Subquery(shut.values("id"))).values("conversation__address_id")
        named = Q(citizen_id__in=Subquery(shut.values("citizen_id"))) | Q(id__in=Subquery(speaking))
        return addresses.filter(~named)

    async def identities(self, tickets: Iterable[tuple[int, str]]) -> dict[int, Identity]:
        """What to keep out of the texts of these (id, secrecy), by id; nothing for those that the officer may know.

        One statement where there are any; inside ``database.reading`` or a transaction.
        """
        shut = [id_ for id_, secrecy in tickets if not self.opens(secrecy, id_)]
        known = await known_of(shut)
        return {id_: identity(self.called(id_), *known[id_]) for id_ in shut}

    async def summaries(self, rows: Sequence[Mapping[str, Any]]) -> list[str]:
        """The summaries of rows with ``id``, ``secrecy`` and ``summary``, as the officer may read them."""
        hidden = await self.identities((int(row["id"]), row["secrecy"]) for row in rows)
        return [hidden[row["id"]].hide(row["summary"]) if row["id"] in hidden else row["summary"] for row in rows]

    async def identity(self, ticket: Ticket) -> Identity | None:
        """The same of one; None where the officer may know."""
        return (await self.identities([(ticket.id, ticket.secrecy)])).get(ticket.id)


async def known_of(tickets: Collection[int]) -> dict[int, tuple[set[str], set[str]]]:
    """By ticket: the names, and the ways to reach them, that the record knows of who complained."""
    found: dict[int, tuple[set[str], set[str]]] = {id_: (set(), set()) for id_ in tickets}
    if not found:
        return found
    places = ", ".join(f"${place}" for place, _ in enumerate(found, start=1))
    for row in await database.rows(_KNOWN.format(ids=places), list(found)):
        gather(row["kind"], text_of(row["kind"], row["text"]), *found[row["id"]])
    return found


def text_of(kind: str, text: str | None) -> str:
    """What a row says of somebody, where it lies encrypted: ``values`` as JSON."""
    if kind == "values" and text and text.startswith('"'):
        return ciphering.opened(json.loads(text))
    return ciphering.opened(text or "")


def gather(kind: str, text: str, names: set[str], reaches: set[str]) -> None:
    """Put what a row says of somebody where it belongs. ``kind``: name, values (JSON), or a way to reach them."""
    if kind == "values":
        _gather(json.loads(text or "{}"), names, reaches)
    else:
        (names if kind == "name" else reaches).add(text)


def identity(called: str, names: Iterable[str], reaches: Iterable[str]) -> Identity:
    """What is hidden: each name, each word of it, each address; numbers in whatever way they are written."""
    whole = {" ".join(name.split()) for name in names}
    words = {word for name in whole for word in re.findall(r"\w+", name) if len(word) >= _SHORTEST_NAME}
    given = {reach.strip() for reach in reaches}
    addresses = {reach for reach in given if "@" in reach or not _tail(reach)}
    hidden = sorted(filter(None, whole | words | addresses), key=len, reverse=True)
    pattern = "|".join(rf"(?<!\w){re.escape(one)}(?!\w)" for one in hidden)
    tails = frozenset(filter(None, map(_tail, given)))
    return Identity(called, re.compile(pattern, re.IGNORECASE) if pattern else None, tails)


def _tail(number: str) -> str:
    """The last digits of a number, by which +62 812 and 0812 are one; empty for what is none."""
    digits = re.sub(r"\D", "", number)
    return digits[-_SHORTEST_NUMBER:] if len(digits) >= _SHORTEST_NUMBER else ""


def _gather(values: Any, names: set[str], reaches: set[str]) -> None:
    if not isinstance(values, Mapping):
        return
    for key, value in values.items():
        if isinstance(value, Mapping):
            _gather(value, names, reaches)
        elif isinstance(value, str) and key in _NAMES | _REACHES:
            (names if key in _NAMES else reaches).add(value)
