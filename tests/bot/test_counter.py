"""What an officer takes down for a citizen, by page or by API, in the clerk's hands."""

from __future__ import annotations

from datetime import timedelta

from channels.base import Attachment
from config.schema import Span
from inbox import counter, steps
from inbox.models import Attachment as Row
from inbox.models import Ticket, TicketStep
from inbox.status import Status
from tests.bot.street import Street

NONCE = "0" * 32
GIVEN = {"nama": "Budi", "kontak": "budi@example.org", "objek": "Lampu", "tempat": "Jl. Veteran"}


async def test_the_same_words_under_the_same_nonce_are_one_ticket(any_street: Street) -> None:
    """A machine whose answer was lost asks again, and gets the number and code of the ticket it opened."""
    by = await any_street.officer("petugas")
    file = Attachment("foto.png", "image/png", b"\x89PNG", size_bytes=4)
    desk = any_street.desks[counter.door(any_street.office)]

    def message(text: str, nonce: str = NONCE):  # type: ignore[no-untyped-def]
        return counter.taken_down(by, GIVEN, text, (file,), nonce=nonce, now=any_street.clock)

    (first,) = await desk.accept(message("Lampu jalan mati"))
    any_street.later(minutes=5)
    (again,) = await desk.accept(message("Lampu jalan mati"))
    assert first.number
    assert (again.number, again.code, again.duplicate) == (first.number, first.code, True)
    (ticket,) = await any_street.all()
    assert (ticket.object, ticket.place) == ("Lampu", "Jl. Veteran")
    assert await Row.all().count() == 1
    assert "registered" in await any_street.journal(ticket)
    await desk.accept(message("Lampu jalan mati", "1" * 32))
    assert await Ticket.all().count() == 2


async def test_the_time_of_a_letter_runs_from_the_day_it_was_received(any_street: Street) -> None:
    """It came on Friday and is typed on Monday: step and law count from Friday, and the papers say so."""
    by = await any_street.officer("petugas")
    friday = any_street.clock - timedelta(days=3)
    facts = {f"{counter.FACT}received_at": friday.isoformat()}
    message = counter.taken_down(by, GIVEN | facts, "Perihal: ruko", (), nonce=NONCE, now=any_street.clock)
    (accepted,) = await any_street.desks[counter.door(any_street.office)].accept(message)
    ticket = await Ticket.get(number=accepted.number)
    calendar = any_street.tickets.cases.calendars["blitar"]
    assert (ticket.opened_at, ticket.due_at) == (friday, calendar.add(friday, Span.parse("15 menit")).at)
    assert await TicketStep.filter(ticket_id=ticket.id).values_list("started_at", flat=True) == [friday]
    page = await Status(any_street.tickets).citizen_page(ticket.number, ticket.code, any_street.clock)
    assert page is not None
    assert [(line.event, line.at) for line in page.timeline] == [("opened", friday), ("step", friday)]
    assert ticket.promise_at is not None
    assert ticket.promise_at > any_street.clock
    assert ticket.ceiling_at == steps.ceiling_at(any_street.office, calendar, ticket.kind, friday)


async def test_what_is_promised_lies_ahead_however_old_the_letter(any_street: Street) -> None:
    """A letter found after half a year is late at once; its writer is still told of a day to come."""
    by = await any_street.officer("petugas")
    facts = {f"{counter.FACT}received_at": (any_street.clock - timedelta(days=180)).isoformat()}
    message = counter.taken_down(by, GIVEN | facts, "Perihal: ruko", (), nonce=NONCE, now=any_street.clock)
    (accepted,) = await any_street.desks[counter.door(any_street.office)].accept(message)
    ticket = await Ticket.get(number=accepted.number)
    assert ticket.promise_at is not None
    assert ticket.promise_at > any_street.clock
    assert ticket.ceiling_at is not None
    assert ticket.ceiling_at < any_street.clock
