"""What each door and day is held against its platform, the last check of a door, and how a door's own rhythm is read.

Made by `tortoise makemigrations` from `inbox.models`, then read by a person, who added the indexes: what came in by a
door lately, what went out, and what was set aside.
"""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

INDEXES = {
    "message_came": "message (channel, created_at) WHERE direction = 'in'",
    "delivery_of_door": "delivery (channel, created_at)",
    "set_aside_of_door": "set_aside (channel, created_at)",
}


class Migration(migrations.Migration):
    dependencies = [("inbox", "0018_search_at_once")]  # noqa: RUF012 - the shape that Tortoise reads

    operations = [  # noqa: RUF012
        ops.CreateModel(
            name="DoorDay",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("office", fields.CharField(max_length=48)),
                ("channel", fields.CharField(max_length=100)),
                ("day", fields.DateField()),
                ("state", fields.CharField(max_length=8)),
                ("reason", fields.CharField(default="", max_length=64)),
                ("detail", fields.CharField(default="", max_length=300)),
                ("told", fields.IntField(default=0)),
                ("stored", fields.IntField(default=0)),
                ("aside", fields.IntField(default=0)),
                ("ignored", fields.IntField(default=0)),
                ("missing", fields.IntField(default=0)),
                ("rows", fields.JSONField(default=list)),
                ("attempts", fields.IntField(default=0)),
                ("compared_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "officer",
                    fields.ForeignKeyField(
                        "inbox.Officer",
                        source_field="officer_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="door_days",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("signed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("note", fields.CharField(default="", max_length=500)),
            ],
            options={
                "table": "door_day",
                "app": "inbox",
                "unique_together": (("channel", "day"),),
                "indexes": [Index(fields=["office", "day"])],
                "pk_attr": "id",
                "table_description": "One day of a door, the office's own, held against its platform.",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="ChannelState",
            name="checked",
            field=fields.JSONField(null=True),
        ),
        ops.RunSQL(
            [f"CREATE INDEX {name} ON {on}" for name, on in INDEXES.items()], [f"DROP INDEX {name}" for name in INDEXES]
        ),
    ]
