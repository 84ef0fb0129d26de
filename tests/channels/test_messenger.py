"""The doors of Messenger and Instagram: every door's promises, nobody believed but Meta, and what goes out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from pydantic import ValidationError

from channels.base import Attachment, State, Undelivered
from templates import sentence
from tests.channels import metas as meta
from tests.channels.contract import DoorContract
from tests.channels.metas_stand import Platform, door, standing
from tests.channels.recording import RecordingDesk

SAYING: dict[str, Callable[..., bytes]] = {"messenger": meta.messenger, "instagram": meta.instagram}
Client = TestClient[web.Request, web.Application]


class TestMessengerContract(DoorContract):
    """The Messenger door keeps every door's promises."""

    kind = "messenger"
    entry = meta.MESSENGER
    samples = (
        meta.messenger(meta.said()),
        meta.messenger(meta.attached({"type": "image", "payload": {"url": "https://x.fbcdn.net/a.jpg"}}, serial=2)),
        meta.messenger({"postback": {"title": "Mulai", "payload": "MULAI"}}),
        meta.messenger({"reaction": {"mid": "m_1", "emoji": "👍", "action": "react"}}),
        meta.changed("feed", meta.comment()),
        meta.changed("feed", meta.comment(verb="edited")),
    )
    secrets = (meta.TOKEN, meta.SECRET, meta.CHOSEN)
    unreachable = {"base_url": "http://127.0.0.1:9"}  # noqa: RUF012 - as the contract has it
    recipient = meta.CITIZEN


class TestInstagramContract(DoorContract):
    """The Instagram door keeps every door's promises."""

    kind = "instagram"
    entry = meta.INSTAGRAM
    samples = (
        meta.instagram(meta.said()),
        meta.changed("messages", meta.item(meta.ACCOUNT, **meta.said(serial=2)), object_="instagram"),
        meta.changed("comments", meta.remark(), object_="instagram"),
        meta.changed("mentions", {"media_id": "1"}, object_="instagram"),
    )
    secrets = (meta.TOKEN, meta.SECRET, meta.CHOSEN)
    unreachable = {"base_url": "http://127.0.0.1:9"}  # noqa: RUF012 - as the contract has it
    recipient = meta.CITIZEN


@pytest.mark.parametrize("kind", ["messenger", "instagram"])
def test_what_they_can_do(kind: str) -> None:
    """A day freely, a person at the office a week; thirteen choices; a comment answered once within a week."""
    able = door(kind).abilities
    assert (able.scheme, able.window, able.late_window) == (kind, timedelta(hours=24), timedelta(days=7))
    assert (able.buttons, able.longest, able.files, able.commented) == (13, 2000, True, timedelta(days=7))


def test_an_account_with_its_own_login_sends_no_files() -> None:
    """Instagram takes none from it; the office is told beforehand, not by a failure."""
    assert not door("instagram", page_id="").abilities.files


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("messenger", {"page_id": "wadul"}),
        ("messenger", {"token": ""}),
        ("messenger", {"app_secret": ""}),
        ("messenger", {"base_url": "graph.facebook.com"}),
        ("instagram", {"account_id": "@dinas"}),
        ("instagram", {"verify_token": ""}),
        ("instagram", {"version": "23"}),
    ],
)
def test_wrong_settings_are_refused(kind: str, wrong: dict[str, Any]) -> None:
    """What is wrong is named, its value not."""
    with pytest.raises(ValidationError) as raised:
        door(kind, **wrong)
    assert next(iter(wrong)) in str(raised.value)
    assert not any(secret in str(raised.value) for secret in (meta.TOKEN, meta.SECRET, meta.CHOSEN))


@pytest.fixture(params=["messenger", "instagram"])
def kind(request: pytest.FixtureRequest) -> str:
    """Either of the two."""
    return str(request.param)


@pytest.fixture
def desk() -> RecordingDesk:
    """What is handed in."""
    return RecordingDesk()


@pytest.fixture
async def client(kind: str, desk: RecordingDesk) -> AsyncIterator[Client]:
    """Somebody who calls the door's webhook."""
    app = web.Application(client_max_size=64 * 1024)
    app.add_routes(door(kind).routes(desk))
    async with TestClient(TestServer(app)) as one:
        yield one


async def post(client: Client, kind: str, raw: bytes, headers: dict[str, str] | None = None) -> int:
    """Deliver a body; how it was answered."""
    answer = await client.post(
        f"/hooks/blitar-{kind}/masuk", data=raw, headers=meta.signed(raw) if headers is None else headers
    )
    return answer.status


async def test_the_handshake(client: Client, kind: str) -> None:
    """Whoever knows our token hears the challenge; nobody else does."""
    asked = {"hub.mode": "subscribe", "hub.verify_token": meta.CHOSEN, "hub.challenge": "1158"}
    answer = await client.get(f"/hooks/blitar-{kind}/masuk", params=asked)
    assert (answer.status, await answer.text()) == (200, "1158")
    wrong = await client.get(f"/hooks/blitar-{kind}/masuk", params={**asked, "hub.verify_token": "x"})
    assert wrong.status == 403


async def test_stored_first_and_then_answered(client: Client, kind: str, desk: RecordingDesk) -> None:
    """What cannot be stored comes again, and is there once however often it comes."""
    raw = SAYING[kind](meta.said())
    desk.broken = True
    assert await post(client, kind, raw) == 500
    desk.broken = False
    for _ in range(3):
        assert await post(client, kind, raw) == 200
    assert (desk.texts, desk.repeated) == (["Lampu jalan mati"], 2)


@pytest.mark.parametrize("forged", ["unsigned", "another secret", "another body", "truncated"])
async def test_a_forged_call_leaves_nothing(client: Client, kind: str, desk: RecordingDesk, forged: str) -> None:
    """Neither a message nor anything set aside."""
    raw = SAYING[kind](meta.said())
    headers = {
        "unsigned": {},
        "another secret": meta.signed(raw, "lain"),
        "another body": meta.signed(b"{}"),
        "truncated": meta.signed(raw),
    }[forged]
    assert await post(client, kind, raw[:-9] if forged == "truncated" else raw, headers) in {401, 403}
    assert (desk.messages, desk.aside) == ({}, [])


async def test_what_makes_no_sense_or_is_anothers_waits_for_a_person(
    client: Client, kind: str, desk: RecordingDesk
) -> None:
    """Signed, so it is answered; each with a reason in words."""
    for raw in (b"{", b"[1]", SAYING[kind](meta.said())[:-20], SAYING[kind](meta.said(), of="999")):
        assert await post(client, kind, raw) == 200
    assert not desk.messages
    assert [reason for _, reason in desk.aside] == ["meta-unreadable"] * 3 + ["meta-other-account"]
    assert all(sentence(reason) != reason for _, reason in desk.aside)


async def test_a_thousand_entries_are_one_commit(client: Client, kind: str, desk: RecordingDesk) -> None:
    """In their order, with what could not be read set aside and no other lost by it."""
    ours = meta.PAGE if kind == "messenger" else meta.ACCOUNT
    entries: list[Any] = [
        {"id": ours, "time": n, "messaging": [meta.item(ours, **meta.said(f"{n}", n))]} for n in range(999)
    ]
    entries.insert(500, None)
    raw = meta.body(*entries, object_="page" if kind == "messenger" else "instagram")
    assert await post(client, kind, raw) == 200
    assert desk.texts == [f"{n}" for n in range(999)]
    assert (desk.commits, len(desk.aside)) == ([999], 1)


async def test_reports_are_filed(client: Client, kind: str, desk: RecordingDesk) -> None:
    """What was read goes to the outbox."""
    assert await post(client, kind, SAYING[kind]({"read": {"watermark": meta.AT}})) == 200
    assert [report.state for report in desk.reports] == [State.READ]


@pytest.mark.parametrize("kind", ["messenger", "instagram"])
async def test_who_wrote_is_asked_for_by_name(kind: str) -> None:
    """Their name, or else the name they go by; whoever is known by a comment alone is not asked about."""
    platform = Platform(answers=[(200, {"id": meta.CITIZEN, "name": "Wati"}), (200, {"id": "1", "username": "wati_l"})])
    async with standing(platform):
        known: Any = door(kind, base_url=platform.url)
        found = [await known.name_of(one) for one in (meta.CITIZEN, "1", "comment:9_1")]
        await known.close()
    assert found == ["Wati", "wati_l", ""]
    assert [path for path, _ in platform.asked] == [meta.CITIZEN, "1"]


@pytest.mark.parametrize(
    ("reference", "told", "words"),
    [
        (
            "mentioned_comment:1788",
            {"text": "@dinas lampu mati", "username": "wati_l", "media": {"permalink": "https://instagr.am/p/1"}},
            "@wati_l\n@dinas lampu mati\nhttps://instagr.am/p/1",
        ),
        ("mentioned_media:1792", {"caption": "Jalan rusak @dinas", "permalink": "https://instagr.am/p/2"}, "Jalan rusak @dinas\nhttps://instagr.am/p/2"),
    ],
)  # fmt: skip
async def test_the_words_of_a_mention_are_asked_for(reference: str, told: dict[str, Any], words: str) -> None:
    """Who said it, what, and where."""
    kind, _, id_ = reference.partition(":")
    platform = Platform(answers=[(200, {"id": meta.ACCOUNT, kind: told}), (200, {"id": meta.ACCOUNT})])
    file = Attachment("sebutan.txt", "text/plain", reference=reference)
    async with standing(platform):
        asking = door("instagram", base_url=platform.url)
        assert (await asking.fetch(file)).decode() == words
        with pytest.raises(Undelivered) as gone:
            await asking.fetch(file)
        await asking.close()  # type: ignore[attr-defined]
    assert (gone.value.reason, gone.value.retry) == ("file-gone", False)
    path, given = platform.asked[0]
    assert path == meta.ACCOUNT
    assert f"({id_})" in given["fields"]
