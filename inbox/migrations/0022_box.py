"""What is written down of a suggestion box that was opened.

Made by `tortoise makemigrations` from `inbox.models`, then read by a person.
"""

# ruff: noqa: E501
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("inbox", "0021_approved")]  # noqa: RUF012 - the shape that Tortoise reads

    operations = [  # noqa: RUF012
        ops.CreateModel(
            name="BoxOpening",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("office", fields.CharField(max_length=48)),
                ("channel", fields.CharField(max_length=100)),
                ("opened_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "officer",
                    fields.ForeignKeyField(
                        "inbox.Officer",
                        source_field="officer_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="box_openings",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("present", fields.CharField(max_length=300)),
                ("sheets", fields.IntField()),
                ("entered", fields.IntField(null=True)),
                ("reason", fields.CharField(default="", max_length=500)),
                ("closed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "box_opening",
                "app": "inbox",
                "indexes": [Index(fields=["office", "channel", "id"])],
                "pk_attr": "id",
                "table_description": "A suggestion box was opened: when, by whom and with whom (``present``), and how many sheets lay in it.",
            },
            bases=["Model"],
        ),
    ]
