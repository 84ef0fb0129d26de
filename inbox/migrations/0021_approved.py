"""What a door remembers of its platform's approved message templates.

Made by `tortoise makemigrations` from `inbox.models`, then read by a person.
"""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("inbox", "0020_officer_lines")]  # noqa: RUF012 - the shape that Tortoise reads

    operations = [  # noqa: RUF012
        ops.AddField(model_name="ChannelState", name="approved", field=fields.JSONField(null=True)),
    ]
