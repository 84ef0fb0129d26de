"""Where officers are reached outside the desk, and what is on its way to them. No citizen's conversation is here."""

from __future__ import annotations

from typing import Any

from tortoise import fields
from tortoise.models import Model

from inbox.models.officers import Officer


class OfficerLine(Model):
    """A line to one officer: a chat or a mail address at a channel of the office, or a browser (``channel``: push).

    ``address`` is the recipient, of a browser its endpoint's SHA-256; null until ``code`` came back before
    ``code_until``. ``keys`` are a browser's endpoint and keys. ``kinds`` are what it wants to be told of, ``told_upto``
    the last notice that was looked at for it, ``rests_until`` when it may be told again. ``trouble`` is why the last
    message did not arrive.
    """

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    officer: fields.ForeignKeyRelation[Officer] = fields.ForeignKeyField("inbox.Officer", related_name="lines")
    officer_id: int
    channel = fields.CharField(100)
    address = fields.CharField(320, null=True)
    label = fields.CharField(120, default="")
    code = fields.CharField(16, default="")
    code_until = fields.DatetimeField(null=True)
    tries = fields.IntField(default=0)
    kinds: list[str] = fields.JSONField(default=list)
    every_minutes = fields.IntField(default=15)
    keys: dict[str, str] | None = fields.JSONField(null=True)
    linked_at = fields.DatetimeField(null=True)
    heard_at = fields.DatetimeField(null=True)
    told_upto = fields.BigIntField(default=0)
    rests_until = fields.DatetimeField(null=True)
    trouble = fields.CharField(64, default="")
    created_at = fields.DatetimeField()

    class Meta:
        table = "officer_line"
        unique_together = (("channel", "address"),)
        indexes = (("officer_id",), ("office", "linked_at"))


class OfficerSending(Model):
    """One message on its way to an officer. ``key`` makes it unique, whoever lays it on.

    ``kind``: news (``notices`` are their ids), digest, code, reply, test. ``line`` is null where somebody is answered
    who has none. ``state``: queued, sending, sent, failed, dropped.
    """

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    line: fields.ForeignKeyNullableRelation[OfficerLine] = fields.ForeignKeyField(
        "inbox.OfficerLine", related_name="sendings", null=True
    )
    line_id: int | None
    channel = fields.CharField(100)
    address = fields.CharField(320)
    key = fields.CharField(64, unique=True)
    kind = fields.CharField(8)
    notices: list[int] = fields.JSONField(default=list)
    values: dict[str, Any] = fields.JSONField(default=dict)
    state = fields.CharField(8, default="queued")
    attempts = fields.IntField(default=0)
    due_at = fields.DatetimeField()
    give_up_at = fields.DatetimeField()
    reason = fields.CharField(64, default="")
    created_at = fields.DatetimeField()
    sent_at = fields.DatetimeField(null=True)

    class Meta:
        table = "officer_sending"
        indexes = (("state", "office", "due_at"), ("line_id",))
