"""GABUNG: a citizen proves by a code that two addresses are theirs, and nobody else can, nor learns whose one is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.meaning import Keyword
from inbox.actor import Actor
from inbox.database import Database
from inbox.joining import Joinings
from inbox.models import Address, Joining, Message, Ticket
from tests.bot.street import MORNING, Citizen, Street

PHONE = "+6281234567890"
CHAT = "0123456789abcdef0123456789abcdef"


async def mojokerto(database: Database, folder: Path) -> Street:
    """Mojokerto's doors."""
    made = Street(database, folder / "files", "mojokerto")
    await made.tickets.prepare(MORNING)
    return made


@pytest.fixture
async def city(sqlite_database: Database, tmp_path: Path) -> Street:
    """The same over SQLite."""
    return await mojokerto(sqlite_database, tmp_path)


async def code_at(citizen: Citizen) -> str:
    """The code in what that address heard last."""
    (message,) = await citizen.new()
    assert message.template == "kode-gabung"
    found = re.search(r"Kode ([A-Z2-9]{6}) ", message.text)
    assert found
    return found[1]


async def two(street: Street) -> tuple[Citizen, Citizen]:
    """Somebody in a chat, and a telephone that has a complaint of its own."""
    chat, phone = street.citizen(CHAT, "obrolan"), street.citizen(PHONE)
    await phone.says("Selokan di depan rumah saya mampet sejak kemarin")
    await chat.says("Lampu jalan di depan pasar mati sejak Senin")
    await phone.new()
    await chat.new()
    return chat, phone


async def persons() -> int:
    """How many persons the two tickets have."""
    return len({one.citizen_id for one in await Ticket.all()})


async def test_the_code_that_comes_back_joins_both_and_an_officer_can_undo_it(
    any_database: Database, tmp_path: Path
) -> None:
    """CEK from the one tells of the other's complaint afterwards; both records say who did it, and it is reversible."""
    street = await mojokerto(any_database, tmp_path)
    chat, phone = await two(street)
    await chat.says("GABUNG 0812-3456-7890")
    assert await chat.hears() == ["gabung-diminta"]
    code = await code_at(phone)
    await phone.says(code)
    assert await phone.hears() == ["gabung-di-sana"]
    await phone.says("mampet")
    assert "gabung-di-sana" not in await phone.hears()
    assert await persons() == len(await street.all()) == 2
    await chat.says(f"kodenya {code.lower()}")
    assert await chat.hears() == ["gabung-selesai"]
    assert await persons() == 1
    await phone.says("CEK")
    assert "MJK-26-000002" in await phone.reads()
    first, second = await street.all()
    for ticket in (first, second):
        assert "person-proved" in await street.journal(ticket)
    assert code not in " ".join([*await street.on(first), *await street.on(second)])
    row = await Joining.get()
    kasi: Actor = await street.officer("kasi")
    joinings = Joinings(street.tickets)
    version = (await Ticket.get(id=first.id)).version
    await joinings.separate(kasi, first.number, row.id, version=version, now=street.clock)
    assert await persons() == 2
    assert set(await Address.all().values_list("joined", flat=True)) == {None}


async def test_an_unknown_address_is_answered_as_a_known_one(city: Street) -> None:
    """The same words in the same order, whether it has a complaint, never wrote, said STOP, or cannot be reached."""
    chat, phone = await two(city)
    stopped, stranger = city.citizen("+6281234567892"), city.citizen("+6281234567893")
    await stopped.says("STOP")
    await stopped.new()
    heard = []
    for place, address in enumerate((phone.sender, stranger.sender, stopped.sender, "siti@example.com")):
        asker = city.citizen(f"{place:032x}", "obrolan")
        await asker.says(f"GABUNG {address}")
        heard.append(await asker.reads())
    assert len(set(heard)) == 1
    assert await stranger.hears() == ["kode-gabung"]
    assert await phone.hears() == ["kode-gabung"]
    assert await stopped.hears() == []
    assert await chat.hears() == []


async def test_nobody_guesses_or_sends_without_end(city: Street) -> None:
    """Five wrong codes end it for an hour, a code lasts an hour, and no address gets a second one in that time."""
    chat, phone = await two(city)
    await chat.says(f"GABUNG {PHONE}")
    code = await code_at(phone)
    other = city.citizen("f" * 32, "obrolan")
    await other.says(f"GABUNG {PHONE}")
    assert await phone.hears() == []
    await other.says(code)
    assert await persons() == 2
    await chat.new()
    for wrong in ("AAAA22", "AAAA23", "AAAA24", "AAAA25", "AAAA26", code):
        await chat.says(f"GABUNG {wrong}")
    assert await chat.hears() == ["gabung-salah"] * 6
    assert await persons() == 2
    await chat.says(f"GABUNG {PHONE}")
    assert await chat.hears() == ["gabung-cara"]
    city.later(hours=2)
    await chat.says(f"GABUNG {PHONE}")
    code = await code_at(phone)
    city.later(minutes=61)
    await chat.says(f"GABUNG {code}")
    assert (await chat.hears())[-1] == "gabung-salah"
    assert await persons() == 2


async def test_addresses_that_never_wrote_get_no_more_than_the_offices_share(city: Street) -> None:
    """Whoever asks for codes to one number after another from new chats soon sends nothing."""
    most = city.office.clerk.first_per_hour
    for place in range(most + 2):
        await city.citizen(f"{place:032x}", "obrolan").says(f"GABUNG +62812345{place:05d}")
    assert await Message.filter(template="kode-gabung").count() == most


async def test_a_mail_that_anybody_may_have_written_asks_its_owner_first(street: Street) -> None:
    """Who sends in another's name gets no code for that person's complaints: the owner's mailbox is asked."""
    siti, phone = street.citizen("siti@example.com", "email"), street.citizen(PHONE)
    await siti.says("Lampu jalan di depan pasar mati sejak Senin", subject="Lampu mati")
    await siti.new()
    await siti.says(f"GABUNG {PHONE}")
    (asked,) = await siti.new()
    assert asked.template == "pastikan"
    assert f"{Keyword.UNITE.upper()} {PHONE}" in asked.text
    assert await phone.hears() == []
    await siti.says(f"GABUNG {PHONE}", answers=(f"{asked.key}@blitar.example",), subject="Re: Benarkah")
    code = await code_at(phone)
    await siti.says(code)
    assert (await siti.hears())[-1] == "pastikan"
    assert await Joining.all().count() == 0
