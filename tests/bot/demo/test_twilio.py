"""The demo's Twilio speaks as Twilio's own description says, and signs as Twilio's own library checks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from aiohttp import ClientSession
from twilio.request_validator import RequestValidator

from bot.demo import story
from bot.demo.chats import Chats
from bot.demo.news import News
from bot.demo.twilio import TwilioStandIn
from channels.http import basic
from tests.bot.demo import openapi
from tests.bot.demo.program import PUBLIC, Heard, Listening, listening

NOW = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
DOOR, NUMBER = "kota-sms-luar", "+15005550006"
PEOPLE = story.told().citizens
API = "twilio_messages_openapi.json"
MESSAGE = "api.v2010.account.message"
CALLBACK = f"{PUBLIC}/hooks/{DOOR}/status"


@pytest.fixture
def chats(tmp_path: Path) -> Chats:
    return Chats(tmp_path, [person.id for person in PEOPLE], News(), lambda: NOW)


@pytest.fixture
async def there() -> AsyncIterator[Listening]:
    async with listening() as there:
        yield there


@pytest.fixture
async def twilio(chats: Chats, there: Listening) -> AsyncIterator[TwilioStandIn]:
    async with TwilioStandIn({DOOR: NUMBER}, PEOPLE, chats, there.program, lambda: NOW) as twilio:
        yield twilio


async def asks(twilio: TwilioStandIn, method: str, path: str, **options: Any) -> tuple[int, Any]:
    given = twilio.entry(DOOR)
    async with ClientSession(headers=basic(given["account_sid"], given["auth_token"])) as session:
        whole = f"{given['base_url']}/2010-04-01/Accounts/{given['account_sid']}{path}"
        answer = await session.request(method, whole, **options)
        return answer.status, await answer.json()


def signed(twilio: TwilioStandIn, heard: Heard) -> dict[str, str]:
    """The webhook's parameters, after Twilio's own library found its signature good."""
    given = dict(parse_qsl(heard.body.decode(), keep_blank_values=True))
    validator = RequestValidator(twilio.entry(DOOR)["auth_token"])
    assert validator.validate(f"{PUBLIC}{heard.path}", given, heard.headers["X-Twilio-Signature"])
    return given


async def test_what_a_citizen_texts_is_told_signed(twilio: TwilioStandIn, there: Listening) -> None:
    """The webhook names sender, text and its parts, and its signature is good for the public address."""
    twilio.says("1", DOOR, "Jalan rusak. " * 20)
    (heard,) = await there.until(1)
    given = signed(twilio, heard)
    assert (given["From"], given["To"], given["NumSegments"]) == (PEOPLE[0].phone, NUMBER, "2")
    assert given["MessageSid"].startswith("SM")
    assert len(given["MessageSid"]) == 34


async def test_what_is_sent_lies_on_the_phone_and_is_reported(
    twilio: TwilioStandIn, there: Listening, chats: Chats
) -> None:
    """The created message is as described; the status callbacks come in order."""
    form = {"To": PEOPLE[0].phone, "From": NUMBER, "Body": "Aduan diterima", "StatusCallback": CALLBACK}
    status, made = await asks(twilio, "POST", "/Messages.json", data=form)
    assert (status, openapi.faults(API, MESSAGE, made)) == (201, [])
    assert [(line.sent, line.text) for line in chats.lines("1")] == [(False, "Aduan diterima")]
    reports = [signed(twilio, one) for one in await there.until(2)]
    assert [one["MessageStatus"] for one in reports] == ["sent", "delivered"]
    assert {one["MessageSid"] for one in reports} == {made["sid"]}


async def test_the_list_has_both_sides_newest_first(twilio: TwilioStandIn, there: Listening) -> None:
    """Filters and pages hold; every message is as described."""
    for text in ("Satu", "Dua", "Tiga"):
        twilio.says("1", DOOR, text)
    await there.until(3)
    _, page = await asks(twilio, "GET", f"/Messages.json?To=%2B{NUMBER[1:]}&PageSize=2")
    assert [one["body"] for one in page["messages"]] == ["Tiga", "Dua"]
    assert [openapi.faults(API, MESSAGE, one) for one in page["messages"]] == [[], []]
    async with ClientSession(
        headers=basic(*[twilio.entry(DOOR)[name] for name in ("account_sid", "auth_token")])
    ) as more:
        rest = await (await more.get(twilio.url + page["next_page_uri"])).json()
    assert ([one["body"] for one in rest["messages"]], rest["next_page_uri"]) == (["Satu"], None)
    assert (await asks(twilio, "GET", "/Messages.json?DateSent%3E=2026-11-24"))[1]["messages"] == []
    assert len((await asks(twilio, "GET", "/Messages.json?DateSent=2026-11-23"))[1]["messages"]) == 3
    assert (await asks(twilio, "GET", "/Messages.json?From=%2B4711"))[1]["messages"] == []


async def test_account_and_number_are_as_described(twilio: TwilioStandIn) -> None:
    """What a door asks to check its settings."""
    _, account = await asks(twilio, "GET", ".json")
    assert openapi.faults(API, "api.v2010.account", account) == []
    _, page = await asks(twilio, "GET", "/IncomingPhoneNumbers.json", params={"PhoneNumber": NUMBER})
    (number,) = page["incoming_phone_numbers"]
    assert openapi.faults(API, "api.v2010.account.incoming_phone_number", number) == []


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"Body": "a"}, 21604),
        ({"To": PEOPLE[0].phone}, 21602),
        ({"To": PEOPLE[0].phone, "Body": "a" * 1601}, 21617),
        ({"To": "+6281299999999", "Body": "a"}, 21211),
        ({"To": PEOPLE[0].phone, "Body": "a", "From": "+4711"}, 21606),
    ],
)
async def test_what_twilio_would_refuse_is_refused(twilio: TwilioStandIn, form: dict[str, str], code: int) -> None:
    """Mistakes are answered with Twilio's own codes."""
    status, said = await asks(twilio, "POST", "/Messages.json", data=form)
    assert (status, said["code"]) == (400, code)


async def test_who_said_stop_hears_no_more(twilio: TwilioStandIn, there: Listening) -> None:
    """Twilio keeps its own list of those who do not want to be written to."""
    twilio.says("1", DOOR, "Stop")
    await there.until(1)
    status, said = await asks(twilio, "POST", "/Messages.json", data={"To": PEOPLE[0].phone, "Body": "Halo"})
    assert (status, said["code"]) == (400, 21610)
    twilio.says("1", DOOR, "START")
    assert (await asks(twilio, "POST", "/Messages.json", data={"To": PEOPLE[0].phone, "Body": "Halo"}))[0] == 201


async def test_strangers_are_turned_away(twilio: TwilioStandIn) -> None:
    """A wrong token opens nothing; another account does not exist."""
    async with ClientSession(headers=basic(twilio.entry(DOOR)["account_sid"], "salah")) as session:
        answer = await session.get(f"{twilio.url}/2010-04-01/Accounts/{twilio.entry(DOOR)['account_sid']}.json")
        assert (answer.status, (await answer.json())["code"]) == (401, 20003)
