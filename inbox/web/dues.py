"""The usual due times of a disposition, reckoned in the office's working time, for somebody who only taps. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from inbox.worktime import Calendar

_DAY = timedelta(days=1)
_THREE, _WEEK = 3, timedelta(days=7)
Name = Literal["today", "tomorrow", "next", "three", "week"]


@dataclass(frozen=True, slots=True)
class Quick:
    """One of them. ``next`` is the next working day where the office is closed tomorrow."""

    name: Name
    at: datetime

    @property
    def value(self) -> str:
        """As it is posted."""
        return self.at.isoformat()


def quick_dues(calendar: Calendar, now: datetime) -> tuple[Quick, ...]:
    """Close of business today (while the office is open), tomorrow, on the third working day, and in a week, or on the
    first working day after it; each time once, the earliest name.

    Raises: NoWorkingTime.
    """
    found: dict[datetime, Name] = {}
    closing = calendar.next_open(now)
    if _on(calendar, closing) == _on(calendar, now):
        found[_close(calendar, closing)] = "today"
    next_day = calendar.add_workdays(now, 1).at
    found.setdefault(next_day, "tomorrow" if _on(calendar, next_day) == _on(calendar, now + _DAY) else "next")
    found.setdefault(calendar.add_workdays(now, _THREE).at, "three")
    found.setdefault(calendar.add_workdays(now + _WEEK - _DAY, 1).at, "week")
    return tuple(Quick(name, at) for at, name in sorted(found.items()))


def _on(calendar: Calendar, at: datetime) -> date:
    return at.astimezone(calendar.zone).date()


def _close(calendar: Calendar, at: datetime) -> datetime:
    return calendar.day(_on(calendar, at)).spans[-1][1]
