"""Erasing a person: every place of ``inbox.personal`` is emptied, the statistic stays, the journal tells of it.

The files that nobody else's row names go first, so that one that was cut short can be repeated; then the rows, in one
transaction. A case in process is not erased: its law goes first, and the request
waits for its end. What is kept: number, kind, door, dates, steps, rating; what the journal wrote are ids and codes.
Source: UU 27/2022 art. 8, 43 and 44 (erasing and destroying at a person's request), 15 (its exceptions).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from inbox import journal
from inbox.database import Database, rows
from inbox.files import Files
from inbox.models import Address, Delivery, PrivacyRequest, Ticket
from inbox.personal import ANSWERS, ASIDE, FILES, PLACES, Place
from inbox.refused import Refused
from inbox.whose import Whose

GONE = "person-erased"
"""Why a message that waited to leave was dropped."""

_ALL = (ANSWERS, ASIDE, *PLACES)
_UNDERWAY = ("queued", "handover", "unsure", "failed")


@dataclass(frozen=True, slots=True)
class Plan:
    """What would go: rows by table, and the digests of files that nobody else has."""

    whose: Whose
    rows: Mapping[str, int]
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Cause:
    now: datetime
    by: str
    officer_id: int | None
    reason: str
    expired: bool


class Erasing:
    """Erases. ``word`` stands where something has to be read in place of what went."""

    def __init__(self, database: Database, files: Files, word: str) -> None:
        self._database, self._files, self._word = database, files, word

    async def plan(self, whose: Whose) -> Plan:
        """What ``erase`` would take away; writes nothing. Raises Refused ``privacy-open``."""
        check_ended(whose)
        async with self._database.reading():
            whole = await self._with_aside(whose)
            counts = {place.table: await _count(place, whole) for place in _ALL}
            digests = await _digests(whole)
            shared = await _named_elsewhere(digests, whole)
        return Plan(whole, {table: n for table, n in counts.items() if n}, tuple(sorted(digests - shared)))

    async def erase(
        self,
        whose: Whose,
        *,
        now: datetime,
        by: str,
        officer_id: int | None = None,
        reason: str = "",
        expired: bool = False,
    ) -> Plan:
        """Do it, and write it down: a request that is done, for each case a line in the journal.

        ``by`` is how the journal names who did it. ``expired``: nobody asked, its time to be kept is over; then
        ``tidy`` is the caller's. Raises Refused ``privacy-open``, StoreAway: then it is to be repeated, and finds what
        is left.
        """
        plan, cause = await self.plan(whose), _Cause(now, by, officer_id, reason, expired)
        for digest in plan.files:
            await self._files.drop(digest)
        await self._database.transaction(lambda: self._write(plan.whose, cause))
        if not expired:
            await self.tidy()
        return plan

    async def tidy(self) -> None:
        """Take deleted words out of the search's older parts, too, where SQLite would leave them for long."""
        if self._database.is_postgres:
            return

        async def work() -> None:
            await rows("INSERT INTO search_text (search_text) VALUES ('optimize')")

        await self._database.transaction(work)

    async def _write(self, whose: Whose, cause: _Cause) -> None:
        # Who wrote in the meantime, or whose case was taken up again, is looked at once more under the lock.
        held = await Ticket.filter(id__in=whose.tickets).select_for_update().order_by("id")
        check_ended(replace(whose, open=tuple(one.number for one in held if one.closed_at is None)))
        for place in _ALL:
            await self._empty(place, whose)
        await _let_go(whose, cause.now)
        await self._forget_search(whose.tickets)
        await _note(held, whose, cause)

    async def _empty(self, place: Place, whose: Whose) -> None:
        where = whose.of(place.whose)
        if place.gone:
            await rows(f"DELETE FROM {place.table} WHERE {where}")  # noqa: S608 - our own words and numbers
            return
        sets = ", ".join(f'"{column}" = {becomes.value}' for column, becomes in place.columns.items())
        values = [self._word] if "$1" in sets else []
        await rows(f"UPDATE {place.table} SET {sets} WHERE {where}", values)  # noqa: S608

    async def _forget_search(self, tickets: Iterable[int]) -> None:
        """What was searched goes at once; the journal's line makes it be read anew."""
        ids = ", ".join(str(id_) for id_ in tickets)
        if not ids:
            return
        key = "ticket_id" if self._database.is_postgres else "rowid"
        await rows(f"DELETE FROM search_text WHERE {key} IN ({ids})")  # noqa: S608

    async def _with_aside(self, whose: Whose) -> Whose:
        found = [id_ async for id_ in _asides(whose, self._files)] if whose.senders else []
        return replace(whose, aside=tuple(found))


def check_ended(whose: Whose) -> None:
    """Raises Refused ``privacy-open`` where a case is in process."""
    if whose.open:
        raise Refused("privacy-open", numbers=", ".join(whose.open))


async def _count(place: Place, whose: Whose) -> int:
    (row,) = await rows(f"SELECT COUNT(*) AS n FROM {place.table} WHERE {whose.of(place.whose)}")  # noqa: S608
    return int(row["n"])


async def _digests(whose: Whose) -> set[str]:
    """The files that these rows name."""
    found: set[str] = set()
    for place in _ALL:
        for column in place.files:
            sql = f"SELECT DISTINCT {column} AS digest FROM {place.table} WHERE {whose.of(place.whose)}"  # noqa: S608
            found |= {row["digest"] for row in await rows(sql)}
    return found - {"", None}


async def _named_elsewhere(digests: Iterable[str], whose: Whose) -> set[str]:
    """Those that a row of somebody else names as well."""
    ours = {place.table: whose.of(place.whose) for place in _ALL}
    wanted = sorted(digests)
    named: set[str] = set()
    for table, column in FILES:
        others = f" AND NOT ({ours[table]})" if table in ours else ""
        for digest in wanted:
            sql = f"SELECT 1 AS one FROM {table} WHERE {column} = $1{others} LIMIT 1"  # noqa: S608
            if await rows(sql, [digest]):
                named.add(digest)
    return named


async def _asides(whose: Whose, files: Files) -> AsyncIterator[int]:
    """Messages that nobody could read in which an address of theirs stands."""
    marks = [mark for sender in whose.senders for mark in _marks(sender)]
    found = await rows(
        "SELECT id, original, original_file FROM set_aside WHERE office = $1"
        " AND (original IS NOT NULL OR original_file <> '') ORDER BY id",
        [whose.office],
    )
    for row in found:
        content = bytes(row["original"] or b"") or await _read(files, row["original_file"])
        if any(mark in content.lower() for mark in marks):
            yield row["id"]


def _marks(sender: str) -> list[bytes]:
    """How an address may stand in what a platform sent: a number with its country or without."""
    if sender.startswith("+"):
        return [sender[1:].encode()]
    return [sender.lower().encode()]


async def _read(files: Files, digest: str) -> bytes:
    try:
        return await files.read(digest)
    except (FileNotFoundError, ValueError):
        return b""


async def _let_go(whose: Whose, now: datetime) -> None:
    """Nothing leaves for them any more."""
    if whose.addresses:
        await Address.filter(id__in=whose.addresses).update(dead_at=now, stopped_at=now)
    waiting = Delivery.filter(message_id__in=whose.messages, state__in=_UNDERWAY)
    if whose.messages:
        await waiting.update(state="dropped", reason=GONE)


async def _note(held: Sequence[Ticket], whose: Whose, cause: _Cause) -> None:
    """What was asked and waited is done; where somebody erases unasked there is a row now that says why."""
    asked = PrivacyRequest.filter(kind="erase", state="asked")
    asked = asked.filter(citizen_id__in=whose.citizens) if whose.citizens else asked.filter(ticket_id__in=whose.tickets)
    done: dict[str, Any] = {"state": "done", "reason": cause.reason[:1000], "officer_id": cause.officer_id}
    done |= {"decided_at": cause.now}
    if not await asked.update(**done) and held and not cause.expired:
        person, first = held[0].citizen_id, held[0].id
        await PrivacyRequest.create(
            office=whose.office, kind="erase", citizen_id=person, ticket_id=first, created_at=cause.now, **done
        )
    event = "expired" if cause.expired else "erased"
    for ticket in held:
        await Ticket.filter(id=ticket.id).update(erased_at=cause.now, version=ticket.version + 1)
        await journal.write(whose.office, event, actor=cause.by, at=cause.now, ticket_id=ticket.id)
