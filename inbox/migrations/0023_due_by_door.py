"""What is due is found door by door: behind a door that must go slowly thousands may wait, and whoever looks for what
another door may send had walked past all of them.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops

_OPEN = "WHERE state IN ('queued', 'sending')"


class Migration(migrations.Migration):
    dependencies = [("inbox", "0022_box")]  # noqa: RUF012 - the shape that Tortoise reads

    operations = [  # noqa: RUF012
        ops.RunSQL(
            f"CREATE INDEX delivery_due_by_door ON delivery (channel, due_at, id) {_OPEN}",
            "DROP INDEX delivery_due_by_door",
        ),
        ops.RunSQL("DROP INDEX delivery_due", f"CREATE INDEX delivery_due ON delivery (due_at, id) {_OPEN}"),
    ]
