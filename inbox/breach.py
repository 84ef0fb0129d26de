"""When personal data got out: who is affected, what is on record of it, and until when who must be told.

Three questions: what an officer's account could see, certain complaints, or everything there was. That an officer read
a case that is not sealed is not on record, so an account is taken to have seen what it could. Reads only; the words
are ``templates/breach/``'s. Whoever asks has the machine: this is no page of the desk.
Source: UU 27/2022 art. 46: written notice within 3x24 hours to who is concerned and to the authority, with what got
out, when and how, and what is done about it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tortoise.queryset import QuerySet

from config.schema import Office, Right
from inbox import journal
from inbox.actor import Actor, actor_of, with_roles
from inbox.cases import visible
from inbox.models import Attachment, Entry, Officer, SealOpening, Ticket
from inbox.people import readable
from inbox.refused import Missing, Refused
from inbox.secrecy import SEALED

TO_BE_TOLD = timedelta(hours=72)
# What the journal keeps of somebody reading, or taking along, what is personal.
READING = ("identity-read", "seal-opened", "exported", "exported-names", "data-exported", "recap-taken")
_PORTION = 500


@dataclass(frozen=True, slots=True)
class Incident:
    """What happened, as far as it is known: between ``since`` and ``until``, noticed at ``found``.

    ``by``: the account that somebody else used, or that was misused. ``numbers``: the complaints; both empty: all.
    """

    since: datetime
    until: datetime
    found: datetime
    by: Actor | None = None
    numbers: tuple[str, ...] = ()

    @property
    def tell_before(self) -> datetime:
        """Until when who is concerned, and the authority, must have been told."""
        return self.found + TO_BE_TOLD


@dataclass(frozen=True, slots=True)
class Affected:
    """One complaint and who is behind it. ``open``: whether the name could be read; ``done``: what is on record."""

    number: str
    at: datetime
    name: str
    contacts: str
    channel: str
    sealed: bool
    open: bool
    files: int
    done: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Beside:
    """What stands beside tickets: contacts by citizen; files, deeds and open seals by ticket; whether by right."""

    contacts: Mapping[int, list[str]]
    files: Mapping[int, int]
    done: Mapping[int, list[str]]
    opened: frozenset[int]
    knows: bool


@dataclass(frozen=True, slots=True)
class Trace:
    """A line of the journal, whose it is, and of which complaint."""

    at: datetime
    officer: str
    number: str
    event: str
    values: Mapping[str, str]


async def account(office: Office, login: str, at: datetime) -> Actor:
    """Whose account it is, as it was able to then. Raises Missing ``login-unknown``."""
    officer = await with_roles(Officer.filter(office=office.id, login=login.strip().lower()), at).first()
    if officer is None:
        raise Missing("login-unknown", field="login", login=login[:64])
    return actor_of(officer)


async def affected(office: Office, incident: Incident) -> list[Affected]:
    """Every complaint whose person is concerned, the oldest first; within a reading.

    Raises: Missing ``ticket-missing``; Refused ``breach-times``.
    """
    if not incident.since <= incident.until <= incident.found:
        raise Refused("breach-times")
    found = await _meant(office, incident).order_by("id").prefetch_related("citizen")
    if missing := set(incident.numbers) - {one.number for one in found}:
        raise Missing("ticket-missing", number=min(missing))
    done, opened = await _done(office, incident), await _opened(incident)
    knows = incident.by is not None and incident.by.may(office, Right.IDENTITY)
    told: list[Affected] = []
    for first in range(0, len(found), _PORTION):
        portion = found[first : first + _PORTION]
        beside = _Beside(await _contacts(portion), await _files(portion), done, opened, knows)
        told += [_of(incident, one, beside) for one in portion]
    return told


async def traces(office: Office, incident: Incident) -> list[Trace]:
    """What the journal has of the time: everything the account did, or who read and took along what; in a reading."""
    lines = Entry.filter(office=office.id, at__gte=incident.since, at__lte=incident.until).order_by("id")
    lines = lines.filter(actor=incident.by.mark) if incident.by else lines.filter(event__in=READING)
    found = await lines
    ids = {int(one.actor.partition(":")[2]) for one in found if one.actor.startswith("officer:")}
    names = dict(await Officer.filter(id__in=list(ids)).values_list("id", "name")) if ids else {}
    numbers = await _numbers({one.ticket_id for one in found if one.ticket_id})
    if incident.numbers:
        found = [one for one in found if numbers.get(one.ticket_id) in incident.numbers]
    return [
        Trace(
            one.at,
            str(names.get(int(one.actor.partition(":")[2]), "")) if ":" in one.actor else one.actor,
            numbers.get(one.ticket_id, ""),
            one.event,
            {name: str(value) for name, value in one.values.items()},
        )
        for one in found
    ]


async def note(office: Office, now: datetime, count: int) -> None:
    """That it was asked, in the caller's transaction."""
    await journal.write(office.id, "breach-packed", actor=journal.SYSTEM, at=now, count=count)


def _meant(office: Office, incident: Incident) -> QuerySet[Ticket]:
    if incident.numbers:
        return Ticket.filter(office=office.id, number__in=incident.numbers)
    known = visible(incident.by, office) if incident.by else Ticket.filter(office=office.id)
    return known.filter(opened_at__lte=incident.until)


def _of(incident: Incident, ticket: Ticket, beside: _Beside) -> Affected:
    sealed = ticket.secrecy == SEALED
    return Affected(
        number=ticket.number,
        at=ticket.opened_at,
        name=ticket.citizen.name,
        contacts="; ".join(beside.contacts.get(ticket.citizen_id, [])),
        channel=ticket.channel,
        sealed=sealed,
        open=not sealed or incident.by is None or beside.knows or ticket.id in beside.opened,
        files=beside.files.get(ticket.id, 0),
        done=tuple(dict.fromkeys(beside.done.get(ticket.id, []))),
    )


async def _done(office: Office, incident: Incident) -> dict[int, list[str]]:
    """By complaint what is on record of the account, or of anybody's reading."""
    lines = Entry.filter(office=office.id, at__gte=incident.since, at__lte=incident.until, ticket_id__isnull=False)
    lines = lines.filter(actor=incident.by.mark) if incident.by else lines.filter(event__in=READING)
    found: dict[int, list[str]] = defaultdict(list)
    for ticket_id, event in await lines.order_by("id").values_list("ticket_id", "event"):
        found[int(str(ticket_id))].append(str(event))
    return found


async def _opened(incident: Incident) -> frozenset[int]:
    """The complaints whose seal the account had open at some time of it."""
    if incident.by is None:
        return frozenset()
    rows = SealOpening.filter(officer_id=incident.by.officer_id, at__lte=incident.until, until__gte=incident.since)
    return frozenset(int(str(one)) for one in await rows.values_list("ticket_id", flat=True))


async def _contacts(tickets: Sequence[Ticket]) -> dict[int, list[str]]:
    """By citizen the addresses at which they can be told."""
    found: dict[int, list[str]] = defaultdict(list)
    for row in await readable(one.citizen_id for one in tickets):
        found[row.citizen_id].append(row.value)
    return found


async def _files(tickets: Sequence[Ticket]) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    rows = Attachment.filter(message__ticket_id__in=[one.id for one in tickets], state="stored")
    for id_ in await rows.values_list("message__ticket_id", flat=True):
        found[int(str(id_))] += 1
    return found


async def _numbers(ids: set[int]) -> dict[int | None, str]:
    wanted, found = sorted(ids), dict[int | None, str]()
    for first in range(0, len(wanted), _PORTION):
        rows = Ticket.filter(id__in=wanted[first : first + _PORTION])
        found |= {int(str(id_)): str(number) for id_, number in await rows.values_list("id", "number")}
    return found
