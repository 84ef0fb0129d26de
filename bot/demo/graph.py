"""What the demo's WhatsApp, Messenger and Instagram share: a Graph API on loopback, its tokens, media and webhooks.

Answers and refuses in the API's own shapes, and calls the program as Meta does: signed over the raw body, each call
again and again until it is taken. Knows no ticket, and keeps nothing itself: the ``Chats`` do.
Source: developers.facebook.com/docs/graph-api/overview, .../docs/graph-api/webhooks/getting-started.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Self

import aiohttp
from aiohttp import web

from bot.demo.chats import Chats, Line
from bot.demo.graph_calls import AUTH, Answered, Call, Json, Refusal, read
from bot.demo.graph_media import Media
from bot.demo.graph_orders import FETCHING, LOOKING, Orders
from bot.demo.hooks import Hook, Hooks, Program
from bot.demo.platform import Platform
from bot.demo.story import Person

WINDOW = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Account:
    """An office's number, page or profile. ``above`` is what owns it: a WhatsApp Business Account, or itself."""

    channel: str
    name: str
    id: str
    above: str
    token: str
    secret: str
    verify: str


@dataclass(frozen=True, slots=True)
class Event:
    """One thing to tell the program; ``taken`` is called once it took it."""

    channel: str
    value: Json
    taken: Callable[[], object] = lambda: None


class GraphStandIn(Platform, ABC):
    """``names``: by channel id, what citizens see the office as. An async context manager; ``orders`` are its troubles.

    A phone that is ``switched`` off has nothing delivered until it is on again.
    """

    object = ""

    def __init__(
        self,
        names: Mapping[str, str],
        people: Iterable[Person],
        chats: Chats,
        program: Program,
        now: Callable[[], datetime],
    ) -> None:
        super().__init__()
        self._chats, self._program, self._now = chats, program, now
        self._people = {person.id: person for person in people}
        self.accounts = {channel: self._account(channel, name) for channel, name in names.items()}
        self.orders = Orders()
        self._hooks = Hooks(program)
        self.media = Media(chats, now)
        self._off: set[str] = set()
        self._held: list[Event] | None = None

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        self._hooks.start()
        return self

    async def __aexit__(self, *error: Any) -> None:
        await self._hooks.stop()
        await super().__aexit__(*error)

    @property
    def idle(self) -> bool:
        """Whether the program took everything that it was told."""
        return self._hooks.idle

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        """Every object and every edge of it, and the place where media lie."""
        version = r"/{version:v[0-9]{1,3}\.[0-9]}"
        return [
            web.route("*", f"{version}/{{node}}", self._handle),
            web.route("*", f"{version}/{{node}}/{{edge}}", self._handle),
            web.get("/media/{medium:[0-9]{1,30}}", self._download),
        ]

    @abstractmethod
    def entry(self, channel: str) -> dict[str, Any]:
        """The settings by which the door reaches its account here."""

    @abstractmethod
    async def _answer(self, account: Account, call: Call) -> Json:
        """What a call is answered. Raises Answered."""

    @abstractmethod
    def event(self, line: Line) -> Json:
        """A citizen's line as one event of a webhook."""

    @abstractmethod
    def _entry(self, account: Account, events: list[Json]) -> Json:
        """The events of one account as a webhook's entry."""

    @abstractmethod
    def _delivered(self, lines: list[Line]) -> None:
        """The office's lines have reached the citizen's phone: say so."""

    @abstractmethod
    def _read(self, lines: list[Line]) -> None:
        """The citizen has read the office's lines: say so."""

    def expire(self, channel: str) -> None:
        """The account's token is worth nothing any more."""
        self.accounts[channel] = replace(self.accounts[channel], token="")

    # The citizens' side

    def raw(self, line: Line) -> bytes:
        """A citizen's line as a webhook's whole body."""
        return self.body([Event(line.channel, self.event(line))])

    def played(self, phone: str, channel: str, text: str) -> Line:
        """What the citizen said in a past that nobody is told of: a text, or the newest button of that value."""
        self.reads(phone, channel)
        offered = [one for one in self._chats.lines(phone, channel) if one.buttons and not one.sent][-1:]
        labels = {value: (one, label) for one in offered for row in one.buttons for label, value in row}
        values: dict[str, Any] = {"text": text}
        if text in labels:
            under, label = labels[text]
            self._chats.change(under.id, pressed=text)
            values = {"text": label, "pressed": text, "answers": under.id}
        return self._chats.add(phone, channel, sent=True, state="delivered", **values)

    def bring_again(self) -> None:
        """Tell the program once more of what it never took."""
        for channel in self.accounts:
            for line in self._chats.lines(channel=channel):
                if line.sent and line.state == "sent":
                    self._bring(line)

    def reads(self, phone: str, channel: str) -> None:
        """The citizen opens the chat and sees what came."""
        if phone in self._off:
            return
        lines = self._chats.lines(phone, channel)
        new = [one for one in lines if not (one.sent or one.group) and one.state == "delivered"]
        if new:
            self._read([self._chats.change(one.id, state="read") for one in new])

    def off(self, phone: str) -> bool:
        """Whether a phone is switched off."""
        return phone in self._off

    def switches(self, phone: str, *, on: bool) -> None:
        """The citizen's phone goes off, or on again: what waited is delivered then."""
        (self._off.discard if on else self._off.add)(phone)
        for channel in self.accounts if on else ():
            waiting = [one for one in self._chats.lines(phone, channel) if not one.sent and one.state == "sent"]
            if waiting:
                self._delivered([self._chats.change(one.id, state="delivered") for one in waiting])

    def _bring(self, line: Line) -> None:
        self.tell(Event(line.channel, self.event(line), lambda: self._taken(line.id)))

    def _taken(self, line_id: int) -> None:
        line = self._chats.line(line_id)
        if line is not None and line.state == "sent":
            self._chats.change(line_id, state="delivered")

    def _laid(self, line: Line) -> None:
        """An office's line has reached Meta, and the phone where that is on."""
        if line.phone not in self._off:
            self._delivered([self._chats.change(line.id, state="delivered")])

    def _last_heard(self, phone: str, channel: str) -> datetime | None:
        """When the citizen last wrote."""
        return max((one.at for one in self._chats.lines(phone, channel) if one.sent), default=None)

    # Webhooks

    def tell(self, *events: Event) -> None:
        """Call the program with this, in one call."""
        if self._held is not None:
            self._held.extend(events)
            return
        body = self.body(events)
        account = self.accounts[events[0].channel]
        signature = hmac.new(account.secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={signature}"}
        url = f"{self._program.url}/hooks/{account.channel}/masuk"
        self._hooks.put(Hook(url, body, lambda: headers, lambda: [one.taken() for one in events]))

    @contextmanager
    def together(self) -> Iterator[None]:
        """Everything that happens at one account meanwhile comes in one call."""
        self._held = []
        try:
            yield
        finally:
            held, self._held = self._held, None
            if held:
                self.tell(*held)

    def body(self, events: Iterable[Event]) -> bytes:
        """A webhook's body as Meta writes it: letters beyond ASCII and slashes are escaped."""
        every = list(events)
        account = self.accounts[every[0].channel]
        whole = {"object": self.object, "entry": [self._entry(account, [one.value for one in every])]}
        return json.dumps(whole, separators=(",", ":")).replace("/", "\\/").encode()

    async def subscribe(self, channel: str, token: str | None = None) -> bool:
        """Verify the program's webhook as the App Dashboard does; whether it says the challenge back."""
        account, challenge = self.accounts[channel], str(secrets.randbelow(10**9))
        asked = {"hub.mode": "subscribe", "hub.challenge": challenge}
        asked["hub.verify_token"] = account.verify if token is None else token
        url = await self._program.inside(f"{self._program.url}/hooks/{channel}/masuk")
        async with aiohttp.ClientSession() as session, session.get(url, params=asked) as answer:
            return answer.status == 200 and await answer.text() == challenge

    # The office's side

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        try:
            account = self._believed(request)
            call = await read(request)
            if call.method == "GET":
                await self.orders.obeyed(LOOKING, dict)
            return web.json_response(await self._answer(account, call))
        except Answered as answered:
            return answered.response()

    def _believed(self, request: web.Request) -> Account:
        """The account whose token stands in the header: an address is written into logs. Raises Refusal."""
        given = request.headers.get("Authorization", "")
        if not given.startswith("Bearer ") or "access_token" in request.query:
            raise Refusal(401, 104, "An access token is required to request this resource.", kind=AUTH)
        token = given.removeprefix("Bearer ").encode()
        for account in self.accounts.values():
            if account.token and hmac.compare_digest(token, account.token.encode()):
                return account
        said = "Error validating access token: Session has expired on Sunday, 22-Nov-26 10:00:00 PST."
        raise Refusal(401, 190, said, kind=AUTH, subcode=463)

    def _may_fetch(self, request: web.Request) -> None:
        """Whether a medium is handed out to this one. Raises Answered."""

    async def _download(self, request: web.Request) -> web.StreamResponse:
        try:
            self._may_fetch(request)
            await self.orders.obeyed(FETCHING, dict)
        except Answered as answered:
            return answered.response()
        file = self.media.behind(request.match_info["medium"], request.query)
        if file is None:
            return web.Response(status=404, text="URL signature expired")
        return web.Response(body=file.content, headers={"Content-Type": file.type})

    def _account(self, channel: str, name: str) -> Account:
        id_, above = digits(f"{channel} account"), digits(f"{channel} above")
        token = f"EAA{secrets.token_urlsafe(40)}"
        return Account(channel, name, id_, above, token, secrets.token_hex(16), secrets.token_urlsafe(12))


def digits(text: str, many: int = 15) -> str:
    """A number of Meta's kind that a thing always has."""
    return str(int(hashlib.sha256(text.encode()).hexdigest(), 16))[:many]


def seconds(at: datetime) -> str:
    """A moment as WhatsApp has it."""
    return str(int(at.timestamp()))


def milliseconds(at: datetime) -> int:
    """A moment as Messenger and Instagram have it."""
    return int(at.timestamp() * 1000)
