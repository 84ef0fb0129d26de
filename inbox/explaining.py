"""Kenapa jam ini? Why a step is due when it is: the stretches that were counted, the days passed over, the pauses.

Pure: given the step's row, its pauses and the procedure's own words. The arithmetic is ``inbox.worktime``'s; here it
is only told in order, cut where the clock stood still.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from config.schema import Span
from inbox.models import Pause, TicketStep
from inbox.worktime import Calendar, Explanation


@dataclass(frozen=True, slots=True)
class Standstill:
    """The clock stood still, and what for. ``until`` is None while it stands."""

    since: datetime
    until: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Reckoning:
    """How a due time came about.

    Attributes:
        within: the limit in the source's words ("15 menit").
        runs: what was counted, in order; a pause lies between two of them.
        due_at: None while the clock stands still.
    """

    within: str
    runs: tuple[Explanation, ...]
    pauses: tuple[Standstill, ...]
    due_at: datetime | None


def explain(calendar: Calendar, within: Span | None, row: TicketStep, pauses: Sequence[Pause]) -> Reckoning | None:
    """The reckoning of a step that was entered; None where the procedure gives it no time. ``pauses`` oldest first."""
    if within is None or row.due_at is None:
        return None
    runs: list[Explanation] = []
    begin, left = row.started_at, within
    for pause in pauses:
        runs += _run(calendar, begin, left, pause.started_at)
        if pause.ended_at is None or pause.ended_at == row.ended_at or not pause.remaining_minutes:
            break
        begin, left = pause.ended_at, _minutes(pause.remaining_minutes)
    else:
        runs += _run(calendar, begin, left, None)
    stands = any(pause.ended_at is None for pause in pauses)
    told = tuple(Standstill(pause.started_at, pause.ended_at, pause.reason) for pause in pauses)
    return Reckoning(within.text, tuple(runs), told, None if stands else row.due_at)


def _run(calendar: Calendar, begin: datetime, left: Span, until: datetime | None) -> list[Explanation]:
    """What was counted from ``begin`` on, cut where the clock stopped."""
    whole = calendar.explain(begin, left)
    if until is None or whole.at <= until:
        return [whole]
    counted = tuple(
        replace(one, end=min(one.end, until), minutes=calendar.between(one.start, min(one.end, until)))
        for one in whole.counted
        if one.start < until
    )
    last = until.astimezone(calendar.zone).date()
    return [Explanation(whole.start, counted, tuple(day for day in whole.skipped if day.on < last), until)]


def _minutes(amount: int) -> Span:
    return Span(text=f"{amount} menit", amount=amount, unit="minutes")
