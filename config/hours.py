"""Working time as data: hours of a day, the week, seasons, days of one's own; national, and an office's corrections.

Shapes only; the arithmetic is ``inbox.worktime``. Times are local to the office.
"""

from __future__ import annotations

import re
from datetime import date, time
from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator, Field, PlainSerializer

from config.procedure import Model


class Hours(Model):
    """Working spans of one day, "07.30-12.00" each, in local time, ascending; empty is a day off."""

    spans: tuple[tuple[time, time], ...]

    @property
    def minutes(self) -> int:
        """Working minutes of the day."""
        return sum(_minute(end) - _minute(start) for start, end in self.spans)


def _minute(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _read_hours(value: object) -> object:
    if isinstance(value, Hours):
        return value
    if not isinstance(value, list | tuple):
        raise ValueError("hours-unreadable")  # noqa: TRY004 - pydantic makes a mistake of a ValueError only
    return {"spans": [_read_span(item) for item in value]}


def _read_span(item: object) -> object:
    found = re.fullmatch(r"(\d{1,2})[.:](\d{2})\s*-\s*(\d{1,2})[.:](\d{2})", str(item).strip())
    if not found:
        raise ValueError("hours-unreadable")
    numbers = [int(part) for part in found.groups()]
    if not (numbers[0] < 24 and numbers[2] < 24 and numbers[1] < 60 and numbers[3] < 60):
        raise ValueError("hours-unreadable")
    start, end = time(numbers[0], numbers[1]), time(numbers[2], numbers[3])
    if start >= end:
        raise ValueError("hours-backwards")
    return (start, end)


def _write_hours(hours: Hours) -> list[str]:
    return [f"{start:%H.%M}-{end:%H.%M}" for start, end in hours.spans]


HoursText = Annotated[Hours, BeforeValidator(_read_hours), PlainSerializer(_write_hours, return_type=list[str])]
Weekday = Literal["senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)


class SpecialDay(Model):
    """A day of the office's own: ``off`` with its name, or with hours of its own."""

    on: date
    name: str
    hours: HoursText | None = None


class Season(Model):
    """A period with hours of its own (Ramadan), both days included. ``until`` as announced."""

    name: str
    from_: date = Field(alias="from")
    until: date
    hours: dict[Weekday, HoursText]
    legal: str = ""


class WorkTime(Model):
    """Working time: weekly hours, seasons, extra days off, and working days that the library calls holidays.

    ``legal`` names the decree. In office.yaml every key is a correction laid over the national file.
    """

    legal: str = ""
    hours: dict[Weekday, HoursText] = Field(default_factory=dict)
    seasons: tuple[Season, ...] = ()
    cuti_bersama: bool = True
    days: tuple[SpecialDay, ...] = ()
    not_holidays: tuple[date, ...] = ()
    hari: Literal["kerja", "kalender"] = "kerja"

    def week(self, national: WorkTime) -> dict[Weekday, Hours]:
        """The ordinary week, these corrections laid over the national hours; a day nobody names is off."""
        return {day: self.hours.get(day) or national.hours.get(day) or Hours(spans=()) for day in WEEKDAYS}

    def usual_day_minutes(self, national: WorkTime) -> int:
        """The working minutes of the commonest working day of the week (the longer of a tie); 0 without any."""
        lengths = [hours.minutes for hours in self.week(national).values() if hours.spans]
        return max(lengths, key=lambda length: (lengths.count(length), length), default=0)
