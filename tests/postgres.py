"""A PostgreSQL of the tests' own: the system's programs, a folder that goes away, a socket instead of a port.

The folder is in memory where there is room: a database is hundreds of files, and a disk takes half a second for them.

PostgreSQL refuses to run as root, so that root lends it another user. Databases are made from a migrated template.
"""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pytest_postgresql.janitor import DatabaseJanitor

from inbox.migrate import migrate
from tests.orphans import with_us

INSTALL = "PostgreSQL's server programs are missing: `make peers` installs them (Debian, as root)."
_USER, _SOCKET = "postgres", ".s.PGSQL.5432"
_SETTINGS = {"listen_addresses": "", "max_connections": "60"}
_FORGETFUL = {"fsync": "off", "full_page_writes": "off"}
_MEMORY, _ROOM_BYTES = Path("/dev/shm"), 2 * 1024**3


@dataclass
class Server:
    """A running server, named by the folder of its socket. It can be stopped and started again."""

    folder: Path
    _command: list[Any] = field(repr=False)
    _options: dict[str, Any] = field(repr=False)
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Unless it runs."""
        if self._process and self._process.poll() is None:
            return
        (self.folder / _SOCKET).unlink(missing_ok=True)
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(self._command, stderr=log, **self._options)
        _wait(self._process, self.folder)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Until it is gone; SIGQUIT leaves it as a power cut would."""
        if self._process:
            self._process.send_signal(how)
            self._process.wait(60)

    def url(self, database: str) -> str:
        """The address of one of its databases as ``inbox.database`` reads it."""
        return f"postgres://{_USER}@localhost/{database}?host={self.folder}"

    @contextmanager
    def database(self, name: str, template: str) -> Iterator[str]:
        """A copy of the template for as long as the block lasts; yields its address."""
        with self._janitor(dbname=name, template_dbname=template):
            yield self.url(name)

    @contextmanager
    def template(self, name: str) -> Iterator[str]:
        """A database with every table and no row, to make others from."""
        with self._janitor(template_dbname=name):
            asyncio.run(migrate(self.url(name)))
            yield name

    def _janitor(self, **names: str) -> DatabaseJanitor:
        return DatabaseJanitor(user=_USER, host=str(self.folder), port=5432, version="15", **names)


@contextmanager
def serve(*, durable: bool = False, where: Path | None = None) -> Iterator[Server]:
    """Start a server and stop it afterwards. Skips, or fails with ``WADUL_PEERS=required``, where it is missing.

    ``durable``: commits reach the disk, for benchmarks; tests do without. ``where``: below that folder.
    """
    programs = _programs()
    as_whom = _as_whom()
    where = where or (None if durable else _memory())
    with tempfile.TemporaryDirectory(prefix="wadul-pg-", dir=where, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if as_whom:
            os.chown(folder, as_whom["user"], as_whom["group"])
        options: dict[str, Any] = {"cwd": folder, "stdout": subprocess.DEVNULL, **as_whom}
        initdb = [programs / "initdb", "-D", folder / "data", "-U", _USER, "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run([*initdb, "--locale=C"], check=True, **options)
        command = [programs / "postgres", "-D", folder / "data", "-k", folder, *_flags(durable)]
        server = Server(folder, with_us(*command, by="INT"), options)
        try:
            server.start()
            yield server
        finally:
            server.stop()


def _wait(process: subprocess.Popen[bytes], folder: Path) -> None:
    """Until the socket answers; the janitor itself goes on trying to connect."""
    until = time.monotonic() + 30
    while not (folder / _SOCKET).exists():
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError((folder / "log").read_text())
        time.sleep(0.05)


def _memory() -> Path | None:
    """None where a system has no such place, or a small one, as containers do."""
    return _MEMORY if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM_BYTES else None


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres")) or [Path(shutil.which("postgres") or "")]
    if (found[-1].resolve().parent / "initdb").exists():
        return found[-1].resolve().parent
    if os.environ.get("WADUL_PEERS") == "required":
        pytest.fail(INSTALL)
    pytest.skip(INSTALL)


def _as_whom() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = names.get("postgres") or names["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _flags(durable: bool) -> list[str]:
    settings = _SETTINGS if durable else _SETTINGS | _FORGETFUL
    return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
