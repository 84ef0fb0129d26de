"""Two indexes for the head's board: complaints by the day they came in, and officers' answers by ticket.

Both databases read the same words here; SQLite uses the second only for a statement that says its condition in them.
"""

from __future__ import annotations

from tortoise import migrations
from tortoise.migrations import operations as ops

_INDEXES = {
    "ticket_opened": "ticket (office, opened_at)",
    "message_answer": (
        "message (ticket_id, created_at) WHERE direction = 'out' AND author = 'officer' AND undone_at IS NULL"
    ),
}


class Migration(migrations.Migration):
    dependencies = [("inbox", "0007_search")]  # noqa: RUF012 - the shape that Tortoise reads

    operations = [  # noqa: RUF012
        ops.RunSQL(
            [f"CREATE INDEX {name} ON {on}" for name, on in _INDEXES.items()],
            [f"DROP INDEX {name}" for name in _INDEXES],
        )
    ]
