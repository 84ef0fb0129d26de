"""Rows that wait on a transaction's sheet: written once, in time, as the models say, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from inbox import models, writing
from inbox.database import Database
from inbox.models import ChannelState, Citizen, Conversation, Entry, Notice, Ticket
from inbox.sheet import Script
from tests.inbox import rows

MODELS: list[Any] = [getattr(models, name) for name in models.__all__]


def entry(now: datetime, event: str = "noted", **more: Any) -> dict[str, Any]:
    """A line of the journal."""
    return {"office": "blitar", "at": now, "actor": "clerk", "event": event, **more}


async def within(database: Database, work: Callable[[], Any]) -> Any:
    """Work in a transaction."""

    async def whole() -> Any:
        return await work()

    return await database.transaction(whole)


async def test_every_column_is_written_as_the_models_say(any_database: Database) -> None:
    """What the database has, what the models have and what is written are the same columns, of the same types."""
    for model in MODELS:
        shape, columns = writing.table_of(model).whole, model._meta.fields_db_projection
        (one,) = await any_database.query(_COLUMNS[any_database.is_postgres].format(table=shape.table))
        assert sorted(shape.columns) == sorted(one["columns"].split(",")), model
        assert set(shape.columns) == set(columns.values()) == set(columns), model
        if any_database.is_postgres:
            (found,) = await any_database.query(_TYPES.format(table=shape.table))
            there = dict(pair.split(" ") for pair in found["types"].split(","))
            types = {name: _ARRAYS.get(type_, type_.lower()) for name, type_ in zip(columns, shape.types, strict=True)}
            assert types == {name: type_.replace("varchar", "text") for name, type_ in there.items()}, model


async def test_a_row_added_is_the_row_that_is_read(any_database: Database, now: datetime) -> None:
    """Defaults, times, lists and objects come back from the database as they were when the row was made."""

    async def work() -> tuple[Ticket, Entry]:
        talk = await rows.conversation(now)
        other = await rows.ticket(now, talk)
        made = await writing.add(
            Ticket,
            office="blitar",
            number="BLT-26-000002",
            code="ABC234",
            kind="pengaduan",
            citizen_id=talk.address.citizen_id,
            channel=talk.channel,
            latitude=-8.1,
            procedure_id=other.procedure_id,
            step="terima",
            opened_at=now,
        )
        line = await writing.add(Entry, **entry(now, values={"kata": "jalan “rusak”", "daftar": [1, None]}))
        return made, line

    ticket, line = await within(any_database, work)
    for made in (ticket, line):
        read = await type(made).get(id=made.id)
        assert {name: getattr(made, name) for name in made._meta.fields_db_projection} == {
            name: getattr(read, name) for name in read._meta.fields_db_projection
        }
    ticket.office = "lain"
    await ticket.save(update_fields=["office"])
    assert (await Ticket.get(id=ticket.id)).office == "lain"


async def test_whoever_asks_finds_what_waits(any_database: Database, now: datetime) -> None:
    """A question through the models, a statement and a script each see the rows that were laid before them."""

    def counting() -> Script[int]:
        (row,) = yield "SELECT count(*) AS many FROM journal", []
        return int(row["many"])

    async def work() -> list[int]:
        found = []
        for ask in (Entry.all().count, lambda: writing.run(counting()), _many(any_database)):
            await writing.append(Entry, **entry(now))
            found.append(await ask())
        await writing.append(Entry, **entry(now))
        return found

    assert await within(any_database, work) == [1, 2, 3]
    assert await Entry.all().count() == 4


async def test_ids_go_on_whoever_gives_them(any_database: Database, now: datetime) -> None:
    """Rows of the models, of the sheet with and without an id, and of a script take turns and never collide."""

    def adding() -> Script[int]:
        (made,) = yield from writing.adding(Entry, **entry(now))
        return made.id

    async def work() -> list[int]:
        ids = [(await writing.add(Entry, **entry(now))).id, (await Entry.create(**entry(now))).id]
        await writing.append(Entry, **entry(now))
        ids += [(await writing.add(Entry, **entry(now))).id, await writing.run(adding())]
        await Entry.bulk_create([Entry(**entry(now))])
        return [*ids, (await writing.add(Entry, **entry(now))).id]

    ids = await within(any_database, work)
    assert ids == sorted(set(ids))
    assert await Entry.all().count() == 7


async def test_a_row_that_is_changed_before_it_was_written_is_written_once(
    any_database: Database, now: datetime
) -> None:
    """And one that was there keeps what did not change; the last word on a column counts."""

    async def work() -> Conversation:
        line = await writing.add(Entry, **entry(now))
        await writing.change(line, event="other")
        talk = await rows.conversation(now)
        await writing.change(talk, state={"a": 1}, last_in_at=now)
        case = await rows.ticket(now, talk)
        await writing.change(talk, state={"a": 2}, ticket_id=case.id)
        return talk

    talk = await within(any_database, work)
    read = await Conversation.get(id=talk.id)
    assert (read.state, read.last_in_at, read.ticket_id) == ({"a": 2}, now, talk.ticket_id)
    assert (await Entry.get()).event == "other"


async def test_what_is_there_already_stays_or_is_renewed(any_database: Database, now: datetime) -> None:
    """By its key: a notice is left as it is, of a door's state the columns named are set."""

    async def work() -> None:
        for kind in ("a", "b"):
            await writing.append(Notice, unless=("key",), office="blitar", kind=kind, key="1", created_at=now)

    def state(place: int) -> Any:
        return writing.append(
            ChannelState,
            unless=("channel",),
            renewing=("progress",),
            channel="blitar-email",
            office="blitar",
            progress={"uid": place},
            last_in_at=now if place == 1 else None,
        )

    await within(any_database, work)
    assert [one.kind for one in await Notice.all()] == ["a"]
    for place in (1, 2):
        await within(any_database, lambda place=place: state(place))  # type: ignore[misc]
    read = await ChannelState.get(channel="blitar-email")
    assert (read.progress, read.last_in_at) == ({"uid": 2}, now)


async def test_nothing_waits_outside_of_a_transaction(any_database: Database, now: datetime) -> None:
    """Rows are there when the call returns."""
    made = await writing.add(Citizen, office="blitar", name="Sri", created_at=now)
    await writing.append(Entry, **entry(now))
    await writing.change(made, name="Sri Rahayu")
    assert (await Citizen.get(id=made.id)).name == "Sri Rahayu"
    assert await Entry.all().count() == 1
    with pytest.raises(LookupError):
        await writing.count("ticket_blt_26")


async def test_what_cannot_be_written_leaves_nothing(any_database: Database, now: datetime) -> None:
    """A row that breaks a rule is found out at the end, takes the whole transaction with it, and harms no later one."""

    async def work() -> None:
        await writing.append(Entry, **entry(now))
        await writing.append(models.TicketLink, office="blitar", ticket_id=99, conversation_id=99, created_at=now)

    with pytest.raises(IntegrityError):
        await within(any_database, work)
    assert await Entry.all().count() == 0
    await within(any_database, lambda: writing.append(Entry, **entry(now)))
    assert await Entry.all().count() == 1


async def test_a_failed_transaction_writes_nothing_of_its_sheet(any_database: Database, now: datetime) -> None:
    """What waited is forgotten with it."""

    async def work() -> None:
        await writing.append(Entry, **entry(now))
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        await within(any_database, work)
    assert await Entry.all().count() == 0


async def test_a_part_that_is_taken_back_takes_its_rows_along(any_database: Database, now: datetime) -> None:
    """What was laid before a savepoint stays, what was laid after it goes with it."""

    async def part(*, fail: bool) -> None:
        async with in_transaction():
            await writing.append(Entry, **entry(now, "within"))
            if fail:
                raise RuntimeError("stop")

    async def work() -> None:
        await writing.append(Entry, **entry(now, "before"))
        with pytest.raises(RuntimeError):
            await part(fail=True)
        await part(fail=False)
        await writing.append(Entry, **entry(now, "after"))

    await within(any_database, work)
    assert [one.event for one in await Entry.all().order_by("id")] == ["before", "within", "after"]


async def test_a_savepoint_may_come_first(any_database: Database, now: datetime) -> None:
    """It opens no transaction of its own."""

    async def work() -> None:
        async with in_transaction():
            await Citizen.create(office="blitar", created_at=now)
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        await within(any_database, work)
    assert await Citizen.all().count() == 0


async def test_too_long_is_refused_on_both(any_database: Database, now: datetime) -> None:
    """A column's length holds also where the database would not mind; a column that is none is a mistake."""
    with pytest.raises(ValueError, match=r"journal\.event"):
        await writing.append(Entry, **entry(now, "x" * 49))
    with pytest.raises(KeyError):
        await writing.append(Entry, **entry(now), wrong=1)


def _many(database: Database) -> Callable[[], Any]:
    async def ask() -> int:
        return int((await database.query("SELECT count(*) AS many FROM journal"))[0]["many"])

    return ask


_ARRAYS = {"BIGINT": "int8", "INT": "int4", "BOOL": "bool", "DOUBLE PRECISION": "float8", "TEXT": "text"}
_COLUMNS = {
    False: "SELECT group_concat(name) AS columns FROM pragma_table_info('{table}')",
    True: (
        "SELECT string_agg(column_name, ',') AS columns FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = '{table}'"
    ),
}
_TYPES = (
    "SELECT string_agg(column_name || ' ' || udt_name, ',') AS types FROM information_schema.columns"
    " WHERE table_schema = 'public' AND table_name = '{table}'"
)
