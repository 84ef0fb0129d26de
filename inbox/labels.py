"""Labels: words that officers put on tickets, to find and to count them by. An office keeps its own list.

A retired label is no longer offered and stays on the tickets that have it.
"""

from __future__ import annotations

from datetime import datetime

from tortoise.exceptions import IntegrityError

from config.schema import Office, Right
from inbox.actor import Actor
from inbox.cases import Case
from inbox.forms import check_text
from inbox.held import command
from inbox.models import Label, Ticket, TicketLabel
from inbox.refused import Forbidden, Missing, Refused
from inbox.tickets import Tickets

COLOURS = ("indigo", "green", "brown", "red", "plain")
_LONGEST_NAME = 60


class Labels:
    """An office's labels, and those on its tickets."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def create(self, by: Actor, name: str, colour: str = "", *, now: datetime) -> Label:
        """A new label, or a retired one of that name again. Refused ``label-taken``, ``not-a-choice``."""
        office = self._office(by, Right.ASSIGN)
        name = " ".join(check_text("label", name, _LONGEST_NAME).split())
        if colour and colour not in COLOURS:
            raise Refused("not-a-choice", field="colour", label=colour[:80])
        if await Label.filter(office=office.id, name__iexact=name, retired_at=None).exists():
            raise Refused("label-taken", field="label", label=name)

        async def work() -> Label:
            again = await Label.filter(office=office.id, name=name).first()
            if again is None:
                return await Label.create(office=office.id, name=name, colour=colour, created_at=now)
            again.retired_at, again.colour = None, colour
            await again.save(update_fields=["retired_at", "colour"])
            return again

        try:
            return await self._tickets.database.transaction(work)
        except IntegrityError:
            raise Refused("label-taken", field="label", label=name) from None

    async def retire(self, by: Actor, label_id: int, *, now: datetime) -> Label:
        """Offer it no longer. Missing ``label-missing``."""
        office = self._office(by, Right.ASSIGN)

        async def work() -> Label:
            label = await _known(office.id, label_id)
            label.retired_at = now
            await label.save(update_fields=["retired_at"])
            return label

        return await self._tickets.database.transaction(work)

    async def put(self, by: Actor, number: str, label_id: int, *, now: datetime) -> Ticket:
        """Put it on a ticket; one that is there already stays as it is. Missing ``label-missing``."""

        async def work(case: Case) -> None:
            label = await _known(case.office.id, label_id)
            row = {"ticket_id": case.ticket.id, "label_id": label.id}
            if await TicketLabel.filter(**row).exists():
                return
            await TicketLabel.create(office=case.office.id, officer_id=by.officer_id, created_at=now, **row)
            await case.log("labelled", label=label.name)

        return await command(self._tickets, by, number, work, right=Right.FIELDS, now=now)

    async def take_off(self, by: Actor, number: str, label_id: int, *, now: datetime) -> Ticket:
        """Take it off a ticket, where it is on it."""

        async def work(case: Case) -> None:
            label = await Label.filter(office=case.office.id, id=label_id).first()
            if label and await TicketLabel.filter(ticket_id=case.ticket.id, label_id=label.id).delete():
                await case.log("unlabelled", label=label.name)

        return await command(self._tickets, by, number, work, right=Right.FIELDS, now=now)

    def _office(self, by: Actor, right: Right) -> Office:
        office = self._tickets.offices.office(by.office)
        if not by.may(office, right):
            raise Forbidden("no-right", right=right)
        return office


async def offered(office: str) -> list[Label]:
    """The labels that can be put on, by name; to be read inside ``database.reading``."""
    return await Label.filter(office=office, retired_at=None).order_by("name")


async def _known(office: str, label_id: int) -> Label:
    label = await Label.filter(office=office, id=label_id, retired_at=None).first()
    if label is None:
        raise Missing("label-missing")
    return label
