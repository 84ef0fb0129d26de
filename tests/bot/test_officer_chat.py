"""Officers who write to the office's own doors: a code links a chat, and none of it becomes anybody's complaint."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.desk import Desk
from bot.officer_chat import OfficerChats
from inbox.actor import Actor
from inbox.database import Database
from inbox.limits import Limits
from inbox.models import Address, Citizen, Conversation, Entry, Message, Officer, OfficerLine, OfficerSending, Ticket
from inbox.officer_lines import OfficerLines, new_code
from inbox.shown import Shown
from tests.bot.street import ABILITIES, COMPLAINT, MORNING, Street
from tests.bot.street import Citizen as Sender

SMS = "blitar-sms"


@dataclass
class Counter:
    """How often whoever sends was woken."""

    woken: int = 0
    chats: list[OfficerChats] = field(default_factory=list)

    def wake(self) -> None:
        self.woken += 1


@pytest.fixture
async def known(any_database: Database, tmp_path: Path) -> tuple[Street, Counter]:
    """Blitar's doors, behind which officers are known."""
    street, counter = Street(any_database, tmp_path / "files"), Counter()
    await street.tickets.prepare(MORNING)
    chats = OfficerChats(any_database, counter.wake)
    counter.chats.append(chats)
    street.desks = {channel: desk_of(street, channel, chats) for channel in street.offices.channels()}
    return street, counter


def desk_of(street: Street, channel: str, chats: OfficerChats) -> Desk:
    return Desk(
        channel,
        tickets=street.tickets,
        database=street.database,
        files=street.files,
        shown=Shown(street.files),
        offices=street.offices,
        abilities=ABILITIES.__getitem__,
        announce=street.events.append,
        wake=lambda: None,
        now=lambda: street.clock,
        limits=Limits(street.database, b"rahasia"),
        officers=chats,
    )


async def code_for(street: Street, by: Actor, channel: str = SMS) -> str:
    """A code that the desk gave out just now."""
    lines = OfficerLines(street.database, street.offices)
    return (await lines.begin(by, channel, "", street.clock)).code


async def linked(street: Street, by: Actor, phone: Sender) -> OfficerLine:
    """A telephone that is an officer's."""
    await phone.says(f"PETUGAS {await code_for(street, by)}")
    return await OfficerLine.get(officer_id=by.officer_id)


async def nobody_complained() -> bool:
    """No citizen, no message, no conversation, no ticket is on record."""
    return not any([await one.all().count() for one in (Citizen, Address, Conversation, Message, Ticket)])


async def said() -> list[str]:
    """What is laid on for whoever wrote, oldest first."""
    return [row.values["code"] for row in await OfficerSending.filter(kind="reply", state="queued").order_by("id")]


async def test_a_code_links_a_chat_and_opens_nothing(known: tuple[Street, Counter]) -> None:
    """The line leads to the telephone it came from; no complaint, no citizen; and whoever sends is woken."""
    street, counter = known
    rini = await street.officer("petugas")
    code, phone = await code_for(street, rini), street.citizen()
    await phone.says(f"petugas {code.lower()}")
    line = await OfficerLine.get()
    assert (line.officer_id, line.channel, line.address) == (rini.officer_id, SMS, phone.sender)
    assert line.linked_at == street.clock
    assert await said() == ["linked"]
    assert await nobody_complained()
    assert counter.woken == 1
    assert await Entry.filter(event="line-linked", actor=rini.mark).count() == 1


@pytest.mark.parametrize("words", ["PETUGAS {}", "/start petugas-{}", " Petugas: {}.", "/start PETUGAS_{}"])
async def test_a_code_is_read_as_people_send_it(known: tuple[Street, Counter], words: str) -> None:
    """With the bot's start command, a colon, a full stop."""
    street, _ = known
    rini = await street.officer("petugas")
    await street.citizen().says(words.format(await code_for(street, rini)))
    assert await said() == ["linked"]


@pytest.mark.parametrize("words", ["Petugas keamanan", "petugas LAPANGAN", "Petugas kebersih."])
async def test_what_only_looks_like_a_code_is_a_citizens(known: tuple[Street, Counter], words: str) -> None:
    """A word of eight letters is no code: the clerk hears it."""
    street, _ = known
    await street.citizen().says(words)
    assert await said() == []
    assert await Message.filter(direction="in").count() == 1


def test_every_code_can_be_told_from_a_word() -> None:
    """There is a digit in each."""
    codes = [new_code() for _ in range(300)]
    assert len(set(codes)) == 300
    assert all(re.fullmatch("(?=.*[2-9])[A-HJ-NP-Z2-9]{8}", code) for code in codes)


async def test_a_code_that_comes_again_says_no_more_than_that(known: tuple[Street, Counter]) -> None:
    """A platform that repeats its message is answered once; an officer who sends it twice hears that it is done."""
    street, _ = known
    rini = await street.officer("petugas")
    code, phone = await code_for(street, rini), street.citizen()
    message = phone.message(f"PETUGAS {code}")
    for _ in range(2):
        await street.desks[SMS].accept(message)
    assert await said() == ["linked"]
    await phone.says(f"PETUGAS {code}")
    assert await said() == ["linked", "line-again"]
    assert await OfficerLine.all().count() == 1


@pytest.mark.parametrize("wrong", ["late", "unknown", "used", "elsewhere", "left"])
async def test_a_code_that_does_not_hold_links_nothing(known: tuple[Street, Counter], wrong: str) -> None:
    """Past its quarter of an hour, guessed, used by another chat, given for another door: said so, and no complaint."""
    street, _ = known
    rini = await street.officer("petugas")
    code = await code_for(street, rini, "blitar-email" if wrong == "elsewhere" else SMS)
    if wrong == "late":
        street.later(minutes=15)
    if wrong == "used":
        await street.citizen("+6281111111111").says(f"PETUGAS {code}")
    if wrong == "left":
        await Officer.filter(id=rini.officer_id).update(active=False)
    await street.citizen().says(f"PETUGAS {'ABCD2345' if wrong == 'unknown' else code}")
    assert (await said())[-1] == "code-unknown"
    assert not await OfficerLine.filter(address="+6281234567890").exists()
    assert await nobody_complained()


async def test_whoever_tries_codes_is_not_answered_without_end(known: tuple[Street, Counter]) -> None:
    """Three times an hour."""
    street, _ = known
    for place in range(6):
        await street.citizen().says(f"PETUGAS ABCD234{place + 2}")
    assert await said() == ["code-unknown"] * 3


async def test_one_line_is_one_officer(known: tuple[Street, Counter]) -> None:
    """A chat that is linked is not another officer's until it is let go from there."""
    street, _ = known
    rini, budi, phone = await street.officer("petugas"), await street.officer("kasi"), street.citizen()
    await linked(street, rini, phone)
    await phone.says(f"PETUGAS {await code_for(street, budi)}")
    assert (await said())[-1] == "line-taken"
    assert (await OfficerLine.get(address=phone.sender)).officer_id == rini.officer_id
    await phone.says("LEPAS")
    assert not await OfficerLine.filter(address=phone.sender).exists()
    assert (await said())[-1] == "line-let-go"
    await phone.says(f"PETUGAS {await code_for(street, budi)}")
    assert (await OfficerLine.get(address=phone.sender)).officer_id == budi.officer_id


async def test_what_a_linked_chat_says_is_no_complaint(known: tuple[Street, Counter]) -> None:
    """An officer who answers a notice is told where to work; the line is heard from."""
    street, _ = known
    rini, phone = await street.officer("petugas"), street.citizen()
    line = await linked(street, rini, phone)
    street.later(hours=2)
    await phone.says("Baik, segera saya cek jalan yang rusak itu")
    assert (await said())[-1] == "line-only-news"
    assert await nobody_complained()
    assert (await OfficerLine.get(id=line.id)).heard_at == street.clock


async def test_another_process_knows_it_too(known: tuple[Street, Counter]) -> None:
    """After its next look; and a line that was let go meanwhile is a citizen's again, whatever it remembers."""
    street, counter = known
    phone = street.citizen()
    line = await linked(street, await street.officer("petugas"), phone)
    other = OfficerChats(street.database, counter.wake)
    street.desks[SMS] = desk_of(street, SMS, other)
    await phone.says("Siap")
    assert (await said())[-1] == "line-only-news"
    await line.delete()
    await phone.says(COMPLAINT)
    assert await Ticket.all().count() == 1


async def test_an_officer_may_complain_as_a_citizen(known: tuple[Street, Counter]) -> None:
    """In so many words; and what they add to a complaint of their own is on its record."""
    street, _ = known
    phone = street.citizen()
    await linked(street, await street.officer("petugas"), phone)
    await phone.says(f"ADUAN {COMPLAINT}")
    (ticket,) = await street.all()
    await phone.says("Sejak kemarin juga tiangnya miring, takut roboh")
    assert len(await street.on(ticket)) == 2


async def test_citizens_in_the_same_batch_are_the_clerks(known: tuple[Street, Counter]) -> None:
    """Each gets what is theirs, in order."""
    street, _ = known
    rini, siti, phone = await street.officer("petugas"), street.citizen("+6281111111111"), street.citizen()
    code = await code_for(street, rini)
    accepted = await street.desks[SMS].accept(siti.message(COMPLAINT), phone.message(f"PETUGAS {code}"))
    assert len(accepted) == 2
    (ticket,) = await street.all()
    assert ticket.summary == COMPLAINT
    assert await said() == ["linked"]


async def test_a_mail_that_answers_our_news_is_no_complaint(known: tuple[Street, Counter]) -> None:
    """Only by the name of a message that this address was sent: any other mail from there is a citizen's."""
    street, _ = known
    rini, mail = await street.officer("petugas"), street.citizen("rini@example.go.id", "email")
    lines = OfficerLines(street.database, street.offices)
    line = await lines.begin(rini, "blitar-email", mail.sender, street.clock)
    await lines.confirm(rini, line.id, line.code, street.clock)
    await lines.test(rini, line.id, street.clock)
    sent = await OfficerSending.get(kind="test")
    street.later(minutes=1)
    await mail.says("Terima kasih, nanti saya lihat", answers=(f"{sent.key[:26]}@blitar.example.go.id",))
    assert await said() == ["line-only-news"]
    assert await nobody_complained()
    await mail.says(COMPLAINT, answers=("somebody@elsewhere",))
    assert await Ticket.all().count() == 1
