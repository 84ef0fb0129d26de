"""Sends the recaps that offices want by mail: through the office's own mail door, with the figures as a sheet.

Made and sent beside everything else: what is laid on and what became of it is ``inbox.recap_sendings``'. A recap never
names a complainant.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Mapping
from datetime import datetime

import structlog

import templates
from bot.health import HealthBook
from channels.base import Attachment, Channel, Outbound, Unauthorised, Undelivered
from config.schema import Office, RecapOrder
from inbox import departures, recap_sendings, recap_sheets
from inbox.exporting import Exporting
from inbox.live import Event
from inbox.mishap import place
from inbox.outbox import new_key
from inbox.recap_sendings import Claimed
from inbox.recaps import Recap, Recaps, period_of
from inbox.search import Filters
from inbox.settings import practising
from inbox.tickets import Tickets

log = structlog.get_logger()
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SECONDS = 90.0


class RecapMail:
    """The minute's work on recaps."""

    def __init__(
        self, tickets: Tickets, doors: Mapping[str, Channel], health: HealthBook, now: Callable[[], datetime]
    ) -> None:
        self._tickets, self._doors, self._health, self._now = tickets, doors, health, now
        self._recaps, self._exporting = Recaps(tickets), Exporting(tickets)

    async def send(self, now: datetime) -> int:
        """Lay on and send what is due at every office; nothing that is sent needs the outbox."""
        for office in self._tickets.offices.offices.values():
            if office.recaps:
                await self._office(office, now)
        return 0

    async def _office(self, office: Office, now: datetime) -> None:
        database = self._tickets.database
        await recap_sendings.plan(database, office, self._tickets.cases.calendars[office.id], now)
        for claimed in await recap_sendings.claim(database, office, now):
            if await practising(database, office.id):
                await recap_sendings.kept_back(claimed)
            elif await self._one(claimed):
                self._tickets.announce(Event(office.id, "delivery"))

    async def _one(self, claimed: Claimed) -> bool:
        """One attempt; returns whether it failed for good."""
        door = self._doors.get(door_of(claimed.office, claimed.order))
        if door is None:
            return await self._failed(claimed, "recap-no-door", "", again=False)
        try:
            outbound = await self._outbound(claimed)
            await self._counted(door.id, outbound)
            async with asyncio.timeout(_SECONDS):
                await door.send(outbound)
        except Undelivered as error:
            return await self._failed(claimed, error.reason, error.detail, again=error.retry)
        except Unauthorised:
            self._health.note(door.id, "out", "refused", "unauthorised")
            return await self._failed(claimed, "unauthorised", "", again=True)
        except Exception as error:  # noqa: BLE001 - it may have gone out: nobody repeats blindly
            log.error("recap not sent", recap=claimed.id, error=place(error))  # noqa: TRY400 - no words in the log
            return await self._failed(claimed, "unsure", type(error).__name__, again=False)
        await self._tickets.database.transaction(lambda: recap_sendings.sent(claimed, self._now()))
        return False

    async def _counted(self, channel: str, outbound: Outbound) -> None:
        """One of so few waits for nobody; the others leave room for it."""
        database, now = self._tickets.database, self._now()
        await database.transaction(lambda: departures.note(database, channel, [outbound.recipient], now))

    async def _failed(self, claimed: Claimed, reason: str, detail: str, *, again: bool) -> bool:
        settle = lambda: recap_sendings.failed(claimed, reason, detail, self._now(), again=again)  # noqa: E731
        return await self._tickets.database.transaction(settle)

    async def _outbound(self, claimed: Claimed) -> Outbound:
        office, now = claimed.office, self._now()
        period = period_of(claimed.period, office, now)
        recap = await self._recaps.of(office, period, now)
        days, figures = recap_sheets.days(recap), list(recap_sheets.figures(recap))
        body = templates.render("parts/recap_mail.txt", figures=figures, recap=recap, office=office, days=days)
        return Outbound(
            key=new_key(now),
            recipient=claimed.recipient,
            text=body,
            subject=templates.sentence("recap-subject", _named(recap, office)),
            files=(await self._sheet(recap, office, now),),
            automatic=True,
        )

    async def _sheet(self, recap: Recap, office: Office, now: datetime) -> Attachment:
        file = io.BytesIO()
        filters = Filters(status="all", opened_from=recap.period.first, opened_until=recap.period.last)
        await recap_sheets.write(file, recap, self._exporting.whole(office, filters, now), office)
        content = file.getvalue()
        return Attachment(f"rekap-{recap.period.id}.xlsx", XLSX, content, size_bytes=len(content))


def door_of(office: Office, order: RecapOrder) -> str:
    """The full id of the mail door that a recap goes through; empty where the office has none."""
    mail = [name for name, entry in office.channels.items() if entry.kind == "email"]
    name = order.through or next(iter(mail), "")
    return f"{office.id}-{name}" if name else ""


def _named(recap: Recap, office: Office) -> dict[str, str]:
    title = templates.sentence(f"recap-{recap.every}")
    return {"title": title, "days": recap_sheets.days(recap), "office": office.name}
