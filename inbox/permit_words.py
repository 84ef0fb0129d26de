"""What a paper says of the decision about an object's permit: one line, without the holder, whoever the paper goes to.

Reads only, inside the caller's reading. What was looked for is left out, too: it may have been somebody's name.
"""

from __future__ import annotations

from config.schema import Office
from inbox.models import PermitCheck, Ticket
from templates import sentence
from templates.filters import short_time


async def permit_evidence(office: Office, ticket: Ticket) -> str:
    """The last decision with what it rests on; empty where nothing was decided."""
    check = await PermitCheck.filter(ticket_id=ticket.id).order_by("-id").select_related("officer").first()
    if check is None:
        return ""
    basis = "row" if check.row else "other" if check.licensed else "none"
    verdict = "licensed" if check.licensed else "unlicensed"
    values = {
        "number": str(check.row.get("number", "")),
        "validity": str(check.row.get("validity", "")) or "–",
        "version": str(check.list_version),
        "at": short_time(check.created_at, office.time_zone),
        "officer": check.officer.name,
    }
    return f"{sentence(f'permit-{verdict}-paper')} {sentence(f'permit-basis-{basis}', values)}"
