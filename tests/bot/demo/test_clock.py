"""The demo's clock goes on and never back, and takes with it what time brings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiohttp import ClientSession, CookieJar

from bot import serving
from bot.demo.clock import Clock
from bot.demo.jumps import moments, stops
from bot.demo.start import staged
from bot.settings import Settings
from inbox.models import Notice, Ticket
from inbox.worktime import Calendar
from tests.shipped import shipped

MONDAY = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
OFFICES = shipped()
CALENDAR = Calendar(OFFICES.office("blitar"), OFFICES.worktime)


def local(at: datetime) -> str:
    return at.astimezone(ZoneInfo("Asia/Jakarta")).strftime("%d/%m %H.%M")


def test_it_goes_on_and_is_remembered(tmp_path: Path) -> None:
    """Moved on it runs from there, after a restart too; going back is not possible."""
    clock = Clock(lambda: MONDAY, tmp_path / "jam")
    clock.move(MONDAY + timedelta(days=1))
    clock.move(MONDAY)
    assert clock() == MONDAY + timedelta(days=1)
    later = Clock(lambda: MONDAY + timedelta(minutes=5), tmp_path / "jam")
    assert later() == MONDAY + timedelta(days=1, minutes=5)
    later.reset()
    assert Clock(lambda: MONDAY, tmp_path / "jam")() == MONDAY


def test_an_unreadable_file_is_no_time(tmp_path: Path) -> None:
    """Whoever writes something else into the file gets the real time."""
    (tmp_path / "jam").write_text("kemarin")
    assert Clock(lambda: MONDAY, tmp_path / "jam")() == MONDAY


@pytest.mark.parametrize(
    ("now", "goals"),
    [
        (MONDAY, {"jam": "23/11 10.15", "pagi": "24/11 08.00", "hari": "24/11 09.15", "libur": "24/12 09.00"}),
        (
            datetime(2026, 11, 20, 10, 0, tzinfo=UTC),
            {"jam": "20/11 18.00", "pagi": "23/11 08.00", "hari": "21/11 17.00", "libur": "24/12 09.00"},
        ),
    ],
)
def test_where_one_can_go(now: datetime, goals: dict[str, str]) -> None:
    """An hour on, the next morning the office opens, a day on, and the next holiday with its name."""
    found = {one.id: one for one in stops(now, CALENDAR)}
    assert {id_: local(one.at) for id_, one in found.items()} == goals
    assert "Natal" in found["libur"].name


def test_the_way_there_is_looked_at_in_half_hours_of_the_office(tmp_path: Path) -> None:
    """No half hour at which an office works is left out on a short way, and a long way takes fewer.

    What falls due at closing time is told just after it, not in the night.
    """
    day = list(moments(MONDAY, MONDAY + timedelta(days=1), [CALENDAR]))
    closed = [local(at) for at in day if not CALENDAR.is_open(at)]
    assert closed == ["23/11 12.15", "23/11 16.15", "24/11 00.15"]
    assert len([at for at in day if CALENDAR.is_open(at)]) == 13
    year = list(moments(MONDAY, MONDAY + timedelta(days=365), [CALENDAR]))
    assert len(year) < 300
    assert all(before < after for before, after in pairwise(year))


async def clock_of(browser: ClientSession) -> dict[str, Any]:
    found: dict[str, Any] = await (await browser.get("/hp/jam?kantor=blitar")).json()
    return found


async def goes(browser: ClientSession, to: str) -> int:
    return (await browser.post("/hp/jam", data={"ke": to})).status


async def test_a_jump_brings_what_time_brings(begun: Settings) -> None:
    """Promises are missed in their own hour, citizens hear of it, officers are reminded and stay signed in."""
    async with (
        staged(begun, now=lambda: MONDAY) as wadul,
        serving.running(wadul) as port,
        wadul.live.subscribe("blitar") as events,
        ClientSession(f"http://127.0.0.1:{port}", cookie_jar=CookieJar(unsafe=True)) as browser,
    ):
        page = await (await browser.get("/masuk")).text()
        token = page.partition('name="csrf" value="')[2].partition('"')[0]
        await browser.post("/masuk", data={"csrf": token, "contoh": "petugas.blitar"})
        before = await clock_of(browser)
        assert (before["buka"], before["maju"], before["hari"][0]["on"]) == (True, 0, "2026-11-23")
        late = await Ticket.filter(promise_missed_at__isnull=False).count()
        assert await goes(browser, before["tujuan"]["janji"]["ke"]) == 200
        assert await Ticket.filter(promise_missed_at__isnull=False).count() > late
        assert await goes(browser, before["tujuan"]["hari"]["ke"]) == 200
        after = await clock_of(browser)
        assert after["sekarang"].startswith("2026-11-24T02:15")
        for wrong in (before["sekarang"], "besok", "2026-11-25T08:00:00", "2099-01-01T00:00:00+00:00"):
            assert await goes(browser, wrong) == 422
        assert "Keluar" in await (await browser.get("/meja/")).text()
        state = await (await browser.get("/hp/isi?warga=3&sejak=")).json()
        told = [line["at"] for line in state["obrolan"] if "belum selesai" in line["text"] and not line["sent"]]
        assert told
        assert all("2026-11-23T02:15" < at < "2026-11-24T02:15" for at in told)
        assert await Notice.filter(office="blitar", kind="late").exists()
        kinds = set()
        while not events.empty():
            kinds.add((await events.get()).kind)
        assert "reload" in kinds
    async with (
        staged(begun, now=lambda: MONDAY) as wadul,
        serving.running(wadul) as port,
        ClientSession(f"http://127.0.0.1:{port}") as browser,
    ):
        assert (await clock_of(browser))["sekarang"].startswith("2026-11-24T02:15")


async def test_every_door_of_the_demo_is_in_order(begun: Settings) -> None:
    """The real doors' own checks find nothing wrong with the stand-ins, and the clock is no site's but ours."""
    async with staged(begun, now=lambda: MONDAY) as wadul, serving.running(wadul) as port:
        assert [fault for door in wadul.doors.values() for fault in await door.check()] == []
        async with ClientSession(f"http://127.0.0.1:{port}") as browser:
            to = {"ke": (MONDAY + timedelta(days=1)).isoformat()}
            answer = await browser.post("/hp/jam", data=to, headers={"Sec-Fetch-Site": "cross-site"})
            assert answer.status == 403
            assert (await browser.get("/hp/jam?kantor=lain")).status == 404
