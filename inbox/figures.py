"""An office in figures: how things stand now, and how the complaints of a period fared. Reads only.

Every figure counts what the desk's list shows under the same filters; all of a period's are of the complaints that came
in during it. Persons are named on the head's board alone; ``Cohort`` and ``Standing`` know none. A statement reads an
index of the live tickets or of the days, never the whole table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from config.schema import Office, Right
from inbox import database, journal, queues
from inbox.actor import Actor
from inbox.cases import LIVE, visible
from inbox.first_answers import FirstAnswers, first_answers
from inbox.models import OfficeSetting
from inbox.narrowing import step_names
from inbox.refused import Forbidden
from inbox.sealing import Seal
from inbox.tickets import Tickets

PERIODS = ("today", "week", "days", "month", "year")
PUBLIC = "public-figures"
_WEEKS = 4
_STARS = (5, 4, 3, 2, 1)
_DAY = timedelta(days=1)
# What is live is said as the index ``ticket_live`` says it, so that SQLite uses it.
_STANDING = """SELECT count(*) AS live,
count(CASE WHEN t.status = 'waiting' THEN 1 END) AS waiting,
count(CASE WHEN t.status = 'open' AND t.due_at <= $2 THEN 1 END) AS late,
count(CASE WHEN t.status = 'open' AND t.due_at > $2 AND t.due_at <= $3 THEN 1 END) AS today
FROM ticket t WHERE t.office = $1 AND t.status IN ('open', 'waiting')
AND t.merged_into IS NULL"""
_LATE = """SELECT p.procedure, t.step, t.officer_id, o.name, o.active, count(*) AS n FROM ticket t
JOIN procedure_version p ON p.id = t.procedure_id LEFT JOIN officer o ON o.id = t.officer_id
WHERE t.office = $1 AND t.status IN ('open', 'waiting')
AND t.merged_into IS NULL AND t.status = 'open' AND t.due_at <= $2
GROUP BY p.procedure, t.step, t.officer_id, o.name, o.active"""
_OLD = """SELECT t.id, t.secrecy, t.number, t.summary, t.opened_at FROM ticket t
WHERE t.office = $1 AND t.status IN ('open', 'waiting') AND t.merged_into IS NULL ORDER BY t.id LIMIT 5"""
_CUBE = """SELECT channel, kind, status, merged_into IS NOT NULL AS merged, rating,
CASE WHEN promise_missed_at IS NOT NULL OR answered_at > promise_at THEN 'missed'
WHEN answered_at IS NOT NULL AND promise_at IS NOT NULL THEN 'kept' ELSE '' END AS promise, count(*) AS n
FROM ticket WHERE office = $1 AND opened_at >= $2 AND opened_at < $3 GROUP BY 1, 2, 3, 4, 5, 6"""
_WAITS = """SELECT t.opened_at, (SELECT min(m.created_at) FROM message m WHERE m.ticket_id = t.id
AND m.direction = 'out' AND m.author = 'officer' AND m.undone_at IS NULL) AS answered_at
FROM ticket t WHERE t.office = $1 AND t.opened_at >= $2 AND t.opened_at < $3"""
_CAME = "(SELECT count(*) FROM ticket WHERE office = $1 AND opened_at >= ${} AND opened_at < ${}) AS n{}"


@dataclass(frozen=True, slots=True)
class Period:
    """Days of the office, ``first`` and ``last`` counted."""

    id: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a figure. ``listed``: the list knows a filter for it."""

    id: str
    name: str
    count: int
    listed: bool = True


@dataclass(frozen=True, slots=True)
class Span:
    """A day or a month of the period, and how many came in."""

    first: date
    last: date
    count: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How many are live now, and of those: wait for the citizen, are late, are due before the day is over."""

    live: int
    waiting: int
    late: int
    today: int


@dataclass(frozen=True, slots=True)
class Cohort:
    """How the complaints of a period fared.

    ``kept`` of ``judged`` were answered in the time that the citizen was told; who is neither answered nor late is not
    judged yet. ``ratings``: how many gave 5, 4 .. 1.
    """

    period: Period
    count: int
    doors: tuple[Part, ...]
    kinds: tuple[Part, ...]
    statuses: tuple[Part, ...]
    spans: tuple[Span, ...]
    answers: FirstAnswers | None
    kept: int
    judged: int
    ratings: tuple[Part, ...]

    @property
    def rated(self) -> int:
        """How many gave a rating."""
        return sum(part.count for part in self.ratings)

    @property
    def rating(self) -> float:
        """The average rating; 0 where nobody gave one."""
        return sum(int(part.id) * part.count for part in self.ratings) / self.rated if self.rated else 0.0


@dataclass(frozen=True, slots=True)
class Old:
    """A live complaint that came in long ago."""

    number: str
    summary: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Board:
    """What a head sees. ``usual``: how many came in by this hour on the same weekday of the last weeks, on average.

    ``late_people`` has an empty id for those without an officer.
    """

    standing: Standing
    new: int
    usual: float
    late_steps: tuple[Part, ...]
    late_people: tuple[Part, ...]
    oldest: tuple[Old, ...]
    cohort: Cohort


def period(id_: str, office: Office, now: datetime) -> Period:
    """A period that ends today; an unknown one is the week."""
    today = now.astimezone(ZoneInfo(office.time_zone)).date()
    first = {"today": today, "days": today - 29 * _DAY, "month": today.replace(day=1), "year": date(today.year, 1, 1)}
    return Period(id_ if id_ in first else "week", first.get(id_, today - 6 * _DAY), today)


class Figures:
    """Reads figures."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def board(self, by: Actor, asked: str, now: datetime) -> Board:
        """The head's board. Raises Forbidden ``no-right`` for who may not see all."""
        office = self._tickets.offices.office(by.office)
        if not by.may(office, Right.SEE_ALL):
            raise Forbidden("no-right", right=Right.SEE_ALL)
        async with self._tickets.database.reading(long=True):
            late = await database.rows(_LATE, [office.id, now])
            loose = await _without_officer(by, office, now)
            new, usual = await _new(office, now)
            return Board(
                standing=await _standing(office, now),
                new=new,
                usual=usual,
                late_steps=_late_steps(office, late),
                late_people=_late_people(late, loose),
                oldest=await _oldest(office, self._tickets.seal(by)),
                cohort=await self.cohort(office, period(asked, office, now)),
            )

    async def public(self, office: Office, asked: str, now: datetime) -> tuple[Standing, Cohort]:
        """The same without persons, for an office that publishes it."""
        async with self._tickets.database.reading(long=True):
            return await _standing(office, now), await self.cohort(office, period(asked, office, now))

    async def cohort(self, office: Office, days: Period) -> Cohort:
        """How the complaints of a period fared; to be read inside ``database.reading``."""
        values = [office.id, *bounds(office, days.first, days.last)]
        cube = await database.rows(_CUBE, values)
        waits = [(_at(row["opened_at"]), row["answered_at"]) for row in await database.rows(_WAITS, values)]
        promises = _sums(cube, "promise")
        answered = [(came, _at(answer)) for came, answer in waits if answer]
        return Cohort(
            period=days,
            count=len(waits),
            doors=_parts(_sums(cube, "channel"), {f"{office.id}-{id_}": e.name for id_, e in office.channels.items()}),
            kinds=_parts(_sums(cube, "kind"), {one.id: one.name for one in office.kinds}),
            statuses=_parts(_sums((row for row in cube if _stands(row)), "status"), {}),
            spans=_spans(days, [came.astimezone(ZoneInfo(office.time_zone)).date() for came, _ in waits]),
            answers=first_answers(self._tickets.cases.calendars[office.id], answered),
            kept=promises["kept"],
            judged=promises["kept"] + promises["missed"],
            ratings=_ratings(_sums(cube, "rating")),
        )

    async def published(self, office: Office) -> bool:
        """Whether the office wants everybody to see its figures."""
        async with self._tickets.database.reading(long=True):
            found = await OfficeSetting.get_or_none(office=office.id, name=PUBLIC)
        return found is not None and found.values.get("on") is True

    async def publish(self, by: Actor, on: bool, now: datetime) -> None:
        """Show everybody the figures, or no longer. Raises Forbidden ``no-right``."""
        if not by.may(self._tickets.offices.office(by.office), Right.SETTINGS):
            raise Forbidden("no-right", right=Right.SETTINGS)

        async def work() -> None:
            known = {"values": {"on": on}, "officer_id": by.officer_id, "changed_at": now}
            await OfficeSetting.update_or_create(office=by.office, name=PUBLIC, defaults=known)
            await journal.write(by.office, "setting-on" if on else "setting-off", actor=by.mark, at=now, name=PUBLIC)

        await self._tickets.database.transaction(work)


async def _standing(office: Office, now: datetime) -> Standing:
    (row,) = await database.rows(_STANDING, [office.id, now, queues.end_of_day(office, now)])
    return Standing(**row)


async def _new(office: Office, now: datetime) -> tuple[int, float]:
    """How many came in today, and by this hour on the same weekday of the weeks before, on average."""
    begin = bounds(office, now.astimezone(ZoneInfo(office.time_zone)).date())[0]
    values: list[Any] = [office.id]
    for week in range(_WEEKS + 1):
        values += [begin - 7 * week * _DAY, now - 7 * week * _DAY + timedelta(microseconds=1)]
    counts = ", ".join(_CAME.format(2 * week + 2, 2 * week + 3, week) for week in range(_WEEKS + 1))
    (row,) = await database.rows(f"SELECT {counts}", values)
    return row["n0"], sum(row[f"n{week}"] for week in range(1, _WEEKS + 1)) / _WEEKS


async def _without_officer(by: Actor, office: Office, now: datetime) -> int:
    """The late ones that nobody has, as the list counts them: without those the officer put aside."""
    tickets = queues.narrow(visible(by, office), by, "unassigned", now, now)
    return await tickets.filter(status__in=LIVE, merged_into=None, due_at__lte=now).count()


async def _oldest(office: Office, seal: Seal) -> tuple[Old, ...]:
    found = await database.rows(_OLD, [office.id])
    told = zip(found, await seal.summaries(found), strict=True)
    return tuple(Old(row["number"], summary, _at(row["opened_at"])) for row, summary in told)


def _late_steps(office: Office, late: Sequence[Mapping[str, Any]]) -> tuple[Part, ...]:
    """By step, as the list's filter names it: procedures use the same ids for steps of different names."""
    names = step_names(office)
    counts: Counter[str] = Counter()
    for row in late:
        counts[names.get((row["procedure"], row["step"]), (row["step"], ""))[0]] += row["n"]
    return _parts(counts, dict(names.values()))


def _late_people(late: Sequence[Mapping[str, Any]], loose: int) -> tuple[Part, ...]:
    named = {str(row["officer_id"]): row for row in late if row["officer_id"]}
    counts = _sums((row for row in late if row["officer_id"]), "officer_id")
    people = [Part(id_, row["name"], counts[id_], bool(row["active"])) for id_, row in named.items()]
    people += [Part("", "", loose)] if loose else []
    return tuple(sorted(people, key=lambda part: -part.count))


def bounds(office: Office, first: date, last: date | None = None) -> tuple[datetime, datetime]:
    """From the first instant of a day to the first after the last one, in UTC."""
    zone = ZoneInfo(office.time_zone)
    ends = (first, (last or first) + _DAY)
    begin, end = (datetime.combine(on, time(), zone).astimezone(UTC) for on in ends)
    return begin, end


def _sums(rows: Iterable[Mapping[str, Any]], by: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    for row in rows:
        counts["" if row[by] is None else str(row[by])] += row["n"]
    return counts


def _parts(counts: Mapping[str, int], names: Mapping[str, str]) -> tuple[Part, ...]:
    """The largest first; what the office has no name for any more goes by its id."""
    parts = (Part(id_, names.get(id_) or id_, n, id_ in names or not names) for id_, n in counts.items())
    return tuple(sorted(parts, key=lambda part: (-part.count, part.name)))


def _ratings(counts: Mapping[str, int]) -> tuple[Part, ...]:
    return tuple(Part(str(stars), str(stars), counts.get(str(stars), 0)) for stars in _STARS)


def _stands(row: Mapping[str, Any]) -> bool:
    """Whether the list shows it under its status: what goes on as part of another is shown among the closed alone."""
    return row["status"] == "closed" or not row["merged"]


def _spans(days: Period, came: Sequence[date]) -> tuple[Span, ...]:
    """Each day of the period, or each month of a year."""
    monthly = days.id == "year"
    counts = Counter(on.replace(day=1) if monthly else on for on in came)
    spans, on = [], days.first
    while on <= days.last:
        after = (on.replace(day=1) + 32 * _DAY).replace(day=1) if monthly else on + _DAY
        spans.append(Span(on, min(after - _DAY, days.last), counts[on]))
        on = after
    return tuple(spans)


def _at(value: datetime | str) -> datetime:
    """A moment as either database tells it."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)
