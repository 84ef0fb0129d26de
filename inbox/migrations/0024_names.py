"""What a platform calls somebody for good, beside a number that can change or be hidden.

Made by `tortoise makemigrations` from `inbox.models`, then read by a person.
"""

# ruff: noqa: E501
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("inbox", "0023_due_by_door")]  # noqa: RUF012 - the shape that Tortoise reads

    operations = [  # noqa: RUF012
        ops.CreateModel(
            name="AddressName",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("office", fields.CharField(max_length=48)),
                ("scheme", fields.CharField(max_length=24)),
                ("value", fields.CharField(max_length=320)),
                (
                    "address",
                    fields.ForeignKeyField(
                        "inbox.Address",
                        source_field="address_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="names",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
            ],
            options={
                "table": "address_name",
                "app": "inbox",
                "unique_together": (("office", "scheme", "value"),),
                "pk_attr": "id",
                "table_description": "What a platform calls the owner of an address beside its ``value``, for good (``inbox.people.recognising``).",
            },
            bases=["Model"],
        ),
    ]
