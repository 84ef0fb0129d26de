"""Working time: when something is due, against dates worked out by hand on the calendar of 2026."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.schema import Span, WorkTime
from inbox.worktime import Calendar, Counted, NoWorkingTime, Skipped, national_holidays
from tests.examples import many
from tests.shipped import shipped

OFFICES = shipped()
BLITAR = OFFICES.office("blitar")
NATIONAL = OFFICES.worktime


def calendar(own: dict[str, Any] | None = None, *, zone: str = "Asia/Jakarta") -> Calendar:
    """A calendar of an office with these corrections; without any, Blitar's."""
    worktime = BLITAR.worktime if own is None else WorkTime.model_validate(own)
    return Calendar(BLITAR.model_copy(update={"time_zone": zone, "worktime": worktime}), NATIONAL)


def at(text: str, zone: str = "Asia/Jakarta") -> datetime:
    """ "2026-11-22 17.05" on an office's clock, as UTC."""
    return datetime.strptime(text, "%Y-%m-%d %H.%M").replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def due(calendar: Calendar, start: str, span: str, zone: str = "Asia/Jakarta") -> str:
    """When ``span`` from ``start`` is over, on the office's clock."""
    found = calendar.add(at(start, zone), Span.parse(span)).at
    assert found.tzinfo is UTC
    return found.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H.%M")


MINUTES = [
    ("in the morning", "2026-11-23 08.00", "75 menit", "2026-11-23 09.15"),
    ("on Sunday", "2026-11-22 17.05", "75 menit", "2026-11-23 09.15"),
    ("before opening", "2026-11-23 05.00", "15 menit", "2026-11-23 08.15"),
    ("ending with the morning is due at noon", "2026-11-23 11.45", "15 menit", "2026-11-23 12.00"),
    ("across the noon break", "2026-11-23 11.45", "30 menit", "2026-11-23 13.15"),
    ("in the noon break", "2026-11-23 12.20", "10 menit", "2026-11-23 13.10"),
    ("ending with the day is due at closing", "2026-11-23 15.45", "15 menit", "2026-11-23 16.00"),
    ("over night", "2026-11-23 15.45", "30 menit", "2026-11-24 08.15"),
    ("at closing", "2026-11-23 16.00", "5 menit", "2026-11-24 08.05"),
    ("across Friday's longer break", "2026-11-27 11.15", "30 menit", "2026-11-27 13.15"),
    ("over the weekend", "2026-11-27 15.50", "30 menit", "2026-11-30 08.20"),
    ("in hours", "2026-11-23 08.00", "7 jam", "2026-11-23 16.00"),
    ("in Ramadan the office opens at eight and rests half an hour", "2026-02-23 11.50", "30 menit", "2026-02-23 12.50"),
    ("in Ramadan it closes at three", "2026-02-23 14.50", "30 menit", "2026-02-24 08.20"),
    ("on a Friday of Ramadan", "2026-02-20 11.20", "20 menit", "2026-02-20 12.40"),
    ("the day before Ramadan still closes at four", "2026-02-18 15.50", "10 menit", "2026-02-18 16.00"),
    ("across Nyepi, Idulfitri and their leave", "2026-03-17 14.30", "60 menit", "2026-03-25 08.30"),
    ("across Christmas, its leave and the weekend", "2026-12-23 15.30", "60 menit", "2026-12-28 08.30"),
    ("across New Year", "2026-12-31 15.45", "30 menit", "2027-01-04 08.15"),
    ("across Independence Day", "2026-08-14 15.45", "30 menit", "2026-08-18 08.15"),
]

DAYS = [
    ("the next working day, at closing", "2026-11-23 09.00", "1 hari kerja", "2026-11-24 16.00"),
    ("received after closing counts the same", "2026-11-23 20.00", "1 hari kerja", "2026-11-24 16.00"),
    ("received at closing counts the same", "2026-11-23 16.00", "1 hari kerja", "2026-11-24 16.00"),
    ("from Friday", "2026-11-27 09.00", "1 hari kerja", "2026-11-30 16.00"),
    ("from Sunday", "2026-11-22 09.00", "1 hari kerja", "2026-11-23 16.00"),
    ("hari counts working days too", "2026-11-26 09.00", "2 hari", "2026-11-30 16.00"),
    ("fourteen", "2026-11-23 09.00", "14 hari kerja", "2026-12-11 16.00"),
    ("ends when Ramadan's day ends", "2026-02-20 09.00", "1 hari kerja", "2026-02-23 15.00"),
    ("across Nyepi, Idulfitri and their leave", "2026-03-16 09.00", "2 hari kerja", "2026-03-25 16.00"),
    ("across the year's end", "2026-12-23 09.00", "6 hari kerja", "2027-01-06 16.00"),
]


@pytest.mark.parametrize(("start", "span", "end"), [row[1:] for row in MINUTES], ids=[row[0] for row in MINUTES])
def test_minutes_run_while_the_office_is_open(start: str, span: str, end: str) -> None:
    """Breaks, nights, weekends, Ramadan, holidays and cuti bersama do not count."""
    assert due(calendar(), start, span) == end


@pytest.mark.parametrize(("start", "span", "end"), [row[1:] for row in DAYS], ids=[row[0] for row in DAYS])
def test_days_end_at_the_close_of_business(start: str, span: str, end: str) -> None:
    """The day of receipt does not count; the last day counts to its closing."""
    assert due(calendar(), start, span) == end


@pytest.mark.parametrize(
    ("zone", "utc"),
    [("Asia/Jakarta", "02.15"), ("Asia/Makassar", "01.15"), ("Asia/Jayapura", "00.15")],
    ids=["WIB", "WITA", "WIT"],
)
def test_hours_are_the_offices_own_zone(zone: str, utc: str) -> None:
    """Eight o'clock is eight o'clock in Blitar, Denpasar and Jayapura."""
    found = calendar(zone=zone).add(at("2026-11-22 17.00"), Span.parse("75 menit")).at
    assert found == datetime.strptime(f"2026-11-23 {utc}", "%Y-%m-%d %H.%M").replace(tzinfo=UTC)


def test_the_day_is_the_offices_day() -> None:
    """Late on Sunday in UTC is Monday morning in Jayapura: Monday is the day of receipt."""
    found = due(calendar(zone="Asia/Jayapura"), "2026-11-23 07.30", "1 hari kerja", "Asia/Jayapura")
    assert at("2026-11-23 07.30", "Asia/Jayapura").date() == date(2026, 11, 22)
    assert found == "2026-11-24 16.00"


CORRECTIONS = [
    ("the national hours where the office has none", {}, "2026-11-22 17.00", "75 menit", "2026-11-23 08.45"),
    (
        "a day off of the office's own",
        {"days": [{"on": "2026-04-01", "name": "Hari jadi"}]},
        "2026-03-31 15.50",
        "30 menit",
        "2026-04-02 07.50",
    ),
    (
        "a day with hours of its own",
        {"days": [{"on": "2026-04-01", "name": "Hari jadi", "hours": ["10.00-11.00"]}]},
        "2026-03-31 15.50",
        "30 menit",
        "2026-04-01 10.20",
    ),
    (
        "open on a Saturday",
        {"hours": {"sabtu": ["08.00-12.00"]}},
        "2026-11-27 16.20",
        "30 menit",
        "2026-11-28 08.20",
    ),
    ("closed on Mondays", {"hours": {"senin": []}}, "2026-11-27 16.20", "30 menit", "2026-12-01 07.50"),
    ("closed on Mondays, in Ramadan too", {"hours": {"senin": []}}, "2026-02-20 15.20", "30 menit", "2026-02-24 08.20"),
    ("no cuti bersama", {"cuti_bersama": False}, "2026-12-23 15.50", "30 menit", "2026-12-24 07.50"),
    ("a holiday that is none", {"not_holidays": ["2026-12-25"]}, "2026-12-24 09.00", "30 menit", "2026-12-25 08.00"),
    (
        "special hours on a holiday",
        {"days": [{"on": "2026-12-25", "name": "Piket", "hours": ["09.00-10.00"]}]},
        "2026-12-24 09.00",
        "30 menit",
        "2026-12-25 09.30",
    ),
    (
        "a Ramadan of its own before the national one",
        {"seasons": [{"name": "R", "from": "2026-02-18", "until": "2026-02-18", "hours": {"rabu": ["09.00-10.00"]}}]},
        "2026-02-18 07.00",
        "30 menit",
        "2026-02-18 09.30",
    ),
    (
        "a season speaks only of the weekdays it names",
        {"seasons": [{"name": "R", "from": "2026-11-23", "until": "2026-11-27", "hours": {"rabu": ["09.00-10.00"]}}]},
        "2026-11-24 07.00",
        "30 menit",
        "2026-11-24 08.00",
    ),
    ("calendar days", {"hari": "kalender"}, "2026-11-26 09.00", "4 hari", "2026-11-30 16.00"),
    ("calendar days ending on a Sunday", {"hari": "kalender"}, "2026-11-26 09.00", "3 hari", "2026-11-30 16.00"),
    ("working days stay working days", {"hari": "kalender"}, "2026-11-26 09.00", "3 hari kerja", "2026-12-01 16.00"),
]


@pytest.mark.parametrize(
    ("own", "start", "span", "end"), [row[1:] for row in CORRECTIONS], ids=[row[0] for row in CORRECTIONS]
)
def test_an_offices_corrections_go_before_the_national_hours(
    own: dict[str, Any], start: str, span: str, end: str
) -> None:
    """What office.yaml says of a day wins; what it does not say stays national."""
    assert due(calendar(own), start, span) == end


def test_an_office_may_work_on_a_day_the_nation_added() -> None:
    """A national extra day off is undone by the office's ``not_holidays``, and by nothing less."""
    extra = NATIONAL.model_copy(
        update={"days": WorkTime.model_validate({"days": [{"on": "2026-11-24", "name": "Pilkada"}]}).days}
    )
    closed = Calendar(BLITAR, extra)
    working = WorkTime.model_validate({"not_holidays": ["2026-11-24"]})
    opened = Calendar(BLITAR.model_copy(update={"worktime": working}), extra)
    assert closed.day(date(2026, 11, 24)).name == "Pilkada"
    assert not closed.is_open(at("2026-11-24 09.00"))
    assert opened.is_open(at("2026-11-24 09.00"))


def test_ramadan_keeps_the_decrees_hours() -> None:
    """37.5 hours in an ordinary week and 32.5 in Ramadan, both as the decree says."""
    national = calendar({})
    ordinary, ramadan = date(2026, 11, 23), date(2026, 2, 23)
    for monday, minutes in ((ordinary, 37 * 60 + 30), (ramadan, 32 * 60 + 30)):
        assert sum(national.day(monday + timedelta(days=place)).minutes for place in range(7)) == minutes


def test_holidays_have_their_indonesian_names() -> None:
    """Public holidays and cuti bersama of 2026, and the caution about dates not announced yet."""
    year = national_holidays(2026, True)
    assert year[date(2026, 3, 19)] == "Hari Suci Nyepi"
    assert year[date(2026, 3, 23)].startswith("Cuti Bersama")
    assert date(2026, 3, 23) not in national_holidays(2026, False)
    assert "(perkiraan)" in national_holidays(2027, True)[date(2027, 3, 10)]


def test_a_start_between_minutes_is_moved_up() -> None:
    """A due time has no seconds, and nobody loses any."""
    start = at("2026-11-23 08.00") + timedelta(seconds=1)
    found = calendar().add(start, Span.parse("15 menit"))
    assert found.at == at("2026-11-23 08.16")
    assert calendar().between(start, found.at) == 15


def test_open_until_closing() -> None:
    """Open from the first minute to the last; at closing it is closed."""
    c = calendar()
    moments = ("07.59", "08.00", "11.59", "12.00", "13.00", "15.59", "16.00")
    assert [c.is_open(at(f"2026-11-23 {moment}")) for moment in moments] == [
        False,
        True,
        True,
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-11-23 09.10", "2026-11-23 09.10"),
        ("2026-11-23 12.00", "2026-11-23 13.00"),
        ("2026-11-27 16.00", "2026-11-30 08.00"),
        ("2026-03-17 15.00", "2026-03-25 08.00"),
    ],
)
def test_the_next_opening(moment: str, opens: str) -> None:
    """Now if it is open, else the next first minute."""
    assert calendar().next_open(at(moment)) == at(opens)


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2026-11-23 08.00", "2026-11-23 16.00", 420),
        ("2026-11-22 00.00", "2026-11-23 08.00", 0),
        ("2026-11-27 15.00", "2026-11-30 09.00", 120),
        ("2026-11-23 09.00", "2026-11-23 08.30", -30),
        ("2026-03-18 00.00", "2026-03-25 00.00", 0),
    ],
)
def test_working_minutes_between(start: str, end: str, minutes: int) -> None:
    """Only open minutes; backwards is negative."""
    assert calendar().between(at(start), at(end)) == minutes


def test_why_this_hour_for_minutes() -> None:
    """The stretches that were counted and the days passed over with their names, in order."""
    found = calendar().explain(at("2026-12-23 15.30"), Span.parse("60 menit"))
    assert [(one.start, one.end, one.minutes) for one in found.counted] == [
        (at("2026-12-23 15.30"), at("2026-12-23 16.00"), 30),
        (at("2026-12-28 08.00"), at("2026-12-28 08.30"), 30),
    ]
    assert [day.on.day for day in found.skipped] == [24, 25, 26, 27]
    assert [day.name for day in found.skipped] == [
        "Cuti Bersama Hari Raya Natal",
        "Hari Raya Natal",
        "",
        "",
    ]
    assert (found.start, found.at) == (at("2026-12-23 15.30"), at("2026-12-28 08.30"))


def test_why_this_hour_in_ramadan() -> None:
    """A stretch by a season's hours says so."""
    (one,) = calendar().explain(at("2026-02-23 08.00"), Span.parse("15 menit")).counted
    assert one.note == "Ramadan 1447 H"


def test_why_this_day() -> None:
    """Days are numbered; the day of receipt is not among them, nor among those skipped unless it was closed."""
    found = calendar().explain(at("2026-11-26 09.00"), Span.parse("2 hari kerja"))
    assert found.counted == (
        Counted(at("2026-11-27 08.00"), at("2026-11-27 16.00"), 390, day=1),
        Counted(at("2026-11-30 08.00"), at("2026-11-30 16.00"), 420, day=2),
    )
    assert found.skipped == (Skipped(date(2026, 11, 28), ""), Skipped(date(2026, 11, 29), ""))


def test_why_this_day_by_calendar_days() -> None:
    """Every day counts, open or not; the last one moves on where the office is closed."""
    found = calendar({"hari": "kalender"}).explain(at("2026-11-26 09.00"), Span.parse("3 hari"))
    assert [(one.day, one.minutes) for one in found.counted] == [(1, 450), (2, 0), (3, 0)]
    assert found.skipped == ()
    assert found.at == at("2026-11-30 16.00")


def test_a_stopped_clock_goes_on_where_it_stood() -> None:
    """What was left when the case began to wait for the citizen is laid on again when it goes on."""
    c = calendar()
    end = c.add(at("2026-11-23 08.00"), Span.parse("75 menit")).at
    left = c.remaining(end, at("2026-11-23 08.20"))
    assert left == 55
    assert c.add_minutes(at("2026-11-25 15.50"), left).at == at("2026-11-26 08.45")


def test_a_stop_outside_hours_loses_nothing() -> None:
    """Stopped at night, the whole of the next morning is left."""
    c = calendar()
    end = c.add(at("2026-11-23 15.50"), Span.parse("30 menit")).at
    assert c.remaining(end, at("2026-11-23 22.00")) == 20


def test_a_clock_that_was_late_has_nothing_left() -> None:
    """Nothing left is due at once when the case goes on, not a negative time ago."""
    c = calendar()
    assert c.remaining(at("2026-11-23 09.00"), at("2026-11-23 10.00")) == 0
    assert c.add_minutes(at("2026-11-24 10.00"), 0).at == at("2026-11-24 10.00")


def test_an_office_that_never_opens_is_refused() -> None:
    """No search runs for ever."""
    never = calendar({"hours": dict.fromkeys(("senin", "selasa", "rabu", "kamis", "jumat"), ())})
    for ask in (
        lambda: never.add(at("2026-11-23 09.00"), Span.parse("1 menit")),
        lambda: never.add(at("2026-11-23 09.00"), Span.parse("1 hari kerja")),
        lambda: never.next_open(at("2026-11-23 09.00")),
    ):
        with pytest.raises(NoWorkingTime):
            ask()


STARTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda moment: moment.replace(tzinfo=UTC))  # noqa: DTZ001
SHARED = calendar()


@many(300)
@given(STARTS, st.integers(1, 6000))
def test_adding_and_measuring_are_inverses(start: datetime, minutes: int) -> None:
    """What was added is what lies between; the stretches are open, ascending and add up; a minute less is too early."""
    found = SHARED.add_minutes(start, minutes)
    assert SHARED.between(start, found.at) == minutes
    assert sum(one.minutes for one in found.spans) == minutes
    assert SHARED.between(start, found.at - timedelta(minutes=1)) < minutes
    assert all(SHARED.is_open(one.start) and one.start < one.end for one in found.spans)
    assert all(before.end < after.start for before, after in zip(found.spans, found.spans[1:], strict=False))


@many(200)
@given(STARTS, st.integers(1, 3000), st.integers(0, 3000))
def test_a_pause_moves_a_due_time_by_working_time_only(start: datetime, minutes: int, used: int) -> None:
    """Stopped and taken up at the same instant, a clock is due when it was."""
    end = SHARED.add_minutes(start, minutes).at
    stopped = SHARED.add_minutes(start, min(used, minutes - 1)).at
    assert SHARED.add_minutes(stopped, SHARED.remaining(end, stopped)).at == end


@many(200)
@given(STARTS, st.integers(1, 60))
def test_working_days_are_whole_and_open(start: datetime, days: int) -> None:
    """As many open days lie after the day of receipt, and the due time is a closing."""
    found = SHARED.add_workdays(start, days)
    assert [one.day for one in found.spans] == list(range(1, days + 1))
    assert not SHARED.is_open(found.at)
    assert SHARED.is_open(found.at - timedelta(minutes=1))
    assert SHARED.add_workdays(start, days + 1).at > found.at
