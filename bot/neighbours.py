"""What the processes of one installation tell each other, and who of them does what only one may do.

On PostgreSQL each process has one connection for it: news go by NOTIFY, and what a process alone may do is an advisory
lock of that connection, which the server takes back within seconds when the process, its machine or the line dies. On
SQLite there is one process, which hears nothing and may do everything.

News are hints and may be lost: whoever missed some is told so (topic ``missed``) and looks again for itself.
Source: https://www.postgresql.org/docs/15/sql-notify.html, .../explicit-locking.html#ADVISORY-LOCKS.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any

import asyncpg
import structlog

from inbox.database import Database, credentials
from inbox.mishap import place

log = structlog.get_logger()
MISSED = "missed"
BEAT_SECONDS = 2.0
_CHANNEL = "wadul"
_LOCKS = 0x5741_4455
_TAKE = "SELECT pg_try_advisory_lock($1, hashtext($2))"
_GIVE_BACK = "SELECT pg_advisory_unlock($1, hashtext($2))"
_LINE_IS_BAD = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
_MOST_WAITING = 1000
# NOTIFY takes less than 8000 bytes.
_LONGEST = 7000
_PATIENCE_SECONDS = 5.0
_RETRY_SECONDS = 2.0
# A machine that lost its power is noticed by the server after eleven seconds instead of two hours.
_KEEPALIVE = {"tcp_keepalives_idle": "5", "tcp_keepalives_interval": "2", "tcp_keepalives_count": "3"}

News = Callable[[Any], None]
Work = Callable[[], Coroutine[Any, Any, None]]
Holding = Callable[[str, Work], Awaitable[None]]
"""Waits until a name is ours alone, does the work, and ends it where the name is lost."""


async def at_once(_: str, work: Work) -> None:
    """``Holding`` for a process that is alone."""
    await work()


class Neighbours:
    """``start`` and ``stop`` it. ``sleep`` is an argument so that tests need not wait."""

    def __init__(self, database: Database, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self.alone = not database.is_postgres
        self._credentials = {} if self.alone else credentials(database.url)
        self._sleep, self._me = sleep, secrets.token_hex(6)
        self._told: dict[str, list[News]] = {}
        self._waiting: deque[tuple[str, Any]] = deque()
        self._awake = asyncio.Event()
        self._connection: asyncpg.Connection | None = None
        self._lock = asyncio.Lock()
        self._held: dict[str, asyncio.Event] = {}
        self._task: asyncio.Task[None] | None = None

    def on(self, topic: str, told: News) -> None:
        """Be told what other processes say under a topic; what they say is JSON."""
        self._told.setdefault(topic, []).append(told)

    def tell(self, topic: str, news: Any = None) -> None:
        """Tell every other process; never waits, never fails."""
        if self.alone:
            return
        if len(self._waiting) >= _MOST_WAITING:
            self._waiting.clear()
            topic, news = MISSED, None
        self._waiting.append((topic, news))
        self._awake.set()

    def start(self) -> None:
        """Begin."""
        if not self.alone:
            self._task = asyncio.create_task(self._run(), name="neighbours")

    async def stop(self) -> None:
        """Leave. What was held is free at once."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def holding(self, name: str, work: Work) -> None:
        """Wait until ``name`` is ours, then do the work until it ends, or is cancelled because we lost the name."""
        if self.alone:
            await work()
            return
        while (lost := await self._take(name)) is None:
            await self._sleep(BEAT_SECONDS)
        try:
            await _unless(lost, work())
        finally:
            await self._give_back(name)

    async def _take(self, name: str) -> asyncio.Event | None:
        """What is set when we lose it; None where another has it."""
        async with self._lock:
            ours = await self._asked(_TAKE, name)
            return self._held.setdefault(name, asyncio.Event()) if ours else None

    async def _give_back(self, name: str) -> None:
        async with self._lock:
            lost = self._held.pop(name, None)
            if lost is not None and not lost.is_set():
                await self._asked(_GIVE_BACK, name)

    async def _asked(self, question: str, name: str) -> bool:
        """What the server says of a name. Without an answer nobody knows who has it: then the line is let go of."""
        connection, answered = self._connection, False
        if connection is None:
            return False
        try:
            with suppress(*_LINE_IS_BAD):
                async with asyncio.timeout(_PATIENCE_SECONDS):
                    ours = await connection.fetchval(question, _LOCKS, name)
                    answered = True
                    return bool(ours)
            return False
        finally:
            if not answered:
                connection.terminate()

    async def _run(self) -> None:
        """Stay connected. Between two connections others may have said something, and hold what we held."""
        while True:
            try:
                await self._connected()
            except Exception as error:  # noqa: BLE001 - whatever broke it: without a line nothing is heard or held
                log.warning("neighbours out of reach", error=place(error))
            await self._sleep(_RETRY_SECONDS)

    async def _connected(self) -> None:
        connection = await asyncpg.connect(**self._credentials, timeout=_PATIENCE_SECONDS, server_settings=_KEEPALIVE)
        try:
            await connection.add_listener(_CHANNEL, self._hear)
            self._connection = connection
            self._spread([(MISSED, None)])
            while True:
                await self._beat(connection)
        finally:
            self._connection = None
            for lost in self._held.values():
                lost.set()
            connection.terminate()

    async def _beat(self, connection: asyncpg.Connection) -> None:
        """Say what there is to say; with nothing to say, see that the line is still there."""
        with suppress(TimeoutError):
            async with asyncio.timeout(BEAT_SECONDS):
                await self._awake.wait()
        self._awake.clear()
        async with self._lock, asyncio.timeout(_PATIENCE_SECONDS):
            letters = self._letters()
            for letter in letters:
                await connection.execute("SELECT pg_notify($1, $2)", _CHANNEL, letter)
            if not letters:
                await connection.fetchval("SELECT 1")

    def _letters(self) -> list[str]:
        """What waits, each thing once, in as few letters as it fits in."""
        pages: list[list[Any]] = []
        room = 0
        for news in dict.fromkeys(json.dumps(one, separators=(",", ":")) for one in self._waiting):
            if len(news) > _LONGEST:
                log.warning("news too long", length=len(news))
                continue
            if len(news) > room or not pages:
                pages.append([])
                room = _LONGEST
            pages[-1].append(json.loads(news))
            room -= len(news) + 1
        self._waiting.clear()
        return [json.dumps({"from": self._me, "news": page}, separators=(",", ":")) for page in pages]

    def _hear(self, _connection: Any, _pid: int, _channel: str, letter: str) -> None:
        """A letter. What is not ours to read is let lie: anybody who may connect can write one."""
        try:
            read = json.loads(letter)
            mine, news = read["from"] == self._me, [(str(topic), said) for topic, said in read["news"]]
        except (ValueError, KeyError, TypeError):
            log.warning("unreadable news")
            return
        if not mine:
            self._spread(news)

    def _spread(self, news: list[tuple[str, Any]]) -> None:
        for topic, said in news:
            for told in self._told.get(topic, ()):
                try:
                    told(said)
                except Exception as error:  # noqa: BLE001 - one that cannot use it keeps it from nobody else
                    log.warning("news not understood", topic=topic, error=place(error))


async def _unless(lost: asyncio.Event, work: Coroutine[Any, Any, None]) -> None:
    """The work, cancelled when that happens; what it raises is raised."""
    working, losing = asyncio.create_task(work), asyncio.create_task(lost.wait())
    try:
        await asyncio.wait({working, losing}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
    finally:
        for task in (working, losing):
            task.cancel()
        await asyncio.gather(working, losing, return_exceptions=True)
