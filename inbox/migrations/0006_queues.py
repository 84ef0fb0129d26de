"""An index of the tickets that stand in a queue, narrow enough to count all queues from it alone.

Both databases read the same words here; SQLite uses it only for a statement that says the condition in them.
"""

from __future__ import annotations

from tortoise import migrations
from tortoise.migrations import operations as ops

_LIVE = "ticket_live ON ticket (office, status, officer_id, due_at, id)"
_CONDITION = "status IN ('open', 'waiting') AND merged_into IS NULL"


class Migration(migrations.Migration):
    dependencies = [("inbox", "0005_desk")]  # noqa: RUF012 - the shape that Tortoise reads

    operations = [  # noqa: RUF012
        ops.RunSQL([f"CREATE INDEX {_LIVE} WHERE {_CONDITION}"], ["DROP INDEX ticket_live"])
    ]
