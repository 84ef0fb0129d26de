"""HP Warga's WhatsApp, Messenger and Instagram: what their buttons call. Same-origin requests only."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence

from aiohttp import web

from bot.demo.chats import Chats, Line
from bot.demo.graph import GraphStandIn
from bot.demo.handset import Handler, same_origin
from bot.demo.handset_lines import LARGEST_BYTES, Lines, place, said, typed
from bot.demo.pages import InstagramStandIn, MessengerStandIn, PageStandIn
from bot.demo.whatsapp import WhatsAppStandIn
from inbox.web.forms import Posted, read

_LONGEST_EMOJI = 8


class MetaButtons:
    """``platforms``: by channel id, the one that carries it."""

    def __init__(self, chats: Chats, phones: Callable[[str], bool], platforms: Mapping[str, GraphStandIn]) -> None:
        self._chats, self._platforms, self._lines = chats, platforms, Lines(chats, phones)

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """Saying something, and what can be done with a line, a chat, a phone."""
        deeds = {"ubah": self.edit, "hapus": self.remove, "tanda": self.react, "tombol": self.press}
        deeds |= {"baca": self.see, "hp": self.switch, "nomor": self.move, "komentar": self.comment}
        posts = [web.post(f"/hp/meta/{name}", self._answered(deed)) for name, deed in deeds.items()]
        return [web.post("/hp/meta", self._answered(self.say)), *posts]

    def off(self, phone: str) -> list[str]:
        """The doors at which a phone is switched off."""
        return [channel for channel, platform in self._platforms.items() if platform.off(phone)]

    def _answered(self, deed: Callable[[Posted], Sequence[Line]]) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            posted = await read(request.clone(client_max_size=LARGEST_BYTES))
            try:
                return said(deed(posted))
            except KeyError:
                raise web.HTTPUnprocessableEntity from None

        return same_origin(handle)

    def say(self, posted: Posted) -> Sequence[Line]:
        """POST meta: warga, pintu, isi, berkas, lokasi ("-8.09,112.16"), jawab."""
        phone, channel, text = self._lines.phone(posted), posted.text("pintu"), typed(posted)
        platform, files = self._platforms[channel], posted.uploads("berkas")
        answers, spot = self._lines.answered(posted), place(posted)
        if isinstance(platform, WhatsAppStandIn) and (text.strip() or files or spot):
            return platform.says(phone, channel, text, files=files, place=spot, answers=answers)
        if isinstance(platform, PageStandIn) and (text.strip() or files):
            return platform.says(phone, channel, text, files=files, answers=answers)
        raise KeyError(channel)

    def edit(self, posted: Posted) -> Sequence[Line]:
        """POST meta/ubah: warga, pesan, isi."""
        line, text = self._lines.on_phone(posted), typed(posted)
        platform = self._platforms[line.channel]
        if not text.strip() or not isinstance(platform, WhatsAppStandIn | MessengerStandIn):
            raise KeyError(line.id)
        platform.edits(line.id, text)
        return [line]

    def remove(self, posted: Posted) -> Sequence[Line]:
        """POST meta/hapus: warga, pesan."""
        line = self._lines.on_phone(posted)
        platform = self._platforms[line.channel]
        if isinstance(platform, WhatsAppStandIn):
            platform.revokes(line.id)
        elif isinstance(platform, InstagramStandIn):
            platform.unsends(line.id)
        else:
            raise KeyError(line.id)
        return [line]

    def react(self, posted: Posted) -> Sequence[Line]:
        """POST meta/tanda: warga, pesan, emoji (none takes it away)."""
        line = self._lines.on_phone(posted)
        platform = self._platforms[line.channel]
        if line.sent or not isinstance(platform, WhatsAppStandIn | PageStandIn):
            raise KeyError(line.id)
        platform.reacts(line.id, posted.text("emoji")[:_LONGEST_EMOJI])
        return [line]

    def press(self, posted: Posted) -> Sequence[Line]:
        """POST meta/tombol: warga, pesan, nilai."""
        line = self._lines.on_phone(posted)
        platform = self._platforms[line.channel]
        if not isinstance(platform, WhatsAppStandIn | PageStandIn):
            raise KeyError(line.id)
        return [platform.presses(line.id, posted.text("nilai"))]

    def see(self, posted: Posted) -> Sequence[Line]:
        """POST meta/baca: warga, pintu."""
        self._platforms[posted.text("pintu")].reads(self._lines.phone(posted), posted.text("pintu"))
        return ()

    def switch(self, posted: Posted) -> Sequence[Line]:
        """POST meta/hp: warga, pintu, hidup (1 or 0). A phone is off with all its doors."""
        phone, on = self._lines.phone(posted), posted.text("hidup") == "1"
        for platform in dict.fromkeys(self._platforms.values()):
            platform.switches(phone, on=on)
        return ()

    def move(self, posted: Posted) -> Sequence[Line]:
        """POST meta/nomor: warga, pintu: another number of WhatsApp's."""
        platform = self._platforms[posted.text("pintu")]
        if not isinstance(platform, WhatsAppStandIn):
            raise KeyError
        platform.moves(
            self._lines.phone(posted), posted.text("pintu"), f"+62857{secrets.randbelow(90_000_000) + 10_000_000}"
        )
        return ()

    def comment(self, posted: Posted) -> Sequence[Line]:
        """POST meta/komentar: warga, pintu, isi, jawab."""
        platform = self._platforms[posted.text("pintu")]
        if not isinstance(platform, PageStandIn) or not typed(posted).strip():
            raise KeyError
        phone, under = self._lines.phone(posted), self._lines.answered(posted)
        return [platform.comments(phone, posted.text("pintu"), typed(posted), under=under)]
