"""The queues of the desk: which tickets stand in each, and how full they are for one officer.

Owns what every queue means, once for the list (a query to go on with) and once for the counts (one statement over an
index of the live tickets alone). A ticket that goes on as part of another stands in no queue of its own; one that its
officer put aside for a while is out of three of that officer's queues, and back as soon as the citizen writes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

from tortoise.expressions import F, Q, ResolveContext, Subquery
from tortoise.query_utils import QueryModifier
from tortoise.queryset import QuerySet

from config.schema import Office, Right
from inbox import database, reading
from inbox.actor import Actor
from inbox.models import Mention, Snooze, Task, Ticket
from inbox.sheet import Statement

# fmt: off
Queue = Literal[
    "role", "mine", "late", "today", "unassigned", "waiting", "mentions", "snoozed",
    "all", "answered", "closed", "spam",
]
# fmt: on
QUEUES: tuple[str, ...] = get_args(Queue)
# Which tickets a queue holds where that is not for the asker to say.
STATUS = {
    "late": "open",
    "today": "open",
    "unassigned": "live",
    "snoozed": "live",
    "waiting": "waiting",
    "mentions": "all",
    "answered": "answered",
    "closed": "closed",
    "spam": "closed",
}
_RESTING = """SELECT s.ticket_id FROM snooze s JOIN ticket k ON k.id = s.ticket_id
WHERE s.officer_id = $2 AND s.ended_at IS NULL AND (k.last_in_at IS NULL OR k.last_in_at <= s.created_at)"""
# The same as ``cases.visible``, in the words of a statement that counts.
_SEEN = """ AND (t.officer_id = {officer} OR EXISTS
(SELECT 1 FROM task v WHERE v.ticket_id = t.id AND v.office = $1 AND v.role IN ({roles})))"""
_COUNTS = """WITH live AS (
SELECT t.status, t.officer_id, t.due_at, t.id IN ({resting}) AS resting,
t.id IN (SELECT ticket_id FROM task WHERE office = $1 AND role IN ({roles}) AND done_at IS NULL) AS turn
FROM ticket t WHERE t.office = $1 AND t.status IN ('open', 'waiting') AND t.merged_into IS NULL{seen})
SELECT count(*) AS "all", min(CASE WHEN status = 'open' AND due_at > $3 THEN due_at END) AS next_due,
count(CASE WHEN turn AND NOT resting THEN 1 END) AS role,
count(CASE WHEN officer_id = $2 AND NOT resting THEN 1 END) AS mine,
count(CASE WHEN officer_id IS NULL AND NOT resting THEN 1 END) AS unassigned,
count(CASE WHEN status = 'open' AND due_at <= $3 THEN 1 END) AS late,
count(CASE WHEN status = 'open' AND due_at > $3 AND due_at <= $4 THEN 1 END) AS today,
count(CASE WHEN status = 'waiting' THEN 1 END) AS waiting,
count(CASE WHEN resting THEN 1 END) AS snoozed,
(SELECT count(DISTINCT m.ticket_id) FROM mention m JOIN ticket t ON t.id = m.ticket_id
WHERE m.office = $1 AND m.officer_id = $2 AND m.seen_at IS NULL AND t.office = $1{seen}) AS mentions
FROM live"""

_TROUBLES = """SELECT (SELECT count(*) FROM delivery WHERE office = $1 AND state IN ('failed', 'unsure'))
+ (SELECT count(*) FROM set_aside WHERE office = $1 AND resolved_at IS NULL){hooks}{recaps}
+ (SELECT count(DISTINCT address_id) FROM withheld WHERE office = $1 AND resolved_at IS NULL AND reason <> 'blocked')
AS many,
(SELECT count(*) FROM delivery WHERE office = $1 AND state = 'handover') AS handovers"""
_RECAPS = " + (SELECT count(*) FROM recap_sending WHERE office = $1 AND state = 'failed')"
_HOOKS = " + (SELECT count(*) FROM hook_event WHERE office = $1 AND state = 'failed')"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many tickets stand in each queue that is counted; of ``mentions``, those that were not opened since."""

    role: int
    mine: int
    late: int
    today: int
    unassigned: int
    waiting: int
    mentions: int
    snoozed: int
    all: int


class _Among(Q):
    """Whose id is among those, walked in the order of the list: of `id IN (...)` alone SQLite makes the first thing to
    gather, and sorts all that a role has to do where the next forty are wanted.
    """

    def __init__(self, ids: Subquery) -> None:
        super().__init__()
        self._ids = ids

    def resolve(self, resolve_context: ResolveContext) -> QueryModifier:
        """The same as a sum, for which there is no index."""
        return QueryModifier(where_criterion=(resolve_context.table.id + 0).isin(self._ids))


async def counts(by: Actor, office: Office, now: datetime) -> Counts:
    """How full the officer's queues are: one statement."""
    (found,) = await database.answers([counting(by, office, now)])
    return counted(found, office, now)[0]


def counting(by: Actor, office: Office, now: datetime) -> Statement:
    """The statement that ``counted`` reads the answer of."""
    return _statement(by, office), [by.office, by.officer_id, now, end_of_day(office, now), *sorted(by.roles)]


def counted(found: Sequence[Mapping[str, Any]], office: Office, now: datetime) -> tuple[Counts, datetime]:
    """The counts, and until when they hold if nothing happens: something falls due, or the day ends."""
    (row,) = (reading.timed(one, ("next_due",)) for one in found)
    tonight, next_due = end_of_day(office, now) + timedelta(seconds=1), row.pop("next_due")
    return Counts(**row), min(next_due or tonight, tonight)


def troubling(office: Office) -> Statement:
    """The statement for how much waits in Gangguan (``many``): messages that did not go out, what could not be read,
    senders of whom too much came, news that nobody took; and for how much waits to be handed over (``handovers``).
    """
    beside = {"hooks": _HOOKS if office.webhooks else "", "recaps": _RECAPS if office.recaps else ""}
    return _TROUBLES.format(**beside), [office.id]


def seen(by: Actor, office: Office, place: int) -> tuple[str, list[Any]]:
    """The same as ``cases.visible`` for a statement of our own, in which ``$1`` is the office and ``t`` the tickets:
    a condition that begins with AND, its parameters from ``$place`` on, and their values.
    """
    if by.may(office, Right.SEE_ALL):
        return "", []
    return _SEEN.format(officer=f"${place}", roles=_places(by.roles, place + 1)), [by.officer_id, *sorted(by.roles)]


def narrow(tickets: QuerySet[Ticket], by: Actor, queue: str, now: datetime, until: datetime) -> QuerySet[Ticket]:
    """Those of ``tickets`` that stand in the queue, whatever their status. ``until``: the end of the day."""
    if queue == "mine":
        return _awake(tickets.filter(officer_id=by.officer_id), by)
    if queue == "role":
        tasks = Task.filter(office=by.office, role__in=list(by.roles), done_at=None)
        return _awake(tickets.filter(_Among(Subquery(tasks.values("ticket_id")))), by)
    if queue == "unassigned":
        return _awake(tickets.filter(officer_id=None), by)
    if queue == "snoozed":
        return tickets.filter(id__in=Subquery(_resting(by)))
    if queue == "mentions":
        unseen = Mention.filter(office=by.office, officer_id=by.officer_id, seen_at=None)
        return tickets.filter(id__in=Subquery(unseen.values("ticket_id")))
    return _timed(tickets, queue, now, until)


def end_of_day(office: Office, now: datetime) -> datetime:
    """The last instant of today where the office is."""
    local = now.astimezone(ZoneInfo(office.time_zone))
    begin = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return (begin - timedelta(seconds=1)).astimezone(now.tzinfo)


def _timed(tickets: QuerySet[Ticket], queue: str, now: datetime, until: datetime) -> QuerySet[Ticket]:
    if queue == "late":
        return tickets.filter(due_at__lte=now)
    if queue == "today":
        return tickets.filter(due_at__gt=now, due_at__lte=until)
    if queue == "closed":
        return tickets.filter(closing__not="spam")
    return tickets.filter(closing="spam") if queue == "spam" else tickets


def _awake(tickets: QuerySet[Ticket], by: Actor) -> QuerySet[Ticket]:
    return tickets.filter(id__not_in=Subquery(_resting(by)))


def _resting(by: Actor) -> QuerySet[Snooze]:
    """What the officer put aside and nobody has written to since."""
    mine = Snooze.filter(officer_id=by.officer_id, ended_at=None)
    quiet = Q(ticket__last_in_at=None) | Q(ticket__last_in_at__lte=F("created_at"))
    return mine.filter(quiet).values("ticket_id")  # type: ignore[return-value]


def _statement(by: Actor, office: Office) -> str:
    theirs = "" if by.may(office, Right.SEE_ALL) else _SEEN.format(officer="$2", roles=_places(by.roles, 5))
    return _COUNTS.format(resting=_RESTING, roles=_places(by.roles, 5), seen=theirs)


def _places(roles: Collection[str], first: int) -> str:
    return ", ".join(f"${place}" for place in range(first, first + len(roles))) or "NULL"
