"""Officers' accounts at OpenID providers."""

# ruff: noqa: E501
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("inbox", "0037_passkeys")]  # noqa: RUF012 - the shape that Tortoise reads

    operations = [  # noqa: RUF012
        ops.CreateModel(
            name="OfficerAccount",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "officer",
                    fields.ForeignKeyField(
                        "inbox.Officer",
                        source_field="officer_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="accounts",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("issuer", fields.CharField(max_length=300)),
                ("subject", fields.CharField(max_length=255)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "officer_account",
                "app": "inbox",
                "unique_together": (("issuer", "subject"), ("officer", "issuer")),
                "pk_attr": "id",
                "table_description": "An officer's account at an OpenID provider: ``subject`` is what the ``issuer`` calls it for ever.",
            },
            bases=["Model"],
        ),
    ]
