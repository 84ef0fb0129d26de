"""Webhooks as nobody wishes them: doubled, out of order, forged, replayed, cut, and a thousand at once."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from inbox.models import Message, SetAside, Ticket
from tests.journeys import city as cities
from tests.journeys.calls import Caller
from tests.journeys.city import City
from tests.journeys.phones import SmsCitizen

COMPLAINT = "Lampu jalan di Jl. Tanjung mati sejak Senin."
MORE = ("Sudah seminggu gelap.", "Tiangnya juga miring.")
DOORS = ["sms", "sms-luar"]


@pytest.fixture
async def caller(blitar: City, door: str) -> AsyncIterator[Caller]:
    """The platform of that door."""
    async with Caller(blitar, door) as caller:
        yield caller


async def stored(city: City) -> tuple[int, int, int]:
    """How many messages came in, how many tickets there are, and how much was set aside."""
    async with city.wadul.database.reading():
        came = await Message.filter(direction="in").count()
        return came, await Ticket.all().count(), await SetAside.all().count()


def acknowledged(citizen: SmsCitizen) -> int:
    """How often the citizen heard that it was received."""
    return sum("diterima, kode" in line.text for line in citizen.screen)


@pytest.mark.parametrize(
    ("door", "engine"), [*((d, "sqlite") for d in DOORS), ("sms", "postgres")], indirect=["engine"]
)
async def test_doubled_and_out_of_order_they_count_once(blitar: City, caller: Caller, door: str) -> None:
    """Three texts, each four times, shuffled and at once: three messages, one ticket, one acknowledgement."""
    citizen = blitar.texter(door)
    calls = [caller.call(citizen.person, text, serial) for serial, text in enumerate((COMPLAINT, *MORE), start=1)]
    many = calls * 4
    random.Random(door).shuffle(many)
    assert await caller.makes_all(many) == {200}
    await blitar.settles()
    assert await stored(blitar) == (3, 1, 0)
    assert acknowledged(citizen) == 1
    (await blitar.officer("petugas").reads("BLT-26-000001")).shows(COMPLAINT, *MORE)


@pytest.mark.parametrize("door", DOORS)
async def test_what_the_platform_did_not_sign_is_turned_away(blitar: City, caller: Caller, door: str) -> None:
    """Another key, no signature, a body changed or cut on its way, a broken line: nothing is stored."""
    citizen = blitar.texter(door)
    good = caller.call(citizen.person, COMPLAINT, 1)
    forged = caller.call(citizen.person, COMPLAINT, 1, key="kunci-orang-lain")
    changed = type(good)(good.path, good.body.replace(b"Lampu", b"Rumah"), good.headers)
    kind = {"Content-Type": good.headers["Content-Type"]}
    refused = await caller.makes_all([forged, changed, good.cut(), type(good)(good.path, good.body, kind)])
    assert refused <= {400, 401, 403}
    await caller.hangs_up(good)
    assert await stored(blitar) == (0, 0, 0)
    assert await caller.makes(good) == 200
    await blitar.settles()
    assert await stored(blitar) == (1, 1, 0)
    assert acknowledged(citizen) == 1


@pytest.mark.parametrize("door", DOORS)
async def test_a_replay_changes_nothing(blitar: City, caller: Caller, door: str) -> None:
    """Somebody who overheard a call makes it again, later too: no second message, no second answer."""
    citizen = blitar.texter(door)
    call = caller.call(citizen.person, COMPLAINT, 1)
    await caller.makes(call)
    await blitar.settles()
    heard = len(citizen.screen)
    assert await caller.makes(call) == 200
    blitar.clock.passes(hours=2)
    assert await caller.makes(call) == (200 if caller.twilio else 403)
    old = caller.call(citizen.person, MORE[0], 2, at=blitar.clock() - timedelta(hours=1))
    assert await caller.makes(old) == (200 if caller.twilio else 403)
    await blitar.settles()
    assert await stored(blitar) == ((2, 1, 0) if caller.twilio else (1, 1, 0))
    assert len([line for line in citizen.screen[heard:] if "diterima, kode" in line.text]) == 0


@pytest.mark.parametrize("door", DOORS)
async def test_what_is_signed_and_unreadable_is_shown(blitar: City, caller: Caller, door: str) -> None:
    """Cut before it was signed: kept byte for byte, on the page of trouble."""
    whole = caller.call(blitar.texter(door).person, COMPLAINT, 1)
    body = b"MessageSid=SM1&Body=Lampu" if caller.twilio else whole.cut().body
    assert await caller.makes(caller.signed(body)) == 200
    assert await stored(blitar) == (0, 0, 1)
    ratna = blitar.officer("petugas")
    trouble = await ratna.opens("/meja/gangguan")
    assert blitar.office.channels[door].name in trouble.part("asides")
    (link,) = [one.get("href") for one in trouble.all("//*[@id='asides']//a[@download]")]
    assert await ratna.browser.downloads(link) == body


@pytest.mark.parametrize(("door", "engine"), [("sms", "sqlite"), ("sms-luar", "postgres")], indirect=["engine"])
async def test_a_thousand_at_once_are_all_there(door: str, engine: str, tmp_path: Path) -> None:
    """A hundred citizens, ten texts each, at once: a ticket each with all ten, one acknowledgement each."""
    async with (
        cities.opened("blitar", engine, tmp_path / "data", citizens=100) as city,
        Caller(city, door) as caller,
    ):
        city.patience = 200
        citizens = [city.texter(door) for _ in range(100)]
        calls = [
            caller.call(citizen.person, f"{COMPLAINT} Rumah nomor {place}{turn}.", place * 10 + turn)
            for place, citizen in enumerate(citizens)
            for turn in range(10)
        ]
        random.Random(door).shuffle(calls)
        assert await caller.makes_all(calls) == {200}
        await city.settles()
        assert await stored(city) == (1000, 100, 0)
        async with city.wadul.database.reading():
            found = Counter(await Message.filter(direction="in").values_list("ticket_id", flat=True))
        assert set(found.values()) == {10}
        assert {acknowledged(citizen) for citizen in citizens} == {1}
