"""What citizens asked about their own data, and cases in which nothing personal is left.

An issued paper still never changes; what it holds may be taken out of it as a whole, which is erasing.
"""

# ruff: noqa: E501
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

_SAME = """NEW.status <> OLD.status OR NEW.version <> OLD.version
    OR NEW.number <> OLD.number OR NEW.paper <> OLD.paper OR NEW.issued_at {differs} OLD.issued_at
    OR NEW.entry_id {differs} OLD.entry_id OR NEW.signed_by_id {differs} OLD.signed_by_id"""
_HELD = """NEW."values" {differs} OLD."values"
    OR (OLD.pdf_digest <> '' AND NEW.pdf_digest <> OLD.pdf_digest)
    OR (OLD.scan_digest <> '' AND NEW.scan_digest <> OLD.scan_digest)"""
_EMPTIED = """NEW."values" = '{}' AND NEW.pdf_digest = '' AND NEW.scan_digest = ''"""


_ONLY_EMPTIED = f"""CREATE OR REPLACE FUNCTION paper_issued() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {_SAME.format(differs="IS DISTINCT FROM")} OR NOT ({_EMPTIED}) THEN
        RAISE EXCEPTION 'an issued paper never changes';
    END IF;
    RETURN NEW;
END
$$"""
_NEVER = """CREATE OR REPLACE FUNCTION paper_issued() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'an issued paper never changes'; END $$"""


def _made(*, emptied: bool) -> Mapping[str, Sequence[str]]:
    """SQLite's trigger anew; PostgreSQL's stays, and what it calls is another."""
    held = f"({_HELD.format(differs='IS NOT')})"
    held = f"({held} AND NOT ({_EMPTIED}))" if emptied else held
    changed = f"{_SAME.format(differs='IS NOT')} OR {held}"
    made = (
        f"CREATE TRIGGER paper_issued BEFORE UPDATE ON paper WHEN OLD.issued_at IS NOT NULL AND ({changed})"
        " BEGIN SELECT RAISE(ABORT, 'an issued paper never changes'); END"
    )
    return {
        "sqlite": ["DROP TRIGGER paper_issued", made],
        "postgres": [_ONLY_EMPTIED if emptied else _NEVER],
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
    dependencies = [("inbox", "0031_proof")]  # noqa: RUF012 - the shape that Tortoise reads

    operations = [  # noqa: RUF012
        ops.CreateModel(
            name="PrivacyRequest",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("office", fields.CharField(max_length=48)),
                ("kind", fields.CharField(max_length=8)),
                (
                    "citizen",
                    fields.ForeignKeyField(
                        "inbox.Citizen",
                        source_field="citizen_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="privacy_requests",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "ticket",
                    fields.ForeignKeyField(
                        "inbox.Ticket",
                        source_field="ticket_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="privacy_requests",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("channel", fields.CharField(default="", max_length=100)),
                ("text", fields.TextField(default="", unique=False)),
                ("state", fields.CharField(default="asked", max_length=8)),
                ("reason", fields.CharField(default="", max_length=1000)),
                (
                    "officer",
                    fields.ForeignKeyField(
                        "inbox.Officer",
                        source_field="officer_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="privacy_requests",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("decided_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "privacy_request",
                "app": "inbox",
                "indexes": [Index(fields=["office", "state", "id"]), Index(fields=["ticket_id"])],
                "pk_attr": "id",
                "table_description": "A citizen asks about their data. ``kind``: data (what is held), correct (``text`` says what is wrong), erase.",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="Ticket",
            name="erased_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        _ByEngine(_made(emptied=True), _made(emptied=False)),
    ]
