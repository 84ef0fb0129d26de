"""The yardstick: the rows of one message, written by bare drivers with one durable commit a message.

Duplicate check, address, conversation, ticket, message, delivery: what the message road must write at least, in
tables of the same columns' sizes, without any of the road's thinking.
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import asyncpg

TABLES = (
    "CREATE TABLE address (id {id}, office TEXT, scheme TEXT, value TEXT, UNIQUE (office, scheme, value))",
    "CREATE TABLE conversation (id {id}, channel TEXT, address_id BIGINT, UNIQUE (channel, address_id))",
    "CREATE TABLE ticket (id {id}, office TEXT, number TEXT UNIQUE, code TEXT, status TEXT, summary TEXT, step TEXT)",
    (
        "CREATE TABLE message (id {id}, channel TEXT, external_id TEXT, conversation_id BIGINT, ticket_id BIGINT,"
        " text TEXT, full_text TEXT, original {blob}, UNIQUE (channel, external_id))"
    ),
    "CREATE TABLE delivery (id {id}, key TEXT UNIQUE, message_id BIGINT, state TEXT, text TEXT)",
)
ROWS = (
    "INSERT INTO address (office, scheme, value) VALUES ('blitar', 'email', {0}) RETURNING id",
    "INSERT INTO conversation (channel, address_id) VALUES ('blitar-email', {0}) RETURNING id",
    (
        "INSERT INTO ticket (office, number, code, status, summary, step) VALUES"
        " ('blitar', {0}, '7F3K9Q', 'open', {1}, 'terima') RETURNING id"
    ),
    (
        "INSERT INTO message (channel, external_id, conversation_id, ticket_id, text, full_text, original) VALUES"
        " ('blitar-email', {0}, {1}, {2}, {3}, {4}, {5}) ON CONFLICT (channel, external_id) DO NOTHING RETURNING id"
    ),
    "INSERT INTO delivery (key, message_id, state, text) VALUES ({0}, {1}, 'queued', {2}) RETURNING id",
)
ACKNOWLEDGEMENT = "Aduan BLT-26-001234 diterima, kode 7F3K9Q. " * 8


def on_sqlite(file: Path, mails: list[bytes]) -> float:
    """Seconds that sqlite3 (WAL, synchronous=FULL) takes for one commit a message."""
    statements = [row.format(*"??????") for row in ROWS]
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    for table in TABLES:
        connection.execute(table.format(id="INTEGER PRIMARY KEY", blob="BLOB"))
    started = time.perf_counter()
    for number, mail in enumerate(mails):
        connection.execute("BEGIN IMMEDIATE")
        found: list[int] = []
        for statement, values in zip(statements, _values(number, mail), strict=True):
            filled = [found[value] if isinstance(value, int) else value for value in values]
            found.append(connection.execute(statement, filled).fetchone()[0])
        connection.execute("COMMIT")
    seconds = time.perf_counter() - started
    connection.close()
    return seconds


async def on_asyncpg(url: str, mails: list[bytes]) -> float:
    """Seconds that one asyncpg connection takes, five statements and one commit a message."""
    statements = [row.format("$1", "$2", "$3", "$4", "$5", "$6") for row in ROWS]
    connection = await asyncpg.connect(url)
    await connection.execute("DROP SCHEMA IF EXISTS bare CASCADE; CREATE SCHEMA bare; SET search_path TO bare")
    for table in TABLES:
        await connection.execute(table.format(id="BIGSERIAL PRIMARY KEY", blob="BYTEA"))
    started = time.perf_counter()
    for number, mail in enumerate(mails):
        async with connection.transaction():
            found: list[int] = []
            for statement, values in zip(statements, _values(number, mail), strict=True):
                filled = [found[value] if isinstance(value, int) else value for value in values]
                found.append(await connection.fetchval(statement, *filled))
    seconds = time.perf_counter() - started
    await connection.close()
    return seconds


def _values(number: int, mail: bytes) -> tuple[tuple[str | bytes | int, ...], ...]:
    """Values of each row; an int is the id that the row of that index got."""
    text = mail.decode("utf-8", "replace")
    return (
        (f"warga{number}@example.org",),
        (0,),
        (f"BLT-26-{number:06d}", text[:200]),
        (f"bench-{number}", 1, 2, text, text, mail),
        (f"key{number:023d}", 3, ACKNOWLEDGEMENT),
    )
