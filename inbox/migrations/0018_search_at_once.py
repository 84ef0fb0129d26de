"""PostgreSQL's index of the marks is written at once. What waits to be entered into it is read whole by every search,
and where much waits the planner would rather read every ticket's marks; whoever searches waits, the road of a message
does not, since marks are made beside it. SQLite's index has nothing that waits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops

_AT_ONCE = [
    "ALTER INDEX search_text_marks SET (fastupdate = off)",
    "SELECT gin_clean_pending_list('search_text_marks')",
]
_WAITING = ["ALTER INDEX search_text_marks SET (fastupdate = on)"]


class _OnPostgres(ops.RunSQL):
    """Nothing elsewhere."""

    async def _run_sql(self, state_editor: Any, sqls: Sequence[str] | Mapping[str, str]) -> None:
        if state_editor.client.capabilities.dialect == "postgres":
            await super()._run_sql(state_editor, sqls)


class Migration(migrations.Migration):
    dependencies = [("inbox", "0017_import_contact")]  # noqa: RUF012 - the shape that Tortoise reads

    operations = [_OnPostgres(_AT_ONCE, _WAITING)]  # noqa: RUF012
