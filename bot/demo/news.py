"""Tells open HP pages that something changed on a phone or on the clock: a version, never what it says."""

from __future__ import annotations

import asyncio
import secrets


class News:
    """``version`` is another string after everything that happened, in this run of the demo and in no other."""

    def __init__(self) -> None:
        self._run, self._count = secrets.token_hex(4), 0
        self._changed = asyncio.Event()
        self.closed = False

    @property
    def version(self) -> str:
        """Where we are."""
        return f"{self._run}.{self._count}"

    def tell(self) -> None:
        """Something happened."""
        self._count += 1
        self._changed.set()
        self._changed = asyncio.Event()

    def close(self) -> None:
        """Wake everybody for the last time: the program is about to stop."""
        self.closed = True
        self.tell()

    async def after(self, version: str, seconds: float) -> bool:
        """Wait until something has happened since ``version``; False where nothing has for so long."""
        if version != self.version or self.closed:
            return True
        try:
            await asyncio.wait_for(self._changed.wait(), seconds)
        except TimeoutError:
            return False
        return True
