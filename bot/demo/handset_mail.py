"""HP Warga's mail: what its buttons call. Same-origin requests only."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from aiohttp import web

from bot.demo import letters
from bot.demo.handset import same_origin
from bot.demo.letters import Draft, Letter
from bot.demo.mail import MailStandIn
from bot.demo.phones import Phones
from channels.base import Attachment
from inbox.web.forms import Posted, read

LARGEST_LETTER_BYTES = 26 * 1024 * 1024
_PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "application/pdf"})


class MailButtons:
    """Sending a mail, and the files of those that came."""

    def __init__(self, phones: Phones, mail: MailStandIn) -> None:
        self._phones, self._mail = phones, mail

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """kirim and lampiran."""
        return [
            web.post("/hp/kirim", same_origin(self.send)),
            web.get("/hp/lampiran/{letter:[0-9]{1,9}}/{place:[0-9]{1,3}}", self.attachment),
        ]

    async def send(self, request: web.Request) -> web.StreamResponse:
        """POST kirim: what the citizen typed, out by the mail provider."""
        posted = await read(request.clone(client_max_size=LARGEST_LETTER_BYTES))
        phone = posted.text("warga")
        if phone not in self._phones.citizens or not posted.text("ke").strip():
            raise web.HTTPUnprocessableEntity
        draft = Draft(
            to=" ".join(posted.text("ke").split()),
            subject=" ".join(posted.text("subjek").split()),
            text=posted.text("isi").replace("\r\n", "\n"),
            files=posted.uploads("berkas"),
            answers=self._letter(posted, "jawab"),
            forwards=self._letter(posted, "teruskan"),
        )
        letter = await self._phones.send(phone, draft, self._mail)
        return web.json_response({"id": letter.id})

    async def attachment(self, request: web.Request) -> web.StreamResponse:
        """GET lampiran/{letter}/{place}."""
        letter = self._phones.letter(int(request.match_info["letter"]))
        found = letters.files(letter)[int(request.match_info["place"]) :] if letter else []
        if not found:
            raise web.HTTPNotFound
        return handed_out(found[0])

    def _letter(self, posted: Posted, name: str) -> Letter | None:
        digits = posted.text(name)
        return self._phones.letter(int(digits)) if digits.isascii() and digits.isdigit() else None


def handed_out(file: Attachment) -> web.Response:
    """A file as the phone opens it: pictures are shown, everything else is saved, nothing runs."""
    shown = file.type in _PICTURES
    way = "inline" if shown else "attachment"
    headers = {
        "Content-Disposition": f"{way}; filename*=UTF-8''{quote(file.name, safe='')}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    kind = file.type if shown else "application/octet-stream"
    return web.Response(body=file.content, content_type=kind, headers=headers)
