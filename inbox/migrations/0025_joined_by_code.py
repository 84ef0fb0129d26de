"""Whoever answers from one address with the code that was sent to the other has joined the two themselves: no officer
did. SQLite makes the table anew, so its indexes are laid again.
"""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

_INDEXES = {"idx_joining_kept_id_5d1da0": "kept_id", "idx_joining_moved_i_99fade": "moved_id"}


class Migration(migrations.Migration):
    dependencies = [("inbox", "0024_names")]  # noqa: RUF012 - the shape that Tortoise reads

    operations = [  # noqa: RUF012
        ops.AlterField(
            model_name="Joining",
            name="officer",
            field=fields.ForeignKeyField(
                "inbox.Officer",
                source_field="officer_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name="joinings",
                on_delete=OnDelete.RESTRICT,
            ),
        ),
        ops.RunSQL(
            [f"CREATE INDEX IF NOT EXISTS {name} ON joining ({column})" for name, column in _INDEXES.items()],
            ["SELECT 1"],
        ),
    ]
