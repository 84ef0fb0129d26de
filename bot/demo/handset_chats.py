"""HP Warga's short messages and Telegram: what their buttons call. Same-origin requests only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from aiohttp import web

from bot.demo.chats import Chats, Line
from bot.demo.handset import same_origin
from bot.demo.handset_lines import LARGEST_BYTES, Lines, place, said, typed
from bot.demo.handset_mail import handed_out
from bot.demo.telegram import TelegramStandIn
from channels.base import Attachment
from inbox.web.forms import Posted, read


class Numbers(Protocol):
    """A platform of short messages."""

    def says(self, phone: str, channel: str, text: str) -> Line:
        """The citizen texts the office."""
        ...


class ChatButtons:
    """``texting``: by channel id, the platform that carries its short messages."""

    def __init__(
        self, chats: Chats, phones: Callable[[str], bool], telegram: TelegramStandIn, texting: Mapping[str, Numbers]
    ) -> None:
        self._chats, self._telegram, self._texting = chats, telegram, texting
        self._lines = Lines(chats, phones)

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """sms, telegram and what can be done with a line of it, and the files of both."""
        return [
            web.post("/hp/sms", same_origin(self.text)),
            web.post("/hp/telegram", same_origin(self.say)),
            web.post("/hp/telegram/ubah", same_origin(self.edit)),
            web.post("/hp/telegram/tombol", same_origin(self.press)),
            web.post("/hp/telegram/blokir", same_origin(self.block)),
            web.get("/hp/berkas/{line:[0-9]{1,9}}/{place:[0-9]{1,2}}", self.file),
        ]

    async def text(self, request: web.Request) -> web.StreamResponse:
        """POST sms: warga, pintu, isi."""
        posted = await read(request)
        channel, text = posted.text("pintu"), typed(posted)
        if channel not in self._texting or not text.strip():
            raise web.HTTPUnprocessableEntity
        return said([self._texting[channel].says(self._lines.phone(posted), channel, text)])

    async def say(self, request: web.Request) -> web.StreamResponse:
        """POST telegram: warga, pintu, isi, berkas, lokasi ("-8.09,112.16"), jawab."""
        posted = await read(request.clone(client_max_size=LARGEST_BYTES))
        phone, channel, text = self._lines.phone(posted), self._bot(posted), typed(posted)
        spot, files = place(posted), posted.uploads("berkas")
        if not (text.strip() or spot or files):
            raise web.HTTPUnprocessableEntity
        replied = self._lines.answered(posted)
        return said(await self._telegram.says(phone, channel, text, files=files, place=spot, answers=replied))

    async def edit(self, request: web.Request) -> web.StreamResponse:
        """POST telegram/ubah: warga, pesan, isi."""
        posted = await read(request)
        line = self._own(posted, sent=True)
        if not typed(posted).strip():
            raise web.HTTPUnprocessableEntity
        await self._telegram.edits(line.id, typed(posted))
        return said([line])

    async def press(self, request: web.Request) -> web.StreamResponse:
        """POST telegram/tombol: warga, pesan, nilai."""
        posted = await read(request)
        line = self._own(posted, sent=False)
        try:
            await self._telegram.presses(line.id, posted.text("nilai"))
        except KeyError:
            raise web.HTTPUnprocessableEntity from None
        return said([line])

    async def block(self, request: web.Request) -> web.StreamResponse:
        """POST telegram/blokir: warga, pintu, blokir (1 or 0)."""
        posted = await read(request)
        await self._telegram.blocks(self._lines.phone(posted), self._bot(posted), blocked=posted.text("blokir") == "1")
        return web.json_response({})

    async def file(self, request: web.Request) -> web.StreamResponse:
        """GET berkas/{line}/{place}."""
        line, place = self._chats.line(int(request.match_info["line"])), int(request.match_info["place"])
        content = self._chats.content(line.id, place) if line else None
        if line is None or content is None:
            raise web.HTTPNotFound
        piece = line.files[place]
        return handed_out(Attachment(piece.name, piece.type, content, size_bytes=len(content)))

    def _bot(self, posted: Posted) -> str:
        channel = posted.text("pintu")
        if channel not in self._telegram.bots:
            raise web.HTTPUnprocessableEntity
        return channel

    def _own(self, posted: Posted, *, sent: bool) -> Line:
        """The line of Telegram on the citizen's own phone."""
        line = self._lines.on_phone(posted)
        if line.sent != sent or line.channel not in self._telegram.bots:
            raise web.HTTPUnprocessableEntity
        return line
