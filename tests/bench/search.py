"""How fast the search answers with a hundred thousand messages in the record, on both engines.

Each question is asked as the list asks it: a page of forty with snippets, read fresh from the index. ``python -m
tests.bench.search [TICKETS]`` prints milliseconds: half the answers come sooner, and one in twenty comes later.
"""

from __future__ import annotations

import asyncio
import itertools
import statistics
import sys
import tempfile
import time
from pathlib import Path

from inbox.actor import Actor, actor_of, with_roles
from inbox.database import Database
from inbox.migrate import migrate
from inbox.models import Message, Officer
from inbox.search import Filters, Search
from inbox.search_index import SearchIndex
from tests.bench import crowd
from tests.bench.hooks import NOW
from tests.bench.ingest import Engine, Postgres, Sqlite
from tests.inbox.house import House, blitar
from tests.postgres import serve

TICKETS = 10_000
ROUNDS = 20
# Every message says one of so many words that few others say.
_RARE = 5_000
_ADDED = f"UPDATE message SET text = text || ' rumah nomor r' || (id * 7919 % 99991 % {_RARE}) WHERE direction = 'in'"
QUESTIONS = {
    "a ticket's number": "BLT-26-{number}",
    "a word few say": "r{rare}",
    "a word everybody says": "pekerja",
    "two that everybody says": "pekerja hari",
    "one of each": "pekerja r{rare}",
    "the beginning of a word": "peker",
    "a word nobody says": "xilofon",
    "an address": "warga7@example.org",
}


async def measure(house: House, engine: str, tickets: int) -> None:
    """Fill, make the marks, and ask everything as two officers: one sees all, one what their role had to do with."""
    await house.database.query(_ADDED)
    said, began = await Message.all().count(), time.perf_counter()
    await SearchIndex(house.database).catch_up()
    took = time.perf_counter() - began
    if house.database.is_postgres:
        await house.database.query("ANALYZE")
    say(f"{engine}: {tickets:,} tickets, {said:,} messages; marks made in {took:.0f} s, {tickets / took:.0f} tickets/s")
    for login in ("petugas", "kasi"):
        (officer,) = await with_roles(Officer.filter(login=login), NOW)
        for name, question in QUESTIONS.items():
            say(await _asked(house, actor_of(officer), f"{engine:9} {login:8} {name:24}", question))


async def _asked(house: House, by: Actor, name: str, question: str) -> str:
    search, seconds, found = Search(house.tickets), [], 0
    for place in range(ROUNDS + 2):
        q = question.format(rare=17 + 7 * place, number=100_030 + 20 * place)
        began = time.perf_counter()
        listing = await search.tickets(by, Filters(status="all", q=q), NOW, limit=40)
        seconds.append(1000 * (time.perf_counter() - began))
        found = len(listing.rows)
    rest = sorted(seconds[2:])
    return f"{name} p50 {statistics.median(rest):7.1f} ms   p95 {rest[int(0.95 * len(rest))]:7.1f} ms   {found:3} shown"


def say(line: str) -> None:
    """One line of the outcome."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def _show(engine: Engine, tickets: int) -> None:
    with engine.fresh() as url, tempfile.TemporaryDirectory() as folder:
        await migrate(url)
        database = Database(url)
        await database.open()
        try:
            await crowd.settle(database, Path(folder), tickets)
            await measure(House(database, Path(folder), blitar()), engine.name, tickets)
        finally:
            await database.close()


def main(tickets: int) -> None:
    """Both engines, one after the other."""
    with serve(durable=True) as server, server.template("bench") as template:
        engines: tuple[Engine, ...] = (Sqlite(), Postgres(server, template))
        for engine, many in itertools.product(engines, (tickets,)):
            asyncio.run(_show(engine, many))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else TICKETS)
