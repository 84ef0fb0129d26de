"""Where several processes count together what one client may have: not logged, since what is lost with a crash is only
that somebody has to wait. One process counts in its memory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops

_MAKE = ["CREATE UNLOGGED TABLE allowance (key CHAR(32) NOT NULL PRIMARY KEY, full_at TIMESTAMPTZ NOT NULL)"]
_GONE = ["DROP TABLE allowance"]


class _OnPostgres(ops.RunSQL):
    """Nothing elsewhere."""

    async def _run_sql(self, state_editor: Any, sqls: Sequence[str] | Mapping[str, str]) -> None:
        if state_editor.client.capabilities.dialect == "postgres":
            await super()._run_sql(state_editor, sqls)


class Migration(migrations.Migration):
    dependencies = [("inbox", "0026_answered")]  # noqa: RUF012 - the shape that Tortoise reads

    operations = [_OnPostgres(_MAKE, _GONE)]  # noqa: RUF012
