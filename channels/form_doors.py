"""What doors with a form have in common: how much an office lets a form hold, and how many are read at once.

One network is let read a few forms with files at a time: whoever sends many gives memory and disk no trouble, and the
words of the others still come through. Knows no page and no platform.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from channels.base import network
from channels.forms import Form, Limits, Wrong, read


class FormSettings(BaseModel):
    """What an office may say of any form: files, their sizes in bytes, and how many seconds a line may be silent."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    most_files: int = Field(default=5, ge=0, le=20)
    largest_file_bytes: int = Field(default=10_000_000, ge=1_000_000, le=25_000_000)
    largest_total_bytes: int = Field(default=25_000_000, ge=1_000_000, le=100_000_000)
    idle_seconds: float = Field(default=30, gt=0, le=600)

    def limits(self) -> Limits:
        """The same as the reader of forms wants it."""
        return Limits(
            files=self.most_files,
            file_bytes=self.largest_file_bytes,
            all_bytes=self.largest_total_bytes,
            idle_seconds=self.idle_seconds,
        )


class Turns:
    """The forms being read now, by network. One that is too many is read without its files and says so."""

    def __init__(self, limits: Limits, at_once: int) -> None:
        self._limits, self._at_once = limits, at_once
        self._reading: Counter[str] = Counter()

    @asynccontextmanager
    async def take(self, request: web.Request) -> AsyncIterator[tuple[Form, str]]:
        """The form of one request, and the network it came from. Its files are gone when the turn ends."""
        client = network(request.remote)
        self._reading[client] += 1
        try:
            crowded = self._reading[client] > self._at_once
            with await read(request, self._limits, files=not crowded) as form:
                if crowded:
                    form.wrong.append(Wrong("", "terlalu-ramai"))
                yield form, client
        finally:
            self._reading[client] -= 1
            if not self._reading[client]:
                del self._reading[client]
