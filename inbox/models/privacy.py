"""What citizens asked about their own data, and what became of it."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from inbox.models.officers import Officer
from inbox.models.people import Citizen
from inbox.models.tickets import Ticket


class PrivacyRequest(Model):
    """A citizen asks about their data. ``kind``: data (what is held), correct (``text`` says what is wrong), erase.

    ``ticket`` is the one whose number and code proved who asks; ``channel`` where, empty at the desk. ``state``: asked,
    done, refused; ``reason`` is the officer's, who decided.
    Source: UU 27/2022 art. 6 to 8.
    """

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    kind = fields.CharField(8)
    citizen: fields.ForeignKeyRelation[Citizen] = fields.ForeignKeyField(
        "inbox.Citizen", related_name="privacy_requests", on_delete=fields.RESTRICT
    )
    citizen_id: int
    ticket: fields.ForeignKeyNullableRelation[Ticket] = fields.ForeignKeyField(
        "inbox.Ticket", related_name="privacy_requests", null=True, on_delete=fields.RESTRICT
    )
    ticket_id: int | None
    channel = fields.CharField(100, default="")
    text = fields.TextField(default="")
    state = fields.CharField(8, default="asked")
    reason = fields.CharField(1000, default="")
    officer: fields.ForeignKeyNullableRelation[Officer] = fields.ForeignKeyField(
        "inbox.Officer", related_name="privacy_requests", null=True, on_delete=fields.RESTRICT
    )
    officer_id: int | None
    created_at = fields.DatetimeField()
    decided_at = fields.DatetimeField(null=True)

    class Meta:
        table = "privacy_request"
        indexes = (("office", "state", "id"), ("ticket_id",))
