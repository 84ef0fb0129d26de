"""Papers and books as what stands on them: rows in, a ``Document`` out, or the page of it.

Reads only. The words and the shape are ``templates/papers/<name>.yaml``: a paper's own description where it has one,
else the usual one of how it is made. Files of it (PDF, Word) are ``inbox.pdf_papers``'. What goes to other agencies is
handed nothing that says who complained.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import templates
from config.schema import Office, PaperKind, Right
from inbox import registers_read
from inbox.actor import Actor
from inbox.cases import visible
from inbox.models import Paper, Ticket
from inbox.papers import kind_of
from inbox.printing_values import values_of
from inbox.refused import Forbidden, Missing
from inbox.registers import book_of
from inbox.sealing import Identity
from inbox.tickets import Tickets
from templates import sheets
from templates.filters import long_time
from templates.sheets import Document

_USUAL = {"note": "formulir-jawaban", "message": "surat-tanggapan", "disposition": "lembar-disposisi"}
BOOK_ROWS = 2000
PAGE_ROWS = 500


@dataclass(frozen=True, slots=True)
class Sheet:
    """A paper ready to be drawn. ``name`` is its description's, ``file`` what its file is called, without suffix.

    ``frozen``: the digest of the PDF as it was issued; empty where none was.
    """

    name: str
    file: str
    document: Document
    number: str = ""
    frozen: str = ""


class Printing:
    """Fills papers and books."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def sheet(self, by: Actor, paper_id: int, now: datetime, number: str = "") -> Sheet:
        """One paper, of the ticket of that ``number`` if one is said.

        Raises: Missing ``paper-missing``: none, none to print, or not theirs to see.
        """
        office = self._tickets.offices.office(by.office)
        async with self._tickets.database.reading():
            paper = await Paper.filter(id=paper_id, office=office.id).first()
            ticket = await _ticket(by, office, paper) if paper else None
            if paper is None or ticket is None or number not in {"", ticket.number}:
                raise Missing("paper-missing")
            return await self.filled(office, ticket, paper, now, await self._tickets.seal(by).identity(ticket))

    async def filled(
        self, office: Office, ticket: Ticket, paper: Paper, now: datetime, hidden: Identity | None = None
    ) -> Sheet:
        """The same for whoever has checked the rights and reads already. ``ticket`` comes with its citizen.

        ``hidden``: what of who complained must not stand on it; then it is drawn anew, whatever was issued.
        """
        kind = kind_of(office, paper)
        name = description_of(kind)
        if not name:
            raise Missing("paper-missing")
        values = await values_of(
            office,
            ticket,
            paper,
            versions=self._tickets.versions,
            url=self._tickets.public_url,
            nameless=sheets.hides_reporter(name),
            now=now,
        )
        document = sheets.fill(name, values)
        if hidden:
            document = Document(hidden.hide_all(document))
        document["draft"] = paper.status != "issued"
        document.setdefault("foot", " · ".join(_foot(kind, paper, values, _printed(office, now))))
        version = f"-{paper.version}" if paper.version > 1 else ""
        file = f"{kind.id}-{ticket.number}{version}"
        return Sheet(name, file, headed(document, office), ticket.number, "" if hidden else paper.pdf_digest)

    async def paper(self, by: Actor, paper_id: int, now: datetime) -> str:
        """The page of one paper. Raises as ``sheet``."""
        sheet = await self.sheet(by, paper_id, now)
        photos = f"/meja/{sheet.number}/dokumen/{paper_id}/foto/"
        return templates.render("papers/_paper.html", sheet=sheet.document, number=sheet.number, photos=photos, part=1)

    async def book(self, by: Actor, register: str, year: int, now: datetime, part: int = 1) -> str:
        """The page of one part of a year of a book, with the way to the others. Raises as ``book_sheet``."""
        sheet = await self.book_sheet(by, register, year, now, part=part, rows=PAGE_ROWS)
        return await asyncio.to_thread(
            templates.render, "papers/_paper.html", sheet=sheet.document, number="", photos="", part=part
        )

    async def book_sheet(
        self, by: Actor, register: str, year: int, now: datetime, *, part: int = 1, rows: int = BOOK_ROWS
    ) -> Sheet:
        """One year of a book, a thick one in parts of so many ``rows``: ``part`` is counted from 1.

        Raises: Missing ``book-missing``; Forbidden without ``see-all``.
        """
        office = self._tickets.offices.office(by.office)
        if not by.may(office, Right.SEE_ALL):
            raise Forbidden("no-right", right=Right.SEE_ALL)
        book = book_of(office, register)
        async with self._tickets.database.reading():
            count, lines = await registers_read.part_of(office, register, year, part, rows, self._tickets.seal(by))
        parts = max(-(-count // rows), 1)
        values = {
            "title": book.name,
            "year": year,
            "lines": lines,
            "outgoing": registers_read.outgoing(office, register),
            "count": count,
            "part": part,
            "parts": parts,
            "zone": office.time_zone,
            "printed_at": now,
        }
        name = f"{register}-{year}" + (f"-{part}" if parts > 1 else "")
        document = headed(await asyncio.to_thread(sheets.fill, "buku-agenda", values), office)
        document["parts"] = parts
        return Sheet("buku-agenda", name, document)


def description_of(kind: PaperKind) -> str:
    """Which description draws papers of the kind; empty for what is no page (a file, a line of a book)."""
    return kind.template or _USUAL.get(kind.made, "")


def headed(document: Document, office: Office) -> Document:
    """With the office's letterhead."""
    head = office.letterhead
    reach = " · ".join(part for part in (head.address, head.phone, head.web, head.email) if part)
    return Document({**document, "letterhead": {"lines": list(head.lines), "reach": reach}})


def _foot(kind: PaperKind, paper: Paper, values: Mapping[str, Any], printed: str) -> Iterator[str]:
    """What stands at the foot of every page."""
    yield kind.name
    yield f"{values['noun']} {values['ticket'].number}"
    if paper.version > 1:
        yield templates.sentence("paper-foot-version", {"count": str(paper.version - 1)})
    if values["initialled"]:
        yield templates.sentence("paper-foot-paraf", {"initials": values["initialled"]})
    yield printed


def _printed(office: Office, now: datetime) -> str:
    return templates.sentence("paper-printed", {"at": long_time(now, office.time_zone)})


async def _ticket(by: Actor, office: Office, paper: Paper) -> Ticket | None:
    return await visible(by, office).filter(id=paper.ticket_id).select_related("citizen").first()
