"""A letter's way over the desk's pages: missing, drafted, initialled, signed, issued, sent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from inbox.database import Database
from inbox.models import Attachment, Message, Paper
from inbox.status import Status
from tests.inbox.house import House, at, blitar
from tests.inbox.test_paper_desk import lettered
from tests.inbox.web.desk import NAMES, Browser, Office, Page


@pytest.fixture
async def lettering(sqlite_database: Database, tmp_path: Path) -> AsyncIterator[Office]:
    """A desk whose direct answer is a letter with two paraf, a signature and a number."""
    house = House(sqlite_database, tmp_path / "files", blitar(lettered))
    await house.tickets.prepare(at("2026-11-01 00:00"))
    office = Office(house, tmp_path)
    for login in NAMES:
        await office.hires(login)
    async with office.opened():
        yield office


async def _marks(browser: Browser, number: str, what: str) -> Page:
    """An officer comes to the desk, opens what waits for them, and marks it: three taps."""
    home = await browser.opens("/meja/")
    assert "1 dokumen menunggu paraf atau tanda tangan Anda" in home.text
    waiting = await browser.opens("/meja/naskah")
    assert number in waiting.text
    path = next(link for link in waiting.doc.xpath("//a/@href") if f"/meja/{number}/naskah/" in link)
    page = await browser.opens(path)
    return await browser.sends(page, f"{path}/{what}")


async def test_a_letter_is_drafted_marked_issued_and_sent(lettering: Office) -> None:
    """The step says what is missing and leads there; each who is awaited finds it; then the citizen gets the file."""
    number = (await lettering.complaint()).number
    petugas = await lettering.browser("petugas")
    step = await petugas.opens(f"/meja/{number}")
    assert "Tindakan ini menunggu dokumen berikut terbit:" in step.text
    assert f"/meja/{number}/tindakan/jawab-langsung" not in step.forms()
    draft = f"/meja/{number}/naskah/baru/jawaban"
    assert draft in step.doc.xpath("//a/@href")
    page = await petugas.sends(await petugas.opens(draft), draft, {"jawaban.text": "Sudah kami periksa."})
    assert "Menunggu paraf" in page.part("turn")
    assert "Sudah kami periksa." in page.text
    early = page.path.partition("?")[0]
    for login in ("kasi", "kabid"):
        shown = await _marks(await lettering.browser(login), number, "paraf")
        assert NAMES[login] in shown.text
    signed = await _marks(await lettering.browser("kepala-dinas"), number, "tanda-tangan")
    assert "Siap diterbitkan" in signed.part("turn")
    issued = await petugas.sends(await petugas.opens(early), f"{early}/terbit")
    assert "001/BLT/410.121/XI/2026" in issued.text
    assert "Ubah draf" not in issued.text
    paper = await Paper.get(number="001/BLT/410.121/XI/2026")
    assert paper.pdf_digest
    kept = await petugas.opens(f"/meja/{number}/dokumen/{paper.id}.pdf")
    assert kept.body == await lettering.files.read(paper.pdf_digest)
    step = await petugas.opens(f"/meja/{number}")
    await petugas.sends(step, f"/meja/{number}/tindakan/jawab-langsung")
    sent = await Attachment.get(message__ticket__number=number, message__direction="out")
    assert sent.digest == paper.pdf_digest


async def test_a_mark_out_of_turn_is_refused_on_the_page(lettering: Office) -> None:
    """Who is not awaited has no button, and a page that is old says so instead of marking what changed."""
    number = (await lettering.complaint()).number
    petugas, kasi = await lettering.browser("petugas"), await lettering.browser("kasi")
    draft = f"/meja/{number}/naskah/baru/jawaban"
    page = await petugas.sends(await petugas.opens(draft), draft, {"jawaban.text": "Satu."})
    path = page.path.partition("?")[0]
    assert f"{path}/paraf" not in page.forms()
    old = await kasi.opens(path)
    await petugas.sends(page, f"{path}/ubah", {"jawaban.text": "Dua."})
    answer = await kasi.sends(old, f"{path}/paraf")
    assert answer.status == 409
    assert "baru saja diubah orang lain" in answer.text
    stranger = await lettering.browser("sekretaris")
    read = await stranger.opens(path)
    assert f"{path}/ubah" not in read.forms()


async def test_a_receipt_is_printed_at_the_counter(lettering: Office) -> None:
    """Right after registering the officer prints the receipt."""
    ticket = await lettering.complaint()
    lettering.accepted = lettering.accepted.__class__(number=ticket.number, code=ticket.code, url="")
    petugas = await lettering.browser("petugas")
    form = await petugas.opens("/meja/baru")
    taken = await petugas.sends(form, "/meja/baru", {"text": "Ada galian tanpa izin"})
    path = f"/meja/{ticket.number}/tanda-terima.pdf"
    assert path in taken.doc.xpath("//a/@href")
    receipt = await petugas.opens(path)
    assert receipt.body.startswith(b"%PDF-")


async def test_a_letter_that_a_door_cannot_carry_is_on_the_status_page(lettering: Office) -> None:
    """The citizen's own page shows the file, whatever the door it went through takes."""
    ticket = await lettering.complaint()
    digest = await lettering.files.put(b"%PDF-1.7 surat")
    message = await Message.filter(ticket_id=ticket.id, direction="out").first()
    assert message is not None
    await Attachment.create(
        office=ticket.office,
        message_id=message.id,
        name="Surat.pdf",
        type="application/pdf",
        size_bytes=14,
        digest=digest,
        state="refused",
    )
    page = await Status(lettering.house.tickets).citizen_page(ticket.number, ticket.code, lettering.now)
    assert page is not None
    assert [file.name for message in page.messages for file in message.files] == ["Surat.pdf"]


async def test_a_letter_is_sent_back_and_thrown_away_on_its_page(lettering: Office) -> None:
    """Who should put a paraf on it says what is wrong; its drafter reads that, mends it, or gives it up."""
    number = (await lettering.complaint()).number
    petugas, kasi = await lettering.browser("petugas"), await lettering.browser("kasi")
    draft = f"/meja/{number}/naskah/baru/jawaban"
    page = await petugas.sends(await petugas.opens(draft), draft, {"jawaban.text": "Satu."})
    path = page.path.partition("?")[0]
    assert f"{path}/kembalikan" not in page.forms()
    empty = await kasi.sends(await kasi.opens(path), f"{path}/kembalikan", {"remark": ""})
    assert (empty.status, "Yang perlu diperbaiki" in empty.part("turn")) == (422, True)
    await kasi.sends(await kasi.opens(path), f"{path}/kembalikan", {"remark": "Sebut alamatnya."})
    assert "Dikembalikan untuk Anda perbaiki" in (await petugas.opens("/meja/")).text
    back = await petugas.opens(path)
    assert "Sebut alamatnya." in back.part("turn")
    assert NAMES["kasi"] in back.part("turn")
    again = await petugas.sends(back, f"{path}/ubah", {"jawaban.text": "Satu, Jalan Merdeka."})
    assert "Menunggu paraf" in again.part("turn")
    gone = await petugas.sends(again, f"{path}/buang", {"reason": "Sudah dijawab lisan."})
    assert "Draf dibuang." in gone.text
    assert "Sudah dijawab lisan." in gone.text
    assert (await petugas.opens(path)).status == 404
