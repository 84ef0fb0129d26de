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
