"""Papers as Word files: by the office's own template where it laid one down, else as ``inbox.docx_default`` draws them.

An office's template is ``<config>/offices/<id>/papers/<name>.docx``, written in Word with ``{{ nomor }}`` and the like.
Works in a thread, which alone opens the rooms that draw Word files: what they stand on is 20 MB that a program need not
carry which draws none.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

from inbox.actor import Actor
from inbox.pdf_papers import PdfPapers
from inbox.printing import Printing, Sheet
from templates import sentence

_WORDS = ("draft", "unreadable", "copies")


class DocxPapers:
    """Makes Word files. ``offices``: the config folder with each office's own templates."""

    def __init__(self, printing: Printing, pdfs: PdfPapers, offices: Path) -> None:
        self._printing, self._pdfs, self._offices = printing, pdfs, offices

    async def paper(self, by: Actor, paper_id: int, now: datetime, number: str = "") -> tuple[str, bytes]:
        """One paper: what the file is called, and the file.

        Raises: Missing ``paper-missing``; Refused ``docx-broken`` where the office's own template cannot be filled.
        """
        sheet = await self._printing.sheet(by, paper_id, now, number)
        await self._pdfs.fetch(sheet.document)
        return f"{sheet.file}.docx", await asyncio.to_thread(self._drawn, sheet, by.office)

    def _drawn(self, sheet: Sheet, office: str) -> bytes:
        own = self._offices / office / "papers" / f"{sheet.name}.docx"
        if own.is_file():
            from inbox.docx_filled import filled  # noqa: PLC0415

            return filled(own, sheet.document)
        from inbox.docx_default import drawn  # noqa: PLC0415

        document, files = self._pdfs.joined(sheet.document, office)
        return drawn(document, files, {word: sentence(f"paper-{word}") for word in _WORDS})
