"""A burst is spread over time: no platform has to say 429, nothing counts as failed, and each waits for its turn."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import channels
from bot.deliver import Deliverer
from bot.health import HealthBook
from bot.pacing import Pacing, paced
from channels.base import Abilities, Outbound, Pace, Paced, Receipt, Undelivered
from config.schema import ChannelEntry
from inbox.database import Database
from inbox.files import Files
from inbox.models import Attempt, Delivery
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
        self.pacing = Pacing({CHANNEL: paced(self.door, None)})  # type: ignore[arg-type] - as much as is looked at
        self.database = database
        self.deliverer = Deliverer(
            database,
            doors,  # type: ignore[arg-type]
            Files(folder / "files"),
            HealthBook(lambda: self.now),
            announce=lambda _: None,
            now=lambda: self.now,
            pacing=self.pacing,
        )

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
    assert bench.pacing.of(CHANNEL, START) == Paced(*limits)
    await queued(sqlite_database, START)
    await bench.until(1)
    assert bench.pacing.of(CHANNEL, after(20)) == Paced(*limits, until=after(60))
    assert bench.pacing.of(CHANNEL, after(60)) == Paced(*limits)


def test_without_a_limit_nothing_waits() -> None:
    """A door that nobody limits, and one that is not known."""
    pacing = Pacing({"a": Paced()})
    for channel in ("a", "b"):
        pacing.count(channel, 1000, START)
        assert pacing.free(channel, START) > 1000
        assert not pacing.wait(channel, "x", START)


def test_several_limits_hold_together() -> None:
    """Two in a second and three in a minute: the third waits a second, the fourth a minute."""
    pacing = Pacing({"a": Paced((Pace(2, 1), Pace(3, 60)))})
    pacing.count("a", 2, START)
    assert (pacing.free("a", START), pacing.of("a", START).until) == (0, after(1))
    assert pacing.free("a", after(1)) == 1
    pacing.count("a", 1, after(1))
    assert (pacing.free("a", after(2)), pacing.of("a", after(2)).until) == (0, after(60))


def test_a_clock_that_is_set_back_stops_nobody() -> None:
    """What went in what is now the future does not count."""
    pacing = Pacing({"a": Paced((Pace(1, 60),))})
    pacing.count("a", 1, after(3600))
    assert pacing.free("a", START) == 1


def test_addresses_of_long_ago_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many people were written to, only those of late are remembered."""
    monkeypatch.setattr("bot.pacing._MOST_ADDRESSES", 10)
    pacing = Pacing({"a": Paced(each=(Pace(1, 5),))})
    for place in range(100):
        pacing.wait("a", str(place), after(place))
    assert len(pacing._each) <= 11
    assert pacing.wait("a", "99", after(100)) == timedelta(seconds=4)


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
