"""Citizens with a telephone: what they text or write in a chat, and what the office says on its screen.

The phones are those of the demo's stand-in platforms, which are held to the real platforms' descriptions by tests of
their own.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from itertools import count

from bot.demo.chats import Chats, Line
from bot.demo.gateway import GatewayStandIn
from bot.demo.pages import InstagramStandIn, MessengerStandIn, PageStandIn
from bot.demo.pages_shapes import COMMENT
from bot.demo.story import Person
from bot.demo.telegram import TelegramStandIn
from bot.demo.twilio import TwilioStandIn
from bot.demo.whatsapp import WhatsAppStandIn
from channels.base import Attachment
from tests.journeys.clock import Clock
from tests.journeys.waiting import until
from tests.modem_peers import Modem

_NUMBER = re.compile(r"\b[A-Z]{3}-\d\d-\d{6}\b")
_CODE = re.compile(r"\b[Kk]ode:? ([A-HJ-NP-Z2-9]{6})\b")
_NAMES = ("Sari Utami", "Budi Santoso", "Wati Lestari", "Joko Susilo", "Dewi Anggraini")


def people(many: int) -> list[Person]:
    """So many citizens, each with a telephone number and a Telegram account."""
    found = []
    for serial, name in zip(range(1, many + 1), (_NAMES[place % len(_NAMES)] for place in count()), strict=False):
        number = f"+62812345{serial:05d}"
        found.append(Person(id=f"w{serial}", name=name, address="", phone=number, telegram=5_000_000 + serial))
    return found


class PhoneCitizen(ABC):
    """Somebody who talks with one of an office's doors. ``number`` and ``code`` are the last that were heard."""

    def __init__(
        self, person: Person, channel: str, chats: Chats, clock: Clock, settled: Callable[[], Awaitable[None]]
    ) -> None:
        self.person, self.name, self.channel = person, person.name, channel
        self._chats, self._clock, self._settled = chats, clock, settled
        self.number = self.code = ""
        self.heard = 0

    @property
    def screen(self) -> list[Line]:
        """Everything that the office ever said here, oldest first."""
        return [line for line in self._chats.lines(self.person.id, self.channel) if not line.sent]

    async def complains(self, text: str) -> None:
        """A first message."""
        await self.says(text, after_minutes=0)

    async def says(self, text: str, *, after_minutes: float = 1) -> None:
        """Write it, a minute after what was said before; returns once the office has answered or kept silent."""
        self._clock.passes(minutes=after_minutes)
        await self._sends(text)
        await self._settled()

    async def hears(self, *phrases: str) -> Line:
        """The next thing that the office says, with these words in it."""
        await self._settled()
        screen = self.screen
        wanted = f"“{'”, “'.join(phrases)}”"
        assert len(screen) > self.heard, f"nothing new with {wanted} is said, only {[one.text for one in screen]}"
        line = screen[self.heard]
        self.heard += 1
        self.number = next(iter(_NUMBER.findall(line.text)), self.number)
        self.code = next(iter(_CODE.findall(line.text)), self.code)
        for phrase in phrases:
            assert phrase in line.text, f"“{phrase}” is not in: {line.text}"
        return line

    async def reads_last(self, *phrases: str) -> Line:
        """Wait until the newest thing that the office said has these words in it."""
        await self._settled()
        wanted = f"“{'”, “'.join(phrases)}” is the last thing said to {self.name}"
        await until(lambda: bool(self.screen) and all(one in self.screen[-1].text for one in phrases), wanted)
        return self.screen[-1]

    async def hears_nothing(self) -> None:
        """Assert that everything the office had to say was heard already."""
        await self._settled()
        more = [line.text for line in self.screen[self.heard :]]
        assert not more, f"{self.name} got: {more}"

    async def is_content(self) -> None:
        """Sudah selesai."""
        await self.says("SELESAI")

    async def is_not_content(self, why: str) -> None:
        """Belum selesai."""
        await self.says(f"BELUM, {why}")

    async def rates(self, value: int) -> None:
        """1 to 5."""
        await self.says(str(value))

    @abstractmethod
    async def _sends(self, text: str) -> None:
        """Hand it to the platform."""


class SmsCitizen(PhoneCitizen):
    """Somebody who texts the office's number, on whichever platform it is."""

    def __init__(
        self,
        person: Person,
        channel: str,
        chats: Chats,
        clock: Clock,
        settled: Callable[[], Awaitable[None]],
        platform: GatewayStandIn | TwilioStandIn,
    ) -> None:
        super().__init__(person, channel, chats, clock, settled)
        self._platform = platform

    async def chooses(self, label: str) -> None:
        """Answer a menu by its number, which stands before the label in what was heard last."""
        lines = self.screen[-1].text.splitlines()
        numbers = [line.partition(" = ")[0] for line in lines if line.endswith(f" = {label}")]
        assert numbers, f"no “{label}” to choose in: {lines}"
        await self.says(numbers[0])

    async def _sends(self, text: str) -> None:
        self._platform.says(self.person.id, self.channel, text)


class TelegramCitizen(PhoneCitizen):
    """Somebody who chats with the office's bot."""

    def __init__(
        self,
        person: Person,
        channel: str,
        chats: Chats,
        clock: Clock,
        settled: Callable[[], Awaitable[None]],
        platform: TelegramStandIn,
    ) -> None:
        super().__init__(person, channel, chats, clock, settled)
        self._platform = platform

    async def chooses(self, label: str) -> None:
        """Press the newest button of that label."""
        await self.presses(label)

    async def presses(self, label: str) -> None:
        """Press the newest button of that label, a minute later."""
        self._clock.passes(minutes=1)
        lines, offered = self.screen, [(line, *pair) for line in self.screen for row in line.buttons for pair in row]
        found = [(line, value) for line, name, value in offered if name == label]
        assert found, f"no button “{label}”, only {[name for _, name, _ in offered]}, under {lines[-1].text}"
        line, value = found[-1]
        await self._platform.presses(line.id, value)
        await self._settled()

    async def sends(self, *files: Attachment, text: str = "", place: tuple[float, float] | None = None) -> None:
        """Photos with a caption, or a place on the map."""
        self._clock.passes(minutes=1)
        await self._platform.says(self.person.id, self.channel, text, files=files, place=place)
        await self._settled()

    async def corrects(self, before: str, after: str) -> None:
        """Edit what was written."""
        (line,) = (one for one in self._chats.lines(self.person.id, self.channel) if one.sent and one.text == before)
        await self._platform.edits(line.id, after)
        await self._settled()

    async def is_content(self) -> None:
        """Press the button that says so."""
        await self.presses(self._first("SELESAI"))

    async def rates(self, value: int) -> None:
        """Press the button with that mark."""
        await self.presses(self._first(str(value)))

    def _first(self, value: str) -> str:
        labels = [name for line in self.screen for row in line.buttons for name, one in row if one == value]
        assert labels, f"no button for {value}"
        return labels[-1]

    async def _sends(self, text: str) -> None:
        await self._platform.says(self.person.id, self.channel, text)


class GraphCitizen(PhoneCitizen):
    """Somebody with WhatsApp, Messenger or Instagram."""

    def __init__(
        self,
        person: Person,
        channel: str,
        chats: Chats,
        clock: Clock,
        settled: Callable[[], Awaitable[None]],
        platform: WhatsAppStandIn | MessengerStandIn | InstagramStandIn,
    ) -> None:
        super().__init__(person, channel, chats, clock, settled)
        self.platform = platform

    @property
    def screen(self) -> list[Line]:
        """Everything that the office ever said here, oldest first; the papers that came with it lie beside."""
        return [line for line in super().screen if line.text and line.group != COMMENT]

    @property
    def public(self) -> list[str]:
        """What the office said under its post to this citizen's comments, for everybody to read."""
        return [line.text for line in super().screen if line.group == COMMENT]

    async def comments(self, text: str, *, under: int = 0) -> Line:
        """Write under the office's public post, a minute later."""
        assert isinstance(self.platform, PageStandIn)
        self._clock.passes(minutes=1)
        line = self.platform.comments(self.person.id, self.channel, text, under=under)
        await self._settled()
        return line

    @property
    def papers(self) -> list[Line]:
        """The files that came."""
        return [line for line in super().screen if line.files]

    async def chooses(self, label: str) -> None:
        """Press the newest button of that label, or pick it from the list, a minute later."""
        self._clock.passes(minutes=1)
        offered = [(line, *pair) for line in self.screen for row in line.buttons for pair in row]
        found = [(line, value) for line, name, value in offered if label in name.split("\n")]
        assert found, f"no “{label}” to press, only {[name for _, name, _ in offered]}"
        line, value = found[-1]
        self.platform.presses(line.id, value)
        await self._settled()

    async def sends(self, *files: Attachment, text: str = "", place: tuple[float, float] | None = None) -> None:
        """A photo with a caption, a paper, something spoken, or a place on WhatsApp's map."""
        self._clock.passes(minutes=1)
        if isinstance(self.platform, WhatsAppStandIn):
            self.platform.says(self.person.id, self.channel, text, files=files, place=place)
        else:
            self.platform.says(self.person.id, self.channel, text, files=files)
        await self._settled()

    async def reads(self) -> None:
        """Open the chat."""
        self.platform.reads(self.person.id, self.channel)
        await self._settled()

    def said(self, text: str) -> Line:
        """What this citizen wrote."""
        (line,) = (one for one in self._chats.lines(self.person.id, self.channel) if one.sent and one.text == text)
        return line

    async def is_content(self) -> None:
        """Press the button that says so."""
        await self.chooses(self._first("SELESAI"))

    async def rates(self, value: int) -> None:
        """Press the button with that mark."""
        await self.chooses(self._first(str(value)))

    def _first(self, value: str) -> str:
        labels = [name for line in self.screen for row in line.buttons for name, one in row if one == value]
        assert labels, f"no button for {value}"
        return labels[-1].partition("\n")[0]

    async def _sends(self, text: str) -> None:
        self.platform.says(self.person.id, self.channel, text)


class ModemCitizen(PhoneCitizen):
    """Somebody who texts the SIM in the office's modem: a real daemon with a dummy stands between."""

    def __init__(
        self,
        person: Person,
        channel: str,
        chats: Chats,
        clock: Clock,
        settled: Callable[[], Awaitable[None]],
        modem: Modem,
    ) -> None:
        super().__init__(person, channel, chats, clock, settled)
        self._modem = modem

    @property
    def screen(self) -> list[Line]:
        """Everything that the modem ever sent to this number."""
        said, at = enumerate(self._modem.said(self.person.phone), 1), self._clock()
        return [Line(place, self.person.id, self.channel, sent=False, at=at, text=text) for place, text in said]

    async def _sends(self, text: str) -> None:
        self._modem.texts(self.person.phone, text)
