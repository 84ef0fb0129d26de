"""Brings in what the phone received and no webhook told us: its inbox, listed again and again, each message once.

A message may reach the phone days after it was sent and is listed by when it was sent, so every sweep looks some days
back; what this process has seen is not handed over again, and what another has the desk knows by its id. A gateway
without an inbox (the cloud's) can only be asked to have the phone call again. What lay on the phone before the office
connected it stays there.
Source: InboxRoutes.kt and WebhookQueueRepository.kt of the app (it repeats a webhook 15 times within 45 hours).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from channels.android_api import PAGE, Gateway
from channels.android_json import Json, text
from channels.base import Desk, Inbound, Parsed, Undigested

# How late a message may reach the phone: networks keep it for two or three days.
_LATEST = timedelta(days=3)
# The phone itself repeats webhooks for that long: shorter gaps close by themselves.
_PATIENCE = timedelta(hours=45)
_NOTED_EVERY = timedelta(hours=1)
_MOST_PAGES = 40
# The network's word that a picture message waits: the message itself follows.
NOTICE = "MMS"


@dataclass(frozen=True, slots=True)
class Place:
    """How far the inbox was read: ``since`` the office connected the phone, ``until`` the last sweep that was noted."""

    since: datetime
    until: datetime

    @classmethod
    def stored(cls, progress: Mapping[str, Any]) -> Place | None:
        """What the desk kept; None on the first day."""
        if "since" not in progress:
            return None
        return cls(*(datetime.fromisoformat(progress[name]) for name in ("since", "until")))

    def storable(self) -> dict[str, Any]:
        """What the desk keeps, as plain JSON values."""
        return {"since": self.since.isoformat(), "until": self.until.isoformat()}


class Sweeper:
    """Sweeps one phone for one desk. ``parse`` makes values of a record, given when it was read."""

    def __init__(
        self,
        gateway: Gateway,
        desk: Desk,
        parse: Callable[[bytes, datetime], Parsed],
        now: Callable[[], datetime],
        place: Place,
    ) -> None:
        self._gateway, self._desk, self._parse, self._now, self._place = gateway, desk, parse, now, place
        self._seen: set[str] = set()

    async def sweep(self) -> None:
        """Hand over what is new. Raises Undelivered, Unauthorised, and what the desk raises, with nothing counted."""
        now = self._now()
        listed = await self._listed(max(self._place.since, self._place.until - _LATEST))
        if listed is None:
            await self._ask_again(now)
        else:
            await self._take(listed)
        if now - self._place.until >= _NOTED_EVERY:
            await self._hand_over([], now)

    async def _listed(self, since: datetime) -> list[Json] | None:
        """Everything since then, oldest first; None where the gateway keeps no inbox."""
        records: list[Json] = []
        for page in range(_MOST_PAGES):
            some = await self._gateway.inbox(since, page * PAGE)
            if some is None:
                return None
            records += some
            if len(some) < PAGE:
                break
        return records[::-1]

    async def _ask_again(self, now: datetime) -> None:
        """After a gap that the phone's own patience does not bridge: have it call for all of it again."""
        if now - self._place.until > _PATIENCE:
            await self._gateway.refresh(max(self._place.since, self._place.until - _LATEST), now)

    async def _take(self, records: list[Json]) -> None:
        found: dict[str, Inbound] = {}
        seen: set[str] = set()
        for record in records:
            if text(record, "type") == NOTICE:
                continue
            # The record as it stands in the list, so that it can be read again alone.
            raw = json.dumps(record, ensure_ascii=True).encode()
            messages = await self._read(raw)
            found |= {one.external_id: one for one in messages if one.sent_at >= self._place.since}
            seen |= {one.external_id for one in messages}
        new = [one for id_, one in found.items() if id_ not in self._seen]
        if new:
            await self._hand_over(new, self._now())
        self._seen = seen

    async def _read(self, raw: bytes) -> tuple[Inbound, ...]:
        try:
            return self._parse(raw, self._now()).messages
        except Undigested as error:
            await self._desk.set_aside(raw, str(error))
            return ()

    async def _hand_over(self, messages: list[Inbound], now: datetime) -> None:
        """One commit for the messages and the place."""
        place = replace(self._place, until=max(now, self._place.until))
        await self._desk.accept(*messages, progress=place.storable())
        self._place = place


async def begun(desk: Desk, now: datetime) -> Place:
    """Where to go on; a newly connected phone begins with its next message."""
    place = Place.stored(await desk.progress())
    if place is None:
        place = Place(now, now)
        await desk.accept(progress=place.storable())
    return place
