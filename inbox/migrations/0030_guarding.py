"""Senders that are blocked for a while, and the messages that were stored and not taken further.

Made by `tortoise makemigrations` from `inbox.models`, then read by a person.
"""

# ruff: noqa: E501
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("inbox", "0029_sealed_journal")]  # noqa: RUF012 - the shape that Tortoise reads

    operations = [  # noqa: RUF012
        ops.CreateModel(
            name="Block",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("office", fields.CharField(max_length=48)),
                (
                    "address",
                    fields.ForeignKeyField(
                        "inbox.Address",
                        source_field="address_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="blocks",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("domain", fields.CharField(default="", max_length=255)),
                ("reason", fields.CharField(max_length=300)),
                (
                    "officer",
                    fields.ForeignKeyField(
                        "inbox.Officer",
                        source_field="officer_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="blocks",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "ended_by",
                    fields.ForeignKeyField(
                        "inbox.Officer",
                        source_field="ended_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="blocks_ended",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "block",
                "app": "inbox",
                "indexes": [Index(fields=["office", "expires_at"])],
                "pk_attr": "id",
                "table_description": "Messages of ``address``, or of every mail address at ``domain``, make no ticket until ``expires_at``.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Withheld",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("office", fields.CharField(max_length=48)),
                (
                    "message",
                    fields.OneToOneField(
                        "inbox.Message",
                        source_field="message_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="withheld",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "address",
                    fields.ForeignKeyField(
                        "inbox.Address",
                        source_field="address_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="withheld",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("reason", fields.CharField(max_length=16)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("resolved_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("resolution", fields.CharField(default="", max_length=8)),
                (
                    "officer",
                    fields.ForeignKeyField(
                        "inbox.Officer",
                        source_field="officer_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="withheld",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "withheld",
                "app": "inbox",
                "indexes": [Index(fields=["office", "resolved_at", "id"])],
                "pk_attr": "id",
                "table_description": "A message that is stored and was not taken further. ``reason``: blocked (its sender is).",
            },
            bases=["Model"],
        ),
    ]
