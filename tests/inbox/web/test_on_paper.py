"""The desk on paper: what a browser prints of a list, a ticket and the board, read out of the PDF."""

from __future__ import annotations

import io

import pypdf
from playwright.async_api import Browser, Page

from tests.inbox.web.desk import Office
from tests.inbox.web.test_look import chromium, window

__all__ = ["chromium"]
# What a sheet that lies has between its margins, in px.
A4 = {"width": 1016, "height": 688}


async def printed(page: Page, address: str) -> tuple[str, int]:
    """What stands on the paper of a page, white space as one blank, and on how many sheets."""
    await page.goto(address)
    sheets = pypdf.PdfReader(io.BytesIO(await page.pdf(prefer_css_page_size=True))).pages
    return " ".join(" ".join(sheet.extract_text() for sheet in sheets).split()), len(sheets)


async def test_a_list_on_paper(office: Office, chromium: Browser) -> None:
    """Each ticket with its number, name, step and time; no search, no filters, no empty pane beside it."""
    first, second = await office.complaint(), await office.complaint("Pohon tumbang", sender="b@example.com")
    async with window(office, chromium, "petugas") as page:
        text, sheets = await printed(page, f"{office.url}/meja/?antrean=semua")
    assert sheets == 1
    for part in (first.number, second.number, "Siti Aminah", "Pohon tumbang", "Masih ada waktu", "sisa"):
        assert part in text
    for part in ("Saringan", "Pilih semua", "Selamat bekerja", "Keluar", "Unduh"):
        assert part not in text


async def test_a_ticket_on_paper(office: Office, chromium: Browser) -> None:
    """Its data, sheets, steps, papers, words and record, also what is folded; nothing that can only be pressed."""
    ticket = await office.up_to_study()
    await office.said(ticket, "Masih bekerja tadi malam.")
    async with window(office, chromium, "kasi") as page:
        text, _ = await printed(page, f"{office.url}/meja/{ticket.number}")
    for part in (
        *(ticket.number, "Siti Aminah", "Jenis", "Pengaduan", "Kepala Bidang", "paraf SW", "Formulir Aduan"),
        *("Masih bekerja tadi malam.", "Aduan dibuka menurut", "Kelengkapan", "Ada ruko tanpa izin"),
    ):
        assert part in text, part
    for part in ("Kirim balasan", "Ubah data", "Pasang label", "Gabungkan orang", "Tulis balasan", "Daftar"):
        assert part not in text, part


async def test_the_board_on_paper(office: Office, chromium: Browser) -> None:
    """One sheet under the office's letterhead."""
    await office.complaint()
    async with window(office, chromium, "kepala-dinas") as page:
        text, sheets = await printed(page, f"{office.url}/meja/papan")
    assert sheets <= 2
    assert "Pemerintah Kota Blitar" in text
    assert "masuk hari ini" in text
    assert "Tampilkan angka ini" not in text


async def test_a_book_and_a_recap_on_paper(office: Office, chromium: Browser) -> None:
    """Under the letterhead, down to the last column of a line, with the day's figures; nothing to press."""
    ticket = await office.up_to_study()
    async with window(office, chromium, "kepala-dinas") as page:
        recap, _ = await printed(page, f"{office.url}/meja/rekap?masa=2026-11")
        book, sheets = await printed(page, f"{office.url}/meja/buku/agenda-aduan-masuk?tahun=2026")
        await page.set_viewport_size(A4)  # type: ignore[arg-type]
        await page.emulate_media(media="print")
        cut = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert sheets == 1
    assert not cut
    for part in ("Pemerintah Kota Blitar", "Buku Agenda Aduan Masuk 2026", ticket.number, "oleh", "Rina"):
        assert part in book, part
    assert "Cetak tahun" not in book
    for part in ("Pemerintah Kota Blitar", "30 November 2026", "tepat waktu atau terlambat"):
        assert part in recap, part
    assert "Excel" not in recap
