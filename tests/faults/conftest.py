"""What every kill test has: a nursery of children, and an office's mailbox and databases to kill them over."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.faults.nursery import Nursery
from tests.mail_peers import PASSWORD, MailServers

NOW = "2026-11-23T02:15:00+00:00"
LATER = "2026-11-23T02:35:00+00:00"
_serial = itertools.count(1)


@dataclass
class Office:
    """One office that is killed and restarted: its database, its data folder, its mailbox."""

    url: str
    data: Path
    servers: MailServers
    nursery: Nursery
    address: str = field(default_factory=lambda: f"pengaduan-mati-{next(_serial)}@blitar.example.test")

    def run(self, job: str, *, now: str = NOW, **values: Any) -> int:
        """A child does a job here; how it ended."""
        account = {
            "address": self.address,
            "user": self.address,
            "password": PASSWORD,
            "imap_host": "127.0.0.1",
            "imap_port": self.servers.ports["imap"],
            "imap_tls": False,
            "smtp_host": "127.0.0.1",
            "smtp_port": self.servers.ports["smtp"],
            "smtp_security": "none",
            "smtp_login": False,
            "take": "all",
        }
        return self.nursery.run(job, url=self.url, data=self.data, account=account, now=now, **values)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What stands in the database while no process has it."""
        if self.url.startswith("sqlite"):
            with closing(sqlite3.connect(urlsplit(self.url).path)) as connection:
                return connection.execute(sql).fetchall()
        with psycopg.connect(self.url.replace("postgres://", "postgresql://")) as connection:
            return connection.execute(sql).fetchall()  # type: ignore[arg-type]

    def count(self, sql: str) -> int:
        """The one number that a query gives."""
        ((found,),) = self.rows(sql)
        return int(found)

    def steps(self, trace: Path) -> list[str]:
        """The steps that a child took before it ended."""
        return trace.read_text().splitlines() if trace.exists() else []


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """One for the session: everything is imported once."""
    with Nursery() as nursery:
        yield nursery


@pytest.fixture
def office_of(nursery: Nursery, mail_servers: MailServers, tmp_path: Path) -> Callable[[str], Office]:
    """Makes an office over a database; each has a data folder and a mailbox of its own."""

    def make(url: str) -> Office:
        office = Office(url, tmp_path / f"data-{next(_serial)}", mail_servers, nursery)
        mail_servers.maildir(office.address)
        return office

    return make
