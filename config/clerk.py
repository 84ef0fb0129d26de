"""How much the automatic clerk says, and how long it waits, as data."""

from __future__ import annotations

from pydantic import Field

from config.procedure import Model, Span, SpanText


class Clerk(Model):
    """The automatic clerk's limits at this office.

    ``first_per_hour``: most first messages an hour, of the whole office, to typed addresses that never wrote:
    each costs the office a text, and whoever typed it may earn on it. ``automatic_per_hour``: most messages to
    one address that it did not ask for: news, reminders, a question whether it is theirs, that its words were added:
    two machines that answer one another soon fall silent. ``answers_per_hour``: most automatic messages to it
    altogether, receipts and answers to keywords included: room for whoever tries everything. ``burst_minutes``:
    messages within it join silently. ``tickets_per_day``: most complaints that one sender opens at one door within a
    day; what comes beyond waits for an officer. ``reopen_days``: working days in which BELUM reopens;
    ``remind_superior_after``: how late a step is when its superior hears of it.
    """

    first_per_hour: int = Field(default=30, ge=0, le=1000)
    automatic_per_hour: int = Field(default=8, ge=1, le=100)
    answers_per_hour: int = Field(default=30, ge=1, le=200)
    burst_minutes: int = Field(default=2, ge=0, le=60)
    tickets_per_day: int = Field(default=12, ge=1, le=25)
    join_days: int = Field(default=30, ge=1, le=365)
    reopen_days: int = Field(default=14, ge=1, le=365)
    remind_superior_after: SpanText = Field(default_factory=lambda: Span.parse("30 menit"), validate_default=False)
