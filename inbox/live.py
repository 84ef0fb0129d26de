"""What just changed, for the pages that are open: events with ids, told after the commit, never a text.

One process tells its own browsers, and whoever looks after the other processes. A page that cannot keep up is told to
reload instead of being remembered for.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

_MOST_WAITING = 100


@dataclass(frozen=True, slots=True)
class Event:
    """Something of an office changed. ``kind``: ticket, message, delivery, presence, aside, health, reload,
    closed.

    ``ticket_id`` and ``number`` are 0 and empty where no ticket is meant.
    """

    office: str
    kind: str
    ticket_id: int = 0
    number: str = ""


class Live:
    """Tells the subscribers of an office what happens there; ``beyond`` takes it to other processes."""

    def __init__(self, beyond: Callable[[Event], None] = lambda _: None) -> None:
        self._beyond = beyond
        self._queues: dict[str, set[asyncio.Queue[Event]]] = {}
        self._held: ContextVar[list[Event] | None] = ContextVar("held", default=None)

    def announce(self, event: Event) -> None:
        """Tell everybody who listens to the office. Call after the commit; never waits, never fails."""
        held = self._held.get()
        if held is not None:
            held.append(event)
            return
        self._beyond(event)
        self.relay(event)

    def relay(self, event: Event) -> None:
        """What another process announced: tell our own subscribers."""
        for queue in self._queues.get(event.office, ()):
            _put(queue, event)

    @contextmanager
    def held(self) -> Iterator[None]:
        """What is announced within goes out when the block ends well, and not at all when it fails.

        For a command that commits with something larger than itself.
        """
        held: list[Event] = []
        token = self._held.set(held)
        try:
            yield
        finally:
            self._held.reset(token)
        for event in held:
            self.announce(event)

    @asynccontextmanager
    async def subscribe(self, office: str) -> AsyncIterator[asyncio.Queue[Event]]:
        """The events of an office from now on. After ``closed`` nothing more comes."""
        queue: asyncio.Queue[Event] = asyncio.Queue(_MOST_WAITING)
        self._queues.setdefault(office, set()).add(queue)
        try:
            yield queue
        finally:
            self._queues[office].discard(queue)

    def close(self) -> None:
        """Wake every subscriber with ``closed``: the program is about to stop."""
        self.relay_all("closed")

    def relay_all(self, kind: str) -> None:
        """Tell our own subscribers of every office."""
        for office in self._queues:
            self.relay(Event(office, kind))


def _put(queue: asyncio.Queue[Event], event: Event) -> None:
    """The event, or, where too many wait already, one word that stands for all of them."""
    if queue.full():
        while not queue.empty():
            queue.get_nowait()
        if event.kind != "closed":
            event = Event(event.office, "reload")
    queue.put_nowait(event)
