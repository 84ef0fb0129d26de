"""A sender whom the office's own mail server contradicts joins no person and no ticket by the address alone."""

from __future__ import annotations

import pytest

from channels.base import Proof
from inbox.joining import Joinings
from inbox.models import Address, Message, Ticket, TicketLink
from inbox.persons import person_of
from tests.bot.street import COMPLAINT, Citizen, Street

SITI = "siti@warga.example.test"
FORGED = Proof(spf="fail", dmarc="fail", verdict="fail")
PROVEN = Proof(spf="pass", dkim="pass", dmarc="pass", aligned=True, verdict="pass")


async def opened(street: Street) -> tuple[Citizen, Ticket]:
    """Siti has a complaint."""
    siti = street.citizen(SITI, "email")
    await siti.says(COMPLAINT, subject="Lampu mati", sender_name="Siti Aminah", proof=PROVEN)
    await siti.hears()
    (ticket,) = await street.all()
    return siti, ticket


async def test_a_forged_addition_stands_alone(any_street: Street) -> None:
    """It is a complaint of somebody else's; Siti is only asked whether it is hers, and her own talk is as it was."""
    street = any_street
    siti, ticket = await opened(street)
    before = await siti.state()
    await siti.says("Batalkan saja perbaikan lampu itu, sudah tidak perlu", sender_name="Siti A", proof=FORGED)
    first, second = await street.all()
    assert await street.on(first) == [COMPLAINT]
    assert second.citizen_id != first.citizen_id
    assert (await Address.get(value=SITI)).citizen_id == first.citizen_id
    assert await siti.hears() == ["konfirmasi"]
    assert await siti.state() == before
    assert not (await TicketLink.get(ticket_id=second.id)).confirmed
    assert (await street.journal(second)).count("sender-unproven") == 1
    message = await Message.get(ticket_id=second.id, direction="in")
    assert (message.proof or {})["verdict"] == "fail"
    await siti.says("Lampunya masih mati juga sampai malam ini", proof=PROVEN)
    assert ticket.id in {one.ticket_id for one in await Message.filter(text__startswith="Lampunya masih")}


@pytest.mark.parametrize(
    "word", ["STOP", "BATAL", "SELESAI", "CEK", "Halo", "Terima kasih", "GABUNG 081234567890", "DATA", "HAPUS"]
)
async def test_a_forged_word_does_nothing(street: Street, word: str) -> None:
    """No keyword of a forger's is obeyed or answered, and no talk begun: it lies on record."""
    siti, ticket = await opened(street)
    await siti.says(word, proof=FORGED)
    assert await siti.hears() == []
    assert [one.status for one in await street.all()] == [ticket.status]
    assert (await Address.get(value=SITI)).stopped_at is None
    assert await Message.filter(text=word, ticket_id=None).count() == 1


async def test_what_only_the_owner_knows_still_joins(street: Street) -> None:
    """An answer to a mail that we sent there, or number and code: a mailbox that forwards badly shuts nobody out."""
    siti = street.citizen(SITI, "email")
    await siti.says(COMPLAINT, subject="Lampu mati")
    (ticket,) = await street.all()
    key = (await siti.last()).key
    street.later(hours=1)
    await siti.says("Ini fotonya menyusul besok pagi", answers=(f"{key}@dinas.example",), proof=FORGED)
    street.later(hours=1)
    await siti.says(f"{ticket.number} {ticket.code} tiangnya juga miring", proof=FORGED)
    assert len(await street.on(ticket)) == 3
    assert len(await street.all()) == 1


async def test_a_proven_sender_is_not_asked_again(street: Street) -> None:
    """What only the owner may ask is done at once where the server proved the sender, and asked back where not."""
    siti, ticket = await opened(street)
    await siti.says("STOP")
    assert await siti.hears() == ["pastikan"]
    await siti.says("STOP", proof=PROVEN)
    assert (await Address.get(value=SITI)).stopped_at is not None
    assert ticket.status == "open"


async def test_an_officer_is_shown_who_it_may_be_and_may_join_them(street: Street) -> None:
    """The address' owner is a hint on the forged complaint; an officer who made sure joins the two."""
    siti, first = await opened(street)
    await siti.says("Pohon tumbang menutup jalan Kenanga", proof=FORGED)
    second = (await street.all())[1]
    by = await street.officer("kasi")
    person = await person_of(second, street.tickets.seal(by))
    assert person.addresses == ()
    (likely,) = person.likely
    assert (likely.why, likely.ticket and likely.ticket.number) == ("contact", first.number)
    joinings = Joinings(street.tickets)
    await joinings.join(by, second.number, likely.key, "Sudah ditelepon", version=second.version, now=street.clock)
    assert len({one.citizen_id for one in await street.all()}) == 1


async def test_a_forged_first_mail_gives_nobody_a_name(street: Street) -> None:
    """Whoever is written to for the first time in another's name is not called what the forger says."""
    siti = street.citizen(SITI, "email")
    await siti.says(COMPLAINT, sender_name="Bukan Siti", proof=FORGED)
    address = await Address.get(value=SITI).select_related("citizen")
    assert (address.citizen.name, address.confirmed_at) == ("", None)
    (ticket,) = await street.all()
    assert ticket.citizen_id != address.citizen_id
