"""What an office's files may say: office.yaml and the national worktime.yaml, as frozen models.

Shapes only, and the one module that others import: procedures (``config.procedure``) are handed on from here. Reading
files and resolving secrets live in ``config.reading``, the checks that cross files in ``config.check``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time
from enum import StrEnum
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from config.procedure import ID, Action, Model, Procedure, Span, SpanText, Step, way_minutes

__all__ = [
    "ID",
    "Action",
    "Agency",
    "Ceiling",
    "ChannelEntry",
    "Clerk",
    "Hours",
    "KindOfTicket",
    "Letterhead",
    "Mistake",
    "Model",
    "Office",
    "PaperKind",
    "Procedure",
    "RegisterBook",
    "Right",
    "Role",
    "Route",
    "Season",
    "Span",
    "SpanText",
    "SpecialDay",
    "Step",
    "WorkTime",
    "way_minutes",
]


class Right(StrEnum):
    """What a role may do beside the actions of the steps it is an actor of."""

    REPLY = "reply"
    REGISTER = "register"
    NOTE = "note"
    FIELDS = "fields"
    ASSIGN = "assign"
    REROUTE = "reroute"
    CLOSE = "close"
    DELIVERY = "delivery"
    ASIDE = "aside"
    HEALTH = "health"
    SEE_ALL = "see-all"


class Role(Model):
    """A role of the office. ``superior`` is reminded after the actor, and instructs in dispositions."""

    name: str
    short: str = ""
    superior: ID | None = None
    may: tuple[Right, ...] = (Right.REPLY, Right.NOTE, Right.FIELDS, Right.SEE_ALL)


class PaperKind(Model):
    """A paper of the office. ``made`` says how it comes to be on a ticket.

    template: filled from ``fields`` and printed by ``papers/<template>.html``; uploaded: a file; message: the reply
    to the citizen that goes with the action; register: an entry in ``register``; note: a written statement;
    disposition: a disposition sheet with its form.
    """

    id: ID
    name: str
    made: Literal["template", "uploaded", "message", "register", "note", "disposition"]
    template: str = ""
    register_id: ID | None = Field(default=None, alias="register")
    prompt: str = ""


class RegisterBook(Model):
    """A running book of the office: its id and its title on paper."""

    id: ID
    name: str


class KindOfTicket(Model):
    """A kind of ticket the office tells apart (pengaduan, saran, ...). The first one is the default."""

    id: ID
    name: str
    ceiling: ID | None = None


class Route(Model):
    """One line of the table channel, door, kind -> procedure. Empty means any. First match wins."""

    channel: str = ""
    door: str = ""
    kind: str = ""
    procedure: ID
    inferred: bool = False


class ChannelEntry(BaseModel):
    """One configured door: ``kind`` is the adapter's file name; everything else is that adapter's own settings."""

    model_config = ConfigDict(extra="allow", frozen=True)

    kind: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,30}$")]
    name: str = ""

    def __repr_args__(self) -> Iterator[tuple[str, object]]:
        """Kind and name only: the settings may hold secrets, and ``repr`` ends in logs."""
        yield from (("kind", self.kind), ("name", self.name))

    def settings(self) -> dict[str, Any]:
        """The adapter's own settings: everything but ``kind`` and ``name``."""
        return dict(self.model_extra or {})


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


class Ceiling(Model):
    """The legal limit of a class of ticket, with its reference and the day it is valid from.

    A limit that changes is a further entry of the same id with a later ``valid_from``.
    """

    id: ID
    name: str
    within: SpanText
    legal: str
    valid_from: date


class Agency(Model):
    """Who a complaint that is not ours can be handed on to, and how a citizen reaches them."""

    id: ID
    name: str
    contact: str = ""


class Clerk(Model):
    """The automatic clerk's limits at this office.

    ``automatic_per_hour``: most automatic messages to one address; ``burst_minutes``: messages within it join
    silently; ``reopen_days``: working days in which BELUM reopens; ``remind_after``: late step, then its superior.
    """

    automatic_per_hour: int = Field(default=8, ge=1, le=100)
    burst_minutes: int = Field(default=2, ge=0, le=60)
    join_days: int = Field(default=30, ge=1, le=365)
    reopen_days: int = Field(default=14, ge=1, le=365)
    remind_superior_after: SpanText = Field(default_factory=lambda: Span.parse("30 menit"), validate_default=False)


class Letterhead(Model):
    """What stands at the top of the office's papers and pages."""

    lines: tuple[str, ...]
    address: str = ""
    phone: str = ""
    web: str = ""
    email: str = ""


class Office(Model):
    """One agency: its doors, procedures, roles, calendar, words."""

    id: ID
    name: str
    full_name: str
    city: str
    code: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    time_zone: Literal["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"]
    letterhead: Letterhead
    roles: dict[ID, Role]
    channels: dict[ID, ChannelEntry]
    kinds: tuple[KindOfTicket, ...]
    routes: tuple[Route, ...]
    papers: tuple[PaperKind, ...]
    registers: tuple[RegisterBook, ...] = ()
    agencies: tuple[Agency, ...] = ()
    instructions: tuple[str, ...] = ()
    natures: tuple[str, ...] = ("Biasa", "Segera", "Sangat segera", "Rahasia")
    worktime: WorkTime = Field(default_factory=WorkTime)
    ceilings: tuple[Ceiling, ...] = ()
    clerk: Clerk = Field(default_factory=Clerk)
    procedures: dict[ID, Procedure] = Field(default_factory=dict)

    def paper(self, id: str) -> PaperKind:  # noqa: A002
        """The paper of that id. Raises KeyError."""
        for paper in self.papers:
            if paper.id == id:
                return paper
        raise KeyError(id)

    def ceiling(self, id: str, on: date) -> Ceiling | None:  # noqa: A002
        """The limit of a class as valid on a day: the latest of that id that is in force."""
        valid = [one for one in self.ceilings if one.id == id and one.valid_from <= on]
        return max(valid, key=lambda one: one.valid_from, default=None)

    def superiors(self, role: str) -> tuple[str, ...]:
        """The roles above a role, nearest first; stops at a role that does not exist or comes a second time."""
        chain: list[str] = []
        above = self.roles[role].superior
        while above is not None and above in self.roles and above not in chain:
            chain.append(above)
            above = self.roles[above].superior
        return tuple(chain)


class Mistake(Model):
    """Something wrong in a file, as a value: the sentence with its remedy is ``templates/mistakes.yaml``'s."""

    code: str
    file: str
    line: int = 0
    key: str = ""
    values: dict[str, str] = Field(default_factory=dict)
