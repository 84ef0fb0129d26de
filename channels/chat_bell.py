"""Who waits for news of a conversation in this process, and waking them when something was said to it, here or in
another process (``bot.shared`` carries it there). A ring that was lost is made up for by looking again from time to
time.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol, runtime_checkable

_MOST, _MOST_EACH = 2_000, 200


class Crowded(Exception):
    """Too many wait already, altogether or from one network: look from time to time instead."""


class Bell:
    """Wakes whoever waits for a conversation. ``tell`` carries a ring to the other processes."""

    def __init__(self) -> None:
        self.tell: Callable[[str], None] = lambda _: None
        self._waiting: dict[str, set[asyncio.Event]] = {}
        self._networks: Counter[str] = Counter()

    def ring(self, sender: str) -> None:
        """Something was said to it, and is on record."""
        name = _name(sender)
        self.relay(name)
        self.tell(name)

    def relay(self, name: str) -> None:
        """Another process rang."""
        for event in self._waiting.get(name, ()):
            event.set()

    def relay_all(self) -> None:
        """Rings may have been lost: let everybody look."""
        for name in self._waiting:
            self.relay(name)

    @contextmanager
    def waiting(self, sender: str, network: str) -> Iterator[asyncio.Event]:
        """An event that is set with every ring; clear it before looking. Raises Crowded."""
        if self._networks.total() >= _MOST or self._networks[network] >= _MOST_EACH:
            raise Crowded
        name, event = _name(sender), asyncio.Event()
        self._networks[network] += 1
        self._waiting.setdefault(name, set()).add(event)
        try:
            yield event
        finally:
            self._leave(name, network, event)

    def _leave(self, name: str, network: str, event: asyncio.Event) -> None:
        self._waiting[name].discard(event)
        if not self._waiting[name]:
            del self._waiting[name]
        self._networks[network] -= 1
        if not self._networks[network]:
            del self._networks[network]


@runtime_checkable
class Ringing(Protocol):
    """What a door offers besides ``Channel`` where people wait at it for what is said to them."""

    bell: Bell


def _name(sender: str) -> str:
    """What a conversation is called between processes: nobody's address travels."""
    return hashlib.sha256(sender.encode()).hexdigest()[:20]


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
