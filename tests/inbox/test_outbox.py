from __future__ import annotations

import asyncio
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from tortoise.exceptions import IntegrityError

from channels.base import Abilities, Receipt
from inbox import outbox, outcomes, taking
from inbox.database import Database
from inbox.files import StoredFile
from inbox.models import Address, Attachment, Attempt, Delivery, Entry, Message
from inbox.outbox import Claimed
from templates import Words
from tests.inbox.rows import CHANNEL, EMAIL, conversation, queued, state_of, ticket

LEASE = timedelta(minutes=5)


async def _claim(
    database: Database, now: datetime, *, limit: int = 10, channel: str = CHANNEL, worker: str = "a"
) -> list[Claimed]:
    return await outbox.claim(database, worker=worker, channel=channel, now=now, lease=LEASE, limit=limit)


def test_keys_sort_by_time_and_never_meet(now: datetime) -> None:
    """A key is 26 letters and digits; a later one sorts later; two of one instant differ."""
    keys = [outbox.new_key(now), outbox.new_key(now), outbox.new_key(now + timedelta(milliseconds=1))]
    assert all(re.fullmatch("[a-z0-9]{26}", key) for key in keys)
    assert len(set(keys)) == 3
    assert max(keys) == keys[2]


async def test_what_is_queued_is_in_the_record_and_due(any_database: Database, now: datetime) -> None:
    """A queued message is a row of the conversation with a delivery that is due at once."""
    delivery = await queued(any_database, now, with_ticket=True)
    assert (delivery.state, delivery.due_at, delivery.channel) == ("queued", now, CHANNEL)
    message = delivery.message
    assert (message.direction, message.author, message.text) == ("out", "clerk", "Aduan diterima.")
    assert message.external_id is None
    assert message.key == delivery.key


async def test_nothing_is_queued_where_the_decision_is_undone(any_database: Database, now: datetime) -> None:
    """A transaction that fails takes the message back that it would have sent."""

    async def undone() -> None:
        talk = await conversation(now)
        await outbox.queue(talk, Words.plain("Halo"), abilities=EMAIL, now=now)
        raise RuntimeError("undone")

    with pytest.raises(RuntimeError):
        await any_database.transaction(undone)
    assert await Delivery.all().count() == 0
    assert await _claim(any_database, now) == []


async def test_the_choices_offered_stay_with_the_message(any_database: Database, now: datetime) -> None:
    """Whether as buttons or in words, what was offered can be looked up; buttons travel with the delivery."""
    words = Words("Sudah?", "Sudah?", choices=(("SELESAI", "Sudah"),))

    async def ask(abilities: Abilities) -> Message:
        return await outbox.queue(await conversation(now), words, abilities=abilities, now=now)

    plain = await any_database.transaction(lambda: ask(EMAIL))
    pressed = await any_database.transaction(lambda: ask(Abilities("email", buttons=3)))
    assert plain.values == pressed.values == {"choices": [["SELESAI", "Sudah"]]}
    assert (await Delivery.get(message_id=plain.id)).choices == []
    assert (await Delivery.get(message_id=pressed.id)).choices == [["SELESAI", "Sudah"]]


async def test_a_reply_follows_the_thread_of_its_ticket(any_database: Database, now: datetime) -> None:
    """A message about a ticket answers that ticket's messages in this conversation, nearest first, at most twenty."""

    async def talk() -> tuple[Message, Message]:
        here = await conversation(now)
        case = await ticket(now, here)
        common = {"office": "blitar", "channel": CHANNEL, "author": "citizen", "sent_at": now, "created_at": now}
        for place in range(25):
            await Message.create(direction="in", external_id=f"<{place}>", conversation=here, ticket=case, **common)
        await Message.create(direction="in", external_id="<lain>", conversation=here, **common)
        about = await outbox.queue(here, Words.plain("Halo"), abilities=EMAIL, ticket=case, now=now)
        return about, await outbox.queue(here, Words.plain("Halo"), abilities=EMAIL, now=now)

    about, loose = await any_database.transaction(talk)
    assert about.answers == [f"<{place}>" for place in range(24, 4, -1)]
    assert loose.answers == ["<lain>"]


async def test_files_go_out_by_digest_and_what_cannot_go_is_marked(any_database: Database, now: datetime) -> None:
    """A file that the door can carry goes along; one that is too large stays with the message as refused."""
    files = (
        StoredFile("surat.pdf", "application/pdf", 90, "a" * 64),
        StoredFile("video.mp4", "video/mp4", 110, "b" * 64),
    )
    abilities = Abilities("email", largest_file_bytes=100)

    async def say() -> Message:
        return await outbox.queue(
            await conversation(now), Words.plain("Ini"), abilities=abilities, files=files, now=now
        )

    await any_database.transaction(say)
    assert sorted([(row.name, row.state) for row in await Attachment.all()]) == [
        ("surat.pdf", "stored"),
        ("video.mp4", "refused"),
    ]
    (claimed,) = await _claim(any_database, now)
    assert [(file.name, file.reference, file.content) for file in claimed.outbound.files] == [
        ("surat.pdf", "a" * 64, None)
    ]


@pytest.mark.parametrize(("automatic", "state"), [(True, "queued"), (False, "handover")])
async def test_where_nothing_is_sent_an_officers_words_wait_for_a_hand(
    sqlite_database: Database, now: datetime, automatic: bool, state: str
) -> None:
    """The clerk's news lie on the status page; an answer is a paper or a call until somebody says who took it."""

    async def say() -> Message:
        talk = await conversation(now)
        words, abilities = Words.plain("Halo"), Abilities("letter", offline=True)
        return await outbox.queue(talk, words, abilities=abilities, automatic=automatic, now=now)

    message = await sqlite_database.transaction(say)
    assert (await Delivery.get(message_id=message.id)).state == state


@pytest.mark.parametrize(
    ("abilities", "dead", "heard_ago", "state", "reason"),
    [
        (EMAIL, False, None, "queued", ""),
        (EMAIL, True, None, "failed", "address-dead"),
        (Abilities("whatsapp", window=timedelta(hours=24)), False, timedelta(hours=23), "queued", ""),
        (Abilities("whatsapp", window=timedelta(hours=24)), False, timedelta(hours=25), "failed", "window-closed"),
        (Abilities("whatsapp", window=timedelta(hours=24)), False, None, "failed", "window-closed"),
    ],
)
async def test_what_cannot_be_sent_is_not_tried(
    sqlite_database: Database,
    now: datetime,
    abilities: Abilities,
    dead: bool,
    heard_ago: timedelta | None,
    state: str,
    reason: str,
) -> None:
    """A dead address and a closed window are known when a message is queued."""

    async def say() -> Message:
        talk = await conversation(now)
        case = await ticket(now, talk)
        talk.address.dead_at = now if dead else None
        talk.last_in_at = now - heard_ago if heard_ago else None
        return await outbox.queue(talk, Words.plain("Halo"), abilities=abilities, ticket=case, now=now)

    message = await sqlite_database.transaction(say)
    delivery = await Delivery.get(message_id=message.id)
    assert (delivery.state, delivery.reason) == (state, reason)
    journalled = [(entry.event, entry.values["reason"]) for entry in await Entry.all()]
    assert journalled == ([("delivery-failed", reason)] if state == "failed" else [])


async def test_a_claim_counts_the_attempt_before_anything_is_sent(any_database: Database, now: datetime) -> None:
    """What is claimed is marked, counted and moved on in the database before the network hears of it."""
    delivery = await queued(any_database, now, with_ticket=True)
    (claimed,) = await _claim(any_database, now)
    assert (claimed.delivery_id, claimed.number, claimed.channel) == (delivery.id, "BLT-26-000001", CHANNEL)
    assert (claimed.outbound.recipient, claimed.outbound.text) == ("sri@example.org", "Aduan diterima.")
    assert (claimed.outbound.key, claimed.outbound.automatic) == (delivery.key, True)
    row = await Delivery.get(id=delivery.id)
    assert (row.state, row.attempts, row.worker) == ("sending", 1, "a")
    assert row.lease_until == row.due_at == now + LEASE
    attempt = await Attempt.get(id=claimed.attempt_id)
    assert (attempt.number, attempt.started_at, attempt.outcome, attempt.milliseconds) == (1, now, "", None)


async def test_four_workers_take_each_delivery_once(any_database: Database, now: datetime) -> None:
    """However many workers claim at once, every delivery goes to exactly one of them."""
    for place in range(24):
        await queued(any_database, now, value=f"warga{place}@example.org")
    taken: list[int] = []

    async def work(name: str) -> None:
        while claimed := await _claim(any_database, now, limit=3, worker=name):
            taken.extend(one.delivery_id for one in claimed)

    await asyncio.gather(*(work(name) for name in "abcd"))
    assert len(taken) == 24
    assert len(set(taken)) == 24
    assert await Attempt.all().count() == 24


async def test_one_message_at_a_time_is_on_its_way_to_an_address(any_database: Database, now: datetime) -> None:
    """The second message to somebody is not taken before the first has come to an end, and order is kept."""
    first = await queued(any_database, now, text="satu")
    second = await queued(any_database, now, text="dua")
    other = await queued(any_database, now, text="lain", value="budi@example.org")
    claimed = await _claim(any_database, now)
    assert [one.delivery_id for one in claimed] == [first.id, other.id]
    assert await _claim(any_database, now) == []
    await any_database.transaction(lambda: outcomes.sent(claimed[0], Receipt("<1>"), now))
    assert [one.delivery_id for one in await _claim(any_database, now)] == [second.id]


async def test_a_message_that_waits_for_its_next_try_holds_up_the_ones_after_it(
    any_database: Database, now: datetime
) -> None:
    """Answers reach a citizen in the order they were given, even when the first needs several tries."""
    first = await queued(any_database, now, text="satu")
    await queued(any_database, now, text="dua")
    await Delivery.filter(id=first.id).update(due_at=now + timedelta(minutes=10))
    assert await _claim(any_database, now) == []
    later = now + timedelta(minutes=10)
    assert [one.delivery_id for one in await _claim(any_database, later)] == [first.id]


async def test_the_same_address_through_two_doors_is_two_lines(any_database: Database, now: datetime) -> None:
    """A message that is stuck at one door does not keep another door from speaking to the same person."""
    await queued(any_database, now)
    await queued(any_database, now, channel="blitar-surel2")
    assert sorted(await outbox.due_doors(any_database, now)) == [CHANNEL, "blitar-surel2"]
    for channel in (CHANNEL, "blitar-surel2"):
        assert [one.channel for one in await _claim(any_database, now, channel=channel)] == [channel]
    assert await outbox.due_doors(any_database, now) == []


async def test_only_the_door_asked_for_is_claimed_and_no_more_than_asked(any_database: Database, now: datetime) -> None:
    """A door that rests, or that this process does not have, keeps its messages queued."""
    delivery = await queued(any_database, now)
    assert await _claim(any_database, now, channel="blitar-web") == []
    assert await _claim(any_database, now, limit=0) == []
    assert await state_of(delivery) == "queued"


async def test_the_database_itself_forbids_two_on_the_way_to_one_address(any_database: Database, now: datetime) -> None:
    """Even if two processes saw it differently, the second one's claim could not be written."""
    await queued(any_database, now)
    second = await queued(any_database, now)
    await _claim(any_database, now)
    with pytest.raises(IntegrityError):
        await Delivery.filter(id=second.id).update(state="sending")


async def test_a_claim_that_lost_such_a_race_comes_back_empty(
    any_database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker that lost sends nothing and finds the message again later."""
    first, second = await queued(any_database, now), await queued(any_database, now)
    await _claim(any_database, now)
    blind = taking._CLAIM.replace("AND e.id <> d.id AND", "AND e.id <> e.id AND")
    monkeypatch.setattr(taking, "_CLAIM", blind)
    assert await _claim(any_database, now) == []
    assert (await state_of(first), await state_of(second)) == ("sending", "queued")


async def test_automatic_messages_of_the_last_hour_are_counted(any_database: Database, now: datetime) -> None:
    """The limit per hour counts the clerk's messages to an address, not the officers' and not last hour's."""
    await queued(any_database, now - timedelta(minutes=61))
    await queued(any_database, now - timedelta(minutes=59))
    await queued(any_database, now - timedelta(minutes=1), value="budi@example.org")
    officers = await queued(any_database, now)
    await Delivery.filter(id=officers.id).update(automatic=False)
    address = await Address.get(value="sri@example.org")
    assert await outbox.automatic_lately(address.id, now) == 1


async def test_looking_for_what_is_due_reads_the_few_open_rows_only(sqlite_database: Database, now: datetime) -> None:
    """A million settled deliveries cost nothing: the question is answered from the partial indexes."""
    claim = await _plan(sqlite_database, taking._CLAIM.format(lock=""), ["a", now, now, 5, CHANNEL])
    due = await _plan(sqlite_database, taking._DUE, [now])
    lost = await _plan(sqlite_database, outcomes._LOST, [now])
    back = await _plan(sqlite_database, taking._HAND_BACK, [now, "w"])
    steps = [step for step in (*claim, *due, *lost, *back) if re.match("(SCAN|SEARCH) (d|e|delivery)\\b", step)]
    assert len(steps) == 8
    assert all("delivery_in_" in step or "delivery_due" in step or "PRIMARY KEY" in step for step in steps)


async def _plan(database: Database, sql: str, values: list[Any]) -> list[str]:
    return [row["detail"] for row in await database.query(f"EXPLAIN QUERY PLAN {sql}", values)]
