"""Who is blocked is stored and goes no further, until the block is over or an officer lets a message in."""

from __future__ import annotations

import pytest

from bot.replay import Replay
from inbox.actor import Actor
from inbox.blocking import Blocks
from inbox.models import Address, Attachment, Citizen, Delivery, Entry, Notice, Withheld
from inbox.refused import Refused
from tests.bot.street import COMPLAINT, MORNING, Street, photo
from tests.channels.mails import CITIZEN, mail, multipart, part

SPAM = "Jasa pinjaman kilat tanpa agunan, hubungi kami sekarang juga"


async def blocks(street: Street, who: str, days: str = "7") -> Actor:
    """An officer blocks somebody."""
    by = await street.officer("petugas")
    await Blocks(street.tickets).add(by, who, "iklan berulang", days, street.clock)
    return by


async def test_who_is_blocked_is_kept_and_not_heard(any_street: Street) -> None:
    """No ticket, no answer, no notice: the message and its file lie there; somebody else is heard as ever."""
    street = any_street
    await blocks(street, "0812-3456-7890")
    seller, neighbour = street.citizen(), street.citizen("+6281100000001")
    await seller.says(SPAM, files=(photo(),))
    await neighbour.says(COMPLAINT)
    assert await seller.hears() == []
    assert (await neighbour.hears())[0] == "diterima"
    assert [one.summary for one in await street.all()] == [COMPLAINT]
    assert {row.ticket_id for row in await Notice.all()} == {(await street.all())[0].id}
    row = await Withheld.get().select_related("message")
    assert (row.message.text, row.reason, row.message.ticket_id) == (SPAM, "blocked", None)
    assert await Attachment.filter(message_id=row.message_id).count() == 1
    assert await Delivery.filter(address__value="+6281234567890").count() == 0


async def test_a_block_ends_by_itself_and_by_hand(street: Street) -> None:
    """A second after its time, or once an officer ends it, the next message is a complaint."""
    by = await blocks(street, "081234567890", "1")
    seller = street.citizen()
    street.later(hours=23)
    await seller.says(SPAM)
    assert await seller.hears() == []
    street.later(hours=1)
    await seller.says(COMPLAINT)
    assert (await seller.hears())[0] == "diterima"
    await Blocks(street.tickets).add(by, "+62 812 3456 7890", "lagi", "7", street.clock)
    await seller.says("Pesan lain yang panjang juga tentang jalan rusak")
    assert await seller.hears() == []
    (row,) = await Blocks(street.tickets).standing(by, street.clock)
    await Blocks(street.tickets).end(by, row.id, street.clock)
    await seller.says("Pohon tumbang menutup jalan Kenanga sejak tadi malam")
    assert await seller.hears()


@pytest.mark.parametrize(
    ("domain", "sender", "heard"),
    [
        ("@iklan.example.net", "promo@iklan.example.net", False),
        ("iklan.example.net", "promo@surat.iklan.example.net", False),
        ("@Iklan.Example.NET", "promo@iklan.example.net", False),
        ("@iklan.example.net", "budi@bukaniklan.example.net", True),
        ("@iklan.example.net", "budi@example.net", True),
    ],
)
async def test_a_mail_domain_is_blocked_with_what_belongs_to_it(
    street: Street, domain: str, sender: str, heard: bool
) -> None:
    """Every address there and below, however it was typed; not one whose name merely ends alike."""
    await blocks(street, domain)
    writer = street.citizen(sender, "email")
    await writer.says(COMPLAINT, subject="Lampu mati")
    assert bool(await writer.hears()) is heard


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("@gmail.com", "domain-everybodys"),
        ("co.id", "domain-everybodys"),
        ("tetangga saya", "who-unreadable"),
        ("", "who-unreadable"),
        ("a999999", "address-missing"),
        ("081234567890", "block-stands"),
    ],
)
async def test_what_cannot_be_blocked_is_said(street: Street, who: str, code: str) -> None:
    """A domain of half the country, no address at all, somebody on no ticket, somebody blocked already."""
    by = await blocks(street, "0812 3456 7890")
    with pytest.raises(Refused) as refused:
        await Blocks(street.tickets).add(by, who, "x", "7", street.clock)
    assert refused.value.code == code


async def test_an_officer_lets_a_withheld_message_in(street: Street) -> None:
    """It goes the whole road as its door brought it, with its answer and its file, once; the block holds on."""
    by = await blocks(street, CITIZEN)
    body, kind = multipart("mixed", part("text/plain", COMPLAINT), part("image/png; name=peta.png", "\x89PNG"))
    raw = mail(body, content_type=kind)
    door = street.mailbox()
    await street.desks["blitar-email"].accept(*door.parse(raw).messages)
    assert await street.all() == []
    row = await Withheld.get()
    replay = Replay(street.database, {door.id: door}, street.desks, street.files, lambda: street.clock)
    assert await replay.withheld(row.id, officer_id=by.officer_id)
    assert not await replay.withheld(row.id, officer_id=by.officer_id)
    (ticket,) = await street.all()
    assert await street.on(ticket) == [COMPLAINT]
    assert await Attachment.filter(message__ticket_id=ticket.id).count() == 1
    assert (await street.citizen(CITIZEN, "email").hears())[0] == "diterima"
    again = mail("Masih saya lagi, dan masih soal yang sama", message_id="<dua@warga.example.test>")
    await street.desks["blitar-email"].accept(*door.parse(again).messages)
    assert await Withheld.filter(resolved_at=None).count() == 1


async def test_the_journal_names_nobody(street: Street) -> None:
    """Who was blocked stands in the list alone: the journal has the list's number."""
    by = await blocks(street, CITIZEN)
    await blocks(street, "@iklan.example.net")
    door = street.mailbox()
    await street.desks[door.id].accept(*door.parse(mail(SPAM)).messages)
    replay = Replay(street.database, {door.id: door}, street.desks, street.files, lambda: street.clock)
    await replay.withheld((await Withheld.get()).id, officer_id=by.officer_id)
    written = " ".join(f"{one.event} {one.values}" for one in await Entry.all())
    assert "sender-blocked" in written
    assert "withheld-taken" in written
    for secret in ("budi", "iklan", "berulang"):
        assert secret not in written


async def test_an_officers_own_words_for_somebody_blocked_are_taken(street: Street) -> None:
    """Whoever comes to the counter is heard: what an officer takes down is the officer's word."""
    seller = street.citizen()
    await seller.says(COMPLAINT)
    by = await blocks(street, "081234567890")
    await street.citizen("+6281234567890", "web").sends_form(
        "Pagar pasar roboh", petugas=by.login, kontak="081234567890"
    )
    assert len(await street.all()) == 2


async def test_only_addresses_on_tickets_that_are_seen_can_be_named(street: Street) -> None:
    """By an address' id an officer reaches who is on a ticket of theirs to see, and nobody else in the record."""
    await street.citizen().says(COMPLAINT)
    known = await Address.get(value="+6281234567890")
    stranger = await Citizen.create(office="blitar", name="", created_at=MORNING)
    other = await Address.create(
        office="blitar", citizen_id=stranger.id, scheme="phone", value="+62811", created_at=MORNING
    )
    by = await street.officer("petugas")
    with pytest.raises(Refused, match="address-missing"):
        await Blocks(street.tickets).add(by, f"a{other.id}", "x", "7", street.clock)
    row = await Blocks(street.tickets).add(by, f"a{known.id}", "x", "7", street.clock)
    assert row.address_id == known.id
