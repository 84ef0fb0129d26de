"""A ticket in full as it is answered, and how it is made of what the pages are made of (``inbox.views``)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from inbox.web.api.permits import PermitCheck
from inbox.web.api.shapes import Named, Person, Shape, Status

Direction = Literal["in", "out", "note"]


class Way(Shape):
    """One way to reach the citizen. ``hears``: answers go there."""

    scheme: str
    value: str
    channel: str
    hears: bool
    confirmed: bool
    stopped: bool
    dead: bool


class Citizen(Shape):
    """Who complained."""

    name: str
    addresses: tuple[Way, ...]


class Choice(Shape):
    """A value that a field takes, and what people call it."""

    value: str
    label: str


class FormField(Shape):
    """One field that an action asks for."""

    name: str
    label: str
    kind: Literal["text", "area", "choice", "roles", "moment", "file"]
    required: bool
    longest: Annotated[int, Field(description="Most characters; 0 where it does not apply.")]
    choices: tuple[Choice, ...]
    hint: str
    value: Annotated[str, Field(description="What stands in it where it is left out and not required.")]
    when: Annotated[Literal["", "past", "future"], Field(description="Which side of now a moment must lie on.")]


class Form(Shape):
    """What an action asks for one paper; ``paper`` is empty for an ending's own fields."""

    paper: str
    title: str
    made: str
    fields: tuple[FormField, ...]


class Action(Shape):
    """An action that this token's officer may do now.

    ``evidence``: what the last of ``permit_checks`` has to say before, permit or no-permit; empty where it wants none.
    """

    id: str
    label: str
    evidence: str
    forms: tuple[Form, ...]


class Stage(Shape):
    """A step of the procedure as the case stands to it."""

    step: str
    name: str
    state: Literal["done", "now", "ahead", "maybe", "passed"]


class StepRow(Shape):
    """One entering of a step."""

    step: str
    name: str
    within: Annotated[str, Field(description="The limit in the words of its source; empty where it has none.")]
    started_at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    ending: str
    action: str
    reason: str
    officer: str


class File(Shape):
    """A file of a message; ``url`` hands it out while ``state`` is stored."""

    id: int
    name: str
    type: str
    size_bytes: int
    state: str
    inline: bool
    url: str


class Message(Shape):
    """One thing said. ``longer``: there is more of it at ``url``."""

    id: int
    direction: Direction
    author: str
    officer: str
    channel: str | None
    at: datetime
    subject: str
    text: str
    longer: bool
    automatic: bool
    template: str
    files: tuple[File, ...]
    url: str


class WholeMessage(Shape):
    """All of what a message said."""

    id: int
    text: str


class Delivery(Shape):
    """An outgoing message on its way."""

    id: int
    message_id: int
    channel: str
    state: str
    reason: str
    detail: str
    attempts: int
    due_at: datetime
    created_at: datetime
    sent_at: datetime | None
    delivered_at: datetime | None
    read_at: datetime | None


class Entry(Shape):
    """A line of a running book."""

    register_id: str
    year: int
    number: int


class Paper(Shape):
    """A paper on the ticket; ``url`` is its page to print or its file, ``pdf`` the page as PDF (an issued one as it was
    issued); empty where it has none. ``status``: partial, drafted, returned, initialled, signed or issued; ``number``
    as it stands on the paper; ``version`` 2 corrects 1.
    """

    id: int
    paper: str
    name: str
    made: str
    at: datetime
    officer: str
    values: dict[str, Any]
    entry: Entry | None
    url: str
    pdf: str
    status: str
    number: str
    version: int


class Task(Shape):
    """What an addressee of a disposition is to do."""

    id: int
    role: str
    coordinates: bool
    due_at: datetime | None
    done_at: datetime | None
    report: str


class Sheet(Shape):
    """A disposition."""

    id: int
    officer: str
    role: str
    nature: str
    instruction: str
    initials: str
    due_at: datetime | None
    at: datetime
    tasks: tuple[Task, ...]


class JournalLine(Shape):
    """Who did what, when. ``who`` is an officer's name, or citizen, clerk, system; ``text`` the sentence of it."""

    at: datetime
    who: str
    event: str
    text: str
    values: dict[str, str]


class Ticket(Shape):
    """A ticket in full, as this token's officer may see it."""

    number: str
    version: int
    office: str
    status: Status
    kind: Named
    summary: str
    object: str
    place: str
    latitude: float | None
    longitude: float | None
    permit_number: str
    lapor_id: str
    procedure: Named
    step: Named
    actors: Annotated[tuple[str, ...], Field(description="Roles whose turn it is.")]
    officer: Person | None
    citizen: Citizen
    channel: str
    opened_at: datetime
    last_in_at: datetime | None
    due_at: datetime | None
    promise_at: datetime | None
    ceiling_at: datetime | None
    answered_at: datetime | None
    closed_at: datetime | None
    closing: str
    agency: str
    reopened: int
    reopen_until: datetime | None
    rating: int | None
    late: bool
    unread: bool
    rights: tuple[str, ...]
    actions: tuple[Action, ...]
    stages: tuple[Stage, ...]
    steps: tuple[StepRow, ...]
    messages: tuple[Message, ...]
    deliveries: tuple[Delivery, ...]
    papers: tuple[Paper, ...]
    permit_checks: Annotated[tuple[PermitCheck, ...], Field(description="Newest first.")]
    dispositions: tuple[Sheet, ...]
    journal: tuple[JournalLine, ...]


class Likely(Shape):
    """Somebody who might be the same person; a hint, and no more. ``key`` is what a joining takes."""

    key: str
    why: str
    name: str
    address: str
    number: str


class Joined(Shape):
    """A joining that stands."""

    id: int
    name: str
    reason: str
    officer: str
    at: datetime


class Reach(Shape):
    """An address of the person."""

    scheme: str
    value: str


class Whole(Shape):
    """The person behind a ticket: other addresses and tickets, what was joined, and who might be the same."""

    name: str
    addresses: tuple[Reach, ...]
    tickets: tuple[str, ...]
    joined: tuple[Joined, ...]
    likely: tuple[Likely, ...]
