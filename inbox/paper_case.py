"""A paper of a case that is held for a change: found, checked, changed, and told of. What the commands on papers share.

Whether a draft is whole, whose it is to write, and who hears that it waits for them is said here once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from tortoise.queryset import QuerySet

from config.schema import Office, PaperKind
from inbox import papers
from inbox.actor import Actor
from inbox.cases import Case
from inbox.forms import FormField, PaperForm, Values, check_form, check_known, paper_form
from inbox.live import Event
from inbox.models import Notice, Paper, PaperMark
from inbox.paper_turns import Turn, names, turn, writers
from inbox.refused import Forbidden, Missing, Refused, Stale
from inbox.tickets import Tickets

_NOTICES = {"paraf": "paper-initial", "signature": "paper-sign", "issue": "paper-issue"}
_TOLD = (*_NOTICES.values(), "paper-returned")
Work = Callable[[Case], Awaitable[Paper]]


async def command(tickets: Tickets, by: Actor, number: str, work: Work, now: datetime) -> Paper:
    """One command on a paper: a transaction with the ticket held, and news of it afterwards."""

    async def whole() -> tuple[Case, Paper]:
        case = await tickets.cases.take(by, number, None, now)
        return case, await work(case)

    case, paper = await tickets.database.transaction(whole)
    tickets.announce(Event(case.office.id, "ticket", case.ticket.id, case.ticket.number))
    return paper


def living(office: Office, kind_id: str) -> PaperKind:
    """A kind that is drafted. Raises Refused ``paper-no-life``; Missing ``paper-missing``."""
    try:
        kind = office.paper(kind_id)
    except KeyError:
        raise Missing("paper-missing") from None
    if not kind.has_life:
        raise Refused("paper-no-life")
    return kind


def awaits(office: Office, awaited: Turn) -> str:
    """Whom a paper waits for, as people call them; a dash for nobody."""
    return names(office, awaited.roles) or "–"


async def form_of(case: Case, kind: PaperKind, by: Actor) -> PaperForm:
    """The form of a draft, filled from the case."""
    complaint = await papers.complaint_of(case.ticket)
    known = papers.known_of(case.ticket, complaint, by, case.now, case.calendar.zone)
    return paper_form(case.office, kind, known)


async def filled(case: Case, kind: PaperKind, by: Actor, values: Values) -> dict[str, Any]:
    """What was written into the form, whole or not. Raises Refused for a field."""
    form = await form_of(case, kind, by)
    check_known([form], values)
    lenient = replace(form, fields=tuple(replace(field, required=False) for field in form.fields))
    return dict(check_form(lenient, values, (), case.now, case.calendar))


def lacking(form: PaperForm, values: Mapping[str, Any]) -> tuple[FormField, ...]:
    """The fields that have to be filled in before anybody puts a mark on it, and are not."""
    wanted = (field for field in form.fields if field.required and field.kind != "file")
    return tuple(field for field in wanted if not values.get(field.name.rpartition(".")[2]))


async def begun(case: Case, kind: PaperKind, by: Actor, values: Mapping[str, Any]) -> str:
    """The status of a draft with these values that nobody marked: partial until it can be shown to those who mark."""
    return "partial" if lacking(await form_of(case, kind, by), values) else "drafted"


async def check_whole(case: Case, kind: PaperKind, paper: Paper, by: Actor) -> None:
    """Nothing is marked or issued that is half written or was sent back.

    Raises: Refused ``paper-sent-back``, ``field-missing``.
    """
    if paper.status == "returned":
        raise Refused("paper-sent-back")
    missing = next(iter(lacking(await form_of(case, kind, by), paper.values)), None)
    if missing is not None:
        raise Refused("field-missing", field=missing.name, label=missing.label)


async def marks_of(paper: Paper) -> list[PaperMark]:
    """The marks on a paper, oldest first."""
    return await PaperMark.filter(paper_id=paper.id).order_by("id")


async def tell(case: Case, kind: PaperKind, paper: Paper, by: Actor) -> None:
    """Whoever's turn it is hears of it; not the one who just made it theirs."""
    await hush(case, paper)
    awaited = turn(kind, paper, await marks_of(paper))
    roles = awaited.roles or case.procedure.step(case.ticket.step).actor
    if awaited.kind in _NOTICES and not by.roles & set(roles):
        key = f"{paper.id}:{paper.revision}"
        await case.notify(_NOTICES[awaited.kind], key, roles, paper=kind.name, paper_id=paper.id)


async def hush(case: Case, paper: Paper) -> None:
    """What was told of the paper before is no longer news: it went on, or is gone."""
    told = await Notice.filter(ticket_id=case.ticket.id, kind__in=_TOLD, seen_at=None)
    past = [one.id for one in told if one.values.get("paper_id") == paper.id]
    if past:
        await Notice.filter(id__in=past).update(seen_at=case.now)


def check_writer(case: Case, kind: PaperKind, by: Actor) -> None:
    """Raises Forbidden ``paper-not-yours``."""
    allowed = writers(kind, case.procedure.step(case.ticket.step).actor)
    if not by.roles & allowed:
        raise Forbidden("paper-not-yours", roles=names(case.office, sorted(allowed)))


async def check_ready(case: Case, kind: PaperKind, paper: Paper) -> None:
    """Raises Refused ``paper-unready`` while a mark is awaited."""
    awaited = turn(kind, paper, await marks_of(paper))
    if awaited.kind != "issue":
        raise Refused("paper-unready", awaited=awaits(case.office, awaited))


def unissued(case: Case, kind: PaperKind) -> QuerySet[Paper]:
    """The drafts of a kind on the ticket."""
    return Paper.filter(ticket_id=case.ticket.id, paper=kind.id, issued_at=None).exclude(status="issued")


async def paper_of(case: Case, paper_id: int) -> Paper:
    """A paper of the ticket. Raises Missing ``paper-missing``."""
    paper = await Paper.filter(id=paper_id, ticket_id=case.ticket.id).first()
    if paper is None:
        raise Missing("paper-missing")
    return paper


async def draft_of(case: Case, paper_id: int, revision: int) -> tuple[Paper, PaperKind]:
    """A draft as it was seen. Raises Refused ``paper-fixed``; Stale ``paper-changed``."""
    paper = await paper_of(case, paper_id)
    kind = living(case.office, paper.paper)
    if paper.status == "issued":
        raise Refused("paper-fixed")
    if paper.revision != revision:
        raise Stale("paper-changed")
    return paper, kind


async def change(paper: Paper, **values: Any) -> None:
    """Set columns; those of an issued paper only while they are empty, which the table itself sees to as well."""
    for name, value in values.items():
        setattr(paper, name, value)
    await Paper.filter(id=paper.id).update(**values)


async def rewrite(paper: Paper, values: dict[str, Any], status: str = "drafted") -> None:
    """Other words in a draft: every mark that was on the former ones goes, a signed sheet's scan too."""
    await PaperMark.filter(paper_id=paper.id).delete()
    fresh = {"status": status, "revision": paper.revision + 1, "signed_by_id": None, "scan_digest": ""}
    await change(paper, values=values, **fresh)
