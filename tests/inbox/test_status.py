"""What a citizen sees with number and code, and what nobody sees without."""

from __future__ import annotations

import pytest

from inbox.models import Delivery, Ticket, TicketLink
from inbox.status import Status
from tests.inbox.house import House, at, local

NOW = at("2026-11-23 09:15")


async def test_number_and_code_show_the_conversation_as_it_was_lived(any_house: House) -> None:
    """Words and answers in order without notes, steps in plain words, and until when BELUM counts."""
    house, petugas = any_house, await any_house.officer("petugas")
    ticket = await house.complaint(NOW, sender="w1", channel="web", place="Jalan Merdeka")
    await house.acting.note(petugas, ticket.number, "Rahasia kantor", now=NOW)
    await house.act(petugas, ticket.number, "jawab-langsung", at("2026-11-23 09:20"), {"jawaban.text": "Sudah beres."})
    page = await Status(house.tickets).citizen_page(
        f" {ticket.number.lower()} ", ticket.code.lower(), at("2026-11-23 09:30")
    )
    assert page is not None
    assert (page.number, page.status, page.step_plain) == (ticket.number, "answered", "sudah dijawab")
    assert (page.kind, page.place, page.web_address, page.due_at) == ("Pengaduan", "Jalan Merdeka", "w1", None)
    assert [message.author for message in page.messages] == ["citizen", "officer"]
    assert "Sudah beres." in page.messages[1].text
    assert not any("Rahasia" in message.text for message in page.messages)
    assert [line.event for line in page.timeline] == ["opened", "step", "answered"]
    assert (page.can_reopen, local(page.reopen_until)) == (True, "2026-12-11 16:00")


async def test_what_practice_kept_in_the_house_is_not_shown(any_house: House) -> None:
    """An answer that was not sent because the office practised is not on the citizen's page either."""
    house, petugas = any_house, await any_house.officer("petugas")
    ticket = await house.complaint(NOW)
    version = await house.version(ticket.number)
    await house.acting.reply(petugas, ticket.number, "Hanya latihan", version=version, now=NOW)
    await Delivery.all().update(state="dropped", reason="practice")
    page = await Status(house.tickets).citizen_page(ticket.number, ticket.code, NOW)
    assert page is not None
    assert [message.author for message in page.messages] == ["citizen"]


@pytest.mark.parametrize(
    ("number", "code"), [("BLT-26-000001", "AAAAAA"), ("BLT-26-999999", ""), ("apa", "é"), ("", "------")]
)
async def test_a_wrong_number_and_a_wrong_code_look_the_same(house: House, number: str, code: str) -> None:
    """Nothing is told, not even that there is such a ticket."""
    ticket = await house.complaint(NOW)
    await Ticket.filter(id=ticket.id).update(code="BBBBBB")
    assert await Status(house.tickets).citizen_page(number, code, NOW) is None


async def test_what_went_to_two_doors_is_shown_once(house: House) -> None:
    """The same status change by mail and on the page is one message of the conversation."""
    petugas, ticket = await house.officer("petugas"), await house.complaint(NOW, sender="w1", channel="web")
    other = await house.complaint(NOW)
    link = await TicketLink.get(ticket_id=other.id).select_related("conversation__address")
    await house.clerk(house.tickets.link, ticket, link.conversation, True, True, NOW)
    await house.act(petugas, ticket.number, "naikkan", NOW)
    page = await Status(house.tickets).citizen_page(ticket.number, ticket.code, NOW)
    assert page is not None
    assert len(await house.heard(ticket.number)) == 2
    assert [message.author for message in page.messages] == ["citizen", "clerk"]


async def test_a_page_is_read_in_seven_queries(house: House, statements: list[str]) -> None:
    """However long the conversation."""
    ticket = await house.complaint(NOW)
    for minute in range(5):
        await house.writes(ticket, "Lagi", at(f"2026-11-23 09:2{minute}"))
    statements.clear()
    await Status(house.tickets).citizen_page(ticket.number, ticket.code, NOW)
    assert len(statements) <= 7, statements
