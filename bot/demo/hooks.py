"""What a platform of the demo's tells the program: webhooks, one after the other, again and again until it is taken.

Knows where the program really listens, whatever address the world knows it by. Source of the habit: both SMS platforms
repeat a webhook that was not answered with 2xx.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import aiohttp

_MOST_TRIES = 40
_LONGEST_PAUSE_SECONDS = 5.0


class Program:
    """Where the program is. ``url`` is how the world reaches it; ``host`` and ``port`` where it listens (0: not known).

    A port of 0 is any free one: whoever sees a request come in calls ``heard``.
    """

    def __init__(self, url: str, host: str, port: int) -> None:
        self.url = url
        self._host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not listened on
        self._port = port
        self._known = asyncio.Event()
        if port:
            self._known.set()

    def heard(self, port: int) -> None:
        """A request came in by that port."""
        self._port = self._port or port
        self._known.set()

    async def inside(self, url: str) -> str:
        """An address of the program as it is reached from this machine; waits until that is known."""
        await self._known.wait()
        given = urlsplit(url)
        host = f"[{self._host}]" if ":" in self._host else self._host
        return given._replace(scheme="http", netloc=f"{host}:{self._port}").geturl()


@dataclass(frozen=True, slots=True)
class Hook:
    """One webhook. ``headers`` are made at each try, for they sign the time; ``taken`` is called once it is."""

    url: str
    body: bytes
    headers: Callable[[], Mapping[str, str]]
    taken: Callable[[], object] = field(default=lambda: None)


class Hooks:
    """Posts in order. ``start`` and ``stop`` it; what is put in before it starts waits."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._queue: asyncio.Queue[Hook] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._waiting = 0

    @property
    def idle(self) -> bool:
        """Whether everything was taken, or given up."""
        return not self._waiting

    def put(self, hook: Hook) -> None:
        """Post this when those before it are done."""
        self._waiting += 1
        self._queue.put_nowait(hook)

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._run(), name="hooks")

    async def stop(self) -> None:
        """What was not taken by now is lost here; the phones still have it."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as session:
            while True:
                hook = await self._queue.get()
                if await self._taken(session, hook):
                    hook.taken()
                self._waiting -= 1

    async def _taken(self, session: aiohttp.ClientSession, hook: Hook) -> bool:
        pause = 0.1
        for _ in range(_MOST_TRIES):
            url = await self._program.inside(hook.url)
            try:
                async with session.post(url, data=hook.body, headers=hook.headers()) as answer:
                    if answer.ok:
                        return True
            except (aiohttp.ClientError, OSError, TimeoutError):
                pass
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
        return False
