"""Asking ClamAV's daemon whether a file has something in it that nobody should open.

One connection a file, at most a few at once; nothing is kept. Source: clamd(8), INSTREAM: chunks behind their length in
four bytes, network order, a length of nought at the end; "stream: OK", "stream: <name> FOUND" or "<words> ERROR".
"""

from __future__ import annotations

import asyncio
import struct
from pathlib import Path

ADDRESS = r"unix:/\S+|[^\s:/]+:\d{1,5}|\[[0-9a-fA-F:]+\]:\d{1,5}"
"""``unix:/run/clamav/clamd.ctl``, or host:port."""
_CHUNK_BYTES, _AT_ONCE = 256 * 1024, 4
_CONNECT_SECONDS, _LONGEST_SECONDS, _LONGEST_ANSWER = 5.0, 120.0, 4096
_CLEAN, _FOUND = "stream: OK", " FOUND"


class Away(ConnectionError):
    """It does not answer, or says that it could not look. The words are its own."""


class Clamd:
    """The daemon at an address."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def found(self, path: Path) -> str:
        """What is in a file, by the daemon's name for it; empty where nothing is. Raises Away, FileNotFoundError."""
        answer = await self._asked(b"zINSTREAM\0", path)
        if answer == _CLEAN:
            return ""
        if not answer.endswith(_FOUND):
            raise Away(answer[:200] or "no answer")
        return answer.removeprefix("stream: ").removesuffix(_FOUND)[:200] or "?"

    async def check(self) -> None:
        """Whether it answers. Raises Away."""
        answer = await self._asked(b"zPING\0", None)
        if answer != "PONG":
            raise Away(answer[:200] or "no answer")

    async def _asked(self, command: bytes, path: Path | None) -> str:
        content = await asyncio.to_thread(path.read_bytes) if path else None
        try:
            async with self._turns, asyncio.timeout(_LONGEST_SECONDS):
                return await self._spoken(command, content)
        except TimeoutError:
            raise Away("timeout") from None
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            raise Away(str(error) or type(error).__name__) from None

    async def _spoken(self, command: bytes, content: bytes | None) -> str:
        reader, writer = await asyncio.wait_for(self._open(), _CONNECT_SECONDS)
        try:
            writer.write(command)
            if content is not None:
                await _stream(writer, content)
            answer = await reader.readuntil(b"\0")
        finally:
            writer.close()
        return answer[:-1].decode("utf-8", "replace").strip()

    def _open(self) -> asyncio.Future[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        if self._address.startswith("unix:"):
            opening = asyncio.open_unix_connection(self._address.removeprefix("unix:"), limit=_LONGEST_ANSWER)
        else:
            host, _, port = self._address.rpartition(":")
            opening = asyncio.open_connection(host.strip("[]"), int(port), limit=_LONGEST_ANSWER)
        return asyncio.ensure_future(opening)


async def _stream(writer: asyncio.StreamWriter, content: bytes) -> None:
    """The file in chunks. Where it is too large for the daemon, that answers and hangs up before the end."""
    try:
        for begin in range(0, len(content), _CHUNK_BYTES):
            chunk = content[begin : begin + _CHUNK_BYTES]
            writer.write(struct.pack("!L", len(chunk)) + chunk)
            await writer.drain()
        writer.write(struct.pack("!L", 0))
        await writer.drain()
    except ConnectionError:
        return
