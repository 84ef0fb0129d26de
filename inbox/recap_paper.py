"""A recap as a paper to file: its figures and its steps under the letterhead, signed by whoever asks for it."""

from __future__ import annotations

from datetime import datetime

import templates
from inbox import recap_sheets
from inbox.actor import Actor
from inbox.figures import Period
from inbox.pdf_papers import PdfPapers
from inbox.printing import Sheet, headed
from inbox.recaps import Recaps
from inbox.tickets import Tickets
from templates import sheets


class RecapPaper:
    """Draws recaps."""

    def __init__(self, tickets: Tickets, pdfs: PdfPapers) -> None:
        self._tickets, self._recaps, self._pdfs = tickets, Recaps(tickets), pdfs

    async def pdf(self, by: Actor, period: Period, now: datetime) -> tuple[str, bytes]:
        """What the file is called, and the PDF. Raises Forbidden ``no-right``; as ``Pdf.render``."""
        recap = await self._recaps.read(by, period, now)
        office = self._tickets.offices.office(by.office)
        values = {
            "title": templates.sentence(f"recap-{recap.every}"),
            "days": recap_sheets.days(recap),
            "office": office,
            "figures": list(recap_sheets.figures(recap)),
            "steps": recap.steps,
            "seals": [recap.seal] if recap.seal else [],
            "reporter": by.name,
            "zone": office.time_zone,
            "printed_at": now,
        }
        sheet = Sheet("_rekap", f"rekap-{period.id}", headed(sheets.fill("_rekap", values), office))
        return f"{sheet.file}.pdf", await self._pdfs.drawn(sheet, office.id, now)
