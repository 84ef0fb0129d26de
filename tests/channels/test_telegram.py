"""The Telegram door against a Bot API: every update once, whatever happens to the line, and answers that arrive."""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import aiohttp
import pytest

import channels
from bot import examining
from bot.demo import story
from bot.demo.chats import Chats
from bot.demo.news import News
from bot.demo.telegram import TelegramStandIn
from channels.base import (
    Attachment,
    Channel,
    Choice,
    Kind,
    Outbound,
    State,
    Unauthorised,
    Undelivered,
    Unheard,
    Unsure,
)
from templates import sentence
from tests.channels.bot_platform import TOKEN, BotPlatform
from tests.channels.contract import NOW, SECRET, DoorContract
from tests.channels.recording import RecordingDesk
from tests.channels.updates import AT, CHAT, GROUP, changed, pressed, said, update, written

# The library warns of its own attribute, which it reads itself.
pytestmark = pytest.mark.filterwarnings("ignore:Deprecated since version v22.2")
_AT_ONCE = 5  # seconds: less than a call waits for news by itself, far more than a busy machine needs
CLOSED = {"base_url": "http://127.0.0.1:9"}
JPEG = Attachment("foto.jpg", "image/jpeg", b"\xff\xd8\xff\xe0foto", size_bytes=8)
PAPER = Attachment("surat jawaban.pdf", "application/pdf", b"%PDF-1.7", size_bytes=8)


class TestContract(DoorContract):
    """What every door promises."""

    kind = "telegram"
    entry: ClassVar[Mapping[str, Any]] = {"token": TOKEN}
    samples = (
        said("Lampu mati"),
        pressed("SELESAI"),
        update(9, edited_message=written("Lampu", edit_date=AT + 60)),
    )
    secrets = (TOKEN, TOKEN.partition(":")[2], SECRET.decode())
    unreachable = CLOSED
    recipient = str(CHAT)


@pytest.fixture
async def platform() -> AsyncIterator[BotPlatform]:
    async with BotPlatform() as platform:
        yield platform


Open = Callable[..., Channel]


@pytest.fixture
async def opened(platform: BotPlatform) -> AsyncIterator[Open]:
    """Makes the door of the platform's bot, with other settings where a test wants them."""
    made: list[Channel] = []

    def make(*, now: Callable[[], datetime] = lambda: NOW, **more: Any) -> Channel:
        entry = {"kind": "telegram", "token": TOKEN, "base_url": platform.url, "poll_seconds": 50, **more}
        made.append(channels.load("blitar-telegram", entry, secret=SECRET, now=now))
        return made[-1]

    yield make
    for door in made:
        await door.close()


@asynccontextmanager
async def listening(door: Channel, desk: RecordingDesk) -> AsyncIterator[asyncio.Task[None]]:
    """The door at work until the block ends."""
    task = asyncio.create_task(door.listen(desk))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait({task})


async def fails(door: Channel, desk: RecordingDesk) -> Exception:
    """What listening ends with."""
    with pytest.raises(Exception) as raised:
        async with asyncio.timeout(20):
            await door.listen(desk)
    return raised.value


def answer(text: str = "Aduan diterima.", **more: Any) -> Outbound:
    """A message to Budi."""
    return Outbound(key="k1", recipient=str(CHAT), text=text, **more)


# Coming in


async def test_a_message_is_brought_at_once(platform: BotPlatform, opened: Open) -> None:
    """A waiting call ends with the first news; what arrived is kept to the byte."""
    desk = RecordingDesk()
    async with listening(opened(), desk):
        platform.bring(said("Lampu mati"))
        await desk.until(lambda: desk.texts == ["Lampu mati"], 5)
    assert next(iter(desk.messages.values())).raw == said("Lampu mati")


async def test_the_platform_forgets_only_what_is_stored(platform: BotPlatform, opened: Open) -> None:
    """While nothing can be stored nothing is confirmed, and the same update comes again."""
    platform.bring(said("Lampu mati"))
    desk = RecordingDesk(broken=True)
    assert isinstance(await fails(opened(), desk), RuntimeError)
    assert [one.get("offset") for one in platform.calls("getUpdates")] == [None]
    desk.broken = False
    async with listening(opened(), desk):
        await desk.until(lambda: desk.texts == ["Lampu mati"])
        await until(lambda: not platform.waiting)
    assert platform.calls("getUpdates")[-1]["offset"] == "6"


async def test_a_new_start_goes_on_where_the_last_one_ended(platform: BotPlatform, opened: Open) -> None:
    """The place lies with the desk: a program that is started anew asks for what is new."""
    desk = RecordingDesk()
    platform.bring(said("Satu", 5))
    async with listening(opened(), desk):
        await desk.until(lambda: len(desk.messages) == 1)
    platform.bring(said("Dua", 6))
    async with listening(opened(), desk):
        await desk.until(lambda: desk.texts == ["Satu", "Dua"])
    assert desk.repeated == 0


async def test_after_a_week_of_silence_every_number_is_welcome(platform: BotPlatform, opened: Open) -> None:
    """The platform may begin anew below our place then: it is asked for all it has."""
    desk = RecordingDesk()
    await desk.accept(progress={"offset": 900, "at": (NOW - timedelta(days=7)).isoformat()})
    platform.bring(said("Lampu mati", 5))
    async with listening(opened(), desk):
        await desk.until(lambda: desk.texts == ["Lampu mati"])
        await until(lambda: not platform.waiting)
    assert [one.get("offset") for one in platform.calls("getUpdates")][:2] == [None, "6"]


async def test_what_waits_together_is_stored_together(platform: BotPlatform, opened: Open) -> None:
    """After an outage messages come in commits of fifty, in their order."""
    desk = RecordingDesk()
    platform.bring(*(said(f"Aduan {n}", n) for n in range(1, 121)))
    async with listening(opened(), desk):
        await desk.until(lambda: len(desk.messages) == 120)
    assert (desk.commits, desk.texts) == ([50, 50, 20], [f"Aduan {n}" for n in range(1, 121)])


async def test_what_cannot_be_read_costs_no_other_message(platform: BotPlatform, opened: Open) -> None:
    """One update that makes no sense is kept for a person; those around it are taken."""
    desk = RecordingDesk()
    broken = update(6, message={"chat": "?"})
    platform.bring(said("Satu", 5), broken, said("Dua", 7))
    async with listening(opened(), desk):
        await desk.until(lambda: desk.texts == ["Satu", "Dua"])
        await until(lambda: not platform.waiting)
    assert desk.aside == [(broken, "telegram-unreadable")]


async def test_a_press_is_acknowledged_once_it_is_stored(platform: BotPlatform, opened: Open) -> None:
    """The button stops waiting after the commit; the press counts as of now."""
    platform.bring(pressed("SELESAI", number=6))
    desk = RecordingDesk(broken=True)
    await fails(opened(), desk)
    assert platform.calls("answerCallbackQuery") == []
    desk.broken = False
    async with listening(opened(), desk):
        await until(lambda: bool(platform.calls("answerCallbackQuery")))
    assert platform.calls("answerCallbackQuery") == [{"callback_query_id": "777"}]
    assert [(one.choice, one.sent_at) for one in desk.messages.values()] == [("SELESAI", NOW)]


async def test_a_press_too_old_to_acknowledge_counts(platform: BotPlatform, opened: Open) -> None:
    """The platform no longer wants to hear of an old press; the line goes on."""
    platform.refuse("answerCallbackQuery", 400, "Bad Request: query is too old and response timeout expired")
    platform.bring(pressed("SELESAI", number=6), said("Terima kasih", 7))
    desk = RecordingDesk()
    async with listening(opened(), desk):
        await desk.until(lambda: len(desk.messages) == 2)
        await until(lambda: not platform.waiting)


async def test_who_blocks_us_is_reported(platform: BotPlatform, opened: Open) -> None:
    """A citizen who stops the bot is known to be gone before anything is sent."""
    platform.bring(changed("kicked"))
    desk = RecordingDesk()
    async with listening(opened(), desk):
        await desk.until(lambda: bool(desk.reports))
    assert (desk.reports[0].state, desk.reports[0].recipient) == (State.DEAD_ADDRESS, str(CHAT))


async def test_a_group_is_heard_once(platform: BotPlatform, opened: Open) -> None:
    """However many talk in a group, the desk is given one message to answer."""
    desk = RecordingDesk()
    platform.bring(*(update(n, message=written(f"Pesan {n}", n, chat=GROUP)) for n in range(1, 9)))
    async with listening(opened(), desk):
        await until(lambda: bool(desk.commits))
    assert [one.public for one in desk.messages.values()] == [True]


async def test_the_platform_may_ask_us_to_wait(platform: BotPlatform, opened: Open) -> None:
    """After 429 the next call comes when the platform wants it, and nothing is lost."""
    platform.refuse("getUpdates", 429, "Too Many Requests: retry after 1", retry_after=1)
    platform.bring(said("Lampu mati"))
    desk, began = RecordingDesk(), time.monotonic()
    async with listening(opened(), desk):
        await desk.until(lambda: desk.texts == ["Lampu mati"])
    assert time.monotonic() - began >= 1


@pytest.mark.parametrize(
    ("code", "description", "reason"),
    [
        (409, "Conflict: terminated by other getUpdates request", "telegram-two-readers"),
        (409, "Conflict: can't use getUpdates method while webhook is active", "telegram-webhook"),
        (502, "Bad Gateway", "server-unreachable"),
        (400, "Bad Request: whatever", "server-unreachable"),
    ],
)
async def test_why_it_cannot_listen(
    platform: BotPlatform, opened: Open, code: int, description: str, reason: str
) -> None:
    """The health page says what is the matter, in a sentence."""
    platform.refuse("getUpdates", code, description)
    error = await fails(opened(), RecordingDesk())
    assert isinstance(error, Unheard)
    assert error.reason == reason
    assert sentence(reason) != reason


async def test_a_refused_token_waits_for_a_person(platform: BotPlatform, opened: Open) -> None:
    """A token that was revoked is no bad line; a proxy that cannot find us is no revoked token."""
    platform.refuse("getUpdates", 401, "Unauthorized")
    assert isinstance(await fails(opened(), RecordingDesk()), Unauthorised)
    platform.interfere("getUpdates", 404, "<html>Not here</html>")
    assert isinstance(await fails(opened(), RecordingDesk()), Unheard)


@pytest.mark.parametrize(
    "page", ["<html>Welcome to our wifi</html>", '{"ok":true,"result":{}}', '{"ok":true,"result":[{}]}']
)
async def test_an_answer_that_is_none(platform: BotPlatform, opened: Open, page: str) -> None:
    """What is no answer of the platform's moves nothing."""
    platform.interfere("getUpdates", 200, page)
    desk = RecordingDesk()
    assert isinstance(await fails(opened(), desk), Unheard)
    assert desk.commits == []


async def test_it_stops_at_once(platform: BotPlatform, opened: Open) -> None:
    """A call that waits for news does not hold up the end of the program."""
    async with listening(opened(), RecordingDesk()) as task:
        await until(lambda: bool(platform.asked))
        task.cancel()
        await asyncio.wait({task}, timeout=_AT_ONCE)
        assert task.done()


async def test_only_what_is_read_is_asked_for(platform: BotPlatform, opened: Open) -> None:
    """Channels, businesses and the rest stay with the platform."""
    async with listening(opened(), RecordingDesk()):
        await until(lambda: bool(platform.asked))
    asked = platform.calls("getUpdates")[0]
    assert asked["allowed_updates"] == [
        "message",
        "edited_message",
        "callback_query",
        "message_reaction",
        "my_chat_member",
    ]
    assert (asked["timeout"], asked["limit"]) == ("50", "50")


# Going out


async def test_an_answer_is_plain_text_with_buttons(platform: BotPlatform, opened: Open) -> None:
    """No marks are read into the words, no page is previewed, choices are buttons, the thread is kept."""
    choices = (Choice("SELESAI", "Sudah"), Choice("BELUM", "Belum"))
    answers = ("callback:9", f"{CHAT + 1}:3", f"{CHAT}:11:e1795", f"{CHAT}:10")
    receipt = await opened().send(answer("*Aduan* <b>1</b> https://contoh.id", choices=choices, answers=answers))
    (sent,) = platform.calls("sendMessage")
    assert (sent["text"], sent["chat_id"], "parse_mode" in sent) == (
        "*Aduan* <b>1</b> https://contoh.id",
        str(CHAT),
        False,
    )
    assert sent["link_preview_options"] == {"is_disabled": True}
    assert sent["reply_parameters"] == {"message_id": 11, "allow_sending_without_reply": True}
    buttons = sent["reply_markup"]["inline_keyboard"]
    assert [[(one["text"], one["callback_data"]) for one in row] for row in buttons] == [
        [("Sudah", "SELESAI"), ("Belum", "BELUM")]
    ]
    assert receipt.external_id == f"{CHAT}:501"


PLANS: list[tuple[str, Outbound, list[str]]] = [
    ("a photo with its text", answer(files=(JPEG,)), ["sendPhoto Aduan diterima."]),
    ("a paper with its text", answer(files=(PAPER,)), ["sendDocument Aduan diterima."]),
    ("a photo with buttons", answer(files=(JPEG,), choices=(Choice("1", "1"),)), ["sendPhoto Aduan diterima."]),
    ("papers", answer(files=(PAPER, PAPER)), ["sendMediaGroup Aduan diterima."]),
    ("papers with buttons", answer(files=(PAPER, PAPER), choices=(Choice("1", "1"),)),
     ["sendMessage Aduan diterima.", "sendMediaGroup "]),
    ("both", answer(files=(PAPER, JPEG)), ["sendMessage Aduan diterima.", "sendPhoto ", "sendDocument "]),
    ("a long text", answer("a" * 1025, files=(JPEG,)), ["sendMessage " + "a" * 1025, "sendPhoto "]),
    ("letters that count twice", answer("😀" * 600, files=(JPEG,)), ["sendMessage " + "😀" * 600, "sendPhoto "]),
    ("eleven papers", answer(files=(PAPER,) * 11), ["sendMessage Aduan diterima.", "sendMediaGroup ", "sendDocument "]),
    ("the longest", answer("a" * 4096), ["sendMessage " + "a" * 4096]),
]  # fmt: skip


@pytest.mark.parametrize(("outbound", "expected"), [row[1:] for row in PLANS], ids=[row[0] for row in PLANS])
async def test_files_go_with_their_words(
    platform: BotPlatform, opened: Open, outbound: Outbound, expected: list[str]
) -> None:
    """One message wherever the platform allows it, else the text first."""
    await opened().send(outbound)
    assert [f"{one.method} {one.values.get('text') or _caption(one.values)}" for one in platform.asked] == expected


def _caption(values: dict[str, Any]) -> str:
    return str(values.get("caption") or values.get("media", [{}])[0].get("caption", ""))


async def test_files_arrive_whole(platform: BotPlatform, opened: Open) -> None:
    """Contents and names are what the officer attached."""
    await opened().send(answer(files=(PAPER, JPEG)))
    assert [one.files for one in platform.asked[1:]] == [
        {"foto.jpg": JPEG.content},
        {"surat jawaban.pdf": PAPER.content},
    ]


async def test_a_photo_that_cannot_be_shown_goes_as_a_file(platform: BotPlatform, opened: Open) -> None:
    """A drawing too wide to be a photo still reaches the citizen."""
    platform.refuse("sendPhoto", 400, "Bad Request: PHOTO_INVALID_DIMENSIONS")
    assert (await opened().send(answer(files=(JPEG,)))).external_id == f"{CHAT}:501"
    assert [one.method for one in platform.asked] == ["sendPhoto", "sendDocument"]


async def test_another_try_goes_on_where_the_last_one_stopped(platform: BotPlatform, opened: Open) -> None:
    """What the platform has taken is not said twice, even where a message takes several calls."""
    door, outbound = opened(), answer(files=(PAPER, JPEG))
    platform.refuse("sendPhoto", 429, "Too Many Requests: retry after 7", retry_after=7)
    with pytest.raises(Undelivered):
        await door.send(outbound)
    assert (await door.send(outbound)).external_id == f"{CHAT}:501"
    assert [one.method for one in platform.asked] == ["sendMessage", "sendPhoto", "sendPhoto", "sendDocument"]
    await door.send(outbound)
    assert [one.method for one in platform.asked][4:] == ["sendMessage", "sendPhoto", "sendDocument"]


REFUSALS: list[tuple[int, str, dict[str, Any], tuple[str, bool]]] = [
    (429, "Too Many Requests: retry after 30", {"retry_after": 30}, ("server-busy", True)),
    (503, "Service Unavailable", {}, ("server-busy", True)),
    (403, "Forbidden: bot was blocked by the user", {}, ("address-blocked", False)),
    (403, "Forbidden: user is deactivated", {}, ("address-blocked", False)),
    (403, "Forbidden: bot was kicked from the supergroup chat", {}, ("address-blocked", False)),
    (400, "Bad Request: not enough rights to send text messages to the chat", {}, ("message-refused", False)),
    (400, "Bad Request: chat not found", {}, ("address-unknown", False)),
    (400, "Bad Request: PEER_ID_INVALID", {}, ("address-unknown", False)),
    (400, "Bad Request: group chat was upgraded", {"migrate_to_chat_id": -100}, ("address-unknown", False)),
    (400, "Bad Request: message text is empty", {}, ("message-refused", False)),
    (400, "Bad Request: message is too long", {}, ("message-too-large", False)),
    (413, "Request Entity Too Large", {}, ("message-too-large", False)),
]


@pytest.mark.parametrize(("code", "description", "parameters", "expected"), REFUSALS)
async def test_every_no_says_what_happens_next(
    platform: BotPlatform,
    opened: Open,
    code: int,
    description: str,
    parameters: dict[str, Any],
    expected: tuple[str, bool],
) -> None:
    """Later, or never, with the platform's own words for the officer."""
    platform.refuse("sendMessage", code, description, **parameters)
    with pytest.raises(Undelivered) as raised:
        await opened().send(answer())
    error = raised.value
    assert (error.reason, error.retry) == expected
    assert sentence(error.reason) != error.reason
    if "retry_after" in parameters:
        assert error.after == timedelta(seconds=30)


@pytest.mark.parametrize("code", [500, 502, 504])
async def test_a_stumble_leaves_it_open(platform: BotPlatform, opened: Open, code: int) -> None:
    """Nobody knows whether a message went before the platform fell over."""
    platform.refuse("sendMessage", code, "Internal Server Error")
    with pytest.raises(Unsure):
        await opened().send(answer())


async def test_a_line_that_breaks_leaves_it_open(platform: BotPlatform, opened: Open) -> None:
    """The message had arrived when the line broke, or not: a person decides."""
    platform.hang_up("sendMessage")
    with pytest.raises(Unsure):
        await opened().send(answer())


async def test_an_answer_nobody_understands_leaves_it_open(platform: BotPlatform, opened: Open) -> None:
    """The platform said yes, but not to what."""
    platform.results["sendMessage"] = {"message": "?"}
    with pytest.raises(Unsure):
        await opened().send(answer())


@pytest.mark.parametrize("code", [302, 403, 404])
async def test_a_page_in_between_is_no_verdict(platform: BotPlatform, opened: Open, code: int) -> None:
    """A proxy's page neither kills an address nor stops the door."""
    platform.interfere("sendMessage", code, "<html>Please log in</html>")
    with pytest.raises(Undelivered) as raised:
        await opened().send(answer())
    assert (raised.value.reason, raised.value.retry) == ("server-unreachable", True)


async def test_a_refused_token_rests_the_door(platform: BotPlatform, opened: Open) -> None:
    """Nothing goes out with a token that was revoked."""
    platform.refuse("sendMessage", 401, "Unauthorized")
    with pytest.raises(Unauthorised):
        await opened().send(answer())


async def test_a_text_too_long_is_refused_here(platform: BotPlatform, opened: Open) -> None:
    """What the platform would cut or refuse is not tried."""
    with pytest.raises(Undelivered, match="message-too-large"):
        await opened().send(answer("a" * 4097))
    assert platform.asked == []


# Files, account, secrets


async def test_a_file_is_fetched(platform: BotPlatform, opened: Open) -> None:
    """Where it lies is asked, then it is taken whole."""
    platform.results["getFile"] = {"file_id": "F1", "file_unique_id": "U", "file_path": "foto/berkas 1.jpg"}
    platform.files["foto/berkas 1.jpg"] = b"x" * 300_000
    file = Attachment("foto.jpg", "image/jpeg", reference="F1")
    assert await opened().fetch(file) == b"x" * 300_000
    assert platform.calls("getFile") == [{"file_id": "F1"}]


@pytest.mark.parametrize(
    ("code", "description", "reason", "retry"),
    [
        (400, "Bad Request: file is too big", "telegram-file-large", False),
        (400, "Bad Request: invalid file_id", "file-gone", False),
        (400, "Bad Request: wrong file_id or the file is temporarily unavailable", "fetch-failed", True),
        (429, "Too Many Requests", "fetch-failed", True),
        (500, "Internal Server Error", "fetch-failed", True),
    ],
)
async def test_a_file_that_does_not_come(
    platform: BotPlatform, opened: Open, code: int, description: str, reason: str, retry: bool
) -> None:
    """Later again, or never, with a reason that the officer can pass on."""
    platform.refuse("getFile", code, description)
    with pytest.raises(Undelivered) as raised:
        await opened().fetch(Attachment("a", "b", reference="F1"))
    assert (raised.value.reason, raised.value.retry) == (reason, retry)
    assert sentence(reason) != reason


async def test_a_file_that_lies_nowhere(platform: BotPlatform, opened: Open) -> None:
    """A place that leads elsewhere, or to nothing, gives no file and gives no token away."""
    door, file = opened(), Attachment("a", "b", reference="F1")
    for path in ("tidak/ada", "../../x", "https://contoh.id/x"):
        platform.results["getFile"] = {"file_id": "F1", "file_unique_id": "U", "file_path": path}
        with pytest.raises(Undelivered) as raised:
            await door.fetch(file)
        assert TOKEN not in str(raised.value)


@pytest.mark.parametrize(
    ("results", "trouble", "codes"),
    [
        ({}, None, []),
        ({}, (401, "Unauthorized"), ["telegram-token-refused"]),
        ({}, (404, "Not Found"), ["telegram-token-refused"]),
        ({}, (500, "Internal Server Error"), ["telegram-unreachable"]),
        ({"getWebhookInfo": {"url": "https://lain.example/rahasia", "has_custom_certificate": False,
                             "pending_update_count": 3}}, None, ["telegram-webhook-elsewhere"]),
        ({"getMe": {"id": 7, "is_bot": True, "first_name": "W", "username": "w_bot",
                    "can_read_all_group_messages": True}}, None, ["telegram-reads-groups"]),
    ],
)  # fmt: skip
async def test_the_account_is_tried_for_real(
    platform: BotPlatform, opened: Open, results: dict[str, Any], trouble: tuple[int, str] | None, codes: list[str]
) -> None:
    """What is wrong with the bot is said in sentences that hold no secret."""
    platform.results |= results
    if trouble:
        platform.refuse("getMe", *trouble)
    faults = await opened().check()
    assert [fault.code for fault in faults] == codes
    for fault in faults:
        words = sentence(fault.code, fault.values)
        assert "?" not in words
        assert "rahasia" not in words


async def test_the_bot_that_people_write_to(platform: BotPlatform, opened: Open) -> None:
    """By its name; where Telegram does not answer nobody waits for it."""
    platform.results |= {"getMe": {"id": 7, "is_bot": True, "first_name": "W", "username": "w_bot"}}
    assert await examining.called(opened()) == "@w_bot"
    platform.refuse("getMe", 401, "Unauthorized")
    assert await examining.called(opened()) == ""


async def test_the_token_is_never_told(platform: BotPlatform, opened: Open, caplog: pytest.LogCaptureFixture) -> None:
    """However much is logged, and whatever fails: no line and no error holds the token or a citizen's words."""
    caplog.set_level(logging.DEBUG)
    door = opened()
    platform.refuse("sendMessage", 400, f"Bad Request: {TOKEN}")
    with pytest.raises(Undelivered) as raised:
        await door.send(answer("Kata warga yang rahasia"))
    platform.interfere("sendMessage", 200, f"<html>{TOKEN}</html>")
    with pytest.raises(Unsure) as unsure:
        await door.send(answer("Kata warga yang rahasia"))
    platform.bring(said("Kata warga yang rahasia"))
    desk = RecordingDesk()
    async with listening(door, desk):
        await desk.until(lambda: bool(desk.messages))
    await opened(base_url="http://127.0.0.1:9").check()
    told = [caplog.text, str(raised.value), str(unsure.value), repr(raised.value)]
    assert not any(TOKEN in one or "Kata warga" in one for one in told)


@pytest.mark.parametrize("token", ["", "7:a/b", "7:a b", "7:a?b", "7:é"])
def test_a_token_leads_nowhere_else(token: str) -> None:
    """A token is letters: what would change the address is a mistake in the office's file, and is not repeated."""
    with pytest.raises(ValueError, match="token") as raised:
        channels.load("x-y", {"kind": "telegram", "token": token}, secret=SECRET, now=lambda: NOW)
    assert not token or token not in str(raised.value)


# Other people's servers

_chats = itertools.count(40_001)


async def test_a_conversation_with_a_server_of_others(telegram_api: str, opened: Open) -> None:
    """telegram-test-api plays Telegram: a citizen writes, is answered with buttons, and presses one."""
    chat, token, now = next(_chats), f"{time.time_ns()}:lain", int(time.time())
    person = {"id": chat, "is_bot": False, "first_name": "Sari", "username": "sari"}
    room = {"id": chat, "type": "private", "first_name": "Sari"}
    door, desk = opened(base_url=telegram_api, token=token, poll_seconds=1), RecordingDesk()

    async def citizen(method: str, **values: Any) -> Any:
        async with aiohttp.ClientSession() as session, session.post(f"{telegram_api}/{method}", json=values) as reply:
            return await reply.json()

    async with listening(door, desk):
        await citizen("sendMessage", botToken=token, **{"from": person}, chat=room, date=now, text="Lampu mati")
        await desk.until(lambda: desk.texts == ["Lampu mati"])
        receipt = await door.send(Outbound("k", str(chat), "Sudah?", choices=(Choice("SELESAI", "Sudah"),)))
        (shown,) = (await citizen("getUpdates", token=token, chatId=chat))["result"]
        assert shown["message"]["text"] == "Sudah?"
        button = shown["message"]["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
        under = {"message_id": shown["messageId"], "chat": room, "date": now}
        await citizen("sendCallback", botToken=token, **{"from": person}, data=button, message=under)
        await desk.until(lambda: len(desk.messages) == 2)
    said, pressed = desk.messages.values()
    assert (said.sender, said.sender_name, pressed.choice) == (str(chat), "Sari", "SELESAI")
    assert pressed.answers == (receipt.external_id,)


async def test_a_conversation_with_the_demos_own(tmp_path: Path) -> None:
    """The demo's Telegram, held to the API's description: album, place, edit, press, answer, block and return."""
    people = story.told().citizens
    chats = Chats(tmp_path, [person.id for person in people], News(), lambda: NOW)
    desk, citizen = RecordingDesk(), people[0]
    async with TelegramStandIn({"kota-telegram": "Aduan Kota"}, people, chats, lambda: NOW) as telegram:
        entry = {"kind": "telegram", "poll_seconds": 50, **telegram.entry("kota-telegram")}
        door = channels.load("kota-telegram", entry, secret=SECRET, now=lambda: NOW)
        async with listening(door, desk):
            first, _ = await telegram.says(citizen.id, "kota-telegram", "Ini fotonya", files=[JPEG, JPEG])
            await telegram.says(citizen.id, "kota-telegram", place=(-8.0983, 112.1681))
            await telegram.edits(first.id, "Ini fotonya: lampu mati")
            await desk.until(lambda: len(desk.messages) == 4)
            album = list(desk.messages.values())[:2]
            assert len({one.group for one in album}) == 1
            assert await door.fetch(album[0].files[0]) == JPEG.content
            sent = Outbound("k", str(citizen.telegram), "Sudah?", choices=(Choice("SELESAI", "Ya"),), files=(PAPER,))
            receipt = await door.send(sent)
            await telegram.presses(int(receipt.external_id.partition(":")[2]), "SELESAI")
            await telegram.blocks(citizen.id, "kota-telegram")
            await desk.until(lambda: bool(desk.reports))
            with pytest.raises(Undelivered, match="address-blocked"):
                await door.send(sent)
        await door.close()
    kinds = [one.kind for one in desk.messages.values()]
    assert kinds == [Kind.MESSAGE, Kind.MESSAGE, Kind.MESSAGE, Kind.EDIT, Kind.MESSAGE]
    place, edit, press = list(desk.messages.values())[2:]
    assert (place.place is not None, edit.about, press.choice) == (True, album[0].external_id, "SELESAI")
    assert press.answers == (receipt.external_id,)


async def until(true: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for something that the platform's side shows."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - a server's lists set no event
            await asyncio.sleep(0.005)
