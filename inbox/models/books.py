"""What an office keeps beside its cases: the years of its books, recaps on their way, and registers brought in."""

from __future__ import annotations

from typing import Any

from tortoise import fields
from tortoise.models import Model

from inbox.models.officers import Officer


class RegisterYear(Model):
    """One year of a running book that was closed once. ``closed_at`` null: it was opened again.

    ``last_number`` is the number that stood last when it was closed; ``reason`` says why it was opened again.
    """

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    register = fields.CharField(48)
    year = fields.IntField()
    closed_at = fields.DatetimeField(null=True)
    last_number = fields.IntField(default=0)
    reason = fields.CharField(500, default="")
    officer: fields.ForeignKeyRelation[Officer] = fields.ForeignKeyField(
        "inbox.Officer", related_name="register_years", on_delete=fields.RESTRICT
    )
    officer_id: int
    changed_at = fields.DatetimeField()

    class Meta:
        table = "register_year"
        unique_together = (("office", "register", "year"),)


class RecapSending(Model):
    """A recap of one period on its way to one recipient: one row for it, whatever happens.

    ``period`` is a day (2026-11-23) or a month (2026-11). ``state``: queued, sending, sent, failed, dropped.
    ``due_at`` moves on before the network is touched. At ``give_up_at`` trying again ends.
    """

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    recap = fields.CharField(48)
    period = fields.CharField(10)
    recipient = fields.CharField(320)
    state = fields.CharField(8, default="queued")
    attempts = fields.IntField(default=0)
    due_at = fields.DatetimeField()
    give_up_at = fields.DatetimeField()
    reason = fields.CharField(64, default="")
    detail = fields.CharField(1000, default="")
    created_at = fields.DatetimeField()
    sent_at = fields.DatetimeField(null=True)

    class Meta:
        table = "recap_sending"
        unique_together = (("office", "recap", "period", "recipient"),)
        indexes = (("office", "state"),)


class ImportRun(Model):
    """A register of former times that is being brought in, from one file.

    ``state``: uploaded (its columns wait to be named), checking, checked, bringing, done, dropped, failed.
    ``headers`` are the file's, ``columns`` name what each of them holds. ``read``, ``good`` and ``brought`` are rows.
    """

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    officer: fields.ForeignKeyRelation[Officer] = fields.ForeignKeyField(
        "inbox.Officer", related_name="imports", on_delete=fields.RESTRICT
    )
    officer_id: int
    name = fields.CharField(255)
    digest = fields.CharField(64)
    state = fields.CharField(10, default="uploaded")
    headers: list[str] = fields.JSONField(default=list)
    columns: dict[str, Any] = fields.JSONField(default=dict)
    total = fields.IntField(default=0)
    read = fields.IntField(default=0)
    good = fields.IntField(default=0)
    brought = fields.IntField(default=0)
    reason = fields.CharField(64, default="")
    created_at = fields.DatetimeField()
    touched_at = fields.DatetimeField()
    done_at = fields.DatetimeField(null=True)

    class Meta:
        table = "import_run"
        indexes = (("office", "id"),)


class ImportRow(Model):
    """One row of such a file as it was read. ``line`` is its line in the file.

    ``problems`` are codes with what they speak of; a row that has one is not brought in.
    """

    id = fields.BigIntField(primary_key=True)
    run: fields.ForeignKeyRelation[ImportRun] = fields.ForeignKeyField(
        "inbox.ImportRun", related_name="rows", on_delete=fields.CASCADE
    )
    run_id: int
    line = fields.IntField()
    old_number = fields.CharField(60, default="")
    opened_at = fields.DatetimeField(null=True)
    closed_at = fields.DatetimeField(null=True)
    name = fields.CharField(200, default="")
    contact = fields.CharField(200, default="", db_default="")
    kind = fields.CharField(48, default="")
    channel = fields.CharField(100, default="")
    object = fields.CharField(300, default="")
    place = fields.CharField(300, default="")
    summary = fields.CharField(200, default="")
    text = fields.TextField(default="")
    answer = fields.TextField(default="")
    problems: list[Any] = fields.JSONField(default=list)
    faulty = fields.BooleanField(default=False)

    class Meta:
        table = "import_row"
        unique_together = (("run", "line"),)
        indexes = (("run_id", "faulty", "line"),)
