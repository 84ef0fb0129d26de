"""The journal, append-only, and the counters behind numbers."""

from __future__ import annotations

from typing import Any

from tortoise import fields
from tortoise.models import Model


class Entry(Model):
    """Who did what, when, why: ids and digests, no personal text.

    ``actor``: ``officer:<id>``, ``citizen``, ``clerk``, ``system``. ``event`` names the sentence.
    """

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    ticket_id = fields.BigIntField(null=True)
    at = fields.DatetimeField()
    actor = fields.CharField(32)
    event = fields.CharField(48)
    values: dict[str, Any] = fields.JSONField(default=dict)

    class Meta:
        table = "journal"
        indexes = (("ticket_id", "id"), ("office", "id"))


class Counter(Model):
    """A running number. Registers take theirs here, gap-free, and on SQLite the ticket numbers do too."""

    name = fields.CharField(120, primary_key=True)
    value = fields.BigIntField(default=0)

    class Meta:
        table = "counter"
