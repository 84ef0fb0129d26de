"""What an action rests on beside papers: the decision about the object's permit that the procedure names for it.

A branch "berizin / belum berizin" is not taken on somebody's word: the last look-up decided on the ticket has to say
the same. Reads only; the look-ups themselves are ``inbox.permits``'.
"""

from __future__ import annotations

from config.schema import Action
from inbox.models import PermitCheck, Ticket
from inbox.refused import Refused


def lacking(action: Action, check: PermitCheck | None) -> str:
    """Why the evidence does not carry the action, as a code; empty where it does, or where it wants none.

    ``check`` is the last decision on the ticket.
    """
    if action.evidence is None:
        return ""
    if check is None:
        return "evidence-missing"
    if check.licensed == (action.evidence == "permit"):
        return ""
    return "evidence-licensed" if check.licensed else "evidence-unlicensed"


async def demand(ticket: Ticket, action: Action) -> None:
    """Raises Refused ``evidence-missing``, or ``evidence-licensed``, ``evidence-unlicensed``: it says the contrary."""
    if action.evidence is None:
        return
    last = await PermitCheck.filter(ticket_id=ticket.id).order_by("-id").first()
    code = lacking(action, last)
    if code:
        raise Refused(code, action=action.label)
