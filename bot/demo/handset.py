"""HP Warga: the page that plays a citizen's phone, and what its buttons call. Same-origin requests only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from aiohttp import web

import templates
from bot.demo import letters
from bot.demo.letters import Draft, Letter
from bot.demo.mail import MailStandIn
from bot.demo.phones import Phones
from bot.demo.story import Story
from inbox.web.forms import Posted, read

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
LARGEST_LETTER_BYTES = 26 * 1024 * 1024
_PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "application/pdf"})


class Handset:
    """The routes below /hp/. ``offices``: id, name, zone, mail, form and status page of each, for the page's script."""

    def __init__(self, phones: Phones, mail: MailStandIn, story: Story, offices: Sequence[Mapping[str, str]]) -> None:
        self._phones, self._mail = phones, mail
        citizens = [one.model_dump() for one in story.citizens]
        examples = [one.model_dump() for one in story.examples]
        self._story = {"citizens": citizens, "examples": examples, "offices": [dict(one) for one in offices]}

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """The page, its letters, and sending."""
        return [
            web.get("/hp", self._slash),
            web.get("/hp/", self.page),
            web.get("/hp/surat", self.letters),
            web.post("/hp/kirim", self.send),
            web.get("/hp/lampiran/{letter:[0-9]{1,9}}/{place:[0-9]{1,3}}", self.attachment),
        ]

    async def page(self, _request: web.Request) -> web.StreamResponse:
        """GET /hp/."""
        headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"}
        text = templates.render("pages/demo/phone.html", story=self._story)
        return web.Response(text=text, content_type="text/html", headers=headers)

    async def letters(self, request: web.Request) -> web.StreamResponse:
        """GET surat?warga=&sejak=: the phone's letters; 204 where nothing came since that version."""
        phone = request.query.get("warga", "")
        if phone not in self._phones.citizens:
            raise web.HTTPNotFound
        if request.query.get("sejak") == str(self._phones.version):
            return web.Response(status=204)
        rows = letters.shown(self._phones.letters(phone))
        return web.json_response({"versi": self._phones.version, "surat": rows})

    async def send(self, request: web.Request) -> web.StreamResponse:
        """POST kirim: what the citizen typed, out by the mail provider."""
        if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            raise web.HTTPForbidden
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
        shown = found[0].type in _PICTURES
        way = "inline" if shown else "attachment"
        headers = {
            "Content-Disposition": f"{way}; filename*=UTF-8''{quote(found[0].name, safe='')}",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        }
        kind = found[0].type if shown else "application/octet-stream"
        return web.Response(body=found[0].content, content_type=kind, headers=headers)

    async def _slash(self, _request: web.Request) -> web.StreamResponse:
        raise web.HTTPPermanentRedirect("/hp/")

    def _letter(self, posted: Posted, name: str) -> Letter | None:
        digits = posted.text(name)
        return self._phones.letter(int(digits)) if digits.isascii() and digits.isdigit() else None
