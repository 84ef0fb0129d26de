"""Citizens, the addresses that reach them, and the lasting conversations between an address and a door."""

from __future__ import annotations

from typing import Any

from tortoise import fields
from tortoise.models import Model

from inbox.models.kept import KeptCharField
from inbox.models.officers import Officer


class Citizen(Model):
    """A person who wrote to an office. Joined by strong evidence only, and by an officer's hand.

    The name of whoever has a sealed case lies encrypted, and so do their addresses (``inbox.identities``).
    """

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    name = KeptCharField(1200, default="")
    created_at = fields.DatetimeField()

    class Meta:
        table = "citizen"


class Address(Model):
    """One way to reach a citizen: ``scheme`` (email, phone, web, telegram ...) and its canonical ``value``.

    ``dead_at``: a bounce said that nobody is there. ``stopped_at``: the citizen asked for no automatic messages.
    ``confirmed_at`` is null for an address that somebody merely typed: it gets one message until it answers.
    ``joined`` is the same for addresses of which an officer said that they are one person's (``inbox.joining``).
    """

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    citizen: fields.ForeignKeyRelation[Citizen] = fields.ForeignKeyField(
        "inbox.Citizen", related_name="addresses", on_delete=fields.RESTRICT
    )
    citizen_id: int
    scheme = fields.CharField(24)
    value = KeptCharField(500)
    confirmed_at = fields.DatetimeField(null=True)
    stopped_at = fields.DatetimeField(null=True)
    dead_at = fields.DatetimeField(null=True)
    dead_reason = fields.CharField(500, default="")
    joined = fields.BigIntField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "address"
        unique_together = (("office", "scheme", "value"),)


class AddressName(Model):
    """What a platform calls the owner of an address beside its ``value``, for good (``inbox.people.recognising``)."""

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    scheme = fields.CharField(24)
    value = KeptCharField(500)
    address: fields.ForeignKeyRelation[Address] = fields.ForeignKeyField(
        "inbox.Address", related_name="names", on_delete=fields.CASCADE
    )
    address_id: int

    class Meta:
        table = "address_name"
        unique_together = (("office", "scheme", "value"),)


class Conversation(Model):
    """(channel, address), and it lasts. ``state`` is what the dialogue remembers (``bot/dialogue.py``).

    ``ticket_id`` is the ticket spoken of lately. The row is locked while one message of it is decided.
    """

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    channel = fields.CharField(100)
    address: fields.ForeignKeyRelation[Address] = fields.ForeignKeyField(
        "inbox.Address", related_name="conversations", on_delete=fields.RESTRICT
    )
    address_id: int
    ticket: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "inbox.Ticket", related_name="spoken_in", null=True, on_delete=fields.SET_NULL
    )
    ticket_id: int | None
    state: dict[str, Any] = fields.JSONField(default=dict)
    last_in_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "conversation"
        unique_together = (("channel", "address"),)


class Joining(Model):
    """Two persons are one, an officer said: what moved from ``moved`` to ``kept``, so that it can be undone exactly.

    ``ticket_id`` is where it was done, 0 where the citizen did it, who proved by a code that both addresses are theirs:
    then there is no officer. ``addresses`` and ``tickets`` are ids.
    """

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    kept: fields.ForeignKeyRelation[Citizen] = fields.ForeignKeyField(
        "inbox.Citizen", related_name="joined_here", on_delete=fields.RESTRICT
    )
    kept_id: int
    moved: fields.ForeignKeyRelation[Citizen] = fields.ForeignKeyField(
        "inbox.Citizen", related_name="joined_away", on_delete=fields.RESTRICT
    )
    moved_id: int
    addresses: list[int] = fields.JSONField(default=list)
    tickets: list[int] = fields.JSONField(default=list)
    reason = fields.CharField(1000)
    officer: fields.ForeignKeyNullableRelation[Officer] = fields.ForeignKeyField(
        "inbox.Officer", related_name="joinings", on_delete=fields.RESTRICT, null=True
    )
    officer_id: int | None
    ticket_id = fields.BigIntField()
    created_at = fields.DatetimeField()
    undone_at = fields.DatetimeField(null=True)

    class Meta:
        table = "joining"
        indexes = (("kept_id",), ("moved_id",))
