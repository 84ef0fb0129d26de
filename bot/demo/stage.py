"""The demo's stage: the stand-in platforms, the citizens' phones, and what the program needs to play with them.

The program on it is the real one: only the doors' hosts, ports and credentials are others.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from bot.app import Wadul
from bot.demo.chats import Chats
from bot.demo.clock import Clock
from bot.demo.gateway import GatewayStandIn
from bot.demo.graph import GraphStandIn
from bot.demo.handset import Handset
from bot.demo.handset_chats import ChatButtons
from bot.demo.handset_clock import ClockButtons
from bot.demo.handset_mail import MailButtons
from bot.demo.handset_meta import MetaButtons
from bot.demo.hooks import Program
from bot.demo.jumps import Jumps
from bot.demo.mail import MailStandIn
from bot.demo.news import News
from bot.demo.pages import InstagramStandIn, MessengerStandIn
from bot.demo.phones import Phones
from bot.demo.story import Story
from bot.demo.telegram import TelegramStandIn
from bot.demo.trail import Trail
from bot.demo.twilio import TwilioStandIn
from bot.demo.whatsapp import WhatsAppStandIn
from config.schema import Office, Offices
from inbox.live import Live
from inbox.web.citizen_status import door_path

# Whoever shows the demo sends many forms, and ready-made ones at once.
_PATIENT = {"burst": 1000, "per_hour": 10_000, "fastest_seconds": 0}
_NUMBER = "+62811000009{:02d}"
_TEXTING = ("android", "twilio")


class Stage:
    """An async context manager around the stand-ins. ``folder`` keeps what lies on the phones."""

    def __init__(self, offices: Offices, folder: Path, story: Story, clock: Clock, program: Program) -> None:
        self._offices, self._story, self._clock, self._program = offices, story, clock, program
        self._folder, self.news = folder, News()
        self._mailboxes = {id_: str(one["address"]) for id_, one in _settings(offices, "email").items()}
        self.phones = Phones(folder, story, self.news, clock)
        self.chats = Chats(folder / "obrolan", [one.id for one in story.citizens], self.news, clock)
        colleagues = {address for one in offices.offices.values() for order in one.recaps for address in order.to}
        self.mail = MailStandIn(self._mailboxes.values(), self.phones, frozenset(colleagues))
        people = story.citizens
        bots = _named(offices, "telegram")
        self.telegram = TelegramStandIn(bots, people, self.chats, clock)
        self.gateway = GatewayStandIn(_numbers(offices, "android"), people, self.chats, program, clock)
        self.twilio = TwilioStandIn(_numbers(offices, "twilio"), people, self.chats, program, clock)
        self.whatsapp = WhatsAppStandIn(
            _named(offices, "whatsapp"), people, self.chats, program, clock, templates=story.approved
        )
        self.messenger = MessengerStandIn(_named(offices, "messenger"), people, self.chats, program, clock)
        self.instagram = InstagramStandIn(_named(offices, "instagram"), people, self.chats, program, clock)
        self._open = AsyncExitStack()
        self._following: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        for one in (self.mail, self.telegram, self.gateway, self.twilio, *self._meta):
            await self._open.enter_async_context(one)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        for task in self._following:
            task.cancel()
        await asyncio.gather(*self._following, return_exceptions=True)
        await self._open.aclose()

    @property
    def _meta(self) -> tuple[WhatsAppStandIn, MessengerStandIn, InstagramStandIn]:
        return self.whatsapp, self.messenger, self.instagram

    def _known(self) -> dict[tuple[str, str], str]:
        """Who is whom at Meta's: by scheme and address, the citizen's id."""
        people = self._story.citizens
        found = {("whatsapp", one.phone): one.id for one in people}
        for scheme, page in (("messenger", self.messenger), ("instagram", self.instagram)):
            found |= {(scheme, page.person(one.id, channel)): one.id for channel in page.accounts for one in people}
        named = self.messenger.in_public
        found |= {("messenger", named(one.id, id_)): one.id for id_ in self.messenger.accounts for one in people}
        return found

    def graphs(self) -> dict[str, GraphStandIn]:
        """By channel id, the one of Meta's that carries it."""
        return {channel: one for one in self._meta for channel in one.accounts}

    @property
    def entries(self) -> Mapping[str, Mapping[str, Any]]:
        """Settings laid over the doors' own, by channel id. Only while the stage is open."""
        kinds = {
            "telegram": self.telegram.entry,
            "android": self.gateway.entry,
            "twilio": self.twilio.entry,
            "whatsapp": self.whatsapp.entry,
            "messenger": self.messenger.entry,
            "instagram": self.instagram.entry,
        }
        found: dict[str, Mapping[str, Any]] = dict.fromkeys(_settings(self._offices, "web"), _PATIENT)
        found |= {id_: self._mail_entry(id_, address) for id_, address in self._mailboxes.items()}
        for kind, entry in kinds.items():
            found |= {id_: entry(id_) for id_ in _settings(self._offices, kind)}
        return found

    def texting(self) -> dict[str, GatewayStandIn | TwilioStandIn]:
        """By channel id, the platform that carries its short messages."""
        found: dict[str, GatewayStandIn | TwilioStandIn] = dict.fromkeys(
            _settings(self._offices, "android"), self.gateway
        )
        return found | dict.fromkeys(_settings(self._offices, "twilio"), self.twilio)

    async def begin(self, *, anew: bool) -> None:
        """Before the doors open: with a new record forget everything, else give the office its messages again."""
        if anew:
            self.phones.clear()
            self.chats.clear()
            self._clock.reset()
            return
        await self.phones.send_again(self.mail)
        self.gateway.bring_again()
        self.twilio.bring_again()
        for one in self._meta:
            one.bring_again()

    async def play(self, wadul: Wadul, *, anew: bool) -> None:
        """Lay HP Warga into the program, and follow what happens in it."""
        trail = Trail(wadul.database, self._offices, self._story.citizens, self._folder / "mulai", self._known())
        if anew:
            await trail.begin()
        jumps, calendars = Jumps(wadul, self._clock, self.news), wadul.tickets.cases.calendars
        wadul.web.add_routes(self.routes(trail.read))
        wadul.web.add_routes(ClockButtons(self._clock, jumps, self._offices, calendars).routes())
        every = self._offices.offices
        self._following = [asyncio.create_task(_follow(wadul.live, one, self.news)) for one in every]

    def routes(self, trail: Callable[[], Awaitable[Mapping[str, Any]]]) -> Sequence[web.AbstractRouteDef]:
        """HP Warga without its clock; ``trail`` reads what just happened."""
        meta = MetaButtons(self.chats, self.phones.citizens.__contains__, self.graphs())
        fronts = [self._front(office) for office in self._offices.offices.values()]
        handset = Handset(
            phones=self.phones,
            chats=self.chats,
            news=self.news,
            program=self._program,
            story=self._story,
            offices=fronts,
            trail=trail,
            off=meta.off,
        )
        chats = ChatButtons(self.chats, self.phones.citizens.__contains__, self.telegram, self.texting())
        return [*handset.routes(), *MailButtons(self.phones, self.mail).routes(), *chats.routes(), *meta.routes()]

    def _front(self, office: Office) -> dict[str, Any]:
        """What a phone knows of an office: how its doors are reached."""
        doors = {f"{office.id}-{name}": entry for name, entry in office.channels.items()}
        mails = [self._mailboxes[id_] for id_ in doors if id_ in self._mailboxes]
        bots = [(id_, self.telegram.bots[id_]) for id_ in doors if id_ in self.telegram.bots]
        numbers = {id_: number for kind in _TEXTING for id_, number in _numbers(self._offices, kind).items()}
        texting = [(id_, one) for kind in _TEXTING for id_, one in doors.items() if one.kind == kind]
        form = door_path(office) or ""
        return {
            "id": office.id,
            "name": office.name,
            "title": _title(office),
            "city": office.city,
            "zone": office.time_zone,
            "mail": mails[0] if mails else "",
            "form": form,
            "status": f"{form or f'/{office.id}/'}cek",
            "sms": [
                {"channel": id_, "number": numbers[id_], "label": one.name, "kind": one.kind} for id_, one in texting
            ],
            "meta": [self._shown(id_, one.kind) for id_, one in doors.items() if id_ in self.graphs()],
            "chat": next((f"/{office.id}/obrolan" for one in doors.values() if one.kind == "chat"), ""),
            "telegram": [{"channel": id_, "name": bot.name, "username": bot.username} for id_, bot in bots],
        }

    def _shown(self, channel: str, kind: str) -> dict[str, str]:
        """An account of Meta's as a phone shows it."""
        name = self.graphs()[channel].accounts[channel].name
        under = self.whatsapp.number(channel) if kind == "whatsapp" else f"@{name.lower().replace(' ', '')}"
        return {"channel": channel, "kind": kind, "name": name, "under": under}

    def _mail_entry(self, channel: str, address: str) -> dict[str, Any]:
        office, entry = self._offices.channel(channel)
        named = {"sender_name": entry.settings().get("sender_name") or office.name}
        # pymap tells an idling client nothing of a mail that came just before it idled: the door's sweep must be quick.
        return {**self.mail.entry(address), **named, "take": "all", "poll_seconds": 2}


async def _follow(live: Live, office: str, news: News) -> None:
    """Open HP pages hear of what happens at an office; when the program stops, for the last time."""
    async with live.subscribe(office) as events:
        while (await events.get()).kind != "closed":
            news.tell()
    news.close()


def _title(office: Office) -> str:
    """What citizens have the office saved as."""
    return office.service or office.name


def _settings(offices: Offices, kind: str) -> dict[str, dict[str, Any]]:
    """The settings of every door of a kind, by channel id."""
    return {id_: entry.settings() for id_, entry in offices.channels().items() if entry.kind == kind}


def _named(offices: Offices, kind: str) -> dict[str, str]:
    """What citizens have every door of a kind saved as, by channel id."""
    return {id_: _title(offices.channel(id_)[0]) for id_ in _settings(offices, kind)}


def _numbers(offices: Offices, kind: str) -> dict[str, str]:
    """The number of every door of a kind; one of our own where its entry has none."""
    first = _TEXTING.index(kind) * 50
    doors = _settings(offices, kind).items()
    return {id_: str(one.get("number") or _NUMBER.format(first + place)) for place, (id_, one) in enumerate(doors)}
