"""The database through which gammu-smsd hands over: its tables read, marked and written in short transactions.

It is the daemon's own SQLite file. Every call opens it, in a thread, and closes it: a daemon that was set up anew
leaves no stale connection behind. Every trouble is an ``Undelivered`` that says in one word what a person can mend.
Source: gammu-smsd-tables(7); the daemon writes local times of its machine.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from channels.base import Undelivered
from channels.modem_parts import cut, header

_BUSY_SECONDS = 5
_UNICODE, _PLAIN = "Unicode_No_Compression", "Default_No_Compression"
_NAMED = {
    sqlite3.SQLITE_FULL: "modem-disk-full",
    sqlite3.SQLITE_BUSY: "modem-store-busy",
    sqlite3.SQLITE_LOCKED: "modem-store-busy",
    sqlite3.SQLITE_CANTOPEN: "modem-store-denied",
    sqlite3.SQLITE_PERM: "modem-store-denied",
    sqlite3.SQLITE_READONLY: "modem-store-denied",
    sqlite3.SQLITE_AUTH: "modem-store-denied",
}
_INBOX = (
    "SELECT ID, SenderNumber, ReceivingDateTime, UpdatedInDB, Coding, UDH, Class, SMSCNumber, Text, TextDecoded,"
    " CAST((julianday('now', 'localtime') - julianday(UpdatedInDB)) * 86400 AS INTEGER) AS Age"
    " FROM inbox WHERE Processed = 'false' AND (:phone = '' OR RecipientID IN (:phone, '')) ORDER BY ID LIMIT :most"
)
_WITHIN = (
    "SELECT ID, SenderNumber, ReceivingDateTime, UpdatedInDB, Coding, UDH, Class, SMSCNumber, Text, TextDecoded"
    " FROM inbox WHERE UpdatedInDB >= :since AND UpdatedInDB < :until"
    " AND (:phone = '' OR RecipientID IN (:phone, '')) ORDER BY ID"
)
_ROWS = (
    "SELECT ID, SenderNumber, ReceivingDateTime, UpdatedInDB, Coding, UDH, Class, SMSCNumber, Text, TextDecoded"
    " FROM inbox WHERE ID IN (SELECT value FROM json_each(:ids)) ORDER BY ID"
)
_SENT = (
    "SELECT CreatorID, DestinationNumber, Status, StatusError, UpdatedInDB FROM sentitems WHERE CreatorID IN"
    " (SELECT CreatorID FROM sentitems WHERE UpdatedInDB >= :since AND CreatorID != '')"
    " AND CreatorID NOT IN (SELECT CreatorID FROM outbox) ORDER BY ID, SequencePosition"
)
_WAITING = (
    "SELECT count(*), coalesce(max(julianday('now', 'localtime') - julianday(InsertIntoDB)), 0) * 86400 FROM outbox"
)
_PHONES = (
    "SELECT Signal, Send, Receive, (julianday('now', 'localtime') - julianday(TimeOut)) * 86400 FROM phones"
    " WHERE :phone = '' OR ID = :phone ORDER BY TimeOut DESC LIMIT 1"
)
_OUTCOMES = (
    "SELECT sum(Status = 'SendingError' OR Status = 'Error'), sum(Status NOT IN ('SendingError', 'Error'))"
    " FROM sentitems WHERE UpdatedInDB >= datetime('now', 'localtime', '-1 hour')"
)

T = TypeVar("T")
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Glance:
    """How the modem is, as the daemon last wrote. Seconds; ``overdue`` is None where it never wrote anything.

    ``failed`` and ``gone`` count the parts of the last hour; ``room`` is what the disk still takes, in bytes.
    """

    overdue: float | None = None
    signal: int = -1
    sends: bool = True
    receives: bool = True
    waiting: int = 0
    oldest: float = 0
    failed: int = 0
    gone: int = 0
    room: int = 1 << 40


class Store:
    """One daemon's file; ``phone`` is its PhoneID where several daemons share it."""

    def __init__(self, path: Path, phone: str) -> None:
        self._path, self._phone = path, phone

    async def received(self, most: int) -> Rows:
        """The oldest rows that nobody took yet, with ``At`` as aware text and ``Age`` in seconds."""
        rows = await self._do(lambda db: _found(db, _INBOX, phone=self._phone, most=most))
        return [row | {"At": _moment(row).isoformat()} for row in rows]

    async def between(self, since: datetime, until: datetime) -> Rows:
        """Rows that the daemon stored in that time, taken or not; ``Stored`` says when, as aware text."""
        within = {"since": _local(since), "until": _local(until), "phone": self._phone}
        return [_stored(row) for row in await self._do(lambda db: _found(db, _WITHIN, **within))]

    async def rows(self, ids: Sequence[int]) -> Rows:
        """Some of them by their ids; what the daemon has no more is missing."""
        return [_stored(row) for row in await self._do(lambda db: _found(db, _ROWS, ids=json.dumps(list(ids))))]

    async def taken(self, ids: Sequence[int]) -> None:
        """Never hand these rows over again."""
        marks = [(id_,) for id_ in ids]
        await self._do(lambda db: db.executemany("UPDATE inbox SET Processed = 'true' WHERE ID = ?", marks))

    async def put(self, key: str, recipient: str, text: str, *, unicode: bool, validity: int) -> None:
        """Lay a message into the daemon's outbox, all parts in one commit; one of that key that lies there stays."""
        await self._do(lambda db: _put(db, self._phone, key, recipient, text, unicode=unicode, validity=validity))

    async def sent(self, since: str) -> Rows:
        """Every part of the messages of which something changed ``since``, a local time of the daemon's."""
        return await self._do(lambda db: _found(db, _SENT, since=since))

    async def glance(self) -> Glance:
        """How the modem is."""
        seen = await self._do(lambda db: _glance(db, self._phone))
        return replace(seen, room=shutil.disk_usage(self._path.parent).free)

    async def forget(self, days: int) -> None:
        """What was taken or sent so long ago needs no copy here."""
        before = f"-{days} days"
        await self._do(lambda db: _forget(db, before))

    async def _do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        return await asyncio.to_thread(self._at_once, work)

    def _at_once(self, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            with _opened(self._path) as db:
                return work(db)
        except (sqlite3.Error, OSError) as error:
            raise Undelivered(_reason(error, self._path), retry=True, detail=str(error)) from None


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The file, which must be there and in a folder where its journal can stand, in one transaction."""
    if path.parent.exists() and not os.access(path.parent, os.W_OK | os.X_OK):
        raise PermissionError(path.parent)
    db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=_BUSY_SECONDS)
    db.row_factory = sqlite3.Row
    try:
        with db:
            yield db
    finally:
        db.close()


def _reason(error: Exception, path: Path) -> str:
    if not os.path.lexists(path) and os.access(path.parent, os.X_OK):
        return "modem-store-missing"
    if isinstance(error, OSError):
        return "modem-store-denied"
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    return _NAMED.get(code, "modem-store-strange")


def _found(db: sqlite3.Connection, query: str, **values: Any) -> Rows:
    return [dict(row) for row in db.execute(query, values)]


def _put(
    db: sqlite3.Connection, phone: str, key: str, recipient: str, text: str, *, unicode: bool, validity: int
) -> None:
    db.execute("BEGIN IMMEDIATE")
    known = "SELECT 1 FROM outbox WHERE CreatorID = :key UNION SELECT 1 FROM sentitems WHERE CreatorID = :key"
    if db.execute(known, {"key": key}).fetchone():
        return
    parts, coding = cut(text), _UNICODE if unicode else _PLAIN
    row = db.execute(
        "INSERT INTO outbox (DestinationNumber, TextDecoded, Coding, CreatorID, SenderID, MultiPart, RelativeValidity,"
        " DeliveryReport) VALUES (?, ?, ?, ?, ?, ?, ?, 'yes')",
        (recipient, parts[0], coding, key, phone, "true" if len(parts) > 1 else "false", validity),
    ).lastrowid
    reference = row or 0
    db.execute("UPDATE outbox SET UDH = ? WHERE ID = ?", (header(reference, len(parts), 1), row))
    db.executemany(
        "INSERT INTO outbox_multipart (ID, SequencePosition, TextDecoded, Coding, UDH) VALUES (?, ?, ?, ?, ?)",
        [(row, at, said, coding, header(reference, len(parts), at)) for at, said in enumerate(parts[1:], 2)],
    )


def _glance(db: sqlite3.Connection, phone: str) -> Glance:
    db.execute("BEGIN IMMEDIATE")  # what cannot be written or is locked says so here
    waiting, oldest = db.execute(_WAITING).fetchone()
    failed, gone = db.execute(_OUTCOMES).fetchone()
    seen = db.execute(_PHONES, {"phone": phone}).fetchone()
    found = Glance(waiting=waiting, oldest=oldest, failed=failed or 0, gone=gone or 0)
    if seen is None:
        return found
    signal, sends, receives, overdue = seen
    return Glance(overdue, signal, sends == "yes", receives == "yes", waiting, oldest, found.failed, found.gone)


def _forget(db: sqlite3.Connection, before: str) -> None:
    old = "UpdatedInDB < datetime('now', 'localtime', ?)"
    db.execute(f"DELETE FROM inbox WHERE Processed = 'true' AND {old}", (before,))  # noqa: S608 - no value in it
    db.execute(f"DELETE FROM sentitems WHERE {old}", (before,))  # noqa: S608 - no value in it


def _stored(row: dict[str, Any]) -> dict[str, Any]:
    stored = datetime.fromisoformat(str(row["UpdatedInDB"])).astimezone(UTC)
    return row | {"At": _moment(row).isoformat(), "Stored": stored.isoformat()}


def _local(moment: datetime) -> str:
    """As the daemon writes it."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _moment(row: dict[str, Any]) -> datetime:
    """When the network took it, and never after the daemon stored it: the network's clock may be another zone's."""
    moments = []
    for name in ("ReceivingDateTime", "UpdatedInDB"):
        try:
            moments.append(datetime.fromisoformat(str(row[name])).astimezone(UTC))
        except (ValueError, OverflowError):
            continue
    return min(moments, default=datetime(1970, 1, 1, tzinfo=UTC))
