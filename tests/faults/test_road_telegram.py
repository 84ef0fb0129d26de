"""The roads of a Telegram bot: killed at any step, each message is there once, and no answer is sent twice."""

from __future__ import annotations

import asyncio
import itertools
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.channels.bot_platform import TOKEN, BotPlatform
from tests.channels.updates import said
from tests.faults.conftest import LATER, NOW
from tests.faults.nursery import KILLED, Nursery

pytestmark = pytest.mark.timeout(600)  # dozens of processes are born and killed

DOOR = "blitar-telegram"
STATE = "SELECT state FROM delivery"


@dataclass
class Office:
    """An office that is killed and started anew, with its own record and its own platform."""

    file: Path
    data: Path
    nursery: Nursery
    platform: BotPlatform
    traces: Iterator[int] = field(default_factory=itertools.count)

    async def run(self, job: str, *, now: str = NOW, nth: int = 0) -> str:
        """A child does a job here; the step it died at, empty where it lived."""
        trace = self.data.with_name(f"{self.data.name}-trace-{next(self.traces)}")
        given = {
            "url": f"sqlite://{self.file}",
            "data": self.data,
            "account": {"address": "pengaduan@blitar.example.test"},
            "entries": {DOOR: {"token": TOKEN, "base_url": self.platform.url}},
            "now": now,
            "nth": nth,
            "trace": trace,
            "statements": False,
        }
        ended = await asyncio.to_thread(self.nursery.run, job, **given)
        return trace.read_text().splitlines()[-1] if ended == KILLED else ""

    def rows(self, sql: str) -> list[Any]:
        """The one column of a query."""
        with closing(sqlite3.connect(self.file)) as connection:
            return [row[0] for row in connection.execute(sql)]


@pytest.fixture
def offices(sqlite_template: Path, tmp_path: Path, nursery: Nursery) -> Iterator[Office]:
    """One fresh office after the other."""
    return (
        Office(
            Path(shutil.copyfile(sqlite_template, tmp_path / f"{n}.sqlite")),
            tmp_path / f"data-{n}",
            nursery,
            BotPlatform(),
        )
        for n in itertools.count()
    )


async def test_killed_while_updates_are_taken(offices: Iterator[Office]) -> None:
    """The platform forgets nothing that is not stored; what it sends again is absorbed, and acknowledged once."""
    died = set()
    for nth in itertools.count(1):
        office = next(offices)
        async with office.platform as platform:
            platform.bring(said("Jalan di depan SD Kauman berlubang", 5), said("Sejak bulan lalu", 6))
            died.add(step := await office.run("take_updates", nth=nth))
            stored = office.rows("SELECT external_id FROM message WHERE direction = 'in'")
            assert {"90001:15", "90001:16"} - {f"90001:{number + 10}" for number in platform.waiting} <= set(stored)
            if step:
                await office.run("take_updates")
            assert platform.waiting == {}
        names = office.rows("SELECT external_id FROM message WHERE direction = 'in' ORDER BY id")
        assert names == ["90001:15", "90001:16"]
        assert office.rows("SELECT count(*) FROM ticket") == [1]
        assert office.rows("SELECT template FROM message WHERE direction = 'out'") == ["diterima"]
        if not step:
            break
    assert {"before updates", "after updates", "before commit", "after commit"} <= died


async def test_killed_while_an_answer_is_sent(offices: Iterator[Office]) -> None:
    """It arrives once, or an officer is asked whether it did; never twice."""
    ends: dict[str, str] = {}
    for nth in itertools.count(1):
        office = next(offices)
        async with office.platform as platform:
            platform.bring(said("Jalan di depan SD Kauman berlubang"))
            await office.run("take_updates")
            step = await office.run("send", nth=nth)
            if step:
                await office.run("send", now=LATER)
            (ends[step],) = office.rows(STATE)
            assert len(platform.calls("sendMessage")) in ({1} if ends[step] == "sent" else {0, 1})
        assert ends[step] in {"sent", "unsure"}
        if not step:
            break
    assert (ends["before send"], ends["after send"], ends[""]) == ("unsure", "unsure", "sent")
