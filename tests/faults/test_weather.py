"""The short form of `make faults`: a program killed again and again keeps what it was given; else the auditor sees."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from inbox.database import file_of
from tests.faults.audit import Seen, audit
from tests.faults.nursery import Nursery
from tests.faults.weather import storm

pytestmark = pytest.mark.timeout(300)  # a dozen programs are born and killed


async def test_bad_weather_over_a_small_office(sqlite_url: str, tmp_path: Path, nursery: Nursery) -> None:
    """Killed in the middle of anything, with platforms that misbehave: nothing lost, nothing twice, nothing unsaid."""
    told = await storm(sqlite_url, tmp_path / "data", [nursery], faults=6, messages=40, seed=7)
    assert "40 stored once" in told
    _told_apart(file_of(sqlite_url))


async def test_bad_weather_over_two_processes(postgres_url: str, tmp_path: Path, nursery: Nursery) -> None:
    """The same with two programs that share a PostgreSQL whose connections are cut as well."""
    with Nursery() as other:
        told = await storm(postgres_url, tmp_path / "data", [nursery, other], faults=8, messages=40, seed=5)
    assert "40 stored once" in told


def _told_apart(file: Path) -> None:
    """What the auditor says where a message is missing, stands twice, or an answer went that nobody heard of."""
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute(
            "SELECT a.value, m.text FROM message m JOIN conversation c ON c.id = m.conversation_id"
            " JOIN address a ON a.id = c.address_id WHERE m.direction = 'in' ORDER BY m.id"
        ).fetchall()
    taken: dict[str, list[str]] = {}
    for value, text in rows:
        taken.setdefault(value, []).append(text)
    who = rows[0][0]
    for wrong in ([*taken[who], "one more"], taken[who][1:], [*taken[who], taken[who][0]]):
        with pytest.raises(AssertionError, match="writers lost something"):
            audit(f"sqlite://{file}", Seen(taken | {who: wrong}, _nobody()))
    with pytest.raises(AssertionError, match="heard 0"):
        audit(f"sqlite://{file}", Seen(taken, _nobody()))


def _nobody() -> Counter[str]:
    return Counter()
