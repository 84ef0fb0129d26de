"""A record moved from SQLite to PostgreSQL and saved back: every table, every kind of value, and every way to fail."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from inbox import moving
from inbox.database import Database, credentials, file_of
from inbox.migrate import UNFINISHED, migrate
from inbox.models import Counter, Message, Ticket
from inbox.moving import copy, fill, move, weigh
from inbox.moving_postgres import PostgresSide
from inbox.moving_sqlite import SqliteSide
from inbox.moving_tables import Table
from inbox.numbers import ticket_number
from inbox.refused import Refused
from tests.inbox.house import at

NOW = at("2026-11-23 09:15")
_PLAIN = {
    "INT": 1,
    "INTEGER": 1,
    "BIGINT": 1,
    "SMALLINT": 1,
    "REAL": -8.0983,
    "DATE": "2026-11-23",
    "BLOB": b"\x00\xffPK",
}


def _row(columns: list[tuple[str, str, bool]], id_: int) -> dict[str, Any]:
    """A value for every column, told apart by the row; whatever points somewhere points at the row of that number."""
    return {name: _value(name, type_, id_) for name, type_, _ in columns}


def _value(name: str, type_: str, id_: int) -> Any:
    sort = type_.partition("(")[0].upper()
    if name == "id" or name.endswith("_id"):
        return id_ if sort in _PLAIN else f"{name}{id_}"
    if sort == "TIMESTAMP":
        return f"2026-11-23 02:15:0{id_}.123456+00:00" if id_ % 2 else "2026-11-23 02:15:00+00:00"
    if sort == "JSON":
        return '{"b": [1.5, null, "Bé 🙂"], "a": {"x": 1e3}}'
    if sort in _PLAIN:
        return _PLAIN[sort]
    return f"{name[:3]}{id_}é🙂'\"" if sort == "TEXT" else f"{name[:2]}{id_}"


def _fill(file: Path, rows: int = 3) -> None:
    """Rows in every table of the record."""
    with closing(sqlite3.connect(file)) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in names:
            if name.startswith(("sqlite_", "search_", "tortoise_")):
                continue
            columns = [(row[1], row[2], bool(row[5])) for row in connection.execute(f"PRAGMA table_info('{name}')")]
            for id_ in range(1, rows + 1):
                row = _row(columns, id_)
                places = ", ".join("?" * len(row))
                quoted = ", ".join(f'"{column}"' for column in row)
                connection.execute(f'INSERT INTO "{name}" ({quoted}) VALUES ({places})', list(row.values()))
        connection.execute("INSERT INTO counter (name, value) VALUES ('ticket_blt_26', 41)")
        connection.execute("UPDATE sqlite_sequence SET seq = 77 WHERE name = 'notice'")
        connection.commit()


async def _weights(side: SqliteSide | PostgresSide) -> dict[str, moving.Weight]:
    found = {table.name: await weigh(side, table) for table in await side.tables()}
    await side.close()
    return found


async def test_every_table_and_value_crosses_and_comes_back(sqlite_url: str, postgres_url: str, tmp_path: Path) -> None:
    """Both records weigh the same, and so does the file that is saved from the second."""
    _fill(file_of(sqlite_url))
    told: list[str] = []
    weights = await move(sqlite_url, postgres_url, lambda table, _: told.append(table))
    assert all(weight.rows >= 3 for weight in weights.values()), weights
    assert set(told) == set(weights)
    assert await _weights(await PostgresSide.open(postgres_url)) == weights
    side = await PostgresSide.open(postgres_url, snapshot=True)
    await copy(side, tmp_path / "back.sqlite")
    await side.close()
    back = SqliteSide(tmp_path / "back.sqlite")
    assert await back.sound() == []
    assert (await back.numbers())["notice"] == 77
    assert await _weights(back) == weights


async def test_the_moved_record_goes_on_numbering(sqlite_url: str, postgres_url: str) -> None:
    """A new row takes no id that was given, a new ticket the next number, and foreign keys hold again."""
    _fill(file_of(sqlite_url))
    await move(sqlite_url, postgres_url, lambda *_: None)
    database = Database(postgres_url)
    await database.open()
    try:
        assert await database.transaction(lambda: ticket_number("BLT", NOW, "Asia/Jakarta")) == "BLT-26-000042"
        await database.query(
            "INSERT INTO notice (office, kind, key, role, values, created_at) VALUES ('b','k','neu','','{}',now())"
        )
        (row,) = await database.query("SELECT id FROM notice WHERE key = 'neu'")
        assert row["id"] == 78
        assert await Ticket.all().count() == 3
        assert not await Counter.filter(name="ticket_blt_26").exists()
        with pytest.raises(Exception, match="foreign key"):
            await Message.filter(id=1).update(ticket_id=999)
    finally:
        await database.close()


async def test_half_a_record_is_not_served_and_goes_on(
    sqlite_url: str, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken off in the middle, the program refuses to start on it; the next try brings only what is missing."""
    _fill(file_of(sqlite_url), rows=5)
    monkeypatch.setattr(moving, "BATCH", 2)
    put, seen, broken = PostgresSide.put, list[tuple[str, Any]](), list[bool]()

    async def breaking(side: PostgresSide, table: Table, rows: Any) -> None:
        seen.append((table.name, rows[0][table.place]))
        if seen[-1] == ("message", 3) and not broken:
            broken.append(True)
            raise ConnectionResetError
        await put(side, table, rows)

    monkeypatch.setattr(PostgresSide, "put", breaking)
    with pytest.raises(ConnectionResetError):
        await move(sqlite_url, postgres_url, lambda *_: None)
    with pytest.raises(Refused) as refused:
        await migrate(postgres_url)
    assert refused.value.code == "move-unfinished"
    seen.clear()
    weights = await move(sqlite_url, postgres_url, lambda *_: None)
    assert [key for name, key in seen if name == "message"] == [3, 5]
    assert "delivery" not in {name for name, _ in seen}
    assert weights["message"].rows == 5
    assert await migrate(postgres_url) == []


async def test_what_changed_between_two_tries_goes_over_anew(sqlite_url: str, postgres_url: str) -> None:
    """A row that was altered after it was carried is found by its weight."""
    file = file_of(sqlite_url)
    _fill(file)
    source, first = SqliteSide(file), await PostgresSide.open(postgres_url)
    await first.prepare()
    (citizens,) = [table for table in await first.tables() if table.name == "citizen"]
    await first.put(citizens, await source.rows(citizens, None, 10))
    await first.close()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE citizen SET name = 'Sri' WHERE id = 2")
        connection.commit()
    await fill(source, postgres_url)
    await source.close()
    connection = await asyncpg.connect(**credentials(postgres_url))
    assert await connection.fetchval("SELECT name FROM citizen WHERE id = 2") == "Sri"
    assert await connection.fetchval("SELECT to_regclass($1)", UNFINISHED) is None
    await connection.close()


async def test_nothing_is_moved_over_a_record(sqlite_url: str, postgres_url: str) -> None:
    """A database with an officer is not filled a second time."""
    _fill(file_of(sqlite_url))
    await move(sqlite_url, postgres_url, lambda *_: None)
    with pytest.raises(Refused) as refused:
        await move(sqlite_url, postgres_url, lambda *_: None)
    assert refused.value.code == "move-target-full"


async def test_a_record_that_is_being_written_is_not_moved(sqlite_url: str, postgres_url: str) -> None:
    """Somebody is in the middle of a transaction; and while we move, nobody can begin one."""
    _fill(file_of(sqlite_url))
    with closing(sqlite3.connect(file_of(sqlite_url), isolation_level=None, timeout=0)) as other:
        other.execute("BEGIN IMMEDIATE")
        moving_sqlite_patience = SqliteSide.__init__.__globals__
        moving_sqlite_patience["_BUSY_SECONDS"], kept = 0.0, moving_sqlite_patience["_BUSY_SECONDS"]
        try:
            with pytest.raises(Refused) as refused:
                await move(sqlite_url, postgres_url, lambda *_: None)
        finally:
            moving_sqlite_patience["_BUSY_SECONDS"] = kept
        assert refused.value.code == "move-source-busy"
        other.execute("ROLLBACK")

        def writes(*_: object) -> None:
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")

        await move(sqlite_url, postgres_url, writes)


async def test_a_row_that_postgres_cannot_hold_is_named(sqlite_url: str, postgres_url: str) -> None:
    """SQLite holds any length; the table, the rows and the reason are said, and mended it goes on."""
    file = file_of(sqlite_url)
    _fill(file)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE officer SET login = ? WHERE id = 2", ["x" * 65])
        connection.commit()
    with pytest.raises(Refused) as refused:
        await move(sqlite_url, postgres_url, lambda *_: None)
    assert (refused.value.code, refused.value.values["table"], refused.value.values["rows"]) == (
        "move-row-unfit",
        "officer",
        "1–3",
    )
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE officer SET login = 'siti' WHERE id = 2")
        connection.commit()
    assert (await move(sqlite_url, postgres_url, lambda *_: None))["officer"].rows == 3
