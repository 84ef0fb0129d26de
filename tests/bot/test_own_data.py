"""DATA, KOREKSI and HAPUS at the doors: what citizens hear, what the office decides, and what is left of them."""

from __future__ import annotations

import pytest

from inbox.erasing import Erasing
from inbox.models import Address, Message, Notice, PrivacyRequest, Ticket
from inbox.privacy_requests import PrivacyRequests
from inbox.refused import Forbidden, Missing, Refused
from tests.bot.street import COMPLAINT, Street


async def test_an_erasing_that_was_asked_for_waits_for_the_end_and_for_an_officer(any_street: Street) -> None:
    """The citizen hears that it was noted, the head is told, and once the case has ended nothing is left of them."""
    street, siti = any_street, any_street.citizen()
    await siti.says(COMPLAINT)
    await siti.new()
    await siti.says("HAPUS")
    assert "Menunggu sampai aduan selesai" in (await siti.new())[0].text
    await siti.says("hapus data saya")
    (asked,) = await PrivacyRequest.all()
    assert (asked.kind, asked.state) == ("erase", "asked")
    assert await Notice.filter(kind="privacy", role="kepala-dinas").count() == 1

    head, clerk = await street.officer("kepala-dinas"), await street.officer("petugas")
    requests = PrivacyRequests(street.tickets, Erasing(street.database, street.files, "(dihapus)"))
    decided = {"grant": True, "reason": "sesuai permintaan", "now": street.clock}
    with pytest.raises(Forbidden):
        await requests.decide(clerk, asked.id, **decided)
    with pytest.raises(Refused, match="privacy-open"):
        await requests.decide(head, asked.id, **decided)
    ticket = await Ticket.get()
    await street.acting.close(head, ticket.number, "Sudah", version=ticket.version, now=street.clock)
    await requests.decide(head, asked.id, **decided)
    assert (await PrivacyRequest.get()).state == "done"
    assert set(await Message.all().values_list("text", flat=True)) == {"(dihapus)"}
    assert (await Address.get()).value != siti.sender
    with pytest.raises(Missing):
        await requests.decide(head, asked.id, **decided)


async def test_a_correction_lies_on_the_ticket_and_its_answer_is_told(street: Street) -> None:
    """What was wrong stands with the request and on the record; the citizen hears what became of it."""
    siti = street.citizen()
    await siti.says(COMPLAINT)
    await siti.new()
    await siti.says("KOREKSI nama saya Siti Aminah")
    assert "dicatat" in (await siti.new())[0].text
    asked = await PrivacyRequest.get()
    assert (asked.kind, asked.text) == ("correct", "nama saya Siti Aminah")
    assert (await Message.filter(direction="in").order_by("-id").first()).ticket_id == asked.ticket_id  # type: ignore[union-attr]
    head = await street.officer("kepala-dinas")
    requests = PrivacyRequests(street.tickets, Erasing(street.database, street.files, "-"))
    await requests.decide(head, asked.id, grant=False, reason="Sudah benar", now=street.clock)
    assert "Sudah benar" in (await siti.new())[0].text


async def test_who_knows_number_and_code_asks_for_whoever_opened_it(street: Street) -> None:
    """And not for themselves: another person's data stays."""
    siti, budi = street.citizen(), street.citizen("+6289876543210")
    await siti.says(COMPLAINT)
    await budi.says("Got di jalan Melati mampet")
    ticket = await Ticket.all().order_by("id").first()
    assert ticket is not None
    await budi.says(f"HAPUS {ticket.number} {ticket.code}")
    assert (await PrivacyRequest.get()).citizen_id == ticket.citizen_id
