"""What lies unread in a chat and is to follow its person to another door: officers' answers, and of the clerk's news
the last one, once nothing newer came.

What answers the citizen at once ("we have it", how it stands) never follows: whoever asked was there. Pure but for
``lying``, which reads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from inbox.models import Conversation, Delivery
from inbox.onward import looked_after

LATELY = timedelta(days=1)
_UNREAD = ("sent", "delivered")
_MOST = 500


async def lying(chats: Sequence[str], minutes: int, now: datetime) -> list[Delivery]:
    """The deliveries at those doors that are to follow now, oldest first, message with ticket and address at hand.

    Inside ``database.reading``. ``minutes``: how long something lies before it follows.
    """
    rows = Delivery.filter(channel__in=list(chats), state__in=_UNREAD, asked=False, created_at__gt=now - LATELY)
    newest = await rows.order_by("-id").limit(_MOST).select_related("message__ticket", "address")
    found = [row for row in reversed(newest) if row.message.ticket is not None and not row.message.public]
    talks = await Conversation.in_bulk([row.message.conversation_id or 0 for row in found], "id")
    return following(found, talks, now - timedelta(minutes=minutes))


def following(rows: Sequence[Delivery], talks: Mapping[int, Conversation], before: datetime) -> list[Delivery]:
    """Of what lies unread, oldest first, what was said ``before`` and that nothing newer stands for."""
    last = {row.message.conversation_id: row.id for row in rows}
    return [
        row
        for row in rows
        if row.created_at < before
        and (not row.automatic or last[row.message.conversation_id] == row.id)
        and not looked_after(row.message)
        and not _answered(row, talks.get(row.message.conversation_id or 0))
    ]


def _answered(row: Delivery, talk: Conversation | None) -> bool:
    """Whether the person wrote there since: then they have seen it, whatever the browser says."""
    heard = talk.last_in_at if talk else None
    return heard is not None and heard > row.created_at
