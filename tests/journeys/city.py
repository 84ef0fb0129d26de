"""The whole program with a shipped office's doors for telephones, and the people who meet there.

The platforms are the demo's stand-ins, spoken to over the real protocols; the clock is the city's own. There is no
mail server here and no mail door: the town has those.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from bot.app import Wadul, built
from bot.demo.chats import Chats
from bot.demo.gateway import GatewayStandIn
from bot.demo.hooks import Program
from bot.demo.news import News
from bot.demo.pages import InstagramStandIn, MessengerStandIn
from bot.demo.story import Person, Template, told
from bot.demo.telegram import TelegramStandIn
from bot.demo.twilio import TwilioStandIn
from bot.demo.whatsapp import WhatsAppStandIn
from bot.serving import running
from bot.settings import Settings
from config.schema import ChannelEntry, Office, Offices
from inbox.models import ChannelState, Delivery
from tests.journeys.browsing import Browser
from tests.journeys.clock import Clock
from tests.journeys.officers import Officer, hire, let_replies_leave
from tests.journeys.phones import GraphCitizen, ModemCitizen, SmsCitizen, TelegramCitizen, people
from tests.journeys.waiting import PATIENCE_SECONDS, until
from tests.journeys.web import WebCitizen
from tests.modem_peers import Modem
from tests.ports import own_ports
from tests.shipped import doors, shipped

SITE_PORT = own_ports(1)[0]
PUBLIC_URL = "http://wadul.example.test"
_CITIZENS = 30


@dataclass
class Platforms:
    """The stand-ins of every platform, and the phones of the citizens."""

    people: list[Person]
    chats: Chats
    telegram: TelegramStandIn
    gateway: GatewayStandIn
    twilio: TwilioStandIn
    whatsapp: WhatsAppStandIn
    messenger: MessengerStandIn
    instagram: InstagramStandIn
    program: Program
    channels: Mapping[str, str]

    def meta(self) -> dict[str, WhatsAppStandIn | MessengerStandIn | InstagramStandIn]:
        """Those of Meta's, by kind."""
        return {"whatsapp": self.whatsapp, "messenger": self.messenger, "instagram": self.instagram}

    def entries(self) -> dict[str, dict[str, Any]]:
        """The settings that lead each door to its platform."""
        kinds: dict[str, _Platform] = {"telegram": self.telegram, "android": self.gateway, "twilio": self.twilio}
        kinds |= self.meta()
        found = {id_: kinds[kind].entry(id_) for id_, kind in self.channels.items() if kind in kinds}
        patient = {"burst": 1000, "per_hour": 10_000}
        return found | {id_: patient for id_, kind in self.channels.items() if kind == "web"}


@dataclass
class City:
    """One office's city. ``url`` is where the program listens; ``patience`` is in seconds."""

    wadul: Wadul
    office: Office
    clock: Clock
    platforms: Platforms
    url: str
    stack: AsyncExitStack
    staff: dict[str, Officer] = field(default_factory=dict)
    patience: float = PATIENCE_SECONDS
    modem: Modem | None = None
    _nobodys: Iterator[Person] = field(init=False)

    def __post_init__(self) -> None:
        self._nobodys = iter(self.platforms.people)

    def citizen(self, door: str, person: Person | None = None) -> SmsCitizen | TelegramCitizen | GraphCitizen:
        """Somebody at a door that is known by its name in the office's file; a person whom nobody met, unless given."""
        kind = self.office.channels[door].kind
        if kind in self.platforms.meta():
            return self.messenger(door, person)
        return self.chatter(door, person) if kind == "telegram" else self.texter(door, person)

    def messenger(self, door: str = "whatsapp", person: Person | None = None) -> GraphCitizen:
        """Somebody with WhatsApp, Messenger or Instagram."""
        places, someone = self.platforms, person or next(self._nobodys)
        channel = f"{self.office.id}-{door}"
        platform = places.meta()[self.office.channels[door].kind]
        return GraphCitizen(someone, channel, places.chats, self.clock, self.settles, platform)

    def texter(self, door: str = "sms", person: Person | None = None) -> SmsCitizen:
        """Somebody who texts."""
        places = self.platforms
        platform = places.twilio if self.office.channels[door].kind == "twilio" else places.gateway
        someone = person or next(self._nobodys)
        return SmsCitizen(someone, f"{self.office.id}-{door}", places.chats, self.clock, self.settles, platform)

    def modem_texter(self, door: str = "sms") -> ModemCitizen:
        """Somebody who texts the SIM in the office's modem."""
        assert self.modem is not None, "this city has no modem"
        someone, channel = next(self._nobodys), f"{self.office.id}-{door}"
        return ModemCitizen(someone, channel, self.platforms.chats, self.clock, self.settles, self.modem)

    def chatter(self, door: str = "telegram", person: Person | None = None) -> TelegramCitizen:
        """Somebody with Telegram."""
        places, someone = self.platforms, person or next(self._nobodys)
        channel = f"{self.office.id}-{door}"
        return TelegramCitizen(someone, channel, places.chats, self.clock, self.settles, places.telegram)

    def visitor(self) -> WebCitizen:
        """Somebody at the web form."""
        return WebCitizen(self.browser(), self.clock, self.settles)

    def officer(self, role: str) -> Officer:
        """The officer of that role, always the same one."""
        if role not in self.staff:
            self.staff[role] = Officer(role, self.browser())
        return self.staff[role]

    def browser(self) -> Browser:
        """A browser of its own cookies."""
        browser = Browser(self.url)
        self.stack.push_async_callback(browser.close)
        return browser

    async def settles(self) -> None:
        """Wait until the program has taken all that was said, has nothing more to send, and knows that it arrived."""
        await until(self._all_taken, "the program takes what citizens said", seconds=self.patience)
        await let_replies_leave(self.wadul, self.clock)
        await until(self._all_sent, "the outbox is empty", seconds=self.patience)
        await until(self._all_told, "the platforms say what became of it", seconds=self.patience)

    async def _all_taken(self) -> bool:
        if self.modem and not self.modem.is_taken():
            return False
        texting = self._channels(_TEXTING)
        waiting = [line for line in self.platforms.chats.lines() if line.sent and line.state != "delivered"]
        if not self._all_idle():
            return False
        return not any(line.channel in texting for line in waiting) and await self._all_read()

    def _all_idle(self) -> bool:
        return all(one.idle for one in self.platforms.meta().values())

    async def _all_read(self) -> bool:
        """Whether every bot's offset is beyond the last update."""
        for channel in self._channels({"telegram"}):
            brought = self.platforms.chats.brought(channel)
            async with self.wadul.database.reading():
                state = await ChannelState.filter(channel=channel).first()
            if brought and (state is None or int(state.progress.get("offset", 0)) <= brought[-1][0]):
                return False
        return True

    async def _all_sent(self) -> bool:
        if self.modem and self.modem.ask("SELECT 1 FROM outbox"):
            return False
        async with self.wadul.database.reading():
            waiting = Delivery.filter(state="queued", due_at__lte=self.clock())
            return not await waiting.exists() and not await Delivery.filter(state="sending").exists()

    async def _all_told(self) -> bool:
        if not self._all_idle():
            return False
        async with self.wadul.database.reading():
            return not await Delivery.filter(state="sent", channel__in=self._channels(_TEXTING)).exists()

    def _channels(self, kinds: Iterable[str]) -> list[str]:
        return [id_ for id_, kind in self.platforms.channels.items() if kind in kinds]


class _Platform(Protocol):
    """What a door is led to."""

    def entry(self, channel: str) -> dict[str, Any]:
        """The settings by which the door reaches it."""
        ...


_TEXTING = ("android", "twilio")
_META = ("whatsapp", "messenger", "instagram")
APPROVED = (
    Template(name="kabar_aduan", text="Ada kabar untuk aduan {{1}}. Balas pesan ini untuk membacanya."),
    Template(name="tanya_kabar", text="Apakah aduan {{1}} sudah beres?", state="PENDING"),
)


@asynccontextmanager
async def opened(
    office_id: str, database_url: str, folder: Path, *, citizens: int = _CITIZENS, modem: Modem | None = None
) -> AsyncIterator[City]:
    """A city with every officer of that shipped office on duty, until the block ends; its texts go by ``modem``."""
    offices, clock = _offices(office_id, modem), Clock()
    settings = Settings(public_url=PUBLIC_URL, listen="127.0.0.1:0", data=folder, database=database_url)
    async with AsyncExitStack() as stack:
        platforms = _platforms(offices, folder / "hp", clock, citizens)
        for platform in (platforms.telegram, platforms.gateway, platforms.twilio, *platforms.meta().values()):
            await stack.enter_async_context(platform)
        wadul = await stack.enter_async_context(built(settings, offices, now=clock, entries=platforms.entries()))
        office = offices.office(office_id)
        await hire(wadul, office, clock())
        wadul.clock._sleep = _for_ever
        port = await stack.enter_async_context(running(wadul))
        platforms.program.heard(port)
        yield City(wadul, office, clock, platforms, f"http://127.0.0.1:{port}", stack, modem=modem)


def _offices(office_id: str, modem: Modem | None) -> Offices:
    """That office without its mail door, its chat on the city's website; where there is a modem, its SIM is in that
    instead of a telephone.
    """
    offices = _on_its_site(shipped(), office_id)
    if modem:
        office = offices.office(office_id)
        sim = ChannelEntry(kind="modem", name="SMS kantor", number="+628113330010", **modem.entry())
        changed = office.model_copy(update={"channels": {**office.channels, "sms": sim}})
        offices = replace(offices, offices={**offices.offices, office_id: changed})
    channels = offices.office(office_id).channels.items()
    return doors(offices, *(f"{office_id}-{name}" for name, entry in channels if entry.kind != "email"))


def _on_its_site(offices: Offices, office_id: str) -> Offices:
    office = offices.office(office_id)
    chats = {
        name: entry.model_copy(update={"sites": [f"http://localhost:{SITE_PORT}"]})
        for name, entry in office.channels.items()
        if entry.kind == "chat"
    }
    changed = office.model_copy(update={"channels": {**office.channels, **chats}})
    return replace(offices, offices={**offices.offices, office_id: changed})


def _platforms(offices: Offices, folder: Path, clock: Clock, citizens: int) -> Platforms:
    kinds = {id_: entry.kind for id_, entry in offices.channels().items()}
    serial = itertools.count(1)
    numbers = {id_: f"+6281100000{next(serial):03d}" for id_, kind in kinds.items() if kind in _TEXTING}
    bots = {id_: "Kantor" for id_, kind in kinds.items() if kind == "telegram"}
    numbers |= {id_: "Kantor" for id_, kind in kinds.items() if kind in _META}
    everybody, program = people(citizens), Program(PUBLIC_URL, "127.0.0.1", 0)
    chats = Chats(folder, [one.id for one in everybody], News(), clock)

    def of(kind: str) -> dict[str, str]:
        return {id_: number for id_, number in numbers.items() if kinds[id_] == kind}

    return Platforms(
        people=everybody,
        chats=chats,
        telegram=TelegramStandIn(bots, everybody, chats, clock),
        gateway=GatewayStandIn(of("android"), everybody, chats, program, clock),
        twilio=TwilioStandIn(of("twilio"), everybody, chats, program, clock),
        whatsapp=WhatsAppStandIn(
            of("whatsapp"), everybody, chats, program, clock, templates=(*APPROVED, *told().approved)
        ),
        messenger=MessengerStandIn(of("messenger"), everybody, chats, program, clock),
        instagram=InstagramStandIn(of("instagram"), everybody, chats, program, clock),
        program=program,
        channels=kinds,
    )


async def _for_ever(_seconds: float) -> None:
    """The city's minutes are struck by the journeys alone."""
    await asyncio.Event().wait()
