"""The years of the books, recaps on their way, and registers of former times that are brought in.

Made by `tortoise makemigrations` from `inbox.models`, then read by a person, who added the indexes.
"""

# ruff: noqa: E501
import functools
from json import dumps, loads

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("inbox", "0008_figures")]  # noqa: RUF012 - the shape that Tortoise reads

    operations = [  # noqa: RUF012
        ops.CreateModel(
            name="ImportRun",
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
                        related_name="imports",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("name", fields.CharField(max_length=255)),
                ("digest", fields.CharField(max_length=64)),
                ("state", fields.CharField(default="uploaded", max_length=10)),
                (
                    "headers",
                    fields.JSONField(
                        default=list, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                (
                    "columns",
                    fields.JSONField(
                        default=dict, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("total", fields.IntField(default=0)),
                ("read", fields.IntField(default=0)),
                ("good", fields.IntField(default=0)),
                ("brought", fields.IntField(default=0)),
                ("reason", fields.CharField(default="", max_length=64)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("touched_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("done_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "import_run",
                "app": "inbox",
                "indexes": [Index(fields=["office", "id"])],
                "pk_attr": "id",
                "table_description": "A register of former times that is being brought in, from one file.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ImportRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "run",
                    fields.ForeignKeyField(
                        "inbox.ImportRun",
                        source_field="run_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="rows",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("line", fields.IntField()),
                ("old_number", fields.CharField(default="", max_length=60)),
                ("opened_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("closed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("name", fields.CharField(default="", max_length=200)),
                ("kind", fields.CharField(default="", max_length=48)),
                ("channel", fields.CharField(default="", max_length=100)),
                ("object", fields.CharField(default="", max_length=300)),
                ("place", fields.CharField(default="", max_length=300)),
                ("summary", fields.CharField(default="", max_length=200)),
                ("text", fields.TextField(default="", unique=False)),
                ("answer", fields.TextField(default="", unique=False)),
                (
                    "problems",
                    fields.JSONField(
                        default=list, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("faulty", fields.BooleanField(default=False)),
            ],
            options={
                "table": "import_row",
                "app": "inbox",
                "unique_together": (("run", "line"),),
                "indexes": [Index(fields=["run_id", "faulty", "line"])],
                "pk_attr": "id",
                "table_description": "One row of such a file as it was read. ``line`` is its line in the file.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RecapSending",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("office", fields.CharField(max_length=48)),
                ("recap", fields.CharField(max_length=48)),
                ("period", fields.CharField(max_length=10)),
                ("recipient", fields.CharField(max_length=320)),
                ("state", fields.CharField(default="queued", max_length=8)),
                ("attempts", fields.IntField(default=0)),
                ("due_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("give_up_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("reason", fields.CharField(default="", max_length=64)),
                ("detail", fields.CharField(default="", max_length=1000)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("sent_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "recap_sending",
                "app": "inbox",
                "unique_together": (("office", "recap", "period", "recipient"),),
                "indexes": [Index(fields=["office", "state"])],
                "pk_attr": "id",
                "table_description": "A recap of one period on its way to one recipient: one row for it, whatever happens.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RegisterYear",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("office", fields.CharField(max_length=48)),
                ("register", fields.CharField(max_length=48)),
                ("year", fields.IntField()),
                ("closed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("last_number", fields.IntField(default=0)),
                ("reason", fields.CharField(default="", max_length=500)),
                (
                    "officer",
                    fields.ForeignKeyField(
                        "inbox.Officer",
                        source_field="officer_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="register_years",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("changed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "register_year",
                "app": "inbox",
                "unique_together": (("office", "register", "year"),),
                "pk_attr": "id",
                "table_description": "One year of a running book that was closed once. ``closed_at`` null: it was opened again.",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="Ticket",
            name="import_id",
            field=fields.BigIntField(null=True),
        ),
        ops.AddField(
            model_name="Ticket",
            name="old_number",
            field=fields.CharField(default="", db_default="", max_length=60),
        ),
        ops.RunSQL(
            [
                "CREATE INDEX ticket_imported ON ticket (import_id) WHERE import_id IS NOT NULL",
                "CREATE INDEX ticket_old_number ON ticket (office, old_number) WHERE old_number <> ''",
            ],
            ["DROP INDEX ticket_imported", "DROP INDEX ticket_old_number"],
        ),
    ]
