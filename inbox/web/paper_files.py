"""Papers, books and whole cases as files to keep: PDF and Word. What is in them is the record's to say."""

from __future__ import annotations

from datetime import datetime

from aiohttp import web

from inbox import numbers
from inbox.actor import Actor
from inbox.bundle import Bundles
from inbox.docx_papers import DocxPapers
from inbox.paper_press import PaperPress
from inbox.pdf_papers import PdfPapers
from inbox.refused import Missing
from inbox.web.bulk import Guard
from inbox.web.files import Attachments, headers
from inbox.web.gate import Visit
from inbox.web.papers import part
from inbox.web.ticket import NUMBER, number

_PDF = "application/pdf"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class PaperFiles:
    """/meja/{number}/dokumen/{paper}.pdf and .docx, /meja/{number}/berkas.pdf, /meja/buku/{register}/{year}.pdf."""

    def __init__(
        self, pdfs: PdfPapers, words: DocxPapers, bundles: Bundles, attachments: Attachments, press: PaperPress
    ) -> None:
        self._pdfs, self._words, self._bundles, self._attachments = pdfs, words, bundles, attachments
        self._press = press

    def routes(self, officer: Guard) -> list[web.RouteDef]:
        """All of them."""
        paper = f"/meja/{NUMBER}/dokumen/" + r"{paper:\d{1,18}}"
        return [
            web.get(f"{paper}.pdf", officer(self.pdf)),
            web.get(f"{paper}.docx", officer(self.docx)),
            web.get(paper + r"/foto/{nth:\d{1,3}}", officer(self.photo)),
            web.get(f"/meja/{NUMBER}/berkas.pdf", officer(self.case)),
            web.get(f"/meja/{NUMBER}/tanda-terima.pdf", officer(self.receipt)),
            web.get(r"/meja/buku/{register}/{year:\d{4}}.pdf", officer(self.book)),
        ]

    async def pdf(self, visit: Visit) -> web.Response:
        """One paper; an issued one as it was issued. Raises Missing ``paper-missing``."""
        return await self.of(visit.by, number(visit), _paper(visit), visit.now)

    async def of(self, by: Actor, number: str, paper_id: int, now: datetime) -> web.Response:
        """``pdf`` for whoever has no page: the API."""
        await self._press.kept(by, paper_id, now)
        return _file(_PDF, *await self._pdfs.paper(by, paper_id, now, numbers.normal(number)))

    async def kept(self, by: Actor, paper_id: int, now: datetime) -> str:
        """The digest of an issued paper's PDF, made now where there is none; empty where it cannot be had now."""
        return await self._press.kept(by, paper_id, now)

    async def receipt(self, visit: Visit) -> web.Response:
        """The receipt for whoever stands at the counter. Raises Missing ``ticket-missing``, ``paper-missing``."""
        return _file(_PDF, *await self._press.receipt(visit.by, number(visit), visit.now))

    async def docx(self, visit: Visit) -> web.Response:
        """The same for Word."""
        return _file(_DOCX, *await self._words.paper(visit.by, _paper(visit), visit.now, numbers.normal(number(visit))))

    async def photo(self, visit: Visit) -> web.StreamResponse:
        """A photo of a paper, for its page. Raises Missing ``paper-missing``."""
        photos = await self._pdfs.photos(visit.by, _paper(visit), visit.now, numbers.normal(number(visit)))
        nth = int(visit.request.match_info["nth"])
        if not 0 < nth <= len(photos):
            raise Missing("paper-missing")
        return await self._attachments.hand_out(photos[nth - 1], "foto")

    async def case(self, visit: Visit) -> web.Response:
        """The whole case. Raises Missing ``ticket-missing``."""
        return _file(_PDF, *await self._bundles.case(visit.by, number(visit), visit.now))

    async def book(self, visit: Visit) -> web.Response:
        """One year of a book; of a thick one the part that ``bagian`` says."""
        register, year = visit.request.match_info["register"], int(visit.request.match_info["year"])
        return _file(_PDF, *await self._pdfs.book(visit.by, register, year, visit.now, part(visit)))


def _paper(visit: Visit) -> int:
    return int(visit.request.match_info["paper"])


def _file(type_: str, name: str, content: bytes) -> web.Response:
    """A file that browsers save, or show where they can."""
    shown = headers(name, inline=type_ == _PDF)
    shown["Cache-Control"] = "private, no-store"
    return web.Response(body=content, content_type=type_, headers=shown)
