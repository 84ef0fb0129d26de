"""A burst is spread over time: no platform has to say 429, nothing counts as failed, and each waits for its turn."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import channels
from bot.deliver import Deliverer
from bot.health import HealthBook
from bot.pacing import forget, paced, until
from channels.base import Abilities, Outbound, Pace, Paced, Receipt, Undelivered
from config.schema import ChannelEntry
from inbox.database import Database
from inbox.departures import leave
from inbox.files import Files
from inbox.models import Attempt, Delivery
from inbox.shown import Shown
from tests.inbox.rows import CHANNEL, queued

START = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


class Strict:
    """A platform that says 429 to whoever goes beyond its limits."""

    id = CHANNEL

    def __init__(self, bench: Bench, all_in_all: Pace, each: Pace) -> None:
        self.abilities = Abilities("email", pace=(all_in_all,), pace_each=(each,))
        self._bench, self._pace, self._each = bench, all_in_all, each
        self.taken: list[tuple[datetime, str, str]] = []

    async def send(self, outbound: Outbound) -> Receipt:
        """Take it, or refuse."""
        now = self._bench.now
        for pace, known in ((self._pace, self.taken), (self._each, self._of(outbound.recipient))):
            if sum(now - at < timedelta(seconds=pace.seconds) for at, *_ in known) >= pace.many:
                raise Undelivered("server-busy", retry=True, detail="429")
        self.taken.append((now, outbound.recipient, outbound.text))
        return Receipt(outbound.key)

    def _of(self, recipient: str) -> Iterable[tuple[datetime, str, str]]:
        return [one for one in self.taken if one[1] == recipient]


class Bench:
    """A deliverer with one strict door, and a clock that the test moves."""

    def __init__(self, database: Database, folder: Path, all_in_all: Pace, each: Pace) -> None:
        self.now = START
        self.door = Strict(self, all_in_all, each)
        doors: dict[str, Strict] = {CHANNEL: self.door}
        self.paces = {CHANNEL: paced(self.door, None)}  # type: ignore[arg-type] - as much as is looked at
        self.database = database
        self.deliverer = Deliverer(
            database,
            doors,  # type: ignore[arg-type]
            Files(folder / "files"),
            Shown(Files(folder / "files")),
            HealthBook(lambda: self.now),
            announce=lambda _: None,
            now=lambda: self.now,
            paces=self.paces,
        )

    async def told(self) -> Paced:
        """What the page of the door is told."""
        return await until(self.database, CHANNEL, self.paces[CHANNEL], self.now)

    async def until(self, seconds: int) -> list[int]:
        """How many went in each second."""
        went = []
        for second in range(seconds):
            self.now = after(second)
            before = len(self.door.taken)
            await self.deliverer.drain()
            went.append(len(self.door.taken) - before)
        return went


async def test_a_burst_goes_at_the_platforms_pace(any_database: Database, tmp_path: Path) -> None:
    """Ten at once at three in two seconds: each goes, none is refused, and none was tried twice."""
    bench = Bench(any_database, tmp_path, Pace(3, 2), Pace(9, 9))
    for place in range(10):
        await queued(any_database, START, value=f"warga{place}@example.com")
    assert await bench.until(8) == [3, 0, 3, 0, 3, 0, 1, 0]
    assert await Attempt.all().count() == 10
    assert set(await Delivery.all().values_list("state", "attempts")) == {("sent", 1)}


async def test_one_address_is_not_flooded(any_database: Database, tmp_path: Path) -> None:
    """To one person one in three seconds, in their order, while others are answered; waiting counts as no attempt."""
    bench = Bench(any_database, tmp_path, Pace(30, 1), Pace(1, 3))
    for text in ("satu", "dua", "tiga"):
        await queued(any_database, START, text=text)
    await queued(any_database, START, value="lain@example.com", text="lain")
    assert await bench.until(8) == [2, 0, 0, 1, 0, 0, 1, 0]
    assert [text for _, to, text in bench.door.taken if to == "sri@example.org"] == ["satu", "dua", "tiga"]
    assert set(await Delivery.all().values_list("state", "attempts")) == {("sent", 1)}
    assert await Attempt.all().count() == 4


async def test_a_door_that_waits_says_until_when(sqlite_database: Database, tmp_path: Path) -> None:
    """The page of the door tells its limits, and the moment of the next message while they are used up."""
    bench = Bench(sqlite_database, tmp_path, Pace(1, 60), Pace(9, 9))
    limits = ((Pace(1, 60),), (Pace(9, 9),))
    assert await bench.told() == Paced(*limits)
    await queued(sqlite_database, START)
    await bench.until(1)
    bench.now = after(20)
    assert await bench.told() == Paced(*limits, until=after(60))
    bench.now = after(60)
    assert await bench.told() == Paced(*limits)


async def test_several_processes_keep_one_pace(postgres_database: Database, tmp_path: Path) -> None:
    """Two deliverers that look at the same moment send together what one door may, officers' messages among it, and
    each message once; to one address not more than it may have."""
    benches = [Bench(postgres_database, tmp_path, Pace(3, 2), Pace(1, 4)) for _ in range(2)]
    platform = benches[0].door
    benches[1].door.taken = platform.taken
    for place in range(12):
        await queued(postgres_database, START, value=f"warga{place % 6}@example.com", text=f"{place}")
    went: list[int] = []
    for second in range(12):
        for bench in benches:
            bench.now = after(second)
        before = len(platform.taken)
        if second == 2:
            paces = benches[0].paces[CHANNEL]
            leaving = [leave(postgres_database, CHANNEL, f"petugas{one}", paces, after(2)) for one in range(2)]
            assert await asyncio.gather(*leaving) == [timedelta(0)] * 2
        await asyncio.gather(*(bench.deliverer.drain() for bench in benches))
        went.append(len(platform.taken) - before)
    assert went == [3, 0, 1, 0, 3, 0, 3, 0, 2, 0, 0, 0]
    assert sorted(text for *_, text in platform.taken) == sorted(str(place) for place in range(12))
    assert set(await Delivery.all().values_list("state", "attempts")) == {("sent", 1)}


async def test_a_start_forgets_nothing(any_database: Database, tmp_path: Path) -> None:
    """What went before the program was started again counts; what no limit reaches back to is thrown away."""
    for place in range(4):
        await queued(any_database, START, value=f"warga{place}@example.com")
    assert await Bench(any_database, tmp_path, Pace(3, 60), Pace(9, 9)).until(1) == [3]
    again = Bench(any_database, tmp_path, Pace(3, 60), Pace(9, 9))
    assert await again.until(2) == [0, 0]
    for at, left in ((30, 3), (61, 0)):
        await forget(any_database, again.paces.values(), after(at))
        (row,) = await any_database.query("SELECT count(*) AS many FROM departure")
        assert row["many"] == left
    again.now = after(61)
    await again.deliverer.drain()
    assert len(again.door.taken) == 1


async def test_without_a_limit_nothing_waits(sqlite_database: Database) -> None:
    """Nor is anything written down."""
    for _ in range(100):
        assert not await leave(sqlite_database, "a", "x", Paced(), START)
    assert await sqlite_database.query("SELECT * FROM departure") == []


async def test_several_limits_hold_together(any_database: Database) -> None:
    """Two in a second and three in a minute: the third waits a second, the fourth a minute."""
    limits = Paced((Pace(2, 1), Pace(3, 60)))
    waits = [await leave(any_database, "a", "x", limits, at) for at in (START, START, START, after(1), after(2))]
    assert waits == [timedelta(seconds=wait) for wait in (0, 0, 1, 0, 58)]


async def test_a_clock_that_is_set_back_stops_nobody(any_database: Database) -> None:
    """What went in what is now the far future does not count; clocks that differ a little break no pace."""
    limits = Paced((Pace(1, 60),))
    assert not await leave(any_database, "a", "x", limits, after(3600))
    assert not await leave(any_database, "a", "x", limits, START)
    assert await leave(any_database, "a", "x", limits, after(-1)) == timedelta(seconds=61)


OWN = [
    ("nothing said", None, ((Pace(30, 1),), (Pace(20, 20),))),
    ("by the minute", {"per_minute": 12}, ((Pace(12, 60),), (Pace(20, 20),))),
    ("by hour and second", {"per_second": 5, "per_hour": 400}, ((Pace(5, 1), Pace(400, 3600)), (Pace(20, 20),))),
    ("to one address", {"each_per_minute": 3}, ((Pace(30, 1),), (Pace(3, 60),))),
]


@pytest.mark.parametrize(("rate", "limits"), [row[1:] for row in OWN], ids=[row[0] for row in OWN])
def test_the_offices_file_goes_before(
    rate: dict[str, int] | None, limits: tuple[tuple[Pace, ...], tuple[Pace, ...]]
) -> None:
    """What the file says of a Telegram door instead of what the platform documents."""
    entry = ChannelEntry.model_validate({"kind": "telegram", "token": "1:a", **({"rate": rate} if rate else {})})
    assert "rate" not in entry.settings()
    door = channels.load("x-y", {"kind": "telegram", **entry.settings(), "rate": rate}, secret=b"", now=lambda: START)
    assert paced(door, entry.rate) == Paced(*limits)


def test_no_platform_is_left_without_its_documented_limit() -> None:
    """Those that say how fast is too fast."""
    entries = {
        "email": {"address": "a@b.example"},
        "android": {"user": "a", "password": "b"},
        "telegram": {"token": "1:a"},
    }
    for kind, entry in entries.items():
        door = channels.load("x-y", {"kind": kind, **entry}, secret=b"", now=lambda: START)
        assert paced(door, None).limits, kind
