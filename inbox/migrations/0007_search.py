"""What is searched: the marks of each ticket, as each database indexes them, and how far the journal was read for it.

`person` is the name and the number of addresses that the marks were made of. The one row of `search_reading` says that
nothing was read yet, so that a record which has tickets already is read from its newest on (`inbox.search_index`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops

_READING = [
    """CREATE TABLE search_reading (id INT NOT NULL PRIMARY KEY, entry_id BIGINT NOT NULL, mark_id BIGINT NOT NULL,
    mark_xid BIGINT NOT NULL, walk_id BIGINT NOT NULL)""",
    "INSERT INTO search_reading VALUES (1, -1, 0, 0, 0)",
]
_MAKE = {
    "sqlite": [
        "CREATE VIRTUAL TABLE search_text USING fts5(marks, person UNINDEXED, tokenize = 'ascii', detail = 'none')",
        *_READING,
    ],
    "postgres": [
        """CREATE TABLE search_text (ticket_id BIGINT NOT NULL PRIMARY KEY, marks TSVECTOR NOT NULL,
        person TEXT NOT NULL)""",
        "CREATE INDEX search_text_marks ON search_text USING GIN (marks)",
        *_READING,
    ],
}
_GONE = ["DROP TABLE search_text", "DROP TABLE search_reading"]


class _ByEngine(ops.RunSQL):
    """Each database in its own words."""

    async def _run_sql(self, state_editor: Any, sqls: Mapping[str, Sequence[str]]) -> None:
        await super()._run_sql(state_editor, sqls[state_editor.client.capabilities.dialect])


class Migration(migrations.Migration):
    dependencies = [("inbox", "0006_queues")]  # noqa: RUF012 - the shape that Tortoise reads

    operations = [_ByEngine(_MAKE, {"sqlite": _GONE, "postgres": _GONE})]  # noqa: RUF012
