"""Downloads at the desk: the list as it is filtered, a recap, and the rights over both."""

from __future__ import annotations

import asyncio
import io

import aiohttp
import pytest
from aiohttp import web
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from inbox.journal_chain import short
from inbox.journal_seals import JournalSeals
from inbox.models import JournalSeal, OfficerRole
from inbox.web import exports
from templates.filters import long_time
from tests.inbox.web.desk import Office


async def test_the_list_is_downloaded_as_it_is_filtered(office: Office) -> None:
    """The page offers the file; it holds what the filters leave, as a sheet and as text."""
    kept = await office.complaint("Ruko tanpa izin", kind="pengaduan")
    await office.complaint("Bagaimana mengurus izin", kind="informasi", sender="tanya@example.com")
    browser = await office.browser("kasi")
    page = await browser.opens("/meja/?antrean=semua&jenis=pengaduan")
    sheet, text = (str(one) for one in page.doc.xpath("//*[@id='take']//a/@href"))
    made = await browser.opens(sheet)
    assert made.headers["Content-Type"].startswith("application/vnd.openxmlformats")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(made.body)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows] == ["Nomor aduan", kept.number]
    assert "Siti Aminah" in rows[1]
    plain = (await browser.opens(text)).body.decode("utf-8-sig").splitlines()
    assert len(plain) == 2
    assert plain[1].startswith(kept.number)
    assert made.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("format_", ["csv", "xlsx"])
async def test_who_takes_no_byte_holds_nobody_up(office: Office, monkeypatch: pytest.MonkeyPatch, format_: str) -> None:
    """Two downloads that nobody reads on are left after a while, and the next officer has theirs."""
    browser = await office.browser("kasi")

    async def stuck(*_: object) -> None:
        await asyncio.Event().wait()

    with monkeypatch.context() as slow:
        slow.setattr(exports, "_SLOWEST_SECONDS", 0.05)
        slow.setattr(web.StreamResponse, "write", stuck)
        for _ in range(2):
            with pytest.raises((aiohttp.ClientError, ConnectionError)):
                await browser.opens(f"/meja/unduh.{format_}")
    assert (await browser.opens(f"/meja/unduh.{format_}")).status == 200


async def test_a_list_that_cannot_be_read_is_not_taken_along(office: Office) -> None:
    """A filter or queue that there is none of would have the whole list in the file."""
    browser = await office.browser("kepala-dinas")
    for asked in ("jenis=gosip", "dari=2026-02-30", "antrean=apa", "petugas=0x1"):
        for kind in ("csv", "xlsx"):
            page = await browser.opens(
                f"/meja/unduh.{kind}?antrean=semua&{asked}" if "antrean" not in asked else f"/meja/unduh.{kind}?{asked}"
            )
            assert page.status == 422, asked
            assert f"Saringan `{asked.partition('=')[0]}` pada alamat ini tidak terbaca" in page.text


@pytest.mark.parametrize("masa", ["2026-11", "2026-11-23"])
async def test_a_recap_is_downloaded(office: Office, masa: str) -> None:
    """Its figures, its steps and its complaints in three sheets; nobody's name is in it."""
    ticket = await office.complaint()
    browser = await office.browser("kepala-dinas")
    page = await browser.opens(f"/meja/rekap?masa={masa}")
    (way,) = page.doc.xpath("//a[starts-with(@href, '/meja/rekap.xlsx')]/@href")
    book = CalamineWorkbook.from_filelike(io.BytesIO((await browser.opens(way)).body))
    figures = book.get_sheet_by_name("Rekapitulasi").to_python()
    assert ["Aduan masuk", 1.0] in [row[:2] for row in figures]
    listed = book.get_sheet_by_name("Daftar aduan").to_python()
    assert listed[1][0] == ticket.number
    assert "Siti" not in str([book.get_sheet_by_name(name).to_python() for name in book.sheet_names])


async def test_a_recap_is_a_paper_to_file(office: Office) -> None:
    """A PDF with the figures and the steps under the letterhead; nobody who complained is named."""
    await office.up_to_study()
    await JournalSeals(office.house.database).seal(office.now)
    seal = await JournalSeal.get()
    browser = await office.browser("kepala-dinas")
    made = await browser.opens("/meja/rekap.pdf?masa=2026-11")
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(made.body)).pages)
    for words in ("Rekapitulasi bulanan", "Pemerintah Kota Blitar", "Aduan masuk", "Rina Wulandari", "Suharto Wibowo"):
        assert words.casefold() in " ".join(text.split()).casefold()
    assert "Siti" not in text
    assert f"Segel riwayat nomor 1, {long_time(office.now, 'Asia/Jakarta')}: {short(seal.digest)}" in " ".join(
        text.split()
    )


async def test_a_recap_is_not_for_everybody(office: Office) -> None:
    """Nor can its file be had by its address."""
    guest = await office.hires("tamu", "petugas")
    await OfficerRole.filter(officer_id=guest.officer_id).update(role="tamu")
    browser = await office.browser("tamu")
    for format_ in ("xlsx", "pdf"):
        assert (await browser.opens(f"/meja/rekap.{format_}")).status == 403
