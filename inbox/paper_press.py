"""The file of an issued paper: drawn once, signed by the office's provider where it has one, and kept as it is.

Drawing takes long and stays outside of any transaction: the number stands by then. What could not be drawn or signed
right away is, as soon as somebody asks for the file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import structlog
from tortoise.expressions import Subquery

from config.schema import Office
from inbox import numbers
from inbox.actor import Actor
from inbox.cases import visible
from inbox.files import Files
from inbox.mishap import place
from inbox.models import Officer, Paper, PaperMark
from inbox.paper_turns import SIGNATURES
from inbox.pdf_papers import PdfPapers
from inbox.printing import Printing
from inbox.refused import Missing
from inbox.signing import Signatory, Signer
from inbox.tickets import Tickets
from templates import sentence

log = structlog.get_logger()
_RECEIPT = "tanda-terima"


class PaperPress:
    """Makes and keeps the PDFs of issued papers. ``signers``: the provider of each office that has one."""

    def __init__(
        self, tickets: Tickets, printing: Printing, pdfs: PdfPapers, files: Files, signers: Mapping[str, Signer]
    ) -> None:
        self._tickets, self._printing, self._pdfs, self._files = tickets, printing, pdfs, files
        self._signers = signers

    async def kept(self, by: Actor, paper_id: int, now: datetime) -> str:
        """The digest of an issued paper's PDF, for whoever may see its ticket; empty where it cannot be had now, which
        the log explains: a signature costs, and nobody has one made of what is none of theirs.
        """
        async with self._tickets.database.reading():
            seen = Subquery(visible(by, self._tickets.offices.office(by.office)).values("id"))
            found = Paper.filter(id=paper_id, ticket_id__in=seen)
            paper = await found.select_related("ticket__citizen").first()
        if paper is None or paper.issued_at is None:
            return ""
        if paper.pdf_digest:
            return paper.pdf_digest
        try:
            return await self._make(paper, now)
        except Exception as error:  # noqa: BLE001 - whatever a press or a provider may raise: the paper stands anyway
            log.warning("issued paper has no PDF yet", paper=paper.id, error=place(error))
            return ""

    async def receipt(self, by: Actor, number: str, now: datetime) -> tuple[str, bytes]:
        """What somebody at the counter is handed: the office's tanda terima of a ticket, by this officer, now.

        Raises: Missing ``ticket-missing``; ``paper-missing`` where the office has none.
        """
        office = self._tickets.offices.office(by.office)
        kind = next((one for one in office.papers if one.template == _RECEIPT), None)
        if kind is None:
            raise Missing("paper-missing")
        async with self._tickets.database.reading():
            found = visible(by, office).filter(number=numbers.normal(number))
            ticket = await found.select_related("citizen").first()
            if ticket is None:
                raise Missing("ticket-missing", number=number[:20])
            paper = Paper(
                office=office.id, ticket_id=ticket.id, paper=kind.id, officer_id=by.officer_id, created_at=now
            )
            hidden = await self._tickets.seal(by).identity(ticket)
            sheet = await self._printing.filled(office, ticket, paper, now, hidden)
        return f"{sheet.file}.pdf", await self._pdfs.drawn(sheet, office.id, now)

    async def _make(self, paper: Paper, now: datetime) -> str:
        office = self._tickets.offices.office(paper.office)
        async with self._tickets.database.reading():
            sheet = await self._printing.filled(office, paper.ticket, paper, paper.issued_at or now)
            by = await _signatory(office, paper)
        content = await self._pdfs.drawn(sheet, office.id, paper.issued_at or now)
        signer = self._signers.get(office.id)
        if signer is not None and by is not None:
            content = await signer.sign(content, by)
        digest = await self._files.put(content)

        async def keep() -> str:
            if await Paper.filter(id=paper.id, pdf_digest="").update(pdf_digest=digest):
                return digest
            return str((await Paper.get(id=paper.id)).pdf_digest)

        return await self._tickets.database.transaction(keep)


def signers(offices: Mapping[str, Office], load: Callable[[str], Signer]) -> dict[str, Signer]:
    """The provider of each office that names one. Raises KeyError for one that is not installed."""
    return {id_: load(office.signatures) for id_, office in offices.items() if office.signatures}


async def _signatory(office: Office, paper: Paper) -> Signatory | None:
    """Who signed it at the desk; None where nobody did."""
    mark = await PaperMark.filter(paper_id=paper.id, kind__in=SIGNATURES).order_by("-id").first()
    if mark is None:
        return None
    officer = await Officer.get(id=mark.officer_id)
    role = office.roles[mark.role].name if mark.role in office.roles else mark.role
    shown = sentence(f"title-{mark.title}", {"role": role}) if mark.title else role
    return Signatory(officer.name, shown, officer.login, paper.number)
