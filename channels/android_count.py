"""What the phone's own inbox lists for a day, and one of those messages once more.

Only the phone itself and a private server keep an inbox; the cloud's gateway cannot be asked.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime
from typing import Any

from channels.android_api import PAGE, Gateway
from channels.android_json import Json, text
from channels.android_sweep import NOTICE, Place
from channels.base import Brought, Parsed, Seen, Undelivered, Undigested

_MOST_PAGES = 40
Read = Callable[[bytes, datetime], Parsed]


async def received(
    gateway: Gateway, read: Read, since: datetime, until: datetime, progress: Mapping[str, Any]
) -> AsyncIterator[Seen]:
    """The messages of that time, by when they were sent. Raises Undelivered, Unauthorised."""
    begun = Place.stored(progress)
    if begun is None:
        return
    since = max(since, begun.since)
    async for record in _records(gateway, since):
        for one in _messages(record, read, until):
            if since <= one.at < until:
                yield one


async def again(gateway: Gateway, read: Read, place: Mapping[str, Any], now: datetime) -> Brought:
    """One of them. Raises Undelivered, Unauthorised."""
    async for record in _records(gateway, datetime.fromisoformat(place["at"])):
        if any(one.external_id == place["id"] for one in _messages(record, read, now)):
            raw = _raw(record)
            return Brought(read(raw, now), raw)
    raise Undelivered("message-gone", retry=False)


async def _records(gateway: Gateway, since: datetime) -> AsyncIterator[Json]:
    for page in range(_MOST_PAGES):
        records = await gateway.inbox(since, page * PAGE)
        if records is None:
            raise Undelivered("count-no-inbox", retry=False)
        for record in records:
            if text(record, "type") != NOTICE:
                yield record
        if len(records) < PAGE:
            return


def _messages(record: Json, read: Read, now: datetime) -> list[Seen]:
    """What a record holds; one that nobody can read was set aside, and is no message."""
    try:
        found = read(_raw(record), now).messages
    except Undigested:
        return []
    return [Seen(one.external_id, one.sent_at, {"id": one.external_id, "at": one.sent_at.isoformat()}) for one in found]


def _raw(record: Json) -> bytes:
    return json.dumps(record, ensure_ascii=True).encode()
