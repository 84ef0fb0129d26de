"""Live tickets of the same days, which may be about one thing, are read from an index, whatever their number; and the
counts of the queues from theirs alone: `merged_into` is in it because SQLite would look it up.

Both databases read the same words here; SQLite uses these indexes only for a statement that says their conditions.
"""

from __future__ import annotations

from tortoise import migrations
from tortoise.migrations import operations as ops

_LIVE = "WHERE status IN ('open', 'waiting') AND merged_into IS NULL"
_COUNTED = "CREATE INDEX ticket_live ON ticket (office, status, officer_id, due_at, id{also}) {live}"


class Migration(migrations.Migration):
    dependencies = [("inbox", "0015_ranks")]  # noqa: RUF012 - the shape that Tortoise reads

    operations = [  # noqa: RUF012
        ops.RunSQL(
            [
                f"CREATE INDEX ticket_near ON ticket (office, opened_at) {_LIVE}",
                "DROP INDEX ticket_live",
                _COUNTED.format(also=", merged_into", live=_LIVE),
            ],
            ["DROP INDEX ticket_near", "DROP INDEX ticket_live", _COUNTED.format(also="", live=_LIVE)],
        )
    ]
