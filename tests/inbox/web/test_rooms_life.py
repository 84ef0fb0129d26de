"""The rooms beside the tickets as their people use them, in a real browser: the books, the recap, a former register."""

from __future__ import annotations

import asyncio
import io

import pypdf
import pytest
from playwright.async_api import Browser, Page, expect
from python_calamine import CalamineWorkbook

from config.schema import RecapOrder
from inbox import importing
from inbox.importing import Importing
from inbox.models import Ticket
from tests.inbox.house import at
from tests.inbox.test_importing import GOOD, HEADERS
from tests.inbox.test_importing_file import xlsx
from tests.inbox.web.desk import Office
from tests.inbox.web.persons import Screen, Seat, seat
from tests.inbox.web.test_look import chromium

__all__ = ["chromium"]

DESK, PHONE = Screen(1440, 900, "light"), Screen(390, 844, "dark")
BOOK = "/meja/buku/agenda-aduan-masuk"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WRONG = ("047/ADU/2025", "35/2/2025", "Parkir liar", "", "", "", "")
RIGHT = ("047/ADU/2025", "25/2/2025", "Parkir liar", "", "", "", "")


async def test_a_year_of_the_book_from_its_first_number_to_its_closing(office: Office, chromium: Browser) -> None:
    """An entry stands there by its number as soon as somebody made it, on paper too; then the year is closed."""
    ticket = await office.complaint()
    async with seat(office, chromium, "sekretaris", DESK) as desk:
        await desk.goes("/meja/buku/")
        await desk.page.locator(f"a.tile[href^='{BOOK}?']").click()
        await expect(desk.page.locator("#state")).to_contain_text("Belum ada isinya")
        await desk.follows()
        await office.act("petugas", ticket.number, "naikkan")
        await expect(desk.page.locator("#no-1")).to_contain_text(ticket.number)
        await expect(desk.page.locator("#state")).to_contain_text("Nomor terakhir 1, tanpa lompatan")
        async with desk.page.expect_popup() as opened:
            await desk.page.get_by_role("link", name="Cetak tahun 2026").click()
        paper = await opened.value
        await expect(paper.locator("h1")).to_contain_text("Buku Agenda Aduan Masuk tahun 2026")
        await expect(paper.locator("tbody")).to_contain_text(ticket.number)
        await expect(paper.get_by_role("button", name="Cetak")).to_be_visible()
    office.now = at("2026-12-31 14:00")
    async with seat(office, chromium, "sekretaris", PHONE) as hand:
        await hand.goes(f"{BOOK}?tahun=2026")
        await reads_as_a_card(hand.page, ticket)
        await hand.page.get_by_role("button", name="Tutup pada nomor 1").click()
        await expect(hand.page.locator("#state")).to_contain_text("Ditutup 31 Desember 2026 oleh Bambang Haryono")
        await hand.page.get_by_label("Alasan").fill("Satu surat tertinggal")
        await hand.page.get_by_role("button", name="Buka kembali").click()
        await expect(hand.page.locator("#state")).to_contain_text("Bambang Haryono: Satu surat tertinggal")


async def reads_as_a_card(page: Page, ticket: Ticket) -> None:
    """Nothing of a line lies beside a telephone's screen, and each value has its heading before it."""
    line = page.locator("#no-1")
    await expect(line.get_by_text("Rina Wulandari")).to_be_in_viewport(ratio=1)
    await expect(line.get_by_role("link", name=ticket.number)).to_be_in_viewport(ratio=1)
    heading = await line.locator("td").last.evaluate("(one) => getComputedStyle(one, '::before').content")
    assert heading == '"Dicatat oleh"'


async def test_a_month_is_read_down_to_its_complaints_and_taken_along(office: Office, chromium: Browser) -> None:
    """A figure opens the complaints behind it; the same month comes as a sheet and as a PDF; the mail is told of."""
    ticket = await office.up_to_study()
    order = RecapOrder(id="bulanan", every="monthly", at="08.00", to=("kepala@example.go.id",))
    known = office.house.offices.offices
    known["blitar"] = known["blitar"].model_copy(update={"recaps": (order,)})  # type: ignore[index]
    async with seat(office, chromium, "kepala-dinas", DESK) as desk:
        await desk.page.locator("#rail a[href='/meja/rekap']").click()
        await expect(desk.page.locator("#orders")).to_contain_text("tanggal 1 pukul 08.00 kepada kepala@example.go.id")
        await counts(desk, ticket)
        async with desk.page.expect_download() as sheet:
            await desk.page.get_by_role("link", name="Excel").click()
        file = await sheet.value
        assert file.suggested_filename == "rekap-2026-11.xlsx"
        book = await asyncio.to_thread(CalamineWorkbook.from_path, await file.path())
        cells = [cell for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row]
        assert ticket.number in cells
        way = await desk.page.get_by_role("link", name="PDF").get_attribute("href")
        pdf = await desk.page.request.get(f"{office.url}{way}")
        assert pdf.headers["content-type"] == "application/pdf"
        words = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(await pdf.body())).pages)
        assert "November 2026" in words
        assert "Siti" not in words


async def counts(desk: Seat, ticket: Ticket) -> None:
    """From a figure to its complaints and back."""
    await desk.page.locator("table[aria-labelledby=by-class] td.n a").first.click()
    await expect(desk.page.locator("#behind tbody tr")).to_have_count(1)
    await expect(desk.page.locator("#behind tbody")).to_contain_text(ticket.number)
    await desk.page.get_by_role("link", name="Kembali ke rekapitulasi").click()
    await expect(desk.page.locator("#recap h1")).to_have_text("Rekapitulasi bulanan")


async def uploads(desk: Seat, *rows: tuple[str, ...]) -> None:
    """A register as Excel saves it, its columns as they were guessed."""
    await desk.goes("/meja/impor")
    file = {"name": "register 2025.xlsx", "mimeType": XLSX, "buffer": xlsx(HEADERS, *rows)}
    await desk.page.get_by_label("Berkas XLSX atau CSV").set_input_files(file)  # type: ignore[arg-type]
    await desk.page.get_by_role("button", name="Unggah").click()
    await expect(desk.page.get_by_label("Nomor lama")).to_have_value("0")


async def test_a_former_register_is_mended_and_comes_in_whole(
    office: Office, chromium: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How far the check is; what is wrong, row by row; nothing comes in before it is mended, and then all of it."""
    going, keep = asyncio.Event(), Importing._keep

    async def held(self: Importing, *given: object) -> bool:
        kept = await keep(self, *given)  # type: ignore[arg-type]
        await going.wait()
        return kept

    monkeypatch.setattr(importing, "_PORTION", 2)
    monkeypatch.setattr(Importing, "_keep", held)
    async with seat(office, chromium, "sekretaris", DESK) as desk:
        await uploads(desk, *GOOD, WRONG)
        await desk.page.get_by_label("Jenis").select_option(label="Tidak ada")
        await desk.page.get_by_role("button", name="Periksa semua baris").click()
        await expect(desk.page.locator("#progress")).to_contain_text("2 dari 3 baris sudah diperiksa")
        await desk.follows()
        going.set()
        await expect(desk.page.locator("#found")).to_contain_text("2 baris siap masuk, 1 baris bermasalah")
        await expect(desk.page.locator("#troubles")).to_contain_text("35/2/2025")
        await desk.page.get_by_role("button", name="Masukkan 2 aduan").click()
        await expect(desk.page.locator("#found")).to_contain_text("Ada 1 baris bermasalah")
        assert not await Ticket.exists()
        await desk.page.get_by_role("button", name="Buang, jangan masukkan").click()
        await expect(desk.page.locator("#imports")).to_contain_text("Dibuang")
        await uploads(desk, *GOOD, RIGHT)
        await desk.page.get_by_role("button", name="Periksa semua baris").click()
        await expect(desk.page.locator("#found")).to_contain_text("Semua 3 baris siap masuk")
        await desk.page.get_by_role("button", name="Masukkan 3 aduan").click()
        await expect(desk.page.locator("#done")).to_contain_text("3 aduan masuk sebagai aduan selesai")
        await desk.fits()
        await desk.goes("/meja/?q=047%2FADU%2F2025")
        await expect(desk.page.locator("#rows")).to_contain_text("BLT-25-000003")
