"""What time alone brings about: late steps, missed promises, the legal limit, and a clock that waits for somebody."""

from __future__ import annotations

import pytest

from tests.journeys.mail import MailCitizen
from tests.journeys.town import Town

COMPLAINT = "Parkir liar di depan stasiun menutup trotoar."


async def complained(town: Town) -> MailCitizen:
    """Somebody who has complained and heard so."""
    siti = town.mail_citizen()
    await siti.complains(COMPLAINT)
    await siti.hears("sudah kami terima")
    return siti


async def late(town: Town, role: str) -> list[str]:
    """What that officer is told of late steps."""
    return [line for line in await town.officer(role).notices() if "terlambat" in line.casefold()]


@pytest.mark.parametrize("engine", ["sqlite", "postgres"], indirect=True)
async def test_a_late_step_reminds_its_actors_then_their_superior(town: Town) -> None:
    """Fifteen minutes for the first step; half an hour after the reminder the next one above hears of it, once."""
    siti = await complained(town)
    town.clock.shows(23, "09.29")
    await town.strikes()
    assert not await late(town, "petugas")
    town.clock.shows(23, "09.31")
    await town.strikes()
    assert len(await late(town, "petugas")) == len(await late(town, "kasi")) == 1
    assert not await late(town, "sekretaris")
    town.clock.shows(23, "10.02")
    await town.strikes()
    await town.strikes()
    assert len(await late(town, "sekretaris")) == 1
    assert len(await late(town, "petugas")) == 1
    assert not await late(town, "kepala-dinas")
    page = await town.officer("petugas").reads(siti.number)
    page.shows("terlambat 32 menit")


async def test_nobody_is_reminded_outside_working_hours(town: Town) -> None:
    """Late at 15.56 while the program stood still: nothing at night, a reminder when the office opens."""
    town.clock.shows(23, "15.41")
    await complained(town)
    for time in ("16.30", "23.00"):
        town.clock.shows(23, time)
        await town.strikes()
    assert not await late(town, "petugas")
    town.clock.shows(24, "08.00")
    await town.strikes()
    assert len(await late(town, "petugas")) == 1
    town.clock.shows(24, "08.10")
    await town.strikes()
    assert not await late(town, "sekretaris")


async def test_a_missed_promise_is_told_with_a_new_date(town: Town) -> None:
    """At 10.30 nothing was answered: the citizen hears so, once, and until when now, a working day on."""
    siti = await complained(town)
    town.clock.shows(23, "10.29")
    await town.strikes()
    await siti.hears_nothing()
    town.clock.shows(23, "10.31")
    await town.strikes()
    await siti.hears("Mohon maaf", "belum selesai", "paling lambat Selasa, 24 November 2026 pukul 10.31 WIB")
    town.clock.shows(23, "11.00")
    await town.strikes()
    await siti.hears_nothing()
    (await town.officer("petugas").reads(siti.number)).shows("Janji kepada pengadu terlewat", "Selasa 24/11 10.31")


async def test_past_the_laws_limit_the_citizen_is_told_of_the_ombudsman(town: Town) -> None:
    """Fourteen working days for a complaint; the officers in charge are told as well."""
    siti = await complained(town)
    town.clock.shows(11, "16.01", month=12)
    await town.strikes()
    # Two mails of one minute: a mail server that delivers several at once may turn their order round.
    told = [(await siti.hears("Mohon maaf")).read for _ in range(2)]
    assert sum("Ombudsman" in words and "Permenpan RB 62/2018" in words for words in told) == 1
    assert sum("yang kami janjikan" in words for words in told) == 1
    await siti.hears_nothing()
    assert any("batas waktu menurut peraturan" in line for line in await town.officer("petugas").notices())


async def test_the_clock_stops_while_the_citizen_is_asked(town: Town) -> None:
    """Ten minutes were left: a day later they are laid on again with the answer, and nobody was late meanwhile."""
    siti = await complained(town)
    ratna = town.officer("petugas")
    town.clock.shows(23, "09.20")
    question = {"Balasan": "Mobil apa, dan jam berapa?", "Tunggu jawaban warga (jam langkah berhenti)": True}
    page = await ratna.does("Kirim balasan", siti.number, {**question, "Apa yang ditunggu dari warga": "Jam kejadian"})
    page.shows("Menunggu jawaban warga", "Jam kejadian", "jam berhenti")
    await siti.hears("Mobil apa, dan jam berapa?", "hitungan waktu penanganan kami hentikan")

    town.clock.shows(24, "09.57")
    await town.strikes()
    assert not await late(town, "petugas")
    await siti.hears_nothing()
    await siti.says("Angkot kuning, tiap sore jam empat.")
    await siti.hears("kami tambahkan")

    page = await ratna.reads(siti.number)
    page.shows("paling lambat Selasa 24/11 10.10", "Angkot kuning")
    assert "jam berhenti 09.20" in page.part("why")
    assert "Jam kejadian" in page.part("why")
    journal = [entry.what for entry in await ratna.journal(siti.number)]
    assert journal.index("Waktu dihentikan, menunggu jawaban pengadu") < journal.index("Waktu berjalan lagi")
    town.clock.shows(24, "10.09")
    await town.strikes()
    await siti.hears_nothing()
    assert not await late(town, "petugas")


async def test_an_answer_nobody_comes_back_to_closes_the_complaint(town: Town) -> None:
    """Fourteen working days after the answer it closes by itself, says so, and BELUM comes too late."""
    siti = await complained(town)
    await town.officer("petugas").does(
        "Jawab langsung", siti.number, {"Isi jawaban kepada pengadu": "Petugas parkir sudah menertibkan."}
    )
    await siti.hears("sudah menertibkan", "sudah selesai?")
    town.clock.shows(14, "09.00", month=12)
    await town.strikes()
    await siti.hears(siti.number)
    await siti.says("BELUM")
    (await siti.hears(siti.number)).hides("kami buka lagi")
    (await town.officer("petugas").reads(siti.number)).shows("Aduan selesai")
