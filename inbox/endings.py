"""How a case ends, and how it begins again: answered, handed on, closed, reopened.

Each works on a ``Case`` in the caller's transaction and says nothing to anybody; the caller tells and saves.
"""

from __future__ import annotations

from datetime import datetime

from config.schema import Office
from inbox import leading, steps
from inbox.cases import Case
from inbox.models import Ticket
from inbox.refused import Refused
from inbox.worktime import Calendar


async def answer(case: Case) -> None:
    """The office has answered; the citizen is asked whether it is settled, and the clock is off."""
    await steps.finish(case)
    case.change(status="answered", answered_at=case.now)
    await case.log("answered")


async def hand_on(case: Case, agency: str, reason: str) -> None:
    """The case is another agency's. Raises Refused ``agency-unknown``."""
    await leading.check_alone(case.ticket)
    known = next((one for one in case.office.agencies if one.id == agency), None)
    if known is None:
        raise Refused("agency-unknown", field="agency")
    await _end(case, "handed-on", "handed-on", reason)
    case.change(agency=agency)
    await case.log("handed-on", agency=known.name)


async def close(case: Case, closing: str, reason: str = "") -> None:
    """The case is closed. ``closing``: confirmed, withdrawn, officer, silence (the citizen did not answer), action."""
    if closing == "officer":
        await leading.check_alone(case.ticket)
    await _end(case, "closed", closing, reason)
    await case.log("closed", reason=f"closing-{closing}")


async def reopen(case: Case, reason: str) -> None:
    """Back to work, at the procedure's step for it, with a new promise."""
    await leading.check_alone(case.ticket)
    if case.live:
        raise Refused("already-open", number=case.ticket.number)
    await steps.leave(case, "reopened", reason=reason)
    case.change(status="open", answered_at=None, closed_at=None, closing="", agency="", rating=None)
    case.change(reopened=case.ticket.reopened + 1)
    steps.promise(case)
    await case.log("reopened", count=str(case.ticket.reopened))
    await steps.enter(case, case.procedure.reopen or case.procedure.first, notice="reopened")


def check_may_reopen(case: Case) -> None:
    """Whether the citizen's BELUM still counts. Raises Refused ``reopen-unanswered``, ``reopen-late``."""
    until = reopen_until(case)
    if until is None:
        raise Refused("reopen-unanswered", number=case.ticket.number)
    if case.now > until:
        raise Refused("reopen-late", number=case.ticket.number, days=str(case.office.clerk.reopen_days))


def reopen_until(case: Case) -> datetime | None:
    """Until when the citizen may say that it is not settled; None where nothing was answered."""
    return reopens_until(case.ticket, case.office, case.calendar)


def reopens_until(ticket: Ticket, office: Office, calendar: Calendar) -> datetime | None:
    """The same, of a ticket that nobody holds."""
    answered = ticket.answered_at
    return calendar.add_workdays(answered, office.clerk.reopen_days).at if answered else None


async def _end(case: Case, status: str, closing: str, reason: str) -> None:
    await steps.leave(case, "closed", reason=reason)
    await steps.finish(case)
    case.change(status=status, closing=closing, closed_at=case.now)
