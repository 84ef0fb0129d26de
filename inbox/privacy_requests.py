"""What citizens ask about their own data: it is written down, the office is told, and somebody decides.

``data`` is answered at once by whoever was asked. A request to correct or to erase waits for an officer with the right
over settings: erasing is done then (``inbox.erasing``), correcting by the desk's own forms. Journalled by ids alone.
Source: UU 27/2022 art. 6 (correct), 7 (see), 8 (erase); the answer is due within 3x24 hours (art. 30 and 32).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from config.schema import Office, Right
from inbox import journal, notices, whose
from inbox.actor import Actor
from inbox.erasing import Erasing
from inbox.forms import check_text
from inbox.live import Event
from inbox.models import PrivacyRequest, Ticket
from inbox.refused import Forbidden, Missing
from inbox.tickets import Tickets
from inbox.veiling import veil_requests

DATA, CORRECT, ERASE = "data", "correct", "erase"
ANSWERED_WITHIN = timedelta(hours=72)
_LONGEST = 4000
_SHOWN = 50


async def ask(
    office: Office, ticket: Ticket, kind: str, *, citizen_id: int, text: str = "", channel: str = "", now: datetime
) -> PrivacyRequest:
    """Write it down in the caller's transaction; who asks again for what still waits has asked once."""
    waiting = PrivacyRequest.filter(office=office.id, kind=kind, citizen_id=citizen_id, state="asked", text="")
    if kind == ERASE and (known := await waiting.first()):
        return known
    row = await PrivacyRequest.create(
        office=office.id,
        kind=kind,
        citizen_id=citizen_id,
        ticket_id=ticket.id,
        channel=channel,
        text=text[:_LONGEST],
        state="done" if kind == DATA else "asked",
        created_at=now,
        decided_at=now if kind == DATA else None,
    )
    await journal.write(office.id, f"{kind}-asked", actor=journal.CITIZEN, at=now, ticket_id=ticket.id, request=row.id)
    if kind != DATA:
        for role in deciding(office):
            key = f"privacy-{row.id}-{role}"
            await notices.tell(office.id, "privacy", key=key, now=now, role=role, ticket_id=ticket.id)
    return row


def deciding(office: Office) -> list[str]:
    """The roles that may decide."""
    return [id_ for id_, role in office.roles.items() if Right.SETTINGS in role.may]


class PrivacyRequests:
    """The officers' side. Every method raises Forbidden ``no-right``."""

    def __init__(self, tickets: Tickets, erasing: Erasing) -> None:
        self._tickets, self._erasing = tickets, erasing

    async def listed(self, by: Actor) -> list[PrivacyRequest]:
        """What waits, the oldest first, then what was decided lately; each with its ticket and officer; of who is
        behind a seal without their words, which are about nothing but themselves.
        """
        self._check(by)
        rows = PrivacyRequest.filter(office=by.office).select_related("ticket", "officer")
        async with self._tickets.database.reading():
            waiting = await rows.filter(state="asked").order_by("id").limit(_SHOWN)
            found = [*waiting, *await rows.exclude(state="asked").order_by("-id").limit(_SHOWN)]
        seal = self._tickets.seal(by)
        veil_requests(row for row in found if row.ticket and not seal.sees(row.ticket))
        return found

    async def decide(self, by: Actor, id_: int, *, grant: bool, reason: str, now: datetime) -> None:
        """Do what was asked, or say why not. Raises Missing ``privacy-missing``, Refused ``privacy-open``, ..."""
        self._check(by)
        row = await self._one(by, id_)
        reason = check_text("reason", reason, 1000)
        if grant and row.kind == ERASE:
            async with self._tickets.database.reading():
                meant = await whose.of_person(by.office, row.citizen_id)
            await self._erasing.erase(meant, now=now, by=by.mark, officer_id=by.officer_id, reason=reason)
        else:
            await self._tickets.database.transaction(lambda: self._note(row, by, grant, reason, now))
        if row.ticket:
            self._tickets.announce(Event(by.office, "ticket", row.ticket.id, row.ticket.number))

    async def _note(self, row: PrivacyRequest, by: Actor, grant: bool, reason: str, now: datetime) -> None:
        waiting = PrivacyRequest.filter(id=row.id, state="asked")
        state = "done" if grant else "refused"
        if not await waiting.update(state=state, reason=reason, officer_id=by.officer_id, decided_at=now):
            raise Missing("privacy-missing")
        event = f"{row.kind}-{state}"
        await journal.write(by.office, event, actor=by.mark, at=now, ticket_id=row.ticket_id, request=row.id)
        if row.ticket:
            template = "koreksi-selesai" if grant else "permintaan-ditolak"
            await self._tickets.tell(row.ticket, template, now, reason=reason)

    async def _one(self, by: Actor, id_: int) -> PrivacyRequest:
        async with self._tickets.database.reading():
            found = PrivacyRequest.filter(id=id_, office=by.office, state="asked").select_related("ticket")
            row = await found.first()
        if row is None:
            raise Missing("privacy-missing")
        return row

    def _check(self, by: Actor) -> None:
        if not by.may(self._tickets.offices.office(by.office), Right.SETTINGS):
            raise Forbidden("no-right", right=Right.SETTINGS)
