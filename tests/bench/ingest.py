"""How fast the message road is: from raw mail, form, update or webhook to committed ticket and queued acknowledgement.

Beside it, in the same run, the very rows it wrote, written by bare sqlite3 and asyncpg with one durable commit a
message; and where the road's own time goes. The program and the bare drivers have one core; PostgreSQL and whoever
sends the webhooks have the others. ``make bench`` runs it; figures are medians of ``ROUNDS`` and vary from run to run,
their ratios less.
"""

from __future__ import annotations

import asyncio
import cProfile
import itertools
import logging
import pstats
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import structlog

import config
from bot.app import Wadul, built
from bot.settings import Settings
from inbox.migrate import migrate
from tests.bench import bare, hooks
from tests.bench.hooks import NOW
from tests.bench.samples import form, letter, mail
from tests.postgres import Server, serve

ROUNDS = 5
MESSAGES = 200
FOLDERS = ("bot", "channels", "inbox", "templates", "config")


@asynccontextmanager
async def program(database: str) -> AsyncIterator[Wadul]:
    """The real program on a fresh record, its clock standing still."""
    with tempfile.TemporaryDirectory() as data:
        settings = Settings(data=Path(data), database=database, public_url=hooks.URL)
        offices = config.load(config.SHIPPED, secrets=False)
        async with built(settings, offices, now=lambda: NOW, entries=hooks.DOORS) as wadul:
            yield wadul


async def mails(wadul: Wadul, numbers: Iterable[int]) -> None:
    """Parse, accept, and only then the next: one commit a message."""
    door, desk = wadul.doors["blitar-email"], wadul.desks["blitar-email"]
    for number in numbers:
        await desk.accept(*door.parse(mail(number)).messages, progress={"uid": number})


async def mails_together(wadul: Wadul, numbers: Iterable[int]) -> None:
    """As after an outage: fifty waiting mails share a commit."""
    door, desk = wadul.doors["blitar-email"], wadul.desks["blitar-email"]
    waiting = [message for number in numbers for message in door.parse(mail(number)).messages]
    for start in range(0, len(waiting), 50):
        await desk.accept(*waiting[start : start + 50], progress={"uid": start})


async def letters_together(wadul: Wadul, numbers: Iterable[int]) -> None:
    """The same with a photograph each."""
    door, desk = wadul.doors["blitar-email"], wadul.desks["blitar-email"]
    waiting = list(numbers)
    for start in range(0, len(waiting), 50):
        raws = [letter(number) for number in waiting[start : start + 50]]
        await desk.accept(*(message for raw in raws for message in door.parse(raw).messages), progress={"uid": start})


async def forms(wadul: Wadul, numbers: Iterable[int]) -> None:
    """The web form's road behind its page."""
    for number in numbers:
        await wadul.desks["blitar-web"].accept(form(number))


async def updates(wadul: Wadul, numbers: Iterable[int]) -> None:
    """Telegram's updates, whose door asks for them and has no webhook: from the body to the commit."""
    door, desk = wadul.doors["blitar-telegram"], wadul.desks["blitar-telegram"]
    for number in numbers:
        await desk.accept(*door.parse(hooks.telegram(number)).messages, progress={"offset": number})


async def updates_together(wadul: Wadul, numbers: Iterable[int]) -> None:
    """The same fifty at a time, as one answer of the platform brings them when many write."""
    door, desk = wadul.doors["blitar-telegram"], wadul.desks["blitar-telegram"]
    waiting = [message for number in numbers for message in door.parse(hooks.telegram(number)).messages]
    for start in range(0, len(waiting), 50):
        await desk.accept(*waiting[start : start + 50], progress={"offset": start})


async def short_messages(wadul: Wadul, numbers: Iterable[int]) -> None:
    """A telephone's bodies without their HTTP."""
    door, desk = wadul.doors["blitar-sms"], wadul.desks["blitar-sms"]
    for number in numbers:
        await desk.accept(*door.parse(hooks.android(number)[2]).messages)


Road = Callable[[Wadul, Iterable[int]], Awaitable[None]]
Round = tuple[float, float]
"""Messages a second by the road, and by the bare driver right after."""


@dataclass(frozen=True)
class Sort:
    """Messages that write the same rows: the road one by one, others that bring them, and webhooks."""

    name: str
    road: Road
    others: tuple[Road, ...] = ()
    bodies: tuple[hooks.Body, ...] = ()


SORTS = (
    Sort("mail", mails, (mails_together, letters_together)),
    Sort("form", forms),
    Sort("telegram", updates, (updates_together,)),
    Sort("sms", short_messages, (), (hooks.android, hooks.twilio)),
)


class Engine(Protocol):
    """A database of either kind."""

    name: str

    def fresh(self) -> Iterator[str]:
        """A context: the address of a database with every table and no row."""

    async def written(self, url: str) -> bare.Written:
        """What a road wrote there."""

    async def rate(self, written: bare.Written, at_once: int = 1) -> float:
        """Messages a second that the bare driver writes with so many connections."""


class Sqlite:
    """A file."""

    name = "sqlite"

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """In a folder of its own."""
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite://{folder}/bench.db"

    async def written(self, url: str) -> bare.Written:
        """Read by the bare driver."""
        return bare.from_sqlite(Path(url.removeprefix("sqlite://")), MESSAGES)

    async def rate(self, written: bare.Written, at_once: int = 1) -> float:
        """As configured by the program. One connection writes at a time, however many there are."""
        with self.fresh() as url:
            await migrate(url)
            return MESSAGES / bare.on_sqlite(Path(url.removeprefix("sqlite://")), written)


@dataclass(frozen=True)
class Postgres:
    """A server on this machine, whose commits reach the disk."""

    server: Server
    template: str
    name: str = "postgres"
    _serial: Iterator[int] = field(default_factory=itertools.count)

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """A copy of the template."""
        with self.server.database(f"bench_{next(self._serial)}", self.template) as url:
            yield url

    async def written(self, url: str) -> bare.Written:
        """Read by the bare driver."""
        return await bare.from_postgres(_socket(url), MESSAGES)

    async def rate(self, written: bare.Written, at_once: int = 1) -> float:
        """One statement a row."""
        with self.fresh() as url:
            return MESSAGES / await bare.on_asyncpg(_socket(url), written, at_once)


def _socket(url: str) -> str:
    """The address as asyncpg reads it by itself."""
    return url.replace("@localhost/", "@/")


@dataclass(frozen=True)
class Figure:
    """Messages a second, and the share of what the bare driver does with the same rows."""

    engine: str
    name: str
    rate: float
    share: float


async def figures(engine: Engine, sort: Sort) -> AsyncIterator[Figure]:
    """The bare driver first, then everything that brings such messages; each as soon as it is known."""
    rounds, written = await _road(engine, sort.road)
    yield _figure(engine, f"bare driver, {written.rows} rows a {sort.name}", [(bare, bare) for _, bare in rounds])
    yield _figure(engine, _name(sort.road), rounds)
    for road in sort.others:
        yield _figure(engine, _name(road), (await _road(engine, road, written))[0])
    for body, connections in itertools.product(sort.bodies, (1, 8, 32)):
        found = await _webhooks(engine, body, connections, written)
        yield _figure(engine, f"{body.__name__} by HTTP, {connections} at once", found)


def _figure(engine: Engine, name: str, rounds: Sequence[Round]) -> Figure:
    """Medians of the rates, and of the shares of each round."""
    rates, shares = [rate for rate, _ in rounds], [rate / bare for rate, bare in rounds]
    return Figure(engine.name, name, statistics.median(rates), statistics.median(shares))


async def _road(engine: Engine, road: Road, written: bare.Written | None = None) -> tuple[list[Round], bare.Written]:
    """Its rates with the bare driver's beside them, and what was written. The first messages warm caches."""
    hooks.one_core(0)
    with engine.fresh() as url:
        async with program(url) as wadul:
            await road(wadul, range(50))
            if written is None:
                await road(wadul, range(1000, 1000 + MESSAGES))
                written = await engine.written(url)
            rounds = [
                (await _timed(wadul, road, 1000 * number), await engine.rate(written))
                for number in range(2, ROUNDS + 2)
            ]
    return rounds, written


async def _timed(wadul: Wadul, road: Road, first: int) -> float:
    started = time.perf_counter()
    await road(wadul, range(first, first + MESSAGES))
    return MESSAGES / (time.perf_counter() - started)


async def _webhooks(engine: Engine, body: hooks.Body, connections: int, written: bare.Written) -> list[Round]:
    """Beside a bare driver that has as many connections, eight at most."""
    hooks.one_core(1)
    with engine.fresh() as url, tempfile.TemporaryDirectory() as data:
        return await hooks.rates(
            url,
            Path(data),
            body,
            many=MESSAGES,
            connections=connections,
            rounds=ROUNDS,
            beside=lambda: engine.rate(written, min(connections, 8)),
        )


def _name(road: Road) -> str:
    return road.__name__.replace("_", " ")


async def profile(road: Road) -> str:
    """Where a road's time goes, one message at a time on SQLite: own seconds by folder and by library."""
    profiler = cProfile.Profile()
    with Sqlite().fresh() as url:
        async with program(url) as wadul:
            await road(wadul, range(50))
            profiler.enable()
            await road(wadul, range(1000, 1000 + MESSAGES))
            profiler.disable()
    spent: dict[str, float] = {}
    for (file, _, name), row in pstats.Stats(profiler).stats.items():  # type: ignore[attr-defined]
        spent[_where(file, name)] = spent.get(_where(file, name), 0) + row[2]
    whole = sum(spent.values())
    rows = sorted(spent.items(), key=lambda item: -item[1])[:16]
    return "\n".join(f"  {share / whole:5.0%}  {where}" for where, share in rows)


def _where(file: str, name: str) -> str:
    parts = Path(file).parts
    if "site-packages" in parts:
        return parts[parts.index("site-packages") + 1]
    ours = next((folder for folder in FOLDERS if folder in parts), "")
    if ours:
        return f"ours: {ours}/{parts[-1]}"
    return "waiting for the database" if "select" in name or "poll" in name else "python: " + (Path(file).stem or "C")


async def show(engine: Engine, sort: Sort) -> None:
    """One line each."""
    async for one in figures(engine, sort):
        print(f"{one.engine:10} {one.name:32} {one.rate:9.0f} {one.share:8.2f}", flush=True)  # noqa: T201


def main() -> None:
    """Print the table, the ratios, and the profile."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    print(f"{'database':10} {'what':32} {'a second':>9} {'of bare':>8}")  # noqa: T201
    with serve(durable=True) as server, server.template("bench") as template:
        for engine in (Sqlite(), Postgres(server, template)):
            for sort in SORTS:
                asyncio.run(show(engine, sort))
    print("\nWhere the time goes (short messages one by one, SQLite):\n" + asyncio.run(profile(short_messages)))  # noqa: T201


if __name__ == "__main__":
    main()
