from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime

import pytest

from inbox import numbers
from inbox.database import Database

WIB = "Asia/Jakarta"


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("BLT-26-001234", "BLT-26-001234"),
        (" blt 26 001234 ", "BLT-26-001234"),
        ("Blt26001234", "BLT-26-001234"),
        ("BLT–26–001234", "BLT-26-001234"),
        ("BLT - 26 - 001234", "BLT-26-001234"),
        ("BLT/26/001234", "BLT-26-001234"),
        ("blt-26-1234", "BLT-26-001234"),
        ("BLT-26", ""),
        ("BLT-26-0012345", ""),
        ("BL-26-001234", ""),
        ("nomor BLT-26-001234", ""),
        ("", ""),
    ],
)
def test_a_number_is_read_however_it_is_typed(written: str, number: str) -> None:
    """Case, spaces, kinds of hyphen and missing zeros do not matter; anything else is no number."""
    assert numbers.normal(written) == number


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("CEK BLT-26-001234", ["BLT-26-001234"]),
        ("cek blt26001234 dong", ["BLT-26-001234"]),
        ("Re: Aduan BLT-26-001234 (BLT 26 001234, BLT-26-000007)", ["BLT-26-001234", "BLT-26-000007"]),
        ("ABLT-26-001234", []),
        ("BLT-26-0012345", []),
        ("HP 081234567890, rumah no 26", []),
        ("lampu mati sejak 2026", []),
    ],
)
def test_numbers_are_found_in_a_text(text: str, found: list[str]) -> None:
    """Every number in a text is found once, in order, and nothing that merely looks like one."""
    assert numbers.find_numbers(text) == found


def test_codes_can_be_read_aloud() -> None:
    """A code has six signs, none of which is taken for another, and two codes differ."""
    codes = {numbers.code() for _ in range(200)}
    assert len(codes) == 200
    assert all(re.fullmatch("[A-HJ-NP-Z2-9]{6}", code) for code in codes)


async def test_numbers_count_up_within_an_office_and_a_year(any_database: Database) -> None:
    """Each office counts for itself and begins anew each year, by its own clock."""
    before = datetime(2026, 12, 31, 16, 59, tzinfo=UTC)
    after = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)
    given = [await _number(any_database, code, at) for code, at in [("BLT", before), ("BLT", before), ("DPS", before)]]
    given.append(await _number(any_database, "BLT", after))
    assert given == ["BLT-26-000001", "BLT-26-000002", "DPS-26-000001", "BLT-27-000001"]


async def test_numbers_differ_when_everyone_writes_at_once(any_database: Database, now: datetime) -> None:
    """The first complaints of a year, all at the same moment, get a number each."""
    given = await asyncio.gather(*(_number(any_database, "BLT", now) for _ in range(20)))
    assert sorted(given) == [f"BLT-26-{value:06d}" for value in range(1, 21)]


async def test_taking_a_number_waits_for_nobody_on_postgresql(postgres_database: Database, now: datetime) -> None:
    """Once the year has begun, a transaction that is still open does not hold up the next one's number."""
    await _number(postgres_database, "BLT", now)
    taken, release = asyncio.Event(), asyncio.Event()

    async def slow() -> str:
        number = await numbers.ticket_number("BLT", now, WIB)
        taken.set()
        await release.wait()
        return number

    slowly = asyncio.create_task(postgres_database.transaction(slow))
    await taken.wait()
    assert await asyncio.wait_for(_number(postgres_database, "BLT", now), 5) == "BLT-26-000003"
    release.set()
    assert await slowly == "BLT-26-000002"


async def _number(database: Database, code: str, now: datetime) -> str:
    return await database.transaction(lambda: numbers.ticket_number(code, now, WIB))
