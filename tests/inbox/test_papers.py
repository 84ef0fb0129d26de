"""Papers: their forms as data, which of them count, and the pages they are printed on."""

from __future__ import annotations

from datetime import datetime

import pytest

from config.schema import Action, PaperKind
from inbox.forms import action_forms, check_form, check_text, clean, paper_form
from inbox.models import Paper, Ticket
from inbox.papers import at_hand, kind_of
from inbox.printing import Printing
from inbox.refused import Forbidden, Missing, Refused
from inbox.worktime import Calendar
from templates import sheets
from tests.inbox.house import House, at, blitar, local

NOW = at("2026-11-23 09:15")
OFFICES = blitar()
OFFICE = OFFICES.office("blitar")
CALENDAR = Calendar(OFFICE, OFFICES.worktime)
SHEET = {
    "lembar-disposisi.to": ["kabid", "kasi"],
    "lembar-disposisi.nature": "Segera",
    "lembar-disposisi.instruction": "Periksa <b>berkas</b>",
    "lembar-disposisi.initials": "ab",
}
COPY = {
    "salinan-formulir.what": "1 lembar salinan",
    "salinan-formulir.received_by": "Budi, Satpol PP",
    "salinan-formulir.received_at": "2026-11-23T10:00",
}


def test_every_kind_of_paper_has_a_form() -> None:
    """Whatever an office declares, its officers are asked for something sensible, in words of the templates."""
    for made in ("template", "uploaded", "message", "register", "note", "disposition"):
        form = paper_form(OFFICE, PaperKind(id="x", name="X", made=made), {})
        assert all(field.label and field.name.startswith("x.") for field in form.fields)


def test_every_paper_of_an_office_that_prints_has_its_page() -> None:
    """Templates named in office.yaml exist."""
    names = sheets.names()
    assert {paper.template for paper in OFFICE.papers if paper.template} <= names


def test_a_prompt_is_the_words_above_the_field() -> None:
    """office.yaml may say what a statement is about."""
    form = paper_form(OFFICE, OFFICE.paper("formulir-jawaban"), {})
    assert [field.label for field in form.fields] == ["Jawaban dinas atas aduan"]


@pytest.mark.parametrize(
    ("outcome", "names"), [("handed-on", ["agency", "reason"]), ("closed", ["reason"]), ("answered", [])]
)
def test_an_ending_without_an_answer_asks_why(outcome: str, names: list[str]) -> None:
    """An action of the procedure that hands on or closes asks for agency and reason."""
    action = Action.model_validate({"id": "x", "label": "X", "to": "selesai", "outcome": outcome})
    forms = action_forms(OFFICE, action, (), {})
    assert [field.name for form in forms for field in form.fields] == names


@pytest.mark.parametrize(
    ("due", "read"),
    [
        ("2026-11-24T10:30", "2026-11-24 10:30"),
        ("2026-11-24T10:30+00:00", "2026-11-24 17:30"),
        ("2026-11-27", "2026-11-27 16:00"),
        ("2026-11-28", "2026-11-28 23:59"),
        ("", ""),
    ],
)
def test_a_moment_is_read_in_the_offices_time(due: str, read: str) -> None:
    """A date alone means the close of its business."""
    form = paper_form(OFFICE, OFFICE.paper("lembar-disposisi"), {})
    values = SHEET | {"lembar-disposisi.due": due}
    found = check_form(form, values, (), NOW, CALENDAR)["due"]
    assert (local(datetime.fromisoformat(found)) if found else "") == read


def test_text_is_kept_without_what_no_paper_takes() -> None:
    """Null bytes and control characters go, lines and emoji stay."""
    assert clean("\x00Satu\r\ndua\x07\u2028 🙂\ud800 ") == "Satu\ndua 🙂"
    with pytest.raises(Refused) as refusal:
        check_text("reason", "\x00 \n", 100)
    assert (refusal.value.code, refusal.value.field) == ("field-missing", "reason")


async def test_forms_last_and_statements_are_made_anew(house: House) -> None:
    """Reopened, the case keeps its form and agenda line, and the office's answer is written again."""
    petugas, kabid = await house.officer("petugas"), await house.officer("kabid")
    head = await house.officer("kepala-dinas")
    ticket = await _studied(house)
    await house.act(kabid, ticket.number, "berizin", NOW)
    await house.act(kabid, ticket.number, "isi-jawaban", NOW, {"formulir-jawaban.text": "Berizin."})
    await house.act(petugas, ticket.number, "kirim-tanggapan", NOW, {"surat-tanggapan.text": "Berizin."})
    await house.clerk(house.tickets.reopen, ticket, NOW, "citizen", "")
    case = await house.clerk(house.tickets.cases.hold, ticket, NOW, "clerk")
    assert await at_hand(case) == {"formulir-aduan", "agenda-masuk"}
    await house.act(petugas, ticket.number, "naikkan", NOW)
    with pytest.raises(Refused) as refusal:
        await house.act(head, ticket.number, "disposisikan", NOW)
    assert refusal.value.field == "lembar-disposisi.to"


async def _studied(house: House) -> Ticket:
    """A ticket that Kepala Dinas has sent to Kabid and Kasi."""
    ticket = await house.complaint(NOW, object="Ruko <tiga> lantai", place="Jalan Merdeka 5")
    await house.act(await house.officer("petugas"), ticket.number, "naikkan", NOW)
    head = await house.officer("kepala-dinas", initials="AB")
    return await house.act(head, ticket.number, "disposisikan", NOW, SHEET)


async def _printed(house: House, paper: str) -> str:
    row = await Paper.filter(paper=paper).order_by("-id").first()
    assert row is not None
    return await Printing(house.tickets).paper(await house.officer("kasi"), row.id, NOW)


async def test_the_complaint_form_prints_who_what_and_where(house: House) -> None:
    """With letterhead, both numbers, contact and the citizen's words; what was typed is text, never markup."""
    ticket = await _studied(house)
    html = await _printed(house, "formulir-aduan")
    for text in ("Pemerintah Kota Blitar", ticket.number, "1/2026", "Siti", "siti@example.com", "Jalan Merdeka 5"):
        assert text in html
    assert "Ruko &lt;tiga&gt; lantai" in html
    assert "/static/paper.css" in html
    assert "E-mail pengaduan" in html


async def test_the_disposition_prints_its_addressees_in_order(house: House) -> None:
    """Coordinator first, nature, instruction, initials."""
    await _studied(house)
    html = await _printed(house, "lembar-disposisi")
    assert html.index("Kepala Bidang") < html.index("(koordinator)") < html.index("Kepala Seksi")
    for text in ("Segera", "Periksa &lt;b&gt;berkas&lt;/b&gt;", "Paraf: ab", "Kepala Dinas"):
        assert text in html


async def test_satpol_pps_copy_does_not_say_who_complained(house: House) -> None:
    """Neither name nor address nor anything that leads to them; who received it and when is on it."""
    ticket = await _studied(house)
    kabid = await house.officer("kabid")
    await house.act(kabid, ticket.number, "belum-berizin", NOW)
    await house.act(kabid, ticket.number, "beri-tahu-satpol-pp", at("2026-11-23 10:05"), COPY)
    html = await _printed(house, "salinan-formulir")
    for secret in ("Siti", "siti@example.com", ticket.code):
        assert secret not in html
    for text in ("Ada bangunan ruko", "Jalan Merdeka 5", "Budi, Satpol PP", "pukul 10.00 WIB"):
        assert text in html


async def test_answers_print_as_statement_and_letter(house: House) -> None:
    """What the office found, and what was sent, word for word."""
    petugas, kabid = await house.officer("petugas"), await house.officer("kabid")
    ticket = await _studied(house)
    await house.act(kabid, ticket.number, "berizin", NOW)
    await house.act(kabid, ticket.number, "isi-jawaban", NOW, {"formulir-jawaban.text": "Izin 503 berlaku."})
    await house.act(petugas, ticket.number, "kirim-tanggapan", NOW, {"surat-tanggapan.text": "Bangunan itu berizin."})
    assert "Izin 503 berlaku." in await _printed(house, "formulir-jawaban")
    letter = await _printed(house, "surat-tanggapan")
    assert "Bangunan itu berizin." in letter
    assert "Sdr. Siti" in letter
    paper = await Paper.get(paper="surat-tanggapan")
    assert paper.message_id is not None


async def test_the_agenda_prints_a_year_in_order(any_house: House) -> None:
    """Gap-free from 1; another year is empty; whoever may not see everything may not see the book."""
    house, petugas = any_house, await any_house.officer("petugas")
    for n in range(3):
        ticket = await house.complaint(NOW, sender=f"w{n}@example.com")
        await house.act(petugas, ticket.number, "naikkan", NOW)
    printing = Printing(house.tickets)
    html = await printing.book(petugas, "agenda-aduan-masuk", 2026, NOW)
    assert [html.index(f'<td class="number">{n}</td>') for n in (1, 2, 3)] == sorted(
        html.index(f'<td class="number">{n}</td>') for n in (1, 2, 3)
    )
    assert "BLT-26-000003" in html
    assert "Belum ada catatan" in await printing.book(petugas, "agenda-aduan-masuk", 2025, NOW)
    with pytest.raises(Missing, match="book-missing"):
        await printing.book(petugas, "lain", 2026, NOW)
    nobody = await house.officer()
    with pytest.raises(Forbidden):
        await printing.book(nobody, "agenda-aduan-masuk", 2026, NOW)
    paper = await Paper.filter(paper="formulir-aduan").first()
    assert paper is not None
    with pytest.raises(Missing, match="paper-missing"):
        await printing.paper(nobody, paper.id, NOW)


async def test_a_book_line_is_no_page_of_its_own(house: House) -> None:
    """The agenda is printed as a book."""
    await _studied(house)
    row = await Paper.get(paper="agenda-masuk")
    with pytest.raises(Missing, match="paper-missing"):
        await Printing(house.tickets).paper(await house.officer("kasi"), row.id, NOW)


def test_an_office_that_lost_a_paper_still_reads_its_old_cases() -> None:
    """A paper unknown to the office file is a statement of that name."""
    assert kind_of(OFFICE, Paper(paper="lama")).made == "note"
