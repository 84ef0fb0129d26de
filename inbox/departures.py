"""What left through a door lately, through whichever process and to whomever: how many more may, and when the next.

Counted in the record, in the transaction that takes a message in hand, so that the pace of a door holds for all
processes together, for officers' messages as for citizens', and across a start. On PostgreSQL one process at a time
counts at a door, for as long as its transaction lasts. Rows name nobody, and are forgotten once no limit reaches back
to them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from math import inf
from typing import Any

from channels.base import Pace, Paced
from inbox.database import Database

_LOCKS = 0x5741_4450
_LOCK = "SELECT pg_advisory_xact_lock($1::INT, hashtext($2))"
# Clocks of several machines differ a little; what lies far ahead of one that was set back does not count.
_LATELY = "FROM departure WHERE channel = $1 AND at > $2 AND at <= $3"
_COUNT = f"SELECT count(*) AS many {_LATELY}"
_NTH = f"SELECT at {_LATELY} ORDER BY at DESC LIMIT 1 OFFSET $4"
_NTH_TO_ONE = f"SELECT at {_LATELY} AND whom = $5 ORDER BY at DESC LIMIT 1 OFFSET $4"
_NOTE = "INSERT INTO departure (channel, whom, at) VALUES {rows}"
_SWEEP = "DELETE FROM departure WHERE at < $1"


async def hold(database: Database, channel: str) -> None:
    """Nobody else counts at this door until the caller's transaction ends."""
    if database.is_postgres:
        await database.query(_LOCK, [_LOCKS, channel])


async def free(database: Database, channel: str, limits: Iterable[Pace], now: datetime) -> float:
    """How many more may leave through a door now; infinite without a limit."""
    left = inf
    for pace in limits:
        (found,) = await database.query(_COUNT, [channel, now - _span(pace), now + _span(pace)])
        left = min(left, max(0, pace.many - int(found["many"])))
    return left


async def wait(database: Database, channel: str, limits: Iterable[Pace], now: datetime) -> timedelta:
    """How long until the next may leave."""
    waits = [await _wait(database, _NTH, [channel], pace, now) for pace in limits]
    return max(waits, default=timedelta(0))


async def wait_for(
    database: Database, channel: str, recipient: str, limits: Iterable[Pace], now: datetime
) -> timedelta:
    """How long until the next may leave to one address."""
    waits = [await _wait(database, _NTH_TO_ONE, [channel, _whom(recipient)], pace, now) for pace in limits]
    return max(waits, default=timedelta(0))


async def leave(database: Database, channel: str, recipient: str, paced: Paced, now: datetime) -> timedelta:
    """How long one message has to wait, in a transaction of its own; counted where it need not."""

    async def work() -> timedelta:
        await hold(database, channel)
        door = await wait(database, channel, paced.limits, now)
        longest = max(door, await wait_for(database, channel, recipient, paced.each, now))
        if not longest:
            await note(database, channel, [recipient], now)
        return longest

    return await database.transaction(work) if paced.any else timedelta(0)


async def note(database: Database, channel: str, recipients: Sequence[str], now: datetime) -> None:
    """One leaves to each now, in the caller's transaction."""
    if recipients:
        rows = ", ".join(f"($1, ${place}, $2)" for place in range(3, 3 + len(recipients)))
        await database.query(_NOTE.format(rows=rows), [channel, now, *map(_whom, recipients)])


async def sweep(database: Database, before: datetime) -> None:
    """Forget what left before that moment."""
    await database.query(_SWEEP, [before])


async def _wait(database: Database, sql: str, where: list[Any], pace: Pace, now: datetime) -> timedelta:
    """Until the one that fills the limit is far enough back."""
    channel, *whom = where
    found = await database.query(sql, [channel, now - _span(pace), now + _span(pace), pace.many - 1, *whom])
    if not found:
        return timedelta(0)
    at = found[0]["at"]
    filled_at = at if isinstance(at, datetime) else datetime.fromisoformat(at)
    return filled_at + _span(pace) - now


def _span(pace: Pace) -> timedelta:
    return timedelta(seconds=pace.seconds)


def _whom(recipient: str) -> str:
    return hashlib.sha256(recipient.encode("utf-8", "surrogatepass")).hexdigest()[:32]
