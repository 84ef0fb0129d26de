"""What an officer takes down for a citizen, by page or by API, in the clerk's hands."""

from __future__ import annotations

from channels.base import Attachment
from inbox import counter
from inbox.models import Attachment as Row
from inbox.models import Ticket
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
