"""One ticket in full, as the pages and the API read it.

Reads only, in fourteen queries (fifteen where a procedure's version is read for the first time) whatever the ticket
has been through. Whoever may not see it gets ``Missing``, as if there were none: the office and the officer's roles
are in the query itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tortoise.models import Model

from config.schema import Office, Procedure, Right, Step
from inbox import endings, numbers, papers, reading, sop
from inbox.actor import Actor
from inbox.cases import Case, visible
from inbox.explaining import Reckoning, explain
from inbox.forms import PaperForm, action_forms
from inbox.models import (
    Attachment,
    Delivery,
    Disposition,
    Entry,
    Message,
    Officer,
    Paper,
    Pause,
    RegisterEntry,
    StandIn,
    Task,
    Ticket,
    TicketLink,
    TicketStep,
)
from inbox.people import READABLE
from inbox.reading import Question
from inbox.refused import Missing
from inbox.standins import standing_in
from inbox.tickets import Tickets
from inbox.worktime import Calendar
from templates import sentence

MOST_MESSAGES = 300
MOST_LINES = 500
# What a message row shows; what arrived with it, and its full text, stay where they are.
MESSAGE_COLUMNS = (
    *("id", "office", "channel", "external_id", "conversation_id", "ticket_id", "officer_id", "direction", "author"),
    *("kind", "about", "subject", "text", "template", "automatic", "values", "sent_at", "created_at"),
)


_SAID = f"WHERE t.ticket_id = $1 AND t.undone_at IS NULL ORDER BY t.id DESC LIMIT {MOST_MESSAGES}"
_THEIRS = f"WHERE t.message_id IN (SELECT t.id FROM message t {_SAID})"  # noqa: S608 - our own words
_MINE = "WHERE t.ticket_id = $1 ORDER BY t."
_OF_TICKET: Mapping[str, tuple[type[Model], str]] = {
    "steps": (TicketStep, f"{_MINE}ordinal"),
    "pauses": (Pause, "JOIN ticket_step s ON s.id = t.step_id WHERE s.ticket_id = $1 ORDER BY t.id"),
    "tasks": (Task, f"{_MINE}id"),
    "sheets": (Disposition, f"{_MINE}id"),
    "papers": (Paper, f"{_MINE}id"),
    "register": (RegisterEntry, f"{_MINE}id"),
    "files": (Attachment, f"{_THEIRS} ORDER BY t.id"),
    "deliveries": (Delivery, _THEIRS),
    "entries": (Entry, f"{_MINE}id DESC LIMIT {MOST_LINES}"),
}


@dataclass(frozen=True, slots=True)
class MessageLine:
    """One thing said, with its files and, where it went out, its delivery. ``longer``: there is more than ``text``."""

    message: Message
    officer: str
    files: tuple[Attachment, ...]
    delivery: Delivery | None
    longer: bool = False


@dataclass(frozen=True, slots=True)
class StepLine:
    """One entering of a step, with its reckoning ("Kenapa jam ini?") and who ended it."""

    row: TicketStep
    step: Step
    procedure: Procedure
    officer: str
    reckoning: Reckoning | None


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One paper, with the book's entry where it is one. ``printable``: it has a page to print; ``lives``: and one where
    it is drafted, signed and issued.
    """

    paper: Paper
    name: str
    made: str
    printable: bool
    officer: str
    entry: RegisterEntry | None
    lives: bool = False


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One disposition with its addressees' tasks, the coordinating one first."""

    sheet: Disposition
    officer: str
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class ActionLine:
    """An action the officer may do now, and the forms it asks for."""

    id: str
    label: str
    forms: tuple[PaperForm, ...]


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One line of the record. ``who`` is an officer's name, or citizen, clerk, system."""

    at: datetime
    who: str
    event: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TicketPage:
    """A ticket in full, as one officer sees it.

    Attributes:
        actions: what this officer may do with the procedure now; empty where it is others' turn.
        stages: the whole procedure as the case stands to it.
        messages: oldest first; the last ``MOST_MESSAGES``.
        journal: oldest first; the last ``MOST_LINES``.
        rights: what the officer's roles allow beside the actions.
        reopen_until: until when the citizen may reopen it; None where nothing was answered.
    """

    ticket: Ticket
    office: Office
    citizen: str
    officer: str
    procedure: Procedure
    step: Step
    late: bool
    actions: tuple[ActionLine, ...]
    actors: tuple[str, ...]
    stages: tuple[sop.Stage, ...]
    steps: tuple[StepLine, ...]
    messages: tuple[MessageLine, ...]
    papers: tuple[PaperLine, ...]
    sheets: tuple[SheetLine, ...]
    links: tuple[TicketLink, ...]
    journal: tuple[JournalLine, ...]
    colleagues: Mapping[int, str]
    rights: frozenset[Right]
    reopen_until: datetime | None

    @property
    def address(self) -> str:
        """The number or mail address that the citizen first wrote from; empty where there is none to read."""
        written = [link.conversation.address for link in self.links]
        return next((one.value for one in written if one.scheme in READABLE), "")


class Views:
    """Reads ticket pages."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def ticket_page(self, by: Actor, number: str, now: datetime) -> TicketPage:
        """The page of a ticket. Raises Missing ``ticket-missing``."""
        async with self._tickets.database.reading():
            rows = await _read(by, self._tickets.offices.office(by.office), number)
            await self._tickets.versions.load({rows.ticket.procedure_id, *(row.version_id for row in rows.steps)})
        return self._page(by, rows, now)

    def _page(self, by: Actor, rows: _Rows, now: datetime) -> TicketPage:
        ticket, versions = rows.ticket, self._tickets.versions
        office, procedure = self._tickets.offices.office(ticket.office), versions.known(ticket.procedure_id)
        calendar = self._tickets.cases.calendars[office.id]
        case = Case(ticket, office, procedure, calendar, now, by.mark, by.officer_id, rows.steps[-1])
        step = procedure.step(ticket.step)
        return TicketPage(
            ticket=ticket,
            office=office,
            citizen=ticket.citizen.name,
            officer=rows.name(ticket.officer_id),
            procedure=procedure,
            step=step,
            late=bool(ticket.due_at and ticket.due_at <= now),
            actions=_actions(case, rows, by) if case.live and ticket.merged_into is None else (),
            actors=tuple(task.role for task in rows.tasks if task.kind == "step" and task.done_at is None),
            stages=sop.path_of(procedure, _visited(rows)),
            steps=tuple(_step_line(row, versions.known(row.version_id), calendar, rows) for row in rows.steps),
            messages=tuple(_message_line(message, rows) for message in reversed(rows.messages)),
            papers=tuple(_paper_line(paper, office, rows) for paper in rows.papers),
            sheets=tuple(_sheet_line(sheet, office, rows) for sheet in rows.sheets),
            links=tuple(rows.links),
            journal=tuple(_journal_line(entry, office, rows, by.language) for entry in reversed(rows.entries)),
            colleagues=rows.officers,
            rights=frozenset(right for right in Right if by.may(office, right)),
            reopen_until=endings.reopen_until(case),
        )


async def whole_text(message: Message) -> str:
    """All of what a message said, read only when somebody asks for it."""
    row = await Message.filter(id=message.id).only("id", "text", "full_text").get()
    return row.full_text or row.text


@dataclass(frozen=True, slots=True)
class _Rows:
    """All the rows of one ticket. Messages and journal are newest first."""

    ticket: Ticket
    officers: dict[int, str]
    steps: list[TicketStep]
    pauses: list[Pause]
    tasks: list[Task]
    sheets: list[Disposition]
    papers: list[Paper]
    register: dict[int, RegisterEntry]
    messages: list[Message]
    lengths: dict[int, int]
    files: list[Attachment]
    deliveries: dict[int, Delivery]
    links: list[TicketLink]
    entries: list[Entry]
    standins: list[StandIn]

    def name(self, officer_id: int | None) -> str:
        return self.officers.get(officer_id or 0, "")

    def called(self, officer_id: int, office: Office, at: datetime, *, role: str = "", language: str = "id") -> str:
        """The name, with whatever the officer stood in for at that moment."""
        held = standing_in(self.standins, office, officer_id, at, role=role, language=language)
        return f"{self.name(officer_id)} ({held})" if held else self.name(officer_id)


async def _read(by: Actor, office: Office, number: str) -> _Rows:
    found = visible(by, office).filter(number=numbers.normal(number))
    ticket = await found.select_related("citizen").first()
    if ticket is None:
        raise Missing("ticket-missing", number=number[:20])
    ask: dict[str, Question[Any]] = {name: Question(*asked, (ticket.id,)) for name, asked in _OF_TICKET.items()}
    said = Question(Message, _SAID, (ticket.id,), MESSAGE_COLUMNS, "length(t.full_text) AS whole")
    staff = Question(Officer, "WHERE t.office = $1", (office.id,), ("id", "name"))
    standins = Question(StandIn, "WHERE t.office = $1 ORDER BY t.id DESC", (office.id,))
    read = await reading.ask(*ask.values(), said, staff, standins)
    return _Rows(
        ticket=ticket,
        officers={row["id"]: row["name"] for row in read.raw(staff)},
        steps=read.rows(ask["steps"]),
        pauses=read.rows(ask["pauses"]),
        tasks=read.rows(ask["tasks"]),
        sheets=read.rows(ask["sheets"]),
        papers=read.rows(ask["papers"]),
        register={entry.id: entry for entry in read.rows(ask["register"])},
        messages=read.rows(said),
        lengths={row["id"]: row["whole"] for row in read.raw(said)},
        files=read.rows(ask["files"]),
        deliveries={one.message_id: one for one in read.rows(ask["deliveries"])},
        links=await TicketLink.filter(ticket_id=ticket.id).order_by("id").select_related("conversation__address"),
        entries=read.rows(ask["entries"]),
        standins=read.rows(standins),
    )


def _actions(case: Case, rows: _Rows, by: Actor) -> tuple[ActionLine, ...]:
    step = case.procedure.step(case.ticket.step)
    have = papers.counting(rows.papers, rows.steps, case.office, step)
    known = papers.known_of(case.ticket, _complaint(rows), by, case.now, case.calendar.zone)
    own = papers.acting_roles(case, by)
    return tuple(
        ActionLine(
            option.action.id, option.action.label, action_forms(case.office, option.action, option.missing, known, own)
        )
        for option in sop.options(case.office, case.procedure, step.id, by.roles, have)
        if option.allowed
    )


def _complaint(rows: _Rows) -> str:
    first = next((one for one in reversed(rows.messages) if one.direction == "in"), None)
    return first.text if first else ""


def _visited(rows: _Rows) -> list[str]:
    """The steps entered since the case follows its present procedure."""
    begun = max((row.ordinal for row in rows.steps if row.ending == "rerouted"), default=0)
    return [row.step for row in rows.steps if row.ordinal > begun]


def _step_line(row: TicketStep, procedure: Procedure, calendar: Calendar, rows: _Rows) -> StepLine:
    step = procedure.step(row.step)
    pauses = [pause for pause in rows.pauses if pause.step_id == row.id]
    return StepLine(row, step, procedure, rows.name(row.officer_id), explain(calendar, step.within, row, pauses))


def _message_line(message: Message, rows: _Rows) -> MessageLine:
    files = tuple(file for file in rows.files if file.message_id == message.id)
    longer = rows.lengths.get(message.id, 0) > len(message.text)
    return MessageLine(message, rows.name(message.officer_id), files, rows.deliveries.get(message.id), longer)


def _paper_line(paper: Paper, office: Office, rows: _Rows) -> PaperLine:
    kind = papers.kind_of(office, paper)
    entry = rows.register.get(paper.entry_id or 0)
    printable = kind.made not in {"uploaded", "register"}
    return PaperLine(paper, kind.name, kind.made, printable, rows.name(paper.officer_id), entry, kind.has_life)


def _sheet_line(sheet: Disposition, office: Office, rows: _Rows) -> SheetLine:
    tasks = [task for task in rows.tasks if task.disposition_id == sheet.id]
    ordered = sorted(tasks, key=lambda task: not task.coordinates)
    who = rows.called(sheet.officer_id, office, sheet.created_at, role=sheet.role)
    return SheetLine(sheet, who, tuple(ordered))


def _journal_line(entry: Entry, office: Office, rows: _Rows, language: str) -> JournalLine:
    """A line as people read it: a door by its name, a reason by its sentence."""
    mark, _, officer_id = entry.actor.partition(":")
    values = {name: str(value) for name, value in entry.values.items()}
    door = office.channels.get(values.get("channel", "").removeprefix(f"{office.id}-"))
    retold = {"channel": door.name or values["channel"]} if door else {}
    if "reason" in values:
        retold["reason"] = sentence(values["reason"], language=language)
    who = rows.called(int(officer_id), office, entry.at, language=language) if officer_id else mark
    return JournalLine(entry.at, who, entry.event, values | retold)
