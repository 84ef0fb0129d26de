"""What stands under an officer's signature on a letter: rank, and the number of a civil servant.

Made by `tortoise makemigrations` from `inbox.models`, then read by a person.
"""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("inbox", "0014_open_tasks")]  # noqa: RUF012 - the shape that Tortoise reads

    operations = [  # noqa: RUF012
        ops.AddField(
            model_name="Officer", name="nip", field=fields.CharField(default="", db_default="", max_length=18)
        ),
        ops.AddField(
            model_name="Officer", name="rank", field=fields.CharField(default="", db_default="", max_length=60)
        ),
    ]
