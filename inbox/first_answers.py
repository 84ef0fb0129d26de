"""How long citizens waited for an officer's first answer, in the office's working minutes. Pure.

Owns the arithmetic over very many stretches at once: the hours of a whole period are laid end to end, so that each
stretch costs two look-ups. The hours themselves are ``inbox.worktime``'s.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from inbox.worktime import Calendar

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class FirstAnswers:
    """Of ``count`` complaints that were answered: the middle one and the slowest tenth's first, in working minutes."""

    count: int
    median: int
    ninetieth: int


def first_answers(calendar: Calendar, waits: Iterable[tuple[datetime, datetime]]) -> FirstAnswers | None:
    """From when each came in and was first answered; None where nobody was answered yet."""
    known = list(waits)
    if not known:
        return None
    worked = _Worked(calendar, min(came for came, _ in known), max(answered for _, answered in known))
    minutes = sorted(worked.minutes(came, answered) for came, answered in known)
    return FirstAnswers(len(minutes), _nearest(minutes, 50), _nearest(minutes, 90))


def _nearest(ordered: Sequence[int], percent: int) -> int:
    """The percentile by nearest rank: a wait that really was."""
    return ordered[-(-len(ordered) * percent // 100) - 1]


class _Worked:
    """Working time from the first day on, as a staircase: ``_before[n]`` seconds lie before the n-th span."""

    def __init__(self, calendar: Calendar, first: datetime, last: datetime) -> None:
        self._opens: list[float] = []
        self._closes: list[float] = []
        self._before: list[float] = []
        on, until, total = first.astimezone(calendar.zone).date(), last.astimezone(calendar.zone).date(), 0.0
        while on <= until:
            for opens, closes in calendar.day(on).spans:
                self._opens.append(opens.timestamp())
                self._closes.append(closes.timestamp())
                self._before.append(total)
                total += (closes - opens).total_seconds()
            on += _DAY

    def minutes(self, start: datetime, end: datetime) -> int:
        """What ``Calendar.between`` says of them."""
        return int(max(0.0, self._until(end.timestamp()) - self._until(start.timestamp())) // 60)

    def _until(self, at: float) -> float:
        place = bisect_right(self._opens, at) - 1
        if place < 0:
            return 0.0
        return self._before[place] + min(at, self._closes[place]) - self._opens[place]
