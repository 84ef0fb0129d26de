""" "Ingatkan saya" from a ticket's page, and taking it up again."""

from __future__ import annotations

from aiohttp import web

from inbox.refused import Missing, Refused
from inbox.snoozing import Snoozing
from inbox.web.bulk import Guard, until
from inbox.web.commanding import shown
from inbox.web.gate import Visit
from inbox.web.ticket import NUMBER, TicketPages, number


class Reminders:
    """POST /meja/{number}/tunda and /meja/{number}/bangun."""

    def __init__(self, snoozing: Snoozing, pages: TicketPages) -> None:
        self._snoozing, self._pages = snoozing, pages

    def routes(self, officer: Guard) -> list[web.RouteDef]:
        """For ``Application.add_routes``."""
        return [
            web.post(f"/meja/{NUMBER}/tunda", officer(self.snooze)),
            web.post(f"/meja/{NUMBER}/bangun", officer(self.wake)),
        ]

    async def snooze(self, visit: Visit) -> web.Response:
        """Out of this officer's lists for a while."""
        try:
            await self._snoozing.snooze(visit.by, number(visit), until(visit), now=visit.now)
        except Missing:
            raise
        except Refused as refused:
            return await self._pages.refused(visit, "snooze", refused)
        return shown(visit, "tunda", number(visit))

    async def wake(self, visit: Visit) -> web.Response:
        """Back into them."""
        try:
            await self._snoozing.wake(visit.by, number(visit), now=visit.now)
        except Missing:
            raise
        except Refused as refused:
            return await self._pages.refused(visit, "snooze", refused)
        return shown(visit, "bangun", number(visit))
