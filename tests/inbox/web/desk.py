"""The officers' desk for tests: the real pages over a real record, and browsers that know no scripts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import lxml.html
from aiohttp import FormData, web
from aiohttp.test_utils import TestClient, TestServer
from argon2 import PasswordHasher

from channels import text
from channels.base import Abilities, Accepted, ApprovedText, Fault, Health, Inbound, Paced
from inbox.actor import Actor
from inbox.files import Files
from inbox.limits import Limits
from inbox.live import Live
from inbox.models import Attachment, Message, Ticket, TicketLink
from inbox.officers import Officers
from inbox.presence import Presence
from inbox.shown import Shown
from inbox.single_sign_on import Provider
from inbox.web import build
from inbox.web.gate import actor
from inbox.web.me_rooms import Reaching
from tests.inbox.house import ABILITIES, House, at

PASSWORD = "sawah hijau di timur"
NAMES = {
    "petugas": "Rina Wulandari",
    "kasi": "Agus Prasetyo",
    "kabid": "Endang Lestari",
    "sekretaris": "Bambang Haryono",
    "kepala-dinas": "Suharto Wibowo",
}


class Office:
    """Blitar's desk at work: its clock, its pages, its officers. Also plays the running program behind the pages."""

    def __init__(self, house: House, folder: Path) -> None:
        self.house, self.files, self.live = house, Files(folder / "files"), Live()
        self.shown = Shown(self.files)
        self.house.tickets.announce = self.live.announce
        self.now = at("2026-11-23 09:15")
        self.officers = Officers(house.database, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        self.limits = Limits(house.database, b"rahasia")
        self.by: dict[str, Actor] = {}
        self.handed: list[tuple[str, Inbound]] = []
        self.accepted = Accepted(number="BLT-26-000001", code="7F3K9Q", url="https://wadul.example/cek")
        self.replayed: list[tuple[int, int | None]] = []
        self.woken, self.replays_well = 0, True
        self.checked: list[str] = []
        self.faults: list[Fault] = []
        self.can: dict[str, Abilities] = {}
        self.brought: list[tuple[str, dict[str, Any]]] = []
        self.bringing = ""
        self.paces: dict[str, Paced] = {}
        self.check_waits: asyncio.Event | None = None
        self.names: dict[str, str] = {}
        self.templates: dict[str, list[ApprovedText] | Exception] = {}
        self.states = {"blitar-email": Health("ok"), "blitar-web": Health("down", reason="connection-lost")}
        self.url, self.public_url, self.demo = "", "", False
        self.port: int | None = None
        self.providers: dict[str, Provider] = {}
        self.reach: Reaching | None = None

    # What the pages need of the running program.
    def wake(self) -> None:
        self.woken += 1

    def abilities(self, channel: str) -> Abilities:
        return self.can.get(channel) or ABILITIES.get(channel) or Abilities(scheme="email")

    def health(self, channel: str) -> Health:
        return self.states.get(channel, Health("ok"))

    def hooks(self, channel: str) -> list[str]:
        return [f"/hooks/{channel}/masuk"] if channel == "blitar-sms" else []

    async def bring(self, channel: str, place: Mapping[str, Any]) -> str:
        self.brought.append((channel, dict(place)))
        return self.bringing

    async def pace(self, channel: str) -> Paced:
        return self.paces.get(channel, Paced())

    def settings(self, channel: str) -> dict[str, str | None]:
        return {"address": "pengaduan@blitar.example.go.id", "password": None} if channel == "blitar-email" else {}

    async def check(self, channel: str) -> list[Fault]:
        self.checked.append(channel)
        if self.check_waits:
            await self.check_waits.wait()
        return self.faults

    async def called(self, channel: str) -> str:
        return self.names.get(channel, "")

    def approving(self, channel: str) -> bool:
        return channel in self.templates

    async def approved(self, channel: str) -> list[ApprovedText]:
        told = self.templates[channel]
        if isinstance(told, Exception):
            raise told
        return told

    async def hand(self, channel: str, inbound: Inbound) -> Accepted:
        self.handed.append((channel, inbound))
        return self.accepted

    async def one(self, set_aside_id: int, *, officer_id: int | None = None) -> bool:
        self.replayed.append((set_aside_id, officer_id))
        return self.replays_well

    async def withheld(self, withheld_id: int, *, officer_id: int) -> bool:
        self.replayed.append((withheld_id, officer_id))
        return self.replays_well

    # The office's day.
    def later(self, **amount: float) -> None:
        self.now += timedelta(**amount)

    async def hires(self, login: str, *roles: str, **known: Any) -> Actor:
        """A new officer, who signs in with ``PASSWORD``."""
        office = known.pop("office", self.house.office)
        name = known.pop("name", NAMES.get(login, login.title()))
        row = await self.officers.add(office, login, name, roles or (login,), PASSWORD, now=self.now, **known)
        await row.fetch_related("roles")
        self.by[login] = actor(row)
        return self.by[login]

    async def complaint(self, text: str = "Ada ruko tanpa izin di Jalan Merdeka", **known: Any) -> Ticket:
        """A citizen writes by e-mail, and is told that it came."""
        name = known.pop("name", "Siti Aminah")
        ticket = await self.house.complaint(self.now, text=text, **known)
        await Ticket.filter(id=ticket.id).update(unread=True)
        await ticket.fetch_related("citizen")
        ticket.citizen.name = name
        await ticket.citizen.save()
        await self.house.clerk(self.house.tickets.tell, ticket, "diterima", self.now)
        return ticket

    async def attached(self, ticket: Ticket, name: str, type_: str, content: bytes) -> Attachment:
        """A file of the complaint's first message."""
        message = await Message.filter(ticket_id=ticket.id).order_by("id").first()
        assert message is not None
        return await Attachment.create(
            office=ticket.office,
            message_id=message.id,
            name=name,
            type=type_,
            size_bytes=len(content),
            digest=await self.files.put(content),
        )

    async def said(self, ticket: Ticket, text: str, **columns: Any) -> Message:
        """A message of the citizen's, on the ticket."""
        link = await TicketLink.filter(ticket_id=ticket.id).select_related("conversation").first()
        assert link is not None
        values: dict[str, Any] = {
            "office": ticket.office,
            "channel": link.conversation.channel,
            "external_id": uuid4().hex,
            "conversation_id": link.conversation_id,
            "ticket_id": ticket.id,
            "direction": "in",
            "author": "citizen",
            "text": text,
            "sent_at": self.now,
            "created_at": self.now,
        }
        return await Message.create(**values | columns)

    async def act(self, login: str, number: str, action: str, values: Mapping[str, Any] | None = None) -> Ticket:
        """An action behind the pages, to get a ticket where a test wants it."""
        return await self.house.act(self.by[login], number, action, self.now, values or {})

    async def up_to_disposition(self) -> Ticket:
        """A complaint that the counter has laid before the head."""
        ticket = await self.complaint()
        return await self.act("petugas", ticket.number, "naikkan")

    async def up_to_study(self) -> Ticket:
        """A complaint that the head has given to Kabid and Kasi."""
        ticket = await self.up_to_disposition()
        sheet = {"to": ["kabid", "kasi"], "nature": "Segera", "instruction": "Kaji", "initials": "SW"}
        values = {f"lembar-disposisi.{name}": value for name, value in sheet.items()}
        return await self.act("kepala-dinas", ticket.number, "disposisikan", values)

    async def browser(self, login: str = "", **headers: str) -> Browser:
        """A new browser, of an officer who has signed in by the page."""
        browser = Browser(self, dict(headers))
        if login:
            page = await browser.opens("/masuk")
            await browser.sends(page, "/masuk", {"login": login, "password": PASSWORD})
        return browser

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Office]:
        """With its pages open to browsers."""
        app = web.Application()
        build(
            app,
            database=self.house.database,
            offices=self.house.offices,
            officers=self.officers,
            tickets=self.house.tickets,
            acting=self.house.acting,
            files=self.files,
            shown=self.shown,
            live=self.live,
            presence=Presence(self.live.announce),
            program=self,
            replay=self,
            limits=self.limits,
            now=lambda: self.now,
            secret=b"k" * 32,
            letters=text.table(),
            public_url=self.public_url,
            demo_sign_in=self.demo,
            reach=self.reach,
            providers=self.providers,
        )
        self.app = app
        async with TestClient(TestServer(app, port=self.port)) as client:
            self.url = str(client.make_url("")).rstrip("/")
            yield self
            self.live.close()


@dataclass
class Page:
    """What a browser shows."""

    status: int
    path: str
    html: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False, default=b"")

    @property
    def doc(self) -> Any:
        return lxml.html.fromstring(self.html)

    @property
    def text(self) -> str:
        """What a person reads, white space as one blank; nothing that is folded away is left out."""
        doc = self.doc
        for one in doc.xpath("//script|//style|//*[@hidden]"):
            one.drop_tree()
        return _read(doc)

    def part(self, id_: str) -> str:
        """What a person reads in one part of the page."""
        return _read(self.doc.get_element_by_id(id_))

    def has(self, id_: str) -> bool:
        """Whether the page has such a part."""
        return bool(self.doc.xpath(f"//*[@id='{id_}']"))

    def forms(self) -> list[str]:
        """Where the page's forms lead."""
        return [form.action for form in self.doc.forms]

    def form(self, action: str) -> Any:
        """The form that leads there."""
        return next(form for form in self.doc.forms if form.action.partition("?")[0] == action)

    def value(self, action: str, name: str) -> str:
        """What stands in a field."""
        return str(self.form(action).fields[name] or "").strip("\n")


def _read(element: Any) -> str:
    return " ".join(" ".join(element.itertext()).split())


class Browser:
    """One browser with its cookies. It runs no script."""

    def __init__(self, office: Office, headers: dict[str, str]) -> None:
        self.office, self.headers = office, headers
        self.cookies: dict[str, str] = {}

    async def opens(self, path: str, **headers: str) -> Page:
        """Go there, wherever it leads."""
        return await self._see("GET", path, headers=headers)

    async def sends(
        self,
        page: Page,
        action: str,
        values: Mapping[str, Any] | None = None,
        files: Mapping[str, tuple[str, bytes]] | None = None,
        **headers: str,
    ) -> Page:
        """Fill in a form of the page and send it; what the page filled in stays."""
        form = page.form(action)
        fields = dict(form.form_values())
        fields |= dict.fromkeys(form.xpath(".//input[@checked and @value='']/@name"), "")  # lxml says "on" for it
        fields |= {name: value for name, value in (values or {}).items() if value is not None}
        data = FormData(quote_fields=False, default_to_multipart=form.get("enctype") == "multipart/form-data")
        for name, value in fields.items():
            for one in value if isinstance(value, list) else [value]:
                data.add_field(name, str(one))
        for name, (filename, content) in (files or {}).items():
            data.add_field(name, content, filename=filename)
        return await self._see("POST", form.action, data=data, headers=headers)

    async def posts(self, path: str, values: Mapping[str, str] | None = None, **headers: str) -> Page:
        """Send something that no page offered."""
        return await self._see("POST", path, data=dict(values or {}), headers=headers)

    async def _see(self, method: str, path: str, **given: Any) -> Page:
        given["headers"] = {**self.headers, **{name.replace("_", "-"): v for name, v in given["headers"].items()}}
        async with aiohttp.ClientSession(cookies=self.cookies) as session:
            answer = await session.request(method, self.office.url + path, allow_redirects=False, **given)
            for cookie in answer.cookies.values():
                self.cookies[cookie.key] = cookie.value
                if not cookie.value:
                    del self.cookies[cookie.key]
            body = await answer.read()
        if answer.status in {302, 303}:
            return await self._see("GET", answer.headers["Location"], headers=given["headers"])
        text = body.decode("utf-8", "replace") if answer.content_type.startswith("text/") else ""
        return Page(answer.status, path, text, answer.headers, body)
