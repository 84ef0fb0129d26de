"""Registers of former times at the desk: upload, name the columns, read what is wrong, bring them in."""

from __future__ import annotations

from aiohttp import web

from config.schema import Right
from inbox.files import Files
from inbox.importing import Importing
from inbox.importing_columns import FIELDS, REQUIRED
from inbox.importing_file import LARGEST_BYTES, MOST_ROWS
from inbox.importing_read import Imports
from inbox.refused import Forbidden, Missing, Refused
from inbox.tickets import Tickets
from inbox.web.bulk import Guard
from inbox.web.forms import Given
from inbox.web.gate import Visit
from inbox.web.rail import Rails

PATH = "/meja/impor"


class ImportPages:
    """/meja/impor."""

    def __init__(self, tickets: Tickets, files: Files, rails: Rails) -> None:
        self._importing, self._imports, self._rails = Importing(tickets, files), Imports(tickets), rails

    def routes(self, officer: Guard) -> list[web.RouteDef]:
        """Every page of it."""
        one = PATH + r"/{run:\d+}"
        return [
            web.get(PATH, officer(self.page)),
            web.post(PATH, officer(self.upload)),
            web.get(one, officer(self.run)),
            web.post(one + "/kolom", officer(self.columns)),
            web.post(one + "/masukkan", officer(self.bring)),
            web.post(one + "/buang", officer(self.drop)),
        ]

    async def page(self, visit: Visit) -> web.Response:
        """GET: what was brought in, and the form to bring more. Raises Forbidden ``no-right``."""
        return await self._page(visit, Given())

    async def upload(self, visit: Visit) -> web.Response:
        """POST: a file whose columns are to be named."""
        visit.check(Right.SETTINGS)
        file = next(iter(visit.posted.uploads("file")), None)
        try:
            run = await self._importing.upload(visit.by, file, visit.now)
        except Refused as refused:
            return await self._page(visit, Given("upload", visit.posted, refused), 422)
        return visit.go(f"{PATH}/{run}")

    async def run(self, visit: Visit) -> web.Response:
        """GET: one register on its way in."""
        return await self._run(visit, Given())

    async def columns(self, visit: Visit) -> web.Response:
        """POST: which column holds what; then every row is checked."""
        named = {name: int(at) for name in FIELDS if (at := visit.posted.text(name)).isdecimal() and len(at) < 4}
        try:
            await self._importing.columns(visit.by, _id(visit), named, visit.now)
        except Refused as refused:
            return await self._again(visit, "columns", refused)
        return visit.go(f"{PATH}/{_id(visit)}")

    async def bring(self, visit: Visit) -> web.Response:
        """POST: make the complaints; ``skip`` leaves out the rows that have problems."""
        try:
            await self._importing.bring(visit.by, _id(visit), visit.now, skip=visit.posted.text("skip") == "1")
        except Refused as refused:
            return await self._again(visit, "bring", refused)
        return visit.go(f"{PATH}/{_id(visit)}")

    async def drop(self, visit: Visit) -> web.Response:
        """POST: let it be."""
        await self._importing.drop(visit.by, _id(visit), visit.now)
        return visit.go(PATH)

    async def _again(self, visit: Visit, form: str, refused: Refused) -> web.Response:
        if isinstance(refused, Forbidden | Missing):
            raise refused
        return await self._run(visit, Given(form, visit.posted, refused), 422)

    async def _page(self, visit: Visit, given: Given, status: int = 200) -> web.Response:
        return visit.page(
            "pages/imports.html",
            status=status,
            given=given,
            runs=await self._imports.runs(visit.by),
            most_rows=MOST_ROWS,
            most_megabytes=LARGEST_BYTES // 1024 // 1024,
            rail=await self._rails.of(visit, "imports"),
        )

    async def _run(self, visit: Visit, given: Given, status: int = 200) -> web.Response:
        line = visit.request.query.get("sesudah", "")
        after = int(line) if line.isascii() and line.isdecimal() and len(line) < 9 else 0
        return visit.page(
            "pages/import.html",
            status=status,
            given=given,
            look=await self._imports.look(visit.by, _id(visit), after),
            paged=after > 0,
            fields_known=FIELDS,
            required=REQUIRED,
            rail=await self._rails.of(visit, "imports"),
        )


def _id(visit: Visit) -> int:
    return int(visit.request.match_info["run"][:18])
