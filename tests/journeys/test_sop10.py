"""SOP 10 of Blitar from a citizen's complaint to its end, by mail and by form, through the officers' own pages."""

from __future__ import annotations

import pytest

from tests.journeys.mail import MailCitizen
from tests.journeys.officers import Entry
from tests.journeys.sop10 import (
    CONTENT,
    DIRECT,
    DISPOSITION,
    LETTER,
    OPENED,
    PAPERS,
    PERMITTED,
    RAISED,
    UNPERMITTED,
    deeds,
    rated,
)
from tests.journeys.town import Town
from tests.journeys.web import WebCitizen

Citizen = MailCitizen | WebCitizen

BOTH_DOORS = [pytest.param("mail", "sqlite", id="mail"), pytest.param("web", "sqlite", id="web")]
BOTH_ENGINES = [
    *BOTH_DOORS,
    pytest.param("mail", "postgres", id="mail-postgres"),
    pytest.param("web", "postgres", id="web-postgres"),
]


async def arrives(town: Town, door: str, complaint: str) -> Citizen:
    """Somebody complains at a door and hears that it was received, with a promise of 75 working minutes."""
    citizen: Citizen = town.mail_citizen() if door == "mail" else town.web_citizen()
    town.clock.passes(seconds=0 if door == "mail" else -20)  # a form takes a while to fill in
    await citizen.complains(complaint)
    await citizen.hears("sudah kami terima", "paling lambat Senin, 23 November 2026 pukul 10.30 WIB", "BANTUAN")
    assert citizen.number == "BLT-26-000001"
    town.clock.passes(minutes=5)
    return citizen


@pytest.mark.parametrize(("door", "engine"), BOTH_DOORS, indirect=["engine"])
async def test_a_simple_complaint_is_answered_directly_and_rated(door: str, town: Town) -> None:
    """What the first officer can answer ends there; the citizen says SELESAI and gives five."""
    citizen = await arrives(town, door, "Petugas loket IMB meminta uang di luar tarif resmi kemarin pagi.")
    ratna = town.officer("petugas")

    answer = {"Isi jawaban kepada pengadu": "Tidak ada biaya di luar tarif. Petugas itu sudah kami tegur."}
    page = await ratna.does("Jawab langsung", citizen.number, answer)
    page.shows("Menunggu warga: SELESAI atau BELUM")
    await citizen.hears("Petugas itu sudah kami tegur.", "sudah selesai?")

    await citizen.is_content()
    await citizen.hears("kami tutup", "Berapa nilai Anda")
    await citizen.rates(5)
    await citizen.hears("nilai 5", "sudah kami catat")
    await citizen.hears_nothing()

    assert await deeds(ratna, citizen) == [OPENED, *PAPERS, *DIRECT, CONTENT, rated(5)]
    (await ratna.reads(citizen.number)).shows("5 / 5", "Aduan selesai", "nomor 1 tahun 2026")


@pytest.mark.parametrize(("door", "engine"), BOTH_ENGINES, indirect=["engine"])
async def test_an_object_with_a_permit_is_answered_by_the_office(door: str, town: Town) -> None:
    """Up to the head, down by disposition, studied, answered on the office's form, and told to the citizen."""
    citizen = await arrives(town, door, "Bengkel las di Jl. Kalimantan bising sampai tengah malam.")
    ratna, hadi, endah = (town.officer(role) for role in ("petugas", "kepala-dinas", "kabid"))

    await ratna.does("Naikkan ke Kepala Dinas", citizen.number, {"Catatan petugas": "Sudah tiga kali diadukan."})
    await citizen.hears("kami teruskan kepada pimpinan", "Senin, 23 November 2026 pukul 10.30 WIB")
    await hadi.does("Beri disposisi", citizen.number, DISPOSITION)
    await citizen.hears("kini dikaji")
    town.clock.passes(minutes=7)
    await endah.does("Objek telah berizin", citizen.number)
    await endah.does(
        "Formulir jawaban sudah diisi", citizen.number, {"Jawaban dinas atas aduan": "Jam kerja dibatasi."}
    )
    await citizen.hears_nothing()
    letter = "Bengkel itu berizin; mulai hari ini tutup pukul 21.00."
    await ratna.does("Kirim surat tanggapan", citizen.number, {"Isi jawaban kepada pengadu": letter})
    await citizen.hears(letter, "sudah selesai?")
    await citizen.is_content()
    await citizen.hears("kami tutup")

    assert await deeds(endah, citizen) == [OPENED, *RAISED, *PERMITTED, *LETTER, CONTENT]
    page = await endah.reads(citizen.number)
    page.shows("Kaji dan laporkan hasilnya", "koordinator", "Segera", "Formulir Jawaban Aduan")


@pytest.mark.parametrize(("door", "engine"), BOTH_DOORS, indirect=["engine"])
async def test_an_object_without_a_permit_goes_to_satpol_pp_and_an_unhappy_citizen_reopens(
    door: str, town: Town
) -> None:
    """A copy of the form to Satpol PP, the letter to the citizen; BELUM brings it back, SELESAI ends it."""
    citizen = await arrives(town, door, "Ada bangunan baru tanpa izin di belakang pasar Legi.")
    ratna, hadi, bambang = (town.officer(role) for role in ("petugas", "kepala-dinas", "kasi"))

    await ratna.does("Naikkan ke Kepala Dinas", citizen.number)
    await citizen.hears("kami teruskan kepada pimpinan")
    await hadi.does("Beri disposisi", citizen.number, DISPOSITION)
    await citizen.hears("kini dikaji")
    await bambang.does("Objek belum berizin", citizen.number)
    receiver = {"Nama dan jabatan penerima": "Sutikno, Kasi Penegakan Satpol PP"}
    await bambang.does("Salinan formulir sudah diterima Satpol PP", citizen.number, receiver)
    await citizen.hears("Satuan Polisi Pamong Praja", "lengkap dengan salinan aduan")
    letter = {"Isi jawaban kepada pengadu": "Satpol PP menyegel bangunan itu."}
    await ratna.does("Kirim surat tanggapan", citizen.number, letter)
    await citizen.hears("Satpol PP menyegel bangunan itu.", "sudah selesai?")

    await citizen.is_not_content("bangunannya masih dikerjakan tiap malam")
    await citizen.hears("kami buka lagi")
    page = await ratna.reads(citizen.number)
    page.shows("Giliran Anda", "bangunannya masih dikerjakan tiap malam", "Dibuka lagi", "1 kali")
    again = {"Isi jawaban kepada pengadu": "Penjagaan malam dimulai hari ini."}
    await ratna.does("Jawab langsung", citizen.number, again)
    await citizen.hears("Penjagaan malam dimulai hari ini.")
    await citizen.is_content()
    await citizen.hears("kami tutup")
    await citizen.rates(4)
    await citizen.hears("nilai 4")
    await citizen.hears_nothing()

    reopened = Entry("Warga", "Dibuka kembali (ke-1)")
    ending = [reopened, *DIRECT, CONTENT, rated(4)]
    assert await deeds(ratna, citizen) == [OPENED, *RAISED, *UNPERMITTED, *LETTER, *ending]
