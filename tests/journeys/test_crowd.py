"""Many at once: ten citizens at one door, and two officers at one ticket."""

from __future__ import annotations

import asyncio

import pytest

from tests.journeys.browsing import Page
from tests.journeys.city import City
from tests.journeys.officers import Officer

BLITAR = [
    pytest.param("sms", "sqlite", id="android"),
    pytest.param("sms-luar", "sqlite", id="twilio"),
    pytest.param("sms", "postgres", id="android-postgres"),
]
MOJOKERTO = [
    pytest.param("telegram", "sqlite", id="telegram"),
    pytest.param("telegram", "postgres", id="telegram-postgres"),
]


async def ten_come_and_are_answered(city: City, door: str, clerk: str) -> None:
    """Ten complain in the same breath; each hears of a ticket of their own, and each gets the answer to it."""
    citizens = [city.citizen(door) for _ in range(10)]
    await asyncio.gather(
        *(one.complains(f"Lampu jalan nomor {place} di Jl. Tanjung mati.") for place, one in enumerate(citizens))
    )
    for citizen in citizens:
        await citizen.hears(f"{city.office.code}-26-0000")
    assert len({citizen.number for citizen in citizens}) == 10
    officer = city.officer(clerk)
    await officer.opens()
    replies = [officer.does("Kirim balasan", one.number, {"Balasan": f"Untuk {one.number}."}) for one in citizens]
    await asyncio.gather(*replies)
    await city.settles()
    for place, citizen in enumerate(citizens):
        heard = [line.text for line in citizen.screen if "Untuk " in line.text]
        assert len(heard) == 1
        assert f"Untuk {citizen.number}." in heard[0]
        (await officer.reads(citizen.number)).shows(f"Lampu jalan nomor {place} di Jl. Tanjung mati.")


@pytest.mark.parametrize(("door", "engine"), BLITAR, indirect=["engine"])
async def test_ten_citizens_text_at_once(door: str, blitar: City) -> None:
    """By each kind of SMS."""
    await ten_come_and_are_answered(blitar, door, "petugas")


@pytest.mark.parametrize(("door", "engine"), [*MOJOKERTO, pytest.param("sms", "sqlite", id="sms")], indirect=["engine"])
async def test_ten_citizens_of_mojokerto_write_at_once(door: str, mojokerto: City) -> None:
    """In a chat, and by SMS."""
    await ten_come_and_are_answered(mojokerto, door, "petugas-fo")


@pytest.mark.parametrize(("door", "engine"), MOJOKERTO, indirect=["engine"])
async def test_two_officers_at_the_same_instant_and_neither_loses_a_word(door: str, mojokerto: City) -> None:
    """One of the two answers; the other finds the typed words beside the news, and a second press sends them."""
    sari = mojokerto.citizen(door)
    await sari.complains("Pertanyaan: apakah loket buka hari Sabtu?")
    await sari.hears("MJK-26-000001")
    sri, bambang = mojokerto.officer("petugas-fo"), mojokerto.officer("kasi")
    typed = {sri: "Ya, sampai pukul dua belas.", bambang: "Buka, silakan datang."}
    pages = {officer: await officer.reads(sari.number) for officer in typed}

    async def press(officer: Officer) -> Page:
        return await officer.tries("Kirim balasan", pages[officer], {"Balasan": typed[officer]})

    after = dict(zip(typed, await asyncio.gather(*map(press, typed)), strict=True))
    assert sorted(page.status for page in after.values()) == [200, 409]
    ((winner, _),) = ((one, page) for one, page in after.items() if page.status == 200)
    ((loser, page),) = ((one, page) for one, page in after.items() if page.status == 409)
    page.shows("Belum dilakukan: aduan ini sudah diubah orang lain.", typed[winner])
    form, _ = page.form("Kirim balasan")
    assert next(one.value for one in form.controls if one.name == "text").strip() == typed[loser]
    await sari.hears(typed[winner])
    await sari.hears_nothing()
    assert (await loser.tries("Kirim balasan", page)).status == 200
    await sari.hears(typed[loser])
    await sari.hears_nothing()
