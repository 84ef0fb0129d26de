"""The approved message templates of each door as they were last read from its platform.

Owns the stored list and when it is old; reading it anew is the running program's (``channels.base.Program.approved``).
What could not be read anew keeps the list that stands, and says why.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from channels.base import ApprovedText, Outbound, Unauthorised, Undelivered
from inbox import writing
from inbox.approved import APPROVED, Filled, fill, kept
from inbox.database import Database
from inbox.mishap import place
from inbox.models import ChannelState, Message
from inbox.refused import Refused

log = structlog.get_logger()
Read = Callable[[str], Awaitable[Sequence[ApprovedText]]]
SECONDS = 20.0
EVERY, AGAIN = timedelta(days=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A template that was chosen, with what was filled in."""

    name: str
    language: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """A door's list.

    ``read_at``: when the platform last told it. ``tried_at`` and ``fault`` are of the last try; a code, empty where it
    went well.
    """

    rows: tuple[ApprovedText, ...] = ()
    read_at: datetime | None = None
    tried_at: datetime | None = None
    fault: str = ""

    @property
    def usable(self) -> list[ApprovedText]:
        """What may be sent now."""
        return [row for row in self.rows if row.state == APPROVED]

    def is_due(self, now: datetime) -> bool:
        """Whether it is to be read anew: daily, hourly where that failed."""
        return self.tried_at is None or now - self.tried_at >= (AGAIN if self.fault else EVERY)

    def find(self, name: str, language: str) -> ApprovedText:
        """The template of that name. Raises Refused ``template-unknown``."""
        for row in self.rows:
            if (row.name, row.language) == (name, language):
                return row
        raise Refused("template-unknown", field="template", name=name[:80])


async def of(channels: Iterable[str]) -> dict[str, Listed]:
    """The list of each door, empty where none was read; inside ``database.reading`` or a transaction."""
    names = list(channels)
    rows = await ChannelState.filter(channel__in=names, approved__isnull=False).only("channel", "approved")
    found = {row.channel: _listed(row.approved or {}) for row in rows}
    return {name: found.get(name, Listed()) for name in names}


async def filled(database: Database, channel: str, chosen: Chosen) -> Filled:
    """A template of a door as it was filled in. Raises Refused ``template-unknown`` and as ``approved.fill``."""
    async with database.reading():
        return await filled_of(channel, chosen)


async def filled_of(channel: str, chosen: Chosen) -> Filled:
    """The same inside ``database.reading`` or a transaction."""
    listed = (await of([channel]))[channel]
    return fill(listed.find(chosen.name, chosen.language), chosen.values)


async def keep(database: Database, office: str, channel: str, rows: Sequence[ApprovedText], now: datetime) -> None:
    """Store what the platform told, in a transaction of its own."""
    await _store(database, office, channel, Listed(tuple(rows), now, now))


async def note_fault(database: Database, office: str, channel: str, fault: str, now: datetime) -> None:
    """The platform did not tell: the list that stands is kept."""
    async with database.reading():
        listed = (await of([channel]))[channel]
    await _store(database, office, channel, replace(listed, tried_at=now, fault=fault))


async def _store(database: Database, office: str, channel: str, listed: Listed) -> None:
    noted = {
        "rows": [asdict(row) for row in listed.rows],
        "read_at": listed.read_at.isoformat() if listed.read_at else "",
        "tried_at": listed.tried_at.isoformat() if listed.tried_at else "",
        "fault": listed.fault,
    }

    async def work() -> None:
        await writing.append(
            ChannelState, unless=("channel",), renewing=("approved",), channel=channel, office=office, approved=noted
        )

    await database.transaction(work)


async def turned(message_id: int, outbound: Outbound) -> None:
    """A platform's template leaves instead of the words that were queued: the record says what went out.

    In the caller's transaction.
    """
    message = await Message.get(id=message_id)
    values = {name: value for name, value in message.values.items() if name != "instead"}
    if outbound.approved:
        values["approved"] = kept(outbound.approved)
    await Message.filter(id=message_id).update(text=outbound.text, values=values)


async def refresh(database: Database, office: str, channel: str, read: Read, now: datetime) -> None:
    """Ask the platform for its list and keep it, or why it did not tell; at most ``SECONDS``."""
    try:
        async with asyncio.timeout(SECONDS):
            rows = await read(channel)
    except Undelivered as error:
        await note_fault(database, office, channel, error.reason, now)
    except Unauthorised:
        await note_fault(database, office, channel, "unauthorised", now)
    except Exception as error:  # noqa: BLE001 - whatever a door raises, the list that stands is kept
        if not isinstance(error, TimeoutError):
            log.error("templates unreadable", channel=channel, error=place(error))  # noqa: TRY400 - no words in the log
        await note_fault(database, office, channel, "server-unreachable", now)
    else:
        await keep(database, office, channel, rows, now)


async def refresh_due(database: Database, channels: Mapping[str, str], read: Read, now: datetime) -> None:
    """The same for each of these doors (id to office) whose list is old."""
    async with database.reading():
        lists = await of(channels)
    for channel, office in channels.items():
        if lists[channel].is_due(now):
            await refresh(database, office, channel, read, now)


def _listed(noted: Mapping[str, Any]) -> Listed:
    read_at, tried_at = (
        datetime.fromisoformat(noted[name]) if noted[name] else None for name in ("read_at", "tried_at")
    )
    return Listed(tuple(ApprovedText(**row) for row in noted["rows"]), read_at, tried_at, noted["fault"])
