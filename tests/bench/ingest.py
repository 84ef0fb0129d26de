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
import json
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
from channels.base import Inbound
from inbox.migrate import migrate
from tests.bench import bare, hooks
from tests.bench.hooks import NOW, TEXT
from tests.postgres import Server, serve

ROUNDS = 5
MESSAGES = 200
FOLDERS = ("bot", "channels", "inbox", "templates", "config")


def mail(number: int) -> bytes:
    """A short complaint by e-mail, each from an address of its own."""
    return (
        f"From: Warga {number} <warga{number}@example.org>\r\nTo: pengaduan@blitar.example.go.id\r\n"
        f"Subject: Jalan rusak di RT {number}\r\nMessage-ID: <bench-{number}@example.org>\r\n"
        "Date: Mon, 23 Nov 2026 09:15:00 +0700\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        f"Yth. petugas,\r\n\r\n{TEXT}.\r\n"
    ).encode()


def form(number: int) -> Inbound:
    """The same complaint by the web form."""
    raw = json.dumps({"isi": TEXT, "nomor": number}).encode()
    fields = {"nama": f"Warga {number}", "objek": "Jalan", "tempat": f"RT {number}", "jenis": "pengaduan"}
    return Inbound(f"form-{number}", f"w{number:021d}", NOW, text=TEXT, full_text=TEXT, fields=fields, raw=raw)


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


@dataclass(frozen=True)
class Sort:
    """Messages that write the same rows: the road one by one, others that bring them, and webhooks."""

    name: str
    road: Road
    others: tuple[Road, ...] = ()
    bodies: tuple[hooks.Body, ...] = ()


SORTS = (
    Sort("mail", mails, (mails_together,)),
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

    async def rate(self, written: bare.Written) -> float:
        """Messages a second that the bare driver writes."""


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

    async def rate(self, written: bare.Written) -> float:
        """As configured by the program."""
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

    async def rate(self, written: bare.Written) -> float:
        """One connection, one statement a row."""
        with self.fresh() as url:
            return MESSAGES / await bare.on_asyncpg(_socket(url), written)


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


async def figures(engine: Engine, sort: Sort) -> list[Figure]:
    """The bare driver first, then everything that brings such messages."""
    rate, written = await _road(engine, sort.road)
    yardstick = statistics.median([await engine.rate(written) for _ in range(ROUNDS)])
    found = {f"bare driver, {written.rows} rows a {sort.name}": yardstick, _name(sort.road): rate}
    found |= {_name(road): (await _road(engine, road))[0] for road in sort.others}
    for body in sort.bodies:
        for connections in (1, 8, 32):
            found[f"{body.__name__} by HTTP, {connections} at once"] = await _webhooks(engine, body, connections)
    return [Figure(engine.name, name, rate, rate / yardstick) for name, rate in found.items()]


async def _road(engine: Engine, road: Road) -> tuple[float, bare.Written]:
    """The median rate, and what was written. The first few messages warm caches and do not count."""
    hooks.one_core(0)
    with engine.fresh() as url:
        async with program(url) as wadul:
            await road(wadul, range(50))
            rates = [await _timed(wadul, road, 1000 * number) for number in range(1, ROUNDS + 1)]
        return statistics.median(rates), await engine.written(url)


async def _timed(wadul: Wadul, road: Road, first: int) -> float:
    started = time.perf_counter()
    await road(wadul, range(first, first + MESSAGES))
    return MESSAGES / (time.perf_counter() - started)


async def _webhooks(engine: Engine, body: hooks.Body, connections: int) -> float:
    hooks.one_core(1)
    with engine.fresh() as url, tempfile.TemporaryDirectory() as data:
        rates = await hooks.rates(url, Path(data), body, many=MESSAGES, connections=connections, rounds=ROUNDS)
        return statistics.median(rates)


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


def show(found: Sequence[Figure]) -> None:
    """One line each."""
    for one in found:
        print(f"{one.engine:10} {one.name:32} {one.rate:9.0f} {one.share:8.2f}", flush=True)  # noqa: T201


def main() -> None:
    """Print the table, the ratios, and the profile."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    print(f"{'database':10} {'what':32} {'a second':>9} {'of bare':>8}")  # noqa: T201
    with serve(durable=True) as server, server.template("bench") as template:
        for engine in (Sqlite(), Postgres(server, template)):
            for sort in SORTS:
                show(asyncio.run(figures(engine, sort)))
    print("\nWhere the time goes (short messages one by one, SQLite):\n" + asyncio.run(profile(short_messages)))  # noqa: T201


if __name__ == "__main__":
    main()
