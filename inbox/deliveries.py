"""What an officer may do about a message that did not get through: try again, say that it arrived, let it be; and how
one that a person hands over is noted as handed over.

Each is one transaction with the right checked, the journal written, and open pages told after the commit.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from config.schema import Offices, Right
from inbox import forms, journal
from inbox.actor import Actor
from inbox.cases import visible
from inbox.counter import LINK
from inbox.database import Database
from inbox.forms import Values
from inbox.live import Event
from inbox.models import Address, Delivery, Message
from inbox.outcomes import GIVE_UP_AFTER
from inbox.refused import Forbidden, Missing, Refused, Stale
from inbox.worktime import Calendar

_SETTLED = frozenset({"failed", "unsure", "dropped"})
_DROPPABLE = frozenset({"failed", "unsure", "handover"})


class Deliveries:
    """The officers' commands on deliveries of their own office."""

    def __init__(
        self,
        database: Database,
        offices: Offices,
        announce: Callable[[Event], None],
        calendars: Mapping[str, Calendar],
    ) -> None:
        self._database, self._offices, self._announce = database, offices, announce
        self._calendars = calendars

    async def retry(self, by: Actor, delivery_id: int, now: datetime) -> None:
        """Send it again, with all attempts before it. An address held for dead is given another chance.

        Raises: Forbidden ``no-right``, Missing ``delivery-missing``, Stale ``delivery-changed``.
        """

        async def change(row: Delivery) -> None:
            await Address.filter(id=row.address_id).update(dead_at=None, dead_reason="")
            await _save(row, state="queued", due_at=now, give_up_at=now + GIVE_UP_AFTER, reason="", detail="")

        await self._change(by, delivery_id, now, states=_SETTLED, event="delivery-retried", change=change)

    async def settle_unsure(self, by: Actor, delivery_id: int, arrived: bool, now: datetime) -> None:
        """Say of a message in doubt whether it arrived. One that did not has failed, and can be tried again.

        Raises: Forbidden ``no-right``, Missing ``delivery-missing``, Stale ``delivery-changed``.
        """

        async def change(row: Delivery) -> None:
            if arrived:
                await _save(row, state="sent", sent_at=row.sent_at or now, reason="", detail="")
            else:
                await _save(row, state="failed", reason="not-delivered")

        event = "delivery-arrived" if arrived else "delivery-not-arrived"
        await self._change(by, delivery_id, now, states={"unsure"}, event=event, change=change)

    async def hand_over(self, by: Actor, delivery_id: int, values: Values, now: datetime) -> None:
        """Note who took a message that a person hands over, and when: ``to`` and ``at``, as ``forms.hand_form`` asks.

        Whoever took it stands in the delivery, not in the journal.

        Of a post that was answered where it stands the answer's own address is noted, too (``link``).

        Raises:
            Forbidden: ``no-right``.
            Refused: as ``forms.check_form``; ``link-unreadable``.
            Missing: ``delivery-missing``.
            Stale: ``delivery-changed``.
        """

        async def change(row: Delivery) -> None:
            form = forms.hand_form(kind=self._kind(row))
            given = forms.check_form(form, values, (), now, self._calendars[by.office])
            if given.get("link") and not LINK.fullmatch(given["link"]):
                raise Refused("link-unreadable", field="link")
            at = datetime.fromisoformat(given["at"])
            detail = "\n".join(filter(None, (given["to"], given.get("link"))))
            await _save(row, state="delivered", sent_at=at, delivered_at=at, reason="", detail=detail)

        await self._change(by, delivery_id, now, states={"handover"}, event="delivery-handed", change=change)

    async def kind(self, by: Actor, delivery_id: int) -> str:
        """Of what kind the door of a delivery is. Raises Forbidden ``no-right``, Missing ``delivery-missing``."""
        self._check(by)
        async with self._database.reading():
            row = await Delivery.filter(id=delivery_id, office=by.office).first()
            if row is None or not await self._sees(by, row):
                raise Missing("delivery-missing")
        return self._kind(row)

    def _kind(self, row: Delivery) -> str:
        entry = self._offices.office(row.office).channels.get(row.channel.removeprefix(f"{row.office}-"))
        return entry.kind if entry else ""

    async def drop(self, by: Actor, delivery_id: int, now: datetime) -> None:
        """Let it be: the message is not sent, and is no trouble any more.

        Raises: Forbidden ``no-right``, Missing ``delivery-missing``, Stale ``delivery-changed``.
        """

        async def change(row: Delivery) -> None:
            await _save(row, state="dropped")

        await self._change(by, delivery_id, now, states=_DROPPABLE, event="delivery-dropped", change=change)

    async def _change(
        self,
        by: Actor,
        delivery_id: int,
        now: datetime,
        *,
        states: Collection[str],
        event: str,
        change: Callable[[Delivery], Awaitable[None]],
    ) -> None:
        self._check(by)

        async def work() -> Event:
            row = await Delivery.filter(id=delivery_id, office=by.office).select_for_update().first()
            if row is None or not await self._sees(by, row):
                raise Missing("delivery-missing")
            if row.state not in states:
                raise Stale("delivery-changed")
            await change(row)
            return await _journal(row, by, event, now)

        self._announce(await self._database.transaction(work))

    async def _sees(self, by: Actor, row: Delivery) -> bool:
        """Whether the officer may know of the ticket that it is about."""
        office = self._offices.office(by.office)
        if by.may(office, Right.SEE_ALL):
            return True
        said = await Message.get(id=row.message_id)
        return said.ticket_id is None or await visible(by, office).filter(id=said.ticket_id).exists()

    def _check(self, by: Actor) -> None:
        if not by.may(self._offices.office(by.office), Right.DELIVERY):
            raise Forbidden("no-right", right=Right.DELIVERY)


async def _save(row: Delivery, **changes: Any) -> None:
    await row.update_from_dict(changes).save(update_fields=list(changes))


async def _journal(row: Delivery, by: Actor, event: str, now: datetime) -> Event:
    message = await Message.get(id=row.message_id).select_related("ticket")
    values = {"message_id": row.message_id, "channel": row.channel}
    await journal.write(row.office, event, actor=by.mark, at=now, ticket_id=message.ticket_id, **values)
    ticket = message.ticket
    return Event(row.office, "delivery", ticket.id if ticket else 0, ticket.number if ticket else "")
