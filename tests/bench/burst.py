"""A flood: ten thousand people write within a minute, by Telegram and two short-message gateways, while officers work.

The whole program runs in a process of its own on one core; the platforms, the citizens and two officers' browsers are
in another. Told is whether all of it is stored, how soon a gateway hears so, whether acknowledgements kept to each
door's pace, how long officers' pages take beside a calm time of the same run, and how much memory it costs.
``python -m tests.bench.burst program DATABASE DATA DOORS`` is that program: it says its port and ends with its input.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog

from bot.app import built
from bot.serving import running
from bot.settings import Settings
from tests.bench import crowd, hooks, web
from tests.bench.hooks import NOW, URL, one_core
from tests.bench.ingest import Engine, Postgres, Sqlite
from tests.channels import phones, twilio_stand
from tests.channels.bot_platform import TOKEN, BotPlatform
from tests.faults.audit import rows
from tests.postgres import serve
from tests.shipped import doors, shipped

TICKETS, MESSAGES, SECONDS, CALM_SECONDS = 1_000, 10_000, 60.0, 10.0
WARM = 20
SHARES = {"blitar-telegram": 0.4, "blitar-sms": 0.3, "blitar-sms-luar": 0.3}
BODIES: Mapping[str, hooks.Body] = {"blitar-sms": hooks.android, "blitar-sms-luar": hooks.twilio}
CONNECTIONS = 16
# What each door's platform lets go within so many seconds.
PACES = {"blitar-telegram": (30, 1), "blitar-sms": (30, 60)}
_PAUSE_SECONDS = 0.25
_NOWHERE = {"imap_port": 9, "smtp_port": 9}
LOOKS = (web.LOOKS[1], web.LOOKS[3])


@dataclass
class Seen:
    """Seconds that each page took, and that each webhook waited for its answer; the program's memory in megabytes."""

    pages: dict[str, list[float]] = field(default_factory=lambda: {look.name: [] for look in LOOKS})
    answers: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Outcome:
    """What a flood left: ``took`` seconds until all was stored, each door's acknowledgements, memory at the end."""

    calm: Seen
    flood: Seen
    stored: int
    took: float
    gone: Mapping[str, Sequence[datetime]]
    after: float

    def lines(self) -> Iterator[str]:
        """For people."""
        answers = f"gateways' answers p95 {_late(self.flood.answers):.0f} ms"
        yield f"{self.stored} messages stored in {self.took:.0f} s; {answers}"
        for name, calm in self.calm.pages.items():
            before, flood = _late(calm), _late(self.flood.pages[name])
            looks = f"{len(calm)} and {len(self.flood.pages[name])} looks"
            yield f"{name:24} p95 ms {before:.1f} calm, {flood:.1f} in the flood: {flood / before:.2f} times; {looks}"
        for door, moments in self.gone.items():
            most, seconds = PACES.get(door, (0, 60))
            limit = f"(most {most})" if most else "(no limit)"
            yield f"{door:24} {len(moments)} acknowledged, {_densest(moments, seconds)} within {seconds} s {limit}"
        memory = (self.calm.memory[-1], max(self.flood.memory), self.after)
        yield "memory, MB: {:.0f} before, {:.0f} at most, {:.0f} after".format(*memory)


async def burst(url: str, data: Path, *, messages: int, seconds: float) -> Outcome:
    """One flood over a record that is there."""
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(BotPlatform())
        gateway = await stack.enter_async_context(phones.gateway())
        twilio = await stack.enter_async_context(twilio_stand.standing())
        gateway.password = "p"
        entries = {
            "blitar-email": dict.fromkeys(("imap_host", "smtp_host"), "127.0.0.1") | {"password": "x", **_NOWHERE},
            "blitar-telegram": {"token": TOKEN, "base_url": telegram.url},
            "blitar-sms": {"base_url": gateway.url, "user": "kantor", "password": "p", "signing_key": hooks.KEY},
            "blitar-sms-luar": {
                "base_url": twilio.url,
                "auth_token": twilio_stand.TOKEN,
                "account_sid": twilio_stand.SID,
            },
        }
        program = await stack.enter_async_context(_served(url, data, entries))
        await program.sign_in("petugas")
        for look in LOOKS:
            await program.ask(look, itertools.cycle(crowd.numbers(TICKETS)[::7]), WARM, 2)
        await _settled(url)
        calm, began = await _watched(program, asyncio.sleep(CALM_SECONDS)), time.perf_counter()
        seen = await _watched(program, _flood(url, program.port, telegram, messages, seconds))
        took, after = time.perf_counter() - began, _memory(program.process.pid)
    return Outcome(calm, seen, await _stored(url), took, await _gone(url), after)


async def _settled(url: str) -> None:
    """What became late while the program did not run is dealt with."""
    before, now = -1, 0
    while now != before:
        await asyncio.sleep(2)
        before, ((now,),) = now, await asyncio.to_thread(rows, url, "SELECT count(*) FROM journal")


async def _watched(program: web.Program, work: Awaitable[Sequence[float] | None]) -> Seen:
    """Two officers look at pages, one after the other, until the work is done; it may say what webhooks waited."""
    seen = Seen()
    looking = [asyncio.create_task(_officer(program, look, seen)) for look in LOOKS]
    seen.answers.extend(await work or ())
    for task in looking:
        task.cancel()
    await asyncio.gather(*looking, return_exceptions=True)
    return seen


async def _officer(program: web.Program, look: web.Look, seen: Seen) -> None:
    numbers = itertools.cycle(crowd.numbers(TICKETS)[::7])
    while True:
        ((took, _),) = await program.ask(look, numbers, 1, 1)
        seen.pages[look.name].append(took)
        seen.memory.append(_memory(program.process.pid))
        await asyncio.sleep(_PAUSE_SECONDS)


async def _flood(url: str, port: int, telegram: BotPlatform, messages: int, seconds: float) -> list[float]:
    """Everybody writes, evenly over the time, and all of it is stored; seconds that webhooks waited."""
    lots = {door: int(messages * share) for door, share in SHARES.items()}
    answers: list[float] = []
    async with asyncio.TaskGroup() as group:
        group.create_task(_updates(telegram, lots["blitar-telegram"], seconds))
        for door, body in BODIES.items():
            turns = _turns(lots[door], seconds)
            for _ in range(CONNECTIONS):
                group.create_task(_gateway(port, body, turns, answers))
    patience = time.perf_counter() + seconds
    while await _stored(url) < sum(lots.values()) and time.perf_counter() < patience:  # noqa: ASYNC110
        await asyncio.sleep(_PAUSE_SECONDS)
    return answers


def _turns(many: int, seconds: float) -> Iterator[tuple[int, float]]:
    """Numbers from 1 on, and when each is due."""
    began = time.perf_counter()
    return ((number, began + seconds * number / many) for number in range(1, many + 1))


async def _updates(telegram: BotPlatform, many: int, seconds: float) -> None:
    for number, at in _turns(many, seconds):
        await _until(at)
        telegram.bring(hooks.telegram(number))


async def _gateway(port: int, body: hooks.Body, turns: Iterator[tuple[int, float]], answers: list[float]) -> None:
    """One connection of a gateway: a call, its answer, the next."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for number, at in turns:
        await _until(at)
        began = time.perf_counter()
        writer.write(hooks.request(*body(number)))
        await hooks.answered(reader)
        answers.append(time.perf_counter() - began)
    writer.close()


async def _until(at: float) -> None:
    left = at - time.perf_counter()
    if left > 0:
        await asyncio.sleep(left)


def _memory(process: int) -> float:
    """Megabytes that a process has in memory."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1000


def _late(seconds: Sequence[float]) -> float:
    """Milliseconds within which all but one in twenty came."""
    return 1000 * sorted(seconds)[int(0.95 * len(seconds))]


def _densest(moments: Sequence[datetime], seconds: int) -> int:
    """The most that lie within so many seconds."""
    found, first = 0, 0
    for last, moment in enumerate(moments):
        while moment - moments[first] >= timedelta(seconds=seconds):
            first += 1
        found = max(found, last - first + 1)
    return found


async def _stored(url: str) -> int:
    doors = ", ".join(f"'{door}'" for door in SHARES)
    ((many,),) = await asyncio.to_thread(
        rows, url, f"SELECT count(*) FROM message WHERE channel IN ({doors}) AND direction = 'in'"
    )
    return int(many)


async def _gone(url: str) -> Mapping[str, Sequence[datetime]]:
    """When each door's acknowledgements went, in order."""
    asked = "SELECT channel, sent_at FROM delivery WHERE sent_at IS NOT NULL ORDER BY sent_at"
    found: dict[str, list[datetime]] = {door: [] for door in SHARES}
    for channel, at in await asyncio.to_thread(rows, url, asked):
        if channel in found:
            found[channel].append(at if isinstance(at, datetime) else datetime.fromisoformat(at))
    return found


@asynccontextmanager
async def _served(url: str, data: Path, entries: Mapping[str, Any]) -> AsyncIterator[web.Program]:
    command = (sys.executable, "-m", "tests.bench.burst", "program", url, str(data), json.dumps(entries))
    async with web.started(*command) as program:
        yield program


async def _serve(url: str, data: Path, entries: Mapping[str, Any]) -> None:
    """The program, until its input ends. Its clock begins with the benches' time and runs."""
    settings, began = Settings(data=data, database=url, public_url=URL, listen="127.0.0.1:0"), time.monotonic()

    def now() -> datetime:
        return NOW + timedelta(seconds=time.monotonic() - began)

    offices = doors(shipped(), "blitar-web", "blitar-email", *SHARES)
    async with built(settings, offices, now=now, entries=entries) as wadul, running(wadul) as port:
        print(port, flush=True)  # noqa: T201
        await asyncio.to_thread(sys.stdin.read)


async def _show(engine: Engine, messages: int, seconds: float) -> None:
    with engine.fresh() as url, tempfile.TemporaryDirectory() as data:
        async with web.hasty(url) as database:
            await crowd.settle(database, Path(data), TICKETS)
        outcome = await burst(url, Path(data), messages=messages, seconds=seconds)
    for line in outcome.lines():
        print(f"{engine.name:9} {line}", flush=True)  # noqa: T201


def main(messages: int = MESSAGES) -> None:
    """Both engines, one after the other; fewer messages come within less time."""
    seconds = SECONDS * messages / MESSAGES
    one_core(1)
    with serve(durable=True) as server, server.template("bench") as template:
        for engine in (Sqlite(), Postgres(server, template)):
            asyncio.run(_show(engine, messages, seconds))


if __name__ == "__main__":
    if sys.argv[1:2] == ["program"]:
        one_core(0)
        logger = structlog.PrintLoggerFactory(sys.stderr)
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR), logger_factory=logger)
        asyncio.run(_serve(sys.argv[2], Path(sys.argv[3]), json.loads(sys.argv[4])))
    else:
        main(*map(int, sys.argv[1:]))
