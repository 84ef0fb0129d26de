"""Who is not to be heard for a while: an office's list, by address or by mail domain, each with a reason and an end.

Owns the list and how it is asked; what becomes of a message whose sender stands in it is ``inbox.withholding``'s. A row
holds the address' id, and the journal the row's: where an address is written down stays one place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from channels.base import contact, phone
from config.schema import Office, Right
from inbox import journal, people
from inbox.actor import Actor
from inbox.cases import known_addresses, visible
from inbox.forms import check_text
from inbox.models import Address, Block
from inbox.numbers import normal
from inbox.refused import Forbidden, Missing, Refused
from inbox.sheet import Script
from inbox.tickets import Tickets

T = TypeVar("T")
DAYS = (1, 7, 30, 90, 365)
_LONGEST_REASON = 300
_MOST = 500
_LATELY = timedelta(days=30)
_DOMAIN = re.compile(r"@?([a-z0-9](?:[a-z0-9-]{0,62})(?:\.[a-z0-9][a-z0-9-]{0,62}){1,8})")
# Behind these stand everybody: to block one would shut out citizens who have nothing to do with the nuisance.
_SHARED = """
    gmail.com googlemail.com yahoo.com yahoo.co.id ymail.com rocketmail.com outlook.com outlook.co.id hotmail.com
    live.com msn.com icloud.com me.com proton.me protonmail.com telkom.net co.id go.id or.id ac.id sch.id web.id
    my.id biz.id desa.id net.id mil.id
"""
_EVERYBODYS = frozenset(_SHARED.split())
_STANDING = """
    SELECT address_id, domain FROM block WHERE office = $1 AND expires_at > $2 AND ended_at IS NULL
    AND (address_id IN ({ids}) OR domain IN ({domains}))
"""


@dataclass(frozen=True, slots=True)
class Blocked:
    """Which of some addresses are blocked: their ids, and the mail domains that are."""

    ids: frozenset[int] = frozenset()
    domains: frozenset[str] = frozenset()

    def has(self, address: Address) -> bool:
        """Whether a message from there goes no further."""
        return address.id in self.ids or not self.domains.isdisjoint(_domains(address))


def among(office: str, addresses: Iterable[Address], now: datetime) -> Script[Blocked]:
    """Those of ``addresses`` that are blocked, as one statement of the message road."""
    known = list(addresses)
    if not known:
        return Blocked()
    ids = _padded(sorted({one.id for one in known}))
    domains = _padded(sorted({domain for one in known for domain in _domains(one)}) or [" "])
    places = [f"${place}" for place in range(3, 3 + len(ids) + len(domains))]
    sql = _STANDING.format(ids=", ".join(places[: len(ids)]), domains=", ".join(places[len(ids) :]))
    rows = yield sql, [office, now, *ids, *domains]
    found = [(row["address_id"], row["domain"]) for row in rows]
    return Blocked(frozenset(id_ for id_, _ in found if id_), frozenset(domain for _, domain in found if domain))


class Blocks:
    """An office's list; the right is the one to look after what was set aside."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def standing(self, by: Actor, now: datetime) -> list[Block]:
        """What holds now, the newest first, with the address and who wrote it down."""
        rows = Block.filter(office=self._office(by).id, ended_at=None, expires_at__gt=now)
        async with self._tickets.database.reading():
            return await rows.order_by("-id").limit(_MOST).select_related("address", "officer")

    async def over(self, by: Actor, now: datetime) -> list[Block]:
        """What ended lately, by its time or by hand."""
        rows = Block.filter(office=self._office(by).id, expires_at__gt=now - _LATELY)
        async with self._tickets.database.reading():
            found = await rows.order_by("-id").limit(_MOST).select_related("address", "officer", "ended_by")
        return [row for row in found if row.ended_at or row.expires_at <= now][:20]

    async def senders(self, by: Actor, number: str) -> list[Address]:
        """The addresses that speak on a ticket which the officer may see. Missing ``ticket-missing``."""
        office = self._office(by)
        async with self._tickets.database.reading():
            ticket = await visible(by, office).filter(number=normal(number)).first()
            if ticket is None:
                raise Missing("ticket-missing", number=number[:20])
            talks = Address.filter(conversations__links__ticket_id=ticket.id).exclude(scheme="web")
            if not self._tickets.seal(by).sees(ticket):
                return []
            return await talks.distinct().order_by("id")

    async def add(self, by: Actor, who: str, reason: str, days: str, now: datetime) -> Block:
        """Block ``who``: ``a<address id>``, a telephone number, a mail address, or ``@domain``.

        Refused ``who-unreadable``, ``domain-everybodys``, ``block-stands``, ``not-a-choice``; Missing
        ``address-missing``.
        """
        office = self._office(by)
        reason = check_text("reason", reason, _LONGEST_REASON)
        if not days.isdecimal() or int(days[:4]) not in DAYS:
            raise Refused("not-a-choice", field="days", label=days[:20])
        until = now + timedelta(days=int(days[:4]))

        async def work() -> Block:
            whom = await self._whom(by, office, who.strip(), now)
            standing = Block.filter(office=office.id, ended_at=None, expires_at__gt=now)
            if await standing.filter(**whom).exists():
                raise Refused("block-stands", field="who")
            known: dict[str, Any] = {"officer_id": by.officer_id, "created_at": now, "expires_at": until}
            row = await Block.create(office=office.id, reason=reason, **whom, **known)
            await journal.write(
                office.id, "sender-blocked", actor=by.mark, at=now, block=row.id, days=str(int(days[:4]))
            )
            return row

        return await self._tickets.database.transaction(work)

    async def end(self, by: Actor, block_id: int, now: datetime) -> Block:
        """Before its time. Missing ``block-missing``: it is over, or never was."""
        office = self._office(by)

        async def work() -> Block:
            row = await Block.filter(id=block_id, office=office.id, ended_at=None, expires_at__gt=now).first()
            if row is None:
                raise Missing("block-missing")
            row.ended_at, row.ended_by_id = now, by.officer_id
            await row.save(update_fields=["ended_at", "ended_by_id"])
            await journal.write(office.id, "sender-unblocked", actor=by.mark, at=now, block=row.id)
            return row

        return await self._tickets.database.transaction(work)

    async def _whom(self, by: Actor, office: Office, who: str, now: datetime) -> dict[str, Any]:
        if who[:1] == "a" and who[1:].isdecimal():
            found = (
                await self._tickets.seal(by).reachable(known_addresses(by, office)).filter(id=int(who[1:18])).first()
            )
            if found is None:
                raise Missing("address-missing")
            return {"address_id": found.id}
        if domain := _DOMAIN.fullmatch(who.lower()):
            if domain[1] in _EVERYBODYS:
                raise Refused("domain-everybodys", field="who", domain=domain[1])
            return {"domain": domain[1]}
        scheme, value = contact(who) or ("phone", phone(who))
        if not value:
            raise Refused("who-unreadable", field="who")
        address = await people.meet(office.id, scheme, value, name="", now=now, confirmed=False)
        return {"address_id": address.id}

    def _office(self, by: Actor) -> Office:
        office = self._tickets.offices.office(by.office)
        if not by.may(office, Right.ASIDE):
            raise Forbidden("no-right", right=Right.ASIDE)
        return office


def _domains(address: Address) -> Sequence[str]:
    """The mail domain of an address and those it is part of: ``a.example.id``, ``example.id``; none of a telephone."""
    if address.scheme != "email":
        return ()
    labels = address.value.rpartition("@")[2].split(".")[-8:]
    return [".".join(labels[first:]) for first in range(len(labels) - 1)]


def _padded(values: list[T]) -> list[T]:
    """As many as the next power of two, the last one again and again: few statements, which are prepared once."""
    return values + values[-1:] * ((1 << (len(values) - 1).bit_length()) - len(values))
