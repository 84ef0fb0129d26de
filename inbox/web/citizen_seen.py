"""A citizen has looked: what the office said to their web address counts as read from now on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from channels.base import Report, State
from inbox import outcomes
from inbox.database import Database
from inbox.live import Event
from inbox.models import Delivery
from inbox.status import StatusPage


class Seen:
    """Marks web deliveries as read. ``announce`` is told after the commit."""

    def __init__(self, database: Database, announce: Callable[[Event], None]) -> None:
        self._database, self._announce = database, announce

    async def note(self, page: StatusPage, now: datetime) -> None:
        """Note that the page was shown; it costs one query where nothing is new."""
        channel = web_channel(page)
        if not (page.web_address and channel):
            return
        fresh = Delivery.filter(channel=channel, address__value=page.web_address, state__in=["sent", "delivered"])
        async with self._database.reading():
            if not await fresh.exists():
                return
        news = Report(State.READ, recipient=page.web_address, upto=now)
        for event in await self._database.transaction(lambda: outcomes.report(channel, news, now)):
            self._announce(event)


def web_channel(page: StatusPage) -> str:
    """The id of the office's web door; empty where it has none."""
    names = [name for name, entry in page.office.channels.items() if entry.kind == "web"]
    return f"{page.office.id}-{names[0]}" if names else ""
