"""The mark of a message whose words went on by another door: that it was looked after, where to, and as which message.

Kept in ``Message.values``. ``inbox.next_door`` makes it; what platforms report afterwards (``inbox.outcomes``) may make
the copy needless: one that has not left yet is taken back.
"""

from __future__ import annotations

from datetime import datetime

from inbox import journal
from inbox.models import Delivery, Message

NEEDLESS = "arrived-after-all"
"""Why a copy was taken back."""

_DOOR, _COPY = "next_door", "next_message"


def looked_after(said: Message) -> bool:
    """Whether somebody, or the clerk, has already seen to where it may go on."""
    return _DOOR in said.values


def went_on(said: Message) -> bool:
    """Whether its words were sent through another door."""
    return bool(said.values.get(_DOOR))


async def mark(said: Message, channel: str = "", copy_id: int = 0) -> None:
    """It was looked after once: by that channel as that message, or by none."""
    said.values = {**said.values, _DOOR: channel} | ({_COPY: copy_id} if copy_id else {})
    await Message.filter(id=said.id).update(values=said.values)


async def withdraw(said: Message, now: datetime) -> None:
    """Take back the copy that still waits, in the caller's transaction; one that is on its way goes on."""
    waiting = Delivery.filter(message_id=said.values.get(_COPY) or 0, state="queued")
    row = await waiting.select_for_update().first()
    if row is None:
        return
    row.state, row.reason = "dropped", NEEDLESS
    await row.save(update_fields=["state", "reason"])
    known = {"message_id": row.message_id, "channel": row.channel}
    await journal.write(
        row.office, "delivery-withdrawn", actor=journal.CLERK, at=now, ticket_id=said.ticket_id, **known
    )
