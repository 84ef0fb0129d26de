from __future__ import annotations

import asyncio
import re
import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path

import psycopg
import pytest
from tortoise.context import TortoiseContext
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.executor import MigrationExecutor, MigrationTarget
from tortoise.migrations.recorder import MigrationRecorder
from tortoise.migrations.schema_editor import BasePostgresSchemaEditor, SqliteSchemaEditor

from inbox import migrate as migrating
from inbox import migrations
from inbox.database import Database, settings
from inbox.migrate import SQL, Unsound, migrate
from inbox.refused import Refused
from tests.postgres import Server

SRI = "INSERT INTO citizen (office, name, created_at) VALUES ('blitar', 'Sri', '2026-11-23 02:15:00+00:00')"
ALL = sorted(file.stem for file in Path(migrations.__file__).parent.glob("0*.py"))


async def test_a_new_sqlite_file_gets_every_table(tmp_path: Path) -> None:
    """The first start makes the folder, the file and the tables, and keeps no copy of nothing."""
    file = tmp_path / "data" / "wadul.sqlite"
    assert await migrate(f"sqlite://{file}") == ALL
    assert "ticket" in _tables(file)
    assert _beside(file) == []


async def test_a_new_records_folder_is_its_owners_alone(tmp_path: Path) -> None:
    """Nobody else on the machine reads what citizens wrote; a folder that is there keeps its rights."""
    for folder, rights in ((tmp_path / "data", 0o700), (tmp_path / "shared", 0o750)):
        if rights != 0o700:
            folder.mkdir(rights)
        await migrate(f"sqlite://{folder / 'wadul.db'}")
        assert folder.stat().st_mode & 0o777 == rights


async def test_migrating_twice_changes_nothing(any_url: str) -> None:
    """With nothing pending nothing happens."""
    assert await migrate(any_url) == []


async def test_an_existing_file_is_copied_before_it_is_changed(tmp_path: Path) -> None:
    """What was there before a change lies beside the file, whole, and every row is still in the file."""
    file = await _half_way(tmp_path)
    _run(file, SRI)
    assert await migrate(f"sqlite://{file}") == ALL[1:]
    copy = file.with_name("wadul.sqlite.before-0002_partial_indexes")
    assert _beside(file) == [copy]
    for each in (copy, file):
        assert _run(each, "SELECT name FROM citizen") == [("Sri",)]
    assert not _run(copy, "SELECT 1 FROM sqlite_master WHERE name = 'delivery_in_line'")
    assert _run(file, "SELECT 1 FROM sqlite_master WHERE name = 'delivery_in_line'")


async def test_an_earlier_copy_is_never_overwritten(tmp_path: Path) -> None:
    """A second try keeps a second copy."""
    file = await _half_way(tmp_path)
    first = file.with_name("wadul.sqlite.before-0002_partial_indexes")
    first.write_bytes(b"earlier")
    await migrate(f"sqlite://{file}")
    assert first.read_bytes() == b"earlier"
    assert first.with_name(f"{first.name}.2").exists()


async def test_rows_that_point_at_nothing_stop_the_change(tmp_path: Path) -> None:
    """A database with broken references is left exactly as it was, and the tables are named."""
    file = await _half_way(tmp_path)
    _run(file, "INSERT INTO officer_role (officer_id, office, role) VALUES (7, 'blitar', 'petugas')")
    with pytest.raises(Unsound, match="officer_role -> officer"):
        await migrate(f"sqlite://{file}")
    assert not _run(file, "SELECT 1 FROM sqlite_master WHERE name = 'delivery_in_line'")
    assert _run(file, "SELECT count(*) FROM tortoise_migrations") == [(1,)]


async def test_a_change_that_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    """When one statement of a change fails, the ones before it are undone too."""
    file = await _half_way(tmp_path)
    _run(file, "CREATE INDEX set_aside_open ON ticket (id)")
    with pytest.raises(Exception, match="set_aside_open"):
        await migrate(f"sqlite://{file}")
    assert not _run(file, "SELECT 1 FROM sqlite_master WHERE name = 'delivery_in_line'")


async def test_processes_that_start_together_migrate_once(postgres_server: Server) -> None:
    """Of three processes that start on an empty PostgreSQL at once, each ends with all tables."""
    with postgres_server.database("wadul_together", "template1") as url:
        await asyncio.gather(*(migrate(url) for _ in range(3)))
        database = Database(url)
        await database.open()
        try:
            applied = await database.query("SELECT name FROM tortoise_migrations ORDER BY id")
        finally:
            await database.close()
    assert [row["name"] for row in applied] == ALL


async def test_the_migrations_lead_to_the_models(tmp_path: Path) -> None:
    """No model has a column, key or index that the migrations do not make."""
    config = settings(f"sqlite://{tmp_path / 'x.sqlite'}")
    async with TortoiseContext() as context:
        await context.init(config=config)
        assert context.apps is not None
        writers = await MigrationAutodetector(context.apps, config["apps"]).changes()
    changes = [one.describe() for writer in writers for one in writer.operations]
    assert [change for change in changes if "options" not in change.lower()] == []


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
async def test_the_first_tables_with_somebody_in_them_become_todays(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """An office that began with the first version loses nobody, whatever it keeps its record in."""
    with ExitStack() as stack:
        url = f"sqlite://{tmp_path / 'first.sqlite'}"
        if engine == "postgres":
            server: Server = request.getfixturevalue("postgres_server")
            url = stack.enter_context(server.database("wadul_first", "template1"))
        await _first(url, engine)
        assert await migrate(url) == ALL[1:]
        database = Database(url)
        await database.open()
        try:
            assert await database.query("SELECT name FROM citizen") == [{"name": "Sri"}]
        finally:
            await database.close()


async def _first(url: str, engine: str) -> None:
    config = settings(url)
    async with TortoiseContext() as context:
        await context.init(config=config)
        client, recorder = context.db(), MigrationRecorder(context.db())
        editor = (SqliteSchemaEditor if engine == "sqlite" else BasePostgresSchemaEditor)(client, atomic=False)
        await recorder.ensure_schema(editor)
        await client.execute_script((SQL / engine / f"{ALL[0]}.sql").read_text("utf-8"))
        await client.execute_script(SRI)
        await recorder.record_applied("inbox", ALL[0])


async def test_a_program_one_version_behind_goes_on_and_one_further_behind_says_so(any_url: str) -> None:
    """In an update old and new run side by side; who was forgotten does not write into what it does not know."""
    for name, ahead in (("9998_next", False), ("9999_later", True)):
        async with TortoiseContext() as context:
            await context.init(config=settings(any_url))
            await MigrationRecorder(context.db()).record_applied("inbox", name)
        if not ahead:
            assert await migrate(any_url) == []
            continue
        with pytest.raises(Refused) as refused:
            await migrate(any_url)
        assert (refused.value.code, refused.value.values) == ("record-newer", {"version": "9999_later"})


async def test_an_update_waits_for_no_table_for_long(
    postgres_server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Whoever waits for a table lets nobody else by: the update gives up, and all is as it was."""
    monkeypatch.setattr(migrating, "_LOCK_SECONDS", 0.2)
    with postgres_server.database("wadul_held", "template1") as url:
        await _first(url, "postgres")
        with psycopg.connect(url.replace("postgres://", "postgresql://")) as other:
            other.execute("SELECT count(*) FROM ticket")
            with pytest.raises(Refused) as refused:
                await migrate(url)
            assert refused.value.code == "record-held"
            assert other.execute("SELECT count(*) FROM tortoise_migrations").fetchone() == (1,)
        assert await migrate(url) == ALL[1:]


# Laid before offices ran several processes on a large record; an update from before them is made while nobody works.
EXCUSED = frozenset(name for name in ALL if name <= "0026_answered")
_HARMLESS = (
    r"CREATE (UNLOGGED TABLE|TABLE|SEQUENCE|(OR REPLACE )?FUNCTION) .*",
    r"ALTER TABLE \S+ ADD COLUMN \S+ (?!.*(REFERENCES|UNIQUE|GENERATED|now\(\)|random))(?!.*NOT NULL(?!.*DEFAULT)).*",
    r"ALTER TABLE \S+ ADD CONSTRAINT .* NOT VALID",
    r"ALTER TABLE \S+ ALTER COLUMN \S+ (SET DEFAULT .*|DROP NOT NULL)",
    # Written nowhere but in the catalogue, as long as it grows.
    r"ALTER TABLE \S+ ALTER COLUMN \S+ TYPE VARCHAR\(\d+\)",
    r"COMMENT ON .*",
    # Reads nothing, and takes less of a table than ADD COLUMN does.
    r"CREATE TRIGGER .*",
    r"DROP INDEX .*",
)


def harmful(script: str) -> list[str]:
    """Statements of PostgreSQL's that rewrite, read through or long lock a table that was there before."""
    bare = "\n".join(line for line in script.splitlines() if not line.startswith("--"))
    said = [" ".join(one.split()) for one in re.sub(r"\$\$.*?\$\$", "", bare, flags=re.DOTALL).split(";")]
    new = set(re.findall(r'CREATE (?:UNLOGGED )?TABLE (?:IF NOT EXISTS )?"?(\w+)"?', bare))
    kept = [one for one in said if one and not any(re.fullmatch(kind, one, re.IGNORECASE) for kind in _HARMLESS)]
    return [one for one in kept if not ((found := re.search(r' ON "?(\w+)"?', one)) and found[1] in new)]


@pytest.mark.parametrize("name", [name for name in ALL if name not in EXCUSED] or ["none yet"])
def test_an_update_holds_up_nobody(name: str) -> None:
    """New scripts only add: an older program goes on beside them, and no table is locked while it is read through."""
    file = SQL / "postgres" / f"{name}.sql"
    assert not file.exists() or harmful(file.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("statement", "harms"),
    [
        ('ALTER TABLE "ticket" ADD COLUMN "a" INT', False),
        ('ALTER TABLE "ticket" ADD COLUMN "a" VARCHAR(9) NOT NULL DEFAULT \'\'', False),
        ('ALTER TABLE "ticket" ADD COLUMN "a" INT NOT NULL', True),
        ('ALTER TABLE "ticket" ADD COLUMN "a" BIGINT REFERENCES "officer" ("id")', True),
        ('ALTER TABLE "ticket" ALTER COLUMN "a" TYPE BIGINT', True),
        ('ALTER TABLE "ticket" DROP COLUMN "a"', True),
        ('ALTER TABLE "ticket" RENAME COLUMN "a" TO "b"', True),
        ("CREATE INDEX a ON ticket (office)", True),
        ('CREATE TABLE "a" ("id" INT); CREATE INDEX b ON "a" ("id")', False),
        ("UPDATE ticket SET version = 1", True),
    ],
)
def test_what_holds_others_up_is_told_apart(statement: str, harms: bool) -> None:
    """The rule itself."""
    assert bool(harmful(statement)) == harms


@pytest.mark.parametrize("table", ["delivery", "message", "ticket", "ticket_link", "task"])
async def test_indexes_stand_on_columns(any_database: Database, table: str) -> None:
    """No index is on a constant: SQLite takes a column's misspelt name for a text."""
    if any_database.is_postgres:
        rows = await any_database.query("SELECT indexdef AS sql FROM pg_indexes WHERE tablename = $1", [table])
        assert all("'" not in row["sql"].split(" WHERE ")[0] for row in rows)
        return
    names = await any_database.query("SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = $1", [table])
    for name in names:
        columns = await any_database.query(f"PRAGMA index_info({name['name']})")
        assert all(column["cid"] >= -1 for column in columns)


async def _half_way(folder: Path) -> Path:
    """A file that knows the first migration only."""
    file = folder / "wadul.sqlite"
    config = settings(f"sqlite://{file}")
    async with TortoiseContext() as context:
        await context.init(config=config)
        await MigrationExecutor(context.db(), config["apps"]).migrate([MigrationTarget("inbox", ALL[0])])
    return file


def _run(file: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute(sql).fetchall()
        connection.commit()
    return rows


def _tables(file: Path) -> set[object]:
    return {name for (name,) in _run(file, "SELECT name FROM sqlite_master WHERE type = 'table'")}


def _beside(file: Path) -> list[Path]:
    return sorted(path for path in file.parent.iterdir() if ".before-" in path.name)
