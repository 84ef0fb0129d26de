"""A paper with a life as the desk reads it: its page, its form, and which papers wait for an officer's mark.

Reads only. Whoever may not see the ticket gets ``Missing``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from config.schema import Office, PaperKind
from inbox import database, numbers, queues
from inbox.actor import Actor
from inbox.cases import Case, visible
from inbox.forms import FormField, PaperForm
from inbox.models import Entry, Message, Officer, Paper, PaperMark, RegisterEntry, Ticket, TicketStep
from inbox.paper_case import form_of, lacking, living
from inbox.paper_turns import Turn, turn, writers
from inbox.papers import kind_of
from inbox.refused import Missing
from inbox.sealing import Identity
from inbox.tickets import Tickets
from inbox.veiling import veil, veil_papers
from templates import sentence
from templates.filters import long_time

_MOST = 200
# In the words of the index `paper_unissued`: SQLite takes it only for a statement that says them.
_UNISSUED = """SELECT p.id FROM paper p JOIN ticket t ON t.id = p.ticket_id
WHERE p.office = $1 AND p.id > $2 AND p.issued_at IS NULL AND p.status <> 'issued'{seen}
ORDER BY p.id LIMIT $3"""


@dataclass(frozen=True, slots=True)
class MarkLine:
    """One mark: whose it is, in which role (with Plt. or Plh. where it was held for somebody), and what it is."""

    kind: str
    officer: str
    role: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Remark:
    """With which words a paper was sent back, by whom and when."""

    text: str
    officer: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PaperPage:
    """A paper at the desk. ``turn`` is what it waits for, ``mine`` whether that is this officer's to do, ``writes``
    whether they may write into it and issue it, ``discards`` whether they may throw it away. ``versions``: every
    version, oldest first. ``paper`` is None where nothing was drafted yet. ``lacking``: labels of what has to be filled
    in before it goes on; ``remark``: why it was sent back last, until it is issued.
    """

    ticket: Ticket
    kind: PaperKind
    paper: Paper | None
    form: PaperForm
    turn: Turn
    mine: bool
    writes: bool
    marks: tuple[MarkLine, ...] = ()
    versions: tuple[Paper, ...] = ()
    entry: RegisterEntry | None = None
    shown: tuple[tuple[str, str], ...] = ()
    author: str = ""
    discards: bool = False
    lacking: tuple[str, ...] = ()
    remark: Remark | None = None


@dataclass(frozen=True, slots=True)
class Awaited:
    """A paper that waits for an officer. ``turn`` is paraf or signature, ``since`` when it was marked last (or
    it was drafted), ``concerning`` what it is about.
    """

    paper: Paper
    name: str
    number: str
    turn: str
    since: datetime
    concerning: str


class PaperReading:
    """Reads papers' pages."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def page(self, by: Actor, number: str, paper_id: int, now: datetime) -> PaperPage:
        """One paper. Raises Missing ``ticket-missing``, ``paper-missing``."""
        async with self._tickets.database.reading():
            case = await self._case(by, number, now)
            paper = await Paper.filter(id=paper_id, ticket_id=case.ticket.id).first()
            if paper is None:
                raise Missing("paper-missing")
            hidden = (await veil(self._tickets.seal(by), case.ticket)).get(case.ticket.id)
            if hidden:
                veil_papers(hidden, [paper])
            page = await self._page(case, paper, kind_of(case.office, paper), by)
        return _hiding(page, hidden) if hidden else page

    async def blank(self, by: Actor, number: str, kind_id: str, now: datetime) -> PaperPage:
        """The form of a paper that nobody drafted, filled from the case. Raises as ``page``; Refused
        ``paper-no-life``.
        """
        async with self._tickets.database.reading():
            case = await self._case(by, number, now)
            kind = living(case.office, kind_id)
            form = await form_of(case, kind, by)
            if hidden := (await veil(self._tickets.seal(by), case.ticket)).get(case.ticket.id):
                form = _form_hiding(form, hidden)
        writes = bool(by.roles & writers(kind, case.procedure.step(case.ticket.step).actor)) and case.live
        return PaperPage(case.ticket, kind, None, form, Turn(""), mine=False, writes=writes)

    async def waiting(self, by: Actor) -> tuple[Awaited, ...]:
        """The papers whose paraf or signature is this officer's to give, oldest first."""
        office = self._tickets.offices.office(by.office)
        if not any(by.roles & {*kind.initials, *kind.signed_by} for kind in office.papers):
            return ()
        found: list[Awaited] = []
        last = 0
        async with self._tickets.database.reading():
            # Most drafts wait for somebody else: those of this officer may stand behind any number of them.
            while len(found) < _MOST:
                some = await _unissued(by, office, last)
                mine = [line for paper in some if (line := _awaited(office, paper, by)) is not None]
                found += await self._hidden(by, mine)
                if len(some) < _MOST:
                    break
                last = some[-1].id
        return tuple(sorted(found[:_MOST], key=lambda line: line.since))

    async def _hidden(self, by: Actor, lines: Sequence[Awaited]) -> list[Awaited]:
        """The same for this officer: what they are about may name who complained."""
        tickets = {line.paper.ticket_id: line.paper.ticket.secrecy for line in lines}
        hidden = await self._tickets.seal(by).identities(tickets.items())
        known = ((line, hidden.get(line.paper.ticket_id)) for line in lines)
        return [replace(line, concerning=one.hide(line.concerning)) if one else line for line, one in known]

    async def _case(self, by: Actor, number: str, now: datetime) -> Case:
        office = self._tickets.offices.office(by.office)
        found = visible(by, office).filter(number=numbers.normal(number))
        ticket = await found.select_related("citizen").first()
        if ticket is None:
            raise Missing("ticket-missing", number=number[:20])
        cases = self._tickets.cases
        procedure = await cases.versions.procedure(ticket.procedure_id)
        step = await TicketStep.filter(ticket_id=ticket.id).order_by("-ordinal").first()
        return Case(ticket, office, procedure, cases.calendars[office.id], now, by.mark, by.officer_id, step)

    async def _page(self, case: Case, paper: Paper, kind: PaperKind, by: Actor) -> PaperPage:
        office = case.office
        marks = await PaperMark.filter(paper_id=paper.id).order_by("id").select_related("officer")
        awaited = turn(kind, paper, marks)
        form = _with(await form_of(case, kind, by), paper.values, office)
        author = await Officer.filter(id=paper.officer_id or 0).first()
        writes = kind.has_life and bool(by.roles & writers(kind, case.procedure.step(case.ticket.step).actor))
        draft = kind.has_life and paper.status != "issued"
        versions = await Paper.filter(ticket_id=case.ticket.id, paper=paper.paper).order_by("version", "id")
        return PaperPage(
            ticket=case.ticket,
            kind=kind,
            paper=paper,
            form=form,
            turn=awaited,
            mine=bool(by.roles & set(awaited.roles)),
            writes=writes,
            marks=tuple(_mark(mark, office, by.language) for mark in marks),
            versions=tuple(versions),
            entry=await RegisterEntry.filter(id=paper.entry_id or 0).first(),
            shown=_shown(form, paper.values, office, by.language),
            author=author.name if author else "",
            discards=draft and (writes or paper.officer_id == by.officer_id),
            lacking=tuple(field.label for field in lacking(form, paper.values)) if draft else (),
            remark=await _remark(paper, kind) if draft else None,
        )


def _hiding(page: PaperPage, hidden: Identity) -> PaperPage:
    """The page for whoever may not know who complained; ``page.paper`` is veiled already."""
    veil_papers(hidden, page.versions)
    remark = replace(page.remark, text=hidden.hide(page.remark.text)) if page.remark else None
    return replace(page, form=_form_hiding(page.form, hidden), remark=remark)


def _form_hiding(form: PaperForm, hidden: Identity) -> PaperForm:
    return replace(form, fields=tuple(replace(field, value=hidden.hide(field.value)) for field in form.fields))


async def _remark(paper: Paper, kind: PaperKind) -> Remark | None:
    """With which words it was sent back last."""
    lines = await Entry.filter(ticket_id=paper.ticket_id, event="paper-returned").order_by("-id")
    line = next((one for one in lines if one.values.get("paper_id") == paper.id), None)
    note = await Message.filter(id=line.values["message_id"]).select_related("officer").first() if line else None
    if note is None:
        return None
    return Remark(note.text.removeprefix(f"{kind.name}: "), note.officer.name if note.officer else "–", note.sent_at)


async def _unissued(by: Actor, office: Office, after: int) -> list[Paper]:
    """The next of the office's papers that are not issued, of tickets that the officer may see."""
    seen, values = queues.seen(by, office, 4)
    found = await database.rows(_UNISSUED.format(seen=seen), [office.id, after, _MOST, *values])
    ids = [row["id"] for row in found]
    return await Paper.filter(id__in=ids).order_by("id").prefetch_related("marks", "ticket") if ids else []


def _awaited(office: Office, paper: Paper, by: Actor) -> Awaited | None:
    kind = kind_of(office, paper)
    next_ = turn(kind, paper, paper.marks)
    if not by.roles & set(next_.roles):
        return None
    since = max((mark.at for mark in paper.marks), default=paper.created_at)
    concerning = str(paper.values.get("concerning") or paper.ticket.object or paper.ticket.summary)
    return Awaited(paper, kind.name, paper.ticket.number, next_.kind, since, concerning)


def _mark(mark: PaperMark, office: Office, language: str) -> MarkLine:
    role = office.roles[mark.role].name if mark.role in office.roles else mark.role
    shown = sentence(f"title-{mark.title}", {"role": role}, language) if mark.title else role
    return MarkLine(mark.kind, mark.officer.name, shown, mark.at)


def _with(form: PaperForm, values: dict[str, Any], office: Office) -> PaperForm:
    """The form with what is written in the draft."""
    return replace(form, fields=tuple(_written(field, values, office) for field in form.fields))


def _written(field: FormField, values: dict[str, Any], office: Office) -> FormField:
    name = field.name.rpartition(".")[2]
    if name not in values:
        return field
    text = str(values[name])
    if field.kind == "moment" and text:
        text = datetime.fromisoformat(text).astimezone(ZoneInfo(office.time_zone)).strftime("%Y-%m-%dT%H:%M")
    return replace(field, value=text)


def _shown(form: PaperForm, values: dict[str, Any], office: Office, language: str) -> tuple[tuple[str, str], ...]:
    """What is written, as people read it: label and text; nothing of what was left empty."""
    lines = []
    for field in form.fields:
        text = str(values.get(field.name.rpartition(".")[2], ""))
        if text and field.kind == "moment":
            text = long_time(datetime.fromisoformat(text), office.time_zone, language)
        lines.append((field.label, text))
    return tuple((label, text) for label, text in lines if text)
