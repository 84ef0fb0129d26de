"""All that a record holds, as one text to look for somebody in."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing

from inbox.database import Database, file_of


async def dump(database: Database) -> str:
    """Everything in every table, the search's own included, in small letters."""
    if not database.is_postgres:
        with closing(sqlite3.connect(file_of(database.url))) as connection:
            connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
            return "\n".join(_lines(connection)).casefold()
    tables = await database.query(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    found = [await database.query(f'SELECT t::text AS line FROM "{row["relname"]}" t') for row in tables]
    return "\n".join(_readable(row["line"]) for rows in found for row in rows).casefold()


def _lines(connection: sqlite3.Connection) -> Iterable[str]:
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for name in names:
        for row in connection.execute(f'SELECT * FROM "{name}"'):
            yield " ".join(one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one) for one in row)


def _readable(line: str) -> str:
    """Bytes stand in hexadecimal digits there."""
    parts = line.split("\\x")
    return line + " ".join(_bytes(part) for part in parts[1:])


def _bytes(part: str) -> str:
    digits = part.split('"', maxsplit=1)[0].split(",", maxsplit=1)[0]
    try:
        return bytes.fromhex(digits).decode("utf-8", "replace")
    except ValueError:
        return ""
