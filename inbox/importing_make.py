"""The complaints that a former register's rows become: closed, with the number they had, told to nobody.

Everything within the caller's one transaction, but written a little at a time, so that the program goes on meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from config.schema import Office
from inbox import ciphering, numbers, writing
from inbox.actor import Actor
from inbox.models import Citizen, Entry, ImportRow, ImportRun, Message, Ticket, TicketStep
from inbox.sheet import Script

IMPORTED = "imported"
_AT_ONCE = 50


async def complaints(
    office: Office,
    run: ImportRun,
    rows: Sequence[ImportRow],
    *,
    ends: Mapping[str, tuple[int, str]],
    by: Actor,
    now: datetime,
) -> None:
    """Make them. ``ends``: by kind, the version of the procedure and its last step."""
    series = [numbers.series(office.code, opened(row), office.time_zone) for row in rows]
    counts = {name: series.count(name) for name in dict.fromkeys(series)}
    await writing.expect({Citizen: len(rows), Ticket: len(rows)}, counts)
    for nth, row in enumerate(rows, 1):
        await _one(office, run, row, end=ends[row.kind], by=by, now=now)
        if nth % _AT_ONCE == 0:
            await writing.run(_nothing())


def opened(row: ImportRow) -> datetime:
    """When a row's complaint came in: rows without a day are faulty and never get here. Raises LookupError."""
    if row.opened_at is None:
        raise LookupError(row.id)
    return row.opened_at


async def _one(
    office: Office, run: ImportRun, row: ImportRow, *, end: tuple[int, str], by: Actor, now: datetime
) -> None:
    came, closed = opened(row), row.closed_at or opened(row)
    citizen = await writing.add(Citizen, office=office.id, name=ciphering.typed(row.name), created_at=came)
    ticket = await writing.add(
        Ticket,
        office=office.id,
        number=await numbers.ticket_number(office.code, came, office.time_zone),
        code=numbers.code(),
        kind=row.kind,
        status="closed",
        citizen_id=citizen.id,
        channel=row.channel,
        summary=row.summary,
        object=row.object,
        place=row.place,
        procedure_id=end[0],
        step=end[1],
        opened_at=came,
        unread=False,
        closed_at=closed,
        closing=IMPORTED,
        old_number=row.old_number,
        import_id=run.id,
    )
    stood = {"office": office.id, "ticket_id": ticket.id}
    await writing.append(
        TicketStep,
        **stood,
        version_id=end[0],
        ordinal=1,
        step=end[1],
        started_at=came,
        ended_at=closed,
        ending=IMPORTED,
    )
    # As somebody wrote it, and no address of anybody's: a sheet vouches for none, and nothing is ever sent there.
    said = {**stood, "sent_at": came, "created_at": came, "values": {"contact": row.contact} if row.contact else {}}
    await writing.append(Message, **said, direction="in", author="citizen", text=row.text)
    if row.answer:
        told = {**stood, "sent_at": closed, "created_at": closed}
        await writing.append(
            Message, **told, direction="note", author="officer", officer_id=by.officer_id, text=row.answer
        )
    values = {"line": str(row.line), "file": run.name}
    await writing.append(Entry, **stood, event="imported", actor=by.mark, at=now, values=values)


def _nothing() -> Script[None]:
    yield from ()
