"""The chat's page and what is written on it. Without a script the same page is a form that comes back with the answer.

Nobody is named in an address. Whatever goes wrong, the words stay in the browser. Knows no ticket.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from aiohttp import web

from channels.base import Desk, Measure, State, contact
from channels.chat_bell import Bell
from channels.chat_pass import Pass, elsewhere, forget, framed, give, shown
from channels.chat_raw import pack, unpack
from channels.chat_talk import UNKEPT, Talk, note
from channels.form_doors import Turns
from channels.forms import Form, Limits, Wrong
from channels.guard import Signer

log = structlog.get_logger()

_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors {sites}"
)
_PARALLEL, _IN_MEMORY = 8, 4
_LONGEST_TEXT, _LONGEST_NUMBER = 8_000, 40
_KEPT = ("isi", "kontak", "nomor")
_LOOKS, _LOOK_SECONDS = 8, 0.25


@dataclass(frozen=True, slots=True)
class Guards:
    """What stands between the public and the desk: messages by conversation and by network, tries at a code.

    ``sites`` may show the chat in a frame, and we ourselves; ``poll_seconds`` is how often a page looks.
    """

    signer: Signer
    each: Measure
    network: Measure
    guesses: Measure
    limits: Limits
    sites: Sequence[str] = ()
    poll_seconds: float = 4


class Pages:
    """The chat of one office at ``path`` ("/mojokerto/obrolan")."""

    def __init__(self, path: str, desk: Desk, guards: Guards, bell: Bell, now: Callable[[], datetime]) -> None:
        self.path, self._desk, self._guards, self._bell, self._now = path, desk, guards, bell, now
        self._policy = _POLICY.format(sites=" ".join(["'self'", *guards.sites]))
        self._turns = Turns(guards.limits, _PARALLEL)
        self._memory = asyncio.Semaphore(_IN_MEMORY)

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """Everything below the chat's path."""
        return [
            web.get(f"{self.path}.js", self.embed),
            web.get(self.path, self.page),
            web.post(self.path, self.write),
            web.post(f"{self.path}/mulai", self.begin),
            web.post(f"{self.path}/lanjut", self.go_on),
            web.post(f"{self.path}/keluar", self.leave),
            *Talk(self.path, self._desk, self._guards.signer, self._bell, self._now).routes(),
        ]

    async def embed(self, _request: web.Request) -> web.StreamResponse:
        """The script for other websites; any of them may load it."""
        text = await self._desk.page("obrolan.js", path=self.path)
        headers = {"Cross-Origin-Resource-Policy": "cross-origin", "Cache-Control": "public, max-age=600"}
        return web.Response(text=text, content_type="text/javascript", headers=headers)

    async def page(self, request: web.Request) -> web.StreamResponse:
        """The page; in a frame (``?sematan``) without the office's head and foot."""
        found = self._shown(request)
        return await self._whole(found, inside=framed(request))

    async def begin(self, request: web.Request) -> web.StreamResponse:
        """A pass for a script that has none."""
        elsewhere(request)
        return self._pass(request, self._shown(request) or Pass.new(self._now()))

    async def write(self, request: web.Request) -> web.StreamResponse:
        """One message. A script is answered in short, a page without one by itself."""
        elsewhere(request)
        known = self._shown(request)
        found = known or Pass.new(self._now())
        async with self._turns.take(request) as (form, client):
            wrong = form.wrong or _check(form)
            wait = None if wrong else await self._wait(found.sender, client)
            if wrong or wait:
                return await self._refused(request, known, form, wrong=wrong, wait=wait)
            if not await self._hand_in(form, found.sender):
                return await self._refused(request, known, form, wrong=[Wrong("", "belum-tersimpan")], status=503)
        if _scripted(request):
            return web.Response(status=204, headers=UNKEPT)
        await self._answered(found.sender)
        return await self._back(request, known, found)

    async def go_on(self, request: web.Request) -> web.StreamResponse:
        """Number and code lead to the conversation in which they were given."""
        elsewhere(request)
        async with self._turns.take(request) as (form, client):
            number, code = form.text("nomor")[:_LONGEST_NUMBER], form.text("kode")[:_LONGEST_NUMBER]
            wait = await self._desk.take(self._guards.guesses, client)
            sender = "" if wait else await self._desk.speaker(number, code)
            if not sender:
                wrong = [] if wait else [Wrong("nomor", "nomor-atau-kode-salah")]
                return await self._refused(request, self._shown(request), form, wrong=wrong, wait=wait)
        found = Pass(sender, self._now())
        if _scripted(request):
            return self._pass(request, found)
        return await self._back(request, self._shown(request), found)

    async def leave(self, request: web.Request) -> web.StreamResponse:
        """This browser forgets the conversation (a borrowed phone, a shared computer)."""
        elsewhere(request)
        response = web.Response(status=303, headers={"Location": self.path, **UNKEPT})
        if _scripted(request):
            response = web.Response(status=204, headers=UNKEPT)
        forget(response, self.path)
        return response

    def _pass(self, request: web.Request, found: Pass) -> web.Response:
        """For a script to keep; where its frame may keep nothing, a cookie of that frame's keeps it."""
        response = web.json_response({"tanda": found.signed(self._guards.signer)}, headers=UNKEPT)
        if framed(request):
            give(response, request, self._guards.signer, found, self.path)
        return response

    def _shown(self, request: web.Request) -> Pass | None:
        return shown(request, self._guards.signer, self._now())

    async def _wait(self, sender: str, client: str) -> timedelta | None:
        """The conversation's own measure first: who floods uses up none of the neighbours'."""
        each, network = self._guards.each, self._guards.network
        return await self._desk.take(each, sender) or await self._desk.take(network, client)

    async def _hand_in(self, form: Form, sender: str) -> bool:
        """Give the message to the desk. False where it could not be stored: the citizen must try again."""
        async with self._memory:
            files = tuple(upload.attachment() for upload in form.uploads)
            choice, nonce = form.text("pilihan")[:100], form.text("id") or secrets.token_urlsafe(12)
            typed, now = form.text("kontak"), self._now()
            try:
                raw = await asyncio.to_thread(
                    pack, sender, nonce, now, form.text("isi"), choice=choice, contact=typed, files=files
                )
                await self._desk.accept(unpack(raw))
            except Exception as error:  # noqa: BLE001 - whatever it was, the citizen keeps the words and is told
                # Its class alone: a database's message may hold what the citizen wrote.
                log.error("chat not stored", path=self.path, error=type(error).__name__)  # noqa: TRY400
                return False
        self._bell.ring(sender)  # the same talk may be open on another device
        return True

    async def _answered(self, sender: str) -> None:
        """A page without scripts waits a moment, so that it comes back with the clerk's answer."""
        for _ in range(_LOOKS):
            await asyncio.sleep(_LOOK_SECONDS)
            spoken = await self._desk.spoken(sender)
            if spoken and spoken[-1].author != "citizen":
                return

    async def _refused(
        self,
        request: web.Request,
        known: Pass | None,
        form: Form,
        *,
        wrong: Sequence[Wrong] = (),
        wait: timedelta | None = None,
        status: int = 422,
    ) -> web.Response:
        """What is wrong, in words: for a script alone, else on the page that still holds what was typed."""
        minutes = -(-int(wait.total_seconds()) // 60) if wait else 0
        status = 429 if wait else status
        values: dict[str, Any] = {"wrong": wrong, "minutes": minutes}
        if _scripted(request):
            html = await self._desk.page("obrolan_galat", **values)
            answer = web.Response(text=html, content_type="text/html", status=status, headers=UNKEPT)
        else:
            answer = await self._whole(known, status=status, kept={name: form.text(name) for name in _KEPT}, **values)
        if wait:
            answer.headers["Retry-After"] = str(60 * minutes)
        return answer

    async def _back(self, request: web.Request, known: Pass | None, found: Pass) -> web.Response:
        """To the page again; where no cookie came along it is shown at once, for this browser may keep none."""
        if known:
            response = web.Response(status=303, headers={"Location": f"{self.path}#terbaru", **UNKEPT})
        else:
            response = await self._whole(found)
        give(response, request, self._guards.signer, found, self.path)
        return response

    async def _whole(
        self, found: Pass | None, *, status: int = 200, inside: bool = False, **values: Any
    ) -> web.Response:
        spoken = await self._desk.spoken(found.sender) if found else ()
        await note(self._desk, spoken, State.READ, self._now())
        around: dict[str, Any] = {"kept": dict.fromkeys(_KEPT, ""), "wrong": (), "minutes": 0} | values
        html = await self._desk.page(
            "obrolan",
            path=self.path,
            spoken=spoken,
            framed=inside,
            known=found is not None,
            tanda=secrets.token_urlsafe(12),
            limits=self._guards.limits,
            poll_seconds=self._guards.poll_seconds,
            **around,
        )
        headers = {"Content-Security-Policy": self._policy, "Referrer-Policy": "no-referrer", **UNKEPT}
        return web.Response(text=html, content_type="text/html", status=status, headers=headers)


def _scripted(request: web.Request) -> bool:
    """Whether our script asks: it says so, and no form of a page can."""
    return request.headers.get("X-Obrolan") == "1"


def _check(form: Form) -> list[Wrong]:
    text = form.text("isi")
    if len(text) > _LONGEST_TEXT:
        return [Wrong("isi", "isian-panjang", {"most": _LONGEST_TEXT, "length": len(text)})]
    if form.text("kontak") and contact(form.text("kontak")) is None:
        return [Wrong("kontak", "kontak-obrolan")]
    return [] if text or form.text("pilihan") or form.uploads else [Wrong("isi", "balasan-kosong")]
