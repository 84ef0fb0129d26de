"""What became of a delivery: sent, tried again later, failed for good, unsure; and what platforms report afterwards.

Every function works in the caller's transaction, leaves a line in the ticket's journal, tells the officers whose step
it is where somebody must act, and answers what open pages are to be told after the commit. A state never goes
backwards: what was read stays read, whatever arrives late.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from channels.base import Outbound, Receipt, Report, State, Undelivered
from inbox import journal, notices
from inbox.database import Database
from inbox.live import Event
from inbox.models import Address, Attempt, Delivery, Message, Ticket
from inbox.onward import withdraw
from inbox.reported import keep_name, meant, spoken_to, storable
from inbox.steps import roles_at_hand
from inbox.vouched import recognise

GIVE_UP_AFTER = timedelta(days=3)
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)
_REFUSED_PAUSE = timedelta(minutes=5)
_BOUNCES_WITHIN = timedelta(days=7)
# Nobody is there, or they shut us out: the address is dead until they write again.
_DEAD = frozenset({"address-unknown", "address-blocked"})

# What a report may still change, by the state it reports. Late news of a delivery that we gave up on is news all the
# same; what has arrived cannot fail any more.
_FROM = {
    State.SENT: frozenset({"sending", "queued", "unsure"}),
    State.DELIVERED: frozenset({"sending", "queued", "unsure", "sent", "failed", "dropped"}),
    State.READ: frozenset({"sending", "queued", "unsure", "sent", "failed", "dropped", "delivered"}),
    State.FAILED: frozenset({"sending", "unsure", "sent"}),
    State.DEAD_ADDRESS: frozenset({"sending", "unsure", "sent"}),
}
# In the words of the partial index: with a parameter in place of the state, SQLite would read every delivery.
_LOST = """
    SELECT id FROM delivery
    WHERE state = 'sending' AND due_at < $1 ORDER BY due_at, id LIMIT 100
"""
_ARRIVED = frozenset({"delivered", "read"})


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery in hand. ``outbound.files`` name their content by digest (``reference``).

    ``ticket_id`` and ``number`` are 0 and empty where no ticket is meant. ``heard_at``: when the citizen last wrote in
    this conversation. ``instead``: what leaves in its place where its window has closed.
    """

    delivery_id: int
    attempt_id: int
    attempt: int
    office: str
    channel: str
    message_id: int
    ticket_id: int
    number: str
    outbound: Outbound
    heard_at: datetime | None = None
    instead: Outbound | None = None


def pause(attempt: int) -> timedelta:
    """How long to wait after the n-th attempt (from 1): doubling from a minute, at most six hours."""
    return min(_FIRST_PAUSE * (1 << min(attempt - 1, 20)), _LONGEST_PAUSE)


async def sent(claimed: Claimed, receipt: Receipt, now: datetime, milliseconds: int = 0) -> Event:
    """The platform took it. True even where the lease was lost meanwhile: it has gone out. A report that was quicker
    than this knows better.
    """
    row = await _tried(claimed, "sent", "", milliseconds)
    await keep_name(row, receipt.external_id)
    if claimed.outbound.comment and receipt.recipient:
        await recognise(row.address_id, claimed.channel, receipt.recipient)
    changes = _arrival(row, receipt.state, now)
    ours = row.attempts == claimed.attempt
    told = ours and (row.state == "sent" or row.state in _ARRIVED)
    reported = row.state in _ARRIVED or (ours and row.state == "failed")
    if not reported:
        changes |= {"state": _STATES[receipt.state], "reason": "", "detail": ""}
    await _save(row, sent_at=row.sent_at or now, lease_until=None, **changes)
    if not told:
        await _journal(row, claimed.ticket_id, "delivery-sent", now)
    return _event(claimed)


async def failed(claimed: Claimed, error: Undelivered, now: datetime, milliseconds: int = 0) -> Event:
    """One attempt failed: later again, or for good where that cannot help or three days have passed."""
    row = await _tried(claimed, error.reason, error.detail, milliseconds)
    if not _in_hand(row, claimed):
        return _event(claimed)
    due = now + (error.after or pause(claimed.attempt))
    if error.retry and due < row.give_up_at:
        await _save(row, state="queued", due_at=due, lease_until=None, **_why(error.reason, error.detail))
    elif error.retry:
        await _fail(row, claimed.ticket_id, "gave-up", f"{error.reason}: {error.detail}", now)
    else:
        await _fail(row, claimed.ticket_id, error.reason, error.detail, now)
        if error.reason in _DEAD:
            await _bury(row.address_id, error.detail, now)
    return _event(claimed)


async def refused(claimed: Claimed, now: datetime, milliseconds: int = 0) -> Event:
    """The platform refuses our credentials: the message goes back as if it had not been tried."""
    row = await _tried(claimed, "unauthorised", "", milliseconds)
    if _in_hand(row, claimed):
        await _save(
            row,
            state="queued",
            attempts=row.attempts - 1,
            due_at=now + _REFUSED_PAUSE,
            give_up_at=now + GIVE_UP_AFTER,
            lease_until=None,
            **_why("unauthorised", ""),
        )
    return _event(claimed)


async def kept_back(claimed: Claimed, now: datetime, milliseconds: int = 0) -> Event:
    """The office only practises: the message stays in the house and is no trouble. An officer may send it later."""
    row = await _tried(claimed, "practice", "", milliseconds)
    if _in_hand(row, claimed):
        await _save(row, state="dropped", lease_until=None, **_why("practice", ""))
        await _journal(row, claimed.ticket_id, "delivery-practice", now)
    return _event(claimed)


async def unsure(claimed: Claimed, now: datetime, detail: str = "", milliseconds: int = 0) -> Event:
    """It may or may not have gone out: an officer decides, or a later report does."""
    row = await _tried(claimed, "unsure", detail, milliseconds)
    if _in_hand(row, claimed):
        await _doubt(row, claimed.ticket_id, detail, now)
    return _event(claimed)


async def recover(database: Database, now: datetime, repeat_safe: Callable[[str], bool]) -> list[Event]:
    """Deliveries whose lease ran out: whoever had them is gone. Again at once where repeating is safe, else unsure."""
    lost = await database.query(_LOST, [now])
    rows = Delivery.filter(id__in=[one["id"] for one in lost], state="sending", lease_until__lt=now).order_by("id")
    events = []
    for row in await rows.select_for_update(skip_locked=True) if lost else ():
        message = await Message.get(id=row.message_id).select_related("ticket")
        await Attempt.filter(delivery_id=row.id, number=row.attempts, outcome="").update(outcome="lost")
        if repeat_safe(row.channel):
            await _save(row, state="queued", due_at=now, lease_until=None, worker="")
        else:
            await _doubt(row, message.ticket_id, "", now)
        events.append(_event_of(message))
    return events


async def report(channel: str, news: Report, now: datetime) -> list[Event]:
    """File what a platform says of messages that we sent earlier; what names none of ours is ignored."""
    news = storable(news)
    rows = await meant(channel, news)
    events = [await _learn(row, news, now) for row in rows]
    if news.state is State.DEAD_ADDRESS and news.recipient and not rows:
        for address_id in await spoken_to(channel, news.recipient, now - _BOUNCES_WITHIN):
            await _bury(address_id, news.reason, now)
    return [event for event in events if event]


_STATES = {State.SENT: "sent", State.DELIVERED: "delivered", State.READ: "read"}


async def _learn(row: Delivery, news: Report, now: datetime) -> Event | None:
    if row.state not in _FROM[news.state]:
        return None
    message = await Message.get(id=row.message_id).select_related("ticket")
    if news.state in _STATES:
        if news.state is not State.SENT and row.state in {"sending", "unsure"}:
            await _journal(row, message.ticket_id, "delivery-sent", now)
        if row.state == "dropped" or news.state is State.READ:
            await withdraw(message, now)
        arrived = _arrival(row, news.state, news.at or now)
        changes = {"state": _STATES[news.state], "sent_at": row.sent_at or news.at or now, **_why("", ""), **arrived}
        await _save(row, lease_until=None, **changes)
        await _journal(row, message.ticket_id, f"delivery-{news.state}", now)
    elif news.again and row.state != "sending":
        await _again(row, message.ticket_id, news.reason, now)
    elif news.permanent or news.again:
        cause = "address-unknown" if news.state is State.DEAD_ADDRESS else news.cause or "not-delivered"
        await _fail(row, message.ticket_id, cause, news.reason, now)
        if cause in _DEAD:
            await _bury(row.address_id, news.reason, now)
    else:
        await _save(row, detail=news.reason[:1000])
    return _event_of(message)


async def _again(row: Delivery, ticket_id: int | None, detail: str, now: datetime) -> None:
    """The platform took it, could not bring it and tries no more, for a reason that passes: another attempt of ours."""
    due = now + pause(row.attempts)
    if due < row.give_up_at:
        await _save(row, state="queued", due_at=due, lease_until=None, **_why("server-busy", detail))
    else:
        await _fail(row, ticket_id, "gave-up", detail, now)


def _in_hand(row: Delivery, claimed: Claimed) -> bool:
    """Whether the row still waits for this attempt: a lost lease or a report may have been quicker."""
    return row.state == "sending" and row.attempts == claimed.attempt


async def _tried(claimed: Claimed, outcome: str, detail: str, milliseconds: int) -> Delivery:
    """The delivery, locked, with its attempt noted: in this order everywhere, so that no two wait for each other."""
    row = await Delivery.filter(id=claimed.delivery_id).select_for_update().get()
    attempt = Attempt.filter(id=claimed.attempt_id)
    await attempt.update(outcome=outcome[:64], detail=detail[:1000], milliseconds=milliseconds)
    return row


def _arrival(row: Delivery, state: State, at: datetime) -> dict[str, Any]:
    """When it arrived and was read. What was read had arrived."""
    arrived = {"delivered_at": row.delivered_at or at} if state in {State.DELIVERED, State.READ} else {}
    return arrived | ({"read_at": at} if state is State.READ else {})


def _why(reason: str, detail: str) -> dict[str, str]:
    return {"reason": reason[:64], "detail": detail[:1000]}


async def _save(row: Delivery, **changes: Any) -> None:
    await row.update_from_dict(changes).save(update_fields=list(changes))


async def _fail(row: Delivery, ticket_id: int | None, reason: str, detail: str, now: datetime) -> None:
    await _save(row, state="failed", lease_until=None, **_why(reason, detail))
    await _journal(row, ticket_id, "delivery-failed", now, reason=reason)
    await _call(row, ticket_id, "delivery-failed", now, reason=reason)


async def _doubt(row: Delivery, ticket_id: int | None, detail: str, now: datetime) -> None:
    await _save(row, state="unsure", lease_until=None, **_why("unsure", detail))
    await _journal(row, ticket_id, "delivery-unsure", now)
    await _call(row, ticket_id, "delivery-unsure", now)


async def _bury(address_id: int, detail: str, now: datetime) -> None:
    """Nobody is there: say so on the address, and fail what still waits for it."""
    await Address.filter(id=address_id, dead_at=None).update(dead_at=now, dead_reason=detail[:500])
    waiting = Delivery.filter(address_id=address_id, state="queued").order_by("id").select_for_update()
    for row in await waiting:
        message = await Message.get(id=row.message_id)
        await _fail(row, message.ticket_id, "address-dead", detail, now)


async def _journal(row: Delivery, ticket_id: int | None, event: str, now: datetime, **values: Any) -> None:
    if ticket_id:
        known = {"message_id": row.message_id, "channel": row.channel}
        await journal.write(row.office, event, actor=journal.SYSTEM, at=now, ticket_id=ticket_id, **known, **values)


async def _call(row: Delivery, ticket_id: int | None, kind: str, now: datetime, **values: Any) -> None:
    """Tell whoever has the ticket's step in hand; once for each time the delivery comes to this end."""
    ticket = await Ticket.filter(id=ticket_id).only("id", "number").first() if ticket_id else None
    if ticket is None:
        return
    told = {"number": ticket.number, "channel": row.channel, **values}
    for role in await roles_at_hand(ticket.id):
        key = f"{kind}:{row.id}:{row.attempts}:{role}"
        await notices.tell(row.office, kind, key=key, now=now, role=role, ticket_id=ticket.id, **told)


def _event(claimed: Claimed) -> Event:
    return Event(claimed.office, "delivery", claimed.ticket_id, claimed.number)


def _event_of(message: Message) -> Event:
    ticket = message.ticket
    return Event(message.office, "delivery", ticket.id if ticket else 0, ticket.number if ticket else "")
