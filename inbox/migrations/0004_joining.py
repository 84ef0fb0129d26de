"""Persons an officer joined, reminders of a disposition's own due time, and answers that were asked for counted apart.

Made by `tortoise makemigrations` from `inbox.models`, then read by a person, who added the indexes.
"""

# ruff: noqa: E501
from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

_INDEXES = {
    "address_of_citizen": "address (citizen_id)",
    "address_joined": "address (joined) WHERE joined IS NOT NULL",
    "citizen_by_name": "citizen (office, lower(name)) WHERE name <> ''",
    "task_due": "task (office, due_at) WHERE done_at IS NULL",
}


class Migration(migrations.Migration):
    dependencies = [("inbox", "0003_machines")]  # noqa: RUF012 - the shape that Tortoise reads

    operations = [  # noqa: RUF012
        ops.CreateModel(
            name="Joining",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True)),
                ("office", fields.CharField(max_length=48)),
                (
                    "kept",
                    fields.ForeignKeyField(
                        "inbox.Citizen",
                        source_field="kept_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="joined_here",
                        on_delete=fields.RESTRICT,
                    ),
                ),
                (
                    "moved",
                    fields.ForeignKeyField(
                        "inbox.Citizen",
                        source_field="moved_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="joined_away",
                        on_delete=fields.RESTRICT,
                    ),
                ),
                ("addresses", fields.JSONField(default=list)),
                ("tickets", fields.JSONField(default=list)),
                ("reason", fields.CharField(max_length=1000)),
                (
                    "officer",
                    fields.ForeignKeyField(
                        "inbox.Officer",
                        source_field="officer_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="joinings",
                        on_delete=fields.RESTRICT,
                    ),
                ),
                ("ticket_id", fields.BigIntField()),
                ("created_at", fields.DatetimeField()),
                ("undone_at", fields.DatetimeField(null=True)),
            ],
            options={
                "table": "joining",
                "app": "inbox",
                "indexes": [Index(fields=["kept_id"]), Index(fields=["moved_id"])],
                "pk_attr": "id",
                "table_description": "Two persons are one, an officer said: what moved from ``moved`` to ``kept``, so that it can be undone exactly.",
            },
            bases=["Model"],
        ),
        ops.AddField(model_name="Address", name="joined", field=fields.BigIntField(null=True)),
        ops.AddField(model_name="Delivery", name="asked", field=fields.BooleanField(default=False, db_default=False)),
        ops.AddField(model_name="Task", name="reminded_at", field=fields.DatetimeField(null=True)),
        ops.AddField(model_name="Task", name="superior_reminded_at", field=fields.DatetimeField(null=True)),
        ops.RunSQL(
            [f"CREATE INDEX {name} ON {on}" for name, on in _INDEXES.items()],
            [f"DROP INDEX {name}" for name in _INDEXES],
        ),
    ]
