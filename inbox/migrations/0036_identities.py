"""Columns in which an identity may lie encrypted are longer, and under which keys something lies is written down.

Made by `tortoise makemigrations` from `inbox.models`, then read by a person: a longer VARCHAR costs PostgreSQL nothing
(https://www.postgresql.org/docs/15/sql-altertable.html: no rewrite where the length grows), SQLite keeps no lengths,
and what a column holds otherwise is as it was.
"""

# ruff: noqa: E501
import functools
from json import dumps, loads
from typing import Any

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from inbox.models.kept import KeptBinaryField, KeptCharField, KeptJSONField


class _Same(ops.AlterField):
    """The models know more of the column; the database knows nothing of it."""

    async def database_forward(self, *_: Any) -> None:
        pass

    async def database_backward(self, *_: Any) -> None:
        pass


class _Longer(_Same):
    """A longer text; going back leaves it so."""

    async def database_forward(self, app_label: str, _: Any, new_state: Any, state_editor: Any = None) -> None:
        if state_editor is None or state_editor.client.capabilities.dialect != "postgres":
            return
        table = new_state.apps.get_model(f"{app_label}.{self.model_name}")._meta.db_table
        longer: Any = self.field
        sql = f'ALTER TABLE "{table}" ALTER COLUMN "{self.name}" TYPE VARCHAR({longer.max_length})'
        if state_editor.collect_sql:
            state_editor.collected_sql.append(sql)
        else:
            await state_editor.client.execute_query(sql)


class Migration(migrations.Migration):
    dependencies = [("inbox", "0035_second_step")]  # noqa: RUF012 - the shape that Tortoise reads

    operations = [  # noqa: RUF012
        ops.CreateModel(
            name="IdentityKey",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=8)),
                ("office", fields.CharField(max_length=48)),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "identity_key",
                "app": "inbox",
                "pk_attr": "id",
                "table_description": "A key under which something of an office lies encrypted (``inbox.ciphering``): its name, never the key.",
            },
            bases=["Model"],
        ),
        _Longer(model_name="Address", name="value", field=KeptCharField(max_length=500)),
        _Longer(model_name="AddressName", name="value", field=KeptCharField(max_length=500)),
        _Longer(model_name="Citizen", name="name", field=KeptCharField(default="", max_length=1200)),
        _Same(model_name="Message", name="original", field=KeptBinaryField(null=True)),
        _Same(
            model_name="Message",
            name="values",
            field=KeptJSONField(default=dict, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads),
        ),
    ]
