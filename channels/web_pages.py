"""The web door's pages: the form, its receipt, and what the status page's reply box sends.

Whatever goes wrong, the page that comes back still holds the words that were typed. Pages are the desk's to render
(``templates/pages/citizen``); this room only says which one, with what. Knows no ticket.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import math
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from aiohttp import web
from yarl import URL

from channels.base import Accepted, Attachment, Desk, Measure
from channels.form_doors import Turns
from channels.forms import INSISTED, Form, Limits, Wrong, check, is_contact_lost, too_long
from channels.guard import Signer, Token
from channels.web_raw import FIELDS, Raw, digest, packed_files, unpack
from channels.web_waiting import ONCE, Line

log = structlog.get_logger()

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
RECEIPT_LASTS = timedelta(hours=1)
_PARALLEL, _IN_MEMORY = 4, 4
_COOKIE, _TRIAL = "wadul_terima", "wadul_kue"


@dataclass(frozen=True, slots=True)
class Guards:
    """What stands between the public and the desk. Complaints and replies are counted apart, by network."""

    signer: Signer
    complaints: Measure
    replies: Measure
    line: Line
    limits: Limits
    fastest_seconds: float


class Pages:
    """The pages of one office's form at ``path`` ("/blitar/")."""

    def __init__(self, path: str, desk: Desk, guards: Guards, now: Callable[[], datetime]) -> None:
        self.path, self._desk, self._guards, self._now = path, desk, guards, now
        self._turns = Turns(guards.limits, _PARALLEL)
        self._memory = asyncio.Semaphore(_IN_MEMORY)

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """Everything below the office's path that is this door's."""
        return [
            web.get(self.path, self.form),
            web.post(self.path, self.complain),
            web.get(f"{self.path}diterima", self.receipt),
            web.post(f"{self.path}balas", self.answer),
            web.get(self.path.rstrip("/"), self.slash),
        ]

    async def slash(self, request: web.Request) -> web.StreamResponse:
        """The path without its slash leads to the form."""
        raise web.HTTPPermanentRedirect(self.path + (f"?{request.query_string}" if request.query_string else ""))

    async def form(self, request: web.Request) -> web.StreamResponse:
        """The empty form, with a trial cookie that tells later whether this browser keeps any."""
        response = await self._form_page(request, Form(), Token.new(self._now()))
        response.set_cookie(_TRIAL, "1", path=self.path, httponly=True, samesite="Lax", secure=request.secure)
        return response

    async def complain(self, request: web.Request) -> web.StreamResponse:
        """Take a complaint, or show the form again with what has to be mended."""
        async with self._turns.take(request) as (form, client):
            token = Token.opened(self._guards.signer, form.text("tanda"))
            wrong, notice = check(form), self._suspicion(form, token)
            if wrong or notice or token is None:
                return await self._form_page(request, form, token, wrong=wrong, notice=notice, status=422)
            wait = await self._desk.take(self._guards.complaints, client)
            if wait and (held := await self._held(form, token, client, wait)):
                return await self._form_page(request, form, token, **held, status=429)
            accepted = await self._hand_in(form, "aduan", token.nonce, token.nonce)
            if accepted is None:
                return await self._form_page(request, form, token, notice="belum-tersimpan", status=503)
            return await self._taken(request, form, token, accepted)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """What was written or pressed on the status page; number and code in it are the proof."""
        async with self._turns.take(request) as (form, client):
            wrong = [*form.wrong, *too_long(form)]
            if not (form.text("isi") or form.text("pilihan") or form.uploads or wrong):
                wrong.append(Wrong("isi", "balasan-kosong"))
            if wrong:
                return await self._answer_page(form, wrong=wrong, status=422)
            wait = await self._desk.take(self._guards.replies, client)
            if wait:
                return await self._answer_page(form, notice="terlalu-sering", wait=wait, status=429)
            if form.uploads and not await self._desk.believes(form.text("nomor"), form.text("kode")):
                form.drop_files()  # nobody would ever see them
            number = "".join(char for char in form.text("nomor").upper() if char.isalnum())
            accepted = await self._hand_in(form, "balas", form.text("tanda") or secrets.token_urlsafe(16), number)
            if accepted is None:
                return await self._answer_page(form, notice="belum-tersimpan", status=503)
            if accepted.aside:
                return await self._page("diterima", accepted=accepted, reply=True)
            raise web.HTTPSeeOther(URL(f"{self.path}cek").with_query(nomor=form.text("nomor")).with_fragment("terbaru"))

    async def receipt(self, request: web.Request) -> web.StreamResponse:
        """The receipt of the complaint this browser handed in, for an hour; after that, the status page."""
        text = self._guards.signer.open("receipt", request.cookies.get(_COOKIE, ""))
        accepted = _read_receipt(text or "", self._now())
        if accepted is None:
            raise web.HTTPSeeOther(f"{self.path}cek")
        return await self._page("diterima", accepted=accepted, reply=False)

    def _suspicion(self, form: Form, token: Token | None) -> str:
        """Why this looks like a machine or a page of old; the remedy is always to press the button again."""
        if token is None:
            return "halaman-lama"
        if form.values.get("situs"):
            return "kolom-jebakan"
        age = (self._now() - token.issued_at).total_seconds()
        # A page made while the clock was ahead is none of a machine's.
        return "terlalu-cepat" if 0 <= age < self._guards.fastest_seconds else ""

    async def _held(self, form: Form, token: Token, client: str, wait: timedelta) -> dict[str, Any]:
        """What whoever is beyond the measure is told: to wait a moment in line. Empty: their turn has come."""
        line, now, place = self._guards.line, self._now(), form.text("giliran")
        if line.measure is None:
            return {"notice": "terlalu-sering", "wait": wait}
        left = line.left(place, token.nonce, now)
        if left == timedelta(0) and not await self._desk.take(ONCE, place):
            full = await self._desk.take(line.measure, client)
            return {"notice": "terlalu-sering", "wait": full} if full else {}
        if not left:
            place, left = line.place(token.nonce, now), timedelta(seconds=line.seconds)
        return {"notice": "tunggu-sebentar", "wait": left, "place": place}

    async def _hand_in(self, form: Form, kind: str, nonce: str, whose: str) -> Accepted | None:
        """Give the submission to the desk. None where it could not be stored: the citizen must try again."""
        async with self._memory:
            files = tuple(upload.attachment() for upload in form.uploads)
            try:
                raw = await asyncio.to_thread(self._packed, form, kind, nonce, whose, files)
                return (await self._desk.accept(unpack(raw)))[0]
            except Exception as error:  # noqa: BLE001 - whatever it was, the citizen keeps the words and is told
                # Its class alone: a database's message may hold what the citizen wrote.
                log.error("form not stored", path=self.path, error=type(error).__name__)  # noqa: TRY400
                return None

    def _packed(self, form: Form, kind: str, nonce: str, whose: str, files: tuple[Attachment, ...]) -> bytes:
        """The same words under the same page make the same id; a page gone back to and changed makes another."""
        fields = {name: form.values[name] for name in FIELDS if form.text(name)}
        text, choice = form.values.get("isi", ""), form.text("pilihan")[:40]
        raw = Raw(
            form="balas" if kind == "balas" else "aduan",
            id=f"{nonce[:64]}-{digest(fields, text, choice, files)}",
            sender=f"w{self._guards.signer.name(kind, whose)}",
            at=self._now(),
            fields=fields,
            text=text,
            choice=choice,
            files=packed_files(files),
        )
        return raw.model_dump_json().encode()

    async def _taken(self, request: web.Request, form: Form, token: Token, accepted: Accepted) -> web.StreamResponse:
        if not (accepted.number or accepted.aside or accepted.duplicate):
            return await self._form_page(request, form, token, notice="belum-dicatat", words=accepted.words)
        if _TRIAL not in request.cookies:
            return await self._page("diterima", accepted=accepted, reply=False)
        response = web.Response(status=303, headers={"Location": f"{self.path}diterima", "Cache-Control": "no-store"})
        value = self._guards.signer.sign("receipt", _write_receipt(accepted, self._now()))
        seconds = int(RECEIPT_LASTS.total_seconds())
        response.set_cookie(
            _COOKIE, value, path=self.path, max_age=seconds, httponly=True, samesite="Lax", secure=request.secure
        )
        return response

    async def _form_page(
        self, request: web.Request, form: Form, token: Token | None, *, status: int = 200, **values: Any
    ) -> web.Response:
        signed = (token or Token.new(self._now())).signed(self._guards.signer)
        kept = {name: form.text(name) for name in ("isi", *FIELDS)}
        kept[INSISTED] = form.text("kontak") if is_contact_lost(form) else ""
        if request.method == "GET":
            kept["jenis"] = request.query.get("jenis", "")
        return await self._page("aduan", status=status, kept=kept, tanda=signed, **self._around(form, values))

    async def _answer_page(self, form: Form, *, status: int, **values: Any) -> web.Response:
        kept = {name: form.text(name) for name in ("isi", "pilihan", "nomor", "kode")}
        return await self._page(
            "balas", status=status, kept=kept, tanda=form.text("tanda"), **self._around(form, values)
        )

    def _around(self, form: Form, values: dict[str, Any]) -> dict[str, Any]:
        wait: timedelta | None = values.pop("wait", None)
        seconds = math.ceil(wait.total_seconds()) if wait else 0
        common = {"wrong": [], "notice": "", "words": "", "limits": self._guards.limits, "place": ""}
        return common | values | {"again": form.chosen, "minutes": -(-seconds // 60), "seconds": seconds}

    async def _page(self, name: str, *, status: int = 200, **values: Any) -> web.Response:
        html = await self._desk.page(name, path=self.path, **values)
        headers = {"Content-Security-Policy": POLICY, "Referrer-Policy": "no-referrer"}
        headers["Cache-Control"] = "private, no-cache" if name == "aduan" and status == 200 else "no-store"
        if status in {429, 503}:
            exact = values.get("seconds", 0) if values.get("notice") == "tunggu-sebentar" else 0
            headers["Retry-After"] = str(exact or 60 * max(1, values.get("minutes", 1)))
        return web.Response(text=html, content_type="text/html", status=status, headers=headers)


def _write_receipt(accepted: Accepted, now: datetime) -> str:
    """A receipt as a cookie's text; long words are left to the status page (RFC 6265: 4096 bytes)."""
    values = {
        "number": accepted.number,
        "code": accepted.code,
        "url": accepted.url,
        "aside": accepted.aside,
        "duplicate": accepted.duplicate,
        "words": accepted.words if len(accepted.words.encode()) <= 1800 else "",
        "until": int((now + RECEIPT_LASTS).timestamp()),
    }
    return base64.urlsafe_b64encode(json.dumps(values, ensure_ascii=False).encode()).decode()


def _read_receipt(text: str, now: datetime) -> Accepted | None:
    try:
        values = json.loads(base64.urlsafe_b64decode(text))
    except (ValueError, binascii.Error):
        return None
    return Accepted(**values) if values.pop("until") > now.timestamp() else None
