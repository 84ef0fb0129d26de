"""How long a door is usually silent, in working time, learnt from its own past; and when a silence is longer than that.

Pure. Nights, weekends, holidays and Ramadan's short days count for nothing, since no working minute passes in them. A
door whose past is too short or too thin has no rhythm: nobody is called for what may well be usual.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from inbox.worktime import Calendar

WINDOW = timedelta(weeks=8)
# Fewer messages or working days than these tell of no habit.
FEWEST_MESSAGES, FEWEST_DAYS = 20, 10
# Twice the usual is no chance any more; less than an hour is nothing to call people for.
_TIMES, _LEAST_MINUTES = 2, 60


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Working minutes: the longest that the door is usually silent, and the silence from which on it is unusual."""

    usual: int
    alarm: int


class Worked:
    """Working time from the day of ``since`` on as one running number, so that thousands of gaps cost little."""

    def __init__(self, calendar: Calendar, since: datetime) -> None:
        self._calendar, self._first = calendar, since.astimezone(calendar.zone).date()
        self._totals = [0]

    def at(self, moment: datetime) -> int:
        """Working minutes from the first day up to a moment, which is not before it."""
        on = moment.astimezone(self._calendar.zone).date()
        spans = self._calendar.day(on).spans
        today = sum(_minutes(min(closes, moment) - opens) for opens, closes in spans if moment > opens)
        return self._total((on - self._first).days) + today

    def days(self, start: datetime, end: datetime) -> int:
        """How many days of work came after the day of ``start``, up to the day of ``end``."""
        on, last = (moment.astimezone(self._calendar.zone).date() for moment in (start, end))
        return sum(bool(self._calendar.day(on + timedelta(days=n)).spans) for n in range(1, (last - on).days + 1))

    def _total(self, days: int) -> int:
        while len(self._totals) <= days:
            day = self._first + timedelta(days=len(self._totals) - 1)
            self._totals.append(self._totals[-1] + self._calendar.day(day).minutes)
        return self._totals[days]


def rhythm(moments: Iterable[datetime], now: datetime, worked: Worked) -> Rhythm | None:
    """The door's rhythm by when messages came, in any order; None where they tell of none yet.

    The usual is the longest silence but one: one outage of the past weeks must not hide the next.
    """
    came = sorted(moments)
    if len(came) < FEWEST_MESSAGES or worked.days(came[0], now) < FEWEST_DAYS:
        return None
    minutes = [worked.at(moment) for moment in came]
    gaps = sorted(after - before for before, after in pairwise(minutes))
    return Rhythm(gaps[-2], max(gaps[-2] * _TIMES, _LEAST_MINUTES))


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)
