"""Laws of working time that hold in every year, zone and season, whatever the office."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import assume, given
from hypothesis import strategies as st

from config.schema import WorkTime
from inbox.worktime import Calendar, national_holidays
from tests.examples import many
from tests.shipped import shipped

ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
OFFICES = shipped()
# As shipped; open on Saturdays too; a day of two short spans; nothing but the national hours.
HOURS: tuple[dict[str, Any] | None, ...] = (
    {},
    {"hours": {"sabtu": ["08.00-12.00"]}},
    {"hours": {"jumat": ["08.00-09.00", "15.00-15.30"]}},
    None,
)
# Turns of the year, Ramadan with its end, Nyepi and Idulfitri with their cuti bersama, and any day of three years.
EDGES = (
    date(2025, 12, 30),
    date(2026, 2, 17),
    date(2026, 3, 16),
    date(2026, 5, 26),
    date(2026, 12, 22),
    date(2027, 2, 6),
)
DAYS = st.one_of(
    st.tuples(st.sampled_from(EDGES), st.integers(0, 35)).map(lambda pair: pair[0] + timedelta(days=pair[1])),
    st.dates(date(2025, 6, 1), date(2027, 12, 1)),
)
STARTS = st.tuples(DAYS, st.integers(0, 24 * 60 - 1)).map(
    lambda pair: datetime(pair[0].year, pair[0].month, pair[0].day, tzinfo=UTC) + timedelta(minutes=pair[1])
)


@lru_cache
def calendar(zone: str, hours: int) -> Calendar:
    """An office of that zone and those hours."""
    own = HOURS[hours]
    office = OFFICES.office("blitar").model_copy(update={"time_zone": zone})
    if own != {}:
        office = office.model_copy(update={"worktime": WorkTime.model_validate(own or {})})
    return Calendar(office, OFFICES.worktime)


CALENDARS = st.builds(calendar, st.sampled_from(ZONES), st.integers(0, len(HOURS) - 1))


@many(150)
@given(CALENDARS, STARTS, st.integers(1, 4000))
def test_adding_and_measuring_are_inverses_everywhere(c: Calendar, start: datetime, minutes: int) -> None:
    """What was added lies between, in every zone, over Ramadan, leave and the turn of the year; and what lies
    between two open moments, added to the first, is the second."""
    end = c.add_minutes(start, minutes).at
    assert c.between(start, end) == minutes
    assert c.between(end, start) == -minutes
    opens = c.next_open(start)
    assert c.add_minutes(opens, c.between(opens, end)).at == end


@many(150)
@given(CALENDARS, STARTS, st.integers(1, 4000))
def test_nothing_is_ever_due_outside_working_hours(c: Calendar, start: datetime, minutes: int) -> None:
    """The minute before a due time is an open one, on a day that is neither weekend, leave nor holiday."""
    end = c.add_minutes(start, minutes).at
    last = end - timedelta(minutes=1)
    assert c.is_open(last)
    on = last.astimezone(c.zone).date()
    spans = c.day(on).spans
    assert any(opens <= last and end <= closes for opens, closes in spans)
    assert on not in national_holidays(on.year, True)


@many(100)
@given(CALENDARS, STARTS, st.integers(1, 40))
def test_days_end_when_a_working_day_ends(c: Calendar, start: datetime, days: int) -> None:
    """A limit in working days is due at the close of an open day, so many of them after the day of receipt."""
    end = c.add_workdays(start, days).at
    on, received = end.astimezone(c.zone).date(), start.astimezone(c.zone).date()
    assert c.day(on).spans[-1][1] == end
    counted = (received + timedelta(days=n) for n in range(1, (on - received).days + 1))
    assert sum(bool(c.day(one).spans) for one in counted) == days


@many(100)
@given(CALENDARS, STARTS, st.integers(0, 2000), st.integers(0, 2000))
def test_time_adds_up(c: Calendar, start: datetime, first: int, then: int) -> None:
    """Laid on in two pieces or in one, a clock is due at the same moment; and more is never earlier."""
    assume(first and then)
    middle = c.add_minutes(start, first).at
    end = c.add_minutes(middle, then).at
    assert c.add_minutes(start, first + then).at == end
    assert start < middle < end
    assert c.between(start, middle) + c.between(middle, end) == c.between(start, end)


@many(60)
@given(st.sampled_from(ZONES), st.dates(date(2025, 6, 1), date(2027, 12, 1)))
def test_fridays_and_ramadan_keep_hours_of_their_own(zone: str, on: date) -> None:
    """By the national hours a Friday rests longer at noon, and no day of Ramadan is longer than an ordinary one."""
    c = calendar(zone, 3)
    day = c.day(on)
    assume(day.spans)
    ordinary = {0: 450, 1: 450, 2: 450, 3: 450, 4: 450}
    assert day.minutes <= ordinary.get(on.weekday(), 0)
    rests = [after[0] - before[1] for before, after in zip(day.spans, day.spans[1:], strict=False)]
    assert len(rests) == 1
    assert (rests[0] > timedelta(minutes=60)) <= (on.weekday() == 4)
    assert day.spans[0][0].astimezone(ZoneInfo(zone)).hour in {7, 8}
