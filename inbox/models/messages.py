"""What was said, its files, its way out, and what each door remembers."""

from __future__ import annotations

from typing import Any

from tortoise import fields
from tortoise.models import Model

from inbox.models.kept import KeptBinaryField, KeptJSONField
from inbox.models.officers import Officer
from inbox.models.people import Address, Conversation
from inbox.models.tickets import Ticket


class Message(Model):
    """One thing said. ``direction``: in, out, or note (between officers: no conversation, never leaves).

    ``author``: citizen, clerk or officer. ``external_id`` is the platform's name for it (null until sent);
    ``key`` our own for what goes out. ``original`` holds what arrived where it is small, ``original_file`` the digest
    of the file where it is not. ``template`` names the words the clerk used. ``undone_at``: the
    officer took it back before it left. ``proof`` is what the office's own server said of the sender
    (``channels.values.Proof``), null where nobody asked it.
    """

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    channel = fields.CharField(100, null=True)
    external_id = fields.CharField(998, null=True)
    key = fields.CharField(32, null=True, unique=True)
    conversation: fields.ForeignKeyNullableRelation[Conversation] = fields.ForeignKeyField(
        "inbox.Conversation", related_name="messages", null=True, on_delete=fields.RESTRICT
    )
    conversation_id: int | None
    ticket: fields.ForeignKeyNullableRelation[Ticket] = fields.ForeignKeyField(
        "inbox.Ticket", related_name="messages", null=True, on_delete=fields.RESTRICT
    )
    ticket_id: int | None
    officer: fields.ForeignKeyNullableRelation[Officer] = fields.ForeignKeyField(
        "inbox.Officer", related_name="messages", null=True, on_delete=fields.RESTRICT
    )
    officer_id: int | None
    direction = fields.CharField(4)
    author = fields.CharField(8)
    kind = fields.CharField(16, default="message")
    about = fields.CharField(998, default="")
    subject = fields.CharField(998, default="")
    text = fields.TextField(default="")
    full_text = fields.TextField(default="")
    template = fields.CharField(48, default="")
    automatic = fields.BooleanField(default=False)
    public = fields.BooleanField(default=False)
    answers: list[str] = fields.JSONField(default=list)
    values: dict[str, Any] = KeptJSONField(default=dict)
    proof: dict[str, Any] | None = fields.JSONField(null=True)
    sent_at = fields.DatetimeField()
    created_at = fields.DatetimeField()
    original = KeptBinaryField(null=True)
    original_file = fields.CharField(64, default="")
    undone_at = fields.DatetimeField(null=True)

    class Meta:
        table = "message"
        unique_together = (("channel", "external_id"),)
        indexes = (("ticket_id", "id"), ("conversation_id", "id"))


class Attachment(Model):
    """A file of a message. ``state``: stored, pending (to be fetched), failed, refused (too large), beyond (the first
    of those that one message had too many of; ``reference`` says how many).

    ``digest`` is the SHA-256 of the content, which is also its name in the file store.
    """

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    message: fields.ForeignKeyRelation[Message] = fields.ForeignKeyField(
        "inbox.Message", related_name="attachments", on_delete=fields.RESTRICT
    )
    message_id: int
    name = fields.CharField(255)
    type = fields.CharField(127)
    size_bytes = fields.BigIntField(default=0)
    digest = fields.CharField(64, default="")
    reference = fields.TextField(default="")
    inline = fields.BooleanField(default=False)
    state = fields.CharField(8, default="stored")
    attempts = fields.IntField(default=0)
    due_at = fields.DatetimeField(null=True)

    class Meta:
        table = "attachment"
        indexes = (("message_id",),)


class Delivery(Model):
    """One outgoing message on its way.

    ``state``: queued, sending, sent, delivered, read, failed, unsure, handover (to hand over), dropped (an
    officer gave up on it). ``lease_until`` is set while ``worker`` has it in hand.
    ``asked``: a direct answer to what the citizen just wrote. ``due_at`` moves on before the network is touched, so
    that a crash looks like a slow failure. At ``give_up_at`` trying again ends. ``choices`` are buttons, as
    (value, label).
    """

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    message: fields.OneToOneRelation[Message] = fields.OneToOneField(
        "inbox.Message", related_name="delivery", on_delete=fields.RESTRICT
    )
    message_id: int
    channel = fields.CharField(100)
    address: fields.ForeignKeyRelation[Address] = fields.ForeignKeyField(
        "inbox.Address", related_name="deliveries", on_delete=fields.RESTRICT
    )
    address_id: int
    key = fields.CharField(32, unique=True)
    state = fields.CharField(9, default="queued")
    automatic = fields.BooleanField(default=True)
    asked = fields.BooleanField(default=False, db_default=False)
    choices: list[list[str]] = fields.JSONField(default=list)
    attempts = fields.IntField(default=0)
    due_at = fields.DatetimeField()
    give_up_at = fields.DatetimeField()
    lease_until = fields.DatetimeField(null=True)
    worker = fields.CharField(64, default="")
    reason = fields.CharField(64, default="")
    detail = fields.CharField(1000, default="")
    created_at = fields.DatetimeField()
    sent_at = fields.DatetimeField(null=True)
    delivered_at = fields.DatetimeField(null=True)
    read_at = fields.DatetimeField(null=True)

    class Meta:
        table = "delivery"
        indexes = (("address_id", "created_at"),)


class Attempt(Model):
    """One try at a delivery: when, how long, and what the platform said."""

    id = fields.BigIntField(primary_key=True)
    delivery: fields.ForeignKeyRelation[Delivery] = fields.ForeignKeyField(
        "inbox.Delivery", related_name="tries", on_delete=fields.RESTRICT
    )
    delivery_id: int
    number = fields.IntField()
    started_at = fields.DatetimeField()
    milliseconds = fields.IntField(null=True)
    outcome = fields.CharField(64, default="")
    detail = fields.CharField(1000, default="")

    class Meta:
        table = "attempt"
        indexes = (("delivery_id",),)


class ChannelState(Model):
    """What a door remembers: ``progress`` is its own (stored with the messages), the rest is its health.

    ``checked`` is the last check at the platform: ``at`` (ISO 8601), ``by`` (the officer's name), ``faults`` as
    [code, values]. ``approved`` is its list of message templates (``inbox.approved_list``), null where it has none.
    """

    channel = fields.CharField(100, primary_key=True)
    office = fields.CharField(48)
    progress: dict[str, Any] = fields.JSONField(default=dict)
    last_in_at = fields.DatetimeField(null=True)
    checked: dict[str, Any] | None = fields.JSONField(null=True)
    approved: dict[str, Any] | None = fields.JSONField(null=True)

    class Meta:
        table = "channel_state"


class SetAside(Model):
    """A message that could not be digested, kept exactly as it came until an officer says what to do.

    ``reason`` is kebab-case; ``detail`` is for the log reader (an exception's class and place, no personal text).
    """

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    channel = fields.CharField(100)
    external_id = fields.CharField(998, default="")
    reason = fields.CharField(64)
    detail = fields.CharField(1000, default="")
    original = fields.BinaryField(null=True)
    original_file = fields.CharField(64, default="")
    digest = fields.CharField(64)
    created_at = fields.DatetimeField()
    resolved_at = fields.DatetimeField(null=True)
    resolution = fields.CharField(16, default="")
    officer: fields.ForeignKeyNullableRelation[Officer] = fields.ForeignKeyField(
        "inbox.Officer", related_name="set_asides", null=True, on_delete=fields.RESTRICT
    )
    officer_id: int | None

    class Meta:
        table = "set_aside"
        unique_together = (("channel", "digest"),)
