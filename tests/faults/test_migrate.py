"""New tables: killed between any two steps, a database is as it was before or as it should be, never in between."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tortoise.context import TortoiseContext
from tortoise.migrations.executor import MigrationExecutor, MigrationTarget

from inbox.database import settings
from tests.faults.nursery import KILLED, Nursery
from tests.postgres import Server

pytestmark = pytest.mark.timeout(600)  # dozens of processes are born and killed

FIRST = "0001_initial"
_BETWEEN = 8
CITIZEN = "INSERT INTO citizen (office, name, created_at) VALUES ('blitar', 'Sri', '2026-11-23 02:15:00+00:00')"


@pytest.fixture
async def older(tmp_path: Path) -> Path:
    """A database from before the last change, with somebody in it."""
    file = tmp_path / "older.sqlite"
    config = settings(f"sqlite://{file}")
    async with TortoiseContext() as context:
        await context.init(config=config)
        await MigrationExecutor(context.db(), config["apps"]).migrate([MigrationTarget("inbox", FIRST)])
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(CITIZEN)
        connection.commit()
    return file


def tables(file: Path) -> list[tuple[str, str]]:
    """Everything that makes the shape of a database."""
    with closing(sqlite3.connect(file)) as connection:
        found = connection.execute("SELECT name, coalesce(sql, '') FROM sqlite_master ORDER BY name").fetchall()
        return [(str(name), str(sql)) for name, sql in found if not name.startswith("sqlite_")]


def people(file: Path) -> list[tuple[str]]:
    """Who is in it."""
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute("SELECT name FROM citizen").fetchall()


def copies(file: Path, tmp_path: Path) -> Iterator[Path]:
    """The same database again and again."""
    for number in itertools.count():
        copy = tmp_path / f"copy-{number}" / "wadul.sqlite"
        copy.parent.mkdir()
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        yield copy


def test_an_older_database_is_as_before_until_it_is_as_it_should_be(
    older: Path, sqlite_template: Path, nursery: Nursery, tmp_path: Path
) -> None:
    """Wherever the change is cut off, the next start completes it and nobody in the database is lost."""
    before, after = tables(older), tables(sqlite_template)
    files, seen = copies(older, tmp_path), []
    nursery.run("migrate", url=f"sqlite://{next(files)}", trace=tmp_path / "whole")
    steps = len((tmp_path / "whole").read_text("utf-8").splitlines())
    for nth in spread(steps):
        file = next(files)
        ended = nursery.run("migrate", url=f"sqlite://{file}", nth=nth, trace=tmp_path / f"trace-{nth}")
        assert ended == KILLED
        assert tables(file) in (before, after)
        assert people(file) == [("Sri",)]
        seen.append(tables(file) == after)
        nursery.run("migrate", url=f"sqlite://{file}")
        assert tables(file) == after
        assert people(file) == [("Sri",)]
    assert seen.count(False) > 5


def spread(steps: int) -> list[int]:
    """The first three steps, the last three, and some between them that are as far apart as possible."""
    return sorted({1, 2, 3, steps - 2, steps - 1, steps, *range(4, steps - 2, max(1, steps // _BETWEEN))})


def test_a_new_database_has_all_tables_or_none(nursery: Nursery, sqlite_template: Path, tmp_path: Path) -> None:
    """The very first start, cut off early, in the middle and late: nothing is there but, at most, an empty history."""
    whole = tmp_path / "whole" / "wadul.sqlite"
    nursery.run("migrate", url=f"sqlite://{whole}", trace=tmp_path / "steps")
    steps = len((tmp_path / "steps").read_text("utf-8").splitlines())
    for nth in (2, 3, steps // 4, steps // 2, steps - 2):
        file = tmp_path / f"new-{nth}" / "wadul.sqlite"
        assert nursery.run("migrate", url=f"sqlite://{file}", nth=nth, trace=tmp_path / f"trace-{nth}") == KILLED
        assert not file.exists() or tables(file) in ([], tables(sqlite_template))
        nursery.run("migrate", url=f"sqlite://{file}")
        assert tables(file) == tables(sqlite_template)


def test_a_new_postgresql_database_has_all_tables_or_none(
    nursery: Nursery, postgres_server: Server, tmp_path: Path
) -> None:
    """The same with the other engine: the next start completes it, wherever the first was cut off."""
    with postgres_server.database("whole", "template1") as url:
        nursery.run("migrate", url=url, trace=tmp_path / "steps")
    steps = len((tmp_path / "steps").read_text("utf-8").splitlines())
    for nth in (2, 3, steps // 4, steps // 2, steps - 2):
        with postgres_server.database(f"new_{nth}", "template1") as url:
            assert nursery.run("migrate", url=url, nth=nth, trace=tmp_path / f"trace-{nth}") == KILLED
            nursery.run("migrate", url=url)
