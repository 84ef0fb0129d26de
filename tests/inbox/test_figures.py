"""An office in figures: indexed statements on both engines, rights in the reading, and what the public may see."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from inbox import figures
from inbox.figures import Figures
from inbox.first_answers import first_answers
from inbox.models import Message, OfficeSetting, Ticket
from inbox.refused import Forbidden
from inbox.worktime import Calendar
from tests.inbox.house import House, at, blitar

NOW = at("2026-11-23 10:00")
_STATEMENTS = {
    "standing": (figures._STANDING, ["blitar", NOW, NOW], "ticket_live"),
    "late": (figures._LATE, ["blitar", NOW], "USING INDEX|Index"),
    "cube": (figures._CUBE, ["blitar", NOW, NOW], "ticket_opened"),
    "waits": (figures._WAITS, ["blitar", NOW, NOW], "message_answer"),
}


@pytest.fixture
def calendar() -> Calendar:
    """Blitar's working time."""
    offices = blitar()
    return Calendar(offices.office("blitar"), offices.worktime)


@pytest.mark.parametrize("name", _STATEMENTS)
async def test_a_statement_reads_an_index(any_house: House, name: str) -> None:
    """No figure walks through everything that ever came in."""
    sql, values, index = _STATEMENTS[name]
    if any_house.database.is_postgres:
        await any_house.database.query("SET enable_seqscan = off")
        rows = await any_house.database.query(f"EXPLAIN {sql}", values)
        await any_house.database.query("SET enable_seqscan = on")
        plan = " / ".join(str(row["QUERY PLAN"]) for row in rows)
        assert not re.search("Seq Scan on (ticket|message)", plan), plan
    else:
        rows = await any_house.database.query(f"EXPLAIN QUERY PLAN {sql}", values)
        plan = " / ".join(str(row["detail"]) for row in rows)
        assert not re.search("SCAN [tm]", plan), plan
    assert re.search(index, plan), plan


async def test_the_same_on_both_engines(any_house: House) -> None:
    """New, late, first answer: counted by either database."""
    by = await any_house.officer("kepala-dinas")
    first = await any_house.complaint(at("2026-11-23 08:00"))
    await any_house.complaint(at("2026-11-23 09:58"), sender="budi@example.com")
    await any_house.acting.reply(by, first.number, "Kami periksa.", version=1, now=at("2026-11-23 08:40"))
    board = await Figures(any_house.tickets).board(by, "today", NOW)
    assert (board.new, board.standing.live, board.standing.late) == (2, 2, 1)
    assert [part.count for part in board.late_steps] == [1]
    assert board.cohort.answers
    assert (board.cohort.answers.count, board.cohort.answers.median) == (1, 40)
    assert [(span.first.day, span.count) for span in board.cohort.spans] == [(23, 2)]


async def test_an_answer_that_was_taken_back_is_none(house: House) -> None:
    """Nor is what the clerk said by itself."""
    by = await house.officer("kepala-dinas")
    ticket = await house.complaint(at("2026-11-23 08:00"))
    await house.clerk(house.tickets.tell, ticket, "diterima", at("2026-11-23 08:00"))
    await house.acting.reply(by, ticket.number, "Salah.", version=await house.version(ticket.number), now=NOW)
    await Message.filter(author="officer").update(undone_at=NOW)
    assert (await Figures(house.tickets).board(by, "today", NOW)).cohort.answers is None


async def test_only_who_may_see_all_has_a_board(house: House) -> None:
    """A role that sees its own tickets alone is refused."""
    with pytest.raises(Forbidden):
        await Figures(house.tickets).board(await house.officer("tamu"), "today", NOW)


async def test_figures_are_public_only_where_the_office_wants_it(house: House) -> None:
    """Nothing is told before the office has switched it on."""
    published = Figures(house.tickets).published
    assert not await published(house.office)
    by = await house.officer("kepala-dinas")
    setting = OfficeSetting(
        office="blitar", name=figures.PUBLIC, values={"on": True}, officer_id=by.officer_id, changed_at=NOW
    )
    await setting.save()
    assert await published(house.office)
    setting.values = {"on": False}
    await setting.save()
    assert not await published(house.office)


async def test_a_day_is_the_offices_own(house: House) -> None:
    """What came in a minute after midnight in Blitar is of the new day."""
    by = await house.officer("kepala-dinas")
    await house.complaint(at("2026-11-22 23:59"))
    await house.complaint(at("2026-11-23 00:01"), sender="budi@example.com")
    board = await Figures(house.tickets).board(by, "week", NOW)
    assert (board.new, [span.count for span in board.cohort.spans]) == (1, [0, 0, 0, 0, 0, 1, 1])


async def test_what_is_part_of_another_is_not_live(house: House) -> None:
    """It came in, but stands in no queue."""
    by = await house.officer("kepala-dinas")
    leader = await house.complaint(at("2026-11-23 08:00"))
    other = await house.complaint(at("2026-11-23 08:01"), sender="budi@example.com")
    await Ticket.filter(id=other.id).update(merged_into=leader.id)
    board = await Figures(house.tickets).board(by, "today", NOW)
    assert (board.cohort.count, board.standing.live) == (2, 1)


@pytest.mark.parametrize("came", ["2026-11-20 15:50", "2026-11-21 10:00", "2026-11-23 07:00", "2026-11-23 12:10"])
@pytest.mark.parametrize("hours", [0.1, 1, 5, 26, 70, 400])
def test_waiting_is_counted_as_due_times_are(calendar: Calendar, came: str, hours: float) -> None:
    """The quick way to count many waits says what the calendar says of each."""
    start = at(came)
    end = start + timedelta(hours=hours)
    found = first_answers(calendar, [(start, end)])
    assert found
    assert found.median == calendar.between(start, end)


def test_the_middle_and_the_slowest_tenth(calendar: Calendar) -> None:
    """Nearest rank: a wait that really was."""
    start = at("2026-11-23 08:00")
    waits: list[tuple[datetime, datetime]] = [(start, start + timedelta(minutes=n)) for n in range(1, 11)]
    found = first_answers(calendar, waits)
    assert found
    assert (found.count, found.median, found.ninetieth) == (10, 5, 9)
