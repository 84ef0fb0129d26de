"""How much one client may have of what can be guessed or costs the others something, counted by all processes together.

A bucket for each client: so many at once, refilled evenly. It is counted in this process, and on PostgreSQL in the
record too, where it is one row, changed by one statement: the moment at which the bucket will be full again. Who is
beyond it in this process alone costs the record nothing; while the record is away each process counts for itself. What
lies there names nobody, and is forgotten once the bucket is full.

Source: the generic cell rate algorithm (ITU-T I.371).
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from channels.base import Measure
from inbox.database import Database
from inbox.mishap import place

log = structlog.get_logger()
_MOST_KEYS = 20_000
_PATIENCE_SECONDS = 2.0
_LEAST_WAIT = timedelta(seconds=1)
# A clock that went back must not keep anybody waiting: nothing is fuller than it can be.
_TAKE = """
    WITH taken AS (
        INSERT INTO allowance AS a (key, full_at) VALUES ($1, $2::TIMESTAMPTZ + $3::INTERVAL)
        ON CONFLICT (key) DO UPDATE SET full_at = greatest(least(a.full_at, $2 + $4::INTERVAL), $2) + $3
        WHERE least(a.full_at, $2 + $4) + $3 <= $2 + $4
        RETURNING full_at
    )
    SELECT full_at, TRUE AS taken FROM taken
    UNION ALL
    SELECT full_at, FALSE FROM allowance WHERE key = $1 AND NOT EXISTS (SELECT 1 FROM taken)
"""
_GIVE_BACK = "UPDATE allowance SET full_at = full_at - $2::INTERVAL WHERE key = $1"
_SWEEP = "DELETE FROM allowance WHERE full_at < $1"


class Limits:
    """The buckets of one installation. ``secret`` is their own: keys are made with it."""

    def __init__(self, database: Database, secret: bytes) -> None:
        self._database, self._secret, self._here = database, secret, Buckets()
        self._troubled = False

    async def take(self, measure: Measure, client: str, now: datetime) -> timedelta | None:
        """Take one: None where there was one, else how long until there is."""
        key = self._key(measure, client)
        wait = self._here.take(measure, key, now)
        if wait or not self._database.is_postgres:
            return wait
        wait = await self._together(measure, key, now)
        if wait:
            self._here.give_back(measure, key)
        return wait

    async def give_back(self, measure: Measure, client: str) -> None:
        """What was taken was well used: it does not count."""
        key = self._key(measure, client)
        self._here.give_back(measure, key)
        if self._database.is_postgres:
            await self._asked(_GIVE_BACK, [key, measure.each])

    async def take_each(self, wanted: Sequence[tuple[Measure, str]], now: datetime) -> timedelta | None:
        """One of each, or none: then how long until there is one of what was missing."""
        for before, (measure, client) in enumerate(wanted):
            if wait := await self.take(measure, client, now):
                await self.give_back_each(wanted[:before])
                return wait
        return None

    async def give_back_each(self, taken: Sequence[tuple[Measure, str]]) -> None:
        """What was taken was well used."""
        for measure, client in taken:
            await self.give_back(measure, client)

    async def sweep(self, now: datetime) -> None:
        """Forget the buckets that are full; for the clock."""
        if self._database.is_postgres:
            await self._database.query(_SWEEP, [now])

    async def _together(self, measure: Measure, key: str, now: datetime) -> timedelta | None:
        found = await self._asked(_TAKE, [key, now, measure.each, measure.within])
        if found is None or (found and found[0]["taken"]):
            return None
        full_at = min(found[0]["full_at"], now + measure.within) if found else now + measure.within
        return max(full_at + measure.each - measure.within - now, _LEAST_WAIT)

    async def _asked(self, sql: str, values: list[object]) -> list[dict[str, datetime]] | None:
        """The rows; None while the record is away, which is logged once."""
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                found = await self._database.query(sql, values)
        except Exception as error:  # noqa: BLE001 - whatever keeps the record away, people are let in by our own count
            if not self._troubled:
                log.warning("limits counted by this process alone", error=place(error))
            self._troubled = True
            return None
        self._troubled = False
        return found

    def _key(self, measure: Measure, client: str) -> str:
        return hmac.digest(self._secret, f"{measure.name}|{client}".encode("utf-8", "replace"), "sha256").hex()[:32]


class Buckets:
    """The same in memory, of the clients seen last."""

    def __init__(self, most_keys: int = _MOST_KEYS) -> None:
        self._most_keys = most_keys
        self._full_at: dict[str, datetime] = {}

    def take(self, measure: Measure, key: str, now: datetime) -> timedelta | None:
        """Take one, as ``Limits.take`` does."""
        full_at = max(min(self._full_at.get(key, now), now + measure.within), now) + measure.each
        if (wait := full_at - measure.within - now) > timedelta(0):
            return wait
        self._full_at.pop(key, None)
        self._full_at[key] = full_at
        self._forget(now)
        return None

    def give_back(self, measure: Measure, key: str) -> None:
        """What was taken does not count."""
        if key in self._full_at:
            self._full_at[key] -= measure.each

    def _forget(self, now: datetime) -> None:
        """Drop the longest unseen, and those that are full again at the front of the queue."""
        while self._full_at:
            oldest = next(iter(self._full_at))
            if len(self._full_at) <= self._most_keys and self._full_at[oldest] > now:
                return
            del self._full_at[oldest]
