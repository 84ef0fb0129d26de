"""A citizen takes along what is held of their case: one ZIP, for a browser that gave number and code.

What is asked for by words (erase, correct) goes in by the office's door as every other word does.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import IO

from aiohttp import web

from config.schema import Office
from inbox import held_data, privacy_requests, whose
from inbox.database import Database
from inbox.models import Ticket
from inbox.shown import Shown
from inbox.status import proven
from inbox.web.citizen_pass import Pass
from templates import sentence

_IN_MEMORY_BYTES = 4 * 1024 * 1024
_PART_BYTES = 256 * 1024

# Number and code of this browser, if it gave any that fit what was asked for.
Given = Callable[[web.Request], Pass | None]


class CitizenData:
    """Hands it out, and writes down that it was asked for."""

    def __init__(self, database: Database, files: Shown, now: Callable[[], datetime]) -> None:
        self._database, self._files, self._now = database, files, now

    def handler(self, office: Office, given: Given) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """For an address of that office."""

        async def take(request: web.Request) -> web.StreamResponse:
            key = given(request)
            if key is None:
                raise web.HTTPNotFound
            return await self._take(request, office, key)

        return take

    async def _take(self, request: web.Request, office: Office, key: Pass) -> web.StreamResponse:
        with tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES) as out:
            async with self._database.reading():
                ticket = await proven(key.number, key.code)
                if ticket is None or ticket.office != office.id:
                    raise web.HTTPNotFound
                meant = await whose.of_code(ticket)
                data = await held_data.collect(office, meant, sentence, self._now())
                await held_data.pack(data, meant, self._files, out, sentence)
            await self._database.transaction(lambda: self._note(office, ticket))
            return await _sent(request, out, f"data-{ticket.number}.zip")

    async def _note(self, office: Office, ticket: Ticket) -> None:
        await privacy_requests.ask(office, ticket, privacy_requests.DATA, citizen_id=ticket.citizen_id, now=self._now())


async def _sent(request: web.Request, out: IO[bytes], name: str) -> web.StreamResponse:
    out.seek(0)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    response = web.StreamResponse(headers={"Content-Type": "application/zip", **headers})
    await response.prepare(request)
    while part := await asyncio.to_thread(out.read, _PART_BYTES):
        await response.write(part)
    return response
