"""A case set aside and taken up again: its clock stands still, nobody has a task, and all of it can come back.

Works on a ``Case`` in the caller's transaction, which says what the ticket's status is meanwhile. What was set aside
is known by its moment: the tasks that ended then, the pause that began then.
"""

from __future__ import annotations

from datetime import datetime

from inbox import steps
from inbox.cases import Case
from inbox.models import Pause, Task


async def put_aside(case: Case, reason: str) -> None:
    """Stop the clock, unless it waits for the citizen already, and end every open task."""
    if case.ticket.status == "open":
        await steps.pause(case, reason)
    await steps.finish(case)


async def take_up(case: Case, since: datetime) -> None:
    """Undo what ``put_aside`` did at ``since``: status, due time with the working time that was lost, and tasks.

    A case that waited for its citizen still does, unless they wrote since.
    """
    await _give_back(case, since)
    stopped = await Pause.filter(step_id=case.standing.id, ended_at=None).order_by("-id").first()
    if stopped is None:
        case.change(status="answered" if case.ticket.answered_at else "open", due_at=None)
    elif stopped.started_at == since or _wrote(case, since):
        await steps.resume(case)
    else:
        case.change(status="waiting", due_at=None)


async def _give_back(case: Case, since: datetime) -> None:
    for task in await Task.filter(ticket_id=case.ticket.id, done_at=since, report="").order_by("id"):
        task.done_at, task.officer_id = None, None
        if task.due_at and task.due_at > since:
            left = case.calendar.remaining(task.due_at, since)
            task.due_at = case.calendar.add_minutes(case.now, left).at
        await task.save(update_fields=["done_at", "officer_id", "due_at"])


def _wrote(case: Case, since: datetime) -> bool:
    wrote = case.ticket.last_in_at
    return wrote is not None and wrote > since
