"""What officers keep at the desk: labels, drafts, answers at hand, views, reminders, mentions, stand-ins, holidays.

Made by `tortoise makemigrations` from `inbox.models`, then read by a person, who added the indexes.
"""

# ruff: noqa: E501
from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

_INDEXES = {
    "mention_unseen": "INDEX mention_unseen ON mention (office, officer_id) WHERE seen_at IS NULL",
    "snooze_open": "UNIQUE INDEX snooze_open ON snooze (officer_id, ticket_id) WHERE ended_at IS NULL",
    "snooze_due": "INDEX snooze_due ON snooze (until) WHERE ended_at IS NULL",
    "relation_live": "UNIQUE INDEX relation_live ON relation (kind, ticket_id, other_id) WHERE undone_at IS NULL",
    "ticket_merged": "INDEX ticket_merged ON ticket (merged_into) WHERE merged_into IS NOT NULL",
    "ticket_link_probed": "INDEX ticket_link_probed ON ticket_link (office, probed_at) WHERE probed_at IS NOT NULL",
    "ticket_of_officer": "INDEX ticket_of_officer ON ticket (officer_id, status)",
}
# The first form of it was never used by SQLite, which looks for an index on the column that is null.
_KEPT = "message_kept ON message {columns} WHERE direction = 'in' AND {null}template <> ''"
_KEPT_BEFORE = _KEPT.format(columns="(created_at)", null="ticket_id IS NULL AND ")
_KEPT_NOW = _KEPT.format(columns="(ticket_id, created_at)", null="")


class Migration(migrations.Migration):
    dependencies = [("inbox", "0004_joining")]  # noqa: RUF012 - the shape that Tortoise reads

    operations = [  # noqa: RUF012
        ops.CreateModel(
            name="CannedAnswer",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True)),
                ("office", fields.CharField(max_length=48)),
                (
                    "officer",
                    fields.ForeignKeyField(
                        "inbox.Officer",
                        source_field="officer_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="answers",
                        on_delete=fields.RESTRICT,
                    ),
                ),
                ("shortcut", fields.CharField(max_length=32)),
                ("title", fields.CharField(max_length=80)),
                ("text", fields.CharField(max_length=4000)),
                ("created_at", fields.DatetimeField()),
                ("updated_at", fields.DatetimeField()),
                ("retired_at", fields.DatetimeField(null=True)),
            ],
            options={
                "table": "canned_answer",
                "app": "inbox",
                "indexes": [Index(fields=["office", "shortcut"])],
                "pk_attr": "id",
                "table_description": "An answer at hand. ``officer`` null: the office's, else that officer's own. ``shortcut`` follows a slash.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Draft",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True)),
                (
                    "officer",
                    fields.ForeignKeyField(
                        "inbox.Officer",
                        source_field="officer_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="drafts",
                        on_delete=fields.CASCADE,
                    ),
                ),
                (
                    "ticket",
                    fields.ForeignKeyField(
                        "inbox.Ticket",
                        source_field="ticket_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="drafts",
                        on_delete=fields.RESTRICT,
                    ),
                ),
                ("kind", fields.CharField(max_length=8)),
                ("text", fields.TextField(default="", unique=False)),
                ("updated_at", fields.DatetimeField()),
            ],
            options={
                "table": "draft",
                "app": "inbox",
                "unique_together": (("officer", "ticket", "kind"),),
                "indexes": [Index(fields=["ticket_id"])],
                "pk_attr": "id",
                "table_description": "What an officer has written on a ticket and not sent. ``kind``: reply or note.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Holiday",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True)),
                ("office", fields.CharField(max_length=48)),
                ("day", fields.DateField()),
                ("name", fields.CharField(max_length=120)),
                (
                    "officer",
                    fields.ForeignKeyField(
                        "inbox.Officer",
                        source_field="officer_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="holidays",
                        on_delete=fields.RESTRICT,
                    ),
                ),
                ("created_at", fields.DatetimeField()),
            ],
            options={
                "table": "holiday",
                "app": "inbox",
                "unique_together": (("office", "day"),),
                "pk_attr": "id",
                "table_description": "A day that the office does not work, beside those of its config. ``officer`` entered it.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Label",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True)),
                ("office", fields.CharField(max_length=48)),
                ("name", fields.CharField(max_length=60)),
                ("colour", fields.CharField(default="", max_length=16)),
                ("created_at", fields.DatetimeField()),
                ("retired_at", fields.DatetimeField(null=True)),
            ],
            options={
                "table": "label",
                "app": "inbox",
                "unique_together": (("office", "name"),),
                "pk_attr": "id",
                "table_description": "A word that officers put on tickets, ``colour`` is a hue of the design. ``retired_at``: no longer offered.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Mention",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True)),
                ("office", fields.CharField(max_length=48)),
                (
                    "message",
                    fields.ForeignKeyField(
                        "inbox.Message",
                        source_field="message_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="mentions",
                        on_delete=fields.RESTRICT,
                    ),
                ),
                (
                    "ticket",
                    fields.ForeignKeyField(
                        "inbox.Ticket",
                        source_field="ticket_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="mentions",
                        on_delete=fields.RESTRICT,
                    ),
                ),
                (
                    "officer",
                    fields.ForeignKeyField(
                        "inbox.Officer",
                        source_field="officer_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="mentions",
                        on_delete=fields.RESTRICT,
                    ),
                ),
                ("created_at", fields.DatetimeField()),
                ("seen_at", fields.DatetimeField(null=True)),
            ],
            options={
                "table": "mention",
                "app": "inbox",
                "unique_together": (("message", "officer"),),
                "indexes": [Index(fields=["ticket_id"])],
                "pk_attr": "id",
                "table_description": "A note that names an officer. ``seen_at``: that officer opened the ticket since.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="OfficeSetting",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True)),
                ("office", fields.CharField(max_length=48)),
                ("name", fields.CharField(max_length=48)),
                ("values", fields.JSONField(default=dict)),
                (
                    "officer",
                    fields.ForeignKeyField(
                        "inbox.Officer",
                        source_field="officer_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="switched",
                        on_delete=fields.RESTRICT,
                    ),
                ),
                ("changed_at", fields.DatetimeField()),
            ],
            options={
                "table": "office_setting",
                "app": "inbox",
                "unique_together": (("office", "name"),),
                "pk_attr": "id",
                "table_description": "Something an office switches at the desk: ``practice`` (nothing leaves the house), ``public-figures``.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Relation",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True)),
                ("office", fields.CharField(max_length=48)),
                ("kind", fields.CharField(max_length=8)),
                (
                    "ticket",
                    fields.ForeignKeyField(
                        "inbox.Ticket",
                        source_field="ticket_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="relations",
                        on_delete=fields.RESTRICT,
                    ),
                ),
                (
                    "other",
                    fields.ForeignKeyField(
                        "inbox.Ticket",
                        source_field="other_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="related",
                        on_delete=fields.RESTRICT,
                    ),
                ),
                (
                    "officer",
                    fields.ForeignKeyField(
                        "inbox.Officer",
                        source_field="officer_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="relations",
                        on_delete=fields.RESTRICT,
                    ),
                ),
                ("reason", fields.CharField(default="", max_length=1000)),
                ("values", fields.JSONField(default=dict)),
                ("created_at", fields.DatetimeField()),
                ("undone_at", fields.DatetimeField(null=True)),
            ],
            options={
                "table": "relation",
                "app": "inbox",
                "indexes": [Index(fields=["ticket_id"]), Index(fields=["other_id"])],
                "pk_attr": "id",
                "table_description": "Two tickets belong together, or an officer said that they do not.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SavedView",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True)),
                ("office", fields.CharField(max_length=48)),
                (
                    "officer",
                    fields.ForeignKeyField(
                        "inbox.Officer",
                        source_field="officer_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="views",
                        on_delete=fields.CASCADE,
                    ),
                ),
                ("name", fields.CharField(max_length=60)),
                ("query", fields.CharField(max_length=1000)),
                ("place", fields.IntField(default=0)),
                ("created_at", fields.DatetimeField()),
            ],
            options={
                "table": "saved_view",
                "app": "inbox",
                "indexes": [Index(fields=["office", "officer_id"])],
                "pk_attr": "id",
                "table_description": "A list somebody wants again: ``query`` is the list's address. ``officer`` null: everybody's at the office.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Snooze",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True)),
                ("office", fields.CharField(max_length=48)),
                (
                    "officer",
                    fields.ForeignKeyField(
                        "inbox.Officer",
                        source_field="officer_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="snoozes",
                        on_delete=fields.CASCADE,
                    ),
                ),
                (
                    "ticket",
                    fields.ForeignKeyField(
                        "inbox.Ticket",
                        source_field="ticket_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="snoozes",
                        on_delete=fields.RESTRICT,
                    ),
                ),
                ("until", fields.DatetimeField()),
                ("reason", fields.CharField(default="", max_length=200)),
                ("created_at", fields.DatetimeField()),
                ("ended_at", fields.DatetimeField(null=True)),
            ],
            options={
                "table": "snooze",
                "app": "inbox",
                "indexes": [Index(fields=["ticket_id"])],
                "pk_attr": "id",
                "table_description": '"Ingatkan saya": until then the ticket is out of this officer\'s lists. ``ended_at``: it came back.',
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="StandIn",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True)),
                ("office", fields.CharField(max_length=48)),
                ("role", fields.CharField(max_length=48)),
                (
                    "officer",
                    fields.ForeignKeyField(
                        "inbox.Officer",
                        source_field="officer_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="standing_in",
                        on_delete=fields.RESTRICT,
                    ),
                ),
                (
                    "instead_of",
                    fields.ForeignKeyField(
                        "inbox.Officer",
                        source_field="instead_of_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="stood_in_for",
                        on_delete=fields.RESTRICT,
                    ),
                ),
                ("title", fields.CharField(max_length=8)),
                ("reason", fields.CharField(default="", max_length=200)),
                ("starts_at", fields.DatetimeField()),
                ("ends_at", fields.DatetimeField(null=True)),
                ("created_at", fields.DatetimeField()),
                ("created_by", fields.BigIntField()),
            ],
            options={
                "table": "stand_in",
                "app": "inbox",
                "indexes": [Index(fields=["officer_id"]), Index(fields=["office", "role"])],
                "pk_attr": "id",
                "table_description": "An officer holds a role for a while: acting (Plt, Plh), or for a colleague on leave (``instead_of``).",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="TicketLabel",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True)),
                ("office", fields.CharField(max_length=48)),
                (
                    "ticket",
                    fields.ForeignKeyField(
                        "inbox.Ticket",
                        source_field="ticket_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="labels",
                        on_delete=fields.RESTRICT,
                    ),
                ),
                (
                    "label",
                    fields.ForeignKeyField(
                        "inbox.Label",
                        source_field="label_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="tickets",
                        on_delete=fields.RESTRICT,
                    ),
                ),
                (
                    "officer",
                    fields.ForeignKeyField(
                        "inbox.Officer",
                        source_field="officer_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="labelled",
                        on_delete=fields.RESTRICT,
                    ),
                ),
                ("created_at", fields.DatetimeField()),
            ],
            options={
                "table": "ticket_label",
                "app": "inbox",
                "unique_together": (("ticket", "label"),),
                "indexes": [Index(fields=["label_id", "ticket_id"])],
                "pk_attr": "id",
                "table_description": "A label on a ticket, and who put it there.",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="Message",
            name="undone_at",
            field=fields.DatetimeField(null=True),
        ),
        ops.AddField(
            model_name="Officer",
            name="settings",
            field=fields.JSONField(null=True),
        ),
        ops.AddField(
            model_name="Ticket",
            name="merged_into",
            field=fields.BigIntField(null=True),
        ),
        ops.RunSQL([f"CREATE {index}" for index in _INDEXES.values()], [f"DROP INDEX {name}" for name in _INDEXES]),
        ops.RunSQL(
            ["DROP INDEX message_kept", f"CREATE INDEX {_KEPT_NOW}"],
            ["DROP INDEX message_kept", f"CREATE INDEX {_KEPT_BEFORE}"],
        ),
    ]
