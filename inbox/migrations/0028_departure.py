"""What left through a door lately, so that all processes keep to its pace together: rows of minutes, not logged, since
a crash that loses them costs a moment's patience of a platform.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops

_COLUMNS = "(channel VARCHAR(100) NOT NULL, whom CHAR(32) NOT NULL, at {time} NOT NULL)"
_INDEXES = [
    "CREATE INDEX departure_lately ON departure (channel, at)",
    "CREATE INDEX departure_whom ON departure (channel, whom, at)",
]
_MAKE = {
    "sqlite": [f"CREATE TABLE departure {_COLUMNS.format(time='TIMESTAMP')}", *_INDEXES],
    "postgres": [f"CREATE UNLOGGED TABLE departure {_COLUMNS.format(time='TIMESTAMPTZ')}", *_INDEXES],
}
_GONE = ["DROP TABLE departure"]


class _ByEngine(ops.RunSQL):
    """Each database in its own words."""

    async def _run_sql(self, state_editor: Any, sqls: Mapping[str, Sequence[str]]) -> None:
        await super()._run_sql(state_editor, sqls[state_editor.client.capabilities.dialect])


class Migration(migrations.Migration):
    dependencies = [("inbox", "0027_allowance")]  # noqa: RUF012 - the shape that Tortoise reads

    operations = [_ByEngine(_MAKE, {"sqlite": _GONE, "postgres": _GONE})]  # noqa: RUF012
