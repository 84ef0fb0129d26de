"""A browser that is pushed to belongs to whoever is signed in there: its line ends when that session does.

Signing in again goes on with the same officer's line and ends another's. What ended a session from elsewhere (a new
password, whoever left) is found out before the next push. In the caller's transaction.
"""

from __future__ import annotations

from datetime import datetime

from inbox.models import OfficerLine, Session
from inbox.officer_lines import PUSH, SESSION, let_go


async def signed_out(session: str, now: datetime) -> None:
    """Nothing is pushed any more to the browser of that session (its digest)."""
    for line in await _pushed(session):
        await let_go(line, now)


async def signed_in(before: str, session: str, officer_id: int, now: datetime) -> None:
    """A browser that had the session ``before``, over by now or not, has this one."""
    for line in await _pushed(before):
        if line.officer_id == officer_id:
            await OfficerLine.filter(id=line.id).update(keys={**(line.keys or {}), SESSION: session})
        else:
            await let_go(line, now)


async def is_open(line: OfficerLine, now: datetime) -> bool:
    """Whether a line may be pushed to: one that is no browser's always may."""
    session = (line.keys or {}).get(SESSION, "") if line.channel == PUSH else ""
    alive = Session.filter(digest=session, officer_id=line.officer_id, expires_at__gt=now)
    return not session or await alive.exists()


async def _pushed(session: str) -> list[OfficerLine]:
    """The lines of the session's browser."""
    row = await Session.filter(digest=session).first()
    if row is None:
        return []
    lines = await OfficerLine.filter(officer_id=row.officer_id, channel=PUSH)
    return [line for line in lines if (line.keys or {}).get(SESSION) == session]
