"""Lists and recaps as files to take along: made beside the event loop, sent as they are, kept nowhere."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from typing import IO, cast

from aiohttp import web

from inbox import journal, offering, recap_sheets
from inbox.database import answers
from inbox.exporting import Exporting, Format
from inbox.recap_paper import RecapPaper
from inbox.recaps import Recaps, period_of
from inbox.refused import Refused
from inbox.search import Filters
from inbox.sheets import BOM, Workbook, lines
from inbox.tickets import Tickets
from inbox.web.bulk import Guard
from inbox.web.files import headers
from inbox.web.filtering import choices, read
from inbox.web.gate import Visit
from inbox.web.recaps import PATH as RECAP

LIST = "/meja/unduh"
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}
_AT_ONCE = 2
_SLOWEST_SECONDS = 60
_CHUNK_BYTES = 256 * 1024
_IN_MEMORY_BYTES = 4 * 1024 * 1024


class ExportPages:
    """/meja/unduh.xlsx and .csv with the list's own address, and /meja/rekap.xlsx."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets, self._exporting, self._recaps = tickets, Exporting(tickets), Recaps(tickets)
        self._turn = asyncio.Semaphore(_AT_ONCE)

    def routes(self, officer: Guard) -> list[web.RouteDef]:
        """All of them."""
        return [
            web.get(LIST + ".{format:xlsx|csv}", officer(self.listed)),
            web.get(f"{RECAP}.xlsx", officer(self.recap)),
        ]

    async def listed(self, visit: Visit) -> web.StreamResponse:
        """GET: the list that the address asks for. Raises Refused ``filter-unreadable``: a list that is taken along
        holds what was asked for or is not taken.
        """
        format_ = cast("Format", visit.request.match_info["format"])
        async with self._turn:
            export = await self._exporting.begin(visit.by, await self._asked(visit), format_, visit.now)
            language, heads = visit.by.language, recap_sheets.headings(export.columns, visit.by.language)
            if format_ == "csv":
                response = await _opened(visit, "csv")
                await _sent(visit, response, BOM.encode() + lines([heads]))
                async for portion in recap_sheets.said(export, language):
                    await _sent(visit, response, await asyncio.to_thread(lines, portion))
                await response.write_eof()
                return response

            async def fill(file: IO[bytes]) -> None:
                book = Workbook(file)
                sheet = book.sheet("Aduan", heads)
                async for portion in recap_sheets.said(export, language):
                    await sheet.add(portion)
                await book.close()

            return await _made(visit, fill)

    async def recap(self, visit: Visit) -> web.StreamResponse:
        """GET: a recap as XLSX. Raises Forbidden ``no-right``, Refused ``period-unreadable``."""
        period = period_of(visit.request.query.get("masa", ""), visit.office, visit.now)
        async with self._turn:
            recap = await self._recaps.read(visit.by, period, visit.now)
            filters = Filters(status="all", opened_from=period.first, opened_until=period.last)
            rows = self._exporting.whole(visit.office, filters, visit.now)
            await _taken(self._tickets, visit, period.id, "XLSX")
            return await _made(
                visit,
                lambda file: recap_sheets.write(file, recap, rows, visit.office, visit.by.language),
                f"rekap-{period.id}",
            )

    async def _asked(self, visit: Visit) -> Filters:
        async with self._tickets.database.reading():
            known = offering.of(*await answers([offering.asked(visit.office.id)]))
        asked = read(visit.request.query, choices(visit.office, known.officers, known.labels))
        if asked.unread:
            raise Refused("filter-unreadable", field=asked.unread[0], filter=asked.unread[0])
        return asked.filters


class RecapFiles:
    """/meja/rekap.pdf: the recap as a paper to file."""

    def __init__(self, tickets: Tickets, paper: RecapPaper) -> None:
        self._tickets, self._paper = tickets, paper

    def routes(self, officer: Guard) -> list[web.RouteDef]:
        """The one."""
        return [web.get(f"{RECAP}.pdf", officer(self.pdf))]

    async def pdf(self, visit: Visit) -> web.Response:
        """GET. Raises Forbidden ``no-right``, Refused ``period-unreadable`` and as ``Pdf.render``."""
        period = period_of(visit.request.query.get("masa", ""), visit.office, visit.now)
        name, content = await self._paper.pdf(visit.by, period, visit.now)
        await _taken(self._tickets, visit, period.id, "PDF")
        head = headers(name, inline=True) | {"Cache-Control": "no-store"}
        return web.Response(body=content, content_type="application/pdf", headers=head)


async def _taken(tickets: Tickets, visit: Visit, period: str, format_: str) -> None:
    """Who took which recap along is on record."""

    async def work() -> None:
        await journal.write(
            visit.office.id, "recap-taken", actor=visit.by.mark, at=visit.now, period=period, format=format_
        )

    await tickets.database.transaction(work)


async def _made(visit: Visit, fill: Callable[[IO[bytes]], Awaitable[None]], name: str = "") -> web.StreamResponse:
    """A file that is whole before it is sent, because it ends with its own table of contents."""
    with tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES) as file:
        await fill(file)
        response = await _opened(visit, "xlsx", name)
        await asyncio.to_thread(file.seek, 0)
        while chunk := await asyncio.to_thread(file.read, _CHUNK_BYTES):
            await _sent(visit, response, chunk)
        await response.write_eof()
        return response


async def _sent(visit: Visit, response: web.StreamResponse, chunk: bytes) -> None:
    """A piece on its way. Whoever takes none for long is left, because others wait for their turn.

    Raises: ConnectionResetError.
    """
    try:
        async with asyncio.timeout(_SLOWEST_SECONDS):
            await response.write(chunk)
    except TimeoutError:
        if visit.request.transport is not None:
            visit.request.transport.abort()
        raise ConnectionResetError from None


async def _opened(visit: Visit, format_: str, name: str = "") -> web.StreamResponse:
    day = f"{visit.now:%Y-%m-%d}"
    response = web.StreamResponse(
        headers=headers(f"{name or f'aduan-{day}'}.{format_}") | {"Cache-Control": "no-store"}
    )
    response.content_type = TYPES[format_]
    if format_ == "csv":
        response.charset = "utf-8"
    await response.prepare(visit.request)
    return response
