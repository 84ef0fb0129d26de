"""Who waits for news of a conversation in this process, and waking them when something was said to it.

What another process sends is found by looking again: nobody waits longer than they said.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

_MOST, _MOST_EACH = 2_000, 200


class Crowded(Exception):
    """Too many wait already, altogether or from one network: look from time to time instead."""


class Bell:
    """Wakes whoever waits for a conversation."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = {}
        self._networks: Counter[str] = Counter()

    def ring(self, sender: str) -> None:
        """Something was said to it."""
        for event in self._waiting.get(sender, ()):
            event.set()

    @contextmanager
    def waiting(self, sender: str, network: str) -> Iterator[asyncio.Event]:
        """An event that is set with every ring; clear it before looking. Raises Crowded."""
        if self._networks.total() >= _MOST or self._networks[network] >= _MOST_EACH:
            raise Crowded
        event = asyncio.Event()
        self._networks[network] += 1
        self._waiting.setdefault(sender, set()).add(event)
        try:
            yield event
        finally:
            self._leave(sender, network, event)

    def _leave(self, sender: str, network: str, event: asyncio.Event) -> None:
        self._waiting[sender].discard(event)
        if not self._waiting[sender]:
            del self._waiting[sender]
        self._networks[network] -= 1
        if not self._networks[network]:
            del self._networks[network]


async def rung(event: asyncio.Event, seconds: float, stop: asyncio.Event | None = None) -> bool:
    """Wait for the next ring, no longer than that, and not when the program is to stop."""
    waits = {asyncio.ensure_future(one.wait()) for one in (event, stop) if one}
    try:
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in waits:
            one.cancel()
    heard = event.is_set()
    event.clear()
    return heard
