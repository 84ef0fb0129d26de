"""A line between a door and a server that tests can cut, at once or in the middle of a transfer, and overhear."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager


class Wire:
    """Passes bytes both ways on ``port``. ``edit`` changes what the server says; ``said`` is what the door said."""

    def __init__(self, to_port: int, edit: Callable[[bytes], bytes] = lambda data: data) -> None:
        self.port = 0
        self.connections = 0
        self.passed_bytes = 0
        self.said = b""
        self._to_port, self._edit = to_port, edit
        self._cut_after: int | None = None
        self._heard = asyncio.Event()
        self._writers: set[asyncio.StreamWriter] = set()
        self._pumps: set[asyncio.Task[None]] = set()

    def cut(self) -> None:
        """Break every connection now; new ones are let through."""
        for writer in self._writers:
            writer.transport.abort()

    def cut_after(self, size_bytes: int) -> None:
        """Break the line once the server has said so many bytes more."""
        self._cut_after = self.passed_bytes + size_bytes

    async def until_said(self, words: bytes) -> None:
        """Wait until the door said something."""
        async with asyncio.timeout(10):
            while words not in self.said:
                self._heard.clear()
                await self._heard.wait()

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of the door."""
        self.connections += 1
        there, out = await asyncio.open_connection("127.0.0.1", self._to_port)
        self._writers |= {writer, out}
        self._pumps |= {
            asyncio.create_task(self._pump(there, writer, from_server=True)),
            asyncio.create_task(self._pump(reader, out, from_server=False)),
        }

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, from_server: bool) -> None:
        try:
            while data := await reader.read(65536):
                if from_server:
                    data = self._edit(data)
                    self.passed_bytes += len(data)
                else:
                    self.said += data
                    self._heard.set()
                writer.write(data)
                await writer.drain()
                if self._cut_after is not None and self.passed_bytes >= self._cut_after:
                    self._cut_after = None
                    self.cut()
        except OSError:
            pass
        finally:
            writer.close()

    async def stop(self) -> None:
        """Break everything and forget it."""
        self.cut()
        for pump in self._pumps:
            pump.cancel()
        await asyncio.gather(*self._pumps, return_exceptions=True)


@asynccontextmanager
async def wired(to_port: int, edit: Callable[[bytes], bytes] = lambda data: data) -> AsyncIterator[Wire]:
    """A wire to a local port."""
    wire = Wire(to_port, edit)
    async with await asyncio.start_server(wire.connect, "127.0.0.1", 0) as server:
        wire.port = server.sockets[0].getsockname()[1]
        try:
            yield wire
        finally:
            await wire.stop()
