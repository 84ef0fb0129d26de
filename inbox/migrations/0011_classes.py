"""The class of legal limit that an action gives a case.

Made by `tortoise makemigrations` from `inbox.models`, then read by a person.
"""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("inbox", "0010_daily")]  # noqa: RUF012 - the shape that Tortoise reads

    operations = [  # noqa: RUF012
        ops.AddField(
            model_name="Ticket",
            name="ceiling",
            field=fields.CharField(default="", db_default="", max_length=48),
        ),
    ]
