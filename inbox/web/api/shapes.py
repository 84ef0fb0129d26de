"""What is answered, as models: the description is made of them, and nothing leaves that is not one of them.

Times are UTC. Ids are the office's own words for things (``office.yaml``), numbers are ours.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Status = Literal["open", "waiting", "answered", "closed", "handed-on"]


class Shape(BaseModel):
    """What every answer keeps to."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Wrong(Shape):
    """One thing at fault: the field by its place in the request (empty: the whole), and what to do about it."""

    field: str
    code: str
    message: str


class Problem(Shape):
    """RFC 9457. ``version`` is the ticket's present one, where the request spoke of an older one."""

    type: str
    title: str
    status: int
    detail: str
    errors: tuple[Wrong, ...] = ()
    version: int | None = None


class Named(Shape):
    """A thing of the office with its name."""

    id: str
    name: str


class Person(Shape):
    """An officer."""

    id: int
    name: str


class Mark(Shape):
    """Where a ticket stands after a command; its ``version`` goes into the next one."""

    number: str
    version: int
    status: Status
    step: str
    due_at: datetime | None
    officer_id: int | None


class DeliveryMark(Shape):
    """What a delivery is after a command."""

    id: int
    state: str


class Registered(Shape):
    """A complaint that was taken down. ``number`` and ``code`` are for the citizen.

    ``aside``: the clerk could not digest it, and it waits for a person; there is no number then.
    """

    number: str | None
    code: str | None
    url: str
    words: Annotated[str, Field(description="What the clerk answered at once.")]
    aside: bool


class TicketRow(Shape):
    """One line of a list."""

    number: str
    version: int
    status: Status
    kind: Named
    step: Named
    summary: str
    object: str
    place: str
    channel: str
    citizen: str
    officer: Person | None
    opened_at: datetime
    last_in_at: datetime | None
    due_at: datetime | None
    promise_at: datetime | None
    late: bool
    unread: bool


class TicketList(Shape):
    """A page of a list; ``next`` is the cursor of the page after it, null on the last."""

    tickets: tuple[TicketRow, ...]
    next: str | None


class Trouble(Shape):
    """A delivery that needs a person."""

    id: int
    number: str
    channel: str
    address: str
    state: str
    reason: str
    detail: str
    attempts: int
    automatic: bool
    created_at: datetime


class Troubles(Shape):
    """The deliveries in trouble, newest first."""

    deliveries: tuple[Trouble, ...]


class Index(Shape):
    """Where things are."""

    name: str
    description: str
    tickets: str
    me: str


class Me(Shape):
    """Whose rights the token carries, and which."""

    officer: Person
    login: str
    office: str
    roles: tuple[str, ...]
    rights: tuple[str, ...]
    scopes: tuple[str, ...]
    expires_at: datetime | None


class Channel(Shape):
    """A door of the office."""

    id: str
    name: str
    kind: str


class Role(Shape):
    """A role and the rights it brings."""

    id: str
    name: str
    rights: tuple[str, ...]


class Office(Shape):
    """What tickets of an office speak of."""

    id: str
    name: str
    full_name: str
    city: str
    code: str
    time_zone: str
    channels: tuple[Channel, ...]
    kinds: tuple[Named, ...]
    roles: tuple[Role, ...]
    agencies: tuple[Named, ...]
    registers: tuple[Named, ...]
    officers: Annotated[tuple[Person, ...], Field(description="Who a ticket can be assigned to.")]


class Offices(Shape):
    """The offices that the token reaches: its own."""

    offices: tuple[Office, ...]


class ProcedureAction(Shape):
    """An action of a step: where it leads, which papers it needs, and which decision about the object's permit."""

    id: str
    label: str
    to: str
    needs: tuple[str, ...]
    evidence: Literal["", "permit", "no-permit"]


class ProcedureStep(Shape):
    """A step of a procedure."""

    id: str
    name: str
    row: str | None
    actors: tuple[str, ...]
    within: str
    final: bool
    actions: tuple[ProcedureAction, ...]


class Procedure(Shape):
    """A procedure of the office as its file stands today."""

    id: str
    number: str
    title: str
    source: str
    first: str
    steps: tuple[ProcedureStep, ...]


class Procedures(Shape):
    """The office's procedures."""

    procedures: tuple[Procedure, ...]
