"""Several reporters of one case: each hears every word at their own door, and no letter of it tells of the others."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from email.headerregistry import Address as MailAddress
from pathlib import Path

import pytest

from channels.base import Abilities, Outbound
from channels.mail_compose import compose
from config.schema import ChannelEntry, NextDoor, Office
from inbox import outbox, people
from inbox.actor import Actor
from inbox.database import Database
from inbox.merging import Merging
from inbox.models import Address, Citizen, Conversation, Delivery, Message, Ticket
from inbox.next_door import NextDoor as Passing
from inbox.status import Status
from tests.inbox.house import ABILITIES, House, blitar, upload
from tests.inbox.windowed import DOORS, NOW, also, asks, doors

LATER, END = NOW + timedelta(hours=1), NOW + timedelta(hours=2)
NEWS = ("dikaji", "ditutup")
LONG = "Kami sudah meninjau lokasi bersama kelurahan. " * 14
"""More than a short message holds: what goes on by SMS only says where it stands."""

REPORTERS = {
    "Siti Aminah": ("email", "siti@example.com"),
    "Budi Santoso": ("email", "budi@example.com"),
    "Rahayu Wulandari": ("wa", "+6281200000303"),
    "Dewi Lestari": ("telegram", "700005"),
    "Hendra Gunawan": ("obrolan", "c" * 32),
}


@pytest.fixture
async def house(sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """Blitar with a door of every sort, whose clerk passes on what fails."""
    for name, able in {**DOORS, "obrolan": Abilities("chat"), "messenger": Abilities("messenger", longest=600)}.items():
        monkeypatch.setitem(ABILITIES, f"blitar-{name}", able)

    def change(office: Office) -> Office:
        known = doors(office)
        more = {"obrolan": ChannelEntry(kind="chat"), "telegram": ChannelEntry(kind="telegram")}
        more |= {"sms": ChannelEntry(kind="modem"), "sms-luar": ChannelEntry(kind="twilio")}
        wanted = NextDoor(automatic=True)
        return known.model_copy(update={"channels": {**known.channels, **more}, "next_door": wanted})

    made = House(sqlite_database, tmp_path / "files", blitar(change))
    await made.tickets.prepare(NOW)
    return made


async def reported(house: House, by: Actor) -> dict[str, Ticket]:
    """One case that all of them reported, the first one's leading; each has a telephone as a second door."""
    tickets: dict[str, Ticket] = {}
    for place, (name, (door, sender)) in enumerate(REPORTERS.items()):
        ticket = tickets[name] = await asks(house, door, sender)
        await Citizen.filter(id=ticket.citizen_id).update(name=name)
        await also(house, ticket, "sms", f"+62813000009{place:02d}", last_in_at=NOW - timedelta(days=9))
    lead, *others = tickets.values()
    for ticket in others:
        await Merging(house.tickets).merge(by, ticket.number, lead.number, "Sama", now=NOW)
    return tickets


async def marks(ticket: Ticket, name: str) -> set[str]:
    """Whatever would tell of that reporter."""
    citizen = (await Ticket.get(id=ticket.id)).citizen_id
    addresses = {one.value for one in await Address.filter(citizen_id=citizen)}
    talks = Conversation.filter(address__citizen_id=citizen)
    said = Message.filter(conversation_id__in=await talks.values_list("id", flat=True), direction="in")
    names = {str(one) for one in await said.values_list("external_id", flat=True)}
    return {*name.split(), ticket.number, ticket.code, *addresses, *names}


async def wire(house: House) -> list[tuple[str, str]]:
    """All that leaves, as it leaves: to whom, and everything in it; a mail as its bytes."""
    out: list[tuple[str, str]] = []
    for channel in await outbox.due_doors(house.database, END):
        while claimed := await outbox.claim(
            house.database, worker="w", channel=channel, now=END, lease=timedelta(minutes=5), limit=50
        ):
            for one in claimed:
                out.append((one.outbound.recipient, str(asdict(one.outbound)) + _mail(channel, one.outbound)))
                await Message.filter(id=one.message_id).update(external_id=f"out{one.delivery_id}@blitar.example")
            done = [one.delivery_id for one in claimed]
            await Delivery.filter(id__in=done).update(state="failed", reason="not-delivered")
    return out


def _mail(channel: str, outbound: Outbound) -> str:
    if channel != "blitar-email":
        return ""
    sender = MailAddress("Dinas", username="aduan", domain="blitar.example")
    bare = Outbound(outbound.key, outbound.recipient, text=outbound.text, subject=outbound.subject)
    whole = compose(bare, sender=sender, reply_to="", message_id="1@blitar.example", now=LATER)
    return whole.decode().replace("=\r\n", "")


async def test_whatever_is_said_tells_nobody_of_the_others(house: House) -> None:
    """News, answers with a file, questions, and their copies at the next door, at every door there is."""
    by = await house.officer("petugas", "kasi")
    tickets = await reported(house, by)
    lead = next(iter(tickets.values()))
    for minute, news in enumerate(NEWS):
        await house.clerk(house.tickets.tell, lead, news, LATER + timedelta(minutes=minute))
    for minute, text in enumerate(("Terima kasih, besok kami ke sana.", LONG), 20):
        version = await house.version(lead.number)
        files = [upload("surat.pdf", b"%PDF-1.7")]
        then = LATER + timedelta(minutes=minute)
        await house.acting.reply(by, lead.number, text, version=version, now=then, files=files)
    await Delivery.filter(message__template="diterima").delete()
    first = await wire(house)
    assert await Passing(house.tickets).sweep(END) > 0
    copies = await wire(house)
    assert any("Ada jawaban utk" in text for _, text in copies)
    known = {name: await marks(ticket, name) for name, ticket in tickets.items()}
    heard = dict.fromkeys(REPORTERS, 0)
    for recipient, text in (*first, *copies):
        (owner,) = [name for name, own in known.items() if recipient in own]
        heard[owner] += 1
        others = set().union(*(own for name, own in known.items() if name != owner)) - known[owner]
        assert [mark for mark in others if mark in text] == [], (recipient, text)
    assert min(heard.values()) >= len(NEWS) + 2, heard


async def test_who_joined_by_number_and_code_has_a_next_door_of_their_own(house: House) -> None:
    """What fails at their door goes on to their own Messenger, in their own name, never to the complainant's."""
    by = await house.officer("petugas")
    ticket = await asks(house, "email", "siti@example.com")
    await Citizen.filter(id=ticket.citizen_id).update(name="Siti Aminah")
    await also(house, ticket, "sms", "+6281300000001", last_in_at=NOW)
    other = await asks(house, "telegram", "700005")
    await Citizen.filter(id=other.citizen_id).update(name="Budi Santoso")
    await also(house, other, "messenger", "240007", last_in_at=NOW)

    async def joins() -> None:
        address = await people.meet("blitar", "telegram", "700005", name="", now=NOW, confirmed=True)
        talk = await people.conversation("blitar", "blitar-telegram", address, NOW)
        await house.tickets.link(ticket, talk, True, True, NOW)

    await house.database.transaction(joins)
    await Delivery.all().delete()
    version = await house.version(ticket.number)
    await house.acting.reply(by, ticket.number, LONG, version=version, now=LATER)
    assert {recipient for recipient, _ in await wire(house)} == {"siti@example.com", "700005"}
    await Passing(house.tickets).sweep(END)
    copies = dict(await wire(house))
    assert set(copies) == {"+6281300000001", "240007"}
    assert [name for name in ("Siti", "Budi") if name in copies["240007"]] == ["Budi"]
    page = await Status(house.tickets).citizen_page(ticket.number, ticket.code, END)
    assert page is not None
    answers = [one.text for one in page.messages if LONG.strip() in one.text]
    assert len(answers) == 1
    assert "Siti" in answers[0]
