"""One address of the API as data, and the gate that every request to one passes.

The gate lets a token in, holds the request against its models, does a repeated command once, and turns whatever goes
wrong into a problem. Handlers get a ``Call`` and answer with a model; they know neither JSON nor HTTP.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeVar, get_args

import structlog
from aiohttp import web
from pydantic import BaseModel, ValidationError

from config.schema import Office
from inbox.actor import Actor
from inbox.cases import visible
from inbox.database import Database
from inbox.files import Files, StoreAway
from inbox.live import Live
from inbox.mishap import place
from inbox.refused import Refused, Stale
from inbox.repeats import Answer, Asked, Repeats
from inbox.web.api import problems
from inbox.web.api.asked import Asked as Model
from inbox.web.api.asked import NoQuery
from inbox.web.api.bearer import Bearer, Bearers
from inbox.web.api.problems import Unsound, unfit, wrong
from inbox.web.api.shapes import Shape

log = structlog.get_logger()
M = TypeVar("M", bound=Model)

BASE = "/api/v1"
LARGEST_BODY_BYTES = 40 * 2**20
_QUICK_BODY_BYTES = 64 * 1024
_BODY_SECONDS = 600.0
KEY = re.compile(r"[!-~]{1,128}")
_INT = re.compile(r"-?(?:0|[1-9]\d{0,17})")


@dataclass(frozen=True, slots=True)
class Call:
    """One request of a machine that may make it."""

    request: web.Request
    bearer: Bearer
    now: datetime
    asked: Any

    @property
    def by(self) -> Actor:
        """The officer in whose name it is made."""
        return self.bearer.by

    @property
    def office(self) -> Office:
        """The officer's office."""
        return self.bearer.office

    @property
    def key(self) -> str:
        """The caller's name for this request; empty where it has none."""
        return self.request.headers.get("Idempotency-Key", "")

    def part(self, name: str) -> str:
        """A part of the address."""
        return self.request.match_info[name]

    def id(self, name: str) -> int:
        """A part of the address that is a row's id."""
        return int(self.part(name)[:18])


Handler = Callable[[Call], Awaitable[Shape | web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address, what may be asked of it and what it answers.

    Attributes:
        path: below ``BASE``, with ``{number}`` (a ticket's) and ``{id}`` (a row's).
        query, body: what is asked; a body makes it a POST that takes JSON.
        out: what is answered; None where that is a file of the types ``media``.
        statuses: status 200 or 201, and others that are no problem.
        effect: together: with its answer in one transaction; beside: with transactions of its own (``inbox.repeats``).
    """

    method: Literal["GET", "POST"]
    path: str
    summary: str
    handler: Handler
    out: type[Shape] | None
    query: type[Model] = NoQuery
    body: type[Model] | None = None
    status: int = 200
    also: tuple[int, ...] = ()
    media: tuple[str, ...] = ("application/json",)
    effect: Literal["together", "beside"] = "together"
    tag: str = "tickets"

    @property
    def scope(self) -> str:
        """What the token must be good for."""
        return "read" if self.method == "GET" else "write"


class Gate:
    """Turns an endpoint into a handler of aiohttp's. ``wake`` is called after every command."""

    def __init__(
        self,
        *,
        database: Database,
        bearers: Bearers,
        repeats: Repeats,
        files: Files,
        live: Live,
        wake: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        self._database, self._bearers, self._repeats = database, bearers, repeats
        self._files, self._live, self._wake, self._now = files, live, wake, now

    def handler(self, endpoint: Endpoint) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """For the router."""

        async def handle(request: web.Request) -> web.StreamResponse:
            bearer: Bearer | None = None
            try:
                bearer = await self._bearers.of(request, endpoint.scope)
                return await self._let_in(endpoint, request, bearer)
            except Unsound as unsound:
                return problems.of_unsound(unsound)
            except Refused as refused:
                return problems.of_refused(refused, version=await self._version(bearer, refused))

        return handle

    async def _let_in(self, endpoint: Endpoint, request: web.Request, bearer: Bearer) -> web.StreamResponse:
        query = _query(endpoint.query, request)
        if endpoint.method == "GET":
            return _shown(request, endpoint, await endpoint.handler(Call(request, bearer, self._now(), query)))
        if "Idempotency-Key" in request.headers and not KEY.fullmatch(request.headers["Idempotency-Key"]):
            raise Unsound(422, "idempotency-unreadable", errors=[wrong("Idempotency-Key", "idempotency-unreadable")])
        raw = await _raw(request) if endpoint.body else b""
        asked = await _read(endpoint.body, raw) if endpoint.body else query
        for file in asked.brought():
            await file.keep(self._files)
        answer = await self._once(endpoint, Call(request, bearer, self._now(), asked), raw)
        self._wake()
        headers = {"Idempotency-Replayed": "true"} if answer.again else {}
        return web.Response(status=answer.status, text=answer.body, content_type="application/json", headers=headers)

    async def _once(self, endpoint: Endpoint, call: Call, raw: bytes) -> Answer:
        async def work() -> Answer:
            done = await endpoint.handler(call)
            if not isinstance(done, Shape):
                raise TypeError(endpoint.path)
            return Answer(_status(endpoint, done), done.model_dump_json())

        if not call.key:
            return await work()
        asked = Asked(call.bearer.token_id, call.key, _fingerprint(call.request, raw), call.now)
        if endpoint.effect == "beside":
            return await self._repeats.beside(asked, work)
        with self._live.held():
            return await self._repeats.together(asked, work)

    async def _version(self, bearer: Bearer | None, refused: Refused) -> int | None:
        """The ticket's version, for whoever spoke of an older one."""
        if not isinstance(refused, Stale) or refused.code != "stale" or bearer is None:
            return None
        async with self._database.reading():
            ticket = await visible(bearer.by, bearer.office).filter(number=refused.values["number"]).first()
        return ticket.version if ticket else None


@web.middleware
async def shell(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Around all of ``/api/``: what aiohttp answers by itself, and what nobody foresaw, are problems as well."""
    if not request.path.startswith("/api/"):
        return await handler(request)
    try:
        return await handler(request)
    except web.HTTPException as error:
        return problems.of_status(error)
    except StoreAway as away:
        return problems.of_unsound(Unsound(503, away.code, headers={"Retry-After": "10"}))
    except ConnectionResetError:
        return web.Response()  # nobody is there any more to read an answer
    except Exception as error:  # noqa: BLE001 - the one place where the unforeseen becomes an answer
        mark, route = secrets.token_hex(4), request.match_info.route.resource
        log.error("api failed", mark=mark, route=route.canonical if route else "none", error=place(error))  # noqa: TRY400
        return problems.of_mishap(mark)


def _shown(request: web.Request, endpoint: Endpoint, answer: Shape | web.StreamResponse) -> web.StreamResponse:
    """A reading; 304 where the asker has it already. Source: RFC 9110 section 13.1.2."""
    if not isinstance(answer, Shape):
        return answer
    text = answer.model_dump_json()
    tag = hashlib.sha256(text.encode()).hexdigest()[:32]
    headers = {"ETag": f'"{tag}"', "Cache-Control": "private, no-cache"}
    if any(one.value in {tag, "*"} for one in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    response = web.Response(status=endpoint.status, text=text, content_type="application/json", headers=headers)
    response.enable_compression()
    return response


def _status(endpoint: Endpoint, done: Shape) -> int:
    """202 where something was taken in and is not done yet, else the endpoint's own."""
    return 202 if getattr(done, "aside", False) else endpoint.status


def _fingerprint(request: web.Request, raw: bytes) -> str:
    return hashlib.sha256(b"\n".join((request.method.encode(), request.path.encode(), raw))).hexdigest()


def _query(model: type[M], request: web.Request) -> M:
    """The query by its model. Raises Unsound 422."""
    values: dict[str, Any] = {}
    for name, text in request.query.items():
        if name in values:
            raise Unsound(422, "query-unfit", errors=[wrong(name[:80], "asked-twice")])
        values[name] = _typed(model, name, text)
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise unfit(error, "query") from None


def _typed(model: type[BaseModel], name: str, text: str) -> Any:
    """The text as the field's type, where it is exactly that; else the text, which the model refuses."""
    info = model.model_fields.get(name)
    kinds = {info.annotation, *get_args(info.annotation)} if info else set()
    if bool in kinds and text in {"true", "false"}:
        return text == "true"
    if int in kinds and _INT.fullmatch(text):
        return int(text)
    return text


async def _raw(request: web.Request) -> bytes:
    """The body. Raises Unsound 415 for what is no JSON, 413, 408 where it does not end, and 400."""
    if request.content_type != "application/json":
        raise Unsound(415, "media-wrong", headers={"Accept": "application/json"})
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            return await request.clone(client_max_size=LARGEST_BODY_BYTES).read()
    except TimeoutError:
        raise Unsound(408, "body-slow") from None
    except web.HTTPRequestEntityTooLarge:
        raise Unsound(413, "upload-large") from None
    except (web.RequestPayloadError, OSError):
        raise Unsound(400, "body-unreadable") from None


async def _read(model: type[M], raw: bytes) -> M:
    """The body by its model; a large one off the loop. Raises Unsound 400, 422."""
    try:
        if len(raw) > _QUICK_BODY_BYTES:
            return await asyncio.to_thread(model.model_validate_json, raw)
        return model.model_validate_json(raw)
    except ValidationError as error:
        raise unfit(error, "body") from None
