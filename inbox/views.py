"""One ticket in full, as the pages and the API read it.

Reads only, in seventeen queries (eighteen where a procedure's version is read for the first time) whatever the ticket
has been through; but that somebody looked behind a seal is written down. Whoever may not see it gets ``Missing``, as if
there were none: the office and the officer's roles are in the query itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from config.schema import Office, Procedure, Right, Step
from inbox import endings, opening, papers, sop
from inbox.actor import Actor
from inbox.cases import Case
from inbox.explaining import Reckoning, explain
from inbox.forms import PaperForm, action_forms
from inbox.models import (
    Attachment,
    Delivery,
    Disposition,
    Entry,
    Message,
    Paper,
    RegisterEntry,
    Task,
    Ticket,
    TicketLink,
    TicketStep,
)
from inbox.people import READABLE
from inbox.sealing import Identity, Seal
from inbox.ticket_rows import Rows, read_rows
from inbox.tickets import Tickets
from inbox.worktime import Calendar
from templates import sentence


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
        seal: what the officer may know of who complained, of this ticket and others.
        identity: what is kept from this officer; None where they may know who complained.
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
    seal: Seal
    identity: Identity | None = None

    @property
    def address(self) -> str:
        """The number or mail address that the citizen first wrote from; empty where there is none to read."""
        written = [link.conversation.address for link in self.links]
        return next((one.value for one in written if one.scheme in READABLE or one.value[:1] == "+"), "")


class Views:
    """Reads ticket pages."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def ticket_page(self, by: Actor, number: str, now: datetime) -> TicketPage:
        """The page of a ticket. Raises Missing ``ticket-missing``."""
        async with self._tickets.database.reading():
            rows = await read_rows(by, self._tickets.offices.office(by.office), number, self._tickets.seal(by))
            await self._tickets.versions.load({rows.ticket.procedure_id, *(row.version_id for row in rows.steps)})
        await opening.note(self._tickets, by, rows.ticket, now)
        return self._page(by, rows, now)

    def _page(self, by: Actor, rows: Rows, now: datetime) -> TicketPage:
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
            seal=self._tickets.seal(by),
            identity=rows.identity,
        )


async def whole_text(page: TicketPage, message: Message) -> str:
    """All of what a message said, read only when somebody asks for it."""
    row = await Message.filter(id=message.id).only("id", "text", "full_text").get()
    text = row.full_text or row.text
    return page.identity.hide(text) if page.identity else text


def _actions(case: Case, rows: Rows, by: Actor) -> tuple[ActionLine, ...]:
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


def _complaint(rows: Rows) -> str:
    first = next((one for one in reversed(rows.messages) if one.direction == "in"), None)
    return first.text if first else ""


def _visited(rows: Rows) -> list[str]:
    """The steps entered since the case follows its present procedure."""
    begun = max((row.ordinal for row in rows.steps if row.ending == "rerouted"), default=0)
    return [row.step for row in rows.steps if row.ordinal > begun]


def _step_line(row: TicketStep, procedure: Procedure, calendar: Calendar, rows: Rows) -> StepLine:
    step = procedure.step(row.step)
    pauses = [pause for pause in rows.pauses if pause.step_id == row.id]
    return StepLine(row, step, procedure, rows.name(row.officer_id), explain(calendar, step.within, row, pauses))


def _message_line(message: Message, rows: Rows) -> MessageLine:
    files = tuple(file for file in rows.files if file.message_id == message.id)
    longer = rows.lengths.get(message.id, 0) > len(message.text)
    return MessageLine(message, rows.name(message.officer_id), files, rows.deliveries.get(message.id), longer)


def _paper_line(paper: Paper, office: Office, rows: Rows) -> PaperLine:
    kind = papers.kind_of(office, paper)
    entry = rows.register.get(paper.entry_id or 0)
    printable = kind.made not in {"uploaded", "register"}
    return PaperLine(paper, kind.name, kind.made, printable, rows.name(paper.officer_id), entry, kind.has_life)


def _sheet_line(sheet: Disposition, office: Office, rows: Rows) -> SheetLine:
    tasks = [task for task in rows.tasks if task.disposition_id == sheet.id]
    ordered = sorted(tasks, key=lambda task: not task.coordinates)
    who = rows.called(sheet.officer_id, office, sheet.created_at, role=sheet.role)
    return SheetLine(sheet, who, tuple(ordered))


def _journal_line(entry: Entry, office: Office, rows: Rows, language: str) -> JournalLine:
    """A line as people read it: a door by its name, a reason by its sentence."""
    mark, _, officer_id = entry.actor.partition(":")
    values = {name: str(value) for name, value in entry.values.items()}
    door = office.channels.get(values.get("channel", "").removeprefix(f"{office.id}-"))
    retold = {"channel": door.name or values["channel"]} if door else {}
    if "reason" in values:
        retold["reason"] = sentence(values["reason"], language=language)
    who = rows.called(int(officer_id), office, entry.at, language=language) if officer_id else mark
    return JournalLine(entry.at, who, entry.event, values | retold)
