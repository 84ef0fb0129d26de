"""A process of its own for what may take long, much memory, or itself down: started when first asked, one at a time.

What takes too long loses its process, and the next one gets a new one; so does every few hundredth, so that nothing
grows for ever. What is asked and answered is bytes; what they mean is for whoever asks.
"""

from __future__ import annotations

import asyncio
import contextlib
import struct
import sys

import templates

_HEAD = struct.Struct(">cQ")
_ASKED_OF_ONE = 300


class Died(Exception):
    """The process ended before it answered."""


class Worker:
    """``python -m MODULE ARGUMENTS``, which reads a length of eight bytes and that much, and answers with a mark of one
    byte, a length of eight and that much, until its input ends.
    """

    def __init__(self, module: str, *arguments: str, longest_seconds: float) -> None:
        self._command = (sys.executable, "-m", module, *arguments)
        self.longest_seconds = longest_seconds
        self.turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._asked = 0

    @property
    def pid(self) -> int | None:
        """The process at work, for whoever watches it; None before the first question."""
        return self._process.pid if self._process else None

    async def ask(self, body: bytes, *, heavy: bool = False) -> tuple[bytes, bytes]:
        """The mark and the answer. After what is ``heavy`` the process is let go.

        Raises: TimeoutError, Died.
        """
        # Whoever asked may go away; the answer is read all the same, or the next one would get it.
        return await asyncio.shield(asyncio.ensure_future(self._in_turn(body, heavy=heavy)))

    async def stop(self) -> None:
        """End the process, if there is one."""
        process, self._process, self._asked = self._process, None, 0
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _in_turn(self, body: bytes, *, heavy: bool) -> tuple[bytes, bytes]:
        async with self.turn:
            if self._asked >= _ASKED_OF_ONE:
                await self.stop()
            try:
                answer = await asyncio.wait_for(self._ask(body), self.longest_seconds)
            except TimeoutError:
                await self.stop()
                raise
            except (OSError, asyncio.IncompleteReadError):
                await self.stop()
                raise Died from None
            if heavy:
                await self.stop()
            return answer

    async def _ask(self, body: bytes) -> tuple[bytes, bytes]:
        process = await self._working()
        assert process.stdin is not None  # noqa: S101 - both are pipes: see below
        assert process.stdout is not None  # noqa: S101
        process.stdin.write(len(body).to_bytes(8) + body)
        await process.stdin.drain()
        mark, length = _HEAD.unpack(await process.stdout.readexactly(_HEAD.size))
        self._asked += 1
        return mark, await process.stdout.readexactly(length)

    async def _working(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            self._asked = 0
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                cwd=templates.FOLDER.parent,
                start_new_session=True,  # Ctrl-C is the program's to answer
            )
        return self._process
