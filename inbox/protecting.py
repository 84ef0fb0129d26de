"""How secret it is who complained, changed: by the citizen, by an officer, or by what the case turned out to be.

Anybody may raise it, only the citizen lowers it. Works in the caller's transaction and tells nobody.
"""

from __future__ import annotations

from datetime import datetime

from config.schema import Office
from inbox import journal
from inbox.cases import Case, Cases
from inbox.models import Ticket
from inbox.secrecy import OPEN, SEALED, stricter


def of_kind(office: Office, kind: str, wished: str = OPEN) -> str:
    """The level of a case of that kind, where the citizen wished for one."""
    return stricter(wished, SEALED if office.kind(kind).sealed else OPEN)


async def hide(cases: Cases, ticket: Ticket, level: str, now: datetime, actor: str) -> bool:
    """Raise it to ``level`` at least; answers whether that changed anything."""
    case = await cases.hold(ticket, now, actor)
    changed = await raise_to(case, level)
    await case.save(seen=False)
    return changed


async def raise_to(case: Case, level: str) -> bool:
    """The same of a case that is held and saved by the caller."""
    higher = stricter(case.ticket.secrecy, level)
    if higher == case.ticket.secrecy:
        return False
    case.change(secrecy=higher)
    await case.log("identity-sealed" if higher == SEALED else "anonymous")
    return True


async def show(cases: Cases, ticket: Ticket, now: datetime) -> None:
    """The citizen, who has the code, makes it no secret any more."""
    case = await cases.hold(ticket, now, journal.CITIZEN)
    if ticket.secrecy != OPEN:
        case.change(secrecy=OPEN)
        await case.log("unsealed")
    await case.save(seen=False)
