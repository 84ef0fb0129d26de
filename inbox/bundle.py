"""A whole case as one PDF: what was said as it was lived, the steps, every paper, the files, the record.

For officers who may see the ticket; it names who complained to those who may know, and is drawn without that for
others. An issued paper is in it page by page as it was issued, with the digest of its file, and the file itself is
attached byte for byte, with its electronic signature where it has one; every other is drawn. Pictures and PDFs are
taken in up to a limit, anything else is listed by its name.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from inbox.actor import Actor
from inbox.papers import kind_of
from inbox.pdf_papers import PdfPapers
from inbox.printing import Printing, description_of, headed
from inbox.printing_values import doors
from inbox.refused import Refused
from inbox.shown import Shown
from inbox.tickets import Tickets
from inbox.views import StepLine, TicketPage, Views
from inbox.worktime import Calendar
from templates import sentence, sheets
from templates.sheets import Document

_MOST_BYTES = 60 * 1024 * 1024


Keep = Callable[[Actor, int, datetime], Awaitable[str]]


class Bundles:
    """Binds cases. ``keep`` makes the PDF of an issued paper that has none yet: ``PaperPress.kept``."""

    def __init__(  # noqa: PLR0917 - what papers are read, drawn and kept with
        self,
        tickets: Tickets,
        views: Views,
        printing: Printing,
        pdfs: PdfPapers,
        shown: Shown,
        keep: Keep | None = None,
    ) -> None:
        self._tickets, self._views, self._printing = tickets, views, printing
        self._pdfs, self._shown, self._keep = pdfs, shown, keep

    async def case(self, by: Actor, number: str, now: datetime) -> tuple[str, bytes]:
        """What the file is called, and the PDF. Raises Missing ``ticket-missing``; as ``Pdf.render``."""
        page = await self._views.ticket_page(by, number, now)
        await self._kept(by, page, now)
        issued = [line.paper.pdf_digest for line in page.papers if line.paper.pdf_digest]
        await self._shown.fetch(*issued, *(digest for digest, *_ in _files(page)))
        papers, files = await self._papers(page, now)
        uploads, brought = self._uploads(page, _MOST_BYTES - sum(map(_size, files.values())))
        document = headed(sheets.fill("berkas", self._values(by, page, uploads, now)), page.office)
        document["papers"] = papers
        try:
            drawn = await self._pdfs.bound("berkas.typ", document, {**files, **brought}, by.office, now)
        except Refused:
            if not brought:
                raise
            # One file that nobody can draw, sent by whomever, must not keep the office from its own case.
            drawn = await self._pdfs.bound("berkas.typ", document, files, by.office, now)
        return f"berkas-{page.ticket.number}.pdf", drawn

    def _values(self, by: Actor, page: TicketPage, uploads: list[dict[str, Any]], now: datetime) -> dict[str, Any]:
        office, ticket = page.office, page.ticket
        kind, calendar = office.kind(ticket.kind), self._tickets.cases.calendars[office.id]
        names = doors(office)
        return {
            "title": "",
            "page": page,
            "ticket": ticket,
            "zone": office.time_zone,
            "kind": kind.name,
            "noun": kind.noun,
            "door": names.get(ticket.channel, ticket.channel),
            "agenda": next((f"{one.entry.number}/{one.entry.year}" for one in page.papers if one.entry), ""),
            "talk": list(_talk(page, names)),
            "steps": [_step(line, calendar, now) for line in page.steps],
            "numbers": {one.paper.id: one.paper.number for one in page.papers},
            "uploads": uploads,
            "journal": [
                {"at": one.at, "who": one.who, "what": sentence(one.event, one.values)} for one in page.journal
            ],
            "printed_at": now,
            "printed_by": by.name,
        }

    async def _kept(self, by: Actor, page: TicketPage, now: datetime) -> None:
        """Issued papers get their file, where drawing it failed before or nobody asked for it; whoever may not know who
        complained gets none of these files.
        """
        for line in page.papers if page.identity is None else ():
            if self._keep is not None and line.paper.issued_at is not None and not line.paper.pdf_digest:
                line.paper.pdf_digest = await self._keep(by, line.paper.id, now)

    async def _papers(self, page: TicketPage, now: datetime) -> tuple[list[Document], dict[str, Path]]:
        """Every paper that has a page, as it was issued or would be printed by itself, with the files these show."""
        documents: list[Document] = []
        files: dict[str, Path] = {}
        async with self._tickets.database.reading():
            for line in page.papers:
                if not line.printable or not description_of(kind_of(page.office, line.paper)):
                    continue
                sheet = await self._printing.filled(page.office, page.ticket, line.paper, now, page.identity)
                document, brought = self._pdfs.joined(sheet.document, page.office.id)
                frozen = self._frozen(sheet.frozen)
                issued = _issued(sheet.frozen, f"{sheet.file}-{line.paper.id}.pdf")
                documents.append(Document({**document, **issued}))
                files |= brought | frozen
        return documents, files

    def _frozen(self, digest: str) -> dict[str, Path]:
        """The file of an issued paper, where it is still there."""
        path = self._path(digest) if digest else None
        return {digest: path} if path is not None else {}

    def _uploads(self, page: TicketPage, room: int) -> tuple[list[dict[str, Any]], dict[str, Path]]:
        listed: list[dict[str, Any]] = []
        files: dict[str, Path] = {}
        for digest, name, source, at in _files(page):
            path = self._path(digest)
            size = path.stat().st_size if path else 0
            heavy = size > room
            if path is not None and not heavy:
                files[digest] = path
                room -= size
            listed.append({"file": digest, "name": name, "source": source, "at": at, "size": size, "heavy": heavy})
        return listed, files

    def _path(self, digest: str) -> Path | None:
        try:
            path = self._shown.path(digest)
        except ValueError:
            return None
        return path if path.is_file() else None


def _issued(digest: str, name: str) -> dict[str, str]:
    """What is said of a paper that has a file of its own: over its pages, or over a drawing that stands in for them.

    ``name`` is what the file is called as it goes along in the bundle.
    """
    if not digest:
        return {}
    told = {"digest": f"{digest[:32]} {digest[32:]}", "file": name}  # in two words, which no line breaks within
    words = {"copied": sentence("bundle-copied", told), "redrawn": sentence("bundle-redrawn", told)}
    return {"frozen": digest, "attached": name, **words}


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _talk(page: TicketPage, names: dict[str, str]) -> Iterator[dict[str, Any]]:
    for line in page.messages:
        message = line.message
        side = "note" if message.direction == "note" else message.author
        yield {
            "side": side if side in {"citizen", "officer", "note"} else "clerk",
            "officer": line.officer,
            "door": "" if side == "note" else names.get(message.channel or "", ""),
            "at": message.sent_at,
            "text": "\n".join(filter(None, (message.subject, message.text))),
            "state": line.delivery.state if line.delivery else "",
            "files": ", ".join(file.name for file in line.files),
        }


def _step(line: StepLine, calendar: Calendar, now: datetime) -> dict[str, Any]:
    """One entering of a step, with the working time it took, standstills left out."""
    row = line.row
    until = row.ended_at or now
    paused = sum(
        calendar.between(one.since, min(one.until or until, until))
        for one in (line.reckoning.pauses if line.reckoning else ())
    )
    return {
        "name": line.step.name,
        "started": row.started_at,
        "ended": row.ended_at,
        "minutes": max(calendar.between(row.started_at, until) - paused, 0),
        "late": bool(row.due_at and until > row.due_at),
        "within": line.step.within.text if line.step.within else "",
        "who": line.officer,
    }


def _files(page: TicketPage) -> Iterator[tuple[str, str, str, datetime]]:
    """Every file of the case once: digest, name, whose it is, when."""
    seen: set[str] = set()
    for digest, name, source, at in (*_of_messages(page), *_of_papers(page)):
        if digest and digest not in seen:
            seen.add(digest)
            yield digest, name, source, at


def _of_messages(page: TicketPage) -> Iterator[tuple[str, str, str, datetime]]:
    for line in page.messages:
        source = page.citizen if line.message.author == "citizen" else line.officer
        for file in line.files:
            yield file.digest if file.state == "stored" else "", file.name, source or "–", line.message.sent_at


def _of_papers(page: TicketPage) -> Iterator[tuple[str, str, str, datetime]]:
    for line in page.papers:
        at = line.paper.created_at
        yield line.paper.digest, line.paper.name or line.name, line.name, at
        yield line.paper.scan_digest, line.name, line.name, at
