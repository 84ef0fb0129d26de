"""What every journey has: a town on SQLite (or on PostgreSQL, by parameter), and a watch on the program's log."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from structlog.processors import format_exc_info
from structlog.testing import capture_logs

from tests.journeys import city as cities
from tests.journeys import record
from tests.journeys import town as towns
from tests.journeys.city import City
from tests.journeys.town import Town
from tests.mail_peers import MailServers


@dataclass
class Log:
    """What the program logged. A journey that expects trouble says so with a word of the trouble's own."""

    lines: list[dict[str, object]]
    expected: list[str] = field(default_factory=list)

    def expects(self, phrase: str) -> None:
        """This one may be logged as an error."""
        self.expected.append(phrase)

    def check(self, others: list[str]) -> None:
        """Assert that nothing went wrong that was not expected."""
        errors = [str(line) for line in self.lines if line["log_level"] in {"error", "critical"}]
        bad = [line for line in [*errors, *others] if not any(phrase in line for phrase in self.expected)]
        assert not bad, "the program logged:\n" + "\n".join(bad)


@pytest.fixture(autouse=True)
def log(caplog: pytest.LogCaptureFixture) -> Iterator[Log]:
    """Fails a journey on any error that it did not expect, whoever logs it."""
    with capture_logs([format_exc_info]) as lines:
        watched = Log(lines)
        yield watched
    records = [*caplog.get_records("setup"), *caplog.get_records("call"), *caplog.records]
    watched.check([record.getMessage() for record in records if record.levelno >= logging.ERROR])


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> str:
    """The address of a fresh database: SQLite, unless the test is parametrised (indirectly) with ``postgres``."""
    url: str = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")
    return url


@pytest.fixture
async def town(
    engine: str, mail_servers: MailServers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: Log
) -> AsyncIterator[Town]:
    """The town, opened for one journey."""
    async with towns.opened(mail_servers, engine, tmp_path / "data", monkeypatch) as opened:
        yield opened


@pytest.fixture
async def blitar(engine: str, tmp_path: Path, log: Log) -> AsyncIterator[City]:
    """Blitar's doors for telephones, opened for one journey."""
    async with cities.opened("blitar", engine, tmp_path / "data") as opened:
        yield opened
        await record.check(opened.wadul.database, opened.clock())


@pytest.fixture
async def mojokerto(engine: str, tmp_path: Path, log: Log) -> AsyncIterator[City]:
    """Mojokerto's, opened for one journey."""
    async with cities.opened("mojokerto", engine, tmp_path / "data") as opened:
        yield opened
        await record.check(opened.wadul.database, opened.clock())
