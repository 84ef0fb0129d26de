"""Looking after the phone: what no call told comes in once, and what ails the phone reaches a person in time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from channels.android import Adapter, Settings
from channels.android_phone import Credit, Limits, Phone, faults
from channels.base import Fault, Unauthorised, Unheard
from templates import sentence
from tests.channels.phones import JPEG, KEY, NOW, Gateway, gateway, health, record, signed, sms
from tests.channels.recording import RecordingDesk

URL = "https://aduan.example.go.id"
NEEDED = {"sms:received", "sms:sent", "sms:delivered", "sms:failed"}


@dataclass
class Watched:
    """A door that looks after a phone, its desk, and a clock that stands still."""

    gateway: Gateway
    desk: RecordingDesk = field(default_factory=RecordingDesk)
    now: datetime = NOW

    def door(self, url: str = URL, **more: Any) -> Adapter:
        """The door, as it is after a start."""
        entry = {"user": "kantor", "password": "rahasia-hp", "signing_key": KEY, "base_url": self.gateway.url}
        settings = Settings.model_validate({**entry, "poll_seconds": 1, **more})
        return Adapter("blitar-sms", settings, secret=b"k", now=lambda: self.now, url=url)

    async def look(self, door: Adapter | None = None, until: Callable[[], bool] | None = None) -> None:
        """Start to listen, and stop after the first look (or when something became true)."""
        door, before = door or self.door(), len(self.desk.warnings)
        listening = asyncio.create_task(door.listen(self.desk))
        looked = asyncio.create_task(self.desk.until(until or (lambda: len(self.desk.warnings) >= before + 2)))
        try:
            await asyncio.wait({listening, looked}, return_when=asyncio.FIRST_COMPLETED)
            if listening.done():
                listening.result()
            looked.result()
        finally:
            listening.cancel()
            looked.cancel()
            await asyncio.gather(listening, looked, return_exceptions=True)
            await door.close()

    def codes(self) -> set[str]:
        """What a person was told of last."""
        return {fault.code for fault in self.desk.warnings[-1]}


@pytest.fixture
async def watched() -> AsyncIterator[Watched]:
    """A phone behind a gateway that obeys the test, connected a while ago."""
    async with gateway() as standing:
        one = Watched(standing, now=NOW - timedelta(days=10))
        await one.look()
        one.now = NOW
        standing.asked.clear()
        yield one


@asynccontextmanager
async def _hooked(watched: Watched, door: Adapter) -> AsyncIterator[TestClient[Any, Any]]:
    app = web.Application()
    app.add_routes(door.routes(watched.desk))
    async with TestClient(TestServer(app)) as client:
        yield client


class TestSweep:
    """What a dead webhook missed."""

    async def test_what_lay_there_before_the_office_came_stays(self) -> None:
        """Old private texts are nobody's complaint."""
        async with gateway() as standing:
            watched = Watched(standing)
            old, new = record("Lama", createdAt="2026-11-22T09:00:00.000+07:00"), record("Baru", id="text:2")
            standing.inbox = [new, old]
            await watched.look()
            assert watched.desk.texts == ["Baru"]

    async def test_what_was_missed_comes_in_once_and_in_order(self, watched: Watched) -> None:
        """However often we look, and after a start as well."""
        watched.gateway.inbox = [record("Dua", id="text:2"), record("Satu", id="text:1")]
        await watched.look()
        await watched.look()
        assert watched.desk.texts == ["Satu", "Dua"]

    async def test_a_running_door_hands_over_only_what_is_new(self, watched: Watched) -> None:
        """The desk is not asked again about what this process has seen."""
        watched.gateway.inbox = [record("Satu", id="text:1")]
        before = len(watched.desk.warnings)
        await watched.look(until=lambda: len(watched.desk.warnings) >= before + 4)
        assert watched.desk.repeated == 0

    async def test_what_a_webhook_told_is_the_same_message(self, watched: Watched) -> None:
        """The inbox lists it too."""
        door = watched.door()
        async with _hooked(watched, door) as client:
            await client.post("/hooks/blitar-sms/masuk", data=sms(), headers=signed(sms()))
        watched.gateway.inbox = [record()]
        await watched.look(door)
        assert len(watched.desk.messages) == 1

    async def test_a_message_that_was_long_on_its_way_is_found(self, watched: Watched) -> None:
        """It is listed by when it was sent: a phone that was off for two days gets two days of texts."""
        watched.gateway.inbox = [record("Terlambat", createdAt="2026-11-21T10:00:00.000+07:00")]
        await watched.look()
        since = next(query["from"] for _, path, query, _ in watched.gateway.asked if path == "/inbox")
        assert since <= "2026-11-21T03:00:00.000Z"
        assert watched.desk.texts == ["Terlambat"]

    async def test_many_pages_are_all_read(self, watched: Watched) -> None:
        """The gateway gives five hundred at a time."""
        watched.gateway.inbox = [record(f"Aduan {n}", id=f"text:{n}") for n in range(1200, 0, -1)]
        await watched.look()
        assert watched.desk.texts == [f"Aduan {n}" for n in range(1, 1201)]

    async def test_what_cannot_be_read_stops_nothing(self, watched: Watched) -> None:
        """It waits for a person."""
        watched.gateway.inbox = [record("Baik", id="text:2"), record(sender=""), {"type": "FAX"}]
        await watched.look()
        assert watched.desk.texts == ["Baik"]
        assert {reason for _, reason in watched.desk.aside} == {"sms-no-sender", "sms-unreadable"}

    async def test_a_picture_that_is_announced_is_awaited(self, watched: Watched) -> None:
        """The announcement itself is no message."""
        listed = record("Foto", id="mms:1574", type="MMS_DOWNLOADED")
        listed["attachments"] = [{"partId": 3, "contentType": "image/jpeg", "name": "foto.jpg", "size": len(JPEG)}]
        watched.gateway.inbox = [listed, record("MMS notification", id="mms-header:9", type="MMS")]
        await watched.look()
        (one,) = watched.desk.messages.values()
        assert [(file.name, file.reference, file.size_bytes) for file in one.files] == [
            ("foto.jpg", "mms:1574/3", len(JPEG))
        ]

    async def test_a_broken_desk_loses_nothing(self, watched: Watched) -> None:
        """What could not be stored is handed over again."""
        watched.gateway.inbox, watched.desk.broken = [record("Satu")], True
        with pytest.raises(RuntimeError):
            await watched.look()
        watched.desk.broken = False
        await watched.look()
        assert watched.desk.texts == ["Satu"]

    @pytest.mark.parametrize(("status", "asked"), [(501, "/inbox/refresh"), (404, "/messages/inbox/export")])
    async def test_a_gateway_without_inbox_is_asked_to_call_again(
        self, watched: Watched, status: int, asked: str
    ) -> None:
        """The cloud's, and old versions of the app; the phone's own patience is 45 hours."""
        watched.gateway.answers["GET", "/inbox"] = status, {"message": "Not Implemented"}
        watched.gateway.answers["POST", asked] = 202, None
        await watched.look()
        _, _, _, wish = next(one for one in watched.gateway.asked if one[1] == asked)
        assert wish == {
            "since": "2026-11-13T02:15:00.000Z",
            "until": "2026-11-23T02:15:00.000Z",
            "triggerWebhooks": True,
        }

    async def test_a_short_gap_closes_by_itself(self, watched: Watched) -> None:
        """Asked again for no reason, some versions would tell everything twice."""
        watched.gateway.answers["GET", "/inbox"] = 501, {}
        watched.gateway.answers["POST", "/inbox/refresh"] = 202, None
        await watched.look()
        watched.gateway.asked.clear()
        watched.now += timedelta(hours=40)
        await watched.look()
        assert "/inbox/refresh" not in watched.gateway.paths("POST")


class TestWebhooks:
    """Who the phone calls."""

    async def test_a_phone_that_knows_us_not_is_told(self) -> None:
        """All that is needed, the fetched pictures, and the heartbeat; said once."""
        async with gateway() as standing:
            watched = Watched(standing)
            await watched.look()
            assert standing.events() == NEEDED | {"mms:downloaded", "system:ping"}
            assert {one["url"] for one in standing.webhooks} == {f"{URL}/hooks/blitar-sms/masuk"}
            assert all(len(one["id"]) <= 36 for one in standing.webhooks)
            standing.asked.clear()
            await watched.look()
            assert "/webhooks" not in standing.paths("POST")

    async def test_another_address_replaces_the_old_one(self, watched: Watched) -> None:
        """The phone must not go on calling where we were."""
        await watched.look(watched.door("https://baru.example.go.id"))
        assert {one["url"] for one in watched.gateway.webhooks} == {"https://baru.example.go.id/hooks/blitar-sms/masuk"}

    @pytest.mark.parametrize("url", ["", "http://192.168.1.5:8080"])
    async def test_nothing_is_registered_where_no_phone_would_call(self, url: str) -> None:
        """Apps call https only; what the inbox holds comes in all the same."""
        async with gateway() as standing:
            watched = Watched(standing)
            await watched.look(watched.door(url))
            standing.inbox = [record("Lewat kotak masuk")]
            await watched.look(watched.door(url))
            assert standing.webhooks == []
            assert watched.desk.texts == ["Lewat kotak masuk"]
            assert ("webhook-not-secure" in watched.codes()) == bool(url)

    async def test_a_refusal_is_told(self) -> None:
        """A person must know that nothing will be heard."""
        async with gateway() as standing:
            standing.answers["POST", "/webhooks"] = 400, {"message": "invalid url"}
            watched = Watched(standing)
            await watched.look()
            assert "webhook-missing" in watched.codes()


class TestHealth:
    """How the phone is."""

    async def test_a_phone_that_is_well_is_no_ones_worry(self, watched: Watched) -> None:
        """And silence says so."""
        await watched.look()
        assert watched.codes() == set()

    async def test_a_low_battery_is_told_even_where_the_page_says_failure(self, watched: Watched) -> None:
        """The phone's own page answers 500 then."""
        watched.gateway.answers["GET", "/health"] = 500, health(7) | {"status": "fail"}
        await watched.look()
        assert watched.codes() == {"phone-battery-low"}

    async def test_a_phone_of_the_cloud_is_missed(self, watched: Watched) -> None:
        """By when the server last saw it."""
        watched.gateway.phones = [{"id": "hp", "lastSeen": "2026-11-22T21:15:00Z"}]
        await watched.look()
        assert watched.desk.warnings[-1] == (Fault("phone-unseen-long", {"hours": "5"}),)

    @pytest.mark.parametrize(
        ("phones", "chosen", "code"),
        [
            ([], "", "gateway-no-phone"),
            ([{"id": "a", "lastSeen": "2026-11-23T02:14:00Z"}], "b", "gateway-other-phone"),
            ([{"id": "a", "lastSeen": "2026-11-23T02:14:00Z"}, {"id": "b"}], "", "gateway-many-phones"),
        ],
    )
    async def test_an_account_without_exactly_our_phone_is_told(
        self, watched: Watched, phones: list[dict[str, Any]], chosen: str, code: str
    ) -> None:
        """None, another, or several to choose from."""
        watched.gateway.phones = phones
        await watched.look(watched.door(device=chosen))
        assert code in watched.codes()

    async def test_a_phone_that_answers_itself_is_there(self, watched: Watched) -> None:
        """The phone itself says ``/device``; that it answers is enough, whatever its clock says."""
        watched.gateway.answers["GET", "/devices"] = 404, None
        watched.gateway.answers["GET", "/device"] = 200, [{"id": "hp", "lastSeen": "2020-01-01T00:00:00Z"}]
        await watched.look()
        assert watched.codes() == set()

    async def test_trouble_has_its_reason(self, watched: Watched) -> None:
        """The page of the doors says it in words."""
        watched.gateway.password = "lain"
        with pytest.raises(Unauthorised):
            await watched.look()
        watched.gateway.password = "rahasia-hp"
        watched.gateway.answers = {("GET", path): (404, None) for path in ("/devices", "/device")}
        with pytest.raises(Unheard) as raised:
            await watched.look()
        assert raised.value.reason == "gateway-elsewhere"

    async def test_the_sim_is_remembered_while_the_gateway_is_down(self, watched: Watched) -> None:
        """No phone needs to answer for that."""
        watched.gateway.password = "lain"
        with pytest.raises(Unauthorised):
            await watched.look(watched.door(credit={"active_until": "2026-11-30"}))
        assert watched.codes() >= {"sim-active-ending"}


class TestFaults:
    """What is worth a person's attention, as a table."""

    @pytest.mark.parametrize(
        ("phone", "credit", "expected"),
        [
            (Phone(), {}, []),
            (Phone(seen_at=NOW - timedelta(minutes=60)), {}, []),
            (Phone(seen_at=NOW - timedelta(minutes=61)), {}, [("phone-unseen", "61")]),
            (Phone(seen_at=NOW - timedelta(hours=26)), {}, [("phone-unseen-long", "26")]),
            (Phone(battery_percent=20), {}, []),
            (Phone(battery_percent=19), {}, [("phone-battery-low", "19")]),
            (Phone(failed=4), {}, [("phone-not-sending", "4")]),
            (Phone(skew=timedelta(minutes=-90)), {}, [("phone-clock-wrong", "90")]),
            (Phone(forged=True), {}, [("phone-signature-wrong", "")]),
            (Phone(forged=True, heard=True), {}, []),
            (Phone(), {"active_until": date(2026, 12, 8)}, []),
            (Phone(), {"active_until": date(2026, 12, 7)}, [("sim-active-ending", "07/12/2026")]),
            (Phone(), {"active_until": date(2026, 11, 23), "remind_days": 0}, [("sim-active-ending", "23/11/2026")]),
            (Phone(), {"active_until": date(2026, 11, 22)}, [("sim-active-ended", "22/11/2026")]),
        ],
    )
    def test_each_has_its_measure(self, phone: Phone, credit: dict[str, Any], expected: list[tuple[str, str]]) -> None:
        """And its sentence, in both languages."""
        limits = Limits(timedelta(minutes=60), 20, Credit(**credit))
        found = list(faults(phone, limits, NOW))
        assert [(one.code, next(iter(one.values.values()), "")) for one in found] == expected
        for one in found:
            for language in ("id", "en"):
                assert "?" not in sentence(one.code, one.values, language)
