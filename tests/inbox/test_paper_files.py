"""Every paper as PDF, as Word and on the screen: whole, and silent about who complained where it must be."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
import pypdf
import pytest

from config.schema import Office, PaperKind
from inbox.actor import Actor
from inbox.bundle import Bundles
from inbox.database import Database
from inbox.docx_papers import DocxPapers
from inbox.files import Files
from inbox.models import Attachment, Message, Officer, Paper, PaperMark, RegisterEntry, Ticket
from inbox.pdf import Pdf
from inbox.pdf_papers import PdfPapers
from inbox.printing import Printing
from inbox.refused import Missing, Refused
from inbox.shown import Shown
from inbox.views import Views
from templates import sheets
from templates.sheets import Document
from tests.inbox.house import House, at, blitar
from tests.inbox.paper_samples import LATER, NOW, SAMPLES, case, paper
from tests.inbox.test_pdf import PNG, read
from tests.pictures import placed, tells

LEAVES = {
    *("salinan-formulir", "undangan-rakor", "surat-undangan", "daftar-hadir", "berita-acara", "surat-tugas"),
    *("berita-acara-pemeriksaan", "berita-acara-peninjauan", "permintaan-perbaikan", "surat-pemberitahuan"),
    *("surat-teguran", "surat-peringatan"),
}


def with_every_kind(office: Office) -> Office:
    """Blitar with a paper of each description."""
    kinds = [
        PaperKind(id=f"contoh-{name}", name=name.replace("-", " ").title(), made="template", template=name)
        for name in SAMPLES
    ]
    signed = ("kepala-dinas", "sekretaris")
    kinds.append(
        PaperKind(id="surat-kepala", name="Surat", made="template", template="surat-jawaban", signed_by=signed)
    )
    return office.model_copy(update={"papers": (*office.papers, *kinds)})


@dataclass
class Print:
    """Everything that makes files, over one house."""

    house: House
    pdf: Pdf
    files: Files
    config: Path
    by: Actor

    def __post_init__(self) -> None:
        self.shown = Shown(self.files)
        self.printing = Printing(self.house.tickets)
        self.pdfs = PdfPapers(self.printing, self.pdf, self.files, self.shown, self.config)
        self.words = DocxPapers(self.printing, self.pdfs, self.config)
        views = Views(self.house.tickets)
        self.bundles = Bundles(self.house.tickets, views, self.printing, self.pdfs, self.shown)

    async def text(self, row: Paper) -> str:
        """What is on the PDF."""
        return read((await self.pdfs.paper(self.by, row.id, NOW))[1])

    async def word(self, row: Paper) -> str:
        """What is in the Word file."""
        return words_in((await self.words.paper(self.by, row.id, NOW))[1])


@pytest.fixture
async def press(sqlite_database: Database, tmp_path: Path) -> AsyncIterator[Print]:
    """Blitar with a press."""
    house = House(sqlite_database, tmp_path / "files", blitar(with_every_kind))
    await house.tickets.prepare(at("2026-11-01 00:00"))
    pdf = Pdf()
    by = await house.officer("kasi")
    made = Print(house, pdf, Files(tmp_path / "files"), tmp_path / "offices", by)
    yield made
    await pdf.stop()
    await made.shown.stop()


def words_in(content: bytes) -> str:
    """Everything that is written in a Word file."""
    body = docx.Document(io.BytesIO(content)).element.body
    return " ".join("".join(body.itertext()).split())


def test_every_description_has_a_sample() -> None:
    """What is not drawn here is not known to work."""
    assert sheets.names() - {"buku-agenda"} == set(SAMPLES)


@pytest.mark.parametrize("name", sorted(SAMPLES))
async def test_every_paper_comes_out_whole(press: Print, name: str) -> None:
    """The same words on the PDF, in Word and on the screen; who complained only where it stays in the house."""
    ticket = await case(press.house)
    row = await paper(press.house, ticket, name)
    pdf, word = await press.text(row), await press.word(row)
    html = await press.printing.paper(press.by, row.id, NOW)
    for made in (pdf, word, html):
        assert ticket.number in made
        for value in SAMPLES[name].values():
            if value and value != LATER:
                assert value.splitlines()[0].partition(",")[0].partition(" 🙏")[0][:60].rstrip() in made
        if name in LEAVES:
            assert "Siti" not in made
            assert "siti@example.com" not in made
            assert ticket.code not in made
    assert sheets.hides_reporter(name) is (name in LEAVES)
    assert "DINAS PENANAMAN MODAL" in pdf
    assert "DINAS PENANAMAN MODAL" in word


async def test_a_paper_with_nothing_filled_in_comes_out_too(press: Print) -> None:
    """Old cases have papers from before a field was asked for."""
    ticket = await case(press.house)
    for name in sorted(SAMPLES):
        row = await Paper.create(
            office="blitar", ticket_id=ticket.id, paper=f"contoh-{name}", values={}, created_at=NOW
        )
        sheet = await press.printing.sheet(press.by, row.id, NOW)
        assert "None" not in json.dumps(sheet.document), name
        assert ticket.number in await press.printing.paper(press.by, row.id, NOW)


async def test_the_receipt_leads_to_the_status_page(press: Print) -> None:
    """With number and code in words, and a QR code beside them."""
    ticket = await case(press.house)
    row = await paper(press.house, ticket, "tanda-terima")
    said = await press.text(row)
    assert f"wadul.example/blitar/cek dengan nomor {ticket.number} dan kode {ticket.code}" in said
    sheet = await press.printing.sheet(press.by, row.id, NOW)
    assert [block["qr"] for block in sheet.document["blocks"] if "qr" in block] == [
        f"https://wadul.example/blitar/cek?nomor={ticket.number}"
    ]


async def test_satpol_pps_letter_brings_the_form_and_its_receipt(press: Print) -> None:
    """On a leaf of its own: what was said, and lines for whoever takes it."""
    ticket = await case(press.house)
    row = await paper(press.house, ticket, "surat-pemberitahuan")
    _, made = await press.pdfs.paper(press.by, row.id, NOW)
    first, second = (page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made)).pages)
    assert "Yth. Kepala Satuan Polisi Pamong Praja" in first
    assert "SALINAN FORMULIR ADUAN" in second
    assert "Truk material menutup trotoar" in " ".join(second.split())
    assert "Yang menerima" in second


async def test_long_names_and_a_bare_letterhead_fit(press: Print) -> None:
    """A name of two hundred letters and a word without end stay on the paper; nothing is cut off."""
    ticket = await case(press.house)
    row = await paper(press.house, ticket, "surat-teguran", to="Sdr. " + "Raden " * 40, found="A" * 300)
    _, made = await press.pdfs.paper(press.by, row.id, NOW)
    said = read(made).replace("\u200b", "").replace(" ", "")
    assert "Raden" * 40 in said
    assert "A" * 300 in said


async def test_markup_in_a_case_is_text_everywhere(press: Print) -> None:
    """Typst's, Jinja's, HTML's and Word's own signs come out as they were typed."""
    hostile = '#panic("x") {{ 7*7 }} {% for %} <b>tebal</b> &amp; </w:t>'
    ticket = await case(press.house)
    row = await paper(press.house, ticket, "resume", text=hostile)
    assert hostile in await press.text(row)
    assert hostile in await press.word(row)
    assert "{{ 7*7 }}" in await press.printing.paper(press.by, row.id, NOW)


async def test_an_offices_own_word_template_goes_before_ours(press: Print) -> None:
    """Filled with what stands on the paper, a sandbox around it; nothing typed is a placeholder."""
    own = docx.Document()
    own.add_paragraph("KANTOR SENDIRI {{ nomor }} {{ hal }} {{ tempat_tanggal }}")
    own.add_paragraph("{% for satu in kepada %}Yth. {{ satu }}; {% endfor %}{{ isi }}")
    own.add_paragraph("{{ tanda_tangan[0].nama }} {{ isian.tidak_ada }}")
    folder = press.config / "blitar" / "papers"
    folder.mkdir(parents=True)
    own.save(folder / "surat-jawaban.docx")
    ticket = await case(press.house)
    row = await paper(press.house, ticket, "surat-jawaban", text="Satu {{ 7*7 }} <b>\n\nDua & tiga")
    said = await press.word(row)
    assert "KANTOR SENDIRI" in said
    assert "Blitar, 24 November 2026" in said
    assert "Yth. Sdr. Siti;" in said
    assert "{{ 7*7 }} <b>" in said
    assert "Dua & tiga" in said
    assert "Terima kasih atas aduan" not in said


async def test_a_broken_template_of_the_offices_is_named(press: Print) -> None:
    """Not ours instead of it: the office would send the wrong letterhead without knowing."""
    own = docx.Document()
    own.add_paragraph("{{ ''.__class__.__mro__[1].__subclasses__() }} {% for %}")
    folder = press.config / "blitar" / "papers"
    folder.mkdir(parents=True)
    own.save(folder / "resume.docx")
    row = await paper(press.house, await case(press.house), "resume")
    with pytest.raises(Refused, match="docx-broken") as refusal:
        await press.word(row)
    assert refusal.value.values["name"] == "resume.docx"


async def test_the_offices_logo_stands_in_the_letterhead(press: Print) -> None:
    """Where there is one; a broken one is left out."""
    folder = press.config / "blitar"
    folder.mkdir(parents=True)
    row = await paper(press.house, await case(press.house), "resume")
    for content, pictures in ((PNG, 1), (b"no picture", 0)):
        (folder / "logo.png").write_bytes(content)
        _, made = await press.pdfs.paper(press.by, row.id, NOW)
        assert len(pypdf.PdfReader(io.BytesIO(made)).pages[0].images) == pictures


async def test_a_year_of_two_thousand_lines_is_a_book(press: Print) -> None:
    """Every line once, the head on every page."""
    ticket = await case(press.house)
    await RegisterEntry.bulk_create(
        RegisterEntry(
            office="blitar", register="agenda-aduan-masuk", year=2026, number=n, ticket_id=ticket.id, created_at=NOW
        )
        for n in range(2, 2001)
    )
    _, made = await press.pdfs.book(press.by, "agenda-aduan-masuk", 2026, NOW)
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made)).pages]
    assert all("Nomor aduan" in page for page in pages)
    assert sum(page.count(ticket.number) for page in pages) == 2000
    assert "2000 catatan" in pages[0]
    await RegisterEntry.create(
        office="blitar", register="agenda-aduan-masuk", year=2026, number=2001, ticket_id=ticket.id, created_at=NOW
    )
    name, made = await press.pdfs.book(press.by, "agenda-aduan-masuk", 2026, NOW, part=2)
    last = pypdf.PdfReader(io.BytesIO(made)).pages[0].extract_text()
    assert name == "agenda-aduan-masuk-2026-2.pdf"
    assert "(BAGIAN 2 DARI 2)" in " ".join(last.split())
    assert "2001" in last


async def test_a_whole_case_is_one_file(press: Print) -> None:
    """What was said, each step with its time, each paper, its pictures, its PDFs page by page, and the record."""
    ticket = await case(press.house)
    await press.house.writes(ticket, "Sampai sekarang masih dibangun, Pak.", NOW)
    await _attached(press, ticket, "depan.jpg", placed())
    _, letter = await press.pdfs.paper(press.by, (await paper(press.house, ticket, "surat-jawaban")).id, NOW)
    await _attached(press, ticket, "izin.pdf", letter)
    await _attached(press, ticket, "rekaman.ogg", b"OggS....")
    name, made = await press.bundles.case(press.by, ticket.number, NOW)
    said = read(made)
    assert name == f"berkas-{ticket.number}.pdf"
    for words in (
        "Sampai sekarang masih dibangun, Pak.",
        "Membaca formulir aduan yang dinaikkan",
        "15 menit",
        "FORMULIR ADUAN",
        "1. depan.jpg",
        "rekaman.ogg",
        "Berkas ini tidak dapat dimuat di sini",
        "Aduan dibuka menurut",
    ):
        assert words in said, words
    assert not tells(made)
    assert said.count("Petugas kami telah memeriksa ke lokasi") == 2
    assert sum(len(page.images) for page in pypdf.PdfReader(io.BytesIO(made)).pages) >= 1


async def test_a_file_that_no_press_survives_costs_itself_alone(press: Print, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a citizen sent, the case comes out; the file is there by its name."""
    ticket = await case(press.house)
    await _attached(press, ticket, "jahat.png", PNG)
    render, fatal = press.pdf.render, press.files.copy(hashlib.sha256(PNG).hexdigest())

    async def mortal(template: str, document: Document, files: dict[str, Path], **more: Any) -> bytes:
        if fatal in files.values():
            raise Refused("pdf-broken")
        return await render(template, document, files, **more)

    monkeypatch.setattr(press.pdf, "render", mortal)
    said = read((await press.bundles.case(press.by, ticket.number, NOW))[1])
    assert "1. jahat.png" in said
    assert "Berkas ini tidak dapat dimuat di sini" in said


async def test_a_case_holds_issued_papers_as_they_were_issued(press: Print) -> None:
    """Page by page from the file that was kept, under its digest, and that file attached, signature and all; where
    it is lost the drawing says so."""
    ticket = await case(press.house)
    row = await paper(press.house, ticket, "surat-jawaban")
    document = {"layout": "letter", "title": "Terbit", "letterhead": {"lines": ["DINAS"]}, "blocks": [], "after": []}
    document |= {"dateline": "Blitar", "reference": [], "to": ["Warga"], "signatures": [], "cc": []}
    document["blocks"] = [{"text": "Seperti yang ditandatangani dahulu."}]
    signed = await press.pdf.render("paper.typ", document, at=NOW) + b"\n% an electronic signature"
    digest = await press.files.put(signed)
    await Paper.filter(id=row.id).update(pdf_digest=digest)
    _, made = await press.bundles.case(press.by, ticket.number, NOW)
    attached = pypdf.PdfReader(io.BytesIO(made)).attachments
    assert dict(attached.items()) == {f"contoh-surat-jawaban-{ticket.number}-{row.id}.pdf": [signed]}
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made)).pages]
    (issued,) = (text for text in pages if "Seperti yang ditandatangani dahulu." in text)
    assert digest in "".join(issued.split())
    assert not any("Petugas kami telah memeriksa" in text for text in pages if "YTH" in text.upper())
    press.files.path(digest).unlink()
    _, again = await press.bundles.case(press.by, ticket.number, NOW)
    assert "Digambar ulang dari isinya" in read(again)


async def test_a_case_without_foreign_pdfs_is_for_the_archive(press: Print) -> None:
    """PDF/A as each paper is."""
    ticket = await case(press.house)
    _, made = await press.bundles.case(press.by, ticket.number, NOW)
    assert b"pdfaid:conformance>B<" in made


async def test_who_may_not_see_the_ticket_gets_no_file(press: Print) -> None:
    """As if there were none."""
    ticket = await case(press.house)
    row = await paper(press.house, ticket, "resume")
    nobody = await press.house.officer()
    with pytest.raises(Missing):
        await press.pdfs.paper(nobody, row.id, NOW)
    with pytest.raises(Missing):
        await press.words.paper(nobody, row.id, NOW)
    with pytest.raises(Missing):
        await press.bundles.case(nobody, ticket.number, NOW)


async def _attached(press: Print, ticket: Ticket, name: str, content: bytes) -> None:
    message = await Message.filter(ticket_id=ticket.id).order_by("id").first()
    assert message is not None
    await Attachment.create(
        office=ticket.office,
        message_id=message.id,
        name=name,
        type="",
        size_bytes=len(content),
        digest=await press.files.put(content),
    )


async def test_a_letter_says_who_signed_it_and_for_whom(press: Print) -> None:
    """Empty lines and a draft's mark before; then role, acting or for another, name, rank, numbers and paraf."""
    ticket = await case(press.house)
    row = await paper(press.house, ticket, "surat-jawaban")
    await Paper.filter(id=row.id).update(status="drafted", paper="surat-kepala")
    assert "Kepala Dinas, ......" in (await press.text(row)).replace("Tembusan", "")
    head, secretary = await press.house.officer("kepala-dinas"), await press.house.officer("sekretaris", initials="BH")
    await Officer.filter(id=head.officer_id).update(rank="Pembina Utama Muda, IV/c", nip="197001011995031001")
    await PaperMark.create(paper_id=row.id, kind="paraf", officer_id=secretary.officer_id, role="sekretaris", at=NOW)
    mark = await PaperMark.create(
        paper_id=row.id, kind="signature", officer_id=head.officer_id, role="kepala-dinas", title="plt", at=NOW
    )
    await Paper.filter(id=row.id).update(status="issued", number="007/BLT/XI/2026", issued_at=NOW, version=2)
    said = await press.text(row)
    assert f"Plt. Kepala Dinas, {head.name} Pembina Utama Muda, IV/c NIP 19700101 199503 1 001" in said
    assert "007/BLT/XI/2026" in said
    assert "pembetulan ke-1 · paraf: BH" in said
    await PaperMark.filter(id=mark.id).update(officer_id=secretary.officer_id, role="sekretaris", title="")
    assert f"a.n. Kepala Dinas Sekretaris, {secretary.name}" in await press.text(row)


async def test_an_issued_paper_is_handed_out_as_it_was_issued(press: Print) -> None:
    """Whatever the office is called today."""
    row = await paper(press.house, await case(press.house), "surat-jawaban")
    await Paper.filter(id=row.id).update(pdf_digest=await press.files.put(b"%PDF-frozen"))
    _, made = await press.pdfs.paper(press.by, row.id, NOW)
    assert made == b"%PDF-frozen"


async def test_a_copy_is_of_the_form_whatever_the_office_calls_it(press: Print) -> None:
    """What the officer wrote on the form is what Satpol PP reads, not the first words of the message."""
    ticket = await case(press.house)
    await Paper.filter(ticket_id=ticket.id, paper="formulir-aduan").update(paper="contoh-pengaduan-masyarakat")
    form = await Paper.filter(ticket_id=ticket.id, paper="contoh-pengaduan-masyarakat").get()
    await Paper.filter(id=form.id).update(values={"text": "Uraian yang sudah dirapikan.", "object": "", "place": ""})
    assert "Uraian yang sudah dirapikan." in await press.text(await paper(press.house, ticket, "salinan-formulir"))
