"""Messages on their way to officers: laid on once, claimed by one process, settled, tried again, given up.

The attempt is counted, and the next moment moved on, before the network is touched. One of which nobody knows how it
ended is not sent again: what it told of still stands at the desk.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from inbox import outcomes
from inbox.database import Database
from inbox.models import OfficerLine, OfficerSending

LEASE = timedelta(minutes=5)
GIVE_UP_AFTER = timedelta(hours=6)
_KEPT = timedelta(days=14)
_REST_AFTER_FAILURE = timedelta(hours=12)
_AT_ONCE = 50
# What waits for the office to open; everything else was asked for just now.
_AT_WORK = " AND kind NOT IN ('news', 'digest')"
_CLAIM = """
    UPDATE officer_sending SET state = 'sending', attempts = attempts + 1, due_at = $1 WHERE id IN (
        SELECT id FROM officer_sending WHERE state = 'queued' AND office = $3 AND due_at <= $2{kinds}
        ORDER BY due_at, id LIMIT $4 {lock}
    ) RETURNING id
"""


async def lay(
    line: OfficerLine,
    kind: str,
    mark: str,
    now: datetime,
    *,
    address: str = "",
    notices: Sequence[int] = (),
    values: Mapping[str, Any] | None = None,
) -> None:
    """Lay a message on, in the caller's transaction; one of the same line, kind and mark is left as it is."""
    row = _row(line.office, line.channel, address or line.address or "", now=now, kind=kind, mark=f"{line.id}|{mark}")
    row.line_id, row.notices, row.values = line.id, list(notices), dict(values or {})
    await OfficerSending.bulk_create([row], ignore_conflicts=True)


async def answer(
    office: str, channel: str, address: str, *, values: Mapping[str, str], now: datetime, said: bool = True
) -> None:
    """The same for somebody who wrote to the office as an officer, and may be none.

    Args:
        values: ``code`` names the sentence, ``external_id`` the message that is answered, once.
        said: whether anything is said; else the row only keeps that the message came.
    """
    mark = f"{channel}|{address}|{values['external_id']}"
    row = _row(office, channel, address, now=now, kind="reply", mark=mark)
    row.values, row.state = dict(values), "queued" if said else "dropped"
    await OfficerSending.bulk_create([row], ignore_conflicts=True)


async def heard(channel: str, since: datetime) -> set[str]:
    """The messages of a channel that officers wrote as such since then, by the platform's names for them."""
    rows = OfficerSending.filter(channel=channel, kind="reply", created_at__gte=since)
    return {str(row.values.get("external_id", "")) for row in await rows}


async def claim(database: Database, office: str, now: datetime, *, at_work: bool) -> list[OfficerSending]:
    """Take what is due, oldest first, with line and officer at hand; committed before it returns, each to one process.

    ``at_work``: the office is open; else only what an officer asked for just now is taken.
    """
    lock = "FOR UPDATE SKIP LOCKED" if database.is_postgres else ""
    sql = _CLAIM.format(kinds="" if at_work else _AT_WORK, lock=lock)

    async def work() -> list[OfficerSending]:
        taken = await database.query(sql, [now + LEASE, now, office, _AT_ONCE])
        rows = OfficerSending.filter(id__in=[row["id"] for row in taken]).order_by("id")
        return await rows.select_related("line__officer") if taken else []

    return await database.transaction(work)


async def due(database: Database, office: str, now: datetime) -> bool:
    """Whether anything waits or was lost, without waiting for any writer."""
    async with database.reading():
        return await OfficerSending.filter(office=office, state__in=("queued", "sending"), due_at__lte=now).exists()


async def sent(row: OfficerSending, now: datetime) -> None:
    """It went out; true even where the lease was lost meanwhile."""
    await OfficerSending.filter(id=row.id).update(state="sent", sent_at=now, reason="")
    await OfficerLine.filter(id=row.line_id).update(trouble="")


async def failed(row: OfficerSending, reason: str, now: datetime, *, again: bool) -> None:
    """Later again, or for good where that cannot help or its time is over: then the line rests, and says why."""
    due_at = now + outcomes.pause(row.attempts)
    final = not again or due_at >= row.give_up_at
    told = {"state": "failed" if final else "queued", "due_at": due_at, "reason": reason[:64]}
    mine = OfficerSending.filter(id=row.id, state="sending", attempts=row.attempts)
    if await mine.update(**told) and final:
        rest = {"trouble": reason[:64], "rests_until": now + _REST_AFTER_FAILURE}
        await OfficerLine.filter(id=row.line_id).update(**rest)


async def lay_back(row: OfficerSending, until: datetime) -> None:
    """The door has to wait: as if nobody had taken it."""
    mine = OfficerSending.filter(id=row.id, state="sending", attempts=row.attempts)
    await mine.update(state="queued", attempts=row.attempts - 1, due_at=until)


async def kept_back(row: OfficerSending, reason: str) -> None:
    """It stays in the house, also afterwards: the office practises, or nothing in it is news any more."""
    await OfficerSending.filter(id=row.id).update(state="dropped", reason=reason)


async def recover(office: str, now: datetime) -> None:
    """Nobody knows whether these arrived: they are not sent twice."""
    lost = OfficerSending.filter(office=office, state="sending", due_at__lte=now)
    await lost.update(state="failed", reason="unsure")


async def sweep(database: Database, now: datetime) -> None:
    """Forget what is long done with."""
    over = OfficerSending.filter(created_at__lt=now - _KEPT)
    await database.transaction(over.delete)


def _row(office: str, channel: str, address: str, *, now: datetime, kind: str, mark: str) -> OfficerSending:
    return OfficerSending(
        office=office,
        channel=channel,
        address=address,
        kind=kind,
        key=hashlib.sha256(f"{kind}|{mark}".encode()).hexdigest(),
        due_at=now,
        give_up_at=now + GIVE_UP_AFTER,
        created_at=now,
    )
