"""A register of former times brought in: uploaded, its columns named, every row checked, then all of it or nothing.

The check writes what it found row by row, in portions that another process can go on with; no complaint exists until an
officer says so, and then all come to be in one transaction: closed, with the number they had, told to nobody. The right
is the one over settings.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import structlog
from tortoise.expressions import F

from channels.base import Attachment
from config.schema import Office, Right
from inbox import importing_file, importing_make, journal, sop
from inbox.actor import Actor
from inbox.files import Files
from inbox.importing_columns import FIELDS, REQUIRED, Row, check, guess, headings
from inbox.importing_file import Table, plain
from inbox.live import Event
from inbox.mishap import place
from inbox.models import Counter, ImportRow, ImportRun, OfficeSetting, Ticket
from inbox.refused import Forbidden, Missing, Refused, Stale
from inbox.tickets import Tickets

log = structlog.get_logger()
REMEMBERED = "import-columns"
_PORTION = 400
_STALLED = timedelta(minutes=2)


class Importing:
    """The officers' commands, and the check that runs beside them."""

    def __init__(self, tickets: Tickets, files: Files) -> None:
        self._tickets, self._files, self._database = tickets, files, tickets.database
        self._running: set[asyncio.Task[None]] = set()

    async def upload(self, by: Actor, file: Attachment | None, now: datetime) -> int:
        """Keep a file whose columns are to be named; returns the run's id.

        Raises: Forbidden ``no-right``; Refused ``import-none`` and what reading the file says.
        """
        self._office(by)
        if file is None or not file.content:
            raise Refused("import-none", field="file")
        table = await asyncio.to_thread(importing_file.read, file.content, headings())
        digest = await self._files.put(file.content)
        async with self._database.reading():
            remembered = await OfficeSetting.get_or_none(office=by.office, name=REMEMBERED)
        columns = guess(table.headers, remembered.values if remembered else {})

        async def work() -> int:
            run = await ImportRun.create(
                office=by.office,
                officer_id=by.officer_id,
                name=file.name[:255],
                digest=digest,
                headers=[header[:120] for header in table.headers],
                columns=columns,
                total=len(table.rows),
                created_at=now,
                touched_at=now,
            )
            await journal.write(by.office, "import-uploaded", actor=by.mark, at=now, n=str(len(table.rows)))
            return int(run.id)

        return await self._database.transaction(work)

    async def columns(self, by: Actor, run_id: int, named: Mapping[str, int], now: datetime) -> None:
        """Say which column holds what, remember it for the office, and begin to check.

        Raises: Forbidden, Missing ``import-missing-run``, Stale ``import-changed``, Refused ``import-columns-missing``,
        ``import-columns-twice``.
        """
        self._office(by)

        async def work() -> None:
            run = await _take(by, run_id, "uploaded", "checked")
            wanted = {name: at for name, at in named.items() if name in FIELDS and 0 <= at < len(run.headers)}
            if missing := [name for name in REQUIRED if name not in wanted]:
                raise Refused("import-columns-missing", field=missing[0])
            if len(set(wanted.values())) < len(wanted):
                raise Refused("import-columns-twice")
            await ImportRow.filter(run_id=run.id).delete()
            again = {"state": "checking", "columns": wanted, "read": 0, "good": 0, "touched_at": now}
            await ImportRun.filter(id=run.id).update(**again)
            known = {plain(run.headers[at]): name for name, at in wanted.items()}
            remembered = {"values": known, "officer_id": by.officer_id, "changed_at": now}
            await OfficeSetting.update_or_create(office=by.office, name=REMEMBERED, defaults=remembered)

        await self._database.transaction(work)
        self._begin(run_id, now)

    async def bring(self, by: Actor, run_id: int, now: datetime, *, skip: bool = False) -> int:
        """Make the complaints, all in one transaction; returns how many. ``skip``: without the rows that have problems.

        Raises: Forbidden, Missing, Stale; Refused ``import-problems``, ``import-nothing``, ``import-known-since``.
        """
        office = self._office(by)
        # Read before: whoever writes waits for the transaction, and a long register takes long to read.
        seen, rows = await self._good(by, run_id)

        async def work() -> int:
            await _one_at_a_time(office)
            run = await _take(by, run_id, "checked")
            if run.touched_at != seen:
                raise Stale("import-changed")
            if run.good < run.total and not skip:
                raise Refused("import-problems", n=str(run.total - run.good))
            if not rows:
                raise Refused("import-nothing")
            if _keys(rows) & await _known(office):
                raise Refused("import-known-since")
            await self._make(office, run, rows, by, now)
            done = {"state": "done", "brought": len(rows), "done_at": now, "touched_at": now}
            await ImportRun.filter(id=run.id).update(**done)
            await journal.write(office.id, "import-done", actor=by.mark, at=now, n=str(len(rows)))
            return len(rows)

        brought = await self._database.transaction(work)
        self._tickets.announce(Event(office.id, "reload"))
        return brought

    async def drop(self, by: Actor, run_id: int, now: datetime) -> None:
        """Let it be: nothing of it is kept. Raises Forbidden, Missing, Stale."""
        self._office(by)

        async def work() -> None:
            run = await _take(by, run_id, "uploaded", "checking", "checked", "failed")
            await ImportRow.filter(run_id=run.id).delete()
            await ImportRun.filter(id=run.id).update(state="dropped", touched_at=now)
            await journal.write(by.office, "import-dropped", actor=by.mark, at=now)

        await self._database.transaction(work)

    async def resume(self, now: datetime) -> int:
        """Go on with checks that nobody works on; for the clock. Returns 0: nothing of it is to be delivered."""
        async with self._database.reading():
            stalled = ImportRun.filter(state="checking", touched_at__lt=now - _STALLED)
            found = await stalled.only("id")
        for run in found:
            await self.check(run.id, now)
        return 0

    async def check(self, run_id: int, now: datetime) -> None:
        """Check every row that is not checked yet."""
        run = await ImportRun.get(id=run_id).select_related("officer")
        office = self._tickets.offices.office(run.office)
        table = await self._table(run)
        if table is None:
            return
        rows = await asyncio.to_thread(_checked, table, run.columns, office, now)
        async with self._database.reading():
            known = await _known(office)
        _twice(rows, known)
        for begin in range(run.read, len(rows), _PORTION):
            if not await self._keep(run, rows[begin : begin + _PORTION], begin, now):
                return

    async def _keep(self, run: ImportRun, rows: Sequence[Row], begin: int, now: datetime) -> bool:
        """A portion, unless another is at it or the run was dropped."""

        async def work() -> bool:
            read, good = begin + len(rows), sum(not row.problems for row in rows)
            state = "checked" if read >= run.total else "checking"
            mine = ImportRun.filter(id=run.id, state="checking", read=begin)
            if not await mine.update(read=read, good=F("good") + good, state=state, touched_at=now):
                return False
            await ImportRow.bulk_create(_stored(run, row) for row in rows)
            return True

        kept = await self._database.transaction(work)
        self._tickets.announce(Event(run.office, "reload"))
        return kept

    async def _table(self, run: ImportRun) -> Table | None:
        try:
            content = await self._files.read(run.digest)
            return await asyncio.to_thread(importing_file.read, content, headings())
        except (Refused, OSError) as error:
            log.warning("register cannot be read again", run=run.id, error=place(error))
            still = ImportRun.filter(id=run.id, state="checking")
            await still.update(state="failed", reason="import-unreadable")
            return None

    async def _good(self, by: Actor, run_id: int) -> tuple[datetime | None, list[ImportRow]]:
        """When a run of the officer's office was last touched, and its rows that are well, by their days."""
        found: list[ImportRow] = []
        async with self._database.reading():
            run = await ImportRun.filter(id=run_id, office=by.office).only("id", "touched_at").first()
            while run is not None:
                own = ImportRow.filter(run_id=run_id, faulty=False, line__gt=found[-1].line if found else 0)
                some = await own.order_by("line").limit(_PORTION)
                found += some
                if len(some) < _PORTION:
                    break
        found.sort(key=lambda row: (importing_make.opened(row), row.line))
        return (run.touched_at if run else None), found

    async def _make(self, office: Office, run: ImportRun, rows: Sequence[ImportRow], by: Actor, now: datetime) -> None:
        ends = {kind.id: await self._end(office, kind.id, now) for kind in office.kinds}
        await importing_make.complaints(office, run, rows, ends=ends, by=by, now=now)

    async def _end(self, office: Office, kind: str, now: datetime) -> tuple[int, str]:
        """Where what is long over stands: the procedure's version, and its last step."""
        procedure = sop.route(office, next(iter(office.channels), ""), kind)
        last = next(step.id for step in reversed(procedure.steps) if step.final)
        return await self._tickets.versions.pin(office.id, procedure.id, now), last

    def _begin(self, run_id: int, now: datetime) -> None:
        async def whole() -> None:
            try:
                await self.check(run_id, now)
            except Exception as error:  # noqa: BLE001 - nobody waits for it; the clock takes it up again
                log.error("register not checked", run=run_id, error=place(error))  # noqa: TRY400

        task = asyncio.create_task(whole(), name=f"import {run_id}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def _office(self, by: Actor) -> Office:
        office = self._tickets.offices.office(by.office)
        if not by.may(office, Right.SETTINGS):
            raise Forbidden("no-right", right=Right.SETTINGS)
        return office


async def _take(by: Actor, run_id: int, *states: str) -> ImportRun:
    run = await ImportRun.filter(id=run_id, office=by.office).select_for_update().first()
    if run is None:
        raise Missing("import-missing-run")
    if run.state not in states:
        raise Stale("import-changed")
    return run


async def _one_at_a_time(office: Office) -> None:
    """Two registers of an office do not come in at once, or both could bring the same number."""
    name = f"import:{office.id}"
    await Counter.bulk_create([Counter(name=name, value=0)], ignore_conflicts=True)
    await Counter.filter(name=name).update(value=F("value") + 1)


def _checked(table: Table, columns: Mapping[str, int], office: Office, now: datetime) -> list[Row]:
    return [check(line, cells, columns, office, now) for line, cells in table.rows]


def _twice(rows: Iterable[Row], known: frozenset[tuple[str, int]]) -> None:
    """Numbers that stand twice in the file, or came in before."""
    seen: dict[tuple[str, int], int] = {}
    for row in rows:
        if not row.old_number or row.opened_at is None:
            continue
        if row.key in seen:
            row.problems.append(("import-twice", {"value": row.old_number, "line": str(seen[row.key])}))
        elif row.key in known:
            row.problems.append(("import-known", {"value": row.old_number}))
        seen.setdefault(row.key, row.line)


async def _known(office: Office) -> frozenset[tuple[str, int]]:
    """The old numbers that came in before, with their years."""
    found = await Ticket.filter(office=office.id, old_number__not="").values_list("old_number", "opened_at")
    return frozenset((str(number).casefold(), opened.year) for number, opened in found)


def _keys(rows: Iterable[ImportRow]) -> frozenset[tuple[str, int]]:
    return frozenset((row.old_number.casefold(), importing_make.opened(row).year) for row in rows)


def _stored(run: ImportRun, row: Row) -> ImportRow:
    names = ("line", "old_number", "opened_at", "closed_at", "name", "contact", "kind", "channel", "object", "place")
    values = {name: getattr(row, name) for name in (*names, "summary", "text", "answer")}
    problems = [[code, dict(known)] for code, known in row.problems]
    return ImportRow(run_id=run.id, problems=problems, faulty=bool(problems), **values)
