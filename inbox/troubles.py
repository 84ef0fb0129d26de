"""What waits for an officer's hand outside of any step: answers that did not arrive, messages set aside, silent doors.

Reads only, the newest first, at most ``MOST`` of each. What an officer does about them is ``inbox.deliveries``' and the
clerk's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tortoise.expressions import Q, Subquery
from tortoise.functions import Count
from tortoise.queryset import QuerySet

from config.schema import Right
from inbox.actor import Actor
from inbox.cases import visible
from inbox.models import ChannelState, Delivery, SetAside, Withheld
from inbox.refused import Forbidden
from inbox.sealing import Seal
from inbox.tickets import Tickets
from inbox.withholding import BLOCKED

MOST = 200
# Among how many of the newest answers each door's last one is looked for.
_LATELY = 500
_TROUBLE = ("failed", "unsure", "handover")


@dataclass(frozen=True, slots=True)
class FailureLine:
    """An answer that did not arrive, is unsure to have arrived, or is to be handed over by a person.

    ``reason`` is a code with a sentence in ``templates/reasons.yaml``; ``detail`` the platform's own words.
    """

    delivery_id: int
    state: str
    number: str
    channel: str
    address: str
    automatic: bool
    reason: str
    detail: str
    attempts: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """A door: when something last came in and went out, how much waits to go out, how much went wrong."""

    id: str
    name: str
    kind: str
    last_in_at: datetime | None
    waiting: int
    trouble: int
    last_out_at: datetime | None = None


class Troubles:
    """Reads the lists."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def failures(self, by: Actor) -> list[FailureLine]:
        """Deliveries in trouble, newest first; one query. Raises Forbidden without the right ``delivery``."""
        self._check(by, Right.DELIVERY)
        rows = self._seen(by, Delivery.filter(office=by.office, state__in=_TROUBLE))
        async with self._tickets.database.reading():
            found = await rows.order_by("-id").limit(MOST).select_related("message__ticket", "address")
        seal = self._tickets.seal(by)
        return [_failure(row, seal) for row in found]

    async def set_asides(self, by: Actor) -> list[SetAside]:
        """Messages that nobody could digest, newest first; one query. Raises Forbidden without the right ``aside``."""
        self._check(by, Right.ASIDE)
        columns = ("id", "office", "channel", "external_id", "reason", "detail", "original_file", "created_at")
        async with self._tickets.database.reading():
            waiting = SetAside.filter(office=by.office, resolved_at=None)
            return await waiting.order_by("-id").limit(MOST).only(*columns)

    async def withheld(self, by: Actor) -> int:
        """Of how many senders too much came, and waits. Raises Forbidden without the right ``aside``."""
        self._check(by, Right.ASIDE)
        waiting = Withheld.filter(office=by.office, resolved_at=None).exclude(reason=BLOCKED)
        async with self._tickets.database.reading():
            return len(await waiting.distinct().values_list("address_id", flat=True))

    async def channels(self, by: Actor) -> list[ChannelLine]:
        """Every door of the office, in the order of its file; three queries.

        Raises Forbidden without ``health``, or ``settings``, whose pages show the doors too.
        """
        office = self._tickets.offices.office(by.office)
        if not by.may(office, Right.SETTINGS):
            self._check(by, Right.HEALTH)
        async with self._tickets.database.reading():
            heard = {row.channel: row.last_in_at for row in await ChannelState.filter(office=office.id)}
            busy = Delivery.filter(office=office.id, state__in=("queued", "sending", *_TROUBLE))
            counts = (
                await busy.annotate(many=Count("id")).group_by("channel", "state").values("channel", "state", "many")
            )
            lately = await Delivery.all().order_by("-id").limit(_LATELY).values("channel", "sent_at")
        gone = {row["channel"]: row["sent_at"] for row in sorted(lately, key=_when) if row["sent_at"]}
        waiting, trouble = dict[str, int](), dict[str, int]()
        for row in counts:
            side = trouble if row["state"] in _TROUBLE else waiting
            side[row["channel"]] = side.get(row["channel"], 0) + row["many"]
        ids = {f"{office.id}-{name}": entry for name, entry in office.channels.items()}
        return [
            ChannelLine(
                id_,
                entry.name or id_,
                entry.kind,
                heard.get(id_),
                waiting.get(id_, 0),
                trouble.get(id_, 0),
                gone.get(id_),
            )
            for id_, entry in ids.items()
        ]

    def _seen(self, by: Actor, rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
        """Those of tickets that the officer may know of, and those of none."""
        office = self._tickets.offices.office(by.office)
        if by.may(office, Right.SEE_ALL):
            return rows
        known = Subquery(visible(by, office).values("id"))
        return rows.filter(Q(message__ticket_id__isnull=True) | Q(message__ticket_id__in=known))

    def _check(self, by: Actor, right: Right) -> None:
        if not by.may(self._tickets.offices.office(by.office), right):
            raise Forbidden("no-right", right=right)


def _when(row: Mapping[str, Any]) -> float:
    return row["sent_at"].timestamp() if row["sent_at"] else 0.0


def _failure(row: Delivery, seal: Seal) -> FailureLine:
    """Of a sealed ticket neither the address nor the platform's own words, which often have it in them."""
    ticket = row.message.ticket
    told = ticket is None or seal.sees(ticket)
    return FailureLine(
        delivery_id=row.id,
        state=row.state,
        number=ticket.number if ticket else "",
        channel=row.channel,
        address=row.address.value if told else "",
        automatic=row.automatic,
        reason=row.reason,
        detail=row.detail if told else "",
        attempts=row.attempts,
        created_at=row.created_at,
    )
