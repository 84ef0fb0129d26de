"""What officers sign each working day, and what they write down of a suggestion box."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from inbox.models.officers import Officer


class DailySign(Model):
    """A daily check was made (``check_id`` is its id in office.yaml) on ``day``, the office's own.

    ``looked`` and ``missed`` are the items that were looked at and those that were not, by their names on that day;
    ``note`` says why not, or what was found.
    """

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    check_id = fields.CharField(48)
    day = fields.DateField()
    looked: list[str] = fields.JSONField(default=list)
    missed: list[str] = fields.JSONField(default=list)
    note = fields.CharField(500, default="")
    officer: fields.ForeignKeyRelation[Officer] = fields.ForeignKeyField(
        "inbox.Officer", related_name="daily_signs", on_delete=fields.RESTRICT
    )
    officer_id: int
    created_at = fields.DatetimeField()

    class Meta:
        table = "daily_sign"
        unique_together = (("office", "check_id", "day"),)


class BoxOpening(Model):
    """A suggestion box was opened: when, by whom and with whom (``present``), and how many sheets lay in it.

    ``closed_at``: the sheets that were entered were held against ``sheets``; ``entered`` is how many they were then,
    ``reason`` why not all of them.
    """

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    channel = fields.CharField(100)
    opened_at = fields.DatetimeField()
    officer: fields.ForeignKeyRelation[Officer] = fields.ForeignKeyField(
        "inbox.Officer", related_name="box_openings", on_delete=fields.RESTRICT
    )
    officer_id: int
    present = fields.CharField(300)
    sheets = fields.IntField()
    entered = fields.IntField(null=True)
    reason = fields.CharField(500, default="")
    closed_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "box_opening"
        indexes = (("office", "channel", "id"),)
