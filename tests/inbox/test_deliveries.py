from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from config.schema import Offices
from inbox.actor import Actor
from inbox.database import Database
from inbox.deliveries import Deliveries
from inbox.live import Event
from inbox.models import Address, Delivery, Entry
from inbox.refused import Forbidden, Missing, Refused, Stale
from inbox.worktime import Calendar
from tests.inbox.rows import queued, state_of
from tests.shipped import shipped

Command = Callable[[Deliveries, Actor, int, datetime], Any]
RETRY: Command = lambda deliveries, by, id_, now: deliveries.retry(by, id_, now)  # noqa: E731
DROP: Command = lambda deliveries, by, id_, now: deliveries.drop(by, id_, now)  # noqa: E731
ARRIVED: Command = lambda deliveries, by, id_, now: deliveries.settle_unsure(by, id_, True, now)  # noqa: E731
LOST: Command = lambda deliveries, by, id_, now: deliveries.settle_unsure(by, id_, False, now)  # noqa: E731


@pytest.fixture(scope="module")
def offices() -> Offices:
    """The offices that are shipped."""
    return shipped()


@pytest.fixture
def told() -> list[Event]:
    """What open pages were told."""
    return []


def _actor(offices: Offices, *, may: bool = True) -> Actor:
    roles = {id_ for id_, role in offices.office("blitar").roles.items() if ("delivery" in role.may) is may}
    assert roles
    return Actor(5, "sri", "blitar", "Sri", "SW", frozenset(roles))


@pytest.mark.parametrize(
    ("command", "before", "after", "event"),
    [
        (RETRY, "failed", "queued", "delivery-retried"),
        (RETRY, "unsure", "queued", "delivery-retried"),
        (RETRY, "dropped", "queued", "delivery-retried"),
        (ARRIVED, "unsure", "sent", "delivery-arrived"),
        (LOST, "unsure", "failed", "delivery-not-arrived"),
        (DROP, "failed", "dropped", "delivery-dropped"),
        (DROP, "unsure", "dropped", "delivery-dropped"),
        (DROP, "handover", "dropped", "delivery-dropped"),
    ],
)
async def test_what_an_officer_can_do_and_what_the_journal_says(
    any_database: Database,
    now: datetime,
    offices: Offices,
    told: list[Event],
    command: Command,
    before: str,
    after: str,
    event: str,
) -> None:
    """Each command moves the delivery, writes who did it, and tells open pages afterwards."""
    delivery = await queued(any_database, now, with_ticket=True)
    await Delivery.filter(id=delivery.id).update(state=before, reason="gave-up")
    await command(Deliveries(any_database, offices, told.append, {}), _actor(offices), delivery.id, now)
    assert await state_of(delivery) == after
    entry = await Entry.get()
    assert (entry.event, entry.actor, entry.ticket_id) == (event, "officer:5", delivery.message.ticket_id)
    assert [(one.kind, one.number) for one in told] == [("delivery", "BLT-26-000001")]


@pytest.mark.parametrize(
    ("command", "state"),
    [
        (RETRY, "queued"),
        (RETRY, "sending"),
        (RETRY, "sent"),
        (RETRY, "read"),
        (ARRIVED, "failed"),
        (LOST, "handover"),
        (ARRIVED, "handover"),
        (DROP, "sent"),
    ],
)
async def test_what_changed_meanwhile_is_not_overrun(
    sqlite_database: Database, now: datetime, offices: Offices, told: list[Event], command: Command, state: str
) -> None:
    """A button pressed on an old page does nothing to a delivery that has moved on: no message goes out twice."""
    delivery = await queued(sqlite_database, now)
    await Delivery.filter(id=delivery.id).update(state=state)
    with pytest.raises(Stale):
        await command(Deliveries(sqlite_database, offices, told.append, {}), _actor(offices), delivery.id, now)
    assert await state_of(delivery) == state
    assert told == []


@pytest.mark.parametrize("command", [RETRY, DROP, ARRIVED])
async def test_only_officers_with_the_right_and_of_the_office(
    sqlite_database: Database, now: datetime, offices: Offices, told: list[Event], command: Command
) -> None:
    """Without the right nothing happens; another office's delivery does not exist."""
    delivery = await queued(sqlite_database, now)
    foreign = await queued(sqlite_database, now, office="denpasar", channel="denpasar-email")
    await Delivery.all().update(state="unsure")
    deliveries = Deliveries(sqlite_database, offices, told.append, {})
    with pytest.raises(Forbidden):
        await command(deliveries, _actor(offices, may=False), delivery.id, now)
    for id_ in (foreign.id, 999_999):
        with pytest.raises(Missing):
            await command(deliveries, _actor(offices), id_, now)
    assert await state_of(delivery) == await state_of(foreign) == "unsure"


async def test_trying_again_starts_three_new_days_and_forgives_the_address(
    any_database: Database, now: datetime, offices: Offices, told: list[Event]
) -> None:
    """An officer who knows better than a bounce can have the address tried once more, due at once."""
    delivery = await queued(any_database, now)
    await Delivery.filter(id=delivery.id).update(state="failed", attempts=20, reason="gave-up")
    await Address.all().update(dead_at=now, dead_reason="550")
    later = now + timedelta(days=5)
    await Deliveries(any_database, offices, told.append, {}).retry(_actor(offices), delivery.id, later)
    row = await Delivery.get(id=delivery.id)
    assert (row.due_at, row.give_up_at, row.reason) == (later, later + timedelta(days=3), "")
    assert (await Address.get()).dead_at is None


async def test_who_took_it_and_when_is_noted(
    any_database: Database, now: datetime, offices: Offices, told: list[Event]
) -> None:
    """A paper that was handed over is delivered at the time somebody says; the journal knows who noted it, no name."""
    delivery = await queued(any_database, now, with_ticket=True)
    await Delivery.filter(id=delivery.id).update(state="handover")
    calendars = {"blitar": Calendar(offices.office("blitar"), offices.worktime)}
    desk = Deliveries(any_database, offices, told.append, calendars)
    wrongs = [
        ({"to": " ", "at": "2026-11-23T08:00"}, "field-missing"),
        ({"to": "Siti", "at": ""}, "field-missing"),
        ({"to": "Siti", "at": "kemarin"}, "moment-unreadable"),
        ({"to": "Siti", "at": "2031-01-01T08:00"}, "moment-future"),
    ]
    for values, code in wrongs:
        with pytest.raises(Refused) as refused:
            await desk.hand_over(_actor(offices), delivery.id, values, now)
        assert refused.value.code == code
    assert await state_of(delivery) == "handover"
    at = f"{now.astimezone(ZoneInfo('Asia/Jakarta')) - timedelta(hours=1):%Y-%m-%dT%H:%M}"
    await desk.hand_over(_actor(offices), delivery.id, {"to": "Siti, istrinya", "at": at}, now)
    row = await Delivery.get(id=delivery.id)
    assert (row.state, row.detail) == ("delivered", "Siti, istrinya")
    assert row.delivered_at == (now - timedelta(hours=1)).replace(second=0, microsecond=0)
    entry = await Entry.get()
    assert (entry.event, entry.actor) == ("delivery-handed", "officer:5")
    assert "Siti" not in str(entry.values)
    with pytest.raises(Stale):
        await desk.hand_over(_actor(offices), delivery.id, {"to": "Siti", "at": at}, now)
    with pytest.raises(Forbidden):
        await desk.hand_over(_actor(offices, may=False), delivery.id, {"to": "Siti", "at": at}, now)
