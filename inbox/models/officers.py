"""The people of the office, what they may do, their sessions, and what they are to be told."""

from __future__ import annotations

from typing import Any

from tortoise import fields
from tortoise.models import Model


class Officer(Model):
    """Somebody who signs in. ``password`` is an argon2 hash, empty where nobody can sign in with one.

    ``rank`` and ``nip`` (18 digits) stand under a signature, for those who have them. ``settings``: how this officer
    wants the desk, by name; null as it comes.
    """

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    login = fields.CharField(64, unique=True)
    name = fields.CharField(120)
    initials = fields.CharField(8, default="")
    rank = fields.CharField(60, default="", db_default="")
    nip = fields.CharField(18, default="", db_default="")
    password = fields.CharField(200, default="")
    language = fields.CharField(5, default="id")
    active = fields.BooleanField(default=True)
    failures = fields.IntField(default=0)
    locked_until = fields.DatetimeField(null=True)
    settings: dict[str, Any] | None = fields.JSONField(null=True)
    created_at = fields.DatetimeField()

    roles: fields.ReverseRelation[OfficerRole]

    class Meta:
        table = "officer"


class OfficerRole(Model):
    """An officer holds a role of the office (``office.yaml``: roles)."""

    id = fields.BigIntField(primary_key=True)
    officer: fields.ForeignKeyRelation[Officer] = fields.ForeignKeyField("inbox.Officer", related_name="roles")
    officer_id: int
    office = fields.CharField(48)
    role = fields.CharField(48)

    class Meta:
        table = "officer_role"
        unique_together = (("officer", "role"),)


class Session(Model):
    """A signed-in browser. The cookie holds a random token, the row its SHA-256."""

    digest = fields.CharField(64, primary_key=True)
    officer: fields.ForeignKeyNullableRelation[Officer] = fields.ForeignKeyField(
        "inbox.Officer", related_name="sessions", null=True
    )
    officer_id: int | None
    data: dict[str, Any] = fields.JSONField(default=dict)
    agent = fields.CharField(200, default="")
    created_at = fields.DatetimeField()
    seen_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()

    class Meta:
        table = "session"
        indexes = (("officer_id",), ("expires_at",))


class Notice(Model):
    """Something an officer, or whoever holds a role, is to be told. ``kind`` names the sentence.

    ``key`` makes a notice unique, so that the minute's work can repeat itself without repeating the notice.
    """

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    role = fields.CharField(48, default="")
    officer: fields.ForeignKeyNullableRelation[Officer] = fields.ForeignKeyField(
        "inbox.Officer", related_name="notices", null=True, on_delete=fields.RESTRICT
    )
    officer_id: int | None
    ticket: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "inbox.Ticket", related_name="notices", null=True, on_delete=fields.RESTRICT
    )
    ticket_id: int | None
    kind = fields.CharField(32)
    key = fields.CharField(120, unique=True)
    values: dict[str, Any] = fields.JSONField(default=dict)
    created_at = fields.DatetimeField()
    seen_at = fields.DatetimeField(null=True)

    class Meta:
        table = "notice"
        indexes = (("office", "role", "seen_at"),)
