"""SOP 10 of Blitar by SMS, through an Android phone and through Twilio, from the complaint to its end."""

from __future__ import annotations

import pytest

from tests.journeys.city import City
from tests.journeys.officers import Entry
from tests.journeys.phones import SmsCitizen
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

# What was asked for one after the other; the place was not known.
ADDED = Entry("Warga", "Pengadu menambahkan keterangan")
TOLD = [
    ADDED,
    Entry("Warga", "Objek yang diadukan dilengkapi dari jawaban pengadu"),
    ADDED,
    Entry("Warga", "Nama pengadu dilengkapi dari jawaban pengadu"),
]

BOTH_DOORS = [pytest.param("sms", "sqlite", id="android"), pytest.param("sms-luar", "sqlite", id="twilio")]
BOTH_ENGINES = [
    *BOTH_DOORS,
    pytest.param("sms", "postgres", id="android-postgres"),
    pytest.param("sms-luar", "postgres", id="twilio-postgres"),
]


async def arrives(city: City, door: str, complaint: str) -> SmsCitizen:
    """Somebody texts a complaint and hears that it was received, with a promise of 75 working minutes."""
    citizen = city.texter(door)
    await citizen.complains(complaint)
    await citizen.hears("Aduan BLT-26-000001 diterima, kode", "kabar paling lambat", "10.30 WIB", "BANTUAN")
    assert (citizen.number, len(citizen.code)) == ("BLT-26-000001", 6)
    await citizen.hears("Apa atau siapa yang diadukan pada BLT-26-000001?")
    await citizen.says("Petugas perizinan")
    await citizen.hears("Di mana letak aduan BLT-26-000001?")
    await citizen.says("LEWATI")
    await citizen.hears("Atas nama siapa")
    await citizen.says(citizen.name)
    await citizen.hears("sudah dicatat", "Petugas melanjutkan")
    city.clock.passes(minutes=5)
    return citizen


@pytest.mark.parametrize(("door", "engine"), BOTH_DOORS, indirect=["engine"])
async def test_a_simple_complaint_is_answered_directly_and_rated(door: str, blitar: City) -> None:
    """What the first officer can answer ends there; the citizen says SELESAI and gives five."""
    citizen = await arrives(blitar, door, "Petugas loket IMB meminta uang di luar tarif resmi kemarin pagi.")
    ratna = blitar.officer("petugas")

    answer = {"Isi jawaban kepada pengadu": "Tidak ada biaya di luar tarif. Petugas itu sudah kami tegur."}
    page = await ratna.does("Jawab langsung", citizen.number, answer)
    page.shows("Menunggu warga: SELESAI atau BELUM")
    await citizen.hears("Petugas itu sudah kami tegur.", "(aduan BLT-26-000001)", "Balas SELESAI atau BELUM")
    await citizen.is_content()
    await citizen.hears("kami tutup", "1 (buruk), 2, 3, 4, atau 5 (baik sekali)")
    await citizen.rates(5)
    await citizen.hears("nilai 5 utk aduan BLT-26-000001 sudah dicatat")
    await citizen.hears_nothing()

    assert await deeds(ratna, citizen) == [OPENED, *TOLD, *PAPERS, *DIRECT, CONTENT, rated(5)]
    (await ratna.reads(citizen.number)).shows("5 / 5", "Aduan selesai", citizen.person.phone)


@pytest.mark.parametrize(("door", "engine"), BOTH_ENGINES, indirect=["engine"])
async def test_an_object_with_a_permit_is_answered_by_the_office(door: str, blitar: City) -> None:
    """Up to the head, down by disposition, studied, answered on the office's form, and told to the citizen."""
    citizen = await arrives(blitar, door, "Bengkel las di Jl. Kalimantan bising sampai tengah malam.")
    ratna, hadi, endah = (blitar.officer(role) for role in ("petugas", "kepala-dinas", "kabid"))

    await ratna.does("Naikkan ke Kepala Dinas", citizen.number, {"Catatan petugas": "Sudah tiga kali diadukan."})
    await citizen.hears("diteruskan kepada pimpinan", "10.30 WIB")
    await hadi.does("Beri disposisi", citizen.number, DISPOSITION)
    await citizen.hears("kini dikaji")
    blitar.clock.passes(minutes=7)
    await endah.does("Objek telah berizin", citizen.number)
    form = {"Jawaban dinas atas aduan": "Jam kerja dibatasi."}
    await endah.does("Formulir jawaban sudah diisi", citizen.number, form)
    await citizen.hears_nothing()
    letter = "Bengkel itu berizin; mulai hari ini tutup pukul 21.00."
    await ratna.does("Kirim surat tanggapan", citizen.number, {"Isi jawaban kepada pengadu": letter})
    await citizen.hears(letter, "Balas SELESAI atau BELUM")
    await citizen.is_content()
    await citizen.hears("kami tutup")

    assert await deeds(endah, citizen) == [OPENED, *TOLD, *RAISED, *PERMITTED, *LETTER, CONTENT]
    page = await endah.reads(citizen.number)
    page.shows("Kaji dan laporkan hasilnya", "koordinator", "Segera", "Formulir Jawaban Aduan")


@pytest.mark.parametrize(("door", "engine"), BOTH_DOORS, indirect=["engine"])
async def test_an_object_without_a_permit_goes_to_satpol_pp_and_an_unhappy_citizen_reopens(
    door: str, blitar: City
) -> None:
    """A copy of the form to Satpol PP, the letter to the citizen; BELUM brings it back, SELESAI ends it."""
    citizen = await arrives(blitar, door, "Ada bangunan baru tanpa izin di belakang pasar Legi.")
    ratna, hadi, bambang = (blitar.officer(role) for role in ("petugas", "kepala-dinas", "kasi"))

    await ratna.does("Naikkan ke Kepala Dinas", citizen.number)
    await citizen.hears("diteruskan kepada pimpinan")
    await hadi.does("Beri disposisi", citizen.number, DISPOSITION)
    await citizen.hears("kini dikaji")
    await bambang.does("Objek belum berizin", citizen.number)
    receiver = {"Nama dan jabatan penerima": "Sutikno, Kasi Penegakan Satpol PP"}
    await bambang.does("Salinan formulir sudah diterima Satpol PP", citizen.number, receiver)
    await citizen.hears("belum berizin, Satpol PP sudah kami beri tahu")
    letter = {"Isi jawaban kepada pengadu": "Satpol PP menyegel bangunan itu."}
    await ratna.does("Kirim surat tanggapan", citizen.number, letter)
    await citizen.hears("Satpol PP menyegel bangunan itu.", "Balas SELESAI atau BELUM")

    await citizen.is_not_content("bangunannya masih dikerjakan tiap malam")
    await citizen.hears("dibuka lagi")
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
    assert await deeds(ratna, citizen) == [OPENED, *TOLD, *RAISED, *UNPERMITTED, *LETTER, *ending]
