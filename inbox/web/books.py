"""The office's running books at the desk: the shelf, a year page by page, and closing a year."""

from __future__ import annotations

from aiohttp import web

from config.schema import Right
from inbox.printing import BOOK_ROWS
from inbox.refused import Forbidden, Missing, Refused
from inbox.registers import Registers
from inbox.registers_read import Shelf
from inbox.tickets import Tickets
from inbox.web.bulk import Guard
from inbox.web.forms import Given
from inbox.web.gate import Visit
from inbox.web.rail import Rails


class BookPages:
    """/meja/buku/ and what is below it, but for the pages to print."""

    def __init__(self, tickets: Tickets, rails: Rails) -> None:
        self._shelf, self._registers, self._rails = Shelf(tickets), Registers(tickets), rails

    def routes(self, officer: Guard) -> list[web.RouteDef]:
        """Every page of it."""
        year = r"/meja/buku/{register}/{year:\d{4}}"
        return [
            web.get("/meja/buku", _shelf),
            web.get("/meja/buku/", officer(self.shelf)),
            web.get("/meja/buku/{register}", officer(self.book)),
            web.post(year + "/tutup", officer(self.close)),
            web.post(year + "/buka", officer(self.reopen)),
        ]

    async def shelf(self, visit: Visit) -> web.Response:
        """GET: the books with their years. Raises Forbidden ``no-right``."""
        books = await self._shelf.books(visit.by, visit.now)
        return visit.page("pages/books.html", books=books, rail=await self._rails.of(visit, "books"))

    async def book(self, visit: Visit) -> web.Response:
        """GET: a year of a book; ``tahun`` in the address, ``sesudah`` is the number its page begins after."""
        return await self._page(visit, _number(visit.request.query.get("tahun", "")), Given())

    async def close(self, visit: Visit) -> web.Response:
        """POST: nothing enters the year any more."""
        register, year = _asked(visit)
        try:
            await self._registers.close(visit.by, register, year, visit.now)
        except Refused as refused:
            return await self._again(visit, "close", refused)
        return visit.go(f"/meja/buku/{register}?tahun={year}&kabar=buku-tutup")

    async def reopen(self, visit: Visit) -> web.Response:
        """POST: lines may enter it again; ``reason`` says why."""
        register, year = _asked(visit)
        try:
            await self._registers.reopen(visit.by, register, year, visit.posted.text("reason"), visit.now)
        except Refused as refused:
            return await self._again(visit, "reopen", refused)
        return visit.go(f"/meja/buku/{register}?tahun={year}&kabar=buku-buka")

    async def _again(self, visit: Visit, form: str, refused: Refused) -> web.Response:
        """The page with what was wrong; what is nobody's to mend is raised."""
        if isinstance(refused, Forbidden | Missing):
            raise refused
        return await self._page(visit, _asked(visit)[1], Given(form, visit.posted, refused), 422)

    async def _page(self, visit: Visit, year: int, given: Given, status: int = 200) -> web.Response:
        register = visit.request.match_info["register"]
        after = _number(visit.request.query.get("sesudah", ""))
        leaf = await self._shelf.leaf(visit.by, register, year, visit.now, after)
        return visit.page(
            "pages/book.html",
            status=status,
            leaf=leaf,
            given=given,
            paged=after > 0,
            parts=max(-(-leaf.year.count // BOOK_ROWS), 1),
            keeper=visit.may(Right.SETTINGS),
            rail=await self._rails.of(visit, "books"),
        )


async def _shelf(_: web.Request) -> web.Response:
    raise web.HTTPFound("/meja/buku/")


def _asked(visit: Visit) -> tuple[str, int]:
    return visit.request.match_info["register"], int(visit.request.match_info["year"])


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
