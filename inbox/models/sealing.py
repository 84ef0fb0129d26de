"""Who opened which seal, why, and until when; under which keys identities lie."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from inbox.models.officers import Officer
from inbox.models.tickets import Ticket


class IdentityKey(Model):
    """A key under which something of an office lies encrypted (``inbox.ciphering``): its name, never the key."""

    id = fields.CharField(8, primary_key=True)
    office = fields.CharField(48)
    made_at = fields.DatetimeField()

    class Meta:
        table = "identity_key"


class SealOpening(Model):
    """An officer without the right saw who complained, from ``at`` until ``until``. ``reason`` is the officer's."""

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    ticket: fields.ForeignKeyRelation[Ticket] = fields.ForeignKeyField(
        "inbox.Ticket", related_name="openings", on_delete=fields.RESTRICT
    )
    ticket_id: int
    officer: fields.ForeignKeyRelation[Officer] = fields.ForeignKeyField(
        "inbox.Officer", related_name="openings", on_delete=fields.RESTRICT
    )
    officer_id: int
    reason = fields.CharField(300)
    at = fields.DatetimeField()
    until = fields.DatetimeField()

    class Meta:
        table = "seal_opening"
        indexes = (("officer_id", "until"), ("ticket_id",))
