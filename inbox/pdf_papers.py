"""Papers and books as PDF files: the letterhead's logo, photos and QR codes joined to what stands on them."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import segno

from inbox.actor import Actor
from inbox.files import Files
from inbox.pdf import Pdf
from inbox.printing import Printing, Sheet
from inbox.shown import Shown
from templates import sentence
from templates.sheets import Document

_LOGOS = ("logo.svg", "logo.png", "logo.jpg")


class PdfPapers:
    """Makes PDFs. ``offices``: the config folder that holds each office's logo."""

    def __init__(self, printing: Printing, pdf: Pdf, files: Files, shown: Shown, offices: Path) -> None:
        self._printing, self._pdf, self._files, self._offices = printing, pdf, files, offices
        self._shown = shown

    async def paper(self, by: Actor, paper_id: int, now: datetime, number: str = "") -> tuple[str, bytes]:
        """One paper: what the file is called, and the PDF, an issued one as it was issued.

        Raises: as ``Printing.sheet``; as ``Pdf.render``.
        """
        sheet = await self._printing.sheet(by, paper_id, now, number)
        if sheet.frozen:
            return f"{sheet.file}.pdf", await self._files.read(sheet.frozen)
        return f"{sheet.file}.pdf", await self.drawn(sheet, by.office, now)

    async def book(self, by: Actor, register: str, year: int, now: datetime, part: int = 1) -> tuple[str, bytes]:
        """One part of a year of a book. Raises as ``Printing.book_sheet``; as ``Pdf.render``."""
        sheet = await self._printing.book_sheet(by, register, year, now, part=part)
        return f"{sheet.file}.pdf", await self.drawn(sheet, by.office, now)

    async def photos(self, by: Actor, paper_id: int, now: datetime, number: str = "") -> list[str]:
        """The digests of the photos that a paper shows, in order. Raises as ``Printing.sheet``."""
        return list(_photos((await self._printing.sheet(by, paper_id, now, number)).document))

    async def drawn(self, sheet: Sheet, office: str, at: datetime) -> bytes:
        """The PDF of a paper that was filled already."""
        return await self.bound("paper.typ", sheet.document, {}, office, at)

    async def bound(
        self, template: str, document: Document, files: Mapping[str, Path], office: str, at: datetime
    ) -> bytes:
        """The PDF of a document by a template, with more ``files`` than it names itself. Raises as ``Pdf.render``."""
        await self.fetch(document)
        joined, own = self.joined(document, office)
        return await self._pdf.render(template, joined, {**files, **own}, at=at)

    async def fetch(self, document: Document) -> None:
        """Have the files that it shows on this machine. Raises StoreAway."""
        await self._shown.fetch(*_photos(document))

    def joined(self, document: Document, office: str) -> tuple[Document, dict[str, Path]]:
        """The document with its codes drawn, and the files that it shows by their names in it."""
        files = {name: self._shown.path(name) for name in _photos(document)}
        logo = next((path for name in _LOGOS if (path := self._offices / office / name).is_file()), None)
        head = dict(document["letterhead"])
        if logo is not None:
            files["logo"], head["logo"] = logo, "logo"
        words = {
            "substitutes": sentence("paper-substitutes"),
            "unreadable": sentence("paper-unreadable"),
            "unissued": sentence("paper-draft"),
        }
        blocks = {key: [_coded(one) for one in document[key] or ()] for key in ("blocks", "after")}
        return Document({**document, **words, **blocks, "letterhead": head}), files


def _coded(block: dict[str, Any]) -> dict[str, Any]:
    """A block with its QR code drawn, where it has one."""
    if not block.get("qr"):
        return block
    drawn = io.BytesIO()
    segno.make(block["qr"], error="m").save(drawn, kind="svg", border=1, xmldecl=False)
    return {**block, "svg": drawn.getvalue().decode()}


def _photos(document: Document) -> Iterator[str]:
    for block in (*document["blocks"], *(document["after"] or ())):
        for photo in block.get("photos") or ():
            yield photo["file"]
