"""What a list's filters mean: values that an address can hold, and the tickets that they leave of any others.

Pure of pages and of rights: whose tickets they are, the caller has said before. The words that were searched for are
``inbox.finding``'s, the queues ``inbox.queues``'.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tortoise.expressions import Subquery
from tortoise.queryset import QuerySet

from config.schema import Office
from inbox import queues
from inbox.cases import LIVE
from inbox.models import ProcedureVersion, Ticket, TicketLabel
from inbox.refused import Refused

_MOST_WORDS = 6
_STATUSES = frozenset({"live", "all", *LIVE, "answered", "closed", "handed-on"})


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is to show.

    Attributes:
        queue: one of ``inbox.queues``; all is whatever the officer may see.
        status: live (open and waiting), one status, or all; some queues say it themselves.
        channel: a channel's full id; ``step`` and ``kind`` their ids; ``officer`` and ``label`` rows' ids, 0 for any.
        procedure: the id of the one whose step is meant; empty where all of them call it the same.
        opened_from: the first day on which it may have come in, and ``opened_until`` the last, where the office is.
        place, q: words, each of which must be found: in the place, or somewhere.
    """

    queue: queues.Queue = "all"
    status: str = "live"
    channel: str = ""
    step: str = ""
    procedure: str = ""
    q: str = ""
    late: bool = False
    unread: bool = False
    kind: str = ""
    officer: int = 0
    label: int = 0
    opened_from: date | None = None
    opened_until: date | None = None
    place: str = ""

    @property
    def words(self) -> str:
        """What is searched for; empty where nothing is."""
        return self.q.replace("\x00", "").strip()

    @property
    def standing(self) -> str:
        """The status that is meant: the queue's own where it has one."""
        return queues.STATUS.get(self.queue, self.status)


def step_names(office: Office) -> dict[tuple[str, str], tuple[str, str]]:
    """Each step by (procedure, step): how an address names it, and its name.

    The id of a step that all procedures call the same says enough; else its procedure stands before it.
    """
    steps = [(one, step) for one in office.procedures.values() for step in one.steps]
    called: dict[str, set[str]] = {}
    for _, step in steps:
        called.setdefault(step.id, set()).add(step.name)
    return {
        (one.id, step.id): (
            (step.id, step.name)
            if len(called[step.id]) == 1
            else (f"{one.id}:{step.id}", f"{step.name} ({one.number or one.title})")
        )
        for one, step in steps
    }


def matching(tickets: QuerySet[Ticket], filters: Filters, office: Office, now: datetime) -> QuerySet[Ticket]:
    """Those of ``tickets`` that the filters leave, but for status, words and queue.

    Raises Refused ``not-a-choice``.
    """
    if filters.standing not in _STATUSES:
        raise Refused("not-a-choice", field="status", label=filters.standing[:80])
    named = {"channel": filters.channel, "step": filters.step, "kind": filters.kind}
    exact: dict[str, Any] = {name: value.replace("\x00", "") for name, value in named.items()}
    exact |= {"unread": filters.unread, "officer_id": filters.officer}
    tickets = tickets.filter(**{name: value for name, value in exact.items() if value})
    if filters.standing not in {"all", "closed"}:
        tickets = tickets.filter(merged_into=None)
    if filters.late:
        tickets = tickets.filter(due_at__lte=now)
    if filters.procedure:
        versions = ProcedureVersion.filter(office=office.id, procedure=filters.procedure)
        tickets = tickets.filter(procedure_id__in=Subquery(versions.values("id")))
    if filters.label:
        labelled = TicketLabel.filter(label_id=filters.label, office=office.id)
        tickets = tickets.filter(id__in=Subquery(labelled.values("ticket_id")))
    return _there(_then(tickets, filters, office), filters.place)


def standing(tickets: QuerySet[Ticket], filters: Filters) -> QuerySet[Ticket]:
    """Those that have the status which is meant."""
    if filters.standing == "all":
        return tickets
    return tickets.filter(status__in=LIVE if filters.standing == "live" else [filters.standing])


def _then(tickets: QuerySet[Ticket], filters: Filters, office: Office) -> QuerySet[Ticket]:
    """Those that came in on the days that are meant."""
    zone = ZoneInfo(office.time_zone)
    if filters.opened_from:
        tickets = tickets.filter(opened_at__gte=datetime.combine(filters.opened_from, time(), zone).astimezone(UTC))
    if filters.opened_until:
        after = datetime.combine(filters.opened_until, time(), zone) + timedelta(days=1)
        tickets = tickets.filter(opened_at__lt=after.astimezone(UTC))
    return tickets


def _there(tickets: QuerySet[Ticket], place: str) -> QuerySet[Ticket]:
    """Those whose place is described with all of the words."""
    for word in place.replace("\x00", "").split()[:_MOST_WORDS]:
        tickets = tickets.filter(place__icontains=word)
    return tickets
