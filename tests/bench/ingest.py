"""How fast the message road is: from raw mail or form to committed ticket and queued acknowledgement.

Beside it, in the same run, the same rows written by bare sqlite3 and asyncpg with one durable commit a message; and
where the road's own time goes. ``make bench`` runs it; figures are medians of ``ROUNDS`` and vary from run to run,
their ratios less.
"""

from __future__ import annotations

import asyncio
import cProfile
import json
import pstats
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import config
from bot.app import Wadul, built
from bot.settings import Settings
from channels.base import Inbound
from tests.bench import bare
from tests.postgres import Server, serve

ROUNDS = 5
MESSAGES = 200
NOW = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
FOLDERS = ("bot", "channels", "inbox", "templates", "config")


def mail(number: int) -> bytes:
    """A short complaint by e-mail, each from an address of its own."""
    return (
        f"From: Warga {number} <warga{number}@example.org>\r\nTo: pengaduan@blitar.example.go.id\r\n"
        f"Subject: Jalan rusak di RT {number}\r\nMessage-ID: <bench-{number}@example.org>\r\n"
        "Date: Mon, 23 Nov 2026 09:15:00 +0700\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        "Yth. petugas, jalan di depan pasar berlubang dan membahayakan pengendara. Mohon segera ditangani.\r\n"
    ).encode()


def form(number: int) -> Inbound:
    """The same complaint by the web form."""
    raw = json.dumps({"isi": "Jalan di depan pasar berlubang dan membahayakan.", "nomor": number}).encode()
    fields = {"nama": f"Warga {number}", "objek": "Jalan", "tempat": f"RT {number}", "jenis": "pengaduan"}
    text = "Jalan di depan pasar berlubang dan membahayakan pengendara. Mohon segera ditangani."
    return Inbound(f"form-{number}", f"w{number:021d}", NOW, text=text, full_text=text, fields=fields, raw=raw)


@asynccontextmanager
async def program(database: str) -> AsyncIterator[Wadul]:
    """The real program on a fresh record, its clock standing still."""
    with tempfile.TemporaryDirectory() as data:
        settings = Settings(data=Path(data), database=database or f"sqlite://{data}/bench.db")
        async with built(settings, config.load(config.SHIPPED, secrets=False), now=lambda: NOW) as wadul:
            yield wadul


async def mails_one_by_one(wadul: Wadul, numbers: Iterable[int]) -> None:
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


async def mails_eight_at_once(wadul: Wadul, numbers: Iterable[int]) -> None:
    """Eight callers, one commit a message."""
    waiting = iter(numbers)
    await asyncio.gather(*(mails_one_by_one(wadul, waiting) for _ in range(8)))


async def forms_one_by_one(wadul: Wadul, numbers: Iterable[int]) -> None:
    """The web form's road behind its page."""
    for number in numbers:
        await wadul.desks["blitar-web"].accept(form(number))


Road = Callable[[Wadul, Iterable[int]], object]
ROADS: tuple[Road, ...] = (mails_one_by_one, mails_together, mails_eight_at_once, forms_one_by_one)


@dataclass(frozen=True)
class Figure:
    """Messages a second, the median of the rounds."""

    name: str
    engine: str
    rate: float


async def road_rates(database: Callable[[int], str], engine: str) -> list[Figure]:
    """Each road on a fresh record a round; the first few messages warm caches and do not count."""
    figures = []
    for road in ROADS:
        rates = [await _timed(road, database(number)) for number in range(ROUNDS)]
        figures.append(Figure(road.__name__.replace("_", " "), engine, statistics.median(rates)))
    return figures


async def _timed(road: Road, database: str) -> float:
    async with program(database) as wadul:
        await road(wadul, range(10))  # type: ignore[misc]
        started = time.perf_counter()
        await road(wadul, range(10, 10 + MESSAGES))  # type: ignore[misc]
        return MESSAGES / (time.perf_counter() - started)


def bare_sqlite(mails: list[bytes]) -> Figure:
    """sqlite3 alone."""
    rates = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            rates.append(MESSAGES / bare.on_sqlite(Path(folder) / "bare.db", mails))
    return Figure("bare driver", "sqlite", statistics.median(rates))


async def bare_asyncpg(server: Server, template: str, mails: list[bytes]) -> Figure:
    """asyncpg alone, one connection."""
    with server.database("bare", template) as url:
        dsn = f"postgresql://postgres@/bare?host={server.folder}"
        assert url
        rates = [MESSAGES / await bare.on_asyncpg(dsn, mails) for _ in range(ROUNDS)]
    return Figure("bare driver", "postgres", statistics.median(rates))


async def profile() -> str:
    """Where the road's time goes, one mail at a time on SQLite: own seconds by folder and by library."""
    profiler = cProfile.Profile()
    async with program("") as wadul:
        await mails_one_by_one(wadul, range(10))
        profiler.enable()
        await mails_one_by_one(wadul, range(10, 10 + MESSAGES))
        profiler.disable()
    spent: dict[str, float] = {}
    for (file, _, name), row in pstats.Stats(profiler).stats.items():  # type: ignore[attr-defined]
        spent[_where(file, name)] = spent.get(_where(file, name), 0) + row[2]
    whole = sum(spent.values())
    rows = sorted(spent.items(), key=lambda item: -item[1])[:12]
    return "\n".join(f"  {share / whole:5.0%}  {where}" for where, share in rows)


def _where(file: str, name: str) -> str:
    parts = Path(file).parts
    if "site-packages" in parts:
        return parts[parts.index("site-packages") + 1]
    ours = next((folder for folder in FOLDERS if folder in parts), "")
    if ours:
        return f"ours: {ours}/{parts[-1]}"
    return "waiting for the database" if "select" in name or "poll" in name else "python: " + (Path(file).stem or "C")


def main() -> None:
    """Print the table, the ratios, and the profile."""
    mails = [mail(number) for number in range(MESSAGES)]
    figures = [bare_sqlite(mails), *asyncio.run(road_rates(lambda _: "", "sqlite"))]
    with serve(durable=True) as server, server.template("bench") as template:
        figures.append(asyncio.run(bare_asyncpg(server, template, mails)))
        figures += asyncio.run(_on_postgres(server, template))
    yardsticks = {figure.engine: figure.rate for figure in figures if figure.name == "bare driver"}
    print(f"{'what':28} {'database':10} {'a second':>9} {'of bare':>8}")  # noqa: T201
    for one in figures:
        print(f"{one.name:28} {one.engine:10} {one.rate:9.0f} {one.rate / yardsticks[one.engine]:8.2f}")  # noqa: T201
    print("\nWhere the time goes (mails one by one, SQLite):\n" + asyncio.run(profile()))  # noqa: T201


async def _on_postgres(server: Server, template: str) -> list[Figure]:
    names = iter(range(10_000))
    open_ones = []

    def fresh(_: int) -> str:
        janitor = server.database(f"bench_{next(names)}", template)
        open_ones.append(janitor)
        return janitor.__enter__()

    try:
        return await road_rates(fresh, "postgres")
    finally:
        for janitor in open_ones:
            janitor.__exit__(None, None, None)


if __name__ == "__main__":
    main()
