"""Attachments: handed out to officers who may see their ticket, and never as anything a browser would run.

A picture is shown only when its own bytes say that it is one; everything else is a download, whatever its name or
sender claims.
"""

from __future__ import annotations

import asyncio
import unicodedata
from pathlib import Path
from urllib.parse import quote

import filetype
from aiohttp import web

from config.schema import Office
from inbox import models
from inbox.actor import Actor
from inbox.cases import visible
from inbox.database import Database
from inbox.files import Files
from inbox.refused import Missing
from inbox.web.gate import Visit

PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_POLICY = "default-src 'none'; sandbox"
_HEAD_BYTES = 8192


class Attachments:
    """GET /berkas/{id}, and the files of papers."""

    def __init__(self, database: Database, files: Files) -> None:
        self._database, self._files = database, files

    async def serve(self, visit: Visit) -> web.StreamResponse:
        """One attachment. Raises Missing ``attachment-missing``."""
        return await self.of(visit.by, visit.office, int(visit.request.match_info["id"][:18]))

    async def of(self, by: Actor, office: Office, id_: int) -> web.StreamResponse:
        """One attachment of a ticket that the officer may see. Raises Missing ``attachment-missing``."""
        file = await self._find(by, office, id_)
        return await self.hand_out(file.digest, file.name)

    async def hand_out(self, digest: str, name: str) -> web.StreamResponse:
        """A stored file under a name: shown if it is a picture, else to be saved.

        Raises: Missing ``attachment-missing``.
        """
        try:
            path = self._files.path(digest)
            head = await asyncio.to_thread(_head, path)
        except (OSError, ValueError):
            raise Missing("attachment-missing") from None
        type_ = _sniffed(head)
        response = web.FileResponse(path, headers=headers(name, inline=type_ in PICTURES))
        response.content_type = type_ if type_ in PICTURES else "application/octet-stream"
        return response

    async def _find(self, by: Actor, office: Office, id_: int) -> models.Attachment:
        async with self._database.reading():
            wanted = models.Attachment.filter(id=id_, office=office.id, state="stored")
            file = await wanted.select_related("message").first()
            if file is None or not await visible(by, office).filter(id=file.message.ticket_id).exists():
                raise Missing("attachment-missing")
        return file


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


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEAD_BYTES)


def _sniffed(head: bytes) -> str:
    return str(filetype.guess_mime(head) or "")
