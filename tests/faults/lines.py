"""A stretch of network between the program and a platform: it can be cut, held up, slowed and mended."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Self

_CHUNK_BYTES = 64 * 1024


class Line:
    """An async context manager. ``port`` is where the program calls; ``to`` is where the platform listens."""

    def __init__(self, to: int) -> None:
        self._to, self.port = to, 0
        self._mended = asyncio.Event()
        self._cut, self._delay_seconds = False, 0.0
        self._open: set[asyncio.StreamWriter] = set()
        self._passing: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """For a platform that is called by HTTP."""
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self._mended.set()
        self._server = await asyncio.start_server(self._called, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self.cut()
        for task in list(self._passing):
            task.cancel()
        await asyncio.gather(*self._passing, return_exceptions=True)

    def cut(self) -> None:
        """Whoever speaks is cut off in the middle of a word, whoever calls is hung up on."""
        self._cut = True
        for writer in list(self._open):
            writer.transport.abort()

    def hold(self) -> None:
        """Nothing passes, and nobody is told."""
        self._mended.clear()

    def slow(self, seconds: float) -> None:
        """Every word takes so long."""
        self._delay_seconds = seconds

    def mend(self) -> None:
        """As it should be. What was held up passes now."""
        self._cut, self._delay_seconds = False, 0.0
        self._mended.set()

    async def _called(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._cut:
            writer.transport.abort()
            return
        try:
            there, theirs = await asyncio.open_connection("127.0.0.1", self._to)
        except OSError:
            writer.transport.abort()
            return
        both = {writer, theirs}
        self._open |= both
        ways = [asyncio.create_task(self._pass(*way)) for way in ((reader, theirs), (there, writer))]
        self._passing |= set(ways)
        await asyncio.gather(*ways, return_exceptions=True)
        self._passing -= set(ways)
        self._open -= both

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while words := await reader.read(_CHUNK_BYTES):
                if self._delay_seconds:
                    await asyncio.sleep(self._delay_seconds)
                await self._mended.wait()
                writer.write(words)
                await writer.drain()
        writer.close()
