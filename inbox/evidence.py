"""What an action rests on beside papers: the decision about the object's permit that the procedure names for it.

A branch "berizin / belum berizin" is not taken on somebody's word: the last look-up decided on the ticket has to say
the same, and to have been made since the case was last reopened. Reads only; the look-ups themselves are
``inbox.permits``'.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from config.schema import Action
from inbox.models import PermitCheck, Ticket, TicketStep
from inbox.refused import Refused

_ENDS = ("reopened", "closed")


def lacking(action: Action, check: PermitCheck | None, begun: datetime | None) -> str:
    """Why the evidence does not carry the action, as a code; empty where it does, or where it wants none.

    ``check`` is the last decision on the ticket; ``begun`` is when it was last taken up again, None for never.
    """
    if action.evidence is None:
        return ""
    if check is None:
        return "evidence-missing"
    if begun is not None and check.created_at < begun:
        return "evidence-old"
    if check.licensed == (action.evidence == "permit"):
        return ""
    return "evidence-licensed" if check.licensed else "evidence-unlicensed"


def begun_again(steps: Iterable[TicketStep]) -> datetime | None:
    """When the way that a case walks now began, if it ended or was reopened before."""
    ended = (row.ended_at for row in steps if row.ending in _ENDS)
    return max(filter(None, ended), default=None)


async def demand(ticket: Ticket, action: Action) -> None:
    """Raises Refused ``evidence-missing``, ``evidence-old`` (from before the case was reopened), or
    ``evidence-licensed``, ``evidence-unlicensed``: it says the contrary.
    """
    if action.evidence is None:
        return
    last = await PermitCheck.filter(ticket_id=ticket.id).order_by("-id").first()
    steps = await TicketStep.filter(ticket_id=ticket.id, ending__in=_ENDS)
    code = lacking(action, last, begun_again(steps))
    if code:
        raise Refused(code, action=action.label)
