"""What the doors of Messenger and Instagram send, fetch and find wrong with their accounts."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

import channels
from channels.base import Attachment, Choice, Unauthorised, Undelivered, Unsure
from templates import sentence
from tests.channels import metas as meta
from tests.channels.contract import NOW
from tests.channels.contract import SECRET as KEY
from tests.channels.metas_stand import ENTRIES, WORLD, Platform, door, out, standing, telling


@pytest.fixture(params=["messenger", "instagram"])
def kind(request: pytest.FixtureRequest) -> str:
    """Either of the two."""
    return str(request.param)


@pytest.fixture
async def platform() -> AsyncIterator[Platform]:
    """Meta, as it answers usually."""
    async with standing(Platform()) as one:
        yield one


async def test_a_text_goes_out_as_an_answer(kind: str, platform: Platform) -> None:
    """Within a day it is a response, and the platform's name for it is kept."""
    receipt = await out(kind, platform, telling())
    ((path, given),) = platform.asked
    assert path == f"{meta.PAGE}/messages"
    assert (given["recipient"], given["messaging_type"]) == ({"id": meta.CITIZEN}, "RESPONSE")
    assert given["message"]["text"] == "Aduan diterima."
    assert (receipt.external_id, receipt.recipient) == ("m_out1", meta.CITIZEN)


async def test_an_officers_late_answer_says_that_a_person_writes(kind: str, platform: Platform) -> None:
    """After the day, with the platform's tag; who wrote is shown as read before."""
    await out(kind, platform, telling(automatic=False, late=True))
    (_, seen), (_, given) = platform.asked
    assert seen["sender_action"] == "mark_seen"
    assert (given["messaging_type"], given["tag"]) == ("MESSAGE_TAG", "HUMAN_AGENT")


async def test_the_clerk_is_never_a_person(kind: str, platform: Platform) -> None:
    """Automatic words never go out under the rule for people."""
    await out(kind, platform, telling(late=True))
    assert "tag" not in platform.asked[0][1]


async def test_choices_are_quick_replies(kind: str, platform: Platform) -> None:
    """Below the text; what is longer than a button is spelled out as well."""
    choices = (Choice("keluhan", "Keluhan"), Choice("BLT-26-000001", "Lampu jalan mati di RT 3"))
    await out(kind, platform, telling("Yang mana?", choices=choices))
    (message,) = platform.sent
    assert [one["payload"] for one in message["quick_replies"]] == ["keluhan", "BLT-26-000001"]
    assert all(len(one["title"]) <= 20 for one in message["quick_replies"])
    assert "Lampu jalan mati di RT 3" in message["text"]


async def test_a_long_text_goes_in_parts_that_fit(platform: Platform) -> None:
    """Instagram counts bytes; nothing is lost, the choices stand below the last part."""
    said = " ".join(f"kata{n}é" for n in range(200))
    await out("instagram", platform, telling(said, choices=(Choice("1", "Satu"),)))
    texts = [one["text"] for one in platform.sent]
    assert len(texts) > 1
    assert all(len(text.encode()) <= 1000 for text in texts)
    assert " ".join(texts) == said
    assert ["quick_replies" in one for one in platform.sent] == [False] * (len(texts) - 1) + [True]


async def test_parts_that_went_do_not_go_twice(platform: Platform) -> None:
    """The second part fails; the next attempt begins with it."""
    said = " ".join(["kata"] * 300)
    sending = door("instagram", base_url=platform.url)
    platform.answers = [(200, {"recipient_id": meta.CITIZEN, "message_id": "m_a"}), (500, {"error": {"code": 2}})]
    with pytest.raises(Undelivered) as raised:
        await sending.send(telling(said))
    assert raised.value.retry
    receipt = await sending.send(telling(said))
    await sending.close()  # type: ignore[attr-defined]
    assert receipt.external_id == "m_a"
    assert [one["text"][:4] for one in platform.sent] == ["kata"] * 3


async def test_files_are_laid_there_and_then_sent(kind: str, platform: Platform) -> None:
    """By the id that the platform gave them, as what they are."""
    files = (Attachment("a.jpg", "image/jpeg", b"\xff\xd8"), Attachment("s.pdf", "application/pdf", b"%PDF"))
    await out(kind, platform, telling(files=files))
    laid = [given for path, given in platform.asked if path == f"{meta.PAGE}/message_attachments"]
    kinds = [json.loads(given["message"])["attachment"]["type"] for given in laid]
    assert kinds == ["image", "file"]
    assert [one.get("attachment", {}).get("payload") for one in platform.sent][1:] == [{"attachment_id": "77"}] * 2
    assert {given.get("platform") for given in laid} == ({"instagram"} if kind == "instagram" else {None})


async def test_a_file_that_instagram_does_not_take_is_said_before_anything_goes(platform: Platform) -> None:
    """Half an answer is worse than none."""
    with pytest.raises(Undelivered) as raised:
        await out("instagram", platform, telling(files=(Attachment("s.docx", "application/msword", b"x"),)))
    assert (raised.value.retry, platform.asked) == (False, [])


async def test_a_comment_is_answered_in_private_once(kind: str, platform: Platform) -> None:
    """By the comment's name; whoever wrote it is told by the platform."""
    receipt = await out(kind, platform, telling(recipient="comment:1789", comment="1789", automatic=False))
    ((_, given),) = platform.asked
    assert given["recipient"] == {"comment_id": "1789"}
    assert receipt.recipient == meta.CITIZEN


async def test_a_visitors_post_is_named_as_one(platform: Platform) -> None:
    """Messenger tells a post from a comment."""
    await out("messenger", platform, telling(comment=f"{meta.PAGE}_7"))
    assert platform.asked[0][1]["recipient"] == {"post_id": f"{meta.PAGE}_7"}


async def test_an_answer_for_everybody_stands_under_the_comment(kind: str, platform: Platform) -> None:
    """On the edge that the platform has for it."""
    receipt = await out(kind, platform, telling("Silakan tulis pribadi.", comment="1789", public=True))
    edge = {"messenger": "comments", "instagram": "replies"}[kind]
    assert platform.asked == [(f"1789/{edge}", {"message": "Silakan tulis pribadi."})]
    assert receipt.external_id == "9_1"


@pytest.mark.parametrize(
    "more",
    [{"automatic": False}, {"files": (Attachment("a.jpg", "image/jpeg", b"x"),)}, {"comment": ""}],
    ids=["officer", "file", "nowhere"],
)
async def test_nothing_else_goes_out_for_everybody(kind: str, platform: Platform, more: dict[str, Any]) -> None:
    """No officer's word, no file, and nothing without a comment to stand under."""
    with pytest.raises(Undelivered):
        await out(kind, platform, telling(**({"comment": "1789", "public": True} | more)))
    assert platform.asked == []


REFUSED: list[tuple[str, int, Any, tuple[str, bool]]] = [
    ("outside the window", 400, {"error": {"code": 10, "error_subcode": 2018278, "message": "outside"}},
     ("window-closed", False)),
    ("instagram's window", 403, {"error": {"code": 10, "error_subcode": 2534022}}, ("window-closed", False)),
    ("blocked", 400, {"error": {"code": 551, "error_subcode": 1545041}}, ("address-blocked", False)),
    ("nobody", 400, {"error": {"code": 100, "error_subcode": 2018001}}, ("address-unknown", False)),
    ("answered before", 400, {"error": {"code": 10900}}, ("window-closed", False)),
    ("too many calls", 400, {"error": {"code": 613}}, ("server-busy", True)),
    ("429", 429, "", ("server-busy", True)),
    ("stumbled", 500, {"error": {"code": 2, "is_transient": True}}, ("server-busy", True)),
]  # fmt: skip


@pytest.mark.parametrize(("status", "told", "wish"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
async def test_what_meta_refuses_says_what_happens_next(
    kind: str, platform: Platform, status: int, told: Any, wish: tuple[str, bool]
) -> None:
    """Again later, or never and why, in words an officer reads."""
    platform.answers = [(status, told)]
    with pytest.raises(Undelivered) as raised:
        await out(kind, platform, telling())
    assert (raised.value.reason, raised.value.retry) == wish
    assert sentence(raised.value.reason) != raised.value.reason


async def test_a_dead_token_stops_the_door(kind: str, platform: Platform) -> None:
    """A person mends that."""
    platform.answers = [(400, {"error": {"code": 190, "error_subcode": 463, "message": "expired"}})]
    with pytest.raises(Unauthorised):
        await out(kind, platform, telling())


@pytest.mark.parametrize("told", ["<html>", "", "[]", "{}"], ids=["page", "nothing", "list", "empty"])
async def test_an_answer_that_cannot_be_read_leaves_it_open(kind: str, platform: Platform, told: str) -> None:
    """It may have gone: nobody repeats blindly."""
    platform.answers = [(200, told)]
    with pytest.raises(Unsure):
        await out(kind, platform, telling())


async def test_a_file_comes_from_metas_places_alone(kind: str) -> None:
    """An address elsewhere is not asked; one that is over is said to be."""
    asking = door(kind)
    for url in ("https://evil.example/a.jpg", "http://169.254.169.254/", "x", "https://fbcdn.net.evil.example/a"):
        with pytest.raises(Undelivered) as raised:
            await asking.fetch(Attachment("a.jpg", "image/jpeg", reference=url))
        assert not raised.value.retry
    await asking.close()  # type: ignore[attr-defined]


async def test_a_download_that_fails_ten_times_and_then_works(kind: str) -> None:
    """Each failure is worth another try; the file's address needs no token."""
    left = [500] * 5 + [429] * 5

    async def lies(request: web.Request) -> web.Response:
        assert "Authorization" not in request.headers
        return web.Response(status=left.pop(0)) if left else web.Response(body=b"\xff\xd8foto")

    app = web.Application()
    app.router.add_get("/v/a.jpg", lies)
    async with TestServer(app) as server:
        asking = door(kind, base_url=str(server.make_url("")).rstrip("/"))
        file = Attachment("a.jpg", "image/jpeg", reference=str(server.make_url("/v/a.jpg?oh=1")))
        for _ in range(10):
            with pytest.raises(Undelivered) as raised:
                await asking.fetch(file)
            assert raised.value.retry
        assert await asking.fetch(file) == b"\xff\xd8foto"
        await asking.close()  # type: ignore[attr-defined]


HEALTHY: dict[str, list[tuple[int, Any]]] = {
    "messenger": [
        (200, {"id": meta.PAGE, "name": "Dinas"}),
        (200, {"data": [{"subscribed_fields": ["messages", "messaging_postbacks", "feed"]}]}),
    ],
    "instagram": [
        (200, {"id": meta.PAGE, "instagram_business_account": {"id": meta.ACCOUNT}}),
        (200, {"data": [{"subscribed_fields": ["messages"]}]}),
    ],
}


async def checked(kind: str, platform: Platform, url: str = WORLD) -> list[str]:
    """What the check says is wrong, by its codes."""
    entry = {"kind": kind, **ENTRIES[kind], "base_url": platform.url}
    one = channels.load(f"blitar-{kind}", entry, secret=KEY, now=lambda: NOW, url=url)
    faults = await one.check()
    await one.close()  # type: ignore[attr-defined]
    for fault in faults:
        said = sentence(fault.code, fault.values)
        assert said != fault.code
        assert "?" not in said
    return [fault.code for fault in faults]


async def test_the_check_finds_nothing_wrong_with_a_healthy_account(kind: str, platform: Platform) -> None:
    """All is well."""
    platform.answers = list(HEALTHY[kind])
    assert await checked(kind, platform) == []


async def test_the_check_says_what_is_wrong(kind: str, platform: Platform) -> None:
    """The token, the account, the webhook, and where the world reaches us."""
    platform.answers = [(400, {"error": {"code": 190, "error_subcode": 463, "message": "Session has expired"}})]
    assert await checked(kind, platform) == ["meta-token-expired"]
    platform.answers = [(200, {"id": "999", "instagram_business_account": {"id": "999"}})]
    assert await checked(kind, platform) == [
        {"messenger": "messenger-page-wrong", "instagram": "instagram-account-wrong"}[kind]
    ]
    platform.answers = [HEALTHY[kind][0], (200, {"data": []})]
    assert await checked(kind, platform) == ["meta-webhook-missing"]
    platform.answers = list(HEALTHY[kind])
    assert await checked(kind, platform, url="http://wadul.example.go.id") == ["meta-webhook-not-secure"]


async def test_the_check_names_the_fields_that_nobody_subscribed(platform: Platform) -> None:
    """A page whose comments nobody hears."""
    platform.answers = [HEALTHY["messenger"][0], (200, {"data": [{"subscribed_fields": ["messages"]}]})]
    assert await checked("messenger", platform) == ["meta-webhook-fields"]


async def test_a_platform_that_says_nothing_is_an_open_question(kind: str) -> None:
    """The line breaks after the message went: it may have arrived."""

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    one = door(kind, base_url=f"http://127.0.0.1:{port}")
    with pytest.raises(Unsure):
        await one.send(telling())
    await one.close()  # type: ignore[attr-defined]
    server.close()
