from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from channels.base import Receipt, Report, State, Undelivered
from inbox import outbox, outcomes
from inbox.database import Database
from inbox.models import Address, Attempt, Delivery, Entry, Message, Notice
from inbox.outcomes import Claimed, pause
from tests.inbox.rows import CHANNEL, queued, state_of

LEASE = timedelta(minutes=5)
MINUTE = timedelta(minutes=1)
BUSY = Undelivered("server-busy", retry=True, detail="421 later")
UNKNOWN = Undelivered("address-unknown", retry=False, detail="550 no such user")


async def _claim(database: Database, now: datetime) -> Claimed:
    (claimed,) = await outbox.claim(database, worker="a", channel=CHANNEL, now=now, lease=LEASE, limit=1)
    return claimed


async def _report(database: Database, now: datetime, **news: Any) -> None:
    await database.transaction(lambda: outbox.report(CHANNEL, Report(**news), now))


async def _journal() -> list[str]:
    return [entry.event for entry in await Entry.all().order_by("id")]


@pytest.mark.parametrize(
    ("attempt", "minutes"),
    [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 32), (7, 64), (8, 128), (9, 256), (10, 360), (11, 360), (99, 360)],
)
def test_the_pause_doubles_up_to_six_hours(attempt: int, minutes: int) -> None:
    """After the n-th attempt the next one waits twice as long as after the one before."""
    assert pause(attempt) == timedelta(minutes=minutes)


async def test_what_was_taken_is_sent_and_has_a_name(any_database: Database, now: datetime) -> None:
    """A receipt makes the delivery sent, names the message as the platform does, and is in the journal."""
    delivery = await queued(any_database, now, with_ticket=True)
    claimed = await _claim(any_database, now)
    later = now + MINUTE
    event = await any_database.transaction(lambda: outcomes.sent(claimed, Receipt("<1@x>"), later, 312))
    row = await Delivery.get(id=delivery.id).select_related("message")
    assert (row.state, row.sent_at, row.lease_until, row.message.external_id) == ("sent", later, None, "<1@x>")
    attempt = await Attempt.get(id=claimed.attempt_id)
    assert (attempt.outcome, attempt.milliseconds) == ("sent", 312)
    assert await _journal() == ["delivery-sent"]
    assert (event.kind, event.number) == ("delivery", "BLT-26-000001")


async def test_a_door_that_delivers_at_once_says_so(any_database: Database, now: datetime) -> None:
    """What a status page holds is delivered the moment it is there."""
    delivery = await queued(any_database, now)
    claimed = await _claim(any_database, now)
    await any_database.transaction(lambda: outcomes.sent(claimed, Receipt("1", State.DELIVERED), now))
    row = await Delivery.get(id=delivery.id)
    assert (row.state, row.sent_at, row.delivered_at) == ("delivered", now, now)


async def test_a_name_that_is_taken_does_not_lose_the_outcome(any_database: Database, now: datetime) -> None:
    """A platform that repeats a message id cannot make us send twice."""
    first, second = await queued(any_database, now), await queued(any_database, now)
    for _ in range(2):
        claimed = await _claim(any_database, now)
        await any_database.transaction(lambda claimed=claimed: outcomes.sent(claimed, Receipt("same"), now))
    assert (await state_of(first), await state_of(second)) == ("sent", "sent")
    assert sorted([name or "" for name in await Message.all().values_list("external_id", flat=True)]) == ["", "same"]


async def test_a_retryable_failure_is_tried_again_later_each_time(any_database: Database, now: datetime) -> None:
    """1, 2, 4 ... minutes pass between tries, and nobody is troubled meanwhile."""
    delivery = await queued(any_database, now, with_ticket=True)
    for minutes in (1, 2, 4, 8):
        claimed = await _claim(any_database, now)
        await any_database.transaction(lambda claimed=claimed, at=now: outcomes.failed(claimed, BUSY, at))
        row = await Delivery.get(id=delivery.id)
        assert (row.state, row.reason, row.due_at) == ("queued", "server-busy", now + timedelta(minutes=minutes))
        now = row.due_at
    assert await Attempt.filter(outcome="server-busy", detail="421 later").count() == 4
    assert await _journal() == []
    assert await Notice.all().count() == 0


async def test_the_platforms_own_wish_when_to_try_again_counts(any_database: Database, now: datetime) -> None:
    """A platform that asks for twenty minutes gets twenty minutes."""
    delivery = await queued(any_database, now)
    claimed = await _claim(any_database, now)
    patient = Undelivered("server-busy", retry=True, after=timedelta(minutes=20))
    await any_database.transaction(lambda: outcomes.failed(claimed, patient, now))
    assert (await Delivery.get(id=delivery.id)).due_at == now + timedelta(minutes=20)


async def test_after_three_days_it_is_given_up(any_database: Database, now: datetime) -> None:
    """A line that stays down for three days ends in a failure that names its last reason."""
    delivery = await queued(any_database, now, with_ticket=True)
    begun, tries = now, 0
    while await state_of(delivery) == "queued":
        claimed, tries = await _claim(any_database, now), tries + 1
        await any_database.transaction(lambda claimed=claimed, at=now: outcomes.failed(claimed, BUSY, at))
        now = (await Delivery.get(id=delivery.id)).due_at
    row = await Delivery.get(id=delivery.id)
    assert (row.state, row.reason, row.detail) == ("failed", "gave-up", "server-busy: 421 later")
    assert tries == 20
    assert now - begun <= timedelta(days=3)
    assert await _journal() == ["delivery-failed"]


async def test_a_permanent_failure_ends_it_and_tells_the_step(any_database: Database, now: datetime) -> None:
    """What cannot be delivered fails at once, with a journal line and one notice to the role whose step it is."""
    delivery = await queued(any_database, now, with_ticket=True)
    claimed = await _claim(any_database, now)
    large = Undelivered("message-too-large", retry=False, detail="552")
    await any_database.transaction(lambda: outcomes.failed(claimed, large, now))
    row = await Delivery.get(id=delivery.id)
    assert (row.state, row.reason, row.detail) == ("failed", "message-too-large", "552")
    assert [(entry.event, entry.values["reason"]) for entry in await Entry.all()] == [
        ("delivery-failed", "message-too-large")
    ]
    notice = await Notice.get()
    assert (notice.kind, notice.role, notice.values["reason"]) == ("delivery-failed", "petugas", "message-too-large")
    assert (await Address.get()).dead_at is None


async def test_an_unknown_address_is_dead_from_then_on(any_database: Database, now: datetime) -> None:
    """When the platform knows nobody there, what waits for the address fails with it."""
    first, second = await queued(any_database, now), await queued(any_database, now)
    claimed = await _claim(any_database, now)
    await any_database.transaction(lambda: outcomes.failed(claimed, UNKNOWN, now))
    assert ((await Delivery.get(id=first.id)).reason, (await Delivery.get(id=second.id)).reason) == (
        "address-unknown",
        "address-dead",
    )
    address = await Address.get()
    assert (address.dead_at, address.dead_reason) == (now, "550 no such user")


async def test_refused_credentials_are_not_the_citizens_failure(any_database: Database, now: datetime) -> None:
    """While the platform refuses us, attempts are not counted and the three days do not run."""
    delivery = await queued(any_database, now)
    late = now + timedelta(days=4)
    claimed = await _claim(any_database, late)
    await any_database.transaction(lambda: outcomes.refused(claimed, late))
    row = await Delivery.get(id=delivery.id)
    assert (row.state, row.attempts, row.reason) == ("queued", 0, "unauthorised")
    assert row.due_at > late
    assert row.give_up_at == late + timedelta(days=3)
    assert (await Attempt.get()).outcome == "unauthorised"


async def test_doubt_is_an_officers_to_settle(any_database: Database, now: datetime) -> None:
    """When nobody knows whether it went out, nothing is sent again and an officer is told."""
    delivery = await queued(any_database, now, with_ticket=True)
    claimed = await _claim(any_database, now)
    await any_database.transaction(lambda: outcomes.unsure(claimed, now, "cut after the last dot"))
    row = await Delivery.get(id=delivery.id)
    assert (row.state, row.detail) == ("unsure", "cut after the last dot")
    assert await _journal() == ["delivery-unsure"]
    assert [notice.kind for notice in await Notice.all()] == ["delivery-unsure"]


@pytest.mark.parametrize(("safe", "state", "told"), [(True, "queued", 0), (False, "unsure", 1)])
async def test_a_crash_between_claim_and_outcome(
    any_database: Database, now: datetime, safe: bool, state: str, told: int
) -> None:
    """After the lease a lost delivery goes out again where repeating is safe; elsewhere it is in doubt."""
    delivery = await queued(any_database, now, with_ticket=True)
    await _claim(any_database, now)
    assert await any_database.transaction(lambda: outcomes.recover(any_database, now + LEASE, lambda _: safe)) == []
    assert await state_of(delivery) == "sending"
    late = now + LEASE + timedelta(seconds=1)
    events = await any_database.transaction(lambda: outcomes.recover(any_database, late, lambda _: safe))
    assert [event.number for event in events] == ["BLT-26-000001"]
    assert await state_of(delivery) == state
    assert (await Attempt.get()).outcome == "lost"
    assert await Notice.all().count() == told
    assert len(await outbox.claim(any_database, worker="b", channel=CHANNEL, now=late, lease=LEASE, limit=9)) == safe


async def test_an_outcome_that_comes_after_the_lease_is_still_true(any_database: Database, now: datetime) -> None:
    """A worker that was merely slow: what it sent is sent, although the delivery had come into doubt."""
    delivery = await queued(any_database, now)
    claimed = await _claim(any_database, now)
    late = now + timedelta(minutes=6)
    await any_database.transaction(lambda: outcomes.recover(any_database, late, lambda _: False))
    await any_database.transaction(lambda: outcomes.sent(claimed, Receipt("<1>"), late))
    assert await state_of(delivery) == "sent"


async def test_a_slow_workers_failure_does_not_undo_the_next_workers_try(any_database: Database, now: datetime) -> None:
    """Only the attempt in hand can fail a delivery."""
    delivery = await queued(any_database, now)
    slow = await _claim(any_database, now)
    late = now + timedelta(minutes=6)
    await any_database.transaction(lambda: outcomes.recover(any_database, late, lambda _: True))
    await _claim(any_database, late)
    await any_database.transaction(lambda: outcomes.failed(slow, UNKNOWN, late))
    assert await state_of(delivery) == "sending"


@pytest.mark.parametrize(
    ("before", "reported", "after"),
    [
        ("sent", State.SENT, "sent"),
        ("sent", State.DELIVERED, "delivered"),
        ("sent", State.READ, "read"),
        ("delivered", State.READ, "read"),
        ("delivered", State.DELIVERED, "delivered"),
        ("read", State.DELIVERED, "read"),
        ("read", State.SENT, "read"),
        ("delivered", State.SENT, "delivered"),
        ("sent", State.FAILED, "failed"),
        ("sent", State.DEAD_ADDRESS, "failed"),
        ("delivered", State.FAILED, "delivered"),
        ("read", State.FAILED, "read"),
        ("unsure", State.SENT, "sent"),
        ("unsure", State.DELIVERED, "delivered"),
        ("unsure", State.FAILED, "failed"),
        ("failed", State.DELIVERED, "delivered"),
        ("failed", State.SENT, "failed"),
        ("queued", State.DELIVERED, "delivered"),
        ("queued", State.FAILED, "queued"),
        ("sending", State.READ, "read"),
        ("dropped", State.FAILED, "dropped"),
        ("handover", State.DELIVERED, "handover"),
    ],
)
async def test_reports_move_a_delivery_forward_only(
    sqlite_database: Database, now: datetime, before: str, reported: State, after: str
) -> None:
    """What a platform reports later is believed where it can follow on what is known."""
    delivery = await queued(sqlite_database, now, with_ticket=True)
    await Delivery.filter(id=delivery.id).update(state=before)
    await _report(sqlite_database, now, state=reported, key=delivery.key, reason="550")
    assert await state_of(delivery) == after
    # That it arrived says that it went out: the journal has both.
    went = before in {"sending", "unsure"} and after in {"delivered", "read"}
    assert len(await _journal()) == (before != after) + went


async def test_a_report_names_the_message_as_the_platform_does(any_database: Database, now: datetime) -> None:
    """A bounce that names our Message-ID fails that delivery, with the server's words for an officer."""
    delivery = await queued(any_database, now, with_ticket=True)
    claimed = await _claim(any_database, now)
    await any_database.transaction(lambda: outcomes.sent(claimed, Receipt("<1@x>"), now))
    await _report(any_database, now, state=State.FAILED, external_id="<1@x>", reason="552 mailbox full")
    row = await Delivery.get(id=delivery.id)
    assert (row.state, row.reason, row.detail) == ("failed", "not-delivered", "552 mailbox full")
    assert await _journal() == ["delivery-sent", "delivery-failed"]
    assert await Notice.all().count() == 1


@pytest.mark.parametrize("reported", [State.DELIVERED, State.FAILED])
async def test_a_report_may_be_quicker_than_the_answer(
    sqlite_database: Database, now: datetime, reported: State
) -> None:
    """News by our key settles what is still in hand, and the platform's answer behind it does not undo that."""
    delivery = await queued(sqlite_database, now)
    claimed = await _claim(sqlite_database, now)
    await _report(sqlite_database, now, state=reported, external_id="SM1", key=delivery.key, reason="30005")
    await sqlite_database.transaction(lambda: outcomes.sent(claimed, Receipt("SM1"), now))
    row = await Delivery.get(id=delivery.id).select_related("message")
    assert (row.state, row.message.external_id) == (reported.value, "SM1")


async def test_two_reports_may_be_quicker_than_the_answer(any_database: Database, now: datetime) -> None:
    """The first brings the platform's name, by which the second is known before our own request returned."""
    delivery = await queued(any_database, now)
    claimed = await _claim(any_database, now)
    for state in (State.SENT, State.DELIVERED):
        await _report(any_database, now, state=state, external_id="SM1", key=delivery.key)
    await any_database.transaction(lambda: outcomes.sent(claimed, Receipt("SM1"), now))
    row = await Delivery.get(id=delivery.id).select_related("message")
    assert (row.state, row.message.external_id) == ("delivered", "SM1")


async def test_what_a_report_says_the_answer_does_not_say_again(any_database: Database, now: datetime) -> None:
    """A "sent" that was quicker than our own request's answer stands in the journal once."""
    await queued(any_database, now, with_ticket=True)
    claimed = await _claim(any_database, now)
    await _report(any_database, now, state=State.SENT, key=claimed.outbound.key)
    await any_database.transaction(lambda: outcomes.sent(claimed, Receipt("<1@x>"), now))
    assert await _journal() == ["delivery-sent"]


async def test_a_report_may_come_while_the_answer_is_stored(postgres_database: Database, now: datetime) -> None:
    """News that waits for the row finds it again by the name it has by then."""
    delivery = await queued(postgres_database, now)
    claimed = await _claim(postgres_database, now)
    stored, commit = asyncio.Event(), asyncio.Event()

    async def store() -> None:
        await outcomes.sent(claimed, Receipt("SM1"), now)
        stored.set()
        await commit.wait()

    answer = asyncio.create_task(postgres_database.transaction(store))
    await stored.wait()
    news = {"state": State.DELIVERED, "external_id": "SM1", "key": delivery.key}
    report = asyncio.create_task(_report(postgres_database, now, **news))
    while not await postgres_database.query("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"):
        assert not report.done(), "it did not wait for the row"
    commit.set()
    await asyncio.gather(answer, report)
    assert await state_of(delivery) == "delivered"


@pytest.mark.parametrize(("name", "after"), [("SM1", "delivered"), ("SM2", "sent")])
async def test_a_name_goes_before_the_key(sqlite_database: Database, now: datetime, name: str, after: str) -> None:
    """What was sent again has a new name: news of the attempt before it, with the same key, is not about it."""
    delivery = await queued(sqlite_database, now)
    claimed = await _claim(sqlite_database, now)
    await sqlite_database.transaction(lambda: outcomes.sent(claimed, Receipt("SM1"), now))
    await _report(sqlite_database, now, state=State.DELIVERED, external_id=name, key=delivery.key)
    assert await state_of(delivery) == after


async def test_a_bounce_from_a_dead_address_marks_the_address(any_database: Database, now: datetime) -> None:
    """Nobody there: the delivery failed, the address is dead, and what waits for it fails too."""
    first = await queued(any_database, now)
    claimed = await _claim(any_database, now)
    await any_database.transaction(lambda: outcomes.sent(claimed, Receipt("<1@x>"), now))
    second = await queued(any_database, now)
    await _report(any_database, now, state=State.DEAD_ADDRESS, external_id="<1@x>", reason="550 unknown")
    assert (await Address.get()).dead_at == now
    assert [(await Delivery.get(id=each.id)).reason for each in (first, second)] == ["address-unknown", "address-dead"]


async def test_a_dead_address_can_be_reported_by_its_name_alone(any_database: Database, now: datetime) -> None:
    """A platform that only says who is gone is understood; other doors' addresses are left alone."""
    await queued(any_database, now)
    claimed = await _claim(any_database, now)
    await any_database.transaction(lambda: outcomes.sent(claimed, Receipt("<1@x>"), now))
    await queued(any_database, now, value="budi@example.org", channel="blitar-surel2")
    for recipient in ("sri@example.org", "budi@example.org", "nobody@example.org"):
        await _report(any_database, now, state=State.DEAD_ADDRESS, recipient=recipient, reason="gone")
    assert (await Address.get(value="sri@example.org")).dead_at == now
    assert (await Address.get(value="budi@example.org")).dead_at is None


async def test_a_forged_bounce_buries_nobody(any_database: Database, now: datetime) -> None:
    """A stranger's word that somebody is gone counts for nothing: neither where we did not write to them of late, nor
    under the name of a message to the stranger.
    """
    mallory = await queued(any_database, now, value="mallory@example.org")
    claimed = await _claim(any_database, now)
    await any_database.transaction(lambda: outcomes.sent(claimed, Receipt("<1@x>"), now))
    siti = await queued(any_database, now, value="siti@example.org")
    for named in ("", "<1@x>", "<never@x>"):
        await _report(
            any_database, now, state=State.DEAD_ADDRESS, external_id=named, recipient="siti@example.org", reason="gone"
        )
    assert (await Address.get(value="siti@example.org")).dead_at is None
    assert [(await Delivery.get(id=one.id)).state for one in (mallory, siti)] == ["failed", "queued"]


async def test_trouble_that_the_platform_still_works_on_changes_nothing(any_database: Database, now: datetime) -> None:
    """A delayed-delivery notice is kept beside the delivery, which stays sent."""
    delivery = await queued(any_database, now)
    claimed = await _claim(any_database, now)
    await any_database.transaction(lambda: outcomes.sent(claimed, Receipt("<1@x>"), now))
    await _report(any_database, now, state=State.FAILED, external_id="<1@x>", reason="4.4.1 delayed", permanent=False)
    row = await Delivery.get(id=delivery.id)
    assert (row.state, row.detail) == ("sent", "4.4.1 delayed")


async def test_what_a_platform_gave_up_for_a_reason_that_passes_is_sent_again(
    any_database: Database, now: datetime
) -> None:
    """Later each time, under the name it is given then, until three days have passed."""
    delivery, troubles = await queued(any_database, now, with_ticket=True), 0
    while (row := await Delivery.get(id=delivery.id)).state == "queued":
        claimed, now = await _claim(any_database, row.due_at), row.due_at
        name, troubles = f"wamid.{claimed.attempt}", troubles + 1
        await any_database.transaction(lambda c=claimed, n=name, at=now: outcomes.sent(c, Receipt(n), at))
        trouble = {"state": State.FAILED, "reason": "131000 Something went wrong", "permanent": False, "again": True}
        await _report(any_database, now, external_id=name, **trouble)
        assert (await Delivery.get(id=delivery.id)).due_at == now + pause(claimed.attempt) or troubles > 10
    assert (row.state, row.reason, row.detail) == ("failed", "gave-up", "131000 Something went wrong")
    assert troubles > 10
    assert await Notice.all().count() > 0


async def test_a_report_that_knows_the_cause_says_it(any_database: Database, now: datetime) -> None:
    """An officer reads what to do; whoever shut us out is not written to until they write again."""
    delivery = await queued(any_database, now, with_ticket=True)
    claimed = await _claim(any_database, now)
    await any_database.transaction(lambda: outcomes.sent(claimed, Receipt("wamid.1"), now))
    news = {"state": State.FAILED, "external_id": "wamid.1", "reason": "131047 Re-engagement message"}
    await _report(any_database, now, **news, cause="window-closed")
    row = await Delivery.get(id=delivery.id)
    assert (row.state, row.reason, row.detail) == ("failed", "window-closed", "131047 Re-engagement message")
    assert (await Address.get()).dead_at is None


async def test_a_failure_that_beats_the_answer_is_not_lost(any_database: Database, now: datetime) -> None:
    """It is known by our key, and the attempt in hand does not hide it."""
    delivery = await queued(any_database, now)
    claimed = await _claim(any_database, now)
    key = claimed.outbound.key
    await _report(any_database, now, state=State.FAILED, key=key, reason="131000", permanent=False, again=True)
    await any_database.transaction(lambda: outcomes.sent(claimed, Receipt("wamid.1"), now))
    assert await state_of(delivery) == "failed"


async def test_a_watermark_covers_everything_before_it(any_database: Database, now: datetime) -> None:
    """Read up to a moment: what was sent to that person before is read, what came after is not."""
    deliveries = []
    for minutes in (0, 1, 2):
        deliveries.append(await queued(any_database, now))
        claimed = await _claim(any_database, now)
        at = now + timedelta(minutes=minutes)
        await any_database.transaction(lambda claimed=claimed, at=at: outcomes.sent(claimed, Receipt(str(at)), at))
    await _report(any_database, now, state=State.READ, recipient="sri@example.org", upto=now + MINUTE, at=now + MINUTE)
    assert [await state_of(delivery) for delivery in deliveries] == ["read", "read", "sent"]
    assert (await Delivery.get(id=deliveries[0].id)).read_at == now + MINUTE


async def test_a_report_that_is_quicker_than_the_answer_is_not_undone(any_database: Database, now: datetime) -> None:
    """A webhook that says "delivered" before our own request returned keeps its word."""
    delivery = await queued(any_database, now)
    claimed = await _claim(any_database, now)
    await _report(any_database, now, state=State.DELIVERED, key=delivery.key)
    await any_database.transaction(lambda: outcomes.sent(claimed, Receipt("<1@x>"), now))
    row = await Delivery.get(id=delivery.id).select_related("message")
    assert (row.state, row.message.external_id) == ("delivered", "<1@x>")


@pytest.mark.parametrize(
    "news",
    [
        {"external_id": "<not ours>"},
        {"key": "x"},
        {"recipient": "x"},
        {},
        {"external_id": "3f2b8c1e-8c55-4a3c-9a57-0d9f8c6f2b11", "key": "3f2b8c1e-8c55-4a3c-9a57-0d9f8c6f2b11"},
        {"external_id": "a" * 999, "key": "b" * 999, "recipient": "c" * 999},
        {"external_id": "a\x00", "key": "b\x00", "recipient": "c\x00", "reason": "d\x00"},
    ],
)
async def test_reports_of_what_is_not_ours_are_ignored(
    any_database: Database, now: datetime, news: dict[str, str]
) -> None:
    """A bounce of somebody else's mail changes nothing, nor what a phone sent for another program."""
    delivery = await queued(any_database, now)
    for state in (State.FAILED, State.DEAD_ADDRESS):
        await _report(any_database, now, state=state, **news)
    assert await state_of(delivery) == "queued"


async def test_a_report_of_another_door_cannot_touch_ours(any_database: Database, now: datetime) -> None:
    """A key or id counts only within the door that it came through."""
    delivery = await queued(any_database, now)
    news = Report(State.DELIVERED, key=delivery.key)
    assert await any_database.transaction(lambda: outbox.report("denpasar-email", news, now)) == []
    assert await state_of(delivery) == "queued"


SETTLE: dict[str, Callable[[Claimed, datetime], Any]] = {
    "sent": lambda claimed, now: outcomes.sent(claimed, Receipt("<1>"), now),
    "failed": lambda claimed, now: outcomes.failed(claimed, UNKNOWN, now),
    "unsure": outcomes.unsure,
}


@pytest.mark.parametrize("name", SETTLE)
async def test_a_message_without_a_ticket_settles_too(any_database: Database, now: datetime, name: str) -> None:
    """An answer to a greeting belongs to no ticket; its outcome is kept, and nobody's journal or step is touched."""
    delivery = await queued(any_database, now)
    claimed = await _claim(any_database, now)
    event = await any_database.transaction(lambda: SETTLE[name](claimed, now))
    assert (event.ticket_id, event.number) == (0, "")
    assert await state_of(delivery) == name
    assert await _journal() == []
    assert await Notice.all().count() == 0
