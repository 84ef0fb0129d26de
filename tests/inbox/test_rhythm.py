"""A door's own rhythm: learnt from working time alone, and only where there is enough of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from inbox.rhythm import FEWEST_MESSAGES, Rhythm, Worked, rhythm
from inbox.worktime import Calendar
from tests.inbox.house import at
from tests.shipped import shipped

OFFICES = shipped()
CALENDAR = Calendar(OFFICES.office("blitar"), OFFICES.worktime)
NOW = at("2026-11-23 09:15")


def days(first: str, last: str, *hours: str) -> Iterator[datetime]:
    """A message at these hours of every day from the first to the last, days off included."""
    on, end = at(f"{first} 00:00"), at(f"{last} 23:59")
    while on < end:
        for hour in hours:
            yield on + timedelta(hours=int(hour[:2]), minutes=int(hour[3:]))
        on += timedelta(days=1)


def works(moments: Iterator[datetime]) -> list[datetime]:
    """Those in which the office works."""
    return [moment for moment in moments if CALENDAR.is_open(moment)]


def found(moments: list[datetime], now: datetime = NOW) -> Rhythm | None:
    return rhythm(moments, now, Worked(CALENDAR, min(moments)))


STEADY = ("08:30", "09:30", "10:30", "11:30", "13:30", "14:30")
# The office works from 8 to 12 and from 13 to 16: from 14.30 to 8.30 are two hours of work, whatever night it is.
TABLE = [
    ("an ordinary autumn", works(days("2026-10-05", "2026-11-20", *STEADY)), NOW, (120, 240)),
    ("nights and weekends are no silence", works(days("2026-11-02", "2026-11-20", "08:00", "15:59")), NOW, (419, 838)),
    ("messages at night end a silence too", list(days("2026-10-26", "2026-11-22", "02:00", "12:30")), NOW, (240, 480)),
    (
        "Christmas and New Year are no silence",
        works(days("2026-12-07", "2027-01-15", *STEADY)),
        at("2027-01-18 09:00"),
        (120, 240),
    ),
    ("Idulfitri is no silence", works(days("2026-03-02", "2026-04-10", "09:30")), at("2026-04-13 09:00"), (420, 840)),
    (
        "in Ramadan a day is shorter",
        works(days("2026-02-19", "2026-03-17", "09:30", "14:30")),
        at("2026-03-17 14:55"),
        (270, 540),
    ),
    ("a busy door is not called silent within the hour", works(days("2026-11-02", "2026-11-20", *(
        f"{hour:02}:{minute:02}" for hour in range(8, 16) for minute in range(0, 60, 5)
    ))), NOW, (5, 60)),
]  # fmt: skip


@pytest.mark.parametrize(("moments", "now", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_a_rhythm_is_learnt_from_working_time(
    moments: list[datetime], now: datetime, expected: tuple[int, int]
) -> None:
    """The usual and the alarm in working minutes."""
    assert found(moments, now) == Rhythm(*expected)


def test_one_outage_does_not_hide_the_next() -> None:
    """Three days without a word once: the usual stays what it is."""
    moments = [
        moment for moment in works(days("2026-10-05", "2026-11-20", *STEADY))
        if not at("2026-11-03 00:00") < moment < at("2026-11-06 00:00")
    ]  # fmt: skip
    assert found(moments) == Rhythm(120, 240)


THIN = [
    ("a new door, however busy", works(days("2026-11-16", "2026-11-20", *STEADY))),
    ("too few messages, however long", works(days("2026-10-05", "2026-11-20", "09:30"))[: FEWEST_MESSAGES - 1]),
    ("one message", [at("2026-10-05 09:00")]),
]


@pytest.mark.parametrize("moments", [row[1] for row in THIN], ids=[row[0] for row in THIN])
def test_too_little_past_is_no_rhythm(moments: list[datetime]) -> None:
    """Nobody is called for what may be usual."""
    assert found(moments) is None


def test_no_message_at_all_is_no_rhythm() -> None:
    """A door that nobody ever used."""
    assert rhythm([], NOW, Worked(CALENDAR, NOW)) is None


def test_the_running_number_is_working_time() -> None:
    """As the calendar has it between any two whole minutes, over nights, breaks, weekends and holidays."""
    start = at("2026-12-21 07:45")
    worked = Worked(CALENDAR, start)
    for minutes in range(0, 16 * 24 * 60, 173):
        moment = start + timedelta(minutes=minutes)
        assert worked.at(moment) - worked.at(start) == CALENDAR.between(start, moment)
