"""The walk through the steps: entering one lays on its tasks and its clock, leaving one ends them, pausing stops them.

Owns the step's due time and the citizen's promise. Decides nothing: ``inbox.sop`` says where a case goes. Every
function works on a ``Case`` in the caller's transaction, which saves it.
"""

from __future__ import annotations

from datetime import datetime, tzinfo

from config.schema import Ceiling, Office, Procedure, Step
from inbox import writing
from inbox.actor import holds
from inbox.cases import Case
from inbox.models import Pause, Task, TicketStep
from inbox.worktime import Calendar

# The class in `ceilings` of a complaint that is not the office's.
FOREIGN = "bukan-kewenangan"


def arrival(procedure: Procedure, step_id: str) -> tuple[tuple[Step, ...], Step]:
    """The steps that the citizen performs on the way, complete on arrival, and the step where the case then stands."""
    passed: list[Step] = []
    step = procedure.step(step_id)
    while step.citizen and step.actions and step not in passed:
        passed.append(step)
        step = procedure.step(step.actions[0].to)
    return tuple(passed), step


def due_at(calendar: Calendar, step: Step, since: datetime) -> datetime | None:
    """When a step entered at ``since`` is due; None where the procedure gives it no time."""
    return calendar.add(since, step.within).at if step.within and not step.final else None


async def enter(case: Case, step_id: str, *, notice: str = "step", since: datetime | None = None) -> TicketStep:
    """Put the case into a step, past those that the citizen performs; its performers get their tasks and a notice.

    ``since``: when the step's time began, where it is not now.
    """
    began = since or case.now
    passed, step = arrival(case.procedure, step_id)
    for own in passed:
        await _begin(case, own, None, began)
        await leave(case, "action", action=own.actions[0].id, at=began)
    due = due_at(case.calendar, step, began)
    row = await _begin(case, step, due, began)
    case.change(step=step.id, due_at=due)
    await _assign(case, step, row, notice)
    return row


async def leave(case: Case, ending: str, *, action: str = "", reason: str = "", at: datetime | None = None) -> None:
    """End the step the case stands in, its pause and its own tasks; dispositions may outlive it."""
    row = case.standing
    if row.ended_at is not None:
        return
    row.ended_at, row.ending, row.action, row.reason = at or case.now, ending, action, reason
    row.officer_id = case.officer_id
    await row.save(update_fields=["ended_at", "ending", "action", "reason", "officer_id"])
    await Pause.filter(step_id=row.id, ended_at=None).update(ended_at=case.now)
    tasks = Task.filter(step_id=row.id, kind="step", done_at=None)
    await tasks.update(done_at=case.now, officer_id=case.officer_id)


async def finish(case: Case) -> None:
    """Nobody has anything left to do on the case, and its clock is off."""
    await Task.filter(ticket_id=case.ticket.id, done_at=None).update(done_at=case.now, officer_id=case.officer_id)
    case.change(due_at=None)


async def pause(case: Case, reason: str) -> None:
    """Stop the clock while the citizen is asked. The working time that was left is laid on again by ``resume``."""
    due = case.standing.due_at
    left = case.calendar.remaining(due, case.now) if due else None
    await Pause.create(
        office=case.office.id, step_id=case.standing.id, started_at=case.now, remaining_minutes=left, reason=reason
    )
    case.change(status="waiting", due_at=None)


async def resume(case: Case) -> None:
    """Start the clock again; the promise moves on by the working time that it stood still.

    A step that was late when it was paused stays late.
    """
    row = case.standing
    stopped = await Pause.filter(step_id=row.id, ended_at=None).order_by("-id").first()
    if stopped is not None:
        stopped.ended_at = case.now
        await stopped.save(update_fields=["ended_at"])
        await _lay_on_again(case, row, stopped)
    case.change(status="open", due_at=row.due_at)


async def _lay_on_again(case: Case, row: TicketStep, stopped: Pause) -> None:
    if stopped.remaining_minutes:
        row.due_at = case.calendar.add_minutes(case.now, stopped.remaining_minutes).at
        await row.save(update_fields=["due_at"])
    promised = case.ticket.promise_at
    if promised and promised > stopped.started_at:
        stood = case.calendar.between(stopped.started_at, case.now)
        case.change(promise_at=case.calendar.add_minutes(promised, stood).at)


def promise(case: Case) -> None:
    """Promise anew, from now: the procedure's own promise."""
    case.change(promise_at=case.calendar.add(case.now, case.procedure.promise).at, promise_missed_at=None)


def ceiling_at(office: Office, calendar: Calendar, kind: str, opened_at: datetime) -> datetime | None:
    """The legal limit of a ticket of that kind, as valid on the day it was opened; None where the law sets none."""
    ceiling = ceiling_of(office, calendar.zone, kind, "", opened_at)
    return calendar.add(opened_at, ceiling.within).at if ceiling else None


def ceiling_of(office: Office, zone: tzinfo, kind: str, own: str, opened_at: datetime) -> Ceiling | None:
    """The limit a ticket has by law: of the class ``own`` that an action gave it, else of its kind's."""
    name = own or office.kind(kind).ceiling
    return office.ceiling(name, opened_at.astimezone(zone).date()) if name else None


def foreign_of(office: Office, zone: tzinfo, opened_at: datetime) -> Ceiling | None:
    """The class of what is another agency's to answer; None where the office's file gives it no limit."""
    return office.ceiling(FOREIGN, opened_at.astimezone(zone).date())


async def classify(case: Case, ceiling: str | None) -> None:
    """The case turns out to belong to that class; one that the office's file no longer has changes nothing."""
    ticket = case.ticket
    if not ceiling or ceiling == ticket.ceiling:
        return
    found = ceiling_of(case.office, case.calendar.zone, ticket.kind, ceiling, ticket.opened_at)
    if found is None:
        return
    until = case.calendar.add(ticket.opened_at, found.within).at
    case.change(ceiling=ceiling, ceiling_at=until, ceiling_missed_at=None)
    await case.log("classified", name=found.name, within=found.within.text, legal=found.legal)


def legal_basis(case: Case) -> str:
    """The regulation behind the case's legal limit; empty where there is none."""
    ticket = case.ticket
    ceiling = ceiling_of(case.office, case.calendar.zone, ticket.kind, ticket.ceiling, ticket.opened_at)
    return ceiling.legal if ceiling else ""


async def roles_at_hand(ticket_id: int) -> tuple[str, ...]:
    """Whose task the last step is or was: who is told when something happens on the ticket."""
    tasks = Task.filter(ticket_id=ticket_id, kind="step").order_by("-step_id", "id").limit(8)
    rows = await tasks.values_list("step_id", "role")
    return tuple(str(role) for step_id, role in rows if step_id == rows[0][0])


async def _begin(case: Case, step: Step, due: datetime | None, since: datetime) -> TicketStep:
    case.step = await writing.add(
        TicketStep,
        office=case.office.id,
        ticket_id=case.ticket.id,
        version_id=case.ticket.procedure_id,
        ordinal=case.step.ordinal + 1 if case.step else 1,
        step=step.id,
        started_at=since,
        due_at=due,
    )
    return case.step


async def _assign(case: Case, step: Step, row: TicketStep, notice: str) -> None:
    roles = await _performers(case, step, row)
    if not roles:
        return
    for role in roles:
        await writing.append(Task, office=case.office.id, ticket_id=case.ticket.id, step_id=row.id, role=role)
    await case.notify(notice, str(row.id), roles, step=step.name)
    if case.ticket.officer_id is not None:
        stays = await holds(case.ticket.officer_id, roles, case.now)
        case.change(officer_id=case.ticket.officer_id if stays else None)


async def _performers(case: Case, step: Step, row: TicketStep) -> tuple[str, ...]:
    """Whose task the step is: the actors that a disposition in force names, else all of them.

    A disposition is in force until its addressees report, or the case comes to a step that none of them performs.
    """
    if row.ordinal == 1:
        return step.actor
    addressed = Task.filter(ticket_id=case.ticket.id, kind="disposition", done_at=None)
    named = {str(role) for role in await addressed.values_list("role", flat=True)}
    chosen = tuple(role for role in step.actor if role in named)
    if named and not chosen:
        await addressed.update(done_at=case.now, officer_id=case.officer_id)
    return chosen or step.actor
