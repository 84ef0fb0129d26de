"""How to reach a complainant, as a register of former times has it.

Made by `tortoise makemigrations` from `inbox.models`, then read by a person.
"""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("inbox", "0016_near")]  # noqa: RUF012 - the shape that Tortoise reads

    operations = [  # noqa: RUF012
        ops.AddField(
            model_name="ImportRow", name="contact", field=fields.CharField(default="", db_default="", max_length=200)
        ),
    ]
