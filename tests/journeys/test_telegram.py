"""The whole program behind a Telegram bot: what a citizen hears in private, what officers see, what a group gets."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

from bot.app import Wadul, built
from bot.serving import running
from bot.settings import Settings
from config.schema import Offices
from inbox.models import Address, Attachment, Delivery, Message, Ticket
from inbox.models import Officer as Row
from tests.channels.bot_platform import TOKEN, BotPlatform
from tests.channels.updates import AT, GROUP, PHOTO, PRIVATE, changed, message, pressed, update, written
from tests.journeys.browsing import Browser
from tests.journeys.clock import Clock
from tests.journeys.officers import PASSWORD, Officer
from tests.journeys.waiting import until
from tests.shipped import doors, shipped

DOOR = "blitar-telegram"
BOTH_ENGINES = pytest.mark.parametrize("engine", ["sqlite", "postgres"], indirect=True)


@dataclass
class Chat:
    """A platform with one bot, the program behind it, and Budi, who writes to it."""

    platform: BotPlatform
    wadul: Wadul
    officer: Officer
    heard: int = 0
    said: int = 10

    async def brings(self, kind: str = "message", *, number: int = 0, **fields: Any) -> None:
        """A message of Budi's, or a new version of message ``number``, and whatever the clerk says to it."""
        self.said += 1
        self.platform.bring(update(self.said, **{kind: message(number or self.said, **fields)}))
        await self.settles()

    async def presses(self, value: str) -> None:
        """Press a button under the last message that has one of that value."""
        self.said += 1
        asked = [one for one in self.platform.asked if one.method == "sendMessage"]
        place, shown = max((n, one) for n, one in enumerate(asked) if f'"{value}"' in json.dumps(one.values))
        under = {"message_id": 501 + place, "chat": PRIVATE, "date": AT, "reply_markup": shown.values["reply_markup"]}
        self.platform.bring(pressed(value, f"p{self.said}", self.said, message=under))
        await self.settles()

    def number(self, heard: list[str]) -> str:
        """The ticket's number in the one thing that was heard."""
        (said,) = heard
        found = re.search(r"BLT-26-[0-9]{6}", said)
        assert found, said
        return found[0]

    async def settles(self) -> None:
        """Wait until the program has taken every update and sent everything it had to say."""
        await until(lambda: not self.platform.waiting, "the program confirms what it has taken")
        await until(self._all_sent, "the outbox is empty")

    async def hears(self) -> list[str]:
        """What came since the last time this was asked."""
        said = [str(one["text"]) for one in self.platform.calls("sendMessage")]
        new, self.heard = said[self.heard :], len(said)
        return new

    async def _all_sent(self) -> bool:
        async with self.wadul.database.reading():
            return not await Delivery.filter(state__in=["queued", "sending"]).exists()


@asynccontextmanager
async def open_chat(platform: BotPlatform, folder: Path, database: str) -> AsyncIterator[Chat]:
    """The program with Blitar's bot alone, until the block ends."""
    clock = Clock()
    settings = Settings(public_url="http://wadul.example.test", listen="127.0.0.1:0", data=folder, database=database)
    offices: Offices = doors(shipped(), DOOR)
    entries = {DOOR: {"token": TOKEN, "base_url": platform.url}}
    async with AsyncExitStack() as stack:
        wadul = await stack.enter_async_context(built(settings, offices, now=clock, entries=entries))
        wadul.officers._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        if not await Row.all().exists():
            office = offices.office("blitar")
            await wadul.officers.add(office, "petugas", "Ratna Dewi", ["petugas"], PASSWORD, now=clock())
        port = await stack.enter_async_context(running(wadul))
        browser = Browser(f"http://127.0.0.1:{port}")
        stack.push_async_callback(browser.close)
        yield Chat(platform, wadul, Officer("petugas", browser), heard=len(platform.calls("sendMessage")))


@pytest.fixture
async def platform() -> AsyncIterator[BotPlatform]:
    async with BotPlatform() as platform:
        yield platform


@pytest.fixture
async def chat(platform: BotPlatform, engine: str, tmp_path: Path) -> AsyncIterator[Chat]:
    async with open_chat(platform, tmp_path / "data", engine) as chat:
        yield chat


async def test_a_complaint_with_a_photo_and_a_correction(chat: Chat) -> None:
    """Start, an album, a place, a corrected word: one acknowledgement; officers see both versions and every photo."""
    await chat.brings(text="/start")
    assert "Silakan tulis" in (await chat.hears())[0]
    await chat.brings(caption="Lampu mati di pasar Legi", photo=PHOTO, media_group_id="1")
    await chat.brings(photo=PHOTO, media_group_id="1")
    await chat.brings(location={"latitude": -8.0954, "longitude": 112.1609})
    number = chat.number(await chat.hears())
    corrected = {"caption": "Lampu mati di pasar Pon", "photo": PHOTO, "edit_date": AT + 30}
    await chat.brings("edited_message", number=chat.said - 2, **corrected)
    assert await chat.hears() == []
    page = await chat.officer.reads(number)
    page.shows("Lampu mati di pasar Legi", "Lampu mati di pasar Pon", "disunting warga")
    chat.platform.results["getFile"] = {"file_id": "besar", "file_unique_id": "b", "file_path": "foto/1.jpg"}
    chat.platform.files["foto/1.jpg"] = b"\xff\xd8\xff\xe0foto"
    await chat.wadul.deliverer.drain()
    photos = await Attachment.all()
    assert [(one.name[:5], one.state, one.size_bytes) for one in photos] == [("foto-", "stored", 8)] * 3


@BOTH_ENGINES
async def test_an_answer_and_the_buttons_below_it(chat: Chat) -> None:
    """The office answers, the citizen presses that it is settled, and gives four marks; each press is acknowledged."""
    await chat.brings(text="Petugas loket meminta uang di luar tarif resmi")
    number = chat.number(await chat.hears())
    await chat.officer.does("Jawab langsung", number, {"Isi jawaban kepada pengadu": "Petugas itu sudah kami tegur."})
    await chat.settles()
    (answer,) = await chat.hears()
    assert "sudah kami tegur" in answer
    await chat.presses("SELESAI")
    (ended,) = await chat.hears()
    assert "nilai" in ended
    await chat.presses("4")
    assert "nilai 4" in (await chat.hears())[0]
    (await chat.officer.reads(number)).shows("4 / 5", "Aduan selesai")
    assert len(chat.platform.calls("answerCallbackQuery")) == 2


@BOTH_ENGINES
async def test_ten_citizens_at_once(chat: Chat) -> None:
    """Ten people write in the same moment: ten complaints, and each hears of their own."""
    citizens = {number: {"id": number, "first_name": f"Warga {number}"} for number in range(70_001, 70_011)}
    chat.platform.bring(
        *(
            update(n, message=written(f"Got mampet di RT {n}", n, chat=one | {"type": "private"}))
            for n, one in enumerate(citizens.values(), chat.said)
        )
    )
    await chat.settles()
    heard = {int(one["chat_id"]): chat.number([str(one["text"])]) for one in chat.platform.calls("sendMessage")}
    assert heard.keys() == citizens.keys()
    assert len(set(heard.values())) == 10
    assert await Ticket.all().count() == 10


async def test_a_group_is_invited_once(platform: BotPlatform, sqlite_url: str, tmp_path: Path) -> None:
    """Whatever a group says, and however often the program starts anew, it is invited once and nothing else is kept."""
    async with open_chat(platform, tmp_path / "data", sqlite_url) as chat:
        platform.bring(changed("member", GROUP, before="left"))
        await chat.settles()
        await chat.brings(text="Jalan rusak @wadul_bot", chat=GROUP)
        (invitation,) = await chat.hears()
    async with open_chat(platform, tmp_path / "data", sqlite_url) as chat:
        chat.said = 20
        await chat.brings(text="Setuju", chat=GROUP)
        assert await chat.hears() == []
        assert (await Ticket.all().count(), await Message.filter(direction="in").count()) == (0, 1)
    assert "percakapan pribadi" in invitation
    assert platform.calls("sendMessage")[0]["chat_id"] == str(GROUP["id"])


async def test_who_blocks_the_bot_is_reached_another_way(chat: Chat) -> None:
    """Officers are told that an answer did not arrive; who writes again can be reached again."""
    await chat.brings(text="Petugas loket meminta uang di luar tarif resmi")
    number = chat.number(await chat.hears())
    chat.platform.refuse("sendMessage", 403, "Forbidden: bot was blocked by the user")
    await chat.officer.does("Jawab langsung", number, {"Isi jawaban kepada pengadu": "Petugas itu sudah kami tegur."})
    await chat.settles()
    (await chat.officer.reads(number)).shows("memblokir")
    assert (await Address.get()).dead_at
    await chat.brings(text="Maaf, tadi saya blokir. Bagaimana aduan saya?")
    assert (await Address.get()).dead_at is None
