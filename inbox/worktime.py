"""Working time, pure: when something is due, how long something took, and why.

Owns the arithmetic over an office's hours: several spans a day, a week, seasons (Ramadan), national holidays and cuti
bersama, the office's own corrections. Refuses to guess: hours come from ``config``, holidays from the ``holidays``
library. Every instant in and out is an aware UTC datetime; a day is a day in the office's time zone.

Two rules:

- *Minutes and hours* run only while the office is open. A start between two minutes is moved up to the next minute; a
  due time is the earliest instant at which the minutes are used up, so that one ending with the day is due at closing.
- *Days* are counted as offices here count them: the day of receipt does not count, the next working day is the first,
  and the due time is the close of business on the last. "Hari" counts working days unless the office says
  ``hari: kalender``; then every day counts, and a last day on which the office is closed moves to the next open one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import holidays

from config.schema import WEEKDAYS, Office, Span, SpecialDay, WorkTime

Spans = tuple[tuple[time, time], ...]

_DAY = timedelta(days=1)
_LONGEST_CLOSURE_DAYS = 400
_MOST_DUES = 1000


class NoWorkingTime(Exception):
    """The office does not open within more than a year: its hours are wrong, or end."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A stretch that counts towards a due time. ``day`` is its ordinal where days are counted, else 0.

    ``note`` names the season or special day whose hours these are.
    """

    start: datetime
    end: datetime
    minutes: int
    day: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A day that does not count; ``name`` is the holiday's, empty for the weekly day off."""

    on: date
    name: str


@dataclass(frozen=True, slots=True)
class Due:
    """A due time and the stretches that were counted to reach it, in order."""

    at: datetime
    spans: tuple[Counted, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """ "Kenapa jam ini?": from when it ran, what was counted, which days were passed over, and the due time."""

    start: datetime
    counted: tuple[Counted, ...]
    skipped: tuple[Skipped, ...]
    at: datetime


class Day(NamedTuple):
    """One day of the office: its open spans in UTC, ascending; ``name`` of the holiday, season or special day."""

    on: date
    spans: tuple[tuple[datetime, datetime], ...]
    minutes: int
    name: str


class Calendar:
    """The working time of one office. Build it once: days are remembered."""

    def __init__(self, office: Office, national: WorkTime) -> None:
        self.zone = ZoneInfo(office.time_zone)
        own = office.worktime
        self._calendar_days = own.hari == "kalender"
        self._week = own.week(national)
        self._own_days = {day.on: day for day in own.days}
        self._national_days = {day.on: day for day in national.days}
        self._working = {*national.not_holidays, *own.not_holidays}
        self._cuti = own.cuti_bersama and national.cuti_bersama
        self._own_seasons, self._national_seasons = own.seasons, national.seasons
        self.closed: Mapping[date, str] = {}
        self._days: dict[date, Day] = {}
        self._dues: dict[tuple[datetime, str, int], Due] = {}

    def close(self, days: Mapping[date, str]) -> None:
        """These days, with their names, are off beside those of the files; they go before everything else."""
        if days != self.closed:
            self.closed = dict(days)
            self._days.clear()
            self._dues.clear()

    def add(self, start: datetime, span: Span) -> Due:
        """When ``span`` of working time from ``start`` on is over. Raises NoWorkingTime."""
        # Whoever comes within the same minute is due at the same time.
        minute = _whole_minute(start) if span.unit == "minutes" else start.replace(second=0, microsecond=0)
        asked = (minute, span.unit, span.amount)
        if asked not in self._dues:
            if len(self._dues) > _MOST_DUES:
                self._dues.clear()
            self._dues[asked] = self._add(minute, span)
        return self._dues[asked]

    def _add(self, start: datetime, span: Span) -> Due:
        if span.unit == "minutes":
            return self.add_minutes(start, span.amount)
        if span.unit == "days" and self._calendar_days:
            return self._add_calendar_days(start, span.amount)
        return self.add_workdays(start, span.amount)

    def add_minutes(self, start: datetime, minutes: int) -> Due:
        """When so many working minutes are over; none left is due at once. Raises NoWorkingTime."""
        at, left = _whole_minute(start), timedelta(minutes=minutes)
        counted: list[Counted] = []
        for day in self._days_from(at) if minutes > 0 else ():
            for opens, closes in day.spans:
                begin = max(opens, at)
                if begin >= closes:
                    continue
                end = min(closes, begin + left)
                counted.append(Counted(begin, end, _minutes(end - begin), note=day.name))
                left -= end - begin
                if not left:
                    return Due(end, tuple(counted))
        return Due(at, ())

    def add_workdays(self, start: datetime, days: int) -> Due:
        """Close of business on the ``days``-th working day after the day of ``start``. Raises NoWorkingTime."""
        counted: list[Counted] = []
        for day in self._days_from(start + _DAY):
            if day.spans:
                counted.append(self._whole_day(day, len(counted) + 1))
            if len(counted) == days:
                break
        return Due(counted[-1].end, tuple(counted))

    def between(self, start: datetime, end: datetime) -> int:
        """Whole working minutes from ``start`` to ``end``; negative where ``end`` is the earlier one."""
        if end < start:
            return -self.between(end, start)
        worked, on, last = timedelta(), self._local(start), self._local(end)
        while on <= last:
            for opens, closes in self.day(on).spans:
                worked += max(timedelta(), min(closes, end) - max(opens, start))
            on += _DAY
        return _minutes(worked)

    def remaining(self, due: datetime, paused: datetime) -> int:
        """Working minutes that were left when the clock stopped; 0 where it was late already.

        ``add_minutes(resumed, remaining)`` lays them on again.
        """
        return max(0, self.between(paused, due))

    def is_open(self, at: datetime) -> bool:
        """Whether the office works at that instant."""
        return any(opens <= at < closes for opens, closes in self.day(self._local(at)).spans)

    def next_open(self, at: datetime) -> datetime:
        """The first instant from ``at`` on at which the office works, perhaps ``at``. Raises NoWorkingTime."""
        return next(max(opens, at) for day in self._days_from(at) for opens, closes in day.spans if at < closes)

    def explain(self, start: datetime, span: Span) -> Explanation:
        """What ``add`` counted and which days it passed over. Raises NoWorkingTime."""
        due = self.add(start, span)
        days = self._range(self._local(start), self._local(due.at))
        counted = {self._local(stretch.start) for stretch in due.spans}
        skipped = tuple(Skipped(day.on, day.name) for day in days if not day.spans and day.on not in counted)
        return Explanation(_whole_minute(start), due.spans, skipped, due.at)

    def day(self, on: date) -> Day:
        """What the office does on a day of its own time zone."""
        found = self._days.get(on)
        if found is None:
            found = self._days[on] = self._make(on)
        return found

    def _make(self, on: date) -> Day:
        hours, name = self._hours(on)
        spans = tuple((self._instant(on, opens), self._instant(on, closes)) for opens, closes in hours)
        return Day(on, spans, sum(_minutes(closes - opens) for opens, closes in spans), name)

    def _hours(self, on: date) -> tuple[Spans, str]:
        """First that speaks of the day: the desk, the office's own days, a holiday, a season, the week."""
        if on in self.closed:
            return (), self.closed[on]
        special = self._own_days.get(on)
        if not special and on not in self._working:
            special = self._national_days.get(on)
            holiday = national_holidays(on.year, self._cuti).get(on)
            if holiday and not special:
                return (), holiday
        return _special_hours(special) if special else self._ordinary_hours(on)

    def _ordinary_hours(self, on: date) -> tuple[Spans, str]:
        """A season's hours or the week's. The nation's season opens no weekday on which the office is closed."""
        weekday = WEEKDAYS[on.weekday()]
        usual = self._week[weekday].spans
        for season in (*self._own_seasons, *(self._national_seasons if usual else ())):
            if season.from_ <= on <= season.until and weekday in season.hours:
                return season.hours[weekday].spans, season.name
        return usual, ""

    def _add_calendar_days(self, start: datetime, days: int) -> Due:
        first = self._local(start) + _DAY
        last = next(day for day in self._days_from(start + _DAY * days) if day.spans)
        counted = tuple(self._whole_day(self.day(first + _DAY * place), place + 1) for place in range(days))
        return Due(last.spans[-1][1], counted)

    def _days_from(self, at: datetime) -> Iterator[Day]:
        """The days from that of ``at`` on. Raises NoWorkingTime where none opens for more than a year."""
        on, closed = self._local(at), 0
        while closed < _LONGEST_CLOSURE_DAYS:
            day = self.day(on)
            yield day
            closed = 0 if day.spans else closed + 1
            on += _DAY
        raise NoWorkingTime

    def _whole_day(self, day: Day, ordinal: int) -> Counted:
        """A day as counted; one on which the office is closed (calendar days only) stands at its midnight."""
        if day.spans:
            return Counted(day.spans[0][0], day.spans[-1][1], day.minutes, ordinal, day.name)
        midnight = self._instant(day.on, time())
        return Counted(midnight, midnight, 0, ordinal, day.name)

    def _range(self, first: date, last: date) -> Iterator[Day]:
        while first <= last:
            yield self.day(first)
            first += _DAY

    def _local(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def _instant(self, on: date, moment: time) -> datetime:
        return datetime.combine(on, moment, self.zone).astimezone(UTC)


@lru_cache(maxsize=128)
def national_holidays(year: int, cuti_bersama: bool) -> Mapping[date, str]:
    """The public holidays of a year with their Indonesian names, with the government's collective leave if asked.

    Source: the joint decree of three ministers, through ``holidays``; Islamic dates not announced yet say (perkiraan).
    """
    categories = ("public", "government") if cuti_bersama else ("public",)
    return dict(holidays.country_holidays("ID", years=year, categories=categories, language="id"))


def _special_hours(day: SpecialDay) -> tuple[Spans, str]:
    return (day.hours.spans if day.hours else ()), day.name


def _whole_minute(at: datetime) -> datetime:
    whole = at.replace(second=0, microsecond=0)
    return whole if whole == at else whole + timedelta(minutes=1)


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)
