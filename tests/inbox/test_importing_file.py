"""Spreadsheets as offices have them, and as nobody should send them."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter  # type: ignore[import-untyped]

from inbox import importing_file
from inbox.importing_columns import check, guess, headings, moment
from inbox.importing_file import read
from inbox.refused import Refused
from tests.inbox.house import at, blitar

WIB = ZoneInfo("Asia/Jakarta")
NOW = at("2026-11-23 10:00")
HEADERS = ("No. Agenda", "Tgl. Aduan", "Isi Aduan")


def xlsx(*rows: tuple[object, ...]) -> bytes:
    """A workbook of these rows."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"default_date_format": "dd/mm/yyyy"})
    page = book.add_worksheet()
    for place, row in enumerate(rows):
        page.write_row(place, 0, row)
    book.close()
    return file.getvalue()


def repacked(content: bytes, part: str, text: bytes) -> bytes:
    """The same workbook with one part replaced."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, text if name == part else old.read(name))
    return file.getvalue()


def test_headings_are_found_below_titles() -> None:
    """A title and an empty line above the headings do not matter; lines keep their numbers in the file."""
    table = read(xlsx(("BUKU REGISTER PENGADUAN 2025",), (), HEADERS, (1, "03/02/2025", "Jalan rusak")), headings())
    assert table.headers == HEADERS
    assert table.rows == ((4, ("1", "03/02/2025", "Jalan rusak")),)
    assert guess(table.headers, {}) == {"old_number": 0, "opened": 1, "text": 2}


def test_what_the_office_chose_before_goes_before_the_guess() -> None:
    """A heading that was named once is known, whatever it would be guessed to be."""
    assert guess(("Kode", "Tanggal", "Isi", "Uraian"), {"kode": "old_number", "uraian": "text"}) == {
        "old_number": 0,
        "text": 3,
        "opened": 1,
    }


@pytest.mark.parametrize(
    "text", ["No;Tgl;Isi\n1;3/2/2025;a, b", 'No,Tgl,Isi\r\n1,3/2/2025,"a, b"', "No\tTgl\tIsi\n1\t3/2/2025\ta, b"]
)
@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "cp1252"])
def test_csv_as_any_program_writes_it(text: str, code: str) -> None:
    """Semicolons, commas and tabs, with or without a mark, in old and new letters."""
    assert read(text.encode(code)).rows == ((2, ("1", "3/2/2025", "a, b")),)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        (datetime(2025, 2, 3), "2025-02-03"),  # noqa: DTZ001 - a sheet knows no zone
        ("3/2/2025", "2025-02-03"),
        ("03-02-25", "2025-02-03"),
        ("3.2.2025 14.30 WIB", "2025-02-03"),
        ("2025-02-03", "2025-02-03"),
        ("Senin, 3 Februari 2025", "2025-02-03"),
        ("3 Agt 2025", "2025-08-03"),
        ("17 Agustus 2025 pukul 09.15", "2025-08-17"),
        ("31/02/2025", ""),
        ("13/13/2025", ""),
        ("kemarin", ""),
        ("0", ""),
    ],
)
def test_dates_as_people_write_them(cell: str | datetime, day: str) -> None:
    """The day before the month; what is no day is none."""
    found = moment(cell, WIB)
    assert (found.date().isoformat() if found else "") == day


@pytest.mark.parametrize(
    ("cells", "codes"),
    [
        (("1", "3/2/2025", "Jalan rusak", "Pengaduan", "E-mail pengaduan"), []),
        (("", "", "", "", ""), ["import-missing", "import-missing", "import-missing"]),
        (("1", "35/2/2025", "x", "", ""), ["import-date"]),
        (("1", "3/2/2026", "x", "", ""), ["import-this-year"]),
        (("1", "3/2/2027", "x", "", ""), ["import-date"]),
        (("1", "3/2/2025", "x", "Gosip", "Merpati"), ["import-kind", "import-channel"]),
        (("9" * 61, "3/2/2025", "x" * 20_001, "", ""), ["import-long", "import-long"]),
    ],
)
def test_every_problem_of_a_row_is_named(cells: tuple[str, ...], codes: list[str]) -> None:
    """Bad dates, unknown kinds and doors, what is missing and what is too long: all at once."""
    columns = {"old_number": 0, "opened": 1, "text": 2, "kind": 3, "channel": 4}
    row = check(2, cells, columns, blitar().office("blitar"), NOW)
    assert sorted(code for code, _ in row.problems) == sorted(codes)


@pytest.mark.parametrize(
    "content",
    [b"PK\x03\x04 nothing", b"\x00\x01\x02\x03", b"", b"No;Tgl\n", xlsx(HEADERS)],
    ids=["broken-zip", "binary", "empty", "headings-alone", "sheet-of-headings"],  # a sheet's bytes hold the hour
)
def test_what_is_no_register_is_refused(content: bytes) -> None:
    """Broken files, empty ones, and headings with nothing below them."""
    with pytest.raises(Refused, match=r"import-(unreadable|empty)"):
        read(content)


def test_a_bomb_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that unpacks to very much, that lies about it, or whose cells lie far apart is never read."""
    monkeypatch.setattr(importing_file, "CalamineWorkbook", None)
    sheet, plain = "xl/worksheets/sheet1.xml", xlsx(HEADERS, (1, "3/2/2025", "x"))
    swollen = repacked(plain, sheet, b"<a>" + b" " * 300_000_000)
    far = repacked(
        plain, sheet, b'<worksheet><sheetData><row r="1"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    deep = repacked(
        plain,
        sheet,
        b"<worksheet><sheetData><row  spans='1:1' r='1048576'><c><v>1</v></c></row></sheetData></worksheet>",
    )
    quoted = repacked(plain, sheet, b"<worksheet><sheetData><row><c s='>' r='XFD9'/></row></sheetData></worksheet>")
    unsaid = repacked(plain, sheet, b"<worksheet><sheetData>" + b"<row/>" * 50_000 + b"</sheetData></worksheet>")
    wide = repacked(plain, sheet, b"<worksheet><sheetData><row>" + b"<c/>" * 300 + b"</row></sheetData></worksheet>")
    for content in (swollen, far, deep, quoted, unsaid, wide):
        with pytest.raises(Refused, match="import-bomb"):
            read(content)


def test_a_long_list_is_no_wide_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where more rows are let in than a register has, what they take up with the columns is bounded all the same."""
    monkeypatch.setattr(importing_file, "CalamineWorkbook", None)
    rows = b'<row r="1"><c r="IF1"/></row><row r="300000"><c r="A300000"/></row>'
    sheet = b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>"
    with pytest.raises(Refused, match="import-bomb"):
        importing_file.sheet(repacked(xlsx(HEADERS), "xl/worksheets/sheet1.xml", sheet), 100_000)


def test_a_sheet_is_looked_into_wherever_it_lies(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part under another name than sheets have is looked into as well; what another program made is not read."""
    monkeypatch.setattr(importing_file, "CalamineWorkbook", None)
    far = b'<worksheet><sheetData><row r="1"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    for name, code in (("xl/other.dat", "bomb"), ("content.xml", "unreadable"), ("XL\\workbook.bin", "unreadable")):
        file = io.BytesIO(xlsx(HEADERS, (1, "3/2/2025", "x")))
        with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as more:
            more.writestr(name, far)
        with pytest.raises(Refused, match=f"import-{code}"):
            read(file.getvalue())


def test_a_sheet_longer_than_what_is_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tags cut in two between two readings count once: a register of usual size is no bomb."""
    monkeypatch.setattr(importing_file, "_CHUNK_BYTES", 257)
    rows = [(nth, "3/2/2025", "Jalan rusak", *["x"] * 50) for nth in range(40)]
    assert len(read(xlsx((*HEADERS, *[f"k{n}" for n in range(50)]), *rows)).rows) == 40


def test_too_much_is_refused() -> None:
    """More rows, columns or bytes than a register has."""
    with pytest.raises(Refused, match="import-rows"):
        read(b"No;Tgl;Isi\n" + b"1;2;3\n" * (importing_file.MOST_ROWS + 1))
    with pytest.raises(Refused, match="import-columns"):
        read(b";".join(b"k%d" % n for n in range(80)) + b"\n1;2\n")
    with pytest.raises(Refused, match="import-large"):
        read(b" " * (importing_file.LARGEST_BYTES + 1))


def test_a_sheets_own_dates_are_read() -> None:
    """A cell that Excel keeps as a day is that day."""
    ((_, cells),) = read(xlsx(HEADERS, (7, date(2025, 2, 3), "Jalan rusak"))).rows
    found = moment(cells[1], WIB)
    assert found
    assert found.date() == date(2025, 2, 3)
