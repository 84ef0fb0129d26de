"""How fast the desk's pages are with very many tickets: from a browser's request to the whole page, signed in.

Beside each page, in the same run and process, its template rendered from the very values it was made of: that is as
fast as a page can be that asks nobody. The ratio is of the program's CPU time (its threads', not PostgreSQL's); rates
and milliseconds are a clock's. All want a machine that does nothing else. The program has one core; the browsers and
PostgreSQL have the others. ``make bench-web`` runs it. ``python -m tests.bench.web DATABASE DATA`` is the program:
it says its port, tells what it has used and what the last page's template costs when a line comes in, and ends with
its input.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import aiohttp
import lxml.html
import structlog
from aiohttp import web

import config
import templates
from bot.app import built
from bot.settings import Settings
from inbox.database import Database
from inbox.migrate import migrate
from inbox.web.session import COOKIE
from tests.bench import crowd
from tests.bench.hooks import DOORS, NOW, URL, one_core
from tests.bench.ingest import Engine, Postgres, Sqlite
from tests.postgres import serve

SIZES = (1_000, 20_000)
REQUESTS = 80
RENDERINGS = 30
ROUNDS = 5
_PROGRAM = (sys.executable, "-m", "tests.bench.web")
_PARTIAL = "HX-Request: true\r\nHX-Target: main\r\n"


@dataclass(frozen=True)
class Look:
    """A page as officers ask for it. ``path`` may name a ticket; ``headers`` are htmx's where the page asks itself."""

    name: str
    path: str
    headers: str = ""


LOOKS = (
    Look("list: my role's", "/meja/?antrean=peran"),
    Look("list: all", "/meja/?antrean=semua"),
    Look("ticket beside its list", "/meja/{number}?antrean=semua"),
    Look("ticket alone", "/meja/{number}?antrean=semua", _PARTIAL),
)


@dataclass(frozen=True)
class Used:
    """CPU seconds: what the program has used so far, and what the last page's template takes alone."""

    so_far: float
    template: float


@dataclass(frozen=True)
class Figure:
    """A page's rates (a second) and milliseconds, by 1 and by 8 at a time; CPU in milliseconds a page."""

    look: Look
    rates: tuple[float, ...]
    middles: tuple[float, ...]
    ends: tuple[float, ...]
    cpu: float
    template: float
    sent_bytes: int

    @property
    def ratio(self) -> float:
        """How much of the page's CPU time its template alone would take."""
        return self.template / self.cpu


@dataclass
class Program:
    """The program in its own process, and a browser that has signed in there."""

    process: asyncio.subprocess.Process
    port: int
    cookie: str = ""

    async def sign_in(self, login: str) -> None:
        """By the page."""
        jar = aiohttp.CookieJar(unsafe=True)  # takes cookies of an address without a name
        async with aiohttp.ClientSession(f"http://127.0.0.1:{self.port}", cookie_jar=jar) as browser:
            async with browser.get("/masuk") as page:
                form = lxml.html.fromstring(await page.text()).forms[0]
            fields = {**dict(form.form_values()), "login": login, "password": crowd.PASSWORD}
            async with browser.post("/masuk", data=fields, allow_redirects=False) as answer:
                self.cookie = answer.cookies[COOKIE].value

    async def used(self) -> Used:
        """What the program says of itself."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(b"\n")
        so_far, template = (await self.process.stdout.readline()).split()
        return Used(float(so_far), float(template))

    async def ask(self, look: Look, numbers: Iterator[str], many: int, at_once: int) -> list[tuple[float, int]]:
        """Seconds and bytes of each answer."""
        waiting = iter([self._request(look, next(numbers)) for _ in range(many)])
        found = await asyncio.gather(*(self._connection(waiting) for _ in range(at_once)))
        return list(itertools.chain.from_iterable(found))

    async def _connection(self, requests: Iterator[bytes]) -> list[tuple[float, int]]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        found = []
        for request in requests:
            started = time.perf_counter()
            writer.write(request)
            sent = await _answer(reader)
            found.append((time.perf_counter() - started, sent))
        writer.close()
        return found

    def _request(self, look: Look, number: str) -> bytes:
        path = look.path.format(number=number)
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nCookie: {COOKIE}={self.cookie}\r\n"
        return f"{head}Accept-Encoding: gzip, deflate, br, zstd\r\n{look.headers}\r\n".encode()


async def _answer(reader: asyncio.StreamReader) -> int:
    """Read one answer; its bytes without the head."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    assert head.startswith(b"http/1.1 200"), head
    length = next((line for line in head.split(b"\r\n") if line.startswith(b"content-length:")), b"")
    if length:
        return len(await reader.readexactly(int(length.partition(b":")[2])))
    sent = 0
    while size := int(await reader.readline(), 16):
        sent += len((await reader.readexactly(size + 2))[:-2])
    await reader.readline()
    return sent


async def measured(engine: Engine, tickets: int) -> AsyncIterator[Figure]:
    """Every page of a record of that size, each as soon as it is known."""
    with engine.fresh() as url, tempfile.TemporaryDirectory() as data:
        async with hasty(url) as database:
            await crowd.settle(database, Path(data), tickets)
        async with started(*_PROGRAM, url, data) as program:
            await program.sign_in("petugas")
            numbers = itertools.cycle(crowd.numbers(tickets)[::7])
            for look in LOOKS:
                yield await _figure(program, look, numbers)


async def _figure(program: Program, look: Look, numbers: Iterator[str]) -> Figure:
    """The median round by CPU; the first few requests warm caches and do not count."""
    await program.ask(look, numbers, 20, 8)
    rounds = [await _round(program, look, numbers) for _ in range(ROUNDS)]
    return sorted(rounds, key=lambda one: one.ratio)[ROUNDS // 2]


async def _round(program: Program, look: Look, numbers: Iterator[str]) -> Figure:
    before = await program.used()
    found = [await _timed(program, look, numbers, at_once) for at_once in (1, 8)]
    after = await program.used()
    rates, middles, ends, sent = zip(*found, strict=True)
    cpu = 1000 * (after.so_far - before.so_far) / (2 * REQUESTS)
    return Figure(look, rates, middles, ends, cpu, 1000 * after.template, sent[0])


async def _timed(program: Program, look: Look, numbers: Iterator[str], at_once: int) -> tuple[float, float, float, int]:
    started = time.perf_counter()
    answers = await program.ask(look, numbers, REQUESTS, at_once)
    rate = REQUESTS / (time.perf_counter() - started)
    seconds = sorted(one for one, _ in answers)
    return rate, 1000 * statistics.median(seconds), 1000 * seconds[int(0.95 * len(seconds))], answers[0][1]


@asynccontextmanager
async def hasty(url: str) -> AsyncIterator[Database]:
    """The record of that address with every table, to be filled without waiting for the disk."""
    url += "?synchronous=OFF" if url.startswith("sqlite") else ""
    await migrate(url)
    database = Database(url)
    await database.open()
    try:
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def started(*command: str) -> AsyncIterator[Program]:
    """A program that says its port, and ends with its input."""
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdin
    assert process.stdout
    try:
        yield Program(process, int(await process.stdout.readline()))
    finally:
        process.stdin.close()
        await process.wait()


class Filled:
    """Keeps what the last page was made of, and renders it again."""

    def __init__(self) -> None:
        self._render = templates.render
        self._last: tuple[str, str, dict[str, Any]] = ("", "", {})
        self._again = 0.0

    def render(self, name: str, /, *, language: str = templates.SOURCE_LANGUAGE, **values: Any) -> str:
        """In place of ``templates.render``."""
        self._last = (name, language, values)
        return self._render(name, language=language, **values)

    def used(self) -> Used:
        """The CPU time without these renderings, and what each of them takes."""
        (name, language, values), started = self._last, time.process_time()
        so_far = started - self._again
        for _ in range(RENDERINGS):
            self._render(name, language=language, **values)
        spent = time.process_time() - started
        self._again += spent
        return Used(so_far, spent / RENDERINGS)


async def _serve(database: str, data: Path, filled: Filled) -> None:
    settings = Settings(data=data, database=database, public_url=URL)
    offices = config.load(config.SHIPPED, secrets=False)
    async with built(settings, offices, now=lambda: NOW, entries=DOORS) as wadul:
        runner = web.AppRunner(wadul.web, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        print(runner.addresses[0][1], flush=True)  # noqa: T201
        while await asyncio.to_thread(sys.stdin.readline):
            print(*astuple(filled.used()), flush=True)  # noqa: T201
        await runner.cleanup()


def _line(engine: str, tickets: int, one: Figure) -> str:
    ways = zip(one.rates, one.middles, one.ends, strict=True)
    cells = "   ".join(f"{rate:7.0f} {middle:7.1f} {end:7.1f}" for rate, middle, end in ways)
    cpu = f"{one.template:8.1f} {one.cpu:7.1f} {one.ratio:6.2f}"
    return f"{engine:9} {tickets:7} {one.look.name:24} {cpu}   {cells} {one.sent_bytes / 1000:6.1f}"


async def _show(engine: Engine, tickets: int) -> None:
    """One line each."""
    async for one in measured(engine, tickets):
        print(_line(engine.name, tickets, one), flush=True)  # noqa: T201


def main() -> None:
    """Print the table, line by line."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    clock = "   ".join(f"{f'{many}: rate':>7} {'p50 ms':>7} {'p95 ms':>7}" for many in (1, 8))
    cpu = f"{'template':>8} {'page':>7} {'ratio':>6}"
    print(f"{'database':9} {'tickets':>7} {'page (CPU ms, clock)':24} {cpu}   {clock} {'kB':>6}", flush=True)  # noqa: T201
    with serve(durable=True) as server, server.template("bench") as template:
        for engine, tickets in itertools.product((Sqlite(), Postgres(server, template)), SIZES):
            one_core(1)
            asyncio.run(_show(engine, tickets))


def _program() -> None:
    """The pages' part."""
    one_core(0)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    filled = Filled()
    templates.render = filled.render
    asyncio.run(_serve(sys.argv[1], Path(sys.argv[2]), filled))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _program()
    else:
        main()
