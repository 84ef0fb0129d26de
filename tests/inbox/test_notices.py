from __future__ import annotations

from datetime import datetime

import pytest

from inbox import notices
from inbox.database import Database
from inbox.models import Notice, Officer
from inbox.refused import Missing
from tests.inbox.rows import conversation, ticket


async def _officer(now: datetime, login: str) -> int:
    return (await Officer.create(office="blitar", login=login, name=login, created_at=now)).id


async def test_telling_twice_tells_once(any_database: Database, now: datetime) -> None:
    """Work that repeats itself does not repeat its notice."""
    for _ in range(3):
        await any_database.transaction(
            lambda: notices.tell("blitar", "late", key="late:7", now=now, role="petugas", number="BLT-26-000001")
        )
    notice = await Notice.get()
    assert (notice.kind, notice.role, notice.values) == ("late", "petugas", {"number": "BLT-26-000001"})


async def test_everyone_sees_what_is_theirs_newest_first(any_database: Database, now: datetime) -> None:
    """An officer sees notices to own roles and to the person, of the own office, and nobody else's."""
    sri, budi = await _officer(now, "sri"), await _officer(now, "budi")
    await notices.tell("blitar", "a", key="1", now=now, role="petugas")
    await notices.tell("blitar", "b", key="2", now=now, role="kepala")
    await notices.tell("blitar", "c", key="3", now=now, officer_id=sri)
    await notices.tell("blitar", "d", key="4", now=now, officer_id=budi, role="petugas")
    await notices.tell("denpasar", "e", key="5", now=now, role="petugas")
    assert [one.kind for one in await notices.unseen("blitar", {"petugas"}, sri)] == ["c", "a"]
    assert [one.kind for one in await notices.unseen("blitar", set(), budi)] == ["d"]
    assert [one.kind for one in await notices.unseen("blitar", {"petugas", "kepala"}, sri, limit=2)] == ["c", "b"]


async def test_what_was_seen_is_no_longer_new(any_database: Database, now: datetime) -> None:
    """One notice, or all of a ticket at once, leave the list of whoever saw them."""
    sri = await _officer(now, "sri")
    case = await ticket(now, await conversation(now))
    await notices.tell("blitar", "a", key="1", now=now, role="petugas")
    await notices.tell("blitar", "b", key="2", now=now, role="petugas", ticket_id=case.id)
    await notices.tell("blitar", "c", key="3", now=now, role="kepala", ticket_id=case.id)
    await notices.see("blitar", {"petugas"}, sri, now, ticket_id=case.id)
    (left,) = await notices.unseen("blitar", {"petugas"}, sri)
    assert left.kind == "a"
    await notices.see("blitar", {"petugas"}, sri, now, notice_id=left.id)
    assert await notices.unseen("blitar", {"petugas"}, sri) == []
    assert [one.kind for one in await notices.unseen("blitar", {"kepala"}, sri)] == ["c"]


async def test_nobody_sees_away_another_ones_notice(any_database: Database, now: datetime) -> None:
    """A notice to others, or of another office, cannot be marked as seen."""
    sri = await _officer(now, "sri")
    await notices.tell("blitar", "a", key="1", now=now, role="kepala")
    notice = await Notice.get()
    for office, roles in (("blitar", {"petugas"}), ("denpasar", {"kepala"})):
        with pytest.raises(Missing):
            await notices.see(office, roles, sri, now, notice_id=notice.id)
    assert (await Notice.get()).seen_at is None
