"""What complaints of the very same words have in common.

Made by `tortoise makemigrations` from `inbox.models`, then read by a person.
"""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("inbox", "0032_privacy")]  # noqa: RUF012 - the shape that Tortoise reads

    operations = [  # noqa: RUF012
        ops.AddField(
            model_name="Ticket",
            name="same",
            field=fields.CharField(default="", db_default="", max_length=16),
        ),
    ]
