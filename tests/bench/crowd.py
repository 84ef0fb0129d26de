"""A record with very many tickets: a score of cases made by the record's own commands, then copied set-wise.

Ten messages each, answers that arrived, steps, tasks, a sheet and a journal; one ticket in five is live, and their due
times are spread over days. Copies point at copies, whose persons have names of their own: only the officers and the
procedures' versions are shared.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from inbox.actor import Actor
from inbox.database import Database
from inbox.models import Delivery, Notice, Ticket
from inbox.officers import Officers
from inbox.web.gate import actor
from tests.inbox.house import ROLES, House, at, blitar

CASES = 20
PASSWORD = "sawah hijau di timur"
BEGAN = at("2026-11-20 08:00")
# Ids of copies lie this far apart; no table has as many rows before they are copied.
_STRIDE = 1000
_TABLES = (
    *("citizen", "address", "conversation", "ticket", "ticket_link", "ticket_step", "pause", "message", "delivery"),
    *("disposition", "task", "paper", "journal"),
)
_MOVED = frozenset(
    {"id", "citizen_id", "address_id", "conversation_id", "ticket_id", "step_id", "message_id", "disposition_id"}
)
_OWN = {
    ("ticket", "number"): f"'BLT-26-' || (100000 + s.id + g.n * {CASES})",
    ("address", "value"): "g.n || s.value",
    ("citizen", "name"): "CASE WHEN s.name = '' THEN '' ELSE s.name || ' ' || g.n END",
    ("message", "external_id"): "s.external_id || g.n",
    ("message", "key"): "g.n || substr(s.key, 9)",
    ("delivery", "key"): "g.n || substr(s.key, 9)",
}
_LATER = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%S+00:00', s.due_at, '+' || (g.n * {minutes}) || ' minutes')",
    "postgres": "s.due_at + g.n * {minutes} * interval '1 minute'",
}
_SPREAD_MINUTES = 4000
_LOT = 1000
_LIVE_CASES = 4
_DONE = (
    """UPDATE ticket SET status = 'closed', due_at = NULL, answered_at = coalesce(answered_at, '{now}'),
    closed_at = '{now}' WHERE status IN ('open', 'waiting') AND id > {beyond}""",
    "UPDATE ticket_step SET ended_at = '{now}' WHERE ended_at IS NULL AND ticket_id > {beyond}",
    "UPDATE task SET done_at = '{now}' WHERE done_at IS NULL AND ticket_id > {beyond}",
)
_MARKED = {
    True: """INSERT INTO search_text (ticket_id, marks, person)
    SELECT id, array_to_tsvector(ARRAY['spekerja', 'sx' || id, 'sy' || id, 'sz' || id]), '' FROM ticket""",
    False: "INSERT INTO search_text (rowid, marks, person) SELECT id, 'spekerja sx' || id, '' FROM ticket",
}
_READ = "UPDATE search_reading SET entry_id = (SELECT max(id) FROM journal), walk_id = 0"


async def settle(database: Database, folder: Path, tickets: int, live: int = 0) -> None:
    """Fill a fresh record, whose tables are there, with so many tickets. An officer of each role signs in as it.

    ``live``: about how many of them may be, at most; a record grows with the years, the work in hand does not.
    """
    house = House(database, folder, blitar())
    await house.tickets.prepare(BEGAN)
    staff = {role: await _hired(house, role) for role in ROLES}
    for place in range(CASES):
        await _case(house, staff, place)
    await Ticket.all().update(unread=False)
    await Delivery.all().update(state="read", sent_at=BEGAN, delivered_at=BEGAN, read_at=BEGAN)
    await Notice.all().update(seen_at=BEGAN)
    await _copy(database.url, tickets // CASES - 1)
    if live:
        for statement in _DONE:
            await database.query(statement.format(beyond=(live // _LIVE_CASES) * _STRIDE, now=BEGAN.isoformat(" ")))


async def mark(database: Database) -> None:
    """The search's marks of each ticket, as if its messages had been read, which would take the longest by far: a word
    that is in every ticket, and one (``x`` with the ticket's id) that is in one.
    """
    for statement in (_MARKED[database.is_postgres], _READ, "ANALYZE"):
        await database.query(statement)


def numbers(tickets: int) -> Sequence[str]:
    """The numbers of the live tickets among the copies."""
    return [f"BLT-26-{100000 + copy * CASES + case}" for copy in range(1, tickets // CASES) for case in range(1, 5)]


async def _hired(house: House, role: str) -> Actor:
    row = await Officers(house.database).add(
        house.office, role, role.title(), (role,), PASSWORD, now=BEGAN, initials="SW"
    )
    await row.fetch_related("roles")
    return actor(row)


async def _case(house: House, staff: Mapping[str, Actor], place: int) -> None:
    """A conversation of ten messages; the first four cases go on, the others are closed."""
    front, sender, now = staff["petugas"], f"warga{place}@example.org", BEGAN + timedelta(minutes=place)
    ticket = await house.complaint(now, sender=sender, object="Ruko tiga lantai", place=f"Jalan Merdeka {place}")
    await house.clerk(house.tickets.tell, ticket, "diterima", now)
    number = ticket.number
    for day in range(4):
        now += timedelta(hours=1)
        await house.writes(ticket, f"Pekerja masih datang, ini hari ke-{day + 1}.", now, sender=sender)
        answer = f"Terima kasih, laporan ke-{day + 1} kami teruskan ke bidang pengawasan."
        await house.acting.reply(front, number, answer, version=await house.version(number), now=now)
    if place in {1, 2}:
        await house.act(front, number, "naikkan", now)
    if place == 2:
        sheet = {"to": ["kabid", "kasi"], "nature": "Segera", "instruction": "Kaji", "initials": "SW"}
        values = {f"lembar-disposisi.{name}": value for name, value in sheet.items()}
        await house.act(staff["kepala-dinas"], number, "disposisikan", now, values)
    if place > 3:
        await house.acting.close(front, number, "Sudah selesai", version=await house.version(number), now=now)


async def _copy(url: str, times: int) -> None:
    """Each row so many times more. Foreign keys were right before, and stay so."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(urlsplit(url).path, isolation_level=None)) as file:
            columns = {table: [str(row[1]) for row in file.execute(f"PRAGMA table_info({table})")] for table in _TABLES}
            for statement in (
                "PRAGMA synchronous=OFF",
                "PRAGMA cache_size=-200000",
                *_in_lots("sqlite", columns, times),
                "ANALYZE",
            ):
                file.execute(statement)
        return
    server = await asyncpg.connect(url.replace("@localhost/", "@/"))
    try:
        found = await server.fetch("SELECT table_name, column_name FROM information_schema.columns")
        columns = {table: [row[1] for row in found if row[0] == table] for table in _TABLES}
        for statement in ("SET session_replication_role = replica", *_in_lots("postgres", columns, times)):
            await server.execute(statement)
        for table in _TABLES:
            await server.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
        await server.execute("VACUUM ANALYZE")
    finally:
        await server.close()


def _in_lots(engine: str, columns: Mapping[str, Sequence[str]], times: int) -> Iterator[str]:
    """A lot is one transaction: SQLite would look through all of a journal that holds millions of pages."""
    for first in range(1, times + 1, _LOT):
        yield "BEGIN"
        yield from _statements(engine, columns, times, first)
        yield "COMMIT"
        if engine == "sqlite":
            yield "PRAGMA wal_checkpoint(TRUNCATE)"


def _statements(engine: str, columns: Mapping[str, Sequence[str]], times: int, first: int) -> Iterator[str]:
    last = min(first + _LOT - 1, times)
    later = _LATER[engine].format(minutes=max(_SPREAD_MINUTES // max(times, 1), 1))
    for table, names in columns.items():
        own = {name: text for (of, name), text in _OWN.items() if of == table}
        own |= {name: f"s.{name} + g.n * {_STRIDE}" for name in _MOVED & set(names)}
        own |= {"due_at": later} if table == "ticket" else {}
        into = ", ".join(f'"{name}"' for name in names)
        taken = ", ".join(own.get(name, f's."{name}"') for name in names)
        yield (
            f"WITH RECURSIVE g(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM g WHERE n < {last})"
            f" INSERT INTO {table} ({into})"
            f" SELECT {taken} FROM {table} s CROSS JOIN g WHERE s.id < {_STRIDE}"
        )
