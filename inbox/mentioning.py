"""Who a note names: ``@login`` in its words, or a colleague who was chosen; each is told once.

Nobody is named who could not open the ticket: the note would call them to a closed door.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from inbox import notices, writing
from inbox.actor import Actor, actor_of, with_roles
from inbox.cases import Case, visible
from inbox.models import Mention, Message, Officer
from inbox.refused import Refused

_NAMED = re.compile(r"(?<![\w@.])@([a-z0-9](?:[a-z0-9._-]*[a-z0-9])?)", re.IGNORECASE)
_MOST = 20


def logins(text: str) -> Iterator[tuple[int, int, str]]:
    """Where a text names somebody: start, end, login."""
    for found in _NAMED.finditer(text):
        yield found.start(), found.end(), found[1].lower()


async def tell(case: Case, by: Actor, message: Message, chosen: Collection[int] = ()) -> None:
    """Leave a mention and a notice for everybody whom the note names, in the caller's transaction.

    Raises: Refused ``mention-unseen``, for the first who may not see the ticket.
    """
    named = list(dict.fromkeys(login for _, _, login in logins(message.text)))[:_MOST]
    ours = with_roles(Officer.filter(office=case.office.id, active=True), case.now).order_by("id")
    found = await ours.filter(login__in=named) if named else []
    found += await ours.filter(id__in=list(chosen)[:_MOST]) if chosen else []
    for officer in {one.id: one for one in found if one.id != by.officer_id}.values():
        if not await _sees(case, officer):
            raise Refused("mention-unseen", field="text", name=officer.name)
        await _tell(case, message, officer)


async def _sees(case: Case, officer: Officer) -> bool:
    return await visible(actor_of(officer), case.office).filter(id=case.ticket.id).exists()


async def _tell(case: Case, message: Message, officer: Officer) -> None:
    known = {"office": case.office.id, "ticket_id": case.ticket.id, "officer_id": officer.id}
    await writing.append(Mention, message_id=message.id, created_at=case.now, **known)
    key = f"mention:{message.id}:{officer.id}"
    await notices.tell(kind="mention", key=key, now=case.now, number=case.ticket.number, **known)
