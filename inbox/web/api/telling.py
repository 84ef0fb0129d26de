"""A ticket's page (``inbox.views``) retold as the API's shape of it. Decides nothing, reads nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from config.schema import Office
from inbox import forms, models, persons, views
from inbox.evidence import begun_again
from inbox.models import PermitCheck, TicketLink
from inbox.search import Row
from inbox.web.api import case, permits
from inbox.web.api.endpoint import BASE
from inbox.web.api.shapes import Mark, Named, Person, Status, TicketRow
from templates import sentence


def mark(ticket: models.Ticket) -> Mark:
    """Where a ticket stands after a command."""
    return Mark(
        number=ticket.number,
        version=ticket.version,
        status=cast("Status", ticket.status),
        step=ticket.step,
        due_at=ticket.due_at,
        officer_id=ticket.officer_id,
    )


def row(one: Row) -> TicketRow:
    """One line of a list."""
    return TicketRow(
        number=one.number,
        version=one.version,
        status=cast("Status", one.status),
        kind=Named(id=one.kind_id, name=one.kind),
        step=Named(id=one.step_id, name=one.step),
        summary=one.summary,
        object=one.object,
        place=one.place,
        channel=one.channel,
        citizen=one.citizen,
        officer=person(one.officer_id, one.officer),
        opened_at=one.opened_at,
        last_in_at=one.last_in_at,
        due_at=one.due_at,
        promise_at=one.promise_at,
        late=one.late,
        unread=one.unread,
    )


def person(id_: int | None, name: str) -> Person | None:
    """An officer, if there is one."""
    return Person(id=id_, name=name) if id_ else None


def ticket(page: views.TicketPage, checks: Sequence[PermitCheck]) -> case.Ticket:
    """The ticket in full. ``checks``: what was decided of its object's permit, newest first."""
    begun = begun_again(one.row for one in page.steps)
    evidence = {one.id: one.evidence or "" for one in page.step.actions}
    it, address = page.ticket, f"{BASE}/tickets/{page.ticket.number}"
    return case.Ticket(
        number=it.number,
        version=it.version,
        office=it.office,
        status=cast("Status", it.status),
        kind=kind(page.office, it.kind),
        summary=it.summary,
        object=it.object,
        place=it.place,
        latitude=it.latitude,
        longitude=it.longitude,
        permit_number=it.permit_number,
        lapor_id=it.lapor_id,
        procedure=Named(id=page.procedure.id, name=page.procedure.title),
        step=Named(id=page.step.id, name=page.step.name),
        actors=page.actors,
        officer=person(it.officer_id, page.officer),
        citizen=case.Citizen(name=page.citizen, addresses=tuple(_way(link) for link in page.links)),
        channel=it.channel,
        opened_at=it.opened_at,
        last_in_at=it.last_in_at,
        due_at=it.due_at,
        promise_at=it.promise_at,
        ceiling_at=it.ceiling_at,
        answered_at=it.answered_at,
        closed_at=it.closed_at,
        closing=it.closing,
        agency=it.agency,
        reopened=it.reopened,
        reopen_until=page.reopen_until,
        rating=it.rating,
        late=page.late,
        unread=it.unread,
        rights=tuple(sorted(page.rights)),
        actions=tuple(_action(one, evidence.get(one.id, "")) for one in page.actions),
        stages=tuple(case.Stage(step=one.step.id, name=one.step.name, state=one.state) for one in page.stages),
        steps=tuple(_step(one) for one in page.steps),
        messages=tuple(_message(one, address) for one in page.messages),
        deliveries=tuple(_delivery(one.delivery) for one in page.messages if one.delivery),
        papers=tuple(_paper(one, address) for one in page.papers),
        permit_checks=tuple(permits.told(one, begun) for one in checks),
        dispositions=tuple(_sheet(one) for one in page.sheets),
        journal=tuple(_line(one) for one in page.journal),
    )


def kind(office: Office, id_: str) -> Named:
    """A kind of ticket; one that the office no longer has keeps its id for a name."""
    return Named(id=id_, name=next((one.name for one in office.kinds if one.id == id_), id_))


def whole(name: str, one: persons.Person) -> case.Whole:
    """The person behind a ticket."""
    return case.Whole(
        name=name,
        addresses=tuple(case.Reach(scheme=address.scheme, value=address.value) for address in one.addresses),
        tickets=tuple(ticket.number for ticket in one.tickets),
        joined=tuple(
            case.Joined(id=it.row.id, name=it.name, reason=it.row.reason, officer=it.officer, at=it.row.created_at)
            for it in one.joined
        ),
        likely=tuple(
            case.Likely(
                key=it.key,
                why=it.why,
                name=it.name,
                address=it.address,
                number=it.ticket.number if it.ticket else "",
            )
            for it in one.likely
        ),
    )


def _way(link: TicketLink) -> case.Way:
    address = link.conversation.address
    return case.Way(
        scheme=address.scheme,
        value=address.value,
        channel=link.conversation.channel,
        hears=link.hears,
        confirmed=link.confirmed,
        stopped=address.stopped_at is not None,
        dead=address.dead_at is not None,
    )


def _action(one: views.ActionLine, evidence: str) -> case.Action:
    return case.Action(id=one.id, label=one.label, evidence=evidence, forms=tuple(form(each) for each in one.forms))


def form(form: forms.PaperForm) -> case.Form:
    """What is asked for a paper."""
    fields = tuple(
        case.FormField(
            name=one.name,
            label=one.label,
            kind=one.kind,
            required=one.required,
            longest=one.longest,
            choices=tuple(case.Choice(value=value, label=label) for value, label in one.choices),
            hint=one.hint,
            value=one.value,
            when=one.when,
        )
        for one in form.fields
    )
    return case.Form(paper=form.paper, title=form.title, made=form.made, fields=fields)


def _step(one: views.StepLine) -> case.StepRow:
    return case.StepRow(
        step=one.step.id,
        name=one.step.name,
        within=one.step.within.text if one.step.within else "",
        started_at=one.row.started_at,
        due_at=one.row.due_at,
        ended_at=one.row.ended_at,
        ending=one.row.ending,
        action=one.row.action,
        reason=one.row.reason,
        officer=one.officer,
    )


def _message(one: views.MessageLine, address: str) -> case.Message:
    said = one.message
    return case.Message(
        id=said.id,
        direction=cast("case.Direction", said.direction),
        author=said.author,
        officer=one.officer,
        channel=said.channel,
        at=said.sent_at,
        subject=said.subject,
        text=said.text,
        longer=one.longer,
        automatic=said.automatic,
        template=said.template,
        files=tuple(_file(file) for file in one.files),
        url=f"{address}/messages/{said.id}",
    )


def _file(file: models.Attachment) -> case.File:
    return case.File(
        id=file.id,
        name=file.name,
        type=file.type,
        size_bytes=file.size_bytes,
        state=file.state,
        inline=file.inline,
        url=f"{BASE}/attachments/{file.id}",
    )


def _delivery(one: models.Delivery) -> case.Delivery:
    return case.Delivery(
        id=one.id,
        message_id=one.message_id,
        channel=one.channel,
        state=one.state,
        reason=one.reason,
        detail=one.detail,
        attempts=one.attempts,
        due_at=one.due_at,
        created_at=one.created_at,
        sent_at=one.sent_at,
        delivered_at=one.delivered_at,
        read_at=one.read_at,
    )


def _paper(one: views.PaperLine, address: str) -> case.Paper:
    paper, entry = one.paper, one.entry
    shown = one.printable or bool(paper.digest)
    return case.Paper(
        id=paper.id,
        paper=paper.paper,
        name=paper.name or one.name,
        made=one.made,
        at=paper.created_at,
        officer=one.officer,
        values=paper.values,
        entry=case.Entry(register_id=entry.register, year=entry.year, number=entry.number) if entry else None,
        url=f"{address}/papers/{paper.id}" if shown else "",
        pdf=f"{address}/papers/{paper.id}.pdf" if one.printable else "",
        status=paper.status,
        number=paper.number,
        version=paper.version,
    )


def _sheet(one: views.SheetLine) -> case.Sheet:
    tasks = tuple(
        case.Task(
            id=task.id,
            role=task.role,
            coordinates=task.coordinates,
            due_at=task.due_at,
            done_at=task.done_at,
            report=task.report,
        )
        for task in one.tasks
    )
    return case.Sheet(
        id=one.sheet.id,
        officer=one.officer,
        role=one.sheet.role,
        nature=one.sheet.nature,
        instruction=one.sheet.instruction,
        initials=one.sheet.initials,
        due_at=one.sheet.due_at,
        at=one.sheet.created_at,
        tasks=tasks,
    )


def _line(one: views.JournalLine) -> case.JournalLine:
    values: Mapping[str, str] = one.values
    return case.JournalLine(
        at=one.at, who=one.who, event=one.event, text=sentence(one.event, values), values=dict(values)
    )
