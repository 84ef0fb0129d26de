"""The whole program behind a Telegram bot: an officer links the chat, is told of a disposition there, and opens it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from inbox.models import Citizen, Conversation, OfficerLine, Ticket
from tests.channels.bot_platform import BotPlatform
from tests.channels.updates import update, written
from tests.journeys.browsing import Browser, words
from tests.journeys.officers import NAMES, PASSWORD, Officer
from tests.journeys.sop10 import DISPOSITION
from tests.journeys.test_telegram import BOTH_ENGINES, Chat, open_chat
from tests.journeys.waiting import until

BAMBANG = 70_077
COMPLAINT = "Bangunan ruko di Jalan Merdeka berdiri tanpa izin"


@pytest.fixture
async def chat(engine: str, tmp_path: Path) -> AsyncIterator[Chat]:
    """Blitar's bot, with an officer for every role of SOP 10."""
    async with BotPlatform() as platform, open_chat(platform, tmp_path / "data", engine) as chat:
        office = chat.wadul.offices.office("blitar")
        for role in ("kasi", "kabid", "sekretaris", "kepala-dinas"):
            await chat.wadul.officers.add(office, role, NAMES[role], [role], PASSWORD, now=chat.wadul.reach._now())
        yield chat


def officer(chat: Chat, role: str) -> Officer:
    """Somebody at the desk, with a browser of their own."""
    return Officer(role, Browser(f"http://127.0.0.1:{chat.officer.browser.port}"))


async def writes(chat: Chat, text: str) -> None:
    """Bambang's own Telegram, to the office's bot."""
    chat.said += 1
    who = {"id": BAMBANG, "type": "private", "first_name": "Bambang"}
    sender = {"id": BAMBANG, "is_bot": False, "first_name": "Bambang"}
    chat.platform.bring(update(chat.said, message=written(text, chat.said, chat=who, **{"from": sender})))
    await chat.settles()


def heard(chat: Chat) -> list[str]:
    """Everything that Bambang's Telegram was told."""
    return [str(one["text"]) for one in chat.platform.calls("sendMessage") if str(one["chat_id"]) == str(BAMBANG)]


@BOTH_ENGINES
async def test_a_disposition_reaches_the_officers_own_telegram(chat: Chat) -> None:
    """Linked by a code, without a complaint; told within a minute, number and kind; the link leads to the sheet."""
    bambang, hadi = officer(chat, "kasi"), officer(chat, "kepala-dinas")
    page = await bambang.opens("/meja/saya")
    page = await bambang.browser.presses(page, "Telegram")
    code = re.search(r"PETUGAS [A-Z2-9]{8}", page.text)
    assert code, page.text
    await writes(chat, code[0])
    await until(lambda: len(heard(chat)) == 1, "the officer's chat is answered")
    assert "Tersambung" in heard(chat)[0]
    assert not await Ticket.exists()
    assert not await Citizen.exists()
    (await bambang.opens("/meja/saya")).shows("Kirim percobaan")

    await chat.brings(text=COMPLAINT)
    (number,) = [str(one) for one in await Ticket.all().values_list("number", flat=True)]
    await chat.officer.does("Naikkan ke Kepala Dinas", number)
    await hadi.does("Beri disposisi", number, DISPOSITION)
    clock = chat.wadul.reach._now
    clock.passes(minutes=1)  # type: ignore[attr-defined]
    await chat.wadul.clock.tick(clock())
    await until(lambda: len(heard(chat)) == 2, "the officer is told")
    told = heard(chat)[1]
    assert f"{number} · Disposisi untuk Anda (Segera)." in told
    assert "ruko" not in told
    assert "Budi" not in told

    link = re.search(r"http://wadul\.example\.test(/meja/kabar/\d+)", told)
    assert link, told
    phone = officer(chat, "kasi")
    page = await phone.signs_in(then=link[1])
    assert page.url.path == f"/meja/{number}"
    (sheet,) = page.all("//*[has('sheet') and starts-with(@id, 'disposisi-')]")
    assert "Kaji dan laporkan hasilnya" in words(sheet)

    await writes(chat, "Siap, segera saya kaji")
    await until(lambda: len(heard(chat)) == 3, "the officer is told where to work")
    assert await Ticket.all().count() == 1
    assert await Conversation.all().count() == 1
    await writes(chat, "LEPAS")
    await until(lambda: len(heard(chat)) == 4, "the officer is let go")
    assert not await OfficerLine.exists()
    for one in (bambang, hadi, phone):
        await one.leaves()
