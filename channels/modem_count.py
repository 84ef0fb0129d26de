"""What gammu-smsd stored on a day, marked or not, and one of those messages once more."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from channels.base import Brought, Parsed, Seen, Undelivered
from channels.modem_line import digested
from channels.modem_parse import message
from channels.modem_parts import joined
from channels.modem_store import Store

# Parts of one message may be stored on either side of midnight.
_MARGIN = timedelta(hours=1)


async def received(store: Store, since: datetime, until: datetime) -> AsyncIterator[Seen]:
    """The messages of that time by when their first part was stored; rows nobody can read bear no id."""
    rows = await store.between(since - _MARGIN, until + _MARGIN)
    parts, strange = digested(rows)
    for group in joined(parts):
        at = min(datetime.fromisoformat(str(one.row["Stored"])) for one in group)
        if since <= at < until:
            one = message(group)
            yield Seen(one.external_id, at, {"ids": [part.id for part in group]})
    for row, _ in strange:
        at = datetime.fromisoformat(str(row["Stored"]))
        if since <= at < until:
            yield Seen("", at, {"ids": [int(row["ID"])]})


async def again(store: Store, place: Mapping[str, Any], own: str) -> Brought:
    """One of them. Raises Undelivered."""
    parts, _ = digested(await store.rows([int(id_) for id_ in place["ids"]]))
    groups = joined(parts)
    if not groups:
        raise Undelivered("message-gone", retry=False)
    found = tuple(message(group, own) for group in groups)
    return Brought(Parsed(found), found[0].raw)
