"""Where an officer's answer goes: by itself back where it was asked, or through the door that the officer chose."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from inbox import approved_list, people
from inbox.actor import Actor
from inbox.approved_list import Chosen
from inbox.database import Database
from inbox.merging import Merging
from inbox.models import Address, Citizen, Conversation, Delivery, Entry, Message, Ticket, TicketLink
from inbox.refused import Refused
from inbox.undoing import UNDO
from inbox.ways import Way, linked, ways_of
from tests.inbox.house import ABILITIES, House
from tests.inbox.windowed import BUDI, DAY, NOW, SITI, STATUS, also, asks, windowed


@pytest.fixture
async def house(any_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """Doors with windows, over each engine."""
    return await windowed(any_database, tmp_path, monkeypatch)


async def reply(
    house: House, by: Actor, ticket: Ticket, now: datetime, text: str = "Kami periksa.", **known: Any
) -> None:
    version = await house.version(ticket.number)
    await house.acting.reply(by, ticket.number, text, version=version, now=now, **known)


async def ways(house: House, ticket: Ticket, now: datetime = NOW) -> list[Way]:
    async with house.database.reading():
        return await ways_of(ticket, house.office, await linked(ticket), house.tickets.abilities, now)


async def went() -> list[tuple[str, str, str]]:
    """What officers said: by which door, in which state, why."""
    rows = Delivery.filter(message__author="officer").order_by("id")
    return [(row.channel, row.state, row.reason) for row in await rows]


async def refusal(work: Any) -> tuple[str, str]:
    with pytest.raises(Refused) as caught:
        await work
    return caught.value.code, caught.value.field


async def test_words_that_no_door_would_let_out_are_refused_while_they_can_be_changed(house: House) -> None:
    """The window is closed: nothing is queued, and the officer is told."""
    by = await house.officer("petugas")
    ticket = await asks(house)
    late = NOW + DAY + timedelta(seconds=1)
    assert await refusal(reply(house, by, ticket, late)) == ("window-closed", "text")
    assert await went() == []
    await reply(house, by, ticket, NOW + DAY)
    assert await went() == [("blitar-wa", "queued", "")]


async def test_a_typed_address_is_no_open_door(house: House) -> None:
    """Beside a shut window it does not make a reply pass, for it would be asked whose it is and told nothing."""
    by = await house.officer("petugas")
    ticket = await asks(house)
    talk = await also(house, ticket, "email", "ketikan@example.com", proven=False, linked_=True)
    await TicketLink.filter(conversation_id=talk.id).update(confirmed=False)
    assert await refusal(reply(house, by, ticket, NOW + timedelta(days=2))) == ("window-closed", "text")


async def test_a_reply_that_can_be_taken_back_leaves_before_the_window_closes(house: House) -> None:
    """With four seconds left it waits two, not ten."""
    by = await house.officer("petugas")
    ticket = await asks(house)
    last = NOW + DAY - timedelta(seconds=4)
    await reply(house, by, ticket, last, hold=UNDO)
    assert (await Delivery.get(automatic=False)).due_at == last + timedelta(seconds=2)
    assert (await Message.get(author="officer")).sent_at == last + timedelta(seconds=2)


async def test_a_person_may_write_longer_than_the_clerk(house: House) -> None:
    """Under the human-agent rule an officer's answer is queued for days after the clerk's news is not."""
    by = await house.officer("petugas")
    ticket = await asks(house, "messenger", "24301")
    later = NOW + timedelta(days=3)
    await reply(house, by, ticket, later)
    await house.clerk(house.tickets.tell, ticket, "diterima", later)
    states = [(row.automatic, row.state) for row in await Delivery.all().order_by("id")]
    assert states == [(False, "queued"), (True, "failed")]


async def test_an_answer_goes_back_where_it_was_asked_last(house: House) -> None:
    """One person, one case, two conversations: the one last written in gets the answer, the other does not."""
    by = await house.officer("petugas")
    ticket = await asks(house)
    await also(house, ticket, "email", "siti@example.com", linked_=True, last_in_at=NOW + timedelta(hours=1))
    await reply(house, by, ticket, NOW + timedelta(hours=2))
    assert await went() == [("blitar-email", "queued", "")]
    await Conversation.filter(channel="blitar-wa").update(last_in_at=NOW + timedelta(hours=3))
    await reply(house, by, ticket, NOW + timedelta(hours=4))
    assert (await went())[1:] == [("blitar-wa", "queued", "")]
    await reply(house, by, ticket, NOW + timedelta(days=3))
    assert (await went())[2:] == [("blitar-email", "queued", "")]


async def test_every_way_is_offered_the_last_written_from_first(house: House) -> None:
    """Conversations of the case, the person's others, doors that can begin; a typed address is told as unproven."""
    ticket = await asks(house)
    await also(house, ticket, "messenger", "24301", last_in_at=NOW - timedelta(days=2))
    await also(house, ticket, "email", "ketikan@example.com", proven=False)
    await also(house, ticket, "web", "w123", last_in_at=NOW)
    found = [(way.channel, way.window.state, way.proven, way.usual) for way in await ways(house, ticket)]
    assert found == [
        ("blitar-wa", "open", True, True),
        ("blitar-messenger", "late", True, False),
        ("blitar-email", "always", False, False),
    ]


async def test_the_officer_chooses_another_open_door_of_the_person(house: House) -> None:
    """The words go there alone; the conversation is the case's from then on, and hears how it goes on."""
    by = await house.officer("petugas")
    ticket = await asks(house)
    talk = await also(house, ticket, "email", "siti@example.com", last_in_at=NOW - timedelta(days=9))
    late = NOW + timedelta(days=2)
    await reply(house, by, ticket, late, through=f"c{talk.id}")
    assert await went() == [("blitar-email", "queued", "")]
    link = await TicketLink.get(conversation_id=talk.id)
    assert (link.ticket_id, link.hears, link.confirmed) == (ticket.id, True, True)
    assert await refusal(reply(house, by, ticket, late, through="c999999")) == ("way-unknown", "through")


async def test_a_typed_address_gets_the_words_only_when_it_was_chosen(house: House) -> None:
    """Nobody proved that it is the person's: it is used once, on record, and hears nothing by itself afterwards."""
    by = await house.officer("petugas")
    ticket = await asks(house)

    async def typed() -> str:
        address = await people.meet("blitar", "phone", SITI, name="", now=NOW, confirmed=False)
        address.citizen_id = ticket.citizen_id
        await address.save(update_fields=["citizen_id"])
        return f"a{address.id}.blitar-sms"

    key = await house.database.transaction(typed)
    await reply(house, by, ticket, NOW, through=key)
    await reply(house, by, ticket, NOW + timedelta(minutes=5))
    assert [door for door, _, _ in await went()] == ["blitar-sms", "blitar-wa"]
    (line,) = await Entry.filter(event="unproven-used")
    assert (line.actor, line.values) == (by.mark, {"channel": "blitar-sms"})
    link = await TicketLink.get(conversation__channel="blitar-sms")
    assert (link.hears, link.confirmed) == (False, False)


async def test_an_approved_template_goes_out_when_nothing_else_may(house: House) -> None:
    """Chosen by name and filled, it is queued with its values; the record says how it reads; what is empty is named."""
    by = await house.officer("petugas")
    ticket = await asks(house)
    await approved_list.keep(house.database, "blitar", "blitar-wa", [STATUS], NOW)
    late = NOW + timedelta(days=2)
    chosen = Chosen("status_aduan", "id", (ticket.number, "sedang dicek", "wadul.example"))
    await reply(house, by, ticket, late, text="", approved=chosen)
    message = await Message.get(author="officer")
    assert message.text == f"Aduan nomor {ticket.number} kini sedang dicek. Cek di wadul.example"
    assert message.values["approved"] == {
        "name": "status_aduan",
        "language": "id",
        "values": [ticket.number, "sedang dicek", "wadul.example"],
    }
    assert await went() == [("blitar-wa", "queued", "")]
    empty = Chosen("status_aduan", "id", (ticket.number, " ", "wadul.example"))
    assert await refusal(reply(house, by, ticket, late, text="", approved=empty)) == (
        "template-value-missing",
        "value-2",
    )
    gone = Chosen("lama", "id")
    assert await refusal(reply(house, by, ticket, late, text="", approved=gone)) == ("template-unknown", "template")


async def test_everybody_is_addressed_by_their_own_name(house: House) -> None:
    """Two neighbours hear of one case; neither letter, nor the template that stands ready, names the other."""
    ticket = await asks(house, "email", "siti@example.com")
    await Citizen.filter(id=ticket.citizen_id).update(name="Siti Aminah")
    talk = await also(house, ticket, "wa", BUDI, linked_=True, last_in_at=NOW)
    budi = await Citizen.create(office="blitar", name="Budi Santoso", created_at=NOW)
    await Address.filter(value=BUDI).update(citizen_id=budi.id)
    await TicketLink.filter(conversation_id=talk.id).update(hears=True, confirmed=True)
    await house.clerk(house.tickets.tell, ticket, "dikaji", NOW)
    await reply(house, await house.officer("petugas"), ticket, NOW)
    told = await Delivery.all().order_by("id").select_related("message")
    assert {row.channel for row in told} == {"blitar-email", "blitar-wa"}
    for row in told:
        names = [name for name in ("Siti", "Budi") if name in row.message.text]
        assert names == ["Siti" if row.channel == "blitar-email" else "Budi"], row.message.text


async def test_two_merged_whatsapp_tickets_stay_answerable(house: House) -> None:
    """Each reporter hears the answer in their own window; a closed one fails alone; one alone can be answered."""
    by = await house.officer("petugas")
    first = await asks(house)
    second = await asks(house, sender=BUDI, now=NOW + timedelta(hours=12))
    await Merging(house.tickets).merge(by, second.number, first.number, "Sama", now=NOW + timedelta(hours=13))
    await reply(house, by, first, NOW + timedelta(hours=14))
    assert await went() == [("blitar-wa", "queued", "")] * 2
    await reply(house, by, first, NOW + timedelta(hours=30))
    assert (await went())[2:] == [("blitar-wa", "failed", "window-closed"), ("blitar-wa", "queued", "")]
    await reply(house, by, second, NOW + timedelta(hours=31), text="Pak Budi saja")
    last = await Message.filter(author="officer").order_by("-id").first()
    assert last is not None
    assert (last.ticket_id, "Pak Budi saja" in last.text) == (second.id, True)
    assert len(await went()) == 5


async def test_news_reach_a_shut_window_as_the_offices_template(house: House) -> None:
    """The office names an approved template for the clerk's news; without a usable one they fail, and say why."""
    ticket = await asks(house)
    late = NOW + timedelta(days=2)
    await house.clerk(house.tickets.tell, ticket, "diterima", late)
    await approved_list.keep(house.database, "blitar", "blitar-wa", [STATUS], late)
    await house.clerk(house.tickets.tell, ticket, "dikaji", late)
    await house.clerk(house.tickets.tell, ticket, "dikaji", NOW)
    told = await Delivery.filter(automatic=True).order_by("id").select_related("message")
    assert [(row.state, row.reason) for row in told] == [("failed", "window-closed"), ("queued", ""), ("queued", "")]
    assert told[1].message.text == (
        f"Aduan nomor {ticket.number} kini sedang dibaca petugas. Cek di https://wadul.example/blitar/cek"
    )
    assert told[2].message.values["instead"]["text"] == told[1].message.text
    assert told[2].message.text != told[1].message.text


async def test_a_paper_asks_for_no_reply(house: House) -> None:
    """An answer to a letter is handed over: it says to whom else its reader may turn."""
    by = await house.officer("petugas")
    ticket = await asks(house, "surat", "w0123456789abcdef")
    await reply(house, by, ticket, NOW)
    assert [state for _, state, _ in await went()] == ["handover"]
    said = (await Message.get(author="officer")).text
    assert "balas" not in said.casefold()
    assert "di bawah dengan nomor dan kode Anda" in said


async def test_a_door_that_the_office_gave_up_stops_nobodys_news(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever came by it hears nothing there; at their other doors, and at the desk, everything goes on."""
    ticket = await asks(house)
    await also(house, ticket, "sms", SITI, linked_=True)
    monkeypatch.delitem(ABILITIES, "blitar-wa")
    told = await house.clerk(house.tickets.tell, ticket, "diterima", NOW)
    assert [message.channel for message in told] == ["blitar-sms"]
