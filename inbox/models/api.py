"""What machines hold and are owed: tokens, answers that a repeated request gets again, events for outgoing webhooks."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from inbox.models.officers import Officer


class ApiToken(Model):
    """A way in for machines, with the rights of an officer: they hold the token, the row its SHA-256.

    ``scopes``: read, write. ``used_at`` is noted once an hour at most. A token counts until ``expires_at`` (null: for
    ever) or ``revoked_at``, and only while its officer may work.
    """

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    digest = fields.CharField(64, unique=True)
    officer: fields.ForeignKeyRelation[Officer] = fields.ForeignKeyField(
        "inbox.Officer", related_name="tokens", on_delete=fields.RESTRICT
    )
    officer_id: int
    label = fields.CharField(120)
    scopes: list[str] = fields.JSONField(default=list)
    created_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)
    expires_at = fields.DatetimeField(null=True)
    revoked_at = fields.DatetimeField(null=True)

    class Meta:
        table = "api_token"
        indexes = (("officer_id",),)


class ApiAnswer(Model):
    """What a request with an Idempotency-Key was answered, so that repeating it does nothing anew.

    ``fingerprint`` is the SHA-256 of method, path and body. ``status`` 0: taken up, its effect not known to be done.
    """

    id = fields.BigIntField(primary_key=True)
    token: fields.ForeignKeyRelation[ApiToken] = fields.ForeignKeyField(
        "inbox.ApiToken", related_name="answers", on_delete=fields.CASCADE
    )
    token_id: int
    key = fields.CharField(128)
    fingerprint = fields.CharField(64)
    status = fields.IntField(default=0)
    body = fields.TextField(default="")
    created_at = fields.DatetimeField()

    class Meta:
        table = "api_answer"
        unique_together = (("token", "key"),)
        indexes = (("created_at",),)


class HookReading(Model):
    """How far the journal was read for one webhook. ``hook`` is ``<office>/<id>``.

    Up to ``entry_id`` everything is queued. ``mark_id`` is how far it may be read once every transaction before
    ``mark_xid`` has ended (PostgreSQL; see ``inbox.hooks``).
    """

    hook = fields.CharField(100, primary_key=True)
    entry_id = fields.BigIntField(default=0)
    mark_id = fields.BigIntField(default=0)
    mark_xid = fields.BigIntField(default=0)

    class Meta:
        table = "hook_reading"


class HookEvent(Model):
    """One event on its way to one webhook. ``key`` is the id that the receiver sees, the same on every attempt.

    ``state``: queued, sending, sent, failed, dropped. ``body`` is what is signed and sent, byte for byte.
    """

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    hook = fields.CharField(100)
    entry_id = fields.BigIntField()
    key = fields.CharField(64, unique=True)
    event = fields.CharField(32)
    ticket_id = fields.BigIntField(null=True)
    number = fields.CharField(16, default="")
    body = fields.TextField()
    state = fields.CharField(8, default="queued")
    attempts = fields.IntField(default=0)
    due_at = fields.DatetimeField()
    give_up_at = fields.DatetimeField()
    reason = fields.CharField(64, default="")
    detail = fields.CharField(1000, default="")
    created_at = fields.DatetimeField()
    sent_at = fields.DatetimeField(null=True)

    class Meta:
        table = "hook_event"
        unique_together = (("hook", "entry_id"),)
        indexes = (("office", "state", "id"),)
