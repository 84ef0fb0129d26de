"""What Twilio lists as received on a day, and one of those messages once more."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any

from channels.base import Brought, Seen, Undelivered, Undigested
from channels.twilio_client import Account
from channels.twilio_parse import parse, resource


async def received(account: Account, number: str, since: datetime, until: datetime) -> AsyncIterator[Seen]:
    """The inbound messages to ``number`` of that time, the newest first. Raises Undelivered, Unauthorised."""
    async for page in account.received(number, since):
        for one in page:
            id_, at = _of(one, since)
            if since <= at < until:
                yield Seen(id_, at, {"sid": str(one.get("sid") or "")})


async def again(account: Account, place: Mapping[str, Any]) -> Brought:
    """One of them. Raises Undelivered, Unauthorised."""
    found = await account.message(str(place["sid"]))
    if found is None:
        raise Undelivered("message-gone", retry=False)
    raw = resource(found)
    try:
        return Brought(parse(raw), raw)
    except Undigested as error:
        return Brought(raw=raw, reason=str(error))


def _of(one: Mapping[str, Any], otherwise: datetime) -> tuple[str, datetime]:
    """Id and moment as messages bear them; no id for what could not be read, which was set aside."""
    try:
        found = parse(resource(one)).messages
    except Undigested:
        return "", otherwise
    return (found[0].external_id, found[0].sent_at) if found else ("", otherwise)
