"""Curhat Ning Ita of Mojokerto by chat and by SMS: every branch and path of SOP.48, through the officers' pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest

from tests.journeys.browsing import Answer
from tests.journeys.city import City
from tests.journeys.officers import Entry
from tests.journeys.phones import GraphCitizen, SmsCitizen, TelegramCitizen
from tests.journeys.sop10 import deeds, rated

Citizen = SmsCitizen | TelegramCitizen | GraphCitizen
Turn = tuple[str, str, Mapping[str, Answer]]
STORY = "Antrean loket perizinan tadi pagi sampai dua jam"
THANKS = {"Saran": "atas sarannya", "Pertanyaan": "sudah bertanya"}
SHEET = {"Sifat": "Biasa", "Isi disposisi": ["Tindak lanjuti sesuai ketentuan"]}
LETTER = {"Isi jawaban kepada pengadu": "Loket kedua kami buka mulai besok."}
TO_KABID = SHEET | {"Kepada": ["Kepala Bidang Pengaduan, Kebijakan dan Pelaporan Layanan"]}
TO_KASI = SHEET | {"Kepada": ["Kepala Seksi Monev dan Pengaduan"]}
INVITATION = {
    "Kepada": "Dinas Komunikasi dan Informatika",
    "Waktu rapat": "2026-11-24T09:00",
    "Tempat": "Ruang rapat lantai 2",
    "Yang dibahas": "Antrean loket",
}
MINUTES = {
    "Tempat": "Ruang rapat lantai 2",
    "Pimpinan rapat": "Endah Wahyuni",
    "Yang hadir": "Tim Teknis",
    "Pertimbangan pemecahan permasalahan": "Menambah satu loket.",
}
ANSWERED = {"Isi surat": "Loket kedua kami buka mulai besok."}
# Papers that go their way before the button that needs them: who puts a paraf on it, who signs.
ISSUED = {
    "Adakan rapat koordinasi dengan Tim Teknis": ("undangan-rakor", ("kasi",), "kabid"),
    "Berita acara sudah jadi": ("berita-acara", (), "kabid"),
    "Kirim surat jawaban": ("surat-jawaban", ("kasi", "kabid"), "kepala-dinas"),
}
REGISTERED: Turn = ("petugas-fo", "Daftarkan dan teruskan ke Kepala Dinas", {"Perihal": "Antrean loket"})
DIRECTED: Sequence[Turn] = (
    ("kepala-dinas", "Beri arahan tindak lanjut", TO_KABID),
    ("kabid", "Perintahkan Kasi menindaklanjuti", TO_KASI),
)
ASKED: Sequence[Turn] = (
    ("kepala-dinas", "Minta pendapat Kabid PKPL", TO_KABID),
    ("kabid", "Beri resume dan teruskan ke Kasi", {"Resume permasalahan": "Loket dua tutup.", **TO_KASI}),
)
WRITTEN: Sequence[Turn] = (("kasi", "Kirim jawaban tertulis", LETTER),)
MET: Sequence[Turn] = (
    ("kasi", "Adakan rapat koordinasi dengan Tim Teknis", INVITATION),
    ("tim-teknis", "Berita acara sudah jadi", MINUTES),
    ("kabid", "Sampaikan resume ke Kepala Dinas", {"Resume sesuai berita acara": "Satu loket ditambah."}),
    ("kepala-dinas", "Perintahkan menindaklanjuti hasil rapat", TO_KASI),
    ("kasi", "Kirim surat jawaban", ANSWERED),
)


# Other chats tell who writes.
NAMELESS = ("sms", "instagram", "facebook")


@dataclass(frozen=True)
class Way:
    """A way through the procedure: who does what, and whether there is a meeting."""

    turns: Sequence[Turn]
    meeting: bool = False


WAYS = {
    "directed-written": Way((*DIRECTED, *WRITTEN)),
    "asked-written": Way((*ASKED, *WRITTEN)),
    "directed-met": Way((*DIRECTED, *MET), meeting=True),
    "asked-met": Way((*ASKED, *MET), meeting=True),
}
EVERY_WAY = [
    *(pytest.param(door, way, "sqlite", id=f"{door}-{way}") for door in ("telegram", "sms") for way in WAYS),
    pytest.param("telegram", "asked-met", "postgres", id="telegram-postgres"),
    pytest.param("sms", "directed-written", "postgres", id="sms-postgres"),
    pytest.param("whatsapp", "asked-met", "sqlite", id="whatsapp-asked-met"),
    pytest.param("whatsapp", "directed-written", "postgres", id="whatsapp-postgres"),
    pytest.param("instagram", "asked-written", "sqlite", id="instagram-asked-written"),
    pytest.param("instagram", "directed-met", "postgres", id="instagram-postgres"),
]


async def arrives(city: City, door: str, story: str = STORY, kind: str = "Keluhan") -> Citizen:
    """Somebody tells a story, says of what kind it is by button or number, and what else is asked for."""
    citizen = city.citizen(door)
    await citizen.complains(story)
    await citizen.hears("MJK-26-000001", "kabar" if door == "sms" else "Kabar dari kami")
    if door == "sms":
        await citizen.hears("termasuk apa?", "1 = Pengaduan", "2 = Keluhan", "6 = Informasi")
    assert (citizen.number, len(citizen.code)) == ("MJK-26-000001", 6)
    await citizen.chooses(kind)
    if kind == "Keluhan":
        await citizen.hears("Di mana kejadian")
        await citizen.says("Jl. Gajah Mada no 100")
    else:
        await citizen.hears(f"Terima kasih {THANKS[kind]}")
    if door in NAMELESS:
        await citizen.hears("nama Anda")
        await citizen.says(citizen.name)
    if door in NAMELESS or kind == "Keluhan":
        await citizen.hears("sudah kami catat")
    return citizen


async def walks(city: City, citizen: Citizen, turns: Sequence[Turn]) -> None:
    """Everybody takes their turn at the desk's pages, each five minutes later, and the citizen hears of it."""
    for role, button, answers in turns:
        city.clock.passes(minutes=5)
        if button in ISSUED:
            await issues(city, citizen.number, role, button, answers)
        await city.officer(role).does(button, citizen.number, {} if button in ISSUED else answers)
    await city.settles()


async def issues(city: City, number: str, role: str, button: str, answers: Mapping[str, Answer]) -> None:
    """The paper that a button needs: drafted, initialled, signed and issued on its own page."""
    kind, initials, signs = ISSUED[button]
    drafter = city.officer(role)
    page = await drafter.opens(f"/meja/{number}/naskah/baru/{kind}")
    page = await drafter.tries("Simpan draf", page, answers)
    path = page.url.path
    for other in initials:
        await city.officer(other).tries("Bubuhkan paraf", await city.officer(other).opens(path))
    await city.officer(signs).tries("Tanda tangani", await city.officer(signs).opens(path))
    await drafter.tries("Terbitkan", await drafter.opens(path))


@pytest.mark.parametrize(("door", "way", "engine"), EVERY_WAY, indirect=["engine"])
async def test_every_way_leads_to_an_answer_on_the_same_door(door: str, way: str, mojokerto: City) -> None:
    """Directed or asked, in writing or by a meeting: each turn is heard, the answer comes, and it ends with a mark."""
    citizen = await arrives(mojokerto, door)
    await walks(mojokerto, citizen, (REGISTERED, *WAYS[way].turns))
    await citizen.hears("sampaikan kepada Kepala Dinas")
    await citizen.hears("Kepala Dinas sudah memberi arahan", "ditelaah")
    if WAYS[way].meeting:
        await citizen.hears("tim teknis")
    letter = WAYS[way].meeting and door == "sms"  # a letter is too long for one: it says where it lies
    await citizen.hears("Surat jawaban" if letter else "Loket kedua kami buka mulai besok.", "SELESAI")
    await citizen.is_content()
    await citizen.hears("kami ikut senang" if door != "sms" else "Kami ikut senang", "kami tutup")
    await citizen.rates(5)
    await citizen.hears("nilai 5")
    await citizen.hears_nothing()

    desk = mojokerto.officer("kasi")
    (await desk.reads(citizen.number)).shows("5 / 5", "Keluhan", "Antrean loket", citizen.name, "Jl. Gajah Mada no 100")
    journal = await deeds(desk, citizen)
    assert journal[-1] == rated(5)
    made = [entry for entry in journal if any(entry.what.startswith(f"{button} ") for _, button, _ in WAYS[way].turns)]
    assert len(made) == len(WAYS[way].turns)
    assert Entry("Sri Wahyuni", "Buku Registrasi Pengaduan Masyarakat dibuat") in journal


@pytest.mark.parametrize("door", ["telegram", "sms"])
async def test_belum_brings_it_back_to_the_front_office(door: str, mojokerto: City) -> None:
    """It is registered once, decided anew, and answered on the same door; SELESAI ends it."""
    citizen = await arrives(mojokerto, door)
    await walks(mojokerto, citizen, (REGISTERED, *DIRECTED, *WRITTEN))
    await citizen.is_not_content("tadi pagi masih antre dua jam")
    await citizen.reads_last("buka lagi")
    page = await mojokerto.officer("petugas-fo").reads(citizen.number)
    page.shows("Giliran Anda", "tadi pagi masih antre dua jam", "Dibuka lagi", "1 kali")
    again: Turn = (*REGISTERED[:2], {})  # it stands in the book already
    await walks(mojokerto, citizen, (again, *ASKED, *WRITTEN))
    await citizen.is_content()
    await citizen.reads_last("kami tutup")
    journal = await mojokerto.officer("kasi").journal(citizen.number)
    books = [entry for entry in journal if entry.what == "Buku Registrasi Pengaduan Masyarakat dibuat"]
    assert len(books) == 1


@pytest.mark.parametrize("door", ["telegram", "sms"])
async def test_a_suggestion_is_thanked_and_answered_and_not_asked_whether_it_is_settled(
    door: str, mojokerto: City
) -> None:
    """Saran: thanks at once, thanks with the answer, no question behind it."""
    citizen = await arrives(mojokerto, door, "Loket sebaiknya buka sampai sore", "Saran")
    await walks(mojokerto, citizen, (REGISTERED, *DIRECTED, *WRITTEN))
    answer = await citizen.reads_last("Loket kedua kami buka mulai besok.")
    assert "Terima kasih atas sarannya" in answer.text
    assert "SELESAI" not in answer.text
    assert not answer.buttons
    await citizen.says("CEK")
    assert "SELESAI" not in citizen.screen[-1].text
    page = await mojokerto.officer("petugas-fo").reads(citizen.number)
    page.shows("Saran")
    assert any("Jenis" in entry.what for entry in await mojokerto.officer("petugas-fo").journal(citizen.number))


@pytest.mark.parametrize("door", ["telegram", "sms"])
async def test_a_question_is_asked_whether_it_is_answered(door: str, mojokerto: City) -> None:
    """Pertanyaan: the answer asks whether it answers, and "sudah terjawab" ends it."""
    citizen = await arrives(mojokerto, door, "Apakah loket buka hari Sabtu?", "Pertanyaan")
    await walks(mojokerto, citizen, (REGISTERED, *ASKED, *WRITTEN))
    await citizen.reads_last("erjawab")
    await citizen.says("sudah terjawab, terima kasih")
    (await mojokerto.officer("kasi").reads(citizen.number)).shows("selesai")
