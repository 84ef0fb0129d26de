"""What is held against the platforms: for each door and day what they told of, and what we have of it."""

from __future__ import annotations

from typing import Any

from tortoise import fields
from tortoise.models import Model

from inbox.models.officers import Officer


class DoorDay(Model):
    """One day of a door, the office's own, held against its platform.

    ``state``: compared, silent (nobody outside can be asked; ``reason`` says why), failed (asked in vain, to be asked
    again). ``told`` is how many messages the platform names, the others what became of them here; ``missing`` are in
    ``rows``: ``id`` (the platform's), ``at`` (ISO 8601), ``place`` (where the door finds it again) and ``state`` once
    something became of it. ``officer`` signed that it was looked at.
    """

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    channel = fields.CharField(100)
    day = fields.DateField()
    state = fields.CharField(8)
    reason = fields.CharField(64, default="")
    detail = fields.CharField(300, default="")
    told = fields.IntField(default=0)
    stored = fields.IntField(default=0)
    aside = fields.IntField(default=0)
    ignored = fields.IntField(default=0)
    missing = fields.IntField(default=0)
    rows: list[dict[str, Any]] = fields.JSONField(default=list)
    attempts = fields.IntField(default=0)
    compared_at = fields.DatetimeField()
    officer: fields.ForeignKeyNullableRelation[Officer] = fields.ForeignKeyField(
        "inbox.Officer", related_name="door_days", null=True, on_delete=fields.RESTRICT
    )
    officer_id: int | None
    signed_at = fields.DatetimeField(null=True)
    note = fields.CharField(500, default="")

    class Meta:
        table = "door_day"
        unique_together = (("channel", "day"),)
        indexes = (("office", "day"),)
