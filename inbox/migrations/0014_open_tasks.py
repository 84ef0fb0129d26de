"""A role's open tasks are read from an index alone, with the ticket that each is of.

Made by `tortoise makemigrations` from `inbox.models`, then read by a person.
"""

from tortoise import migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("inbox", "0013_papers")]  # noqa: RUF012 - the shape that Tortoise reads

    operations = [  # noqa: RUF012
        ops.RemoveIndex(model_name="Task", name=None, fields=["office", "role", "done_at"]),
        ops.AddIndex(model_name="Task", index=Index(fields=["office", "role", "done_at", "ticket_id"])),
    ]
