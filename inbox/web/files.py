"""Attachments: handed out to officers who may see their ticket, and never as anything a browser would run.

A picture, a sound, a film and a PDF are shown only when their own bytes say that they are one, in a sandbox; everything
else is a download, whatever its name or sender claims.
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
from inbox.files import Files, StoreAway
from inbox.refused import Missing
from inbox.tickets import Tickets
from inbox.veiling import veil_talk
from inbox.web.gate import Visit

PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
SOUNDS = frozenset({"audio/mpeg", "audio/ogg", "audio/x-wav", "audio/aac", "audio/mp4", "audio/m4a"})
FILMS = frozenset({"video/mp4", "video/webm"})
PDF = "application/pdf"
# What the sniffer calls a thing, as browsers call it.
_CALLED = {"audio/x-wav": "audio/wav", "audio/m4a": "audio/mp4", "video/x-m4v": "video/mp4"}
_POLICY = "default-src 'none'; sandbox"
# Browsers' own PDF viewers do not start in a sandbox; what a PDF may do, they keep within the viewer.
_PDF_POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'"
_HEAD_BYTES = 8192


class Attachments:
    """GET /berkas/{id}, and the files of papers."""

    def __init__(self, tickets: Tickets, files: Files) -> None:
        self._tickets, self._database, self._files = tickets, tickets.database, files

    async def serve(self, visit: Visit) -> web.StreamResponse:
        """One attachment. Raises Missing ``attachment-missing``."""
        return await self.of(visit.by, visit.office, int(visit.request.match_info["id"][:18]))

    async def of(self, by: Actor, office: Office, id_: int) -> web.StreamResponse:
        """One attachment of a ticket that the officer may see. Raises Missing ``attachment-missing``."""
        file = await self._find(by, office, id_)
        return await self.hand_out(file.digest, file.name)

    async def hand_out(self, digest: str, name: str) -> web.StreamResponse:
        """A stored file under a name: shown if it is something that browsers show safely, else to be saved.

        Raises: Missing ``attachment-missing``.
        """
        try:
            await self._files.fetch(digest)
            path = self._files.path(digest)
            head = await asyncio.to_thread(_head, path)
        except StoreAway:
            raise
        except (OSError, ValueError):
            raise Missing("attachment-missing") from None
        type_ = _sniffed(head)
        shown = type_ == PDF or type_ in PICTURES | SOUNDS | FILMS
        policy = {"Content-Security-Policy": _PDF_POLICY} if type_ == PDF else {}
        response = web.FileResponse(path, headers=headers(name, inline=shown) | policy)
        response.content_type = _CALLED.get(type_, type_) if shown else "application/octet-stream"
        return response

    async def _find(self, by: Actor, office: Office, id_: int) -> models.Attachment:
        async with self._database.reading():
            wanted = models.Attachment.filter(id=id_, office=office.id, state="stored")
            file = await wanted.select_related("message").first()
            ticket = await visible(by, office).filter(id=file.message.ticket_id).first() if file else None
            if file is None or ticket is None:
                raise Missing("attachment-missing")
            if hidden := await self._tickets.seal(by).identity(ticket):
                veil_talk(hidden, (), [file])
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
