"""Setting a case right: what is known of it, its kind, and the procedure it follows; by an officer or the citizen.

A kind has its own legal limit and may have its own route: where the table leads elsewhere for it, the case follows. Old
steps stay in the record as they were; a new procedure begins at its first step with a promise of its own. Works in the
caller's transaction and tells nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from inbox import ciphering, journal, leading, protecting, sop, steps
from inbox.cases import Case
from inbox.forms import check_text, label
from inbox.models import Citizen, Ticket
from inbox.refused import Refused
from inbox.tickets import Tickets
from inbox.versions import Versions

_LONGEST = {"name": 200, "object": 300, "place": 300, "permit_number": 80, "lapor_id": 40, "kind": 48}


async def choose(tickets: Tickets, ticket: Ticket, kind: str, now: datetime) -> None:
    """The citizen says which kind it is. A case nobody works on any more stays as it is."""
    case = await tickets.cases.hold(ticket, now, journal.CITIZEN)
    if not case.live:
        return
    await case.log("filled", field=label("kind"))
    changed = kind != ticket.kind and await _follow_kind(case, tickets.versions, kind, "")
    await case.save(seen=changed)


async def locate(tickets: Tickets, ticket: Ticket, point: tuple[float, float], now: datetime) -> None:
    """A point on the map, latitude and longitude in WGS 84 degrees; it is the place too where none was said."""
    case = await tickets.cases.hold(ticket, now, journal.CITIZEN)
    case.change(latitude=point[0], longitude=point[1])
    if not ticket.place:
        case.change(place=f"{point[0]:.5f}, {point[1]:.5f}")
    await case.log("filled", field=label("place"))
    await case.save(seen=False)


async def correct(case: Case, versions: Versions, values: Mapping[str, str]) -> bool:
    """Write the fields that were given: name, object, place, permit_number, lapor_id, kind.

    Returns whether the procedure is another one now, because the kind's route is.

    Raises: Refused ``field-unknown``, ``field-long``, ``not-a-choice``.
    """
    moved = False
    for field, value in values.items():
        if field not in _LONGEST:
            raise Refused("field-unknown", field=field[:80], label=field[:80])
        text = check_text(field, value, _LONGEST[field], required=field == "kind")
        if field == "name":
            await Citizen.filter(id=case.ticket.citizen_id).update(name=ciphering.typed(text))
        elif field == "kind":
            moved = await _follow_kind(case, versions, text, "")
        else:
            case.change(**{field: text})
    await case.log("fields", fields=", ".join(label(field) for field in values))
    return moved


async def reroute(case: Case, versions: Versions, procedure: str, kind: str, reason: str) -> bool:
    """Another kind, another procedure, or both. Returns whether the procedure is another one now.

    Args:
        procedure: empty leaves it to the route table when the kind changes.

    Raises: Refused ``not-open``, ``nothing-changed``, ``not-a-choice``.
    """
    if not case.live:
        raise Refused("not-open", number=case.ticket.number)
    await leading.check_alone(case.ticket)
    kind_changes = bool(kind) and kind != case.ticket.kind
    if not procedure and kind_changes:
        return await _follow_kind(case, versions, kind, reason)
    if kind_changes:
        await _change_kind(case, kind)
    target = procedure or case.procedure.id
    if target not in case.office.procedures:
        raise Refused("not-a-choice", field="procedure", label=target[:80])
    if target == case.procedure.id and not kind_changes:
        raise Refused("nothing-changed", number=case.ticket.number)
    if target == case.procedure.id:
        return False
    await _change_procedure(case, versions, target, reason)
    return True


async def _follow_kind(case: Case, versions: Versions, kind: str, reason: str) -> bool:
    """Another kind, and the procedure with it where the route table leads elsewhere for it.

    A procedure that an officer chose against the table stays where both kinds have one route.
    """
    if kind == case.ticket.kind:
        return False
    before = _routed(case, case.ticket.kind)
    await _change_kind(case, kind)
    target = _routed(case, kind)
    if target in {before, case.procedure.id} or not case.live or case.ticket.merged_into is not None:
        return False
    await _change_procedure(case, versions, target, reason)
    return True


def _routed(case: Case, kind: str) -> str:
    return sop.route(case.office, case.ticket.channel.removeprefix(f"{case.office.id}-"), kind).id


async def _change_procedure(case: Case, versions: Versions, target: str, reason: str) -> None:
    before = case.procedure.title
    if case.ticket.status == "waiting":
        await steps.resume(case)
    await steps.leave(case, "rerouted", reason=reason)
    case.procedure = case.office.procedures[target]
    case.change(procedure_id=await versions.pin(case.office.id, target, case.now))
    steps.promise(case)
    await case.log("rerouted", before=before, after=case.procedure.title)
    await steps.enter(case, case.procedure.first)


async def _change_kind(case: Case, kind: str) -> None:
    names = {one.id: one.name for one in case.office.kinds}
    if kind not in names:
        raise Refused("not-a-choice", field="kind", label=kind[:80])
    before = names.get(case.ticket.kind, case.ticket.kind)
    ceiling = steps.ceiling_at(case.office, case.calendar, kind, case.ticket.opened_at)
    case.change(kind=kind, ceiling="", ceiling_at=ceiling, ceiling_missed_at=None)
    await case.log("kind", before=before, after=names[kind])
    await protecting.raise_to(case, protecting.of_kind(case.office, kind))
