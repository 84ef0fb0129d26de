"""The morning's summary for a head: what came in and was answered since the last working day, what waits, what is late.

Counts only, and of the complaints that this head may see; the late ones by the step they stand in. Reads the live
tickets and those of a few days.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from config.schema import Office
from inbox import journal_seals, queues
from inbox.actor import Actor
from inbox.database import Database
from inbox.journal_chain import Batch
from inbox.worktime import Calendar

_LONGEST_BREAK_DAYS = 60
_STANDING = """SELECT p.procedure, t.step, t.status, (t.status = 'open' AND t.due_at <= $2) AS late, count(*) AS n
FROM ticket t JOIN procedure_version p ON p.id = t.procedure_id
WHERE t.office = $1 AND t.status IN ('open', 'waiting') AND t.merged_into IS NULL{seen} GROUP BY 1, 2, 3, 4"""
_CAME = """SELECT count(*) AS n FROM ticket t
WHERE t.office = $1 AND t.opened_at >= $2 AND t.opened_at < $3{seen}"""
_ANSWERED = """SELECT count(*) AS n FROM ticket t
WHERE t.office = $1 AND t.answered_at >= $2 AND t.answered_at < $3{seen}"""


@dataclass(frozen=True, slots=True)
class Digest:
    """``since`` is the last working day before ``on``. ``late``: a step's name and how many stand there too long.

    ``seal``: the journal's last, which whoever keeps this message can hold against it later.
    """

    on: date
    since: date
    came: int
    answered: int
    open: int
    waiting: int
    late: tuple[tuple[str, int], ...]
    seal: Batch | None = None


async def of(database: Database, by: Actor, office: Office, calendar: Calendar, now: datetime) -> Digest:
    """An officer's summary as it stands now."""
    today = now.astimezone(calendar.zone).date()
    since = _workday_before(calendar, today)
    begin, end = calendar.day(since).spans[0][0], now
    span = [office.id, begin, end]
    (live, live_values), (few, few_values) = queues.seen(by, office, 3), queues.seen(by, office, 4)
    async with database.reading():
        standing = await database.query(_STANDING.format(seen=live), [office.id, now, *live_values])
        (came,) = await database.query(_CAME.format(seen=few), [*span, *few_values])
        (answered,) = await database.query(_ANSWERED.format(seen=few), [*span, *few_values])
        seal = await journal_seals.head(office.id)
    names = {(one.id, step.id): step.name for one in office.procedures.values() for step in one.steps}
    late: Counter[str] = Counter()
    for row in standing:
        if row["late"]:
            late[names.get((row["procedure"], row["step"]), row["step"])] += int(row["n"])
    return Digest(
        on=today,
        since=since,
        came=int(came["n"]),
        answered=int(answered["n"]),
        open=sum(int(row["n"]) for row in standing if row["status"] == "open"),
        waiting=sum(int(row["n"]) for row in standing if row["status"] == "waiting"),
        late=tuple(late.most_common()),
        seal=seal,
    )


def _workday_before(calendar: Calendar, today: date) -> date:
    """The last day before today on which the office worked; yesterday where it has not for very long."""
    before = (today - timedelta(days=ago) for ago in range(1, _LONGEST_BREAK_DAYS))
    return next((on for on in before if calendar.day(on).spans), today - timedelta(days=1))
