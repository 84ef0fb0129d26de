"""The morning's summary counts what was answered of late without reading every ticket there ever was."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("inbox", "0025_joined_by_code")]  # noqa: RUF012 - the shape that Tortoise reads

    operations = [  # noqa: RUF012
        ops.RunSQL(
            "CREATE INDEX ticket_answered ON ticket (office, answered_at) WHERE answered_at IS NOT NULL",
            "DROP INDEX ticket_answered",
        ),
    ]
