"""One archive that holds a whole installation's record: the database as one SQLite file whatever the engine, and the
files that people sent, each proved before it is called saved.

A backup is of one moment, taken while the program runs: a file is stored before the row that names it is committed, so
every file of the copied rows is there. The installation's secret and the office's configuration are not in it.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from inbox import moving
from inbox.backup_archive import Reader, Writer
from inbox.database import file_of
from inbox.files import Files, StoreAway
from inbox.migrate import known, migrate
from inbox.moving_postgres import PostgresSide
from inbox.moving_sqlite import SqliteSide
from inbox.moving_tables import Weight
from inbox.refused import Refused

RECORD = "wadul.sqlite"
# Where rows name files of the store by their digest.
FILES = {
    "attachment": ("digest",),
    "field_photo": ("digest",),
    "import_run": ("digest",),
    "message": ("original_file",),
    "paper": ("pdf_digest", "scan_digest"),
    "permit_list": ("digest",),
    "set_aside": ("original_file",),
}


@dataclass(frozen=True, slots=True)
class Saved:
    """What an archive holds. ``missing``: files that rows name and the store has not, or has with another content."""

    rows: int
    files: int
    missing: tuple[str, ...]


async def save(url: str, files: Files, out: BinaryIO) -> Saved:
    """Write the archive.

    Raises: Refused ``move-source-missing``, ``move-unreachable``, ``backup-store-away``, or ``backup-unsound`` where
            the record is damaged.
    """
    if url.startswith("sqlite") and not file_of(url).is_file():
        raise Refused("move-source-missing", file=str(file_of(url)))
    files.folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=files.folder.parent, prefix=".cadangan-") as folder:
        record = Path(folder) / RECORD
        try:
            await _copy(url, record)
            weights, names = await _examined(record)
        except sqlite3.Error as error:
            raise Refused("backup-unsound", detail=str(error)) from error
        try:
            return await asyncio.to_thread(_pack, out, record, weights, names, files)
        except StoreAway as error:
            raise Refused("backup-store-away", detail=str(error)) from error


async def restore(source: BinaryIO, url: str, files: Files) -> Saved:
    """Bring an archive back into a place that holds no record yet.

    Raises: Refused ``restore-target-full``, ``restore-unreadable``, ``restore-newer``, ``restore-damaged``,
            ``backup-store-away``.
    """
    _check_empty(url)
    files.folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=files.folder.parent, prefix=".cadangan-") as folder:
        record = Path(folder) / RECORD
        reader = await asyncio.to_thread(Reader, source)
        if set(reader.manifest.migrations) - set(known()):
            raise Refused("restore-newer", version=reader.manifest.migrations[-1])
        count = await asyncio.to_thread(reader.unpack, record, files)
        try:
            weights, names = await _examined(record)
        except (sqlite3.Error, Refused) as error:
            raise Refused("restore-damaged", part=RECORD) from error
        if {name: weight.digest for name, weight in weights.items()} != reader.manifest.tables:
            raise Refused("restore-damaged", part=RECORD)
        await migrate(f"sqlite://{record}")
        await _settle(record, url)
    missing = await asyncio.to_thread(lambda: sorted(name for name in names if not files.has(name)))
    return Saved(sum(weight.rows for weight in weights.values()), count, tuple(missing))


def _check_empty(url: str) -> None:
    """No record is there, nor what one left in its log, which would be read into the next. Raises Refused."""
    for suffix in ("", "-wal", "-journal") if url.startswith("sqlite") else ():
        file = file_of(url).with_name(file_of(url).name + suffix)
        if file.exists():
            raise Refused("restore-target-full", target=str(file))


def _lay(record: Path, target: Path) -> None:
    """Over nothing that came to be there meanwhile."""
    try:
        os.link(record, target)
    except FileExistsError:
        raise Refused("restore-target-full", target=str(target)) from None
    except OSError:  # another disk, or one without links
        shutil.move(record, target)


async def _copy(url: str, record: Path) -> None:
    if url.startswith("sqlite"):
        await asyncio.to_thread(_copied, file_of(url), record)
        return
    side = await PostgresSide.open(url, snapshot=True)
    try:
        await moving.copy(side, record)
    finally:
        await side.close()


def _copied(file: Path, record: Path) -> None:
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(record)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")


async def _examined(record: Path) -> tuple[dict[str, Weight], frozenset[str]]:
    """Each table's weight, and the files that rows name. Raises Refused ``backup-unsound``."""
    side = SqliteSide(record)
    try:
        if wrong := await side.sound():
            raise Refused("backup-unsound", detail="; ".join(wrong[:5]))
        weights = {table.name: await moving.weigh(side, table) for table in await side.tables()}
        named = [await side.values(table, column) for table, columns in FILES.items() for column in columns]
    finally:
        await side.close()
    return weights, frozenset(name for names in named for name in names if name)


def _pack(out: BinaryIO, record: Path, weights: dict[str, Weight], names: frozenset[str], files: Files) -> Saved:
    with closing(sqlite3.connect(record)) as connection:
        applied = [row[0] for row in connection.execute("SELECT name FROM tortoise_migrations ORDER BY id")]
    with Writer(out, applied, {name: weight.digest for name, weight in weights.items()}) as writer:
        writer.add(RECORD, record)
        kept = [name for name in sorted(names) if writer.keep(name, files)]
    return Saved(sum(weight.rows for weight in weights.values()), len(kept), tuple(sorted(names - set(kept))))


async def _settle(record: Path, url: str) -> None:
    if url.startswith("sqlite"):
        _check_empty(url)
        await asyncio.to_thread(_lay, record, file_of(url))
        return
    await migrate(url, moving=True)
    side = SqliteSide(record)
    try:
        await moving.fill(side, url)
    finally:
        await side.close()
