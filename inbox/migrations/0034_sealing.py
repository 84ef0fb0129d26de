"""How secret it is who complained, and who opened which seal.

Made by `tortoise makemigrations` from `inbox.models`, then read by a person.
"""

# ruff: noqa: E501
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("inbox", "0033_same")]  # noqa: RUF012 - the shape that Tortoise reads

    operations = [  # noqa: RUF012
        ops.CreateModel(
            name="SealOpening",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("office", fields.CharField(max_length=48)),
                (
                    "ticket",
                    fields.ForeignKeyField(
                        "inbox.Ticket",
                        source_field="ticket_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="openings",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "officer",
                    fields.ForeignKeyField(
                        "inbox.Officer",
                        source_field="officer_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="openings",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("reason", fields.CharField(max_length=300)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("until", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "seal_opening",
                "app": "inbox",
                "indexes": [Index(fields=["officer_id", "until"]), Index(fields=["ticket_id"])],
                "pk_attr": "id",
                "table_description": "An officer without the right saw who complained, from ``at`` until ``until``. ``reason`` is the officer's.",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="Ticket",
            name="secrecy",
            field=fields.CharField(default="open", db_default="open", max_length=9),
        ),
    ]
