"""Files the messages that wait for the citizen's word which ticket they belong to, once they have waited too long.

A job of ``bot.clock``. Nobody's words wait for ever unseen: where they go is ``bot.dialogue.overdue``'s to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog

from bot.desk import Desk
from inbox import mishap
from inbox.database import rows
from inbox.models import Message

log = structlog.get_logger()

PATIENCE = timedelta(hours=2)
_AT_ONCE = 50
# The condition in the words of the partial index `message_kept`; as an expression the channel's name leads to no other.
_WAITING = """
    SELECT id FROM message WHERE direction = 'in' AND ticket_id IS NULL AND template <> '' AND created_at < $1
    AND channel || '' IN ({channels}) ORDER BY created_at LIMIT $2
"""


class Kept:
    """Settles kept messages of every channel; what a door left that is gone delays nobody. ``desks`` by channel id."""

    def __init__(self, desks: Mapping[str, Desk]) -> None:
        self._desks = desks
        self._sql = _WAITING.format(channels=", ".join(f"${place}" for place in range(3, 3 + len(desks))) or "''")

    async def settle(self, now: datetime) -> int:
        """File what waited longer than ``PATIENCE``; how many conversations that were."""
        ids = [row["id"] for row in await rows(self._sql, [now - PATIENCE, _AT_ONCE, *self._desks])]
        waiting = Message.filter(id__in=ids).order_by("id").select_related("conversation__address__citizen")
        groups: dict[int, list[Message]] = {}
        for message in await waiting if ids else ():
            groups.setdefault(message.conversation_id or 0, []).append(message)
        done = [await self._settle(kept) for kept in groups.values()]
        return done.count(True)

    async def _settle(self, kept: list[Message]) -> bool:
        try:
            await self._desks[kept[0].channel or ""].settle(kept)
        except Exception as error:  # noqa: BLE001 - one conversation's trouble holds up no other
            log.error("kept messages not filed", channel=kept[0].channel, error=mishap.place(error))  # noqa: TRY400
            return False
        return True
