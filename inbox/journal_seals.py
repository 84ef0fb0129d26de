"""Seals the journal, office by office, beside the road of a message: nobody who writes an entry waits for its seal.

An entry's number does not tell when it was committed: PostgreSQL gives a later one away before an earlier one is
visible. What was sealed must not grow, so a round seals up to a number only when everybody who may still bring a
smaller one has ended: whoever draws one holds the lock of those that write on the journal from before until the end of
their transaction (https://www.postgresql.org/docs/15/view-pg-locks.html). SQLite has one writer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from tortoise.exceptions import IntegrityError

from inbox import journal_chain
from inbox.database import Database, rows
from inbox.journal_chain import Batch, Line
from inbox.models import JournalSeal

AT_ONCE = 1000
_BATCHES_A_ROUND = 40
BEFORE_ALL = -(1 << 62)
# One step in the index for each office, whether the office's file still names it or not.
OFFICES = """WITH RECURSIVE known(office) AS (SELECT MIN(office) FROM {table} UNION ALL
SELECT (SELECT MIN(j.office) FROM {table} j WHERE j.office > k.office) FROM known k WHERE k.office IS NOT NULL)
SELECT office FROM known WHERE office IS NOT NULL"""
_MOST = "SELECT COALESCE(MAX(id), 0) AS most FROM journal"
_WRITERS = """SELECT DISTINCT virtualtransaction AS who FROM pg_locks WHERE locktype = 'relation'
AND mode = 'RowExclusiveLock' AND relation = 'journal'::regclass
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""
_LINES = """SELECT id, office, ticket_id, at, actor, event, CAST("values" AS TEXT) AS "values" FROM journal
WHERE office = $1 AND id > $2 AND id <= $3 ORDER BY id LIMIT $4"""
_COLUMNS = "office, number, first_id, last_id, count, previous, digest, marks, sealed_at"
_BATCHES = f"SELECT {_COLUMNS} FROM journal_seal WHERE office = $1 AND number > $2 ORDER BY number LIMIT $3"  # noqa: S608
_HEAD = f"SELECT {_COLUMNS} FROM journal_seal WHERE office = $1 ORDER BY number DESC LIMIT 1"  # noqa: S608


@dataclass(frozen=True, slots=True)
class _Mark:
    """Entries up to ``most``, and who may still bring one of them."""

    most: int
    writers: frozenset[str]


class JournalSeals:
    """The minute's work on the journal. Any number of processes may: of two that seal the same one is too late."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._mark: _Mark | None = None

    async def seal(self, now: datetime) -> int:
        """Seal what cannot grow any more; of very much only some. Answers 0: nothing is to be delivered."""
        async with self._database.reading(long=True):
            bound = await self._bound()
            offices = await self._database.query(OFFICES.format(table="journal"))
        for row in offices:
            await self._office(row["office"], bound, now)
        return 0

    async def _bound(self) -> int:
        """Up to which entry all that will ever be there are there."""
        if not self._database.is_postgres:
            return await self._most()
        bound = 0
        if self._mark and not self._mark.writers & await self._writers():
            bound, self._mark = self._mark.most, None
        if self._mark is None:
            # In this order: whoever draws a number below the greatest that is there holds the lock by now.
            most = await self._most()
            self._mark = _Mark(most, await self._writers())
            bound = bound if self._mark.writers else most
        return bound

    async def _most(self) -> int:
        (row,) = await self._database.query(_MOST)
        return int(row["most"])

    async def _writers(self) -> frozenset[str]:
        return frozenset(row["who"] for row in await self._database.query(_WRITERS))

    async def _office(self, office: str, bound: int, now: datetime) -> None:
        for _ in range(_BATCHES_A_ROUND):
            async with self._database.reading(long=True):
                before = await head(office)
                found = await lines(office, before.last_id if before else BEFORE_ALL, bound, AT_ONCE)
            if not found:
                return
            batch = await asyncio.to_thread(journal_chain.sealed, office, before, found, now)
            if not await self._written(batch) or len(found) < AT_ONCE:
                return

    async def _written(self, batch: Batch) -> bool:
        try:
            await self._database.transaction(lambda: JournalSeal.create(**asdict(batch)))
        except IntegrityError:
            return False
        return True


async def head(office: str) -> Batch | None:
    """An office's last batch: whoever keeps its digest outside can tell later whether anything before it changed."""
    found = await rows(_HEAD, [office])
    return _batch(found[0]) if found else None


async def lines(office: str, after: int, upto: int, most: int) -> Sequence[Line]:
    """An office's entries whose ids lie there, in their order."""
    return await rows(_LINES, [office, after, upto, most])


async def batches(office: str, after: int, most: int) -> list[Batch]:
    """An office's seals whose numbers come after that one, in their order."""
    return [_batch(row) for row in await rows(_BATCHES, [office, after, most])]


def _batch(row: Mapping[str, Any]) -> Batch:
    at = row["sealed_at"] if isinstance(row["sealed_at"], datetime) else datetime.fromisoformat(row["sealed_at"])
    known = {"sealed_at": at if at.tzinfo else at.replace(tzinfo=UTC), "marks": bytes(row["marks"])}
    return Batch(**{**row, **known})
