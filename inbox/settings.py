"""What an office switches at its desk. ``practice``: nothing leaves the house, though everything comes in as always.

Whoever sends asks at the moment of sending (``practising``), so that what was queued before counts too.
"""

from __future__ import annotations

from datetime import datetime

from config.schema import Right
from inbox import journal, reading
from inbox.actor import Actor
from inbox.database import Database
from inbox.live import Event
from inbox.models import OfficeSetting
from inbox.reading import Question
from inbox.refused import Forbidden
from inbox.tickets import Tickets

PRACTICE = "practice"


class Settings:
    """The officers' switch. The right is the one over settings."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def practise(self, by: Actor, on: bool, now: datetime) -> None:
        """Switch practice mode. Raises Forbidden ``no-right``."""
        if not by.may(self._tickets.offices.office(by.office), Right.SETTINGS):
            raise Forbidden("no-right", right=Right.SETTINGS)

        async def work() -> None:
            row, _ = await OfficeSetting.get_or_create(
                office=by.office, name=PRACTICE, defaults={"officer_id": by.officer_id, "changed_at": now}
            )
            if row.values.get("on", False) == on:
                return
            values = {"values": {"on": on}, "officer_id": by.officer_id, "changed_at": now}
            await OfficeSetting.filter(id=row.id).update(**values)
            await journal.write(by.office, "setting-on" if on else "setting-off", actor=by.mark, at=now, name=PRACTICE)

        await self._tickets.database.transaction(work)
        self._tickets.announce(Event(by.office, "health"))


async def practice(office: str) -> OfficeSetting | None:
    """The switch where it is on, with who switched it and when; to be read inside ``database.reading``."""
    row = await OfficeSetting.filter(office=office, name=PRACTICE).select_related("officer").first()
    return row if row is not None and row.values.get("on") else None


async def practising(database: Database, office: str) -> bool:
    """Whether nothing may leave the office now."""
    async with database.reading():
        switch = Question(OfficeSetting, "WHERE t.office = $1 AND t.name = $2", (office, PRACTICE))
        found = await reading.ask(switch)
        return any(row.values.get("on") for row in found.rows(switch))
