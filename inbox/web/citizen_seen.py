"""A citizen has looked: what the office said to their web address counts as read from now on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from channels.base import Report, State
from inbox import ciphering, outcomes
from inbox.counter import HANDED
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
        doors = status_doors(page)
        if not (page.web_address and doors):
            return
        lying = ciphering.forms(page.office.id, page.web_address)
        fresh = Delivery.filter(channel__in=doors, address__value__in=lying, state__in=["sent", "delivered"])
        async with self._database.reading():
            channels = set(await fresh.values_list("channel", flat=True))
        news = Report(State.READ, recipient=page.web_address, upto=now)
        for channel in sorted(str(one) for one in channels):
            await self._report(channel, news, now)

    async def _report(self, channel: str, news: Report, now: datetime) -> None:
        for event in await self._database.transaction(lambda: outcomes.report(channel, news, now)):
            self._announce(event)


def status_doors(page: StatusPage) -> tuple[str, ...]:
    """The ids of the office's doors whose words are read on the status page."""
    kinds = {"web", *HANDED}
    return tuple(f"{page.office.id}-{name}" for name, entry in page.office.channels.items() if entry.kind in kinds)
