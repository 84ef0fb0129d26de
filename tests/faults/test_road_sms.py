"""The roads of the two doors for short messages: killed at any commit, each message is there once, and what nobody
knows of one that went out is settled by the platform's later word.
"""

from __future__ import annotations

import asyncio
import itertools
import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import urlencode

import aiohttp
import pytest

from tests.channels import phones, twilio_stand
from tests.faults.conftest import LATER, NOW, Office
from tests.faults.nursery import KILLED, Nursery
from tests.faults.test_road_web import serving
from tests.mail_peers import MailServers
from tests.postgres import Server

pytestmark = pytest.mark.timeout(600)  # dozens of processes are born and killed

WORLD = "http://wadul.example.test"
COMPLAINT = "Jalan di depan SD Kauman berlubang besar sejak bulan lalu."
CHANNELS = ("blitar-sms", "blitar-sms-luar")
NOWHERE = "http://127.0.0.1:9"


@dataclass(frozen=True)
class Call:
    """One webhook as its platform makes it."""

    path: str
    body: bytes
    headers: Mapping[str, str]


def call(channel: str, serial: int = 1) -> Call:
    """A citizen's message, in the words of that door's platform."""
    path = f"/hooks/{channel}/masuk"
    if channel == "blitar-sms":
        body = phones.sms(COMPLAINT, messageId=f"hp{serial}")
        return Call(path, body, phones.signed(body, at=datetime.fromisoformat(NOW)))
    body = twilio_stand.form(MessageSid=f"SM{serial}", Body=COMPLAINT)
    return Call(path, body, twilio_stand.signed(f"{WORLD}{path}", body))


async def answered(url: str, one: Call) -> bool:
    """Whether the program took a call."""
    async with aiohttp.ClientSession() as session:
        try:
            async with session.post(f"{url}{one.path}", data=one.body, headers=dict(one.headers)) as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False


def entries(channel: str, url: str = NOWHERE) -> dict[str, dict[str, Any]]:
    """The settings that lead that door to a stand-in."""
    if channel == "blitar-sms":
        login = {"user": "kantor", "password": "rahasia-hp", "signing_key": phones.KEY}
        return {channel: {"base_url": url, **login, "number": ""}}
    login = {"account_sid": twilio_stand.SID, "auth_token": twilio_stand.TOKEN, "number": twilio_stand.NUMBER}
    return {channel: {"base_url": url, **login, "take": "all"}}


@pytest.fixture(params=["sqlite", "postgres"])
def offices(request: pytest.FixtureRequest, nursery: Nursery, tmp_path: Path) -> Iterator[Iterator[Office]]:
    """One fresh office after another, without a mailbox."""
    nobody = cast("MailServers", SimpleNamespace(ports={"imap": 9, "smtp": 9}))
    template = request.getfixturevalue(f"{request.param}_template")
    server: Server | None = request.getfixturevalue("postgres_server") if request.param == "postgres" else None

    def fresh() -> Iterator[Office]:
        for number in itertools.count():
            folder = tmp_path / f"data-{number}"
            if server is None:
                yield Office(
                    f"sqlite://{shutil.copyfile(template, tmp_path / f'{number}.sqlite')}", folder, nobody, nursery
                )
                continue
            with server.database(f"killed_sms_{number}", template) as url:
                yield Office(url, folder, nobody, nursery)

    making = fresh()
    yield making
    making.close()


def check_there_once(office: Office, many: int = 1) -> None:
    """Every message is one, on one ticket of its citizen, acknowledged once."""
    assert office.count("SELECT count(*) FROM message WHERE direction = 'in'") == many
    assert office.count("SELECT count(*) FROM ticket") == 1
    assert office.count("SELECT count(*) FROM message WHERE template = 'diterima'") == 1
    assert office.count("SELECT count(*) FROM set_aside") == 0


@pytest.mark.parametrize("channel", CHANNELS)
async def test_killed_while_a_call_is_stored(offices: Iterator[Office], tmp_path: Path, channel: str) -> None:
    """No call is answered before its message is committed; the platform's next try finds it or brings it, once."""
    died, how = set(), {"statements": False, "entries": entries(channel)}
    for nth in itertools.count(1):
        office, trace = next(offices), tmp_path / f"trace-{nth}"
        with serving(office, tmp_path, nth=nth, trace=trace, **how) as (url, ended):
            taken = await answered(url, call(channel))
        if ended.result() == KILLED:
            died.add(office.steps(trace)[-1])
            assert not taken or office.count("SELECT count(*) FROM message WHERE direction = 'in'") == 1
            with serving(office, tmp_path, entries=entries(channel)) as (url, _):
                assert await answered(url, call(channel))
        check_there_once(office)
        if ended.result() != KILLED:
            break
    assert {"before commit", "after commit"} <= died


async def test_killed_while_a_list_is_swept(offices: Iterator[Office], tmp_path: Path) -> None:
    """What Twilio's webhooks could not bring is brought by its list, wherever the sweep died."""
    began, died = datetime.fromisoformat(NOW), set()
    async with twilio_stand.standing() as stand:
        seconds = [timedelta(seconds=serial) for serial in range(3)]
        stand.listed = [
            twilio_stand.message(serial, COMPLAINT if not serial else f"Tambahan {serial}", began - after)
            for serial, after in enumerate(reversed(seconds))
        ]
        how = {"channel": "blitar-sms-luar", "many": 3, "entries": entries("blitar-sms-luar", stand.url)}
        for nth in itertools.count(1):
            office, trace = next(offices), tmp_path / f"trace-{nth}"
            ended = await asyncio.to_thread(office.run, "sweep", nth=nth, trace=trace, statements=False, **how)
            if ended == KILLED:
                died.add(office.steps(trace)[-1])
                await asyncio.to_thread(office.run, "sweep", **how)
            check_there_once(office, 3)
            if ended != KILLED:
                break
    assert {"before commit", "after commit"} <= died


@asynccontextmanager
async def platform(channel: str) -> AsyncIterator[tuple[str, Callable[[], list[str]]]]:
    """That door's platform: its address, and the keys of what it was given, one for each time."""
    if channel == "blitar-sms":
        async with phones.gateway() as gateway:
            yield gateway.url, lambda: [str(body["id"]) for *_, body in gateway.asked if body and "id" in body]
    else:
        async with twilio_stand.standing() as stand:
            yield stand.url, lambda: [one["StatusCallback"].rpartition("=")[2] for one in stand.sent]


@pytest.mark.parametrize("offices", ["sqlite"], indirect=True)
@pytest.mark.parametrize("channel", CHANNELS)
async def test_killed_while_sending(offices: Iterator[Office], tmp_path: Path, channel: str) -> None:
    """A phone refuses what it has and is asked again; Twilio is never asked twice, and its later word settles."""
    ends: dict[str, set[str]] = {}
    for nth in itertools.count(1):
        office, trace = next(offices), tmp_path / f"trace-{nth}"
        with serving(office, tmp_path, entries=entries(channel)) as (url, _):
            assert await answered(url, call(channel))
        async with platform(channel) as (address, keys):
            how = {"entries": entries(channel, address), "statements": False}
            ended = await asyncio.to_thread(office.run, "send", nth=nth, trace=trace, **how)
            if ended == KILLED:
                await asyncio.to_thread(office.run, "send", now=LATER, **how)
            given = keys()
        states = dict(office.rows("SELECT m.key, d.state FROM delivery d JOIN message m ON m.id = d.message_id"))
        step = office.steps(trace)[-1] if ended == KILLED else "end"
        ends[step] = set(states.values())
        if channel == "blitar-sms":
            assert set(given) == set(states)
        else:
            assert len(given) == len(set(given))
            await _settle(office, tmp_path, [key for key in given if states[key] == "unsure"])
        if ended != KILLED:
            break
    assert {"before commit", "after commit", "before send", "after send"} <= set(ends)
    assert ends["end"] == {"sent"}
    assert set().union(*ends.values()) == ({"sent"} if channel == "blitar-sms" else {"sent", "unsure"})


async def _settle(office: Office, tmp_path: Path, keys: list[str]) -> None:
    """Twilio says what became of messages that we do not know by its names."""
    with serving(office, tmp_path, entries=entries("blitar-sms-luar")) as (url, _):
        for serial, key in enumerate(keys):
            told = {"MessageSid": f"SM9{serial}", "MessageStatus": "delivered", "To": twilio_stand.CITIZEN}
            path, body = f"/hooks/blitar-sms-luar/status?kunci={key}", urlencode(told).encode()
            assert await answered(url, Call(path, body, twilio_stand.signed(f"{WORLD}{path}", body)))
    states = dict(office.rows("SELECT m.key, d.state FROM delivery d JOIN message m ON m.id = d.message_id"))
    assert [states[key] for key in keys] == ["delivered"] * len(keys)
