"""Tables for machines: tokens, answers that are given again, events for outgoing webhooks.

Made by `tortoise makemigrations` from `inbox.models`, then read by a person, who added the index over what waits.
"""

# ruff: noqa: E501
from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

_DUE = "CREATE INDEX hook_event_due ON hook_event (due_at, id) WHERE state IN ('queued', 'sending')"


class Migration(migrations.Migration):
    dependencies = [("inbox", "0002_partial_indexes")]  # noqa: RUF012 - the shape that Tortoise reads

    operations = [  # noqa: RUF012
        ops.CreateModel(
            name="ApiToken",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True)),
                ("office", fields.CharField(max_length=48)),
                ("digest", fields.CharField(unique=True, max_length=64)),
                (
                    "officer",
                    fields.ForeignKeyField(
                        "inbox.Officer",
                        source_field="officer_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="tokens",
                        on_delete=fields.RESTRICT,
                    ),
                ),
                ("label", fields.CharField(max_length=120)),
                ("scopes", fields.JSONField(default=list)),
                ("created_at", fields.DatetimeField()),
                ("used_at", fields.DatetimeField(null=True)),
                ("expires_at", fields.DatetimeField(null=True)),
                ("revoked_at", fields.DatetimeField(null=True)),
            ],
            options={
                "table": "api_token",
                "app": "inbox",
                "indexes": [Index(fields=["officer_id"])],
                "pk_attr": "id",
                "table_description": "A way in for machines, with the rights of an officer: they hold the token, the row its SHA-256.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ApiAnswer",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True)),
                (
                    "token",
                    fields.ForeignKeyField(
                        "inbox.ApiToken",
                        source_field="token_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="answers",
                        on_delete=fields.CASCADE,
                    ),
                ),
                ("key", fields.CharField(max_length=128)),
                ("fingerprint", fields.CharField(max_length=64)),
                ("status", fields.IntField(default=0)),
                ("body", fields.TextField(default="")),
                ("created_at", fields.DatetimeField()),
            ],
            options={
                "table": "api_answer",
                "app": "inbox",
                "unique_together": (("token", "key"),),
                "indexes": [Index(fields=["created_at"])],
                "pk_attr": "id",
                "table_description": "What a request with an Idempotency-Key was answered, so that repeating it does nothing anew.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="HookEvent",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True)),
                ("office", fields.CharField(max_length=48)),
                ("hook", fields.CharField(max_length=100)),
                ("entry_id", fields.BigIntField()),
                ("key", fields.CharField(unique=True, max_length=64)),
                ("event", fields.CharField(max_length=32)),
                ("ticket_id", fields.BigIntField(null=True)),
                ("number", fields.CharField(default="", max_length=16)),
                ("body", fields.TextField()),
                ("state", fields.CharField(default="queued", max_length=8)),
                ("attempts", fields.IntField(default=0)),
                ("due_at", fields.DatetimeField()),
                ("give_up_at", fields.DatetimeField()),
                ("reason", fields.CharField(default="", max_length=64)),
                ("detail", fields.CharField(default="", max_length=1000)),
                ("created_at", fields.DatetimeField()),
                ("sent_at", fields.DatetimeField(null=True)),
            ],
            options={
                "table": "hook_event",
                "app": "inbox",
                "unique_together": (("hook", "entry_id"),),
                "indexes": [Index(fields=["office", "state", "id"])],
                "pk_attr": "id",
                "table_description": "One event on its way to one webhook. ``key`` is the id that the receiver sees, the same on every attempt.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="HookReading",
            fields=[
                ("hook", fields.CharField(primary_key=True, max_length=100)),
                ("entry_id", fields.BigIntField(default=0)),
                ("mark_id", fields.BigIntField(default=0)),
                ("mark_xid", fields.BigIntField(default=0)),
            ],
            options={
                "table": "hook_reading",
                "app": "inbox",
                "pk_attr": "hook",
                "table_description": "How far the journal was read for one webhook. ``hook`` is ``<office>/<id>``.",
            },
            bases=["Model"],
        ),
        ops.RunSQL([_DUE], ["DROP INDEX hook_event_due"]),
    ]
