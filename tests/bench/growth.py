"""Whether age slows the record down: the same questions and commands with a thousand tickets and with a hundred
thousand, ten messages each, the work in hand being the same.

Each figure is the median of ``ROUNDS``, in milliseconds, and how many times that of the smallest record it is.
``python -m tests.bench.growth SIZE ...`` takes other sizes; a million takes minutes and 20 GB.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import structlog

from bot.app import Wadul
from inbox import outbox, queues
from inbox.actor import actor_of, with_roles
from inbox.models import Officer
from inbox.search import Filters, Search
from inbox.views import Views
from tests.bench import crowd, ingest, web
from tests.bench.hooks import NOW
from tests.bench.ingest import Engine, Postgres, Sqlite
from tests.postgres import serve

SIZES, LIVE = (1_000, 100_000), 200
ROUNDS = 25
Question = Callable[[int], Awaitable[object]]


async def questions(wadul: Wadul) -> Mapping[str, Question]:
    """What is asked, by name, with the number of the time that it is asked."""
    database, (officer,) = wadul.database, await with_roles(Officer.filter(login="petugas"), NOW)
    search, views, by = Search(wadul.tickets), Views(wadul.tickets), actor_of(officer)
    office, numbers = wadul.offices.office(by.office), itertools.cycle(crowd.numbers(LIVE * 5))

    async def read(work: Awaitable[object]) -> None:
        async with database.reading():
            await work

    async def listed(**filters: str) -> None:
        await search.tickets(by, Filters(**filters), NOW, limit=40)

    async def claimed(_: int) -> None:
        lease = timedelta(minutes=5)
        await outbox.due_doors(database, NOW)
        await outbox.claim(database, worker="w", channel="blitar-sms", now=NOW, lease=lease, limit=4)

    return {
        "list: my role's": lambda _: listed(queue="role"),
        "list: all": lambda _: listed(queue="all"),
        "list: closed": lambda _: listed(status="closed"),
        "counts of the queues": lambda _: read(queues.counts(by, office, NOW)),
        "ticket": lambda _: read(views.ticket_page(by, next(numbers), NOW)),
        "search: a word of one": lambda n: listed(status="all", q=f"x{n + 7}"),
        "search: everybody's word": lambda _: listed(status="all", q="pekerja"),
        "search: a number": lambda _: listed(status="all", q=next(numbers)),
        "short message in": lambda n: ingest.short_messages(wadul, [5000 + n]),
        "claim four to send": claimed,
    }


async def measured(url: str) -> Mapping[str, float]:
    """Milliseconds by question; the first few warm caches and do not count."""
    async with ingest.program(url) as wadul:
        asked = await questions(wadul)
        taken: dict[str, list[float]] = {name: [] for name in asked}
        for number in range(ROUNDS + 5):
            for name, question in asked.items():
                began = time.perf_counter()
                await question(number)
                taken[name].append(1000 * (time.perf_counter() - began))
    return {name: statistics.median(several[5:]) for name, several in taken.items()}


async def _grown(engine: Engine, tickets: int) -> Mapping[str, float]:
    with engine.fresh() as url, tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        async with web.hasty(url) as database:
            await crowd.settle(database, Path(folder), tickets, LIVE)
            await crowd.mark(database)
        say(f"{engine.name}: {tickets:,} tickets made in {time.perf_counter() - began:.0f} s")
        return await measured(url)


def say(line: str) -> None:
    """One line of the outcome."""
    print(line, flush=True)  # noqa: T201


def _show(engine: Engine, sizes: Sequence[int]) -> None:
    found = {size: asyncio.run(_grown(engine, size)) for size in sizes}
    first = found[sizes[0]]
    say(f"{'database':9} {'median ms':26}" + "".join(f"{size:>12,}         " for size in sizes))
    for name, least in first.items():
        cells = "".join(f"{found[size][name]:12.2f} ({found[size][name] / least:4.1f}) " for size in sizes)
        say(f"{engine.name:9} {name:26}{cells}")


def main(sizes: Sequence[int]) -> None:
    """Both engines, one after the other."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with serve(durable=True) as server, server.template("bench") as template:
        for engine in (Sqlite(), Postgres(server, template)):
            _show(engine, sizes)


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or SIZES)
