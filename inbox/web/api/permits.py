"""An object's permit by API: looked up at a ticket in the office's list, and decided, which a branch may rest on."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from inbox.models import Permit
from inbox.models import PermitCheck as Check
from inbox.permits import Permits
from inbox.web.api.asked import Asked, RowId
from inbox.web.api.endpoint import Call, Endpoint
from inbox.web.api.shapes import Shape

_VISIBLE = r"[^\s\x00-\x1f\x7f]"


class PermitsQuery(Asked):
    """What is looked for: a number, a holder, an object or a place."""

    q: Annotated[str, Field(max_length=200)] = ""


class Decide(Asked):
    """What the officer decided of the ticket's object, and what that rests on."""

    licensed: bool
    asked: Annotated[str, Field(min_length=1, max_length=200, pattern=_VISIBLE, description="What was looked for.")]
    permit: Annotated[RowId | None, Field(description="The permit of the list that it rests on.")] = None
    note: Annotated[
        str, Field(max_length=1000, description="Why, where no permit was chosen or the chosen one ran out.")
    ] = ""


class PermitCheck(Shape):
    """What was decided of the object's permit. ``number``, ``validity``: the permit as the list had it, if one was
    chosen. ``found``: how many permits ``asked`` gave in version ``list_version`` of the office's list (0: no list).
    ``counts``: made since the case was last taken up; actions with ``evidence`` rest on the last one that counts.
    """

    id: int
    licensed: bool
    number: str
    validity: str
    asked: str
    found: int
    list_version: int
    note: str
    officer: str
    at: datetime
    counts: bool


class FoundPermit(Shape):
    """A permit of the office's list."""

    id: int
    number: str
    holder: str
    object: str
    place: str
    validity: str
    valid_until: date | None


class FoundPermits(Shape):
    """What a look-up gave. ``near``: nothing fits, these are only alike; ``more``: there are more than these."""

    permits: tuple[FoundPermit, ...]
    near: bool
    more: bool
    list_version: int


class Permitting:
    """The handlers of what concerns permits."""

    def __init__(self, permits: Permits) -> None:
        self._permits = permits

    async def look_up(self, call: Call) -> FoundPermits:
        """Permits that fit. Raises Missing ``ticket-missing``."""
        found = await self._permits.look_up(call.by, call.part("number"), call.asked.q)
        version = found.source.version if found.source else 0
        permits = tuple(_permit(one) for one in found.permits)
        return FoundPermits(permits=permits, near=found.near, more=found.more, list_version=version)

    async def decide(self, call: Call) -> PermitCheck:
        """A decision, as at the desk."""
        asked = call.asked
        made = await self._permits.decide(
            call.by,
            call.part("number"),
            licensed=asked.licensed,
            permit_id=asked.permit or 0,
            asked=asked.asked,
            note=asked.note,
            now=call.now,
        )
        return _told(made, call.by.name, counts=True)


def endpoints(permitting: Permitting) -> tuple[Endpoint, ...]:
    """The addresses of what concerns permits."""
    return (
        Endpoint(
            "GET",
            "/tickets/{number}/permits",
            "Look the object's permit up in the office's list",
            permitting.look_up,
            FoundPermits,
            query=PermitsQuery,
            tag="permits",
        ),
        Endpoint(
            "POST",
            "/tickets/{number}/permit-checks",
            "Decide whether the object has a permit",
            permitting.decide,
            PermitCheck,
            body=Decide,
            status=201,
            tag="permits",
        ),
    )


def told(check: Check, begun: datetime | None) -> PermitCheck:
    """A decision with its officer. ``begun``: when the case was last taken up again."""
    return _told(check, check.officer.name, counts=begun is None or check.created_at >= begun)


def _told(check: Check, officer: str, *, counts: bool) -> PermitCheck:
    return PermitCheck(
        id=check.id,
        licensed=check.licensed,
        number=str(check.row.get("number", "")),
        validity=str(check.row.get("validity", "")),
        asked=check.asked,
        found=check.found,
        list_version=check.list_version,
        note=check.note,
        officer=officer,
        at=check.created_at,
        counts=counts,
    )


def _permit(one: Permit) -> FoundPermit:
    return FoundPermit(
        id=one.id,
        number=one.number,
        holder=one.holder,
        object=one.object,
        place=one.place,
        validity=one.validity,
        valid_until=one.valid_until,
    )
