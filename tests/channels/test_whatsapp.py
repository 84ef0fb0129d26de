"""The WhatsApp door: that it keeps every door's promises, and believes nobody but Meta."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientPayloadError, ServerDisconnectedError, web
from aiohttp.test_utils import TestClient, TestServer
from pydantic import ValidationError

import channels
from channels import whatsapp_parse
from channels.base import Channel, Fault, State
from channels.graph_entries import Digest
from channels.graph_hook import Hook
from templates import sentence
from tests.channels import whatsapps as wa
from tests.channels.contract import NOW, DoorContract
from tests.channels.contract import SECRET as KEY
from tests.channels.recording import RecordingDesk

WORLD = "https://wadul.example.go.id"
HOOK = "/hooks/blitar-wa/masuk"

Client = TestClient[web.Request, web.Application]


def door(**more: Any) -> Channel:
    """The door, known to the world."""
    entry = {"kind": "whatsapp", **wa.ENTRY, **more}
    return channels.load("blitar-wa", entry, secret=KEY, now=lambda: NOW, url=WORLD)


class TestContract(DoorContract):
    """The WhatsApp door keeps every door's promises."""

    kind = "whatsapp"
    entry = wa.ENTRY
    samples = (
        wa.saying(),
        wa.saying("image", 2, image={"id": "1003383421387256", "mime_type": "image/jpeg", "caption": "Ini"}),
        wa.saying("location", 3, location={"latitude": -8.0954, "longitude": 112.1609}),
        wa.saying("reaction", 4, reaction={"message_id": "wamid.1", "emoji": "👍"}),
        wa.saying("unsupported", 5, errors=[{"code": 131051, "title": "Message type unknown"}]),
    )
    secrets = (wa.TOKEN, wa.SECRET, wa.CHOSEN)
    unreachable = {"base_url": "http://127.0.0.1:9"}  # noqa: RUF012 - as the contract has it
    recipient = f"+{wa.CITIZEN}"


def test_what_it_can_do() -> None:
    """Freely written to may be who wrote within 24 hours; up to ten choices fit under a message."""
    able = door().abilities
    assert (able.scheme, able.window, able.buttons, able.longest) == ("whatsapp", timedelta(hours=24), 10, 4 * 4096)
    assert able.files
    assert (able.polls, able.offline, able.repeat_safe) == (False, False, False)


@pytest.mark.parametrize(
    "wrong",
    [
        {"phone_number_id": "+62811000110"},
        {"account_id": "abc"},
        {"token": ""},
        {"app_secret": ""},
        {"verify_token": ""},
        {"base_url": "graph.facebook.com"},
        {"version": "23"},
        {"menu": "Lebih panjang dari dua puluh huruf"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_wrong_settings_are_refused(wrong: dict[str, Any]) -> None:
    """A door that could not send, or would believe anybody, is not opened; what is wrong is named, its value not."""
    with pytest.raises(ValidationError) as raised:
        door(**wrong)
    assert next(iter(wrong)) in str(raised.value)
    assert not any(secret in str(raised.value) for secret in (wa.TOKEN, wa.SECRET, wa.CHOSEN))


@asynccontextmanager
async def called(desk: RecordingDesk, **more: Any) -> AsyncIterator[Client]:
    """The door's routes in a running application, with room for what a platform may post."""
    app = web.Application(client_max_size=64 * 1024)
    app.add_routes(door(**more).routes(desk))
    async with TestClient(TestServer(app)) as client:
        yield client


@pytest.fixture
async def client(desk: RecordingDesk) -> AsyncIterator[Client]:
    """Somebody who calls."""
    async with called(desk) as one:
        yield one


@pytest.fixture
def desk() -> RecordingDesk:
    """What is handed in."""
    return RecordingDesk()


class TestHandshake:
    """Meta asks once, before it delivers anything."""

    async def test_whoever_knows_our_token_hears_the_challenge(self, client: Client) -> None:
        """It is said back as it is."""
        asked = {"hub.mode": "subscribe", "hub.verify_token": wa.CHOSEN, "hub.challenge": "1158201444"}
        answer = await client.get(HOOK, params=asked)
        assert (answer.status, await answer.text()) == (200, "1158201444")
        assert answer.content_type == "text/plain"

    @pytest.mark.parametrize(
        "wrong",
        [
            {"hub.verify_token": "pilihan-lain"},
            {"hub.verify_token": ""},
            {"hub.verify_token": "pilihan-kantor\u00e9"},
            {"hub.mode": "unsubscribe"},
            {"hub.challenge": "1" * 2_000},
        ],
        ids=["token", "none", "letters", "mode", "long"],
    )
    async def test_nobody_else_does(self, client: Client, wrong: dict[str, str]) -> None:
        """A wrong token learns nothing."""
        asked = {"hub.mode": "subscribe", "hub.verify_token": wa.CHOSEN, "hub.challenge": "11"} | wrong
        assert (await client.get(HOOK, params=asked)).status == 403

    async def test_a_bare_visit_is_turned_away(self, client: Client) -> None:
        """So is somebody who only looks."""
        assert (await client.get(HOOK)).status == 403


async def post(client: Client, raw: bytes, headers: dict[str, str] | None = None) -> int:
    """Deliver a body; how it was answered."""
    answer = await client.post(HOOK, data=raw, headers=wa.signed(raw) if headers is None else headers)
    return answer.status


async def test_a_message_is_stored_and_then_answered(client: Client, desk: RecordingDesk) -> None:
    """The raw form is what came."""
    raw = wa.saying()
    assert await post(client, raw) == 200
    (one,) = desk.messages.values()
    assert (one.text, one.sender, one.raw) == ("Lampu jalan mati", f"+{wa.CITIZEN}", raw)


async def test_what_cannot_be_stored_is_not_answered(client: Client, desk: RecordingDesk) -> None:
    """Meta calls again; then it is there once."""
    desk.broken = True
    assert await post(client, wa.saying()) == 500
    desk.broken = False
    assert await post(client, wa.saying()) == 200
    assert desk.texts == ["Lampu jalan mati"]


async def test_a_delivery_that_is_repeated_brings_nothing_new(client: Client, desk: RecordingDesk) -> None:
    """Meta repeats, and anybody who overheard a call may."""
    for _ in range(3):
        assert await post(client, wa.saying()) == 200
    assert (len(desk.messages), desk.repeated) == (1, 2)


FORGED = {
    "unsigned": {},
    "empty": {"X-Hub-Signature-256": ""},
    "another secret": wa.signed(wa.saying(), "rahasia-lain"),
    "the token's": wa.signed(wa.saying(), wa.CHOSEN),
    "another body": wa.signed(wa.saying(serial=2)),
    "the old one": {"X-Hub-Signature": "sha1=" + "0" * 40},
    "bare": {"X-Hub-Signature-256": wa.signed(wa.saying())["X-Hub-Signature-256"].removeprefix("sha256=")},
    "short": {"X-Hub-Signature-256": wa.signed(wa.saying())["X-Hub-Signature-256"][:-2]},
    "letters": {"X-Hub-Signature-256": "sha256=" + "\u00e9" * 64},
}


@pytest.mark.parametrize("headers", FORGED.values(), ids=list(FORGED))
async def test_a_forged_call_leaves_nothing(client: Client, desk: RecordingDesk, headers: dict[str, str]) -> None:
    """Neither a message nor anything set aside: anybody could fill the desk."""
    assert await post(client, wa.saying(), headers) in {401, 403}
    assert (desk.messages, desk.aside, desk.commits) == ({}, [], [])


async def test_a_wrong_secret_is_told_until_a_call_is_right(client: Client, desk: RecordingDesk) -> None:
    """Once, for the office may have copied the wrong one; after the first right call a wrong one is a stranger's."""
    for _ in range(2):
        await post(client, wa.saying(), wa.signed(wa.saying(), "rahasia-lain"))
    await post(client, wa.saying(), {})
    assert desk.warnings == [(Fault("meta-signature-wrong"),)]
    assert sentence("meta-signature-wrong") != "meta-signature-wrong"
    await post(client, wa.saying())
    await post(client, wa.saying(), wa.signed(wa.saying(), "rahasia-lain"))
    assert desk.warnings == [(Fault("meta-signature-wrong"),), ()]


async def test_letters_of_the_signature_may_be_large(client: Client, desk: RecordingDesk) -> None:
    """Hexadecimal is hexadecimal."""
    headers = {name: text.replace("sha256=", "").upper() for name, text in wa.signed(wa.saying()).items()}
    headers["X-Hub-Signature-256"] = "sha256=" + headers["X-Hub-Signature-256"]
    assert await post(client, wa.saying(), headers) == 200
    assert len(desk.messages) == 1


@pytest.mark.parametrize("cut", [1, 60, 200])
async def test_a_truncated_body_is_not_believed(client: Client, desk: RecordingDesk, cut: int) -> None:
    """Its signature is the whole one's."""
    raw = wa.saying()
    assert await post(client, raw[:-cut], wa.signed(raw)) == 403
    assert not desk.messages


async def test_a_signed_body_that_makes_no_sense_waits_for_a_person(client: Client, desk: RecordingDesk) -> None:
    """It is answered: Meta would bring nothing better the next time."""
    for raw in (b"", b"{", b"[1]", b'{"object": "page", "entry": []}', wa.saying()[:-30]):
        assert await post(client, raw) == 200
    assert not desk.messages
    assert [raw for raw, _ in desk.aside][1] == b"{"
    assert len(desk.aside) == 5
    assert all(sentence(reason) != reason for _, reason in desk.aside)


async def test_another_number_of_the_account_is_not_ours(client: Client, desk: RecordingDesk) -> None:
    """What is ours in the same delivery is taken; the rest waits for a person, in a form of its own."""
    theirs = wa.change(wa.value(wa.said(serial=2), number_id="999"))
    assert await post(client, wa.body(theirs, wa.change(wa.value(wa.said())))) == 200
    assert list(desk.messages) == ["wamid.1"]
    ((raw, reason),) = desk.aside
    assert reason == "meta-other-account"
    assert json.loads(raw)["entry"] == [theirs]


async def test_a_thousand_entries_with_repeats_are_one_commit(client: Client, desk: RecordingDesk) -> None:
    """In their order, each once, with what could not be read set aside and no other lost by it."""
    entries = [wa.change(wa.value(wa.said(serial=n % 900, text={"body": f"Pesan {n % 900}"}))) for n in range(999)]
    entries.insert(500, {"id": wa.ACCOUNT, "changes": [{"field": "messages", "value": None}]})
    assert await post(client, wa.body(*entries)) == 200
    assert desk.texts == [f"Pesan {n}" for n in range(900)]
    assert (desk.commits, len(desk.aside)) == ([900], 1)


async def test_every_message_of_a_batch_can_be_read_again_alone(client: Client, desk: RecordingDesk) -> None:
    """The raw form that is kept of each reads as that message, with its own person."""
    people = [{"profile": {"name": f"Warga {n}"}, "wa_id": f"62812000{n:04}"} for n in range(50)]
    messages = [wa.said(serial=n) | {"from": f"62812000{n:04}"} for n in range(50)]
    assert await post(client, wa.body(wa.change(wa.value(*messages, contacts=people)))) == 200
    again = [door().parse(one.raw).messages for one in desk.messages.values()]
    assert again == [(one,) for one in desk.messages.values()]
    assert [one.sender_name for one in desk.messages.values()] == [f"Warga {n}" for n in range(50)]


async def test_statuses_are_filed(client: Client, desk: RecordingDesk) -> None:
    """What WhatsApp tells of our messages goes to the outbox."""
    assert await post(client, wa.reporting(wa.status("delivered"), wa.status("read"))) == 200
    assert [one.state for one in desk.reports] == [State.DELIVERED, State.READ]


async def test_trouble_with_the_account_is_for_a_person(client: Client, desk: RecordingDesk) -> None:
    """It is no message; whoever looks after the doors sees it."""
    raw = wa.body(wa.change(wa.value(errors=[{"code": 130429, "title": "Rate limit hit"}])))
    assert await post(client, raw) == 200
    assert desk.aside == [(raw, "meta-account-trouble")]
    assert sentence("meta-account-trouble") != "meta-account-trouble"


async def test_a_body_beyond_what_meta_sends_is_refused(client: Client, desk: RecordingDesk) -> None:
    """Nobody fills the memory, signed or not."""
    raw = b" " * (5 * 1024 * 1024)
    assert await post(client, raw) == 413
    assert await post(client, raw, {}) == 401
    assert not desk.aside


async def test_whoever_drips_keeps_nobody_else_out(
    client: Client, desk: RecordingDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two large bodies from one network are waited for; another network's delivery is read meanwhile."""
    stop, reading = asyncio.Event(), asyncio.Semaphore(0)
    large = wa.body(*(wa.change(wa.value(wa.said(serial=n))) for n in range(400)))

    async def drip() -> AsyncIterator[bytes]:
        yield large[:100]
        reading.release()
        await stop.wait()

    drips = [asyncio.create_task(client.post(HOOK, data=drip(), headers=wa.signed(large))) for _ in range(2)]
    for _ in drips:
        await reading.acquire()
    assert len(large) > 64 * 1024
    assert await post(client, large) == 503
    assert await post(client, wa.saying()) == 200
    monkeypatch.setattr("channels.graph_hook.network", lambda _: "192.0.2.1")
    assert await post(client, large) == 200
    stop.set()
    assert [(await one).status for one in drips] == [403, 403]
    assert len(desk.messages) == 400


async def test_a_line_that_breaks_off_leaves_nothing(client: Client, desk: RecordingDesk) -> None:
    """Half a body is no delivery."""

    async def half() -> AsyncIterator[bytes]:
        yield wa.saying()[:50]
        await asyncio.sleep(0)
        raise ConnectionResetError

    with pytest.raises((ClientPayloadError, ServerDisconnectedError, ConnectionResetError, OSError)):
        await client.post(HOOK, data=half(), headers=wa.signed(wa.saying()))
    assert (desk.messages, desk.aside) == ({}, [])


async def test_the_program_goes_on_while_a_large_body_is_read() -> None:
    """Reading a thousand entries leaves the event loop to others."""
    read_in: list[int] = []

    def digest(raw: bytes) -> Digest:
        read_in.append(threading.get_ident())
        return whatsapp_parse.parse(raw)

    desk, app = RecordingDesk(), web.Application()
    app.add_routes(Hook("blitar-wa", secret=wa.SECRET, token=wa.CHOSEN, desk=desk, digest=digest).routes())
    async with TestClient(TestServer(app)) as client:
        assert await post(client, wa.saying()) == 200
        assert await post(client, wa.body(*(wa.change(wa.value(wa.said(serial=n))) for n in range(1000)))) == 200
    small, large = read_in
    assert (small == threading.get_ident(), large == threading.get_ident()) == (True, False)
    assert len(desk.messages) == 1000
