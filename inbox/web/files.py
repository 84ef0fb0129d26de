"""Attachments: handed out to officers who may see their ticket, and never as anything a browser would run.

A sound, a film and a PDF are shown only when their own bytes say that they are one, in a sandbox; everything else is a
download, whatever its name or sender claims. Of a picture the copy is shown (``inbox.shown``); the original, with where
and with what it was taken, is a download for officers who edit cases and may know who complained.
"""

from __future__ import annotations

import asyncio
import unicodedata
from pathlib import Path
from urllib.parse import quote

from aiohttp import web

from config.schema import Office, Right
from inbox import models
from inbox.actor import Actor
from inbox.cases import visible
from inbox.files import Files, StoreAway
from inbox.refused import Forbidden, Missing
from inbox.shown import PICTURES, Held, Shown, Unreadable, kind_of
from inbox.tickets import Tickets
from inbox.veiling import veil_talk
from inbox.web.gate import Visit

SOUNDS = frozenset({"audio/mpeg", "audio/ogg", "audio/x-wav", "audio/aac", "audio/mp4", "audio/m4a"})
FILMS = frozenset({"video/mp4", "video/webm"})
PDF = "application/pdf"
# What the sniffer calls a thing, as browsers call it.
_CALLED = {"audio/x-wav": "audio/wav", "audio/m4a": "audio/mp4", "video/x-m4v": "video/mp4"}
_POLICY = "default-src 'none'; sandbox"
# Browsers' own PDF viewers do not start in a sandbox; what a PDF may do, they keep within the viewer.
_PDF_POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'"


class Attachments:
    """GET /berkas/{id} and /berkas/{id}/asli, and the files of papers."""

    def __init__(self, tickets: Tickets, files: Files, shown: Shown) -> None:
        self._tickets, self._database, self._files, self._shown = tickets, tickets.database, files, shown

    async def serve(self, visit: Visit) -> web.StreamResponse:
        """One attachment. Raises as ``of``."""
        return await self.of(visit.by, visit.office, _id(visit))

    async def original(self, visit: Visit) -> web.StreamResponse:
        """One attachment exactly as it came, to be saved. Raises as ``of``."""
        file, seen = await self._find(visit.by, visit.office, _id(visit))
        return await self._as_it_came(visit.by, visit.office, file, seen=seen)

    async def of(self, by: Actor, office: Office, id_: int) -> web.StreamResponse:
        """One attachment of a ticket that the officer may see; a picture that cannot be shown, as it came.

        Raises: Missing ``attachment-missing``, ``file-held``; Forbidden ``no-right``, ``sealed``.
        """
        file, seen = await self._find(by, office, id_)
        try:
            return await self._response(file.digest, file.name)
        except Unreadable:
            return await self._as_it_came(by, office, file, seen=seen)

    async def hand_out(self, digest: str, name: str) -> web.StreamResponse:
        """A stored file under a name: shown if it is something that browsers show safely, else to be saved.

        Raises: Missing ``attachment-missing``, for a picture that cannot be shown, too.
        """
        try:
            return await self._response(digest, name)
        except Unreadable:
            raise Missing("attachment-missing") from None

    async def _response(self, digest: str, name: str) -> web.StreamResponse:
        """Raises Missing ``attachment-missing``, ``file-held``; Unreadable."""
        try:
            await self._shown.fetch(digest)
            await self._shown.check(digest)
            path = await asyncio.to_thread(self._shown.path, digest)
            type_ = await asyncio.to_thread(kind_of, path)
            size = (await asyncio.to_thread(path.stat)).st_size
        except StoreAway:
            raise
        except Held:
            raise Missing("file-held") from None
        except (OSError, ValueError):
            raise Missing("attachment-missing") from None
        if not size and path == self._files.copy(digest):
            raise Unreadable(digest)
        shown = type_ == PDF or type_ in PICTURES | SOUNDS | FILMS
        policy = {"Content-Security-Policy": _PDF_POLICY} if type_ == PDF else {}
        response = web.FileResponse(path, headers=headers(name, inline=shown) | policy)
        response.content_type = _CALLED.get(type_, type_) if shown else "application/octet-stream"
        return response

    async def _as_it_came(
        self, by: Actor, office: Office, file: models.Attachment, *, seen: bool
    ) -> web.StreamResponse:
        if not by.may(office, Right.FIELDS):
            raise Forbidden("no-right", right=Right.FIELDS)
        if not seen:
            raise Forbidden("sealed")
        path = await self._lying(file.digest)
        response = web.FileResponse(path, headers=headers(file.name) | {"Cache-Control": "private, no-store"})
        response.content_type = "application/octet-stream"
        return response

    async def kept(self, visit: Visit, type_: str) -> tuple[models.Attachment, Path]:
        """The row and the original of a file that is of this type by its own bytes, for whoever may see it.

        Raises: Missing ``attachment-missing``, ``file-held``; StoreAway.
        """
        file, _ = await self._find(visit.by, visit.office, _id(visit))
        path = await self._lying(file.digest)
        if await asyncio.to_thread(kind_of, path) != type_:
            raise Missing("attachment-missing")
        return file, path

    async def _lying(self, digest: str) -> Path:
        try:
            await self._files.fetch(digest)
            await self._shown.scanning.look(digest)
            await self._shown.check(digest)
            path = self._files.path(digest)
            await asyncio.to_thread(path.stat)
        except StoreAway:
            raise
        except Held:
            raise Missing("file-held") from None
        except (OSError, ValueError):
            raise Missing("attachment-missing") from None
        return path

    async def _find(self, by: Actor, office: Office, id_: int) -> tuple[models.Attachment, bool]:
        """The file's row, and whether the officer may know who complained."""
        async with self._database.reading():
            wanted = models.Attachment.filter(id=id_, office=office.id, state="stored")
            file = await wanted.select_related("message").first()
            ticket = await visible(by, office).filter(id=file.message.ticket_id).first() if file else None
            if file is None or ticket is None:
                raise Missing("attachment-missing")
            if hidden := await self._tickets.seal(by).identity(ticket):
                veil_talk(hidden, (), [file])
        return file, hidden is None


def _id(visit: Visit) -> int:
    return int(visit.request.match_info["id"][:18])


def headers(name: str, *, inline: bool = False) -> dict[str, str]:
    """Response headers for something a citizen sent. Source: RFC 6266 section 4.3, RFC 8187."""
    shown = "".join(char for char in name if unicodedata.category(char)[0] != "C") or "berkas"
    plain = "".join(char if char.isascii() and (char.isalnum() or char in "._- ") else "_" for char in shown)
    kind = "inline" if inline else "attachment"
    return {
        "Content-Disposition": f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(shown, safe='')}",
        "Content-Security-Policy": _POLICY,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, max-age=3600",
    }
