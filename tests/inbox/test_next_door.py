"""Words that did not get through go to the same person's next door: at an officer's press, or by themselves, once."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from channels.base import Abilities, Report, State
from config.schema import ChannelEntry, NextDoor, Office
from inbox.actor import Actor
from inbox.database import Database
from inbox.merging import Merging
from inbox.models import Address, Conversation, Delivery, Entry, Message, Ticket
from inbox.next_door import NextDoor as Passing
from inbox.outcomes import report
from inbox.refused import Forbidden, Refused, Stale
from tests.inbox.house import ABILITIES, House, blitar, upload
from tests.inbox.windowed import BUDI, DAY, DOORS, NOW, SITI, also, asks, doors

CHAT = Abilities("chat")
ORDER = ("sms", "telegram", "email")


async def made(database: Database, folder: Path, monkeypatch: pytest.MonkeyPatch, **wanted: Any) -> House:
    """Blitar with doors of every sort, and what it wants done with words that do not get through."""
    for name, able in {**DOORS, "obrolan": CHAT}.items():
        monkeypatch.setitem(ABILITIES, f"blitar-{name}", able)

    def change(office: Office) -> Office:
        known = doors(office)
        channels = {**known.channels, "obrolan": ChannelEntry(kind="chat")}
        return known.model_copy(update={"channels": channels, "next_door": NextDoor(order=ORDER, **wanted)})

    house = House(database, folder / "files", blitar(change))
    await house.tickets.prepare(NOW)
    return house


@pytest.fixture
async def house(any_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """An office whose clerk passes on, and follows a chat after a quarter of an hour."""
    return await made(any_database, tmp_path, monkeypatch, automatic=True, unread_minutes=15)


async def answered(house: House, ticket: Ticket, by: Actor, now: datetime = NOW, **known: Any) -> Delivery:
    """An officer's answer, on its way."""
    version = await house.version(ticket.number)
    await house.acting.reply(by, ticket.number, "Sudah kami tertibkan.", version=version, now=now, **known)
    rows = Delivery.filter(message__ticket_id=ticket.id, automatic=False).order_by("-id")
    return (await rows.limit(1))[0]


async def fails(row: Delivery, reason: str = "not-delivered", state: str = "failed") -> Delivery:
    await Delivery.filter(id=row.id).update(state=state, reason=reason)
    return await Delivery.get(id=row.id)


async def went(ticket: Ticket) -> list[tuple[str, str]]:
    """Where an officer's words went, and how that stands."""
    rows = Delivery.filter(message__ticket_id=ticket.id, message__author="officer").order_by("id")
    return [(row.channel.removeprefix("blitar-"), row.state) for row in await rows]


async def test_an_officer_sends_it_through_the_next_door_with_one_press(house: House) -> None:
    """The same words and files, to the person's proven address that the office wants first; the journal says so."""
    by, ticket = await house.officer("petugas"), await asks(house)
    await also(house, ticket, "telegram", "700001", last_in_at=NOW)
    await also(house, ticket, "sms", SITI)
    row = await fails(await answered(house, ticket, by, files=[upload("surat.pdf", b"%PDF-1.7")]))
    told = await Passing(house.tickets).pass_on(by, row.id, "", NOW)
    assert told == "blitar-sms"
    assert await went(ticket) == [("wa", "dropped"), ("sms", "queued")]
    last = await Message.filter(author="officer").order_by("-id").first().prefetch_related("attachments")
    assert last is not None
    assert "Sudah kami tertibkan." in last.text
    assert [one.name for one in last.attachments] == ["surat.pdf"]
    assert await Entry.filter(event="delivery-passed-on", actor=by.mark).exists()
    with pytest.raises(Stale):
        await Passing(house.tickets).pass_on(by, row.id, "", NOW)
    assert len(await went(ticket)) == 2


async def test_what_went_on_and_failed_again_does_not_go_in_circles(house: House) -> None:
    """The copy stays where it failed, for an officer to see; whose address was proven meanwhile can be pressed for."""
    by, ticket = await house.officer("petugas"), await asks(house)
    await also(house, ticket, "sms", SITI)
    await fails(await answered(house, ticket, by))
    passing = Passing(house.tickets)
    assert await passing.sweep(NOW) == 1
    copy = await fails((await Delivery.filter(channel="blitar-sms").limit(1))[0])
    assert await passing.sweep(NOW) == 0
    await also(house, ticket, "telegram", "700001", last_in_at=NOW)
    assert await passing.sweep(NOW) == 0
    assert await passing.pass_on(by, copy.id, "", NOW) in {"blitar-wa", "blitar-telegram"}
    assert len(await went(ticket)) == 3


async def test_the_officer_may_choose_which(house: House) -> None:
    """Any open way of the person's; one that is shut is not taken."""
    by, ticket = await house.officer("petugas"), await asks(house)
    await also(house, ticket, "sms", SITI)
    chat = await also(house, ticket, "telegram", "700001", last_in_at=NOW)
    row = await fails(await answered(house, ticket, by))
    passing = Passing(house.tickets)
    here = (await Message.get(id=row.message_id)).conversation_id
    for shut in (f"c{here}", "c0", "nonsense"):
        with pytest.raises(Refused) as refused:
            await passing.pass_on(by, row.id, shut, NOW + 2 * DAY)
        assert (refused.value.code, refused.value.field) == ("way-unknown", "through")
    assert await passing.pass_on(by, row.id, f"c{chat.id}", NOW) == "blitar-telegram"


@pytest.mark.parametrize(("left", "end"), [(False, "dropped"), (True, "sent")])
async def test_what_arrived_after_all_takes_its_copy_back(house: House, left: bool, end: str) -> None:
    """The platform was late: the copy that still waits does not leave; one that has left is news like any other."""
    by, ticket = await house.officer("petugas"), await asks(house)
    await also(house, ticket, "sms", SITI)
    row = await fails(await answered(house, ticket, by))
    await Passing(house.tickets).pass_on(by, row.id, "", NOW)
    copy = (await Delivery.filter(channel="blitar-sms").limit(1))[0]
    if left:
        await Delivery.filter(id=copy.id).update(state="sent")
    await house.clerk(report, row.channel, Report(State.DELIVERED, key=row.key), NOW)
    await copy.refresh_from_db()
    await row.refresh_from_db()
    assert (row.state, copy.state) == ("delivered", end)
    assert await Entry.filter(event="delivery-withdrawn").exists() is not left


async def test_news_that_two_doors_heard_is_not_told_twice_at_one(house: House) -> None:
    """A status goes to both doors of a person at once; where one of them fails, the other has it already."""
    ticket = await asks(house)
    await also(house, ticket, "sms", SITI, linked_=True)
    await house.clerk(house.tickets.tell, ticket, "diterima", NOW)
    failed = await Delivery.filter(channel="blitar-wa").order_by("-id").first()
    assert failed is not None
    await fails(failed)
    before = await Message.filter(channel="blitar-sms").count()
    assert before
    assert await Passing(house.tickets).sweep(NOW) == 0
    assert await Message.filter(channel="blitar-sms").count() == before


async def test_what_is_not_proven_dead_shut_or_anothers_is_no_next_door(house: House) -> None:
    """A typed number, a dead address, a closed window, another reporter: nothing goes, and the officer is told."""
    by, ticket = await house.officer("petugas"), await asks(house)
    other = await asks(house, sender=BUDI)
    await Merging(house.tickets).merge(by, other.number, ticket.number, "Sama", now=NOW)
    await also(house, ticket, "sms", "+6281277770000", proven=False)
    await also(house, ticket, "messenger", "m1", last_in_at=NOW - timedelta(days=8))
    dead = await also(house, ticket, "telegram", "700002", last_in_at=NOW)
    await Address.filter(id=dead.address_id).update(dead_at=NOW)
    row = await fails(await answered(house, ticket, by))
    with pytest.raises(Refused) as refused:
        await Passing(house.tickets).pass_on(by, row.id, "", NOW)
    assert refused.value.code == "no-next-door"
    assert await Passing(house.tickets).sweep(NOW) == 0
    assert ("sms", "queued") not in await went(ticket)


async def test_only_who_looks_after_deliveries_may(house: House) -> None:
    """And only at their own office."""
    ticket, by = await asks(house), await house.officer("petugas")
    row = await fails(await answered(house, ticket, by))
    with pytest.raises(Forbidden):
        await Passing(house.tickets).pass_on(await house.officer("tim"), row.id, "", NOW)


async def test_the_clerk_passes_on_by_itself_once(house: House) -> None:
    """In the office's order; not again, not to whoever said STOP, and not what may have arrived."""
    by, ticket = await house.officer("petugas"), await asks(house)
    phone = await also(house, ticket, "sms", SITI)
    await also(house, ticket, "telegram", "700001", last_in_at=NOW)
    await Address.filter(id=phone.address_id).update(stopped_at=NOW)
    await fails(await answered(house, ticket, by))
    assert await Passing(house.tickets).sweep(NOW) == 1
    assert await went(ticket) == [("wa", "dropped"), ("telegram", "queued")]
    assert await Passing(house.tickets).sweep(NOW + timedelta(minutes=1)) == 0
    doubtful = await fails(await answered(house, ticket, by), state="unsure")
    assert await Passing(house.tickets).sweep(NOW) == 0
    assert (await Delivery.get(id=doubtful.id)).state == "unsure"


async def test_news_that_a_shut_window_kept_back_go_on_too(house: House) -> None:
    """What the clerk itself had to say reaches the next door; words too long for it become a pointer."""
    ticket = await asks(house)
    await also(house, ticket, "sms", SITI)
    late = NOW + DAY + timedelta(hours=1)
    await house.clerk(house.tickets.tell, ticket, "diterima", late)
    failed = await Delivery.filter(state="failed").get()
    await Message.filter(id=failed.message_id).update(text="x" * 500)
    assert await Passing(house.tickets).sweep(late) == 1
    said = await Message.filter(channel="blitar-sms").get()
    assert said.text.startswith(f"Ada jawaban utk aduan {ticket.number}. Baca dgn kode Anda di ")


async def test_a_chat_that_stays_unread_is_followed(house: House) -> None:
    """After a quarter of an hour, once, beside the chat; not where it was read, nor where the citizen wrote since."""
    by, ticket = await house.officer("petugas"), await asks(house, channel="obrolan", sender="o1")
    await also(house, ticket, "sms", SITI)
    talk = await Conversation.get(channel="blitar-obrolan")
    row = await fails(await answered(house, ticket, by), reason="", state="sent")
    passing = Passing(house.tickets)
    assert await passing.sweep(NOW + timedelta(minutes=14)) == 0
    await Delivery.filter(id=row.id).update(state="read")
    assert await passing.sweep(NOW + timedelta(minutes=16)) == 0
    await Delivery.filter(id=row.id).update(state="delivered")
    await Conversation.filter(id=talk.id).update(last_in_at=NOW + timedelta(minutes=5))
    assert await passing.sweep(NOW + timedelta(minutes=16)) == 0
    await Conversation.filter(id=talk.id).update(last_in_at=NOW - timedelta(minutes=5))
    assert await passing.sweep(NOW + timedelta(minutes=16)) == 1
    assert await passing.sweep(NOW + timedelta(minutes=17)) == 0
    assert await went(ticket) == [("obrolan", "delivered"), ("sms", "queued")]
    assert await Entry.filter(event="delivery-followed").count() == 1


async def test_of_news_that_lie_unread_the_last_follows(house: House) -> None:
    """Not each of several, none of what answered the citizen at once, none before it has lain, none after an answer."""
    ticket = await asks(house, channel="obrolan", sender="o1")
    await also(house, ticket, "sms", SITI)
    for minute, news in enumerate(("diteruskan", "dikaji", "dicek")):
        await house.clerk(house.tickets.tell, ticket, news, NOW + timedelta(minutes=10 * minute))
    await Delivery.filter(channel="blitar-obrolan").update(state="delivered")
    passing = Passing(house.tickets)
    assert await passing.sweep(NOW + timedelta(minutes=34)) == 0
    assert await passing.sweep(NOW + timedelta(minutes=36)) == 1
    assert await passing.sweep(NOW + timedelta(minutes=37)) == 0
    (copy,) = await Message.filter(channel="blitar-sms")
    assert copy.template == "dicek"


async def test_an_answer_stands_for_the_news_before_it(house: House) -> None:
    """Both lie unread: only the officer's words follow."""
    by, ticket = await house.officer("petugas"), await asks(house, channel="obrolan", sender="o1")
    await also(house, ticket, "sms", SITI)
    await house.clerk(house.tickets.tell, ticket, "dirapatkan", NOW)
    await answered(house, ticket, by, NOW + timedelta(minutes=1))
    await Delivery.filter(channel="blitar-obrolan").update(state="delivered")
    assert await Passing(house.tickets).sweep(NOW + timedelta(minutes=20)) == 1
    assert await Message.filter(channel="blitar-sms").values_list("author", flat=True) == ["officer"]


async def test_an_office_that_wants_neither_is_left_alone(
    any_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By itself nothing is passed on."""
    house = await made(any_database, tmp_path, monkeypatch)
    by, ticket = await house.officer("petugas"), await asks(house)
    await also(house, ticket, "sms", SITI)
    await fails(await answered(house, ticket, by))
    assert await Passing(house.tickets).sweep(NOW + timedelta(hours=1)) == 0
