"""Setting a case right: what is known of it, its kind, and the procedure it follows.

Old steps stay in the record as they were; a new procedure begins at its first step with a promise of its own. Works on
a ``Case`` in the caller's transaction and tells nobody.
"""

from __future__ import annotations

from collections.abc import Mapping

from inbox import sop, steps
from inbox.cases import Case
from inbox.forms import check_text, label
from inbox.models import Citizen
from inbox.refused import Refused
from inbox.versions import Versions

_LONGEST = {"name": 200, "object": 300, "place": 300, "permit_number": 80, "lapor_id": 40, "kind": 48}


async def correct(case: Case, values: Mapping[str, str]) -> None:
    """Write the fields that were given: name, object, place, permit_number, lapor_id, kind.

    Raises: Refused ``field-unknown``, ``field-long``, ``not-a-choice``.
    """
    for field, value in values.items():
        if field not in _LONGEST:
            raise Refused("field-unknown", field=field[:80], label=field[:80])
        text = check_text(field, value, _LONGEST[field], required=field == "kind")
        if field == "name":
            await Citizen.filter(id=case.ticket.citizen_id).update(name=text)
        elif field == "kind":
            await _change_kind(case, text)
        else:
            case.change(**{field: text})
    await case.log("fields", fields=", ".join(label(field) for field in values))


async def reroute(case: Case, versions: Versions, procedure: str, kind: str, reason: str) -> bool:
    """Another kind, another procedure, or both. Returns whether the procedure is another one now.

    Args:
        procedure: empty leaves it to the route table when the kind changes.

    Raises: Refused ``not-open``, ``nothing-changed``, ``not-a-choice``.
    """
    if not case.live:
        raise Refused("not-open", number=case.ticket.number)
    kind_changes = bool(kind) and kind != case.ticket.kind
    if kind_changes:
        await _change_kind(case, kind)
    channel = case.ticket.channel.removeprefix(f"{case.office.id}-")
    target = procedure or (sop.route(case.office, channel, kind).id if kind_changes else case.procedure.id)
    if target not in case.office.procedures:
        raise Refused("not-a-choice", field="procedure", label=target[:80])
    if target == case.procedure.id and not kind_changes:
        raise Refused("nothing-changed", number=case.ticket.number)
    if target == case.procedure.id:
        return False
    await _change_procedure(case, versions, target, reason)
    return True


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
    case.change(kind=kind, ceiling_at=ceiling, ceiling_missed_at=None)
    await case.log("kind", before=before, after=names[kind])
