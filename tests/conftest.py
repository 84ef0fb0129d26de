"""What many tests share: a fresh database of each engine, real servers, and a clock that stands still."""

from __future__ import annotations

import asyncio
import itertools
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import expect

from inbox import ciphering
from inbox.database import Database
from inbox.migrate import migrate
from tests import examples, mail_peers, modem_peers, node_peers
from tests.postgres import Server, serve

_LONGEST_ID = 400


def pytest_configure() -> None:
    """On a slow machine a page takes its time."""
    expect.set_options(timeout=15_000)
    examples.load()


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """What is long is called by its argument: a name of 100 kB, or of bytes that hold the hour, helps nobody."""
    return argname if isinstance(val, str | bytes) and len(val) > _LONGEST_ID else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where several processes share the suite: a file's tests stay together, and all that need the mail servers, and
    all that need the modem."""
    for item in items:
        names = getattr(item, "fixturenames", ())
        group = "mail" if "mail_servers" in names else "modem" if "modem" in names else item.nodeid.partition("::")[0]
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(autouse=True)
def identity_keys() -> None:
    """The same keys for every test, whatever program ran in this process before."""
    ciphering.use(ciphering.Keys([b"a key for tests, and for them alone"]))


@pytest.fixture
def now() -> datetime:
    """Monday 23 November 2026, 09.15 in Blitar."""
    return datetime(2026, 11, 23, 2, 15, tzinfo=UTC)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with every table, to be copied."""
    file = tmp_path_factory.mktemp("sqlite") / "template.sqlite"
    asyncio.run(migrate(f"sqlite://{file}"))
    return file


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a fresh SQLite database, for a test that opens it itself or hands it to another process."""
    shutil.copyfile(sqlite_template, tmp_path / "wadul.sqlite")
    return f"sqlite://{tmp_path / 'wadul.sqlite'}"


@pytest.fixture(scope="session")
def mail_servers() -> Iterator[mail_peers.MailServers]:
    """A real IMAP and a real SMTP server, one pair for the session: a machine has room for one OpenSMTPD."""
    with mail_peers.serve() as servers:
        yield servers


@pytest.fixture
def modem() -> Iterator[modem_peers.Modem]:
    """A real gammu-smsd with gammu's dummy phone."""
    with modem_peers.serve() as running:
        yield running


@pytest.fixture(scope="session")
def telegram_api() -> Iterator[str]:
    """The address of a Telegram server: bots are below ``/bot<token>``, files below ``/file/bot<token>``."""
    with node_peers.telegram() as address:
        yield address


@pytest.fixture(scope="session")
def prism() -> Iterator[Callable[[Path], str]]:
    """Plays any platform by its OpenAPI file: ``prism(path)`` answers the address."""
    with node_peers.mocks() as mock:
        yield mock


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A PostgreSQL server for the session."""
    with serve() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres_server: Server) -> Iterator[str]:
    """The name of a PostgreSQL database with every table."""
    with postgres_server.template("wadul_template") as name:
        yield name


@pytest.fixture(scope="session")
def _serial() -> Iterator[int]:
    return itertools.count(1)


@pytest.fixture
def postgres_url(postgres_server: Server, postgres_template: str, _serial: Iterator[int]) -> Iterator[str]:
    """The address of a fresh PostgreSQL database."""
    with postgres_server.database(f"wadul_{next(_serial)}", postgres_template) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def any_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh database; the test runs once with each engine."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def sqlite_database(sqlite_url: str) -> AsyncIterator[Database]:
    """A fresh SQLite database, open."""
    async for database in _opened(sqlite_url):
        yield database


@pytest.fixture
async def postgres_database(postgres_url: str) -> AsyncIterator[Database]:
    """A fresh PostgreSQL database, open."""
    async for database in _opened(postgres_url):
        yield database


@pytest.fixture
async def any_database(any_url: str) -> AsyncIterator[Database]:
    """A fresh database, open; the test runs once with each engine."""
    async for database in _opened(any_url):
        yield database


async def _opened(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    await database.open()
    try:
        yield database
    finally:
        await database.close()
