"""The demo's Messenger and Instagram speak as Meta's documentation says, to a client that is none of ours."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, FormData

from bot.demo import story
from bot.demo.chats import Chats
from bot.demo.news import News
from bot.demo.pages import InstagramStandIn, MessengerStandIn, PageStandIn
from channels.base import Attachment
from tests.bot.demo.program import Listening, listening

DOOR = "kota-pesan"
PEOPLE = story.told().citizens
PHOTO = Attachment("foto.jpg", "image/jpeg", b"\xff\xd8\xff\xe0foto", size_bytes=8)
PAPER = Attachment("surat.pdf", "application/pdf", b"%PDF-1.7", size_bytes=8)
ZIP = Attachment("arsip.zip", "application/zip", b"PK\x03\x04", size_bytes=4)


class Hands:
    """A clock that tests move."""

    at = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def now() -> Hands:
    return Hands()


@pytest.fixture
def chats(tmp_path: Path, now: Hands) -> Chats:
    return Chats(tmp_path, [person.id for person in PEOPLE], News(), now)


@pytest.fixture
async def program() -> AsyncIterator[Listening]:
    async with listening() as program:
        yield program


@pytest.fixture
async def messenger(chats: Chats, program: Listening, now: Hands) -> AsyncIterator[MessengerStandIn]:
    async with MessengerStandIn({DOOR: "Aduan Kota"}, PEOPLE, chats, program.program, now) as standing:
        yield standing


@pytest.fixture
async def instagram(chats: Chats, program: Listening, now: Hands) -> AsyncIterator[InstagramStandIn]:
    async with InstagramStandIn({DOOR: "Aduan Kota"}, PEOPLE, chats, program.program, now) as standing:
        yield standing


@pytest.fixture
async def page(
    request: pytest.FixtureRequest, chats: Chats, program: Listening, now: Hands
) -> AsyncIterator[PageStandIn]:
    async with request.param({DOOR: "Aduan Kota"}, PEOPLE, chats, program.program, now) as standing:
        yield standing


BOTH = pytest.mark.parametrize(
    "page", [MessengerStandIn, InstagramStandIn], ids=["messenger", "instagram"], indirect=True
)


async def call(page: PageStandIn, method: str, path: str, **what: Any) -> tuple[int, Any]:
    """Ask as any client would; the status and the answer's JSON."""
    given = page.entry(DOOR)
    headers = {"Authorization": f"Bearer {given['token']}"}
    url = f"{given['base_url']}/v23.0/{path}"
    async with ClientSession() as session, session.request(method, url, headers=headers, **what) as answer:
        return answer.status, json.loads(await answer.read() or b"null")


async def sends(page: PageStandIn, message: dict[str, Any], **values: Any) -> tuple[int, Any]:
    """Hand a message over to Sari."""
    given: dict[str, Any] = {"recipient": {"id": page.person("1", DOOR)}, "message": message}
    if isinstance(page, MessengerStandIn):
        given["messaging_type"] = "RESPONSE"
    given |= values
    return await call(page, "POST", "me/messages", json={name: one for name, one in given.items() if one is not None})


def replies(*titles: str) -> dict[str, Any]:
    every = [{"content_type": "text", "title": one, "payload": one.upper()} for one in titles]
    return {"text": "Apa?", "quick_replies": every}


def told(program: Listening) -> list[dict[str, Any]]:
    """Every item that the program was told."""
    entries = [entry for one in program.heard for entry in json.loads(one.body)["entry"]]
    return [item for entry in entries for item in [*entry.get("messaging", ()), *entry.get("changes", ())]]


async def test_messenger_tells_what_citizens_do(messenger: MessengerStandIn, program: Listening, chats: Chats) -> None:
    """A text, two photos in one, a change, an emoji, what arrived and what was read: signed, of the page."""
    (first,) = messenger.says("1", DOOR, "Jln rusak")
    messenger.says("1", DOOR, files=[PHOTO, PHOTO])
    messenger.edits(first.id, "Jalan rusak")
    await sends(messenger, {"text": "Kami terima"})
    answer = chats.lines("1", DOOR)[-1]
    messenger.reacts(answer.id, "👍")
    messenger.reads("1", DOOR)
    heard = await program.until(6)
    account, person = messenger.accounts[DOOR], messenger.person("1", DOOR)
    for one in heard:
        expected = hmac.new(account.secret.encode(), one.body, hashlib.sha256).hexdigest()
        assert one.headers["X-Hub-Signature-256"] == f"sha256={expected}"
        assert (json.loads(one.body)["object"], json.loads(one.body)["entry"][0]["id"]) == ("page", account.id)
    text, photos, edit, delivered, reaction, read = told(program)
    assert (text["sender"]["id"], text["recipient"]["id"]) == (person, account.id)
    assert [one["type"] for one in photos["message"]["attachments"]] == ["image", "image"]
    assert edit["message_edit"] == {"mid": text["message"]["mid"], "text": "Jalan rusak", "num_edit": 1}
    assert reaction["reaction"]["reaction"] == "like"
    assert delivered["delivery"]["mids"] == [reaction["reaction"]["mid"]]
    assert read["read"]["watermark"] >= delivered["delivery"]["watermark"]
    async with ClientSession() as session:
        url = photos["message"]["attachments"][0]["payload"]["url"]
        assert await (await session.get(url)).read() == PHOTO.content


async def test_instagram_tells_what_citizens_do(instagram: InstagramStandIn, program: Listening, chats: Chats) -> None:
    """A text, its end, what was read by name; nothing of what has arrived."""
    (first,) = instagram.says("1", DOOR, "Jln rusak")
    instagram.unsends(first.id)
    _, answer = await sends(instagram, {"text": "Kami terima"})
    instagram.reads("1", DOOR)
    await program.until(3)
    text, gone, read = told(program)
    assert gone["message"] == {"mid": text["message"]["mid"], "is_deleted": True}
    assert read["read"] == {"mid": answer["message_id"]}
    assert json.loads(program.heard[0].body)["object"] == "instagram"


async def test_quick_replies_are_pressed_once(messenger: MessengerStandIn, program: Listening, chats: Chats) -> None:
    """The title stands as an answer, the payload goes along."""
    messenger.says("1", DOOR, "Halo")
    await sends(messenger, replies("Keluhan", "Saran"))
    asked = chats.lines("1", DOOR)[-1]
    messenger.presses(asked.id, "SARAN")
    await program.until(3)
    assert told(program)[-1]["message"] | {"mid": ""} == {
        "mid": "",
        "text": "Saran",
        "quick_reply": {"payload": "SARAN"},
    }
    with pytest.raises(KeyError):
        messenger.presses(asked.id, "KELUHAN")


@pytest.mark.parametrize(
    ("message", "values", "subcode"),
    [
        pytest.param({"text": " "}, {}, 2018034, id="empty"),
        pytest.param({"text": "a" * 2001}, {}, 2018109, id="long"),
        pytest.param(replies(*(f"{n}" for n in range(14))), {}, None, id="fourteen"),
        pytest.param(replies("a" * 21), {}, None, id="long-title"),
        pytest.param({"text": "a", "tombol": []}, {}, None, id="unknown-key"),
        pytest.param({"text": "a"}, {"messaging_type": None}, None, id="no-type"),
        pytest.param({"text": "a"}, {"messaging_type": "MESSAGE_TAG"}, 2018199, id="no-tag"),
        pytest.param({"text": "a"}, {"recipient": {"id": "123"}}, 2018001, id="nobody"),
        pytest.param(
            {"attachment": {"type": "image", "payload": {"attachment_id": "1"}}}, {}, 2018047, id="no-attachment"
        ),
    ],
)
async def test_what_messenger_would_refuse_is_refused(
    messenger: MessengerStandIn, message: dict[str, Any], values: dict[str, Any], subcode: int | None
) -> None:
    """Limits and mistakes are answered with 400 and the API's numbers."""
    messenger.says("1", DOOR, "Halo")
    status, answer = await sends(messenger, message, **values)
    assert (status, answer["error"].get("error_subcode")) == (400, subcode)


async def test_instagram_counts_bytes(instagram: InstagramStandIn) -> None:
    """A thousand letters of one byte are taken, 501 of two are not."""
    instagram.says("1", DOOR, "Halo")
    assert (await sends(instagram, {"text": "a" * 1000}))[0] == 200
    assert (await sends(instagram, {"text": "é" * 501}))[0] == 400


@BOTH
async def test_the_window_and_the_tag(page: PageStandIn, now: Hands, chats: Chats) -> None:
    """After 24 hours only with a person's tag, after seven days not at all; who never wrote is nobody."""
    assert (await sends(page, {"text": "Halo"}))[1]["error"]["error_subcode"] == 2018001
    page.says("1", DOOR, "Halo")
    tagged = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    now.at += timedelta(hours=24, seconds=1)
    _, refused = await sends(page, {"text": "Terlambat"})
    assert (refused["error"]["code"], refused["error"]["error_subcode"]) == (10, page.closed)
    assert (await sends(page, {"text": "Dari petugas"}, **tagged))[0] == 200
    now.at += timedelta(days=6)
    assert (await sends(page, {"text": "Dari petugas"}, **tagged))[1]["error"]["code"] == 10
    assert [line.text for line in chats.lines("1", DOOR) if not line.sent] == ["Dari petugas"]


@BOTH
async def test_a_file_is_laid_there_first(page: PageStandIn, chats: Chats) -> None:
    """And sent by its id; what Instagram does not take it says so."""
    page.says("1", DOOR, "Halo")
    for file, status in ((PAPER, 200), (ZIP, 200 if isinstance(page, MessengerStandIn) else 400)):
        about = {"attachment": {"type": "file", "payload": {"is_reusable": True}}}
        form = FormData({"message": json.dumps(about)})
        form.add_field("filedata", file.content, filename=file.name, content_type=file.type)
        got, laid = await call(page, "POST", "me/message_attachments", data=form)
        assert got == status
        if status == 200:
            payload = {"attachment_id": laid["attachment_id"]}
            assert (await sends(page, {"attachment": {"type": "file", "payload": payload}}))[0] == 200
            assert chats.content(chats.lines("1", DOOR)[-1].id, 0) == file.content


async def test_a_page_tells_of_itself_and_of_who_wrote(messenger: MessengerStandIn) -> None:
    """Its name, what its app is subscribed to, and the first name of somebody who wrote."""
    messenger.says("1", DOOR, "Halo")
    assert (await call(messenger, "GET", "me?fields=id,name"))[1]["name"] == "Aduan Kota"
    apps = (await call(messenger, "GET", f"{messenger.accounts[DOOR].id}/subscribed_apps"))[1]["data"]
    assert "message_deliveries" in apps[0]["subscribed_fields"]
    who = await call(messenger, "GET", f"{messenger.person('1', DOOR)}?fields=first_name")
    assert who[1]["first_name"] == PEOPLE[0].name
    assert (await call(messenger, "GET", f"{messenger.person('2', DOOR)}?fields=first_name"))[0] == 400


@BOTH
async def test_a_comment_is_public_and_answered_privately_once(
    page: PageStandIn, program: Listening, chats: Chats
) -> None:
    """It is told as a change; one public word is allowed under it, and one private message on account of it."""
    page.comments("1", DOOR, "Antrean lama sekali")
    await program.until(1)
    value = told(program)[0]["value"]
    comment = value["comment_id" if isinstance(page, MessengerStandIn) else "id"]
    edge = "comments" if isinstance(page, MessengerStandIn) else "replies"
    assert (await call(page, "POST", f"{comment}/{edge}", json={"message": "Mari bicara pribadi"}))[0] == 200
    private = {"recipient": {"comment_id": comment}}
    assert (await sends(page, {"text": "Silakan ceritakan di sini"}, **private))[1]["recipient_id"]
    assert (await sends(page, {"text": "Lagi"}, **private))[1]["error"]["code"] == 10900
    assert (await sends(page, {"text": "Belum dijawab"}))[1]["error"]["code"] == 10
    page.reads("1", DOOR)
    public, chat = chats.lines("1", DOOR)[1:]
    assert (public.state, chat.state) == ("delivered", "read")
    assert (public.group, public.text, chat.group, chat.text) == (
        "komentar",
        "Mari bicara pribadi",
        "",
        "Silakan ceritakan di sini",
    )


async def test_who_blocked_the_page_is_not_there(messenger: MessengerStandIn, chats: Chats) -> None:
    """The answer says so with the API's numbers."""
    messenger.says("1", DOOR, "Halo")
    chats.block("1", DOOR, blocked=True)
    assert (await sends(messenger, {"text": "Halo"}))[1]["error"]["code"] == 551
