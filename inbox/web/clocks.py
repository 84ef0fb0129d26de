"""How much time is left, as a value: a state for the eye, and working minutes for the words. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from inbox.worktime import Calendar

SOON_MINUTES = 15
State = Literal["late", "soon", "fine", "later", "paused", "none", "answered", "closed", "handed-on"]


@dataclass(frozen=True, slots=True)
class Clock:
    """``minutes`` of working time: left where ``fine`` or ``soon``, over where ``late``, else 0.

    ``later``: the office is closed and nothing runs out before it opens; then ``at`` says more than what is left.
    """

    state: State
    minutes: int = 0
    at: datetime | None = None


def clock(calendar: Calendar, status: str, due_at: datetime | None, now: datetime) -> Clock:
    """The clock of a ticket by its status and its step's due time."""
    if status == "waiting":
        return Clock("paused")
    if status in {"answered", "closed", "handed-on"}:
        return Clock(status)  # type: ignore[arg-type]
    if due_at is None:
        return Clock("none")
    if due_at <= now:
        return Clock("late", calendar.between(due_at, now), due_at)
    if not calendar.is_open(now):
        return Clock("later", at=due_at)
    left = calendar.between(now, due_at)
    return Clock("soon" if left <= SOON_MINUTES else "fine", left, due_at)
