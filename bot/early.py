"""Reports that are quicker than the answer to what they are about: they wait for it, for a moment.

A platform may tell that a message arrived before we have written down what it called that message. What is being handed
over is soon settled; what it still does not name then is none of ours, and is let through.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from channels.base import Report
from inbox.database import Database
from inbox.models import Delivery, Message

_PAUSE_SECONDS, _MOST_PAUSES = 0.05, 30


async def wait(database: Database, channel: str, reports: Sequence[Report]) -> None:
    """Return once every report names something known, or nothing of this door is on its way any more.

    Reports that say our own key need no waiting. A second and a half at most.
    """
    names = {one.external_id for one in reports if one.external_id and not one.key}
    for _ in range(_MOST_PAUSES if names else 0):
        async with database.reading():
            if not await _early(channel, names):
                return
        await asyncio.sleep(_PAUSE_SECONDS)


async def _early(channel: str, names: set[str]) -> bool:
    if not await Delivery.filter(channel=channel, state="sending").exists():
        return False
    known = Message.filter(channel=channel, external_id__in=list(names), direction="out")
    return await known.count() < len(names)
