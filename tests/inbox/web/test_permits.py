"""The office's list of permits, and the decision at a ticket that rests on it."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
import xlsxwriter  # type: ignore[import-untyped]

from inbox import permits_file
from inbox.models import Entry, Paper, Permit, PermitCheck, PermitList, ProcedureVersion, Ticket, TicketStep
from inbox.refused import Refused
from tests.inbox.web.desk import Browser, Office, Page

SETTINGS = "/meja/pengaturan/izin"
CSV = """No Izin;Nama Pemegang;Objek;Alamat;Berlaku s.d.
503/12/IMB/2024;Budi Santoso;Ruko dua lantai;Jl. Merdeka 12;31/12/2030
503/13/SIUP/2019;CV "Maju Jaya";Toko bangunan;Jl. Anggrek 3;1 Maret 2022
503/14/IMB/2025;Siti Khodijah;Rumah kos;Gg. Melati;seumur hidup
"""


@pytest.fixture
async def keeper(office: Office) -> Browser:
    """The browser of somebody who keeps the office's settings."""
    settings = next(id_ for id_, role in office.house.office.roles.items() if "settings" in role.may)
    return await office.browser(settings)


async def _upload(browser: Browser, content: bytes, how: str = "replace") -> Page:
    page = await browser.opens(SETTINGS)
    return await browser.sends(page, SETTINGS, {"how": how}, {"file": ("izin.csv", content)})


def test_a_list_is_read_out_of_a_workbook() -> None:
    """The first sheet, past an empty line, as many lines as a CSV may have; a cell that is a day is a day."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        day, page = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_worksheet()
        page.write_row(0, 0, ["No Izin", "Nama Pemegang", "Berlaku s.d."])
        page.write_row(2, 0, ["503/12/IMB/2024", "Budi Santoso"])
        page.write_datetime(2, 2, date(2030, 12, 31), day)
        page.write_row(60_000, 0, [50314, "Siti Khodijah", "seumur hidup"])
    first, last = permits_file.read(content.getvalue()).rows
    assert (first.line, first.number, first.valid_until) == (3, "503/12/IMB/2024", date(2030, 12, 31))
    assert (last.line, last.number, last.holder, last.valid_until) == (60_001, "50314", "Siti Khodijah", None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_a_list_is_read_however_it_was_saved(encoding: str, separator: str) -> None:
    """Encoding, separator and the columns' names are recognised; a heading in capitals, too."""
    content = CSV.replace('CV "Maju Jaya"', "Café Jaya").replace(";", separator).replace("No Izin", "NO. IZIN")
    read = permits_file.read(content.encode(encoding))
    assert not read.problems
    assert [row.number for row in read.rows] == ["503/12/IMB/2024", "503/13/SIUP/2019", "503/14/IMB/2025"]
    assert read.rows[1].holder == "Café Jaya"
    assert [str(row.valid_until) for row in read.rows] == ["2030-12-31", "2022-03-01", "None"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "permits-empty"),
        (b"nomor,pemegang\n", "permits-empty"),
        (b"sep=", "permits-no-headings"),
        (b"PK\x03\x04rest", "import-unreadable"),
        (b"\xd0\xcf\x11\xe0rest", "permits-no-csv"),
        (b"satu,dua\n1,2\n", "permits-no-headings"),
        (b"nomor\n12\n", "permits-no-headings"),
        (b"nomor,pemegang\n\x00\x01", "permits-no-csv"),
    ],
)
def test_what_is_no_list_is_said(content: bytes, code: str) -> None:
    """Nothing, a workbook, other columns: each with its remedy."""
    with pytest.raises(Refused) as refused:
        permits_file.read(content)
    assert refused.value.code == code


async def test_every_bad_line_is_named_and_nothing_is_stored(office: Office, keeper: Browser) -> None:
    """The list that was there stays whole."""
    await _upload(keeper, CSV.encode())
    bad = CSV + ";Tanpa Nomor;Kios;Jl. A;\n503-12-imb-2024;Kembar;Kios;Jl. B;\n9/9;X;Y;Z;besok\n8/8;X;Y;Z;;lebih\n"
    page = await _upload(keeper, bad.encode())
    assert page.status == 422
    said = page.part("problems")
    assert "Baris 5 Nomor izin kosong" in said
    assert "Baris 6 Nomor izin 503-12-imb-2024 sudah ada pada baris 2" in said
    assert 'Baris 7 Masa berlaku "besok" tidak terbaca' in said
    assert "Baris 8 Baris ini terbagi menjadi 6 kolom" in said
    assert await Permit.all().count() == 3
    assert await PermitList.all().count() == 1


async def test_a_list_is_added_to_or_replaced(office: Office, keeper: Browser) -> None:
    """Who, when and which version stand on the page; a known number is renewed, not doubled."""
    await _upload(keeper, CSV.encode())
    more = "nomor,pemegang,berlaku\n503 12 imb 2024,Ahli Waris Budi,31/12/2035\n503/99,Baru,\n"
    page = await _upload(keeper, more.encode(), "add")
    assert await Permit.all().count() == 4
    assert (await Permit.get(key="50312imb2024")).holder == "Ahli Waris Budi"
    assert "4 izin sekarang" in page.text
    assert "Versi 2 · izin.csv menambah · 2 izin" in page.text
    await _upload(keeper, more.encode())
    assert await Permit.all().count() == 2
    events = [row.event for row in await Entry.filter(event__startswith="permits-").order_by("id")]
    assert events == ["permits-replaced", "permits-added", "permits-replaced"]


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ("503 12 imb 2024", "503/12/IMB/2024"),
        ("budi santoso", "503/12/IMB/2024"),
        ("ruko jln merdeka", "503/12/IMB/2024"),
        ("santosa ruko", "503/12/IMB/2024"),
        ("Kos Gang Melati", "503/14/IMB/2025"),
        ("khodijah", "503/14/IMB/2025"),
    ],
)
async def test_a_permit_is_found_as_people_write_it(office: Office, keeper: Browser, asked: str, number: str) -> None:
    """Number, holder, object or place; abbreviated, or with a letter wrong."""
    await _upload(keeper, CSV.encode())
    ticket = await office.complaint()
    browser = await office.browser("kasi")
    page = await browser.opens(f"/meja/{ticket.number}/izin?cari={asked.replace(' ', '+')}")
    assert number in page.part("decide")
    assert page.part("decide").count("503/") == 1


async def test_whatever_is_asked_for_is_answered(office: Office, keeper: Browser) -> None:
    """A number longer than any permit has, and letters that are several in another form."""
    await _upload(keeper, CSV.encode())
    ticket = await office.complaint()
    browser = await office.browser("kasi")
    for asked in ("5" * 199, "\ufdfa" * 60):
        page = await browser.opens(f"/meja/{ticket.number}/izin?cari={asked}")
        assert page.status == 200
        assert "503/" not in page.part("decide")


async def test_the_decision_keeps_the_permit_as_it_was(office: Office, keeper: Browser) -> None:
    """The list changes afterwards; the evidence on the ticket does not."""
    await _upload(keeper, CSV.encode())
    ticket = await office.complaint()
    browser, path = await office.browser("kasi"), f"/meja/{ticket.number}/izin"
    page = await browser.opens(f"{path}?cari=merdeka")
    permit = await Permit.get(key="50312imb2024")
    await browser.sends(page, f"{path}/putusan", {"permit": str(permit.id), "licensed": "yes"})
    await _upload(keeper, b"nomor,pemegang\n1/1,Orang Lain\n")
    shown = (await browser.opens(path)).part("checks")
    for words in ("berizin", "503/12/IMB/2024", "Budi Santoso", "versi 1 (izin.csv)", "Baris 2.", "Agus Prasetyo"):
        assert words in shown
    assert (await Ticket.get(id=ticket.id)).permit_number == "503/12/IMB/2024"
    line = await Entry.get(event="permit-licensed")
    assert line.values == {"number": "503/12/IMB/2024", "version": 1}
    page = await browser.opens(f"/meja/{ticket.number}")
    assert "Objek dinyatakan berizin (nomor izin 503/12/IMB/2024, daftar versi 1)" in page.text
    assert "503/12/IMB/2024" in page.part("outside")


async def test_the_decision_stands_on_the_papers(office: Office, keeper: Browser) -> None:
    """Number, version, day and officer; never the holder."""
    await _upload(keeper, CSV.encode())
    ticket = await office.up_to_study()
    browser, path = await office.browser("kasi"), f"/meja/{ticket.number}/izin"
    page = await browser.opens(f"{path}?cari=merdeka")
    permit = await Permit.get(key="50312imb2024")
    await browser.sends(page, f"{path}/putusan", {"permit": str(permit.id), "licensed": "yes"})
    await office.act("kasi", ticket.number, "berizin")
    await office.act("kasi", ticket.number, "isi-jawaban", {"formulir-jawaban.text": "Sudah berizin"})
    paper = await Paper.get(paper="formulir-jawaban")
    text = (await browser.opens(f"/meja/{ticket.number}/dokumen/{paper.id}")).text
    assert "Berizin. Izin nomor 503/12/IMB/2024, masa berlaku 31/12/2030; daftar izin versi 1, diperiksa" in text
    assert "Budi Santoso" not in text


async def test_none_found_is_evidence_and_an_expired_one_wants_a_word(office: Office, keeper: Browser) -> None:
    """A permit that ran out, or none, counts only with a reason; that there is none needs no more than the look-up."""
    await _upload(keeper, CSV.encode())
    ticket = await office.complaint()
    browser, path = await office.browser("kasi"), f"/meja/{ticket.number}/izin"
    page = await browser.opens(f"{path}?cari=anggrek")
    expired = await Permit.get(key="50313siup2019")
    page = await browser.sends(page, f"{path}/putusan", {"permit": str(expired.id), "licensed": "yes"})
    assert page.status == 422
    assert "habis masa berlakunya pada 2022-03-01" in page.text
    page = await browser.sends(page, f"{path}/putusan", {"permit": "", "licensed": "yes"})
    assert "Pilih izinnya, atau tulis bukti lain" in page.text
    assert not await PermitCheck.exists()
    page = await browser.opens(f"{path}?cari=mangga")
    await browser.sends(page, f"{path}/putusan", {"licensed": "no"})
    check = await PermitCheck.get()
    assert (check.licensed, check.asked, check.found, check.list_version) == (False, "mangga", 0, 1)


async def test_permits_are_seen_only_at_a_ticket_one_may_see(office: Office, keeper: Browser) -> None:
    """No right to settings, no list; another office's ticket, no look-up."""
    await _upload(keeper, CSV.encode())
    browser = await office.browser("petugas")
    assert (await browser.opens(SETTINGS)).status == 403
    page = await browser.opens("/meja/BLT-26-999999/izin?cari=budi")
    assert page.status == 404
    assert "Budi Santoso" not in page.text


async def _to_letters(ticket: Ticket) -> None:
    """The ticket follows the procedure for letters, and stands where its branch is decided."""
    letters = await ProcedureVersion.get(office=ticket.office, procedure="blitar-11")
    await Ticket.filter(id=ticket.id).update(procedure_id=letters.id, step="status")
    await TicketStep.filter(ticket_id=ticket.id, ended_at=None).update(version_id=letters.id, step="status")


async def test_the_branch_waits_for_the_evidence(office: Office, keeper: Browser) -> None:
    """Letter procedure: the branch opens the look-up instead of going on, until the decision says the same."""
    await _upload(keeper, CSV.encode())
    ticket = await office.up_to_study()
    await _to_letters(ticket)
    browser, path = await office.browser("kasi"), f"/meja/{ticket.number}"
    page = await browser.opens(path)
    assert 'Tindakan "Objek telah berizin" memerlukan bukti izin' in page.text
    with pytest.raises(Refused, match="evidence-missing"):
        await office.act("kasi", ticket.number, "berizin")
    page = await browser.opens(f"{path}/izin?cari=mangga")
    await browser.sends(page, f"{path}/izin/putusan", {"licensed": "no"})
    page = await browser.opens(path)
    assert "menyatakan objek belum berizin, berlawanan" in page.part("act-berizin")
    await browser.sends(page, f"{path}/tindakan/belum-berizin", {})
    assert (await Ticket.get(id=ticket.id)).step == "satpol-pp"


async def test_evidence_from_before_a_reopening_no_longer_counts(office: Office, keeper: Browser) -> None:
    """What was decided of the object then stays on the ticket; the branch waits for a decision of now."""
    await _upload(keeper, CSV.encode())
    ticket = await office.up_to_study()
    browser, path = await office.browser("kasi"), f"/meja/{ticket.number}"
    await browser.sends(await browser.opens(f"{path}/izin?cari=mangga"), f"{path}/izin/putusan", {"licensed": "no"})
    office.now += timedelta(hours=1)
    acting, by = office.house.acting, office.by["kasi"]
    version = await office.house.version(ticket.number)
    await acting.close(by, ticket.number, "Sudah jelas", version=version, now=office.now)
    version = await office.house.version(ticket.number)
    await acting.reopen_by(by, ticket.number, "Bangunannya bertambah", version=version, now=office.now)
    await _to_letters(ticket)
    with pytest.raises(Refused, match="evidence-old"):
        await office.act("kasi", ticket.number, "belum-berizin")
    page = await browser.opens(path)
    assert "dari sebelum aduan dibuka lagi" in page.part("act-belum-berizin")
    office.now += timedelta(minutes=1)
    await browser.sends(await browser.opens(f"{path}/izin?cari=mangga"), f"{path}/izin/putusan", {"licensed": "no"})
    await office.act("kasi", ticket.number, "belum-berizin")
    assert (await Ticket.get(id=ticket.id)).step == "satpol-pp"
