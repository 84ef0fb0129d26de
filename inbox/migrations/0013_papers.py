"""How a paper comes to be issued: drafts, marks, numbers, versions; and that an issued one is never changed again.

Made by `tortoise makemigrations` from `inbox.models`, then read by a person. The triggers are this file's alone: a
later migration that rebuilds the table on SQLite has to lay `paper_issued` again.
"""

# ruff: noqa: E501
from collections.abc import Mapping, Sequence
from typing import Any

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

_CHANGED = """
    NEW."values" IS {not} OLD."values" OR NEW.status <> OLD.status OR NEW.version <> OLD.version
    OR NEW.number <> OLD.number OR NEW.paper <> OLD.paper OR NEW.issued_at IS {not} OLD.issued_at
    OR NEW.entry_id IS {not} OLD.entry_id OR NEW.signed_by_id IS {not} OLD.signed_by_id
    OR (OLD.pdf_digest <> '' AND NEW.pdf_digest <> OLD.pdf_digest)
    OR (OLD.scan_digest <> '' AND NEW.scan_digest <> OLD.scan_digest)
"""
_MAKE = {
    "sqlite": [
        "CREATE INDEX paper_unissued ON paper (office) WHERE issued_at IS NULL AND status <> 'issued'",
        f"""CREATE TRIGGER paper_issued BEFORE UPDATE ON paper WHEN OLD.issued_at IS NOT NULL AND (
        {_CHANGED.replace("{not}", "NOT")}) BEGIN SELECT RAISE(ABORT, 'an issued paper never changes'); END""",
    ],
    "postgres": [
        "CREATE INDEX paper_unissued ON paper (office) WHERE issued_at IS NULL AND status <> 'issued'",
        """CREATE FUNCTION paper_issued() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'an issued paper never changes'; END $$""",
        f"""CREATE TRIGGER paper_issued BEFORE UPDATE ON paper FOR EACH ROW WHEN (OLD.issued_at IS NOT NULL AND (
        {_CHANGED.replace("{not}", "DISTINCT FROM")})) EXECUTE FUNCTION paper_issued()""",
    ],
}
_GONE = {
    "sqlite": ["DROP TRIGGER paper_issued", "DROP INDEX paper_unissued"],
    "postgres": ["DROP TRIGGER paper_issued ON paper", "DROP FUNCTION paper_issued()", "DROP INDEX paper_unissued"],
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
    dependencies = [("inbox", "0012_outside")]  # noqa: RUF012 - the shape that Tortoise reads

    operations = [  # noqa: RUF012
        ops.CreateModel(
            name="PaperMark",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "paper",
                    fields.ForeignKeyField(
                        "inbox.Paper",
                        source_field="paper_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="marks",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("kind", fields.CharField(max_length=9)),
                (
                    "officer",
                    fields.ForeignKeyField(
                        "inbox.Officer",
                        source_field="officer_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="paper_marks",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("role", fields.CharField(max_length=48)),
                ("title", fields.CharField(default="", max_length=8)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "paper_mark",
                "app": "inbox",
                "unique_together": (("paper", "kind", "role"),),
                "pk_attr": "id",
                "table_description": "An officer's mark on a paper. ``kind``: paraf, signature, approval, wet (the scan shows a signature by hand).",
            },
            bases=["Model"],
        ),
        ops.AddField(model_name="Paper", name="corrects_id", field=fields.BigIntField(null=True)),
        ops.AddField(
            model_name="Paper",
            name="issued_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Paper", name="number", field=fields.CharField(default="", db_default="", max_length=120)
        ),
        ops.AddField(
            model_name="Paper", name="pdf_digest", field=fields.CharField(default="", db_default="", max_length=64)
        ),
        ops.AddField(model_name="Paper", name="revision", field=fields.IntField(default=1, db_default=1)),
        ops.AddField(
            model_name="Paper", name="scan_digest", field=fields.CharField(default="", db_default="", max_length=64)
        ),
        ops.AddField(model_name="Paper", name="signed_by_id", field=fields.BigIntField(null=True)),
        ops.AddField(
            model_name="Paper",
            name="status",
            field=fields.CharField(default="issued", db_default="issued", max_length=12),
        ),
        ops.AddField(model_name="Paper", name="version", field=fields.IntField(default=1, db_default=1)),
        _ByEngine(_MAKE, _GONE),
    ]
