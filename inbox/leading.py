"""A ticket that others go on as part of: what happens to it happens to them, each under its own number and code.

Owns which columns follow. What one reporter alone decides (it is settled, it is taken back, no word came) ends that
reporter's ticket and nobody else's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tortoise.expressions import F

from inbox.models import Ticket
from inbox.refused import Refused

_FOLLOWED = ("status", "answered_at", "closed_at", "closing", "agency", "promise_at", "promise_missed_at")
_OWN_ENDINGS = frozenset({"confirmed", "silence", "withdrawn"})


async def pass_on(ticket: Ticket, changes: Mapping[str, Any]) -> None:
    """Change those that go on as part of ``ticket`` as it was changed; in the caller's transaction.

    An ending reaches only those that have none of their own; whoever took the complaint back is left alone.
    """
    passed = {name: changes[name] for name in _FOLLOWED if name in changes}
    if changes.get("unread") is False:
        passed["unread"] = False
    if not passed or ticket.merged_into is not None or changes.get("closing") in _OWN_ENDINGS:
        return
    others = Ticket.filter(merged_into=ticket.id).exclude(closing="withdrawn")
    if "status" in passed:
        passed["version"] = F("version") + 1
        ends = passed["status"] not in {"open", "waiting"}
        others = others.exclude(status="closed") if ends else others
    await others.update(**passed)


async def followers(ticket: Ticket) -> list[Ticket]:
    """Who hears what is said on ``ticket`` beside its own reporters, as they stand once it is saved; oldest first."""
    if ticket.merged_into is not None:
        return []
    found = await Ticket.filter(merged_into=ticket.id).exclude(closing="withdrawn").order_by("id")
    for one in found:
        for name in _FOLLOWED:
            setattr(one, name, getattr(ticket, name))
    return found


async def check_alone(ticket: Ticket) -> None:
    """Raises Refused ``goes-along`` where it goes on as part of another: what is done is done there."""
    if ahead := await leader(ticket):
        raise Refused("goes-along", number=ticket.number, into=ahead.number)


async def leads(ticket: Ticket) -> bool:
    """Whether others go on as part of it."""
    return await Ticket.filter(merged_into=ticket.id).exists()


async def leader(ticket: Ticket) -> Ticket | None:
    """The ticket it goes on as part of; None where it stands alone."""
    return await Ticket.filter(id=ticket.merged_into).first() if ticket.merged_into is not None else None
