"""What else belongs to a ticket, for its page: labels, related tickets, other reporters, and what looks alike.

Reads only, as far as the officer may see: four queries for a ticket that stands alone, bounded whatever there is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tortoise.functions import Length

from inbox import queues, reading
from inbox.cases import LIVE
from inbox.likeness import DAYS, Complaint, Likeness, alike
from inbox.merging import MERGED
from inbox.models import Attachment, Citizen, Delivery, Label, Message, Relation, Ticket, TicketLink
from inbox.reading import Question
from inbox.related import Tie, far, ties
from inbox.sealing import Identity, Seal
from inbox.ticket_rows import MESSAGE_COLUMNS
from inbox.veiling import veil, veil_deliveries, veil_links, veil_talk
from inbox.views import MessageLine, TicketPage

_MOST_CANDIDATES = 100
# What tickets are compared by: a hundred whole rows cost more than all the rest of the page.
_COMPARED = ("id", "citizen_id", "summary", "object", "place", "latitude", "longitude", "opened_at", "secrecy")
# In the words of the index `ticket_near`: SQLite takes it only for a statement that says them.
_NEAR = f"""WHERE t.office = $1 AND t.status IN ('open', 'waiting') AND t.merged_into IS NULL
AND t.opened_at BETWEEN $2 AND $3 AND t.id <> $4{{seen}}
ORDER BY t.opened_at DESC, t.id DESC LIMIT {_MOST_CANDIDATES}"""
_CHOSEN = "WHERE t.id IN ({ids})"
_THEIRS = "WHERE t.id IN (SELECT citizen_id FROM ticket WHERE id IN ({ids}))"
_TIMES = ("opened_at",)
_ON_IT = "JOIN ticket_label l ON l.label_id = t.id WHERE l.ticket_id = $1 ORDER BY t.name"
_OFFERED = "WHERE t.office = $1 AND t.retired_at IS NULL ORDER BY t.name"
_STANDING = "WHERE (t.ticket_id = $1 OR t.other_id = $1) AND t.undone_at IS NULL ORDER BY t.id"
_MOST_REPORTERS = 20
_MOST_MESSAGES = 200


@dataclass(frozen=True, slots=True)
class Reporter:
    """Somebody else who reported the case, with all that was said with them under their own ticket."""

    ticket: Ticket
    relation: Relation
    links: tuple[TicketLink, ...]
    messages: tuple[MessageLine, ...]

    @property
    def citizen(self) -> str:
        """Their name, where it is known."""
        return str(self.ticket.citizen.name)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A ticket that might be about the same thing, and why."""

    ticket: Ticket
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class Together:
    """What belongs to a ticket. ``lead``: what it goes on as part of; ``offered``: labels that are not on it yet."""

    labels: tuple[Label, ...]
    offered: tuple[Label, ...]
    lead: Tie | None
    reporters: tuple[Reporter, ...]
    ties: tuple[Tie, ...]
    likely: tuple[Suggestion, ...]


async def together(page: TicketPage) -> Together:
    """All of it; to be read inside ``database.reading``."""
    ticket, office, seal = page.ticket, page.office, page.seal
    on_it, standing = Question(Label, _ON_IT, (ticket.id,)), Question(Relation, _STANDING, (ticket.id,))
    offered = Question(Label, _OFFERED, (office.id,))
    near = _near(ticket, seal)
    read = await reading.ask(on_it, offered, standing, *near)
    labels, rows = tuple(read.rows(on_it)), read.rows(standing)
    tied = await ties(ticket, rows, seal.by, office)
    hidden = await veil(seal, *(tie.other for tie in tied))
    merged = [tie for tie in tied if tie.row.kind == MERGED]
    return Together(
        labels=labels,
        offered=tuple(one for one in read.rows(offered) if one not in labels),
        lead=next((tie for tie in merged if tie.row.ticket_id == ticket.id), None),
        reporters=await _reporters([tie for tie in merged if tie.row.other_id == ticket.id], page, hidden),
        ties=tuple(tie for tie in tied if tie.row.kind != MERGED),
        likely=await _suggestions(ticket, rows, [row for question in near for row in read.raw(question)], seal),
    )


async def looking_alike(seal: Seal, *, text: str, place: str, now: datetime) -> tuple[Suggestion, ...]:
    """What looks like words that no ticket has yet; to be read inside ``database.reading``."""
    unborn = Ticket(id=0, office=seal.office.id, citizen_id=0, status="open", summary=text, place=place, opened_at=now)
    near = _near(unborn, seal)
    read = await reading.ask(*near)
    return await _suggestions(unborn, (), [row for question in near for row in read.raw(question)], seal)


def _near(ticket: Ticket, seal: Seal) -> tuple[Question[Ticket], ...]:
    """Live tickets of the same days, as far as the officer may see; of one that is none itself nothing is asked."""
    if ticket.status not in LIVE or ticket.merged_into is not None:
        return ()
    days = (ticket.opened_at - timedelta(days=DAYS), ticket.opened_at + timedelta(days=DAYS))
    seen, values = queues.seen(seal.by, seal.office, 5)
    return (Question(Ticket, _NEAR.format(seen=seen), (seal.office.id, *days, ticket.id, *values), _COMPARED),)


async def _suggestions(
    ticket: Ticket, rows: Sequence[Relation], near: Sequence[Mapping[str, Any]], seal: Seal
) -> tuple[Suggestion, ...]:
    """Those that look alike; not those that are tied to it, or were said to be apart."""
    known = {far(row, ticket) for row in rows}
    others = [_complaint(reading.timed(one, _TIMES), seal) for one in near if one["id"] not in known]
    likely = alike(_complaint({name: getattr(ticket, name) for name in _COMPARED}, seal), others) if others else ()
    shown = await _with_citizens([like.id for like in likely])
    await veil(seal, *shown.values())
    return tuple(Suggestion(shown[like.id], like) for like in likely)


async def _with_citizens(ids: Sequence[int]) -> dict[int, Ticket]:
    """These tickets by id, with their citizens: what the officer may see was asked before."""
    if not ids:
        return {}
    places = ", ".join(f"${place}" for place, _ in enumerate(ids, start=1))
    chosen = Question(Ticket, _CHOSEN.format(ids=places), tuple(ids))
    citizens = Question(Citizen, _THEIRS.format(ids=places), tuple(ids))
    read = await reading.ask(chosen, citizens)
    people = {one.id: one for one in read.rows(citizens)}
    found = {one.id: one for one in read.rows(chosen)}
    for ticket in found.values():
        ticket.citizen = people[ticket.citizen_id]
    return found


def _complaint(row: Mapping[str, Any], seal: Seal) -> Complaint:
    """What tickets are compared by; who is behind a seal is like nobody, not even themselves."""
    known = row["latitude"] is not None and row["longitude"] is not None
    return Complaint(
        id=row["id"],
        citizen_id=row["citizen_id"] if seal.opens(row["secrecy"], row["id"]) else -row["id"],
        text=f"{row['summary']} {row['object']}",
        place=row["place"],
        point=(row["latitude"], row["longitude"]) if known else None,
        opened_at=row["opened_at"],
    )


async def _reporters(merged: Sequence[Tie], page: TicketPage, hidden: Mapping[int, Identity]) -> tuple[Reporter, ...]:
    merged = merged[:_MOST_REPORTERS]
    if not merged:
        return ()
    ids = [tie.other.id for tie in merged]
    links = await TicketLink.filter(ticket_id__in=ids).order_by("id").select_related("conversation__address")
    veil_links(link for link in links if link.ticket_id in hidden)
    lines = await _lines(ids, page)
    for line in lines:
        if found := hidden.get(line.message.ticket_id or 0):
            veil_talk(found, [line.message], line.files)
            veil_deliveries([line.delivery] if line.delivery else [])
    return tuple(
        Reporter(
            ticket=tie.other,
            relation=tie.row,
            links=tuple(link for link in links if link.ticket_id == tie.other.id),
            messages=tuple(line for line in lines if line.message.ticket_id == tie.other.id),
        )
        for tie in merged
    )


async def _lines(ticket_ids: Sequence[int], page: TicketPage) -> list[MessageLine]:
    """What was said on these tickets, oldest first; the last so many."""
    said = Message.filter(ticket_id__in=list(ticket_ids), undone_at=None).annotate(whole=Length("full_text"))
    rows = (await said.only(*MESSAGE_COLUMNS, "whole").order_by("-id").limit(_MOST_MESSAGES))[::-1]
    ids = [row.id for row in rows]
    files = await Attachment.filter(message_id__in=ids).order_by("id")
    sent = {one.message_id: one for one in await Delivery.filter(message_id__in=ids)}
    return [
        MessageLine(
            row,
            page.colleagues.get(row.officer_id or 0, ""),
            tuple(file for file in files if file.message_id == row.id),
            sent.get(row.id),
            row.__dict__["whole"] > len(row.text),
        )
        for row in rows
    ]
