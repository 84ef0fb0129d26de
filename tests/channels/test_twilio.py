"""The Twilio door: what it makes of what Twilio posts, and that it believes nobody else."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus, urlencode

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import given
from hypothesis import strategies as st
from multidict import MultiDict
from pydantic import ValidationError
from twilio.request_validator import RequestValidator

import channels
from channels.base import Attachment, Channel, Place, Report, State, Undigested
from channels.twilio import parse
from tests.channels.contract import NOW, SECRET, DoorContract
from tests.channels.recording import RecordingDesk
from tests.channels.twilio_stand import CITIZEN, NUMBER, SID, TOKEN, form, message, signed

ENTRY = {"account_sid": SID, "auth_token": TOKEN, "number": NUMBER}
VECTORS = Path(__file__).parents[3] / "shared" / "reference" / "twilio_signature_vectors.json"
WORLD = "https://wadul.example.go.id"
PHOTO = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"


def door(**more: Any) -> Channel:
    """The door, known to the world."""
    entry = {"kind": "twilio", **ENTRY, **more}
    return channels.load("blitar-sms", entry, secret=SECRET, now=lambda: NOW, url=WORLD)


class TestContract(DoorContract):
    """The Twilio door keeps every door's promises."""

    kind = "twilio"
    entry = ENTRY
    samples = (
        form(),
        form(MessageSid="SM2", Body=""),
        json.dumps(message(3, "Dari daftar", NOW)).encode(),
        form(MessageSid="SM4", NumMedia="1", MediaUrl0=PHOTO, MediaContentType0="image/jpeg"),
    )
    secrets = (TOKEN,)
    unreachable = {"base_url": "http://127.0.0.1:9"}  # noqa: RUF012 - as the contract has it
    recipient = CITIZEN


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": "", "messaging_service_sid": ""},
        {"number": "08123"},
        {"account_sid": "AC1"},
        {"auth_token": ""},
        {"base_url": "https://api.twilio.com/"},
        {"public_url": "wadul.example"},
        {"messaging_service_sid": "SM1"},
        {"sweep_minutes": 0},
    ],
    ids=str,
)
def test_wrong_settings_are_refused(wrong: dict[str, Any]) -> None:
    """A door that could not send, or would believe anybody, is not opened."""
    with pytest.raises(ValidationError):
        door(**wrong)


def only(raw: bytes) -> Any:
    """The one message of a delivery."""
    (found,) = parse(raw).messages
    return found


def test_a_webhook_becomes_a_message() -> None:
    """Who, to whom, what and under which name; its time is not told."""
    said = only(form(Body="Lampu jalan mati\nsejak Senin 😀", ProfileName="Budi"))
    assert (said.external_id, said.sender, said.recipient) == ("SM" + "1" * 32, CITIZEN, NUMBER)
    assert said.text == said.full_text == "Lampu jalan mati\nsejak Senin 😀"
    assert (said.sender_name, said.automatic) == ("Budi", False)
    assert said.sent_at == datetime.fromtimestamp(0, UTC)


@pytest.mark.parametrize(
    ("given", "sender", "automatic"),
    [
        ("+6281234567890", CITIZEN, False),
        (" 6281234567890", CITIZEN, False),
        ("081234567890", CITIZEN, False),
        ("whatsapp:+6281234567890", CITIZEN, False),
        ("rcs:+6281234567890", CITIZEN, False),
        ("+12025550123", "+12025550123", False),
        ("TELKOMSEL", "TELKOMSEL", True),
        ("3636", "3636", True),
        (NUMBER, NUMBER, True),
    ],
)
def test_who_wrote(given: str, sender: str, automatic: bool) -> None:
    """People are numbers however they are written; names, short codes and ourselves are machines."""
    said = only(form(From=given))
    assert (said.sender, said.automatic) == (sender, automatic)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"Body": "STOP", "OptOutType": "STOP"}, "STOP"),
        ({"Body": "arrêt", "OptOutType": "STOP"}, "STOP"),
        ({"Body": "HELP", "OptOutType": "HELP"}, "BANTUAN"),
        ({"Body": "YES", "OptOutType": "START"}, "START"),
        ({"Body": " unstop "}, "START"),
        ({"Body": "StopAll"}, "STOP"),
        ({"Body": "stop dulu macetnya"}, "stop dulu macetnya"),
    ],
)
def test_what_twilio_obeys_is_said_in_the_clerks_words(fields: dict[str, str], text: str) -> None:
    """The clerk's record must not differ from Twilio's own list of those who opted out."""
    said = only(form(**fields))
    assert (said.text, said.full_text) == (text, fields["Body"])


def test_pictures_are_fetched_later() -> None:
    """A file is a name, a kind and where it lies."""
    urls = {f"MediaUrl{n}": f"{PHOTO}{n}" for n in range(2)}
    said = only(form(NumMedia="2", **urls, MediaContentType0="image/jpeg", MediaContentType1="application/pdf; x=1"))
    assert said.files == (
        Attachment("lampiran-1.jpg", "image/jpeg", reference=f"{PHOTO}0"),
        Attachment("lampiran-2.pdf", "application/pdf", reference=f"{PHOTO}1"),
    )


@pytest.mark.parametrize("number", ["", "x", "-1", "99999999", "1e9"])
def test_a_wrong_count_of_files_loses_none(number: str) -> None:
    """The addresses count, not the number before them."""
    assert len(only(form(NumMedia=number, MediaUrl0=PHOTO)).files) == 1


@pytest.mark.parametrize(
    ("fields", "place", "text"),
    [
        ({"Latitude": "-8.1", "Longitude": "112.2", "Body": "", "Label": "Pasar"}, Place(-8.1, 112.2), "Pasar"),
        ({"Latitude": "-8.1", "Longitude": "112.2"}, Place(-8.1, 112.2), "Lampu mati"),
        ({"Latitude": "nan", "Longitude": "1"}, None, "Lampu mati"),
        ({"Latitude": "91", "Longitude": "1"}, None, "Lampu mati"),
        ({"Latitude": "1"}, None, "Lampu mati"),
    ],
)
def test_a_place_is_taken_where_it_is_one(fields: dict[str, str], place: Place | None, text: str) -> None:
    """A place on the map, with its name where nothing else is said."""
    said = only(form(**fields))
    assert (said.place, said.text) == (place, text)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"MessageSid=SM1&From=%2B6281234567890", ""),
        (b"SmsSid=SM1&From=%2B6281234567890&Body=a%2Bb+c", "a+b c"),
        (b"MessageSid=SM1&From=+6281234567890&Body=100%", "100%"),
        (b"MessageSid=SM1&From=%2B6281234567890&Body=%ZZ%F0%9F", "%ZZ\ufffd"),
        (b"MessageSid=SM1&From=%2B6281234567890&Body=satu&Body=dua", "satu"),
        (b"MessageSid=SM1&From=%2B6281234567890&Body=akhir\n", "akhir"),
        (b"MessageSid=SM1&From=%2B6281234567890&Body=caf\xc3\xa9", "café"),
        (b'{"MessageSid": "SM1", "From": "+6281234567890", "Body": "json", "NumMedia": 0}', "json"),
        (b' {"sid": "SM1", "from": "+6281234567890", "body": null, "direction": "inbound"}', ""),
        (form(Body="x" * 30 * 153), "x" * 30 * 153),
        (form(Body="😀" * 1000), "😀" * 1000),
    ],
    ids=range(11),
)
def test_odd_bodies_are_read(raw: bytes, text: str) -> None:
    """Missing fields, broken escapes, doubled names, JSON, thirty parts: the words come through."""
    said = only(raw)
    assert (said.text, said.sender) == (text, CITIZEN)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"halo",
        b"From=%2B62812&Body=x",
        b"MessageSid=SM1",
        b"MessageSid=%00%01&From=%2B6281234567890&Body=x",
        b"MessageSid=SM1&From=&Body=x",
        b"MessageSid=" + b"S" * 100 + b"&From=1&Body=",
        b"&".join(b"a=1" for _ in range(2000)),
        b'{"sid": 1}',
        b"[1]",
        b"[" * 100_000,
    ],
)
def test_what_is_no_message_is_undigested(raw: bytes) -> None:
    """Nothing is made up: a person looks at it."""
    with pytest.raises(Undigested):
        parse(raw)


@given(st.binary(max_size=300) | st.dictionaries(st.text(), st.text()).map(lambda one: urlencode(one).encode("utf-8")))
def test_nothing_else_is_ever_raised(raw: bytes) -> None:
    """Whatever is posted is read, or undigested."""
    try:
        parse(raw)
    except Undigested:
        return


def test_a_page_of_the_list_is_many_messages() -> None:
    """What an operator saves from the API can be looked into."""
    page = {
        "messages": [message(n, f"Pesan {n}", NOW) for n in range(3)] + [message(9, "x", NOW, direction="outbound-api")]
    }
    parsed = parse(json.dumps(page).encode())
    assert [one.text for one in parsed.messages] == ["Pesan 0", "Pesan 1", "Pesan 2"]
    assert [parse(one.raw).messages for one in parsed.messages] == [(one,) for one in parsed.messages]
    assert parsed.messages[0].sent_at == NOW


def status(state: str, **more: str) -> bytes:
    """A status callback's body."""
    told = {"MessageSid": "SM7", "MessageStatus": state, "To": CITIZEN, "From": NUMBER, "AccountSid": SID}
    return urlencode(told | more).encode()


@pytest.mark.parametrize(
    ("raw", "report"),
    [
        (status("sent"), Report(State.SENT, "SM7", recipient=CITIZEN)),
        (status("delivered"), Report(State.DELIVERED, "SM7", recipient=CITIZEN)),
        (status("read"), Report(State.READ, "SM7", recipient=CITIZEN)),
        (
            status("undelivered", ErrorCode="30003"),
            Report(State.FAILED, "SM7", recipient=CITIZEN, reason="30003 Unreachable destination handset"),
        ),
        (
            status("failed", ErrorCode="30005"),
            Report(State.DEAD_ADDRESS, "SM7", recipient=CITIZEN, reason="30005 Unknown destination handset"),
        ),
        (
            status("failed", ErrorCode="21610", ErrorMessage="Unsubscribed"),
            Report(State.FAILED, "SM7", recipient=CITIZEN, reason="21610 Unsubscribed"),
        ),
        (status("failed"), Report(State.FAILED, "SM7", recipient=CITIZEN, reason="failed")),
        (status("queued"), None),
        (status("sending"), None),
        (status("accepted"), None),
        (status("besok-ada-yang-baru"), None),
    ],
    ids=range(11),
)
def test_a_status_callback_becomes_a_report(raw: bytes, report: Report | None) -> None:
    """What became of a message, in Twilio's words; nothing while Twilio is still at it."""
    parsed = parse(raw)
    assert parsed.messages == ()
    assert parsed.reports == ((report,) if report else ())


class Caller:
    """Twilio, posting to our webhooks."""

    def __init__(self, client: TestClient[web.Request, web.Application], desk: RecordingDesk) -> None:
        self.client, self.desk = client, desk

    async def posts(
        self, body: bytes, *, path: str = "masuk", token: str = TOKEN, headers: dict[str, str] | None = None
    ) -> int:
        """Post a body, signed for the address that the world knows."""
        way = f"/hooks/blitar-sms/{path}"
        known = signed(WORLD + way, body, token) if headers is None else headers
        async with self.client.post(way, data=body, headers=known) as answer:
            if answer.status == 200:
                assert (answer.content_type, (await answer.text())[-11:]) == ("text/xml", "<Response/>")
            return answer.status


@asynccontextmanager
async def calling(**more: Any) -> AsyncIterator[Caller]:
    """The door's routes behind a server of their own."""
    desk, app = RecordingDesk(), web.Application()
    twilio = door(**more)
    app.add_routes(twilio.routes(desk))
    async with TestClient(TestServer(app)) as client:
        yield Caller(client, desk)
    await twilio.close()


@pytest.mark.skipif(not VECTORS.exists(), reason="the signature vectors of Twilio's own tests are not here")
def test_signatures_are_twilios_own() -> None:
    """The validator that we ask agrees with the vectors that Twilio publishes."""
    told = json.loads(VECTORS.read_text("utf-8"))
    validator = RequestValidator(told["auth_token"])
    for one in told["vectors"]:
        pairs = one.get("params_list") or list(one.get("params", {}).items())
        fields: Any = one["raw_body"] if "raw_body" in one else MultiDict(pairs) if pairs else {}
        assert validator.validate(one["url"], fields, one["signature"]) == one["valid"], one


async def test_a_signed_message_is_stored_and_answered_with_nothing() -> None:
    """Twilio gets an empty answer, the desk the message with our own time and the body as it came."""
    async with calling() as twilio:
        body = form(Body="Jalan rusak + berlubang & gelap é😀", OptOutType="")
        assert await twilio.posts(body) == 200
        (said,) = twilio.desk.messages.values()
    assert (said.text, said.raw, said.sent_at) == ("Jalan rusak + berlubang & gelap é😀", body, NOW)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Twilio-Signature": ""},
        {"X-Twilio-Signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8="},
        {"X-Twilio-Signature": "é" * 28},
        signed(f"{WORLD}/hooks/blitar-sms/masuk", form(), token="token-lain"),
        signed(f"{WORLD}/hooks/blitar-sms/status", form()),
        signed("http://wadul.example.go.id/hooks/blitar-sms/masuk", form()),
    ],
    ids=range(7),
)
async def test_a_forged_message_is_refused(headers: dict[str, str]) -> None:
    """Without Twilio's signature over this very address nothing is stored."""
    async with calling() as twilio:
        assert await twilio.posts(form(), headers=headers) == 403
        assert (twilio.desk.messages, twilio.desk.aside) == ({}, [])


async def test_a_changed_or_truncated_message_is_refused() -> None:
    """One letter other or fewer, and the signature does not fit."""
    body = form()
    known = signed(f"{WORLD}/hooks/blitar-sms/masuk", body)
    async with calling() as twilio:
        assert await twilio.posts(body.replace(b"mati", b"nyala"), headers=known) == 403
        assert await twilio.posts(body[:-1], headers=known) == 403
        assert await twilio.posts(b"", headers=known) == 403
        assert twilio.desk.messages == {}


async def test_the_address_is_the_one_that_the_world_knows() -> None:
    """Behind a proxy the request's own host says nothing; the setting goes before the installation's address."""
    async with calling(public_url="https://sms.example.go.id/wadul") as twilio:
        way = "/hooks/blitar-sms/masuk?edge=singapore"
        known = signed(f"https://sms.example.go.id/wadul{way}", form())
        async with twilio.client.post(way, data=form(), headers=known) as answer:
            assert answer.status == 200
        assert len(twilio.desk.messages) == 1


@pytest.mark.parametrize(
    ("body", "status"), [(b"a=1&" * 5000, 400), (b"Body=" + b"x" * 300_000, 413)], ids=["many", "large"]
)
async def test_what_is_too_much_is_refused_unread(body: bytes, status: int) -> None:
    """No message of Twilio's is that large."""
    async with calling() as twilio:
        assert await twilio.posts(body, headers={}) == status


async def test_a_stream_without_end_is_cut() -> None:
    """A body whose length is not told is read only as far as a message can go."""

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 10_000

    async with calling() as twilio, twilio.client.post("/hooks/blitar-sms/masuk", data=endless()) as answer:
        assert answer.status == 413


async def test_what_cannot_be_stored_is_not_acknowledged() -> None:
    """Twilio hears of a failure, so that it says it again."""
    async with calling() as twilio:
        twilio.desk.broken = True
        assert await twilio.posts(form()) == 500
        twilio.desk.broken = False
        assert await twilio.posts(form()) == 200
        assert twilio.desk.texts == ["Lampu mati"]


async def test_what_is_signed_but_unreadable_is_kept_for_a_person() -> None:
    """It is acknowledged: Twilio would only say the same again."""
    body = urlencode({"From": CITIZEN, "Body": "tanpa nama"}).encode()
    async with calling() as twilio:
        assert await twilio.posts(body) == 200
        assert twilio.desk.aside == [(body, "sms-unreadable")]


async def test_a_replayed_message_is_the_same_message() -> None:
    """However often it is posted, it has one id."""
    async with calling() as twilio:
        assert [await twilio.posts(form()) for _ in range(3)] == [200] * 3
        assert (len(twilio.desk.messages), twilio.desk.repeated) == (1, 2)


async def test_a_thousand_at_once_in_any_order() -> None:
    """A burst, shuffled, some of it twice: each is stored once."""
    bodies = [form(MessageSid=f"SM{n}", Body=f"Pesan {n}") for n in range(1000)]
    posted = [*bodies, *bodies[::10]]
    random.Random(7).shuffle(posted)
    async with calling() as twilio:
        answers = await asyncio.gather(*(twilio.posts(body) for body in posted))
        assert set(answers) == {200}
        assert sorted(twilio.desk.texts) == sorted(f"Pesan {n}" for n in range(1000))
        assert twilio.desk.repeated == 100


async def test_reports_arrive_in_any_order_with_our_key() -> None:
    """A status callback is filed as it comes, under Twilio's name and ours; what is still under way is no news."""
    async with calling() as twilio:
        for state in ("delivered", "queued", "sent"):
            body, way = status(state), f"status?kunci={quote_plus('k-1')}"
            known = signed(f"{WORLD}/hooks/blitar-sms/{way}", body)
            assert await twilio.posts(body, path=way, headers=known) == 200
        assert [(one.state, one.external_id, one.key) for one in twilio.desk.reports] == [
            (State.DELIVERED, "SM7", "k-1"),
            (State.SENT, "SM7", "k-1"),
        ]


@pytest.mark.parametrize("make", [form, lambda: status("sent")], ids=["message", "status"])
async def test_mixed_up_addresses_lose_nothing(make: Callable[[], bytes]) -> None:
    """Both addresses take both."""
    async with calling() as twilio:
        assert await twilio.posts(make(), path="status") == 200
        assert await twilio.posts(make(), path="masuk") == 200
        assert len(twilio.desk.messages) + len(twilio.desk.reports) in {1, 2}
