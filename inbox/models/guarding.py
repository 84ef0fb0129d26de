"""Who is not to be heard for a while, and what was said all the same: kept, and out of the officers' way."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from inbox.models.messages import Message
from inbox.models.officers import Officer
from inbox.models.people import Address


class Block(Model):
    """Messages of ``address``, or of every mail address at ``domain``, make no ticket until ``expires_at``.

    One of the two is set. ``reason`` is the officer's. ``ended_at``: an officer ended it before its time.
    """

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    address: fields.ForeignKeyNullableRelation[Address] = fields.ForeignKeyField(
        "inbox.Address", related_name="blocks", null=True, on_delete=fields.RESTRICT
    )
    address_id: int | None
    domain = fields.CharField(255, default="")
    reason = fields.CharField(300)
    officer: fields.ForeignKeyRelation[Officer] = fields.ForeignKeyField(
        "inbox.Officer", related_name="blocks", on_delete=fields.RESTRICT
    )
    officer_id: int
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    ended_by: fields.ForeignKeyNullableRelation[Officer] = fields.ForeignKeyField(
        "inbox.Officer", related_name="blocks_ended", null=True, on_delete=fields.RESTRICT
    )
    ended_by_id: int | None

    class Meta:
        table = "block"
        indexes = (("office", "expires_at"),)


class Withheld(Model):
    """A message that is stored and was not taken further. ``reason``: blocked (its sender is), many (its sender
    opened as many complaints as one may in a day).

    ``resolution``: taken (an officer let it go its way after all), dropped (nothing is to be done about it).
    """

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    message: fields.OneToOneRelation[Message] = fields.OneToOneField(
        "inbox.Message", related_name="withheld", on_delete=fields.RESTRICT
    )
    message_id: int
    address: fields.ForeignKeyRelation[Address] = fields.ForeignKeyField(
        "inbox.Address", related_name="withheld", on_delete=fields.RESTRICT
    )
    address_id: int
    reason = fields.CharField(16)
    created_at = fields.DatetimeField()
    resolved_at = fields.DatetimeField(null=True)
    resolution = fields.CharField(8, default="")
    officer: fields.ForeignKeyNullableRelation[Officer] = fields.ForeignKeyField(
        "inbox.Officer", related_name="withheld", null=True, on_delete=fields.RESTRICT
    )
    officer_id: int | None

    class Meta:
        table = "withheld"
        indexes = (("office", "resolved_at", "id"),)
