"""The demo's Telegram speaks as Telegram's own description of its API says, to a client that is none of ours."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto, Update
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.demo import story
from bot.demo.chats import Chats
from bot.demo.news import News
from bot.demo.telegram import TelegramStandIn
from channels.base import Attachment
from tests.bot.demo import bot_api

NOW = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
BOT = "kota-telegram"
PEOPLE = story.told().citizens
CITIZEN = PEOPLE[0]
PHOTO = Attachment("foto.jpg", "image/jpeg", b"\xff\xd8\xff\xe0foto", size_bytes=8)
PAPER = Attachment("surat.pdf", "application/pdf", b"%PDF-1.7", size_bytes=8)


def phones(folder: Path) -> Chats:
    return Chats(folder, [person.id for person in PEOPLE], News(), lambda: NOW)


@pytest.fixture
def chats(tmp_path: Path) -> Chats:
    return phones(tmp_path)


@pytest.fixture
async def telegram(chats: Chats) -> AsyncIterator[TelegramStandIn]:
    async with TelegramStandIn({BOT: "Aduan Kota"}, PEOPLE, chats, lambda: NOW) as telegram:
        yield telegram


def client(telegram: TelegramStandIn, token: str = "") -> Bot:
    given = telegram.entry(BOT)
    base = given["base_url"]
    return Bot(token or given["token"], base_url=f"{base}/bot", base_file_url=f"{base}/file/bot")


@pytest.fixture
async def bot(telegram: TelegramStandIn) -> AsyncIterator[Bot]:
    async with client(telegram) as bot:
        yield bot


async def asked(telegram: TelegramStandIn, method: str, **values: Any) -> dict[str, Any]:
    """Call a method with JSON, as it stands on the line."""
    given = telegram.entry(BOT)
    async with ClientSession() as session:
        answer = await session.post(f"{given['base_url']}/bot{given['token']}/{method}", json=values)
        found: dict[str, Any] = await answer.json()
        return found


async def test_everything_it_says_is_shaped_as_described(telegram: TelegramStandIn, chats: Chats) -> None:
    """Updates and results of every kind hold against the description, field by field."""
    (first,) = await telegram.says("1", BOT, "/start")
    chat = CITIZEN.telegram
    keys = {
        "inline_keyboard": [[{"text": "Ya", "callback_data": "SELESAI"}, {"text": "Belum", "callback_data": "BELUM"}]]
    }
    sent = await asked(telegram, "sendMessage", chat_id=chat, text="Halo", reply_markup=keys,
                       reply_parameters={"message_id": first.id})  # fmt: skip
    for files in ([PHOTO], [PAPER], [PHOTO, PHOTO], [Attachment("a.ogg", "audio/ogg", b"Ogg")],
                  [Attachment("a.mp4", "video/mp4", b"mp4")]):  # fmt: skip
        await telegram.says("1", BOT, "Ini buktinya", files=files, answers=first.id)
    await telegram.says("1", BOT, place=(-8.0983, 112.1681))
    await telegram.edits(first.id, "Jalan rusak")
    await telegram.presses(sent["result"]["message_id"], "SELESAI")
    await telegram.blocks("1", BOT)
    updates = await asked(telegram, "getUpdates", timeout=0)
    kinds = {kind for one in updates["result"] for kind in one if kind != "update_id"}
    assert kinds == {"message", "edited_message", "callback_query", "my_chat_member"}
    assert bot_api.faults(updates["result"], ["Array of Update"]) == []
    for method, result in {
        "getMe": (await asked(telegram, "getMe"))["result"],
        "getWebhookInfo": (await asked(telegram, "getWebhookInfo"))["result"],
        "sendMessage": sent["result"],
        "getFile": (await asked(telegram, "getFile", file_id=f"F{chats.lines('1')[2].id}-0"))["result"],
    }.items():
        assert bot_api.faults(result, bot_api.description()["methods"][method]["returns"]) == []


def test_it_answers_only_what_the_description_knows(telegram: TelegramStandIn) -> None:
    """Every method of the stand-in is one of the API's."""
    assert set(telegram._methods()) <= {name.lower() for name in bot_api.description()["methods"]}


async def test_a_poll_waits_and_an_offset_confirms(telegram: TelegramStandIn, bot: Bot, chats: Chats) -> None:
    """An update comes while the bot waits, comes again until it is confirmed, and gets its second tick then."""
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    await asyncio.sleep(0)
    (line,) = await telegram.says("1", BOT, "Ada lubang di jalan")
    (update,) = await poll
    assert (update.message.text, update.message.chat.id) == ("Ada lubang di jalan", CITIZEN.telegram)  # type: ignore[union-attr]
    (again,) = await bot.get_updates()
    assert again.update_id == update.update_id
    assert chats.line(line.id).state == "sent"  # type: ignore[union-attr]
    assert await bot.get_updates(offset=update.update_id + 1) == ()
    assert chats.line(line.id).state == "delivered"  # type: ignore[union-attr]


async def test_only_what_was_asked_for_comes(telegram: TelegramStandIn, bot: Bot) -> None:
    """allowed_updates and limit are kept to."""
    (line,) = await telegram.says("1", BOT, "Satu")
    await telegram.says("1", BOT, "Dua")
    await telegram.edits(line.id, "Satu setengah")
    assert [one.edited_message.text for one in await bot.get_updates(allowed_updates=[Update.EDITED_MESSAGE])] == [  # type: ignore[union-attr]
        "Satu setengah"
    ]
    assert len(await bot.get_updates(limit=1)) == 1


async def test_what_the_bot_sends_lies_on_the_phone(telegram: TelegramStandIn, bot: Bot, chats: Chats) -> None:
    """Text with buttons, a photo, a paper and an album, as multipart; a file that a citizen sent is downloaded."""
    (line,) = await telegram.says("1", BOT, "Jalan rusak", files=[PHOTO])
    rows = InlineKeyboardMarkup([[InlineKeyboardButton("Sudah selesai", callback_data="SELESAI")]])
    await bot.send_message(CITIZEN.telegram, "Sudah dikerjakan?", reply_markup=rows, reply_to_message_id=line.id)
    await bot.send_photo(CITIZEN.telegram, b"\xff\xd8\xff\xe0jalan", caption="Sesudah", filename="sesudah.jpg")
    await bot.send_document(CITIZEN.telegram, b"%PDF-1.7 surat", filename="surat.pdf")
    await bot.send_media_group(
        CITIZEN.telegram, [InputMediaPhoto(b"\xff\xd8\xff\xe01"), InputMediaPhoto(b"\xff\xd8\xff\xe02")]
    )
    shown = chats.lines("1", BOT)
    assert [one.sent for one in shown] == [True, False, False, False, False, False]
    assert (shown[1].buttons, shown[1].answers) == (((("Sudah selesai", "SELESAI"),),), line.id)
    assert [chats.content(one.id, 0) for one in shown[2:4]] == [b"\xff\xd8\xff\xe0jalan", b"%PDF-1.7 surat"]
    assert shown[4].group == shown[5].group != ""
    (update,) = await bot.get_updates()
    file = await update.message.photo[-1].get_file()  # type: ignore[union-attr]
    assert bytes(await file.download_as_bytearray()) == PHOTO.content


async def test_a_pressed_button_is_answered_once_and_taken_away(telegram: TelegramStandIn, bot: Bot) -> None:
    """The query names the message; it is answered once; the buttons go when the bot takes them."""
    await telegram.says("1", BOT, "Halo")
    rows = InlineKeyboardMarkup([[InlineKeyboardButton("Belum", callback_data="BELUM")]])
    sent = await bot.send_message(CITIZEN.telegram, "Sudah?", reply_markup=rows)
    await telegram.presses(sent.message_id, "BELUM")
    query = (await bot.get_updates())[-1].callback_query
    assert query is not None
    assert (query.data, query.message.message_id) == ("BELUM", sent.message_id)  # type: ignore[union-attr]
    assert await bot.answer_callback_query(query.id)
    with pytest.raises(BadRequest, match="too old"):
        await bot.answer_callback_query(query.id)
    bare = await bot.edit_message_reply_markup(CITIZEN.telegram, sent.message_id)
    assert bare.reply_markup is None  # type: ignore[union-attr]
    with pytest.raises(BadRequest, match="not modified"):
        await bot.edit_message_reply_markup(CITIZEN.telegram, sent.message_id)
    with pytest.raises(KeyError):
        await telegram.presses(sent.message_id, "BELUM")


async def test_whom_the_bot_may_not_write_to(telegram: TelegramStandIn, bot: Bot) -> None:
    """Nobody who never spoke to it, nobody unknown, nobody who blocked it."""
    for chat in (CITIZEN.telegram, 4711):
        with pytest.raises(BadRequest, match=r"[Cc]hat not found"):
            await bot.send_message(chat, "Halo")
    await telegram.says("1", BOT, "Halo")
    await telegram.blocks("1", BOT)
    with pytest.raises(Forbidden, match="blocked by the user"):
        await bot.send_message(CITIZEN.telegram, "Halo")
    await telegram.blocks("1", BOT, blocked=False)
    assert await bot.send_message(CITIZEN.telegram, "Halo lagi")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"text": " "}, "text is empty"),
        ({"text": "a" * 4097}, "too long"),
        (
            {"text": "a", "reply_markup": {"inline_keyboard": [[{"text": "Ya", "callback_data": "a" * 65}]]}},
            "BUTTON_DATA",
        ),
        ({"text": "a", "reply_markup": "{"}, "can't parse"),
        ({"text": "a", "reply_parameters": {"message_id": 999}}, "replied not found"),
        ({"text": "a", "chat_id": "siapa"}, "must be an integer"),
    ],
)
async def test_what_telegram_would_refuse_is_refused(
    telegram: TelegramStandIn, values: dict[str, Any], said: str
) -> None:
    """Limits and mistakes are answered with 400 and the API's words."""
    await telegram.says("1", BOT, "Halo")
    answer = await asked(telegram, "sendMessage", **{"chat_id": CITIZEN.telegram} | values)
    assert (answer["ok"], answer["error_code"]) == (False, 400)
    assert said in answer["description"]


async def test_trouble_can_be_ordered(telegram: TelegramStandIn, bot: Bot) -> None:
    """A busy platform says how long to wait; a failing one fails once."""
    await telegram.says("1", BOT, "Halo")
    telegram.refuse_next(429, "Too Many Requests: retry after 7", after=7)
    with pytest.raises(RetryAfter) as busy:
        await bot.send_message(CITIZEN.telegram, "Halo")
    assert "7 seconds" in busy.value.message
    telegram.refuse_next(500, "Internal Server Error")
    with pytest.raises(TelegramError):
        await bot.send_message(CITIZEN.telegram, "Halo")
    assert await bot.send_message(CITIZEN.telegram, "Halo")


async def test_strangers_are_turned_away(telegram: TelegramStandIn, bot: Bot) -> None:
    """A wrong token, an unknown method, and a second poller beside the first."""
    async with ClientSession() as session:
        answer = await session.get(f"{telegram.url}/bot1:salah/getMe")
        assert (answer.status, await answer.json()) == (
            401, {"ok": False, "error_code": 401, "description": "Unauthorized"}
        )  # fmt: skip
    with pytest.raises(InvalidToken):
        await client(telegram, "1:salah").initialize()
    assert (await asked(telegram, "banSomebody"))["error_code"] == 404
    first = asyncio.create_task(bot.get_updates(timeout=20))
    await asyncio.sleep(0.05)
    await asked(telegram, "getUpdates", timeout=0)
    with pytest.raises(Conflict):
        await first


async def test_everything_outlives_the_demo(telegram: TelegramStandIn, bot: Bot, chats: Chats, tmp_path: Path) -> None:
    """Started again, the phone shows the same and the bot hears again what it has not confirmed."""
    (line,) = await telegram.says("1", BOT, "Ada lubang", files=[PHOTO])
    await bot.send_message(CITIZEN.telegram, "Kami terima")
    await telegram.edits(line.id, "Ada lubang besar")
    before = [one.to_dict() for one in await bot.get_updates()]
    again = phones(tmp_path)
    assert again.lines() == chats.lines()
    assert again.content(line.id, 0) == PHOTO.content
    async with TelegramStandIn({BOT: "Aduan Kota"}, PEOPLE, again, lambda: NOW) as later, client(later) as bot:
        assert [one.to_dict() for one in await bot.get_updates()] == before
        (new,) = await later.says("1", BOT, "Masih ada")
        assert new.id > max(one.id for one in chats.lines())
