"""What a platform tells of a day are the messages that came in: the same ids, and each can be brought once more."""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

import channels
from channels.base import Brought, Channel, Counting, Seen, Unauthorised, Undelivered
from tests.channels import phones
from tests.channels.contract import NOW, SECRET
from tests.channels.mails import mail
from tests.channels.phones import gateway, record
from tests.channels.recording import RecordingDesk
from tests.channels.test_twilio_line import door as twilio_door
from tests.channels.twilio_stand import CITIZEN, message, standing
from tests.mail_peers import PASSWORD, MailServers
from tests.modem_peers import Modem

_numbers = itertools.count(1)
DAY = timedelta(days=1)
TODAY = datetime(2026, 11, 23, tzinfo=UTC)


async def told(
    door: Channel, since: datetime, until: datetime, progress: Mapping[str, Any] | None = None
) -> list[Seen]:
    """What its platform names."""
    assert isinstance(door, Counting)
    return [one async for one in door.received(since, until, progress or {})]


async def brought(door: Channel, seen: Seen) -> Brought:
    """One of them once more."""
    assert isinstance(door, Counting)
    return await door.again(seen.place)


async def heard(door: Channel, desk: RecordingDesk, many: int) -> None:
    """Listen until so many came in or were set aside."""
    listening = asyncio.create_task(door.listen(desk))
    try:
        await desk.until(lambda: len(desk.messages) + len(desk.aside) >= many)
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


class TestMailbox:
    """At a real IMAP server."""

    @pytest.fixture
    def address(self) -> str:
        """A mailbox that no other test has used."""
        return f"hitung{next(_numbers)}.{os.getpid()}@dinas.example.test"

    def door(self, servers: MailServers, address: str, **more: Any) -> Channel:
        entry = {
            "kind": "email",
            "address": address,
            "password": PASSWORD,
            "imap_host": "127.0.0.1",
            "imap_port": servers.ports["imap"],
            "imap_tls": False,
            "take": "all",
            **more,
        }
        return channels.load("blitar-email", entry, secret=SECRET, now=lambda: datetime.now(UTC))

    async def test_a_day_of_mail(self, mail_servers: MailServers, address: str) -> None:
        """Named by its header, by its content where it names itself nowhere, and none of the days around it."""
        noon = datetime.now(UTC).replace(hour=12) - 2 * DAY
        ordinary = [mail(f"Aduan {n}", message_id=f"<m{n}@x.id>") for n in range(60)]
        mail_servers.put(address, *ordinary, mail("Tanpa nama", message_id=""), taken_at=noon.timestamp())
        mail_servers.put(address, mail("Rusak", sender="", message_id="<r@x.id>"), taken_at=noon.timestamp())
        for days in (-1, 1):
            old = mail("Lain hari", message_id=f"<lain{days}@x.id>")
            mail_servers.put(address, old, taken_at=(noon + days * DAY).timestamp())
        desk, door = RecordingDesk(), self.door(mail_servers, address)
        await heard(door, desk, 64)
        since = noon.replace(hour=0, minute=0, second=0, microsecond=0)
        seen = await told(door, since, since + DAY, await desk.progress())
        ids = [one.external_id for one in seen]
        others = {"lain-1@x.id", "lain1@x.id"}
        assert sorted(ids) == sorted([*(desk.messages.keys() - others), "r@x.id"])
        assert {one.at for one in seen} == {noon.replace(microsecond=0)}
        nameless = next(one for one in seen if one.external_id.startswith("sha256:"))
        (again,) = (await brought(door, nameless)).parsed.messages
        assert (again.external_id, again.text) == (nameless.external_id, "Tanpa nama")
        strange = await brought(door, next(one for one in seen if one.external_id == "r@x.id"))
        assert (strange.reason, strange.raw) == desk.aside[0][::-1]
        assert set(mail_servers.flags(address)) == {""}

    async def test_what_lay_there_before_is_left_out(self, mail_servers: MailServers, address: str) -> None:
        """As the door left it when the office connected the mailbox; a door that never listened tells nothing."""
        past = datetime.now(UTC) - timedelta(minutes=5)
        mail_servers.put(address, mail(message_id="<lama@x.id>"), taken_at=past.timestamp())
        desk, door = RecordingDesk(), self.door(mail_servers, address, take="new")
        now = datetime.now(UTC)
        assert await told(door, now - DAY, now + DAY) == []
        listening = asyncio.create_task(door.listen(desk))
        await desk.until(lambda: bool(desk.commits))
        await asyncio.sleep(1.1)  # a mailbox counts in whole seconds
        mail_servers.put(address, mail(message_id="<baru@x.id>"))
        await desk.until(lambda: bool(desk.messages))
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        seen = await told(door, now - DAY, now + DAY, await desk.progress())
        assert [one.external_id for one in seen] == ["baru@x.id"]

    async def test_trouble_is_said_in_the_contracts_terms(self, mail_servers: MailServers, address: str) -> None:
        """A mail that is gone, a wrong password, a server that is not there."""
        desk, door = RecordingDesk(), self.door(mail_servers, address)
        mail_servers.put(address, mail())
        await heard(door, desk, 1)
        progress, now = await desk.progress(), datetime.now(UTC)
        (seen,) = await told(door, now - DAY, now + DAY, progress)
        with pytest.raises(Undelivered, match="message-gone"):
            await brought(door, Seen("x", now, {**seen.place, "uid": 4711}))
        with pytest.raises(Undelivered, match="message-gone"):
            await brought(door, Seen("x", now, {**seen.place, "uidvalidity": 1}))
        with pytest.raises(Unauthorised):
            await told(self.door(mail_servers, address, password="salah"), now - DAY, now, progress)
        with pytest.raises(Undelivered) as raised:
            await told(self.door(mail_servers, address, imap_port=9), now - DAY, now, progress)
        assert raised.value.retry


class TestTwilio:
    """At a Twilio of our own."""

    async def test_a_day_of_texts(self) -> None:
        """What came on that day to the number, over several pages; what went out is none of it."""
        async with standing() as stand:
            stand.page = 2
            hours = [-1, 1, 2, 3, 25]
            stand.listed = [
                message(place, f"Aduan {place}", TODAY + timedelta(hours=h)) for place, h in enumerate(hours)
            ]
            stand.listed.append(message(9, "Jawaban", TODAY + timedelta(hours=4), direction="outbound-api"))
            stand.listed.append(message(10, "Kacau", TODAY + timedelta(hours=5), **{"from": ""}))
            door = twilio_door(stand.url)
            seen = await told(door, TODAY, TODAY + DAY)
            named = sorted(one.external_id for one in seen if one.external_id)
            assert named == [f"SM{place:032x}" for place in (1, 2, 3)]
            assert sum(not one.external_id for one in seen) == 1
            again = await brought(door, next(one for one in seen if one.external_id == named[0]))
            assert [(one.text, one.sender) for one in again.parsed.messages] == [("Aduan 1", CITIZEN)]
            with pytest.raises(Undelivered, match="message-gone"):
                await brought(door, Seen("x", TODAY, {"sid": "SM" + "f" * 32}))
            stand.answer = lambda _: web.Response(status=429)
            with pytest.raises(Undelivered) as raised:
                await told(door, TODAY, TODAY + DAY)
            assert raised.value.retry
            await door.close()


class TestPhone:
    """At a gateway that obeys the test."""

    async def test_a_day_of_texts(self) -> None:
        """The phone's own inbox; nothing from before the office connected it."""
        async with gateway() as standing:
            standing.inbox = [
                record("Baru", id="text:2", createdAt="2026-11-23T09:15:00.000+07:00"),
                record("Tadi", id="text:3", createdAt="2026-11-23T08:15:00.000+07:00"),
                record("Kemarin", id="text:4", createdAt="2026-11-22T08:15:00.000+07:00"),
            ]
            door = _phone(standing)
            progress = {"since": "2026-11-20T00:00:00+00:00", "until": "2026-11-23T02:15:00+00:00"}
            seen = await told(door, TODAY, TODAY + DAY, progress)
            assert len(seen) == 2
            (again,) = (await brought(door, seen[1])).parsed.messages
            assert (again.external_id, again.text) == (seen[1].external_id, "Tadi")
            late = {**progress, "since": "2026-11-23T02:00:00+00:00"}
            assert len(await told(door, TODAY, TODAY + DAY, late)) == 1
            assert await told(door, TODAY, TODAY + DAY) == []
            standing.inbox = []
            with pytest.raises(Undelivered, match="message-gone"):
                await brought(door, seen[1])
            await door.close()

    async def test_a_gateway_without_an_inbox_says_so(self) -> None:
        """The cloud's keeps none: not a failure, but nothing that can be asked."""
        async with gateway() as standing:
            standing.answers["GET", "/inbox"] = (404, {"message": "Not Found"})
            door = _phone(standing)
            progress = {"since": "2026-11-20T00:00:00+00:00", "until": "2026-11-23T02:15:00+00:00"}
            with pytest.raises(Undelivered) as raised:
                await told(door, TODAY, TODAY + DAY, progress)
            assert (raised.value.reason, raised.value.retry) == ("count-no-inbox", False)
            await door.close()


class TestModem:
    """At a real gammu-smsd with gammu's dummy phone."""

    async def test_a_day_of_texts(self, modem: Modem) -> None:
        """Taken or not, long ones joined; each once more as it was."""
        door = channels.load("blitar-modem", {"kind": "modem", **modem.entry()}, secret=b"", now=lambda: NOW)
        desk = RecordingDesk()
        texts = ["Lampu mati", "Jalan rusak parah sekali. " * 13 + "Tolong."]
        for reference, text in enumerate(texts):
            modem.texts(CITIZEN, text, reference=reference)
        await heard(door, desk, 2)
        now = datetime.now(UTC)
        seen = await told(door, now - DAY, now + timedelta(minutes=1))
        assert {one.external_id for one in seen} == set(desk.messages)
        again = [(await brought(door, one)).parsed.messages for one in seen]
        assert sorted(one.text for (one,) in again) == sorted(texts)
        assert {one.external_id for (one,) in again} == set(desk.messages)
        assert await told(door, now - 3 * DAY, now - DAY) == []
        modem.ask("DELETE FROM inbox")
        with pytest.raises(Undelivered, match="message-gone"):
            await brought(door, seen[0])


def _phone(standing: phones.Gateway) -> Channel:
    entry = {"kind": "android", "user": "kantor", "password": "rahasia-hp", "base_url": standing.url}
    return channels.load("blitar-sms", entry, secret=SECRET, now=lambda: NOW)
