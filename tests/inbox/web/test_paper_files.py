"""Papers and cases as files, asked for by a browser."""

from __future__ import annotations

import io

import docx
import pypdf

from inbox.models import Paper
from tests.inbox.web.desk import Office


async def test_an_officer_takes_a_paper_home(office: Office) -> None:
    """As PDF, shown in the browser, and as a file for Word; neither stays in a shared cache."""
    ticket = await office.complaint()
    await office.act("petugas", ticket.number, "naikkan")
    form = await Paper.get(paper="formulir-aduan")
    browser = await office.browser("petugas")
    pdf = await browser.opens(f"/meja/{ticket.number}/dokumen/{form.id}.pdf")
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert f"formulir-aduan-{ticket.number}.pdf" in pdf.headers["Content-Disposition"]
    assert pdf.headers["Cache-Control"] == "private, no-store"
    assert "Siti Aminah" in pypdf.PdfReader(io.BytesIO(pdf.body)).pages[0].extract_text()
    word = await browser.opens(f"/meja/{ticket.number}/dokumen/{form.id}.docx")
    assert word.headers["Content-Disposition"].startswith("attachment")
    assert "Siti Aminah" in "".join(docx.Document(io.BytesIO(word.body)).element.body.itertext())
    case = await browser.opens(f"/meja/{ticket.number}/berkas.pdf")
    assert len(pypdf.PdfReader(io.BytesIO(case.body)).pages) >= 3
    book = await browser.opens("/meja/buku/agenda-aduan-masuk/2026.pdf")
    assert ticket.number in pypdf.PdfReader(io.BytesIO(book.body)).pages[0].extract_text()


async def test_files_are_for_those_who_may_see_the_ticket(office: Office) -> None:
    """Neither a stranger's session nor a paper of another number opens one."""
    ticket = await office.complaint()
    await office.act("petugas", ticket.number, "naikkan")
    form = await Paper.get(paper="formulir-aduan")
    stranger = await office.browser()
    assert (await stranger.opens(f"/meja/{ticket.number}/berkas.pdf")).path.startswith("/masuk")
    other = await office.complaint("Lampu jalan mati", sender="budi@example.com")
    browser = await office.browser("petugas")
    for suffix in (".pdf", ".docx", "/foto/1"):
        page = await browser.opens(f"/meja/{other.number}/dokumen/{form.id}{suffix}")
        assert page.status == 404
    assert (await browser.opens(f"/meja/{ticket.number}/dokumen/{form.id}/foto/1")).status == 404


async def test_the_ticket_page_leads_to_the_files(office: Office) -> None:
    """Each paper as PDF and for Word, and the whole case."""
    ticket = await office.complaint()
    await office.act("petugas", ticket.number, "naikkan")
    form = await Paper.get(paper="formulir-aduan")
    page = await (await office.browser("petugas")).opens(f"/meja/{ticket.number}")
    ways = set(page.doc.xpath("//a/@href"))
    paper = f"/meja/{ticket.number}/dokumen/{form.id}"
    assert {f"{paper}.pdf", f"{paper}.docx", f"/meja/{ticket.number}/berkas.pdf"} <= ways
