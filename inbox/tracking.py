"""A complaint that another service or place numbers: its tracking id, well formed, and taken down here only once.

The id names the message at its door, so that the database itself keeps it single; whoever comes second is told which
case it is.
"""

from __future__ import annotations

import hashlib
import re

from inbox.models import Message
from inbox.refused import Refused

FIELD = "tracking"
_SHAPE = re.compile(r"#?(?=.*[0-9])[A-Za-z0-9][A-Za-z0-9._/-]{1,78}")
_BETWEEN = re.compile(r"[\s#]+")


def check_shape(kind: str, tracking: str) -> None:
    """Letters, digits and what stands between them, with a digit at least. Raises Refused ``tracking-unreadable``."""
    if tracking and not _SHAPE.fullmatch(tracking):
        raise Refused("tracking-unreadable", field=f"{kind}.{FIELD}")


def message_id(tracking: str) -> str:
    """What the message is called at its door, however the id is written."""
    plain = _BETWEEN.sub("", tracking).casefold()
    return f"lacak-{hashlib.sha256(plain.encode()).hexdigest()[:32]}"


async def check_new(channel: str, kind: str, tracking: str, sender: str) -> None:
    """Nobody but this very form took it down before; to be read inside ``database.reading``.

    ``sender`` is the form's own name. Raises: Refused ``tracking-known`` (value ``number``).
    """
    if not tracking:
        return
    found = Message.filter(channel=channel, external_id=message_id(tracking))
    message = await found.select_related("ticket", "conversation__address").first()
    if message is None or message.ticket is None:
        return
    if message.conversation is not None and message.conversation.address.value == sender:
        return
    raise Refused("tracking-known", field=f"{kind}.{FIELD}", number=message.ticket.number)
