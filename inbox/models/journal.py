"""The journal, append-only, the seals over it, and the counters behind numbers."""

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


class JournalSeal(Model):
    """One batch of an office's entries, sealed to the one before it. What the digests are of: ``inbox.journal_chain``.

    ``number`` counts an office's batches from 1. ``marks``: of each entry 8 bytes of its id and 8 of its own digest, so
    that a change can be traced to its entry.
    """

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    number = fields.IntField()
    first_id = fields.BigIntField()
    last_id = fields.BigIntField()
    count = fields.IntField()
    previous = fields.CharField(64)
    digest = fields.CharField(64)
    marks = fields.BinaryField()
    sealed_at = fields.DatetimeField()

    class Meta:
        table = "journal_seal"
        unique_together = (("office", "number"),)


class Counter(Model):
    """A running number. Registers take theirs here, gap-free, and on SQLite the ticket numbers do too."""

    name = fields.CharField(120, primary_key=True)
    value = fields.BigIntField(default=0)

    class Meta:
        table = "counter"
