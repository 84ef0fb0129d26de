"""What an office's files may say, as frozen models: here office.yaml and a mistake in any of them.

Shapes only, and the one module that others import: procedures (``config.procedure``) and working time
(``config.hours``) are handed on from here. Reading files and resolving secrets live in ``config.reading``, the checks
that cross files in ``config.check``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from config.clerk import Clerk
from config.hours import WEEKDAYS, Hours, Season, SpecialDay, Weekday, WorkTime
from config.letters import Agency, Letterhead
from config.next_door import NextDoor
from config.notice import DoorNotice
from config.papers import Numbering, PaperKind, RegisterBook, written_number
from config.procedure import ID, Action, Model, OneOrMany, Procedure, Span, SpanText, Step, way_minutes
from config.recaps import RecapOrder
from config.retention import Keeping, KeepingText
from config.single_sign_on import SingleSignOn
from config.webhooks import HookEvent, Webhook

if TYPE_CHECKING:
    from config.source import Source

__all__ = [
    "ID",
    "WEEKDAYS",
    "Action",
    "Agency",
    "Ceiling",
    "ChannelEntry",
    "Clerk",
    "DailyCheck",
    "DoorNotice",
    "HookEvent",
    "Hours",
    "Keeping",
    "KindOfTicket",
    "Letterhead",
    "Manner",
    "Mistake",
    "Model",
    "NextDoor",
    "Numbering",
    "Office",
    "Offices",
    "PaperKind",
    "Procedure",
    "RecapOrder",
    "RegisterBook",
    "Right",
    "Role",
    "Route",
    "Season",
    "Span",
    "SpanText",
    "SpecialDay",
    "Step",
    "Webhook",
    "Weekday",
    "WorkTime",
    "way_minutes",
    "written_number",
]


class Right(StrEnum):
    """What a role may do beside the actions of the steps it is an actor of."""

    REPLY = "reply"
    REGISTER = "register"
    NOTE = "note"
    FIELDS = "fields"
    PEOPLE = "people"
    ASSIGN = "assign"
    REROUTE = "reroute"
    CLOSE = "close"
    DELIVERY = "delivery"
    ASIDE = "aside"
    HEALTH = "health"
    SEE_ALL = "see-all"
    SETTINGS = "settings"
    IDENTITY = "identity"


class Role(Model):
    """A role of the office. ``superior`` is reminded after the actor, and instructs in dispositions.

    ``second_step``: whoever holds it signs in with an authenticator app beside the password.
    """

    name: str
    short: str = ""
    superior: ID | None = None
    may: tuple[Right, ...] = (Right.REPLY, Right.NOTE, Right.FIELDS, Right.SEE_ALL)
    second_step: bool = False


class DailyCheck(Model):
    """What somebody signs each working day that it was looked at: boxes and doors that no program watches.

    ``by`` are the roles of whom any one signs, ``items`` what is looked at, by name. Source, e.g.: Denpasar 9.2.1.
    """

    id: ID
    name: str
    by: Annotated[OneOrMany, Field(min_length=1)]
    items: Annotated[tuple[Annotated[str, Field(min_length=1, max_length=80)], ...], Field(min_length=1, max_length=20)]
    source: str = ""


Manner = Literal["complaint", "suggestion", "question", "information"]
_NOUNS: dict[Manner, str] = {
    "complaint": "aduan",
    "suggestion": "saran",
    "question": "pertanyaan",
    "information": "informasi",
}


class KindOfTicket(Model):
    """A kind of ticket the office tells apart (pengaduan, saran, ...). The first one is the default.

    ``manner`` is how it is answered: a complaint is settled or not, a question answered or not, a suggestion is
    thanked for. ``calls`` is what messages call it ("saran"; empty: as its manner is called). ``opens`` are the words
    with which a citizen's first message may say that it is one ("mau tanya"); its name counts anyway. ``sealed``: who
    complained is seen by roles with the right ``identity`` alone, whatever the citizen chose.
    """

    id: ID
    name: str
    ceiling: ID | None = None
    manner: Manner = "complaint"
    calls: Annotated[str, Field(max_length=10)] = ""
    opens: tuple[str, ...] = ()
    sealed: bool = False

    @property
    def noun(self) -> str:
        """What messages call it, in small letters: "aduan", "saran"."""
        return self.calls or _NOUNS[self.manner]


class Route(Model):
    """One line of the table channel, door, kind -> procedure. Empty means any. First match wins."""

    channel: str = ""
    door: str = ""
    kind: str = ""
    procedure: ID
    inferred: bool = False


class Rate(Model):
    """How fast a door may send, where the office or its provider wants it otherwise than the adapter knows.

    Most messages in any second, minute and hour, and ``each_per_minute`` to one address; 0 says nothing.
    """

    per_second: Annotated[int, Field(ge=0, le=1000)] = 0
    per_minute: Annotated[int, Field(ge=0, le=10_000)] = 0
    per_hour: Annotated[int, Field(ge=0, le=100_000)] = 0
    each_per_minute: Annotated[int, Field(ge=0, le=1000)] = 0


class ChannelEntry(BaseModel):
    """One configured door: ``kind`` is the adapter's file name; ``rate`` and ``notice`` are said of any door, and
    everything else is that adapter's own settings.
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    kind: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,30}$")]
    name: str = ""
    rate: Rate | None = None
    notice: DoorNotice | None = None

    def __repr_args__(self) -> Iterator[tuple[str, object]]:
        """Kind and name only: the settings may hold secrets, and ``repr`` ends in logs."""
        yield from (("kind", self.kind), ("name", self.name))

    def settings(self) -> dict[str, Any]:
        """The adapter's own settings: everything but what is said of any door."""
        return dict(self.model_extra or {})


class Ceiling(Model):
    """The legal limit of a class of ticket, with its reference and the day it is valid from.

    A limit that changes is a further entry of the same id with a later ``valid_from``.
    """

    id: ID
    name: str
    within: SpanText
    legal: str
    valid_from: date


class Office(Model):
    """One agency: its doors, procedures, roles, calendar, words.

    ``service`` is what citizens call its complaint service, where that has a name of its own ("Curhat Ning Ita").
    ``signatures`` names the provider that signs its issued PDFs electronically (``inbox.signing``); none signs them
    where it is left out.
    ``retention``: by kind, how long what is personal is kept after a complaint ended; for ever where it says nothing.
    ``guest_days``: how long a link for another agency is usually good for.
    ``prove_again_minutes``: how long a proof of who is at the desk lasts for what cannot be taken back.
    ``single_sign_on``: the OpenID provider by which its officers may sign in, too.
    """

    id: ID
    name: str
    service: Annotated[str, Field(max_length=40)] = ""
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
    numberings: tuple[Numbering, ...] = ()
    signatures: ID | None = None
    agencies: tuple[Agency, ...] = ()
    instructions: tuple[str, ...] = ()
    guest_days: Annotated[int, Field(ge=1, le=90)] = 14
    prove_again_minutes: Annotated[int, Field(ge=1, le=480)] = 30
    single_sign_on: SingleSignOn | None = None
    natures: tuple[str, ...] = ("Biasa", "Segera", "Sangat segera", "Rahasia")
    worktime: WorkTime = Field(default_factory=WorkTime)
    ceilings: tuple[Ceiling, ...] = ()
    checks: tuple[DailyCheck, ...] = ()
    clerk: Clerk = Field(default_factory=Clerk)
    next_door: NextDoor = Field(default_factory=NextDoor)
    webhooks: tuple[Webhook, ...] = ()
    recaps: tuple[RecapOrder, ...] = ()
    retention: dict[ID, KeepingText] = Field(default_factory=dict)
    procedures: dict[ID, Procedure] = Field(default_factory=dict)

    @property
    def seeing(self) -> tuple[str, ...]:
        """What the roles are called, shortly, that may know who complained of a sealed ticket."""
        return tuple(role.short or role.name for role in self.roles.values() if Right.IDENTITY in role.may)

    def paper(self, id: str) -> PaperKind:  # noqa: A002
        """The paper of that id. Raises KeyError."""
        for paper in self.papers:
            if paper.id == id:
                return paper
        raise KeyError(id)

    def numbering(self, id: str) -> Numbering:  # noqa: A002
        """The numbering of that id. Raises KeyError."""
        for numbering in self.numberings:
            if numbering.id == id:
                return numbering
        raise KeyError(id)

    def kind(self, id: str) -> KindOfTicket:  # noqa: A002
        """The kind of that id; the first one for an id the office no longer knows."""
        return next((one for one in self.kinds if one.id == id), self.kinds[0])

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


@dataclass(frozen=True)
class Offices:
    """Every office of an installation, as its files say.

    ``sources`` are the files behind it, for mistakes that name a line: ``("worktime",)``, ``("office", id)`` and
    ``("procedure", office id, procedure id)``. ``damaged``: by the same keys, the places where something stands in for
    what could not be read; () is the whole file. None of it is ever run: only ``config.check`` looks at such offices.
    """

    folder: Path
    offices: Mapping[str, Office]
    worktime: WorkTime
    sources: Mapping[tuple[str, ...], Source] = field(default_factory=dict, repr=False)
    damaged: Mapping[tuple[str, ...], frozenset[tuple[str | int, ...]]] = field(default_factory=dict, repr=False)

    def office(self, id: str) -> Office:  # noqa: A002
        """The office of that id. Raises KeyError."""
        return self.offices[id]

    def channel(self, id: str) -> tuple[Office, ChannelEntry]:  # noqa: A002
        """The office and entry behind a channel id, ``<office>-<name>``. Raises KeyError."""
        for office in self.offices.values():
            name = id.removeprefix(f"{office.id}-")
            if name != id and name in office.channels:
                return office, office.channels[name]
        raise KeyError(id)

    def channels(self) -> dict[str, ChannelEntry]:
        """Every configured door by its channel id, in the files' order."""
        return {
            f"{office.id}-{name}": entry for office in self.offices.values() for name, entry in office.channels.items()
        }

    def messages(self, office_id: str) -> Path:
        """The folder of the office's own message templates; it need not exist."""
        return self.folder / "offices" / office_id / "messages"
