"""A list of permits taken in whole or not at all, without keeping every other writer waiting for it.

Rows are laid aside in portions, each a short transaction of its own, under a name that is no office's, so that nobody
finds them; then they take the place of the office's own in one. What was laid aside and never taken in is swept away.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from tortoise.expressions import Subquery

from inbox import writing
from inbox.database import Database
from inbox.models import Permit
from inbox.permits_file import PermitRow

# No office's id begins with it.
_ASIDE = "+"
_PORTION = 500
_KEPT = timedelta(hours=1)


async def lay_aside(database: Database, rows: Sequence[PermitRow], now: datetime) -> str:
    """Store rows where nobody finds them; returns the name they stand under."""
    name = f"{_ASIDE}{int(now.timestamp())}-{secrets.token_hex(8)}"
    try:
        for start in range(0, len(rows), _PORTION):
            await _lay(database, name, rows[start : start + _PORTION])
    except BaseException:
        await throw_away(database, name)
        raise
    return name


async def take_in(name: str, office: str, version: int, *, replaces: bool) -> None:
    """What was laid aside becomes the office's, in the caller's transaction; of the same number it replaces the row."""
    own = Permit.filter(office=office)
    if not replaces:
        own = own.filter(key__in=Subquery(Permit.filter(office=name).values("key")))
    await own.delete()
    await Permit.filter(office=name).update(office=office, version=version)


async def throw_away(database: Database, name: str) -> None:
    """Nothing of it is taken in."""
    while await database.transaction(lambda: _some_gone(name)):
        pass


async def sweep(database: Database, now: datetime) -> None:
    """Throw away what a process that died had laid aside; for the clock."""
    async with database.reading():
        found = Permit.filter(office__startswith=_ASIDE).distinct().values_list("office", flat=True)
        names = [str(name) for name in await found]
    for name in names:
        begun = name.removeprefix(_ASIDE).partition("-")[0]
        if now.timestamp() - int(begun) > _KEPT.total_seconds():
            await throw_away(database, name)


async def _lay(database: Database, name: str, rows: Sequence[PermitRow]) -> None:
    async def work() -> None:
        for row in rows:
            await writing.append(
                Permit,
                office=name,
                version=0,
                line=row.line,
                number=row.number,
                key=row.key,
                holder=row.holder,
                object=row.object,
                place=row.place,
                validity=row.validity,
                valid_until=row.valid_until,
                words=row.words,
            )

    await database.transaction(work)


async def _some_gone(name: str) -> int:
    ids = await Permit.filter(office=name).limit(_PORTION).values_list("id", flat=True)
    return await Permit.filter(id__in=list(ids)).delete() if ids else 0
