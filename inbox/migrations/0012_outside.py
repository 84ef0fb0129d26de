"""Lists of permits and what was decided by them, links for other agencies, and checks made in the field.

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
    dependencies = [("inbox", "0011_classes")]  # noqa: RUF012 - the shape that Tortoise reads

    operations = [  # noqa: RUF012
        ops.CreateModel(
            name="FieldCheck",
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
                        related_name="field_checks",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("place", fields.CharField(max_length=300)),
                ("task", fields.CharField(default="", max_length=2000)),
                (
                    "team",
                    fields.JSONField(
                        default=list, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                (
                    "roles",
                    fields.JSONField(
                        default=list, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("paper", fields.CharField(max_length=48)),
                (
                    "officer",
                    fields.ForeignKeyField(
                        "inbox.Officer",
                        source_field="officer_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="field_checks",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("done_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("cancelled_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "field_check",
                "app": "inbox",
                "indexes": [Index(fields=["ticket_id", "id"]), Index(fields=["office", "done_at"])],
                "pk_attr": "id",
                "table_description": "A check in the field that was assigned: when, where, what for, and who goes.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="FieldPhoto",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "check",
                    fields.ForeignKeyField(
                        "inbox.FieldCheck",
                        source_field="check_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="photos",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("key", fields.CharField(max_length=64)),
                ("digest", fields.CharField(max_length=64)),
                ("taken_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("latitude", fields.FloatField(null=True)),
                ("longitude", fields.FloatField(null=True)),
                ("caption", fields.CharField(default="", max_length=200)),
                (
                    "officer",
                    fields.ForeignKeyField(
                        "inbox.Officer",
                        source_field="officer_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="field_photos",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "field_photo",
                "app": "inbox",
                "unique_together": (("check", "key"),),
                "pk_attr": "id",
                "table_description": "A photo taken in the field, on its way into a report. ``key`` is the phone's own.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="FieldReport",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "check",
                    fields.ForeignKeyField(
                        "inbox.FieldCheck",
                        source_field="check_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="reports",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("key", fields.CharField(max_length=64)),
                (
                    "values",
                    fields.JSONField(
                        default=dict, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                (
                    "officer",
                    fields.ForeignKeyField(
                        "inbox.Officer",
                        source_field="officer_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="field_reports",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("paper_id", fields.BigIntField(null=True)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "field_report",
                "app": "inbox",
                "unique_together": (("check", "key"),),
                "pk_attr": "id",
                "table_description": "What somebody found in the field. ``key`` is the phone's own, so that one sent twice is on record once.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="GuestLink",
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
                        related_name="guest_links",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("agency", fields.CharField(max_length=48)),
                ("digest", fields.CharField(unique=True, max_length=64)),
                (
                    "copy",
                    fields.JSONField(
                        default=dict, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                (
                    "officer",
                    fields.ForeignKeyField(
                        "inbox.Officer",
                        source_field="officer_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="guest_links",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("revoked_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("opened_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("uses", fields.IntField(default=0)),
                ("accepted_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("receiver", fields.CharField(default="", max_length=120)),
                ("receiver_title", fields.CharField(default="", max_length=120)),
                ("paper_id", fields.BigIntField(null=True)),
            ],
            options={
                "table": "guest_link",
                "app": "inbox",
                "indexes": [Index(fields=["ticket_id", "id"])],
                "pk_attr": "id",
                "table_description": "A link for one agency to one ticket. ``digest`` is the SHA-256 of its token, which is kept nowhere.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="GuestReport",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "link",
                    fields.ForeignKeyField(
                        "inbox.GuestLink",
                        source_field="link_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="reports",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("key", fields.CharField(max_length=64)),
                ("message_id", fields.BigIntField()),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "guest_report",
                "app": "inbox",
                "unique_together": (("link", "key"),),
                "pk_attr": "id",
                "table_description": "What an agency reported through its link, ``message_id`` is the note on the ticket that holds it.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Permit",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("office", fields.CharField(max_length=48)),
                ("version", fields.IntField()),
                ("line", fields.IntField()),
                ("number", fields.CharField(max_length=120)),
                ("key", fields.CharField(max_length=120)),
                ("holder", fields.CharField(default="", max_length=300)),
                ("object", fields.CharField(default="", max_length=300)),
                ("place", fields.CharField(default="", max_length=300)),
                ("validity", fields.CharField(default="", max_length=60)),
                ("valid_until", fields.DateField(null=True)),
                ("words", fields.TextField(default="", unique=False)),
            ],
            options={
                "table": "permit",
                "app": "inbox",
                "unique_together": (("office", "key"),),
                "pk_attr": "id",
                "table_description": "A permit in force, or one that ran out, as the list of that ``version`` has it on line ``line``.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PermitCheck",
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
                        related_name="permit_checks",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("licensed", fields.BooleanField()),
                (
                    "row",
                    fields.JSONField(
                        default=dict, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("asked", fields.CharField(default="", max_length=200)),
                ("found", fields.IntField(default=0)),
                ("list_version", fields.IntField(default=0)),
                ("list_name", fields.CharField(default="", max_length=255)),
                ("note", fields.CharField(default="", max_length=1000)),
                (
                    "officer",
                    fields.ForeignKeyField(
                        "inbox.Officer",
                        source_field="officer_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="permit_checks",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "permit_check",
                "app": "inbox",
                "indexes": [Index(fields=["ticket_id", "id"])],
                "pk_attr": "id",
                "table_description": "What was decided of a ticket's object: it has a permit, or none, and what that rests on.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PermitList",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("office", fields.CharField(max_length=48)),
                ("version", fields.IntField()),
                ("name", fields.CharField(max_length=255)),
                ("digest", fields.CharField(max_length=64)),
                ("replaces", fields.BooleanField()),
                ("lines", fields.IntField()),
                (
                    "officer",
                    fields.ForeignKeyField(
                        "inbox.Officer",
                        source_field="officer_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="permit_lists",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "permit_list",
                "app": "inbox",
                "unique_together": (("office", "version"),),
                "pk_attr": "id",
                "table_description": "A file of permits that an officer uploaded. ``version`` counts them per office, ``name`` is the file's.",
            },
            bases=["Model"],
        ),
    ]
