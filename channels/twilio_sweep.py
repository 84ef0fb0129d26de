"""Looking through Twilio's own list of messages for what its webhooks failed to bring: at start, and every few minutes.

Twilio repeats a failed webhook once, so that an outage of ours would lose messages. The desk absorbs what it has. How
far the list was read is the moment of its newest message, stored in the commit of those messages.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from channels.base import Desk, Inbound, Undigested
from channels.twilio_client import Account
from channels.twilio_parse import parse, resource

# Twilio's list may learn of a message a while after its moment.
_OVERLAP = timedelta(hours=1)
_BEGINNING = datetime(2008, 1, 1, tzinfo=UTC)


class Sweep:
    """Sweeps for one number, or for the whole account where ``number`` is empty."""

    def __init__(self, account: Account, number: str, desk: Desk) -> None:
        self._account, self._number, self._desk = account, number, desk
        self._handed: frozenset[str] = frozenset()
        self._unread: set[bytes] = set()

    async def run(self, begin: datetime, every_seconds: float) -> None:
        """For ever. ``begin`` counts where nothing is stored yet. Raises on trouble."""
        since = _stored(await self._desk.progress())
        if since is None:
            since = begin
            await self._desk.accept(progress=_storable(since))
        while True:
            since = await self.once(since)
            await asyncio.sleep(every_seconds)

    async def once(self, since: datetime) -> datetime:
        """Hand over what came since, oldest first; answers the moment that is reached now."""
        listed = await self._listed(since - _OVERLAP)
        new = [one for one in listed if one.external_id not in self._handed]
        reached = max([since, *(one.sent_at for one in listed)])
        if new:
            await self._desk.accept(*new, progress=_storable(reached))
        self._handed = frozenset(one.external_id for one in listed)
        return reached

    async def _listed(self, since: datetime) -> list[Inbound]:
        """The inbound messages since then, oldest first. Twilio lists the newest first."""
        found: dict[str, Inbound] = {}
        async for page in self._account.received(self._number, since):
            messages = [message for one in page for message in await self._read(resource(one))]
            found |= {one.external_id: one for one in messages if not _before(one, since)}
            if messages and _before(messages[-1], since):
                break
        return sorted(found.values(), key=lambda one: one.sent_at)

    async def _read(self, raw: bytes) -> tuple[Inbound, ...]:
        """A listed message; one that makes no sense waits for a person and stops no other."""
        try:
            return parse(raw).messages
        except Undigested as error:
            if raw not in self._unread:
                await self._desk.set_aside(raw, str(error))
                self._unread.add(raw)
            return ()


def _before(message: Inbound, moment: datetime) -> bool:
    """Whether it was sent before then; what tells no time was not."""
    return message.sent_at.timestamp() > 0 and message.sent_at < moment


def beginning(take: str, now: Callable[[], datetime]) -> datetime:
    """Where a newly connected number begins: with its next message, or with all that Twilio has."""
    return _BEGINNING if take == "all" else now()


def _stored(progress: Mapping[str, Any]) -> datetime | None:
    return datetime.fromisoformat(progress["since"]) if progress.get("since") else None


def _storable(since: datetime) -> dict[str, Any]:
    return {"since": since.isoformat()}
