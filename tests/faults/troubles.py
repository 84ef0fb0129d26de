"""What goes wrong around the program in a storm: at the platforms, on the lines to them, in the database, on the disk.

Each trouble is a coroutine that ends when it is over. What a process does to itself is ``tests.faults.life``.
"""

from __future__ import annotations

import asyncio
import random
import signal
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

import psycopg

from tests.faults.disk import Disk
from tests.faults.lines import Line
from tests.faults.stands import MOODS, Stand, Telegram
from tests.postgres import Server

_MOST_MOODS = 3
_HANG_UP = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"


@dataclass
class Troubles:
    """Everything that can be troubled. ``server`` is None on SQLite, ``disk`` where none could be mounted."""

    dice: random.Random
    url: str
    telegram: Telegram
    stands: Sequence[Stand]
    lines: Mapping[str, Line]
    server: Server | None
    disk: Disk | None
    met: Counter[str] = field(default_factory=Counter)
    _alone: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def one(self) -> None:
        """Some trouble."""
        kinds: list[tuple[int, Callable[[], Awaitable[str]]]] = [
            (8, self._mood),
            (2, self._asking),
            (4, self._line),
            (3 if self.server else 0, self._connections),
            (1 if self.server else 0, self._restart),
            (2 if self.disk else 0, self._full),
        ]
        chosen = self.dice.choices([kind for _, kind in kinds], [weight for weight, _ in kinds])[0]
        self.met[await chosen()] += 1

    def end(self) -> None:
        """Whatever a platform still had in mind, it thinks better of."""
        for stand in (self.telegram, *self.stands):
            stand.moods.clear()

    async def _mood(self) -> str:
        mood = self.dice.choice(MOODS)
        stand = self.dice.choice([self.telegram, *self.stands])
        stand.moods.extend([mood] * self.dice.randrange(1, _MOST_MOODS))
        return f"platform: {mood}"

    async def _asking(self) -> str:
        if self.dice.random() < 0.5:
            self.telegram.hang_up("getUpdates")
            return "platform: cut before"
        self.telegram.interfere("getUpdates", 502, "<html>Bad Gateway</html>")
        return "platform: garbage"

    async def _line(self) -> str:
        line = self.dice.choice(list(self.lines.values()))
        how = self.dice.choice(("cut", "held", "slow"))
        match how:
            case "cut":
                line.cut()
            case "held":
                line.hold()
            case "slow":
                line.slow(self.dice.uniform(0.05, 0.5))
        await asyncio.sleep(self.dice.uniform(0.2, 2.0))
        line.mend()
        return f"line {how}"

    async def _connections(self) -> str:
        """The database hangs up on everybody."""
        await asyncio.to_thread(self._hang_up)
        return "database: connections cut"

    def _hang_up(self) -> None:
        name = self.url.partition("?")[0].rpartition("/")[2]
        try:
            with psycopg.connect(self.url.replace("postgres://", "postgresql://"), autocommit=True) as connection:
                connection.execute(_HANG_UP, [name])
        except psycopg.Error:
            return  # it is away already

    async def _restart(self) -> str:
        """The database stops, at once or as after a power cut, and is there again a moment later."""
        assert self.server
        async with self._alone:
            how = self.dice.choice((signal.SIGINT, signal.SIGQUIT))
            await asyncio.to_thread(self.server.stop, how)
            await asyncio.sleep(self.dice.uniform(0.1, 2.0))
            self.server.start()  # by this very thread: it ends with whoever started it
        return "database: stopped" if how == signal.SIGINT else "database: fell"

    async def _full(self) -> str:
        """No room, for the database neither: PostgreSQL may fall over it."""
        assert self.disk
        async with self._alone:
            await asyncio.to_thread(self.disk.fill)
            try:
                await asyncio.sleep(self.dice.uniform(0.3, 2.0))
            finally:
                await asyncio.to_thread(self.disk.empty)
            if self.server:
                self.server.start()
        return "disk full"
