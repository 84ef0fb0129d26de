"""The papers of a ticket: which of them count at a step, what their forms are, and making them.

Owns the Paper rows and what comes into being with one (a book's entry, a disposition with its tasks). The reply that
a message paper is goes out by ``inbox.acting``; printing is ``inbox.printing``'s. Forms are ``inbox.forms``'.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from config.schema import Action, Office, PaperKind, Step
from inbox import registers
from inbox.actor import Actor
from inbox.cases import Case
from inbox.files import StoredFile
from inbox.models import Disposition, Message, Paper, Task, Ticket, TicketStep
from inbox.refused import Refused

_ENDS = frozenset({"reopened", "rerouted", "closed"})
_LASTING = frozenset({"template", "uploaded", "register"})


@dataclass(frozen=True, slots=True)
class Draft:
    """A paper about to be made: its kind, what was filled in, and the file that came with it."""

    kind: PaperKind
    values: Mapping[str, str]
    file: StoredFile | None = None


async def issued_files(number: str) -> list[str]:
    """The digests of a ticket's issued papers."""
    papers = Paper.filter(ticket__number=number).exclude(pdf_digest="")
    return [str(digest) for digest in await papers.values_list("pdf_digest", flat=True)]


async def at_hand(case: Case) -> frozenset[str]:
    """The ids of the papers that count where the case stands."""
    steps = await TicketStep.filter(ticket_id=case.ticket.id)
    rows = await Paper.filter(ticket_id=case.ticket.id)
    return counting(rows, steps, case.office, case.procedure.step(case.ticket.step))


def counting(rows: Iterable[Paper], steps: Sequence[TicketStep], office: Office, step: Step) -> frozenset[str]:
    """Of the papers ``rows`` the ids of those that count at ``step``, the last one of the entered ``steps``.

    Forms, files and entries stay valid for the whole ticket. A statement or a disposition is made anew when the case
    was reopened or rerouted since, and in a step that produces it each time the step is entered. A paper with a life
    counts once it is issued; a letter to the citizen until it has gone out.
    """
    ordinals = {row.id: row.ordinal for row in steps}
    begun = max((row.ordinal for row in steps if row.ending in _ENDS), default=0)
    here = max(ordinals.values(), default=0)

    def counts(paper: Paper) -> bool:
        kind, made = kind_of(office, paper), ordinals.get(paper.step_id or 0, 0)
        if paper.status != "issued":
            return False
        if kind.has_life and kind.made == "message":
            return paper.issued_at is not None and paper.message_id is None and made > begun
        lasting = kind.made in _LASTING
        return lasting or (made > begun and (paper.paper not in step.produces or made == here))

    return frozenset(paper.paper for paper in rows if counts(paper))


async def letters(case: Case, action: Action) -> list[Paper]:
    """The letters to the citizen that an action sends: issued, and not gone out yet; of each the last version."""
    kinds = [kind_of_id(case.office, id_) for id_ in dict.fromkeys(action.needs)]
    wanted = [kind.id for kind in kinds if kind.made == "message" and kind.has_life]
    if not wanted:
        return []
    rows = Paper.filter(ticket_id=case.ticket.id, paper__in=wanted, issued_at__isnull=False, message_id=None)
    return list({row.paper: row for row in await rows.order_by("version", "id")}.values())


def kind_of(office: Office, paper: Paper) -> PaperKind:
    """What the office says of a paper; one it no longer knows is a note of its id."""
    return kind_of_id(office, paper.paper)


def kind_of_id(office: Office, id_: str) -> PaperKind:
    """The same for an id that a procedure names."""
    try:
        return office.paper(id_)
    except KeyError:
        return PaperKind(id=id_, name=id_, made="note")


def known_of(ticket: Ticket, complaint: str, by: Actor, now: datetime, zone: ZoneInfo) -> dict[str, str]:
    """What a form already knows, by its source's name. ``complaint`` is the text of the first message."""
    local = now.astimezone(zone)
    return {
        "complaint": complaint,
        "object": ticket.object,
        "place": ticket.place,
        "initials": by.initials,
        "now": local.strftime("%Y-%m-%dT%H:%M"),
    }


def acting_roles(case: Case, by: Actor) -> tuple[str, ...]:
    """The officer's roles in which they act at the step, in the procedure's order."""
    return tuple(role for role in case.procedure.step(case.ticket.step).actor if role in by.roles)


async def complaint_of(ticket: Ticket) -> str:
    """What the citizen wrote first."""
    first = await Message.filter(ticket_id=ticket.id, direction="in").order_by("id").first()
    return (first.text or first.full_text) if first else ""


async def make(case: Case, draft: Draft, by: Actor) -> Paper:
    """Make one paper in the step the case stands in. A message paper's ``message_id`` is set by whoever sends it.

    Raises: Refused ``initials-wrong``.
    """
    paper = Paper(
        office=case.office.id,
        ticket_id=case.ticket.id,
        step_id=case.standing.id,
        paper=draft.kind.id,
        values=dict(draft.values),
        officer_id=by.officer_id,
        created_at=case.now,
    )
    if draft.file is not None:
        paper.digest, paper.name = draft.file.digest, draft.file.name[:255]
    if draft.kind.made == "register":
        paper.entry_id = await _enter(case, draft.kind, by)
    if draft.kind.made == "disposition":
        paper.disposition_id = await _instruct(case, draft, by)
        paper.values = {}
    if draft.kind.made == "template":
        _learn(case, draft.values)
    await paper.save()
    await case.log("paper", paper=draft.kind.name)
    return paper


def _learn(case: Case, values: Mapping[str, str]) -> None:
    """What a form says of the object and its place is what the ticket says from then on."""
    for column in ("object", "place"):
        if values.get(column) and values[column] != getattr(case.ticket, column):
            case.change(**{column: values[column]})


async def _enter(case: Case, kind: PaperKind, by: Actor) -> int:
    entry = await registers.next_entry(
        case.office,
        kind.register_id or kind.id,
        ticket_id=case.ticket.id,
        officer_id=by.officer_id,
        now=case.now,
    )
    return int(entry.id)


async def _instruct(case: Case, draft: Draft, by: Actor) -> int:
    values, own = draft.values, acting_roles(case, by)
    if by.initials and values["initials"].casefold() != by.initials.casefold():
        raise Refused("initials-wrong", field=f"{draft.kind.id}.initials")
    sheet = await Disposition.create(
        office=case.office.id,
        ticket_id=case.ticket.id,
        step_id=case.standing.id,
        officer_id=by.officer_id,
        role=next(iter(own), min(by.roles)),
        nature=values["nature"],
        instruction=values["instruction"],
        due_at=datetime.fromisoformat(values["due"]) if values["due"] else None,
        initials=values["initials"],
        created_at=case.now,
    )
    # Whoever hands an instruction on has done what it asked of them.
    handed = Task.filter(ticket_id=case.ticket.id, kind="disposition", role__in=list(own), done_at=None)
    await handed.update(done_at=case.now, officer_id=by.officer_id)
    roles = values["to"].split(",")
    await Task.bulk_create(_addressee(sheet, role, place == 0) for place, role in enumerate(roles))
    await case.notify("disposition", str(sheet.id), roles, nature=sheet.nature, sheet_id=sheet.id)
    names = ", ".join(case.office.roles[role].name for role in roles)
    await case.log("disposition", to=names, nature=sheet.nature)
    return int(sheet.id)


def _addressee(sheet: Disposition, role: str, coordinates: bool) -> Task:
    return Task(
        office=sheet.office,
        ticket_id=sheet.ticket_id,
        step_id=sheet.step_id,
        disposition_id=sheet.id,
        kind="disposition",
        role=role,
        coordinates=coordinates,
        due_at=sheet.due_at,
    )
