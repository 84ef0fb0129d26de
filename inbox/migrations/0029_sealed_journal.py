"""The journal's seals; and both only grow, as far as a database can see to that: who may change its tables can still
take a trigger away, which is what the seals are for. While a record is moved in (`inbox.moving`) what was brought may
be taken back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

_TABLES = ("journal", "journal_seal")
_KEPT = {
    "sqlite": [
        f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table}"
        f" BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"
        for table in _TABLES
        for deed in ("UPDATE", "DELETE")
    ],
    "postgres": [
        """CREATE FUNCTION wadul_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_regclass('wadul_move') IS NULL THEN RAISE EXCEPTION '% only grows', TG_TABLE_NAME; END IF;
    IF TG_OP = 'UPDATE' THEN RETURN NEW; END IF;
    RETURN OLD;
END
$$""",
        *(
            f"CREATE TRIGGER {table}_no_{name} BEFORE {deeds} ON {table}"
            f" FOR EACH {level} EXECUTE FUNCTION wadul_only_grows()"
            for table in _TABLES
            for name, deeds, level in (("change", "UPDATE OR DELETE", "ROW"), ("truncate", "TRUNCATE", "STATEMENT"))
        ),
    ],
}
_LET_GO = {
    "sqlite": [f"DROP TRIGGER {table}_no_{deed}" for table in _TABLES for deed in ("update", "delete")],
    "postgres": ["DROP FUNCTION wadul_only_grows() CASCADE"],
}


class _ByEngine(ops.RunSQL):
    """Each database in its own words."""

    async def _run_sql(self, state_editor: Any, sqls: Mapping[str, Sequence[str]]) -> None:
        for sql in sqls[state_editor.client.capabilities.dialect]:
            if state_editor.collect_sql:
                state_editor.collected_sql.append(sql)
            else:
                await state_editor.client.execute_query(sql)  # whole: the editor would cut a trigger at its semicolon


class Migration(migrations.Migration):
    dependencies = [("inbox", "0028_departure")]  # noqa: RUF012 - the shape that Tortoise reads

    operations = [  # noqa: RUF012
        ops.CreateModel(
            name="JournalSeal",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("office", fields.CharField(max_length=48)),
                ("number", fields.IntField()),
                ("first_id", fields.BigIntField()),
                ("last_id", fields.BigIntField()),
                ("count", fields.IntField()),
                ("previous", fields.CharField(max_length=64)),
                ("digest", fields.CharField(max_length=64)),
                ("marks", fields.BinaryField()),
                ("sealed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "journal_seal",
                "app": "inbox",
                "unique_together": (("office", "number"),),
                "pk_attr": "id",
                "table_description": "One batch of an office's entries, sealed to the one before it.",
            },
            bases=["Model"],
        ),
        _ByEngine(_KEPT, _LET_GO),
    ]
