"""Rows read in one visit: the models' own, on either engine."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tortoise.models import Model

from inbox import reading
from inbox.actor import actor_of, with_roles, working
from inbox.models import Message, Officer, StandIn, Ticket
from inbox.reading import Question
from tests.inbox.house import House, at

NOW = at("2026-11-23 09:15")


def _columns(row: Model) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row._meta.db_fields}


async def test_rows_are_as_the_models_read_them(any_house: House) -> None:
    """Times, truth values and structures come back as the ORM gives them."""
    ticket = await any_house.complaint(NOW)
    asked = Question(Ticket, "WHERE t.id = $1", (ticket.id,))
    said = Question(Message, "WHERE t.ticket_id = $1", (ticket.id,), also="length(t.text) AS long")
    async with any_house.database.reading():
        found = await reading.ask(asked, said)
        (same,), (message,) = found.rows(asked), found.rows(said)
        read = await Ticket.get(id=ticket.id)
        heard = await Message.get(ticket_id=ticket.id)
    assert _columns(same) == _columns(read)
    assert _columns(message) == _columns(heard)
    assert found.raw(said)[0]["long"] == len(heard.text)


async def test_an_officer_at_work_is_the_same_officer(any_house: House) -> None:
    """With roles of their own and one held for a while; nobody, once they may not work here any more."""
    by, head = await any_house.officer("petugas", "kasi"), await any_house.officer("kabid")
    spans: dict[str, Any] = {"starts_at": NOW - timedelta(hours=1), "ends_at": NOW + timedelta(hours=1)}
    values: dict[str, Any] = {
        "office": "blitar",
        "role": "kabid",
        "title": "plh",
        "created_at": NOW,
        "created_by": head.officer_id,
    }
    await StandIn.create(officer_id=by.officer_id, **values, **spans)
    async with any_house.database.reading():
        for now, roles in ((NOW, {"petugas", "kasi", "kabid"}), (NOW + timedelta(hours=1), {"petugas", "kasi"})):
            found = await working(by.officer_id, now)
            assert found == actor_of(await with_roles(Officer.filter(id=by.officer_id), now).get())
            assert found is not None
            assert found.roles == roles
    await Officer.filter(id=by.officer_id).update(active=False)
    async with any_house.database.reading():
        assert await working(by.officer_id, NOW) is None


async def test_one_visit_for_several_questions(house: House, trips: list[str]) -> None:
    """On SQLite all of them are handed over together."""
    questions = [Question(Ticket, "WHERE t.id = $1", (number,)) for number in (1, 2, 3)]
    async with house.database.reading():
        trips.clear()
        await reading.ask(*questions)
    assert len(trips) == 1
