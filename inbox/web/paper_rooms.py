"""The pages of papers over one press: papers at the desk, their files, recaps to file."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from inbox.bundle import Bundles
from inbox.docx_papers import DocxPapers
from inbox.files import Files
from inbox.paper_back import PaperBack
from inbox.paper_desk import PaperDesk
from inbox.paper_press import PaperPress
from inbox.paper_reading import PaperReading
from inbox.pdf import Pdf
from inbox.pdf_papers import PdfPapers
from inbox.printing import Printing
from inbox.recap_paper import RecapPaper
from inbox.shown import Shown
from inbox.signing import Signer
from inbox.tickets import Tickets
from inbox.views import Views
from inbox.web.exports import RecapFiles
from inbox.web.files import Attachments
from inbox.web.paper_desk import PaperDeskPages
from inbox.web.paper_files import PaperFiles
from inbox.web.rail import Rails


def paper_rooms(  # noqa: PLR0917 - rooms over one press
    app: web.Application,
    tickets: Tickets,
    views: Views,
    files: Files,
    shown: Shown,
    attachments: Attachments,
    rails: Rails,
    signers: Mapping[str, Signer],
) -> tuple[PaperDeskPages, PaperFiles, RecapFiles]:
    """With a press that stops with the pages."""
    config = tickets.offices.folder
    printing, pdf = Printing(tickets), Pdf(config / "fonts")
    pdfs = PdfPapers(printing, pdf, files, shown, config / "offices")

    async def stop(_: web.Application) -> None:
        await pdf.stop()
        await shown.stop()

    app.on_cleanup.append(stop)
    press = PaperPress(tickets, printing, pdfs, files, signers)
    bundles = Bundles(tickets, views, printing, pdfs, shown, press.kept)
    docx = DocxPapers(printing, pdfs, config / "offices")
    desk = PaperDeskPages(
        PaperReading(tickets),
        desk=PaperDesk(tickets, files),
        back=PaperBack(tickets),
        press=press,
        attachments=attachments,
        rails=rails,
    )
    recaps = RecapFiles(tickets, RecapPaper(tickets, pdfs))
    return desk, PaperFiles(pdfs, docx, bundles, attachments, press), recaps
