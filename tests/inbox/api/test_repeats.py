"""A request that comes twice: one effect, one answer."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from inbox.live import Event
from inbox.models import ApiAnswer, Message, Ticket
from inbox.refused import Stale
from inbox.repeats import Answer, Asked, Repeats
from tests.inbox.api.client import Machine, machine
from tests.inbox.web.desk import Office


async def _notes(ticket: Ticket) -> int:
    return await Message.filter(ticket_id=ticket.id, direction="note").count()


async def test_the_same_key_does_it_once(any_office: Office, any_counter: Machine) -> None:
    """The second answer is the first one, byte for byte, and says that it is."""
    ticket = await any_office.complaint()
    path, body = f"/tickets/{ticket.number}/notes", {"text": "sekali saja"}
    first = await any_counter.posts(path, body, key="kunci-1")
    second = await any_counter.posts(path, body, key="kunci-1")
    assert (second.status, second.body) == (first.status, first.body)
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    assert await _notes(ticket) == 1
    assert (await any_counter.posts(path, body, key="kunci-2")).status == 200
    assert await _notes(ticket) == 2


async def test_a_command_repeated_after_the_version_moved_is_no_conflict(office: Office, counter: Machine) -> None:
    """That is what the key is for: without it the same request is stale."""
    ticket = await office.complaint()
    path, body = f"/tickets/{ticket.number}/actions", {"action": "naikkan", "version": ticket.version}
    first = await counter.posts(path, body, key="a")
    assert (await counter.posts(path, body, key="a")).body == first.body
    assert (await counter.posts(path, body)).status == 409


async def test_the_same_key_with_other_words_is_refused(office: Office, counter: Machine) -> None:
    """409, and nothing is done; another path is other words, too. Another token's key is another key."""
    ticket = await office.complaint()
    path = f"/tickets/{ticket.number}/notes"
    await counter.posts(path, {"text": "satu"}, key="k")
    for where, body in ((path, {"text": "dua"}), ("/tickets", {"text": "satu"})):
        answer = await counter.posts(where, body, key="k")
        assert (answer.status, answer.code, answer.fields) == (409, "key-reused", ["Idempotency-Key"])
    assert await _notes(ticket) == 1
    assert (await (await machine(office, "kasi")).posts(path, {"text": "dua"}, key="k")).status == 200


async def test_at_once_under_one_key_it_is_done_once(any_office: Office, any_counter: Machine) -> None:
    """Whoever comes while the first is under way is told to come back, or gets its answer."""
    ticket = await any_office.complaint()
    path, body = f"/tickets/{ticket.number}/notes", {"text": "bersama"}
    answers = await asyncio.gather(*(any_counter.posts(path, body, key="bersama") for _ in range(8)))
    assert {one.status for one in answers} <= {200, 409}
    assert {one.code for one in answers if one.status == 409} <= {"key-busy"}
    assert any(one.status == 200 for one in answers)
    assert await _notes(ticket) == 1


async def test_two_processes_do_it_once(any_office: Office) -> None:
    """The row stands between processes: the second waits for the first, and is given its answer."""
    await machine(any_office)
    asked = Asked(1, "k", "f" * 64, any_office.now)
    done: list[int] = []

    async def work() -> Answer:
        done.append(1)
        await asyncio.sleep(0)
        return Answer(200, "{}")

    twins = [Repeats(any_office.house.database) for _ in range(3)]
    answers = await asyncio.gather(*(one.together(asked, work) for one in twins))
    assert len(done) == 1
    assert sorted(one.again for one in answers) == [False, True, True]


async def test_in_one_process_the_second_is_told_to_come_back(office: Office) -> None:
    """Stale while the first is under way; afterwards its answer."""
    await machine(office)
    repeats, asked = Repeats(office.house.database), Asked(1, "k", "f" * 64, office.now)

    async def work() -> Answer:
        with pytest.raises(Stale):
            await repeats.beside(asked, work)
        return Answer(201, "{}")

    assert await repeats.beside(asked, work) == Answer(201, "{}")
    assert await repeats.beside(asked, work) == Answer(201, "{}", again=True)


async def test_what_was_refused_may_be_tried_again_under_its_key(office: Office, counter: Machine) -> None:
    """A refusal did nothing, so it is not kept: mended, the request goes through."""
    ticket = await office.complaint()
    path = f"/tickets/{ticket.number}/assign"
    body = {"officer": office.by["kasi"].officer_id + 100, "version": ticket.version}
    assert (await counter.posts(path, body, key="k")).code == "officer-unknown"
    assert not await ApiAnswer.exists()
    assert (await counter.posts(path, body | {"officer": None}, key="k")).status == 200


async def test_a_crash_between_leaves_neither_effect_nor_answer(
    office: Office, counter: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Effect and answer are one commit: where the answer cannot be kept, nothing was done and no page was told."""
    ticket = await office.complaint()
    told: list[Event] = []

    async def breaks(*_: object) -> None:
        raise OSError("disk")

    monkeypatch.setattr("inbox.repeats._keep", breaks)
    async with office.live.subscribe("blitar") as queue:
        assert (await counter.posts(f"/tickets/{ticket.number}/notes", {"text": "x"}, key="k")).status == 500
        while not queue.empty():
            told.append(queue.get_nowait())
    assert await _notes(ticket) == 0
    assert told == []
    monkeypatch.undo()
    assert (await counter.posts(f"/tickets/{ticket.number}/notes", {"text": "x"}, key="k")).status == 200
    assert await _notes(ticket) == 1


async def test_open_pages_hear_after_the_commit(office: Office, counter: Machine) -> None:
    """A command under a key announces what it did, once."""
    ticket = await office.complaint()
    async with office.live.subscribe("blitar") as queue:
        await counter.posts(f"/tickets/{ticket.number}/notes", {"text": "x"}, key="k")
        assert queue.get_nowait() == Event("blitar", "ticket", ticket.id, ticket.number)
        assert queue.empty()


async def test_a_complaint_under_one_key_is_one_message(office: Office, counter: Machine) -> None:
    """Even where the answer was lost in a crash: the clerk is handed the same message, which it takes once."""
    body = {"text": "Lampu mati"}
    first = await counter.posts("/tickets", body, key="aduan-1")
    assert (await counter.posts("/tickets", body, key="aduan-1")).body == first.body
    assert len(office.handed) == 1
    await ApiAnswer.all().update(status=0, body="")
    assert (await counter.posts("/tickets", body, key="aduan-1")).body == first.body
    (_, one), (_, two) = office.handed
    assert (one.external_id, one.sender) == (two.external_id, two.sender)
    other = await counter.posts("/tickets", {"text": "Lampu mati lagi"}, key="aduan-1")
    assert other.code == "key-reused"
    await counter.posts("/tickets", body)
    await counter.posts("/tickets", body)
    assert len({inbound.external_id for _, inbound in office.handed}) == 3


async def test_answers_are_kept_for_a_day(office: Office, counter: Machine) -> None:
    """Then the clock sweeps them, and the key is new."""
    ticket = await office.complaint()
    await counter.posts(f"/tickets/{ticket.number}/notes", {"text": "x"}, key="k")
    repeats = Repeats(office.house.database)
    await repeats.sweep(office.now + timedelta(hours=24))
    assert await ApiAnswer.all().count() == 1
    await repeats.sweep(office.now + timedelta(hours=24, seconds=1))
    assert not await ApiAnswer.exists()


@pytest.mark.parametrize("key", ["a b", "ü", "x" * 129])
async def test_a_key_is_plain(office: Office, counter: Machine, key: str) -> None:
    """Printable ASCII of at most 128 characters."""
    answer = await counter.posts("/tickets", {"text": "x"}, key=key)
    assert (answer.status, answer.code) == (422, "idempotency-unreadable")
    assert "spasi" in answer.json["errors"][0]["message"]
    assert not office.handed
