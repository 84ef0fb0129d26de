"""How the engines go about a page when there is much in the record: by an index, every statement of it.

The record is filled and counted (ANALYZE) first, as it is in an office: of a few rows every engine reads the whole
table, and says nothing about the day when there are a hundred thousand.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from inbox import digests, sqlite
from inbox.actor import actor_of, with_roles
from inbox.boxes import Boxes
from inbox.database import Database
from inbox.handovers import Handovers
from inbox.models import Officer
from inbox.next_door import NextDoor
from tests.bench import crowd
from tests.inbox.house import House, blitar
from tests.inbox.web.desk import Office
from tests.inbox.web.test_cost import GROWING, _whole

TICKETS = 2000
NUMBER = crowd.numbers(TICKETS)[7]
PAGES = {
    "role": "/meja/?antrean=peran",
    "mine": "/meja/?antrean=milik",
    "late": "/meja/?antrean=terlambat",
    "today": "/meja/?antrean=hari-ini",
    "nobody's": "/meja/?antrean=tanpa-petugas",
    "waiting": "/meja/?antrean=menunggu",
    "all": "/meja/?antrean=semua",
    "closed": "/meja/?antrean=selesai",
    "ticket": f"/meja/{NUMBER}?antrean=semua",
    "word": "/meja/?q=pekerja",
    "number": f"/meja/?q={NUMBER}",
    "door": "/meja/pengaturan/pintu/blitar-email",
    "days": "/meja/pengaturan/pencocokan",
    "stranger's word": "/meja/?q=xilofon",
    "box": "/meja/kotak",
    "handovers": "/meja/penyerahan",
    "one's own lines": "/meja/saya",
    "news": "/meja/kabar",
    "papers": "/meja/naskah",
    "out in the field": "/meja/lapangan/",
    "trouble": "/meja/gangguan",
    "counter": "/meja/baru",
    "book": "/meja/buku/agenda-aduan-masuk",
}


_NEWEST = re.compile(r'^SELECT (?!.* WHERE ).* ORDER BY "id" DESC LIMIT \S+$')


class Told:
    """Every statement that a database was asked, once, with the values it was asked with."""

    def __init__(self) -> None:
        self.asked: dict[str, Sequence[Any]] = {}

    def __call__(self, sql: str, values: Sequence[Any]) -> None:
        """Another one."""
        if sql.lstrip().startswith(("SELECT", "WITH")):
            self.asked.setdefault(sql, values)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """What either engine is asked from now on."""
    told, perform, fetch = Told(), sqlite.perform, asyncpg.Connection.fetch
    fetchall = sqlite.SqliteClient.execute_query_dict

    def performed(connection: Any, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        told(sql, values)
        return perform(connection, sql, values)

    async def fetched(connection: Any, sql: str, *values: Any, **more: Any) -> Any:
        told(sql, values)
        return await fetch(connection, sql, *values, **more)

    async def dicts(client: Any, sql: str, values: Sequence[Any] | None = None) -> Any:
        told(sql, values or ())
        return await fetchall(client, sql, values)

    monkeypatch.setattr(sqlite, "perform", performed)
    monkeypatch.setattr(asyncpg.Connection, "fetch", fetched)
    monkeypatch.setattr(sqlite.SqliteClient, "execute_query_dict", dicts)
    return told


@pytest.fixture
async def crowded(any_database: Database, tmp_path: Path) -> AsyncIterator[Office]:
    """An office with thousands of tickets, each of ten messages, that the search knows."""
    await crowd.settle(any_database, tmp_path / "crowd", TICKETS)
    await crowd.mark(any_database)
    house = House(any_database, tmp_path / "house", blitar())
    await house.tickets.prepare(crowd.BEGAN)
    office = Office(house, tmp_path)
    async with office.opened():
        yield office


async def test_every_statement_of_a_page_goes_by_an_index(crowded: Office, told: Told) -> None:
    """For whoever sees everything, and for whoever sees what their role had to do with."""
    for login in ("petugas", "kasi"):
        browser = await crowded.browser(login)
        for path in PAGES.values():
            page = await browser.opens(path)
            assert page.status in {200, 404}, path
    await _minutes_work(crowded.house)
    database = crowded.house.database
    assert len(told.asked) > 40
    plan = _on_postgres if database.is_postgres else _on_sqlite
    for sql, values in list(told.asked.items()):
        found = await plan(database, sql, values)
        assert not found, (found, sql)


async def _minutes_work(house: House) -> None:
    """What the clock looks for, and a head's summary of the morning."""
    now, office, tickets = crowd.BEGAN + timedelta(days=3), house.office, house.tickets
    await Handovers(tickets).remind(now)
    await Boxes(tickets).remind(now)
    await NextDoor(tickets).sweep(now)
    (officer,) = await with_roles(Officer.filter(login="kepala-dinas"), now)
    await digests.of(house.database, actor_of(officer), office, tickets.cases.calendars[office.id], now)


async def _on_sqlite(database: Database, sql: str, values: Sequence[Any]) -> list[str]:
    """The steps of a plan that read a growing table whole."""
    if _NEWEST.search(sql):
        return []  # a walk from the newest row on, whose order is the table's own
    plan = await database.query(f"EXPLAIN QUERY PLAN {sql}", values)
    return [str(row["detail"]) for row in plan if _whole(str(row["detail"]), sql)]


async def _on_postgres(database: Database, sql: str, values: Sequence[Any]) -> list[str]:
    """The growing tables that are read whole by a server whose disk is as quick as today's are."""

    async def work() -> list[dict[str, Any]]:
        await database.query("SET LOCAL random_page_cost = 1.1")
        return await database.query(f"EXPLAIN (FORMAT JSON) {sql}", values)

    (row,) = await database.transaction(work)
    found = row["QUERY PLAN"]
    steps = _steps((json.loads(found) if isinstance(found, str) else found)[0]["Plan"])
    return [step["Relation Name"] for step in steps if step["Node Type"] == "Seq Scan" and _grows(step)]


def _grows(step: dict[str, Any]) -> bool:
    """Of a table with a page or two an index is no use; nobody sends files in this record."""
    return step["Relation Name"] in {*GROWING, "search_text"} - {"attachment"}


def _steps(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from _steps(inner)
