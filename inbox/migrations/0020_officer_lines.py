"""Lines to officers outside the desk, and what is on its way to them.

Made by `tortoise makemigrations` from `inbox.models`, then read by a person.
"""

# ruff: noqa: E501
import functools
from json import dumps, loads

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("inbox", "0019_doors")]  # noqa: RUF012 - the shape that Tortoise reads

    operations = [  # noqa: RUF012
        ops.CreateModel(
            name="OfficerLine",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("office", fields.CharField(max_length=48)),
                (
                    "officer",
                    fields.ForeignKeyField(
                        "inbox.Officer",
                        source_field="officer_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="lines",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("channel", fields.CharField(max_length=100)),
                ("address", fields.CharField(null=True, max_length=320)),
                ("label", fields.CharField(default="", max_length=120)),
                ("code", fields.CharField(default="", max_length=16)),
                ("code_until", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("tries", fields.IntField(default=0)),
                (
                    "kinds",
                    fields.JSONField(
                        default=list, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("every_minutes", fields.IntField(default=15)),
                (
                    "keys",
                    fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads),
                ),
                ("linked_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("heard_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("told_upto", fields.BigIntField(default=0)),
                ("rests_until", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("trouble", fields.CharField(default="", max_length=64)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "officer_line",
                "app": "inbox",
                "unique_together": (("channel", "address"),),
                "indexes": [Index(fields=["officer_id"]), Index(fields=["office", "linked_at"])],
                "pk_attr": "id",
                "table_description": "A line to one officer: a chat or a mail address at a channel of the office, or a browser (``channel``: push).",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="OfficerSending",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("office", fields.CharField(max_length=48)),
                (
                    "line",
                    fields.ForeignKeyField(
                        "inbox.OfficerLine",
                        source_field="line_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="sendings",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("channel", fields.CharField(max_length=100)),
                ("address", fields.CharField(max_length=320)),
                ("key", fields.CharField(unique=True, max_length=64)),
                ("kind", fields.CharField(max_length=8)),
                (
                    "notices",
                    fields.JSONField(
                        default=list, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                (
                    "values",
                    fields.JSONField(
                        default=dict, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("state", fields.CharField(default="queued", max_length=8)),
                ("attempts", fields.IntField(default=0)),
                ("due_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("give_up_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("reason", fields.CharField(default="", max_length=64)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("sent_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "officer_sending",
                "app": "inbox",
                "indexes": [Index(fields=["state", "office", "due_at"]), Index(fields=["line_id"])],
                "pk_attr": "id",
                "table_description": "One message on its way to an officer. ``key`` makes it unique, whoever lays it on.",
            },
            bases=["Model"],
        ),
    ]
