"""What an officer signs in with beside the password."""

from __future__ import annotations

from datetime import datetime

from tortoise import fields
from tortoise.models import Model

from inbox.models.officers import Officer


class SecondFactor(Model):
    """The authenticator app of an officer. ``secret`` is encrypted, ``confirmed_at`` None: not yet believed.

    ``counter``: the last thirty seconds whose code was taken, so that none is taken twice (RFC 6238, 5.2).
    """

    id = fields.BigIntField(primary_key=True)
    officer: fields.ForeignKeyRelation[Officer] = fields.ForeignKeyField(
        "inbox.Officer", related_name="second_factors", unique=True
    )
    officer_id: int
    secret = fields.CharField(200)
    counter = fields.BigIntField(default=0)
    created_at = fields.DatetimeField()
    confirmed_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "second_factor"


class Passkey(Model):
    """A passkey of an officer: a key that a device or a security key keeps, opened there by finger, face or PIN.

    ``key``: the SHA-256 of its ``credential`` id, by which it is found; ``public``: its key as it came (COSE); both
    base64url. ``count``: how often it says it was used, 0 where it does not count (WebAuthn, 6.1.1).
    """

    id = fields.BigIntField(primary_key=True)
    officer: fields.ForeignKeyRelation[Officer] = fields.ForeignKeyField("inbox.Officer", related_name="passkeys")
    officer_id: int
    key = fields.CharField(64, unique=True)
    credential = fields.TextField()
    public = fields.TextField()
    count = fields.BigIntField(default=0)
    name = fields.CharField(60)
    created_at = fields.DatetimeField()
    used_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "passkey"
        indexes = (("officer_id",),)


class OfficerAccount(Model):
    """An officer's account at an OpenID provider: ``subject`` is what the ``issuer`` calls it for ever."""

    id = fields.BigIntField(primary_key=True)
    officer: fields.ForeignKeyRelation[Officer] = fields.ForeignKeyField("inbox.Officer", related_name="accounts")
    officer_id: int
    issuer = fields.CharField(300)
    subject = fields.CharField(255)
    created_at = fields.DatetimeField()

    class Meta:
        table = "officer_account"
        unique_together = (("issuer", "subject"), ("officer", "issuer"))


class RecoveryCode(Model):
    """A code of an officer for a lost telephone, as a keyed digest, good once."""

    id = fields.BigIntField(primary_key=True)
    officer: fields.ForeignKeyRelation[Officer] = fields.ForeignKeyField("inbox.Officer", related_name="recovery_codes")
    officer_id: int
    digest = fields.CharField(64)
    used_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "recovery_code"
        unique_together = (("officer", "digest"),)
