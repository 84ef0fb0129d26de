"""The recap of a day or a month: how the complaints that came in during it fared, in the figures offices file.

Reads only, for who may see all. What the board knows (doors, kinds, answers, ratings) comes from ``inbox.figures``;
here are the classes of the law and the steps, on time or late, with who did them. Every figure is a ``Cut`` whose
complaints ``behind`` lists, by the same words that counted them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from config.schema import Office, Right
from inbox import database, journal_seals
from inbox.actor import Actor
from inbox.figures import Cohort, Figures, Part, Period, bounds
from inbox.journal_chain import Batch
from inbox.refused import Forbidden, Refused
from inbox.registers_read import outgoing
from inbox.tickets import Tickets

Every = Literal["daily", "monthly"]
MOST_BEHIND = 500
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_FIRST_YEAR, _YEARS = 2000, 200
_LONGEST_ID = 18
_CAME = "t.office = $1 AND t.opened_at >= $2 AND t.opened_at < $3"
# A step that is over was late when it ended late; one that stands is late once its time has passed while it is open.
_LATE_STEP = """s.due_at IS NOT NULL AND (s.ended_at > s.due_at
OR (s.ended_at IS NULL AND s.due_at <= $4 AND t.status = 'open' AND t.merged_into IS NULL))"""
_STEPS = f"""SELECT v.procedure, s.step, coalesce(s.officer_id, t.officer_id, 0) AS officer, count(*) AS n,
count(CASE WHEN {_LATE_STEP} THEN 1 END) AS late, count(CASE WHEN s.ended_at IS NULL THEN 1 END) AS standing
FROM ticket t JOIN ticket_step s ON s.ticket_id = t.id JOIN procedure_version v ON v.id = s.version_id
WHERE {_CAME} AND t.import_id IS NULL GROUP BY 1, 2, 3"""  # noqa: S608 - our own words
_STEP_BEHIND = """t.import_id IS NULL AND EXISTS (
SELECT 1 FROM ticket_step s JOIN procedure_version v ON v.id = s.version_id
WHERE s.ticket_id = t.id AND v.procedure = $5 AND s.step = $6 AND coalesce(s.officer_id, t.officer_id, 0) = $7"""
_ONLY = {
    "late": _LATE_STEP,
    "on-time": f"({_LATE_STEP}) IS NOT TRUE",
    "standing": "s.ended_at IS NULL AND t.opened_at <= $4",
}
_KEPT = "t.answered_at IS NOT NULL AND t.promise_at IS NOT NULL"
_MISSED = "(t.promise_missed_at IS NOT NULL OR t.answered_at > t.promise_at)"
_ANSWER = """EXISTS (SELECT 1 FROM message m WHERE m.ticket_id = t.id
AND m.direction = 'out' AND m.author = 'officer' AND m.undone_at IS NULL)"""
_LATE_OF = f"""SELECT s.ticket_id, count(*) AS n FROM ticket_step s JOIN ticket t ON t.id = s.ticket_id
WHERE s.ticket_id IN ({{places}}) AND {_LATE_STEP.replace("$4", "$1")} GROUP BY s.ticket_id"""  # noqa: S608
_LETTERS = """SELECT register, year, count(*) AS n, min(number) AS first FROM register_entry
WHERE office = $1 AND created_at >= $2 AND created_at < $3 GROUP BY register, year ORDER BY year"""
_NAMES = "SELECT id, name FROM officer WHERE office = $1"
_BEHIND = """SELECT t.id, t.secrecy, t.number, t.summary, t.status, t.channel, t.kind, t.opened_at FROM ticket t
WHERE {came} AND {cut} ORDER BY t.id LIMIT {most}"""


@dataclass(frozen=True, slots=True)
class Worked:
    """One step as one officer did it: ``count`` times, ``late`` of them late; ``standing`` are not over yet.

    ``officer_id`` is 0 and ``officer`` empty where nobody had it.
    """

    procedure: str
    procedure_name: str
    step: str
    step_name: str
    officer_id: int
    officer: str
    count: int
    late: int
    standing: int

    @property
    def on_time(self) -> int:
        """How many were not late."""
        return self.count - self.late


@dataclass(frozen=True, slots=True)
class Letters:
    """Letters that left: how many a book of them took in the period, the first of them ``first``."""

    register: str
    name: str
    year: int
    count: int
    first: int


@dataclass(frozen=True, slots=True)
class Recap:
    """A day's or a month's recap. ``classes`` are the law's, by the kinds that belong to them.

    ``letters``: of each book of outgoing letters the office has, of the year that the period is in. ``seal``: the
    journal's last at the time of reading, to be kept outside of the record.
    """

    every: Every
    period: Period
    cohort: Cohort
    classes: tuple[Part, ...]
    steps: tuple[Worked, ...]
    letters: tuple[Letters, ...] = ()
    seal: Batch | None = None

    @property
    def steps_done(self) -> int:
        """How many steps were taken or stand."""
        return sum(one.count for one in self.steps)

    @property
    def steps_late(self) -> int:
        """How many of them were late."""
        return sum(one.late for one in self.steps)


@dataclass(frozen=True, slots=True)
class Cut:
    """Which complaints stand behind a figure.

    ``by``: class, step, answered, kept, missed, rating. ``value``: of a class, or a rating; of a step its procedure,
    step and officer parted by blanks. ``only``: late, on-time or standing, those where the step is so.
    """

    by: str
    value: str = ""
    only: str = ""


@dataclass(frozen=True, slots=True)
class Behind:
    """One complaint behind a figure."""

    number: str
    summary: str
    status: str
    door: str
    kind: str
    opened_at: datetime


class Recaps:
    """Reads recaps."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets, self._figures = tickets, Figures(tickets)

    async def read(self, by: Actor, period: Period, now: datetime) -> Recap:
        """The recap of a period. Raises Forbidden ``no-right``."""
        return await self.of(self._seen(by), period, now)

    async def of(self, office: Office, period: Period, now: datetime) -> Recap:
        """The same for whoever sends it: the clock."""
        async with self._tickets.database.reading(long=True):
            cohort = await self._figures.cohort(office, period)
            values = [office.id, *bounds(office, period.first, period.last), now]
            steps = await database.rows(_STEPS, values)
            letters = await database.rows(_LETTERS, values[:3])
            seal = await journal_seals.head(office.id)
            names = {row["id"]: row["name"] for row in await database.rows(_NAMES, [office.id])}
        return Recap(
            every=every_of(period),
            period=period,
            cohort=cohort,
            classes=_classes(office, cohort),
            steps=_steps(office, steps, names),
            letters=_letters(office, period, letters),
            seal=seal,
        )

    async def behind(self, by: Actor, period: Period, cut: Cut, now: datetime) -> tuple[Behind, ...]:
        """The complaints behind a figure, oldest first, at most ``MOST_BEHIND``. Raises Forbidden ``no-right``."""
        office = self._seen(by)
        words, more = _words(office, cut, now)
        sql = _BEHIND.format(came=_CAME, cut=words, most=MOST_BEHIND)
        async with self._tickets.database.reading(long=True):
            found = await database.rows(sql, [office.id, *bounds(office, period.first, period.last), *more])
            told = zip(found, await self._tickets.seal(by).summaries(found), strict=True)
        doors = {f"{office.id}-{id_}": one.name or id_ for id_, one in office.channels.items()}
        kinds = {one.id: one.name for one in office.kinds}
        return tuple(
            Behind(
                number=row["number"],
                summary=summary,
                status=row["status"],
                door=doors.get(row["channel"], row["channel"]),
                kind=kinds.get(row["kind"], row["kind"]),
                opened_at=_moment(row["opened_at"]),
            )
            for row, summary in told
        )

    def _seen(self, by: Actor) -> Office:
        office = self._tickets.offices.office(by.office)
        if not by.may(office, Right.SEE_ALL):
            raise Forbidden("no-right", right=Right.SEE_ALL)
        return office


async def late_steps(tickets: Sequence[int], now: datetime) -> dict[int, int]:
    """How many steps of each of these tickets were late; to be read inside ``database.reading``."""
    places = ", ".join(f"${place}" for place, _ in enumerate(tickets, start=2))
    return {row["ticket_id"]: row["n"] for row in await database.rows(_LATE_OF.format(places=places), [now, *tickets])}


def period_of(text: str, office: Office, now: datetime) -> Period:
    """The day (2026-11-23) or month (2026-11) that a text names; an empty one names this month.

    Raises: Refused ``period-unreadable``.
    """
    if not text:
        return _period(now.astimezone(ZoneInfo(office.time_zone)).date(), "monthly")
    named = _DAY.fullmatch(text) or _MONTH.fullmatch(text)
    try:
        on = date(*(int(part) for part in (*named.groups(), "1")[:3])) if named else date.min
    except ValueError:
        on = date.min
    if not _FIRST_YEAR <= on.year < _FIRST_YEAR + _YEARS:
        raise Refused("period-unreadable", field="masa", period=text[:20])
    return _period(on, "daily" if _DAY.fullmatch(text) else "monthly")


def every_of(period: Period) -> Every:
    """Whether it is a day or a month."""
    return "daily" if _DAY.fullmatch(period.id) else "monthly"


def before(period: Period) -> str:
    """The text of the day or month before it."""
    earlier = period.first - timedelta(days=1)
    return earlier.isoformat() if every_of(period) == "daily" else f"{earlier:%Y-%m}"


def after(period: Period) -> str:
    """The text of the day or month after it."""
    later = _end(period.first, every_of(period)) + timedelta(days=1)
    return later.isoformat() if every_of(period) == "daily" else f"{later:%Y-%m}"


def _period(on: date, every: Every) -> Period:
    first = on if every == "daily" else on.replace(day=1)
    return Period(first.isoformat() if every == "daily" else f"{first:%Y-%m}", first, _end(first, every))


def _end(first: date, every: Every) -> date:
    if every == "daily":
        return first
    return (first.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def _classes(office: Office, cohort: Cohort) -> tuple[Part, ...]:
    """By the class of the law that each kind belongs to; an empty id is of those that belong to none."""
    counts: Counter[str] = Counter()
    for part in cohort.kinds:
        counts[_class_of(office, part.id)] += part.count
    names = {one.id: one.name for one in office.ceilings}
    return tuple(Part(id_, names.get(id_, ""), count) for id_, count in counts.most_common())


def _class_of(office: Office, kind: str) -> str:
    return next((one.ceiling or "" for one in office.kinds if one.id == kind), "")


def _letters(office: Office, period: Period, rows: Sequence[Mapping[str, Any]]) -> tuple[Letters, ...]:
    """By book; one that took none says so. A letter of another year than the period's is in that year's book."""
    found = {(row["register"], row["year"]): (row["n"], row["first"]) for row in rows}
    books = [book for book in office.registers if outgoing(office, book.id)]
    return tuple(
        Letters(book.id, book.name, period.first.year, *found.get((book.id, period.first.year), (0, 0)))
        for book in books
    )


def _steps(office: Office, rows: Sequence[Mapping[str, Any]], names: Mapping[int, str]) -> tuple[Worked, ...]:
    """In the order of the procedures; of one step the latest people first."""
    places = {(one.id, step.id): place for one in office.procedures.values() for place, step in enumerate(one.steps)}
    steps = {(one.id, step.id): step.name for one in office.procedures.values() for step in one.steps}
    titles = {one.id: one.title for one in office.procedures.values()}
    known = tuple((row["procedure"], row["step"]) for row in rows)
    worked = [
        Worked(
            procedure=here[0],
            procedure_name=titles.get(here[0], here[0]),
            step=here[1],
            step_name=steps.get(here, here[1]),
            officer_id=row["officer"],
            officer=names.get(row["officer"], ""),
            count=row["n"],
            late=row["late"],
            standing=row["standing"],
        )
        for here, row in zip(known, rows, strict=True)
    ]
    last = len(places)
    return tuple(
        sorted(worked, key=lambda one: (one.procedure, places.get((one.procedure, one.step), last), -one.late))
    )


def _words(office: Office, cut: Cut, now: datetime) -> tuple[str, list[Any]]:
    """The condition of a cut, and the values that its parameters from $4 on take."""
    if cut.by == "step":
        procedure, _, rest = cut.value.replace("\x00", "").partition(" ")
        step, _, officer = rest.partition(" ")
        only = _ONLY.get(cut.only, "t.opened_at <= $4")
        known = officer.isdecimal() and len(officer) < _LONGEST_ID
        return f"{_STEP_BEHIND} AND {only})", [now, procedure, step, int(officer) if known else 0]
    if cut.by == "class":
        # Whatever the office has no class for belongs to none.
        kinds = [one.id for one in office.kinds if (one.ceiling == cut.value if cut.value else one.ceiling)]
        places = ", ".join(f"${place}" for place in range(4, 4 + len(kinds))) or "''"
        return f"t.kind {'' if cut.value else 'NOT '}IN ({places})", list(kinds)
    if cut.by == "rating":
        return "t.rating = $4", [int(cut.value) if cut.value in {"1", "2", "3", "4", "5"} else 0]
    words = {"answered": _ANSWER, "kept": f"{_KEPT} AND NOT {_MISSED}", "missed": _MISSED}
    return words.get(cut.by, "t.id IS NULL"), []


def _moment(value: datetime | str) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)
