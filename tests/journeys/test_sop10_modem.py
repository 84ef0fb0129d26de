"""SOP 10 of Blitar by SMS through a modem: a real gammu-smsd with gammu's dummy phone, to its end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from inbox.models import Delivery
from tests.journeys import city as cities
from tests.journeys.city import City
from tests.journeys.conftest import Log
from tests.journeys.sop10 import CONTENT, DIRECT, OPENED, PAPERS, deeds, rated
from tests.journeys.waiting import until
from tests.modem_peers import Modem


@pytest.fixture
async def town(engine: str, tmp_path: Path, log: Log, modem: Modem) -> AsyncIterator[City]:
    """Blitar with its SIM in a modem."""
    async with cities.opened("blitar", engine, tmp_path / "data", modem=modem) as opened:
        yield opened


async def test_a_complaint_by_modem_is_answered_and_rated(town: City) -> None:
    """A long complaint arrives whole, its answer is delivered to the phone, SELESAI and 5 end it."""
    citizen, ratna = town.modem_texter(), town.officer("petugas")
    complaint = (
        "Petugas loket IMB di Jl. Merdeka 3 meminta uang di luar tarif resmi kemarin pagi, lima puluh ribu rupiah"
        " tanpa kuitansi, lalu menyuruh saya kembali pekan depan. Mohon ditindak supaya orang lain tidak mengalaminya."
    )
    await citizen.complains(complaint)
    await citizen.hears("Aduan BLT-26-000001 diterima, kode", "kabar paling lambat", "10.30 WIB")
    await citizen.hears("Apa atau siapa yang diadukan pada BLT-26-000001?")
    page = await ratna.reads(citizen.number)
    page.shows(complaint, citizen.person.phone)

    answer = "Tidak ada biaya di luar tarif. Petugas itu sudah kami tegur."
    await ratna.does("Jawab langsung", citizen.number, {"Isi jawaban kepada pengadu": answer})
    await citizen.hears(answer, "Balas SELESAI atau BELUM")
    await citizen.is_content()
    await citizen.hears("kami tutup", "1 (buruk)")
    await citizen.rates(5)
    await citizen.hears("nilai 5 utk aduan BLT-26-000001 sudah dicatat")

    assert town.modem is not None
    town.modem.delivers()
    await until(lambda: _delivered(town), "the network says that every answer reached the phone")
    done = await deeds(ratna, citizen)
    assert done[0] == OPENED
    assert done[-len([*PAPERS, *DIRECT, CONTENT, rated(5)]) :] == [*PAPERS, *DIRECT, CONTENT, rated(5)]


async def _delivered(town: City) -> bool:
    async with town.wadul.database.reading():
        states = await Delivery.filter(channel="blitar-sms").values_list("state", flat=True)
    return set(states) == {"delivered"}
