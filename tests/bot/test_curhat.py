"""Curhat Ning Ita from the citizen's first words to the last: every way through SOP.48, by chat and by SMS."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from channels.base import Place
from config.schema import Office
from inbox.actor import Actor
from inbox.cases import visible
from inbox.database import Database
from inbox.models import (
    Conversation,
    Delivery,
    Entry,
    Message,
    Notice,
    Paper,
    RegisterEntry,
    Task,
    Ticket,
    TicketLink,
    TicketStep,
)
from inbox.paper_desk import PaperDesk
from inbox.printing import Printing
from tests.bot.street import MORNING, Citizen, Street

WIB = ZoneInfo("Asia/Jakarta")
STORY = "Antrean loket perizinan tadi pagi sampai dua jam"
ROLES = ("petugas-fo", "kasi", "kabid", "kepala-dinas", "tim-teknis")


@pytest.fixture
async def city(sqlite_database: Database, tmp_path: Path) -> Street:
    """Mojokerto's doors over SQLite."""
    made = Street(sqlite_database, tmp_path / "files", "mojokerto")
    await made.tickets.prepare(MORNING)
    return made


@pytest.fixture
async def staff(city: Street) -> dict[str, Actor]:
    """One officer for every role."""
    return {role: await city.officer(role) for role in ROLES}


@pytest.fixture
def sari(city: Street) -> Citizen:
    """Somebody with Telegram."""
    return city.citizen("501", "telegram")


@pytest.fixture
def budi(city: Street) -> Citizen:
    """Somebody with a telephone that takes short messages."""
    return city.citizen("+6281234567890", "sms")


def sheet(paper: str, *to: str) -> dict[str, Any]:
    """A disposition filled in."""
    fields = {"to": list(to), "nature": "Biasa", "instruction": "Tindak lanjuti sesuai ketentuan", "initials": "RN"}
    return {f"{paper}.{name}": value for name, value in fields.items()}


REGISTER: dict[str, Any] = {"pengaduan-masyarakat.object": "Antrean loket"}
RESUME = {"resume.text": "Loket dua tutup sejak Senin."}
ANSWER = {"jawaban-tertulis.text": "Loket kedua kami buka mulai besok."}
INVITATION = {
    "undangan-rakor.to": "Dinas Komunikasi dan Informatika",
    "undangan-rakor.held_at": "2026-11-24T09:00",
    "undangan-rakor.venue": "Ruang rapat lantai 2",
    "undangan-rakor.agenda": "Antrean loket",
}
MINUTES = {
    "berita-acara.held_at": "2026-11-23T09:20",
    "berita-acara.venue": "Ruang rapat lantai 2",
    "berita-acara.led_by": "Kepala Bidang",
    "berita-acara.present": "Tim Teknis",
    "berita-acara.text": "Menambah satu loket.",
}
DIRECTED = ("kepala-dinas", "arahkan", sheet("lembar-disposisi", "kabid"))
ASKED = ("kepala-dinas", "minta-pendapat", sheet("lembar-disposisi", "kabid"))
ORDERED = ("kabid", "perintahkan", sheet("disposisi-penyelesaian", "kasi"))
ADVISED = ("kabid", "beri-resume", RESUME | sheet("disposisi-penyelesaian", "kasi"))
WRITTEN = (("kasi", "jawab-tertulis", ANSWER),)
LETTER = {"surat-jawaban.text": "Loket kedua kami buka mulai besok."}
# Papers that go their way before the action that needs them: who drafts, marks, signs.
ISSUED = {
    "rapatkan": ("undangan-rakor", ("kasi",), "kabid"),
    "sepakati": ("berita-acara", (), "kabid"),
    "kirim-surat": ("surat-jawaban", ("kasi", "kabid"), "kepala-dinas"),
}
MET = (
    ("kasi", "rapatkan", INVITATION),
    ("tim-teknis", "sepakati", MINUTES),
    ("kabid", "sampaikan-resume", {"resume-berita-acara.text": "Satu loket ditambah."}),
    ("kepala-dinas", "perintahkan-rapat", sheet("disposisi-rakor", "kabid", "kasi")),
    ("kasi", "kirim-surat", LETTER),
)
WAYS = {
    "directed, ordered, answered": (DIRECTED, ORDERED, *WRITTEN),
    "asked, advised, answered": (ASKED, ADVISED, *WRITTEN),
    "directed, ordered, met": (DIRECTED, ORDERED, *MET),
    "asked, advised, met": (ASKED, ADVISED, *MET),
}


async def opens(citizen: Citizen, text: str, **more: Any) -> str:
    """Somebody says what opens a ticket; its number."""
    await citizen.says(text, **more)
    return (await citizen.street.all())[-1].number


async def act(city: Street, by: Actor, number: str, action: str, values: dict[str, Any]) -> Ticket:
    """An officer who has just looked does it, five minutes after the one before."""
    city.later(minutes=5)
    version = (await Ticket.get(number=number)).version
    return await city.acting.act(by, number, action, values, version=version, now=city.clock)


async def walk(
    city: Street, staff: dict[str, Actor], number: str, way: tuple[Any, ...], form: dict[str, Any] = REGISTER
) -> Ticket:
    """Register, and go the way to its end."""
    ticket = await act(city, staff["petugas-fo"], number, "teruskan", form)
    for role, action, values in way:
        ticket = await takes(city, staff, number, (role, action, values))
    return ticket


async def takes(city: Street, staff: dict[str, Actor], number: str, turn: tuple[str, str, dict[str, Any]]) -> Ticket:
    """One turn: what the action needs is drafted, initialled, signed and issued first."""
    role, action, values = turn
    if action not in ISSUED:
        return await act(city, staff[role], number, action, values)
    kind, initials, signs = ISSUED[action]
    desk = PaperDesk(city.tickets, city.acting._files)
    paper = await desk.draft(staff[role], number, kind, values, city.clock)
    given = {"revision": paper.revision, "now": city.clock}
    for other in initials:
        await desk.initial(staff[other], number, paper.id, **given)
    await desk.sign(staff[signs], number, paper.id, **given)
    await desk.issue(staff[role], number, paper.id, **given)
    return await act(city, staff[role], number, action, {})


@pytest.mark.parametrize("door", ["telegram", "sms"])
@pytest.mark.parametrize("way", WAYS)
async def test_every_way_leads_to_an_answer(city: Street, staff: dict[str, Actor], door: str, way: str) -> None:
    """Both branches, both paths, at both doors: the citizen hears each turn and is asked whether it is settled."""
    citizen = city.citizen("+6281234567890" if door == "sms" else "501", door)
    number = await opens(citizen, "Keluhan: " + STORY)
    await citizen.says("LEWATI")
    await citizen.hears()
    ticket = await walk(city, staff, number, WAYS[way])
    meeting = ["dirapatkan", "surat-jawaban"] if way.endswith("met") else ["dijawab"]
    assert await citizen.hears() == ["diteruskan", "dikaji", *meeting]
    assert (ticket.status, ticket.kind, ticket.step) == ("answered", "keluhan", "selesai")
    visited = [row.step for row in await TicketStep.filter(ticket_id=ticket.id).order_by("ordinal")]
    after = ["rapat", "resume-rapat", "arahan-rapat", "surat"] if way.endswith("met") else []
    assert visited == ["sampaikan", "daftarkan", "disposisi", "telaah", "jawab", *after, "selesai"]
    assert await RegisterEntry.filter(ticket_id=ticket.id, register="registrasi-pengaduan").count() == 1
    await citizen.says("SELESAI")
    assert await citizen.hears() == ["selesai-rating"]
    await citizen.says("5")
    assert (await Ticket.get(id=ticket.id)).rating == 5


async def test_both_engines_carry_it(any_database: Database, tmp_path: Path) -> None:
    """Kind, place and name by the menu, then the longest way."""
    city = Street(any_database, tmp_path / "files", "mojokerto")
    await city.tickets.prepare(MORNING)
    budi, staff = city.citizen("+6281234567890", "sms"), {role: await city.officer(role) for role in ROLES}
    number = await opens(budi, STORY)
    for answer in ("2", "Jl. Gajah Mada no 4", "Budi"):
        await budi.says(answer)
    ticket = await walk(city, staff, number, WAYS["asked, advised, met"])
    assert (ticket.status, ticket.kind, ticket.place) == ("answered", "keluhan", "Jl. Gajah Mada no 4")


async def test_the_citizens_own_row_is_complete_on_arrival(city: Street, sari: Citizen) -> None:
    """Row 1 has no due time and nobody's task; the front office's thirty minutes run from the message."""
    number = await opens(sari, STORY)
    own, office = await TicketStep.filter(ticket__number=number).order_by("ordinal")
    assert (own.step, own.ending, own.due_at) == ("sampaikan", "action", None)
    assert own.ended_at == office.started_at
    assert office.due_at is not None
    assert timedelta(minutes=30) <= office.due_at - office.started_at < timedelta(minutes=31)
    assert [task.role for task in await Task.filter(ticket__number=number)] == ["petugas-fo"]
    assert {notice.role for notice in await Notice.all()} == {"petugas-fo"}


async def test_it_goes_back_to_the_front_office_when_it_is_not_settled(
    city: Street, staff: dict[str, Actor], sari: Citizen
) -> None:
    """BELUM: the book has its entry already; everything else is decided anew."""
    number = await opens(sari, "Masalah: " + STORY)
    await walk(city, staff, number, WAYS["directed, ordered, answered"])
    await sari.says("BELUM, masih antre")
    ticket = await Ticket.get(number=number)
    assert (ticket.status, ticket.step) == ("open", "daftarkan")
    await walk(city, staff, number, WAYS["asked, advised, met"][:-3], {})
    assert await RegisterEntry.filter(ticket_id=ticket.id, register="registrasi-pengaduan").count() == 1


async def test_free_text_is_a_ticket_before_it_has_a_kind(city: Street, sari: Citizen) -> None:
    """Number, code and promise come at once, with the question and its six buttons in the same message."""
    number = await opens(sari, STORY)
    assert number.startswith("MJK-26-")
    (message,) = await sari.new()
    assert (await Ticket.get(number=number)).code in message.text
    assert "termasuk apa?" in message.text
    assert "Curhat Ning Ita" in message.text
    delivery = await Delivery.get(message_id=message.id)
    assert [value for value, _ in delivery.choices] == [kind.id for kind in city.office.kinds] + ["LEWATI"]
    assert "1 = " not in message.text


async def test_a_telephone_gets_a_numbered_menu(city: Street, budi: Citizen) -> None:
    """The acknowledgement first, then the menu as an SMS of its own; its number is an answer."""
    number = await opens(budi, STORY)
    first, menu = await budi.new()
    assert number in first.text
    lines = menu.text.splitlines()
    assert lines[2:] == [
        "1 = Pengaduan",
        "2 = Keluhan",
        "3 = Masalah",
        "4 = Saran",
        "5 = Pertanyaan",
        "6 = Informasi",
    ]
    await budi.says("no 2")
    assert (await Ticket.get(number=number)).kind == "keluhan"
    assert await budi.hears() == ["tanya-tempat"]
    await budi.says("Jl. Gajah Mada no 4")
    assert (await Ticket.get(number=number)).place == "Jl. Gajah Mada no 4"
    assert await budi.hears() == ["tanya-nama"]
    await budi.says("Budi Santoso")
    assert await budi.hears() == ["terima-isian"]


async def test_a_mail_has_the_menu_in_its_middle(city: Street) -> None:
    """Right below its question, before the goodbye."""
    siti = city.citizen("siti@example.com", "email")
    await siti.says(STORY, subject="Antrean loket")
    text = await siti.reads()
    assert text.index("termasuk apa?") < text.index("1 = Pengaduan") < text.index("Salam hangat")
    await siti.says("saran", subject="Re: Antrean loket", answers=((await siti.last()).key or "",))
    assert (await city.all())[0].kind == "saran"


async def test_a_button_files_the_kind_with_its_limit(city: Street, sari: Citizen) -> None:
    """The journal says so, and the legal limit is that of the kind."""
    number = await opens(sari, STORY)
    before = (await Ticket.get(number=number)).ceiling_at
    await sari.says(choice="pertanyaan", answers=())
    ticket = await Ticket.get(number=number)
    assert ticket.kind == "pertanyaan"
    assert ticket.ceiling_at is not None
    assert before is not None
    assert ticket.ceiling_at < before
    lines = {one.event: one for one in await Entry.filter(ticket_id=ticket.id)}
    assert lines["kind"].values["after"] == "Pertanyaan"
    assert lines["kind"].actor == "citizen"
    assert (await sari.hears())[-1] == "terima-jenis"


async def test_a_kind_with_a_route_of_its_own_changes_the_procedure(sqlite_database: Database, tmp_path: Path) -> None:
    """The case begins anew on the other procedure, with its promise, and the journal says so."""
    city = Street(sqlite_database, tmp_path / "files", "mojokerto", change=_two_procedures)
    await city.tickets.prepare(MORNING)
    sari = city.citizen("501", "telegram")
    number = await opens(sari, STORY)
    assert await _procedure(city, number) == "mojokerto-48"
    await sari.says(choice="saran")
    assert await _procedure(city, number) == "saran-1"
    ticket = await Ticket.get(number=number)
    assert "rerouted" in await city.journal(ticket)
    assert ticket.promise_at is not None
    assert ticket.promise_at - city.clock < timedelta(minutes=31)
    assert "pukul 09.46 WIB" in (await sari.last()).text
    by = await city.officer("kasi")
    await city.acting.fields(by, number, {"kind": "keluhan"}, version=ticket.version, now=city.clock)
    assert await _procedure(city, number) == "mojokerto-48"
    assert (await sari.hears())[-1] == "diubah-jalur"


def _two_procedures(office: Office) -> Office:
    """Suggestions follow a procedure of one step."""
    route = office.routes[-1]
    whole = office.procedures["mojokerto-48"]
    steps = tuple(step for step in whole.steps if step.id in {"sampaikan", "daftarkan", "selesai"})
    answer = whole.step("jawab").actions[0]
    steps = tuple(step.model_copy(update={"actions": (answer,)}) if step.id == "daftarkan" else step for step in steps)
    promise = type(whole.promise).parse("30 menit")
    short = whole.model_copy(update={"id": "saran-1", "title": "Saran", "promise": promise, "steps": steps})
    return office.model_copy(
        update={
            "procedures": {**office.procedures, "saran-1": short},
            "routes": (route.model_copy(update={"kind": "saran", "procedure": "saran-1"}), *office.routes),
        }
    )


async def _procedure(city: Street, number: str) -> str:
    ticket = await Ticket.get(number=number)
    return (await city.tickets.versions.procedure(ticket.procedure_id)).id


async def test_a_suggestion_is_thanked_and_answered(city: Street, staff: dict[str, Actor], budi: Citizen) -> None:
    """Nobody asks whether it is settled, neither with the answer nor at CEK."""
    number = await opens(budi, "Saran: loketnya dibuka sampai sore")
    assert await budi.hears() == ["diterima", "tanya-nama"]
    await budi.says("Budi")
    await walk(city, staff, number, WAYS["directed, ordered, answered"])
    answer = (await budi.last()).text
    assert answer.startswith("Loket kedua")
    assert "Terima kasih atas sarannya" in answer
    assert "SELESAI" not in answer
    await budi.says("CEK")
    assert "SELESAI" not in (await budi.last()).text
    assert "tanggapi" in (await budi.last()).text


async def test_a_question_is_asked_whether_it_is_answered(city: Street, staff: dict[str, Actor], sari: Citizen) -> None:
    """Buttons and words speak of an answer, and "sudah terjawab" closes it."""
    number = await opens(sari, "Mau tanya, apakah loket buka hari Sabtu?", sender_name="Sari")
    assert await sari.hears() == ["diterima"]
    await walk(city, staff, number, WAYS["asked, advised, answered"])
    message = await sari.last()
    assert "pertanyaan Anda" in message.text
    assert (await Delivery.get(message_id=message.id)).choices == [
        ["SELESAI", "Sudah terjawab"],
        ["BELUM", "Belum terjawab"],
    ]
    await sari.says("sudah terjawab, terima kasih")
    assert (await Ticket.get(number=number)).status == "closed"


async def test_one_breath_and_one_album_are_one_ticket(city: Street, sari: Citizen) -> None:
    """Bursts and albums join in silence; the question stays and is asked once."""
    await sari.says(STORY)
    await sari.says("loket dua tutup terus", group="album")
    await sari.says("", group="album", place=None)
    (ticket,) = await city.all()
    assert await sari.hears() == ["diterima"]
    await sari.says("2")
    assert (await Ticket.get(id=ticket.id)).kind == "keluhan"


async def test_a_pin_is_the_place(city: Street, sari: Citizen) -> None:
    """Its point is kept, and nobody asks for the place any more."""
    number = await opens(sari, STORY, sender_name="Sari")
    await sari.says("", place=Place(-7.4722, 112.4338))
    await sari.says("keluhan")
    ticket = await Ticket.get(number=number)
    assert (ticket.latitude, ticket.longitude, ticket.place) == (-7.4722, 112.4338, "-7.47220, 112.43380")
    assert (await sari.hears())[-1] == "terima-jenis"


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("/start", "salam"),
        ("/start@NingItaBot", "salam"),
        ("/bantuan", "bantuan"),
        ("/help@NingItaBot", "bantuan"),
        ("/cek", "tak-ada-aduan"),
        ("STOP", "berhenti"),
    ],
)
async def test_commands_are_understood(city: Street, sari: Citizen, text: str, heard: str) -> None:
    """With their sign and the bot's name, as a chat's menu sends them."""
    await sari.says(text)
    assert await sari.hears() == [heard]


async def test_stop_and_mulai_by_sms(city: Street, staff: dict[str, Actor], budi: Citizen) -> None:
    """After STOP only an officer is heard; MULAI brings the clerk back."""
    number = await opens(budi, "Keluhan: " + STORY)
    await budi.says("STOP")
    await budi.hears()
    await act(city, staff["petugas-fo"], number, "teruskan", REGISTER)
    assert await budi.hears() == []
    await budi.says("MULAI")
    assert await budi.hears() == ["mulai"]


async def test_the_old_form_works_by_sms(city: Street, budi: Citizen) -> None:
    """ADUAN#nama#alamat#isi fills what it says, and asks for nothing else."""
    number = await opens(budi, "ADUAN#Budi#Jl. Majapahit 7#Reklame roboh")
    ticket = await Ticket.get(number=number).select_related("citizen")
    assert (ticket.citizen.name, ticket.place, ticket.summary) == ("Budi", "Jl. Majapahit 7", "Reklame roboh")
    assert await budi.hears() == ["diterima"]


async def test_a_typed_telephone_is_asked_once_by_sms(city: Street) -> None:
    """The office's first telephone door asks whether the number is right; its answer makes it heard."""
    siti = city.citizen("w1", "web")
    answer = await siti.sends_form(STORY, kontak="0812 3456 7890", jenis="keluhan", nama="Siti", tempat="Loket")
    phone = city.citizen("+6281234567890", "sms")
    assert await phone.hears() == ["konfirmasi"]
    assert answer.code not in (await phone.last()).text
    await phone.says("YA")
    link = await TicketLink.filter(ticket__number=answer.number, conversation__channel="mojokerto-sms").first()
    assert link is not None
    assert link.confirmed


async def test_a_telephone_left_later_in_a_chat_counts_for_the_case_that_is_open(city: Street) -> None:
    """It is asked once whose it is, told nothing, and heard once it says yes; the same one twice is asked once."""
    siti = city.citizen(f"c{'0' * 32}", "obrolan")
    number = await opens(siti, STORY)
    phone = city.citizen("+6281234567890", "sms")
    await siti.says("Roboh ke jalan.", fields={"kontak": "0812 3456 7890"})
    await siti.says("Cepat ya.", fields={"kontak": "0812 3456 7890"})
    assert await phone.hears() == ["konfirmasi"]
    await phone.says("YA")
    link = await TicketLink.get(ticket__number=number, conversation__channel="mojokerto-sms")
    assert link.confirmed


@pytest.mark.parametrize(
    "known_as",
    [
        ("ID.1", "+6281200000777", "ID.1"),
        ("+6281200000777", "ID.1", "+6281200000777"),
        ("+6281200000777", "+6281200000888", "ID.1"),
    ],
    ids=["the number shows and hides", "hides and shows", "changes and hides"],
)
async def test_whoever_shows_hides_or_changes_a_number_goes_on_with_the_same_case(
    city: Street, known_as: tuple[str, ...]
) -> None:
    """WhatsApp's own id of a person says who it is; answers go to the number that was seen last, or to that id."""
    somebody = [city.citizen(one, "whatsapp") for one in known_as]
    number = await opens(somebody[0], STORY, lasting="ID.1")
    for one in somebody[1:]:
        await one.says("Tambahan: di Jl. Majapahit 7", lasting="ID.1")
    assert [ticket.number for ticket in await city.all()] == [number]
    assert len(await city.on((await city.all())[0])) == len(known_as)
    talk = await Conversation.get(channel="mojokerto-whatsapp").select_related("address")
    assert talk.address.value == [one for one in known_as if one.startswith("+")][-1]


async def test_a_number_that_somebody_else_has_joins_nobody(city: Street) -> None:
    """Two people stay two, whatever id shows up beside a number; who wrote last under it is meant from then on."""
    siti, wati = city.citizen("ID.1", "whatsapp"), city.citizen("+6281200000999", "whatsapp")
    await opens(siti, STORY, lasting="ID.1")
    await opens(wati, "Keluhan: selokan mampet di Gang Seruni")
    await wati.says("Masih mampet", lasting="ID.1")
    first, second = await city.all()
    assert (len(await city.on(first)), len(await city.on(second))) == (1, 2)


async def test_every_paper_of_the_way_can_be_printed(city: Street, staff: dict[str, Actor], budi: Citizen) -> None:
    """What goes to the technical team does not say who complained."""
    number = await opens(budi, "ADUAN#Budi Santoso#Jl. Majapahit 7#Reklame roboh")
    await walk(city, staff, number, WAYS["asked, advised, met"])
    printing, by = Printing(city.tickets), staff["kabid"]
    pages = {
        paper.paper: await printing.paper(by, paper.id, city.clock)
        for paper in await Paper.filter(ticket__number=number)
        if paper.paper != "buku-registrasi"
    }
    assert len(pages) == 9
    for name, page in pages.items():
        assert "Dinas Penanaman Modal" in page
        assert ("Budi Santoso" in page) is (name not in {"undangan-rakor", "berita-acara"}), name
    assert "Selasa, 24 November 2026 pukul 09.00 WIB" in pages["undangan-rakor"]
    book = await printing.book(by, "registrasi-pengaduan", 2026, city.clock)
    assert "Buku Registrasi Pengaduan Masyarakat" in book
    assert number in book


async def test_the_technical_team_sees_what_it_is_called_to(
    city: Street, staff: dict[str, Actor], sari: Citizen
) -> None:
    """And nothing else."""
    first = await opens(sari, "Keluhan: " + STORY)
    await act(city, staff["petugas-fo"], first, "teruskan", REGISTER)
    for turn in (DIRECTED, ORDERED, MET[0]):
        await takes(city, staff, first, turn)
    city.later(hours=1)
    second = await opens(sari, "BARU Masalah: parkir semrawut di depan kantor")
    assert second != first
    seen = [row.number for row in await _visible(city, staff["tim-teknis"])]
    assert seen == [first]


async def _visible(city: Street, by: Actor) -> list[Ticket]:
    return await visible(by, city.office)


async def test_everything_heard_by_sms_is_one_segment(city: Street, staff: dict[str, Actor], budi: Citizen) -> None:
    """Whatever the clerk says on the longest way fits an SMS; officers' words are theirs."""
    number = await opens(budi, STORY)
    await budi.says("1")
    await budi.says("Jl. Gajah Mada 100")
    await budi.says("Budi")
    await walk(city, staff, number, WAYS["asked, advised, met"])
    rows = Message.filter(conversation__address__value=budi.sender, direction="out", author="clerk")
    texts = [row.text for row in await rows]
    assert len(texts) >= 8
    assert max(map(len, texts)) <= 160
