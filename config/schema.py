"""What an office's files may say: office.yaml, sop/*.yaml and the national worktime.yaml, as frozen models.

Shapes only. Reading files, resolving secrets and the checks that cross files live in ``config/__init__.py``
and ``config/check.py``. Values are what an office wrote; durations stay in the source's own words
("15 menit", "1 hari kerja") beside the parsed ``Span``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

ID = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,47}$")]

_UNITS = {"menit": "minutes", "jam": "minutes", "hari": "days", "hari kerja": "workdays"}


class Model(BaseModel):
    """Frozen, and no key that is not known: a typing error in a key is a mistake, not a silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Span(Model):
    """A length of working time. ``text`` is what the source says; ``unit`` is minutes, days or workdays.

    "hari" counts as a working day unless the office says ``hari: kalender``.
    """

    text: str
    amount: int = Field(gt=0)
    unit: Literal["minutes", "days", "workdays"]

    @classmethod
    def parse(cls, value: object) -> Span:
        """Read "15 menit", "2 jam", "1 hari", "12 hari kerja". Raises ValueError with the remedy's code."""
        if isinstance(value, Span):
            return value
        found = re.fullmatch(r"(\d{1,4})\s+(menit|jam|hari kerja|hari)", str(value).strip().lower())
        if not found:
            raise ValueError("span-unreadable")
        amount = int(found[1]) * (60 if found[2] == "jam" else 1)
        return cls(text=str(value).strip(), amount=amount, unit=_UNITS[found[2]])


SpanText = Annotated[Span, BeforeValidator(Span.parse)]


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


OneOrMany = Annotated[tuple[ID, ...], BeforeValidator(_as_list)]


# --- Procedures -----------------------------------------------------------------------------------


class Action(Model):
    """What an actor may do at a step, and where the ticket goes then.

    ``needs`` are the papers (ids of the office's ``papers``) without which the action is refused; only they gate.
    ``tell`` names the message template the citizen gets. ``outcome`` marks how an action that leads to a final
    step ends the case: answered (the citizen is asked SELESAI / BELUM), handed-on or closed.
    """

    id: ID
    label: str
    to: ID
    needs: tuple[ID, ...] = ()
    tell: str = ""
    outcome: Literal["answered", "handed-on", "closed"] | None = None
    inferred: bool = False


class Step(Model):
    """One row of the source's table, or a step of our own (``row`` empty).

    ``actor`` may be empty only for a final step. ``inferred`` lists the keys that the source does not say in
    words. ``plain`` is the step in a citizen's words, for CEK.
    """

    id: ID
    row: int | str | None = None
    name: str = ""
    plain: str = ""
    actor: OneOrMany = ()
    citizen: bool = False
    inferred: tuple[str, ...] = ()
    within: SpanText | None = None
    requires: tuple[str, ...] = ()
    produces: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()
    final: bool = False


class Procedure(Model):
    """One SOP as data. ``asks`` are the ticket fields the clerk asks the citizen for when they are missing.

    ``reopen`` is the step a case returns to when the citizen says BELUM (default: ``first``).
    """

    id: ID
    number: str = ""
    title: str
    source: str
    notes: str = ""
    promise: SpanText
    first: ID
    reopen: ID | None = None
    asks: tuple[Literal["name", "object", "place"], ...] = ()
    steps: tuple[Step, ...]

    def step(self, id: str) -> Step:  # noqa: A002
        """The step of that id. Raises KeyError."""
        return next((step for step in self.steps if step.id == id), None) or _missing(id)


def _missing(id: str) -> Step:  # noqa: A002
    raise KeyError(id)


# --- The office -----------------------------------------------------------------------------------


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


def _read_hours(value: object) -> object:
    if not isinstance(value, list | tuple):
        return value
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


HoursText = Annotated[Hours, BeforeValidator(_read_hours)]
Weekday = Literal["senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu"]


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


class Ceiling(Model):
    """The legal limit of a class of ticket, with its reference and the day it is valid from."""

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


class Mistake(Model):
    """Something wrong in a file, as a value: the sentence with its remedy is ``templates/reasons.yaml``'s."""

    code: str
    file: str
    line: int = 0
    key: str = ""
    values: dict[str, str] = Field(default_factory=dict)
