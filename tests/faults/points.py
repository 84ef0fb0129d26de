"""Where a process can be killed: between any two steps of a road. Laid around the program's own parts, by the tests.

Each step names itself as it is about to happen (and, where the world outside sees it, once it has happened); at the
n-th name the process kills itself with SIGKILL, as a power cut would.
"""

from __future__ import annotations

import functools
import inspect
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tortoise.backends.asyncpg.client import AsyncpgDBClient
from tortoise.backends.asyncpg.client import TransactionWrapper as PostgresTransaction
from tortoise.backends.base_postgres.client import BasePostgresClient
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionWrapper

from bot import spool
from channels import (
    android,
    email,
    instagram,
    mail_imap,
    mail_smtp,
    messenger,
    telegram,
    telegram_line,
    twilio,
    whatsapp,
)
from inbox import files, postgres, sqlite

STATEMENTS = ("execute_query", "execute_query_dict", "execute_insert", "execute_many", "execute_script", "begin")


POINTS = (
    *("before put", "after put", "before commit", "after commit", "before keep", "after keep", "before done"),
    *("before updates", "after updates", "before download", "before mail", "before rcpt", "before data", "after data"),
    *("before send", "after send"),
)
"""Where a storm kills, on the road in and on the road out."""
FALLEN = "fell at "


class Fuse:
    """Burns down by one with every step; dies at the ``nth``. 0 never dies. The steps are written to ``trace``.

    ``only``: of the steps of that name; then it says on its output where it fell.
    """

    def __init__(self, nth: int, trace: Path | None, only: str = "") -> None:
        self._left, self._only = nth, only
        self._trace = os.open(trace, os.O_WRONLY | os.O_CREAT | os.O_APPEND) if trace else None

    def step(self, name: str) -> None:
        """This is about to happen, or has just happened."""
        if self._trace is not None:
            os.write(self._trace, f"{name}\n".encode())
        if self._only and name != self._only:
            return
        self._left -= 1
        if self._left == 0:
            if self._only:
                os.write(1, f"\n{FALLEN}{name}\n".encode())
            os.kill(os.getpid(), signal.SIGKILL)

    def light(self, nth: int) -> None:
        """From now on it counts."""
        self._left = nth

    def lay(self, *, statements: bool = True) -> None:
        """Lay it around everything that leaves a mark: files, statements, commits, the network."""
        self._around(files.Files, "put", after=True)
        for engine in (sqlite._Transaction, postgres._Transaction):
            self._around(engine, "commit", after=True)
        if statements:
            self._around_statements()
        self._around(mail_imap.Mailbox, "download")
        for call in ("mail", "rcpt", "data"):
            self._around(mail_smtp.SMTP, call, after=call == "data")
        self._around(telegram_line.Line, "updates", after=True)
        for door in (email, android, twilio, telegram, whatsapp, messenger, instagram):
            self._around(door.Adapter, "send", after=True)
        self._around(spool.Spool, "keep", after=True)
        self._around(spool.Spool, "done")

    def _around_statements(self) -> None:
        engines = (SqliteClient, SqliteTransactionWrapper, AsyncpgDBClient, PostgresTransaction, BasePostgresClient)
        for engine in (*engines, sqlite._Transaction):
            for call in STATEMENTS:
                if call in vars(engine):
                    self._around(engine, call)
        for room in (sqlite, postgres):
            self._around(room, "perform")

    def _around(self, owner: Any, name: str, *, after: bool = False) -> None:
        original: Callable[..., Any] = getattr(owner, name)
        if not inspect.iscoroutinefunction(original):
            setattr(owner, name, self._before(name, original))
            return

        @functools.wraps(original)
        async def stepping(*values: Any, **named: Any) -> Any:
            self.step(f"before {name}")
            result = await original(*values, **named)
            if after:
                self.step(f"after {name}")
            return result

        setattr(owner, name, stepping)

    def _before(self, name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        """The same for what happens in a thread of its own."""

        def stepping(*values: Any, **named: Any) -> Any:
            self.step(f"before {name}")
            return original(*values, **named)

        return stepping
