"""What officers sign each working day.

Made by `tortoise makemigrations` from `inbox.models`, then read by a person.
"""

# ruff: noqa: E501
import functools
from json import dumps, loads

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("inbox", "0009_books")]  # noqa: RUF012 - the shape that Tortoise reads

    operations = [  # noqa: RUF012
        ops.CreateModel(
            name="DailySign",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("office", fields.CharField(max_length=48)),
                ("check_id", fields.CharField(max_length=48)),
                ("day", fields.DateField()),
                (
                    "looked",
                    fields.JSONField(
                        default=list, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                (
                    "missed",
                    fields.JSONField(
                        default=list, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("note", fields.CharField(default="", max_length=500)),
                (
                    "officer",
                    fields.ForeignKeyField(
                        "inbox.Officer",
                        source_field="officer_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="daily_signs",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "daily_sign",
                "app": "inbox",
                "unique_together": (("office", "check_id", "day"),),
                "pk_attr": "id",
                "table_description": "A daily check was made (``check_id`` is its id in office.yaml) on ``day``, the office's own.",
            },
            bases=["Model"],
        ),
    ]
