"""The SQL that databases are made of is what the migrations say: the same tables, keys, indexes, triggers and rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from tortoise import models
from tortoise.context import TortoiseContext
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.schema_generator.state_apps import StateApps

from inbox.database import Database, rows, settings
from inbox.migrate import SQL, migrate
from tests.postgres import Server
from tests.schema import ENGINES, NAMES

_SHAPE = {
    "sqlite": ("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name",),
    "postgres": (
        "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname",
        """SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default
        FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, ordinal_position""",
        "SELECT conrelid::regclass::text AS at, pg_get_constraintdef(oid) AS sql FROM pg_constraint ORDER BY at, sql",
        "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname",
        "SELECT relname, obj_description(oid) FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1",
    ),
}
_FILLED = ("SELECT * FROM search_reading",)


@pytest.fixture(params=list(ENGINES))
def engine(request: pytest.FixtureRequest) -> str:
    """Each kind of database."""
    return str(request.param)


async def test_the_recorded_sql_leads_where_the_migrations_lead(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """A migration changed or added without `make schema` is found here."""
    if engine == "sqlite":
        one, other = (f"sqlite://{tmp_path / name}.sqlite" for name in ("migrations", "recorded"))
        await _compare(engine, one, other)
        return
    server: Server = request.getfixturevalue("postgres_server")
    with server.database("by_steps", "template1") as one, server.database("by_record", "template1") as other:
        await _compare(engine, one, other)


async def _compare(engine: str, one: str, other: str) -> None:
    await _walk(one)
    assert await migrate(other) == NAMES
    assert await _shape(one, engine) == await _shape(other, engine)


async def _walk(url: str) -> None:
    """As Tortoise itself applies them.

    Nobody asks the models that each step lays out anew, so that what questions need is left out: it took most of it.
    """
    config = settings(f"{url}?foreign_keys=OFF" if url.startswith("sqlite") else url)
    async with TortoiseContext() as context:
        await context.init(config=config)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(StateApps, "_build_initial_querysets", lambda _: None)
            patch.setattr(models, "get_filters_for_field", lambda *_, **__: {})
            await MigrationExecutor(context.db(), config["apps"]).migrate(direction="forward")


async def _shape(url: str, engine: str) -> Sequence[Sequence[dict[str, Any]]]:
    database = Database(url)
    await database.open()
    try:
        return [await rows(sql) for sql in (*_SHAPE[engine], *_FILLED)]
    finally:
        await database.close()


def test_every_migration_is_recorded_for_every_database(engine: str) -> None:
    """No script without a migration, no migration without a script."""
    assert sorted(file.stem for file in (SQL / engine).glob("*.sql")) == NAMES
