"""Approved templates: what stands in them by itself, how they read, what is missing, and how the list is kept fresh."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from channels.base import ApprovedText, Unauthorised, Undelivered
from inbox import approved_list
from inbox.approved import fill, reads, suggested, variables
from inbox.approved_list import Listed
from inbox.database import Database
from inbox.refused import Refused

KNOWN = {
    "number": "BLT-26-000001",
    "name": "Siti",
    "status": "sedang dicek",
    "url": "https://wadul.example/cek",
    "office": "DPMPTSP",
}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        pytest.param(
            "Yth. {{1}}, aduan nomor {{2}} kini {{3}}. Lihat di {{4}}.",
            ["Siti", "BLT-26-000001", "sedang dicek", "https://wadul.example/cek"],
            id="numbered",
        ),
        pytest.param("{{nama}}: {{nomor_aduan}} {{status}}", ["Siti", "BLT-26-000001", "sedang dicek"], id="named"),
        pytest.param("Datang hari {{1}} pukul {{2}}", ["", ""], id="unknown"),
        pytest.param("Halo {{ 1 }}, ya {{1}}", ["Siti"], id="twice"),
        pytest.param("Terima kasih.", [], id="none"),
    ],
)
def test_a_variable_is_known_by_its_name_or_the_words_before_it(text: str, filled: list[str]) -> None:
    """Number, name, status, link and office stand in it already; what nobody knows is left to the officer."""
    one = ApprovedText("a", "id", text)
    assert len(variables(one)) == len(filled)
    assert suggested(one, KNOWN) == filled


def test_what_is_empty_stays_to_be_seen() -> None:
    """The preview shows the holes that are left."""
    one = ApprovedText("a", "id", "Nomor {{1}} pada {{hari}}, {{1}}")
    assert reads(one, ["A", ""]) == "Nomor A pada {{hari}}, A"


@pytest.mark.parametrize(
    ("state", "values", "code", "field"),
    [
        pytest.param("approved", ("A",), "template-value-missing", "value-2", id="too-few"),
        pytest.param("approved", ("A", "\u200b \n"), "template-value-missing", "value-2", id="blank"),
        pytest.param("approved", ("A" * 501, "B"), "field-long", "value-1", id="long"),
        pytest.param("paused", ("A", "B"), "template-not-approved", "template", id="paused"),
    ],
)
def test_what_a_platform_would_refuse_is_named(state: str, values: Sequence[str], code: str, field: str) -> None:
    """The field at fault, or the template itself."""
    with pytest.raises(Refused) as refused:
        fill(ApprovedText("a", "id", "{{1}} {{2}}", 2, state), values)
    assert (refused.value.code, refused.value.field) == (code, field)


def test_a_value_is_one_line() -> None:
    """New lines and long blanks, which platforms refuse, become one blank; what is too much is left out."""
    filled = fill(ApprovedText("a", "id", "[{{1}}]", 1), ("  baris\n\tdua     kata ", "lebih"))
    assert (filled.approved.values, filled.text) == (("baris dua kata",), "[baris dua kata]")


class Platform:
    """Answers as it is told, and counts how often it was asked."""

    def __init__(self) -> None:
        self.answer: list[ApprovedText] | Exception = []
        self.asked: list[str] = []

    async def read(self, channel: str) -> list[ApprovedText]:
        self.asked.append(channel)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


async def test_the_lists_are_read_daily_and_again_soon_where_that_failed(any_database: Database, now: datetime) -> None:
    """A day later, or an hour after a failure; the list that stands is kept meanwhile, with why."""
    platform, row = Platform(), ApprovedText("a", "id", "{{1}}", 1)

    async def looks(at: datetime) -> Listed:
        await approved_list.refresh_due(any_database, {"blitar-wa": "blitar"}, platform.read, at)
        async with any_database.reading():
            return (await approved_list.of(["blitar-wa"]))["blitar-wa"]

    platform.answer = [row]
    assert (await looks(now)).rows == (row,)
    await looks(now + timedelta(hours=23))
    assert len(platform.asked) == 1
    platform.answer = Unauthorised()
    failed = await looks(now + timedelta(hours=24))
    assert (failed.rows, failed.read_at, failed.fault) == ((row,), now, "unauthorised")
    platform.answer = Undelivered("server-busy", retry=True)
    assert (await looks(now + timedelta(hours=24, minutes=30))).fault == "unauthorised"
    assert (await looks(now + timedelta(hours=25))).fault == "server-busy"
    platform.answer = RuntimeError("x")
    assert (await looks(now + timedelta(hours=26))).fault == "server-unreachable"
    platform.answer = []
    well = await looks(now + timedelta(hours=27))
    assert (well.rows, well.fault, len(platform.asked)) == ((), "", 5)
