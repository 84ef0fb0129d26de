"""``make schema``: records as SQL what the migrations do, for each database, where `inbox.migrate` runs it from.

Run after `tortoise makemigrations`: what has no script yet gets one, so throw away the scripts of a migration that you
changed. What is written is never edited: `tests/inbox/test_schema.py` holds it against the migrations.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from tortoise.context import TortoiseContext
from tortoise.migrations.executor import MigrationExecutor

from inbox.database import settings
from inbox.migrate import SQL

ENGINES = {"sqlite": "sqlite:///nowhere.sqlite", "postgres": "postgres://nobody@127.0.0.1:1/nowhere"}  # never opened
NAMES = sorted(file.stem for file in SQL.glob("0*.py"))
_HEAD = "-- What {engine} runs for {name}.py, recorded from it by `make schema`. Never edit: change the migration."


async def recorded(engine: str, names: Sequence[str]) -> Mapping[str, str]:
    """Migrations' scripts by their names."""
    config = settings(ENGINES[engine])
    async with TortoiseContext() as context:
        await context.init(config=config)
        executor = MigrationExecutor(context.db(), config["apps"])
        return {name: _script(engine, name, await executor.collect_sql("inbox", name)) for name in names}


def _script(engine: str, name: str, lines: list[str]) -> str:
    told = [line.strip() if line.startswith("-- ") else _ended(line) for line in lines if line != "--"]
    return "\n".join([_HEAD.format(engine=engine, name=name), *told, ""])


def _ended(statement: str) -> str:
    return f"{statement.strip().rstrip(';')};"


def main() -> None:
    """Write each script that is not there."""
    for engine in ENGINES:
        folder = SQL / engine
        folder.mkdir(exist_ok=True)
        missing = [name for name in NAMES if not (folder / f"{name}.sql").exists()]
        for name, script in asyncio.run(recorded(engine, missing)).items():
            (folder / f"{name}.sql").write_text(script, "utf-8")


if __name__ == "__main__":
    main()
