"""What officers keep at the desk beside the case itself: labels, drafts, answers at hand, views, reminders, stand-ins.

Nothing here is on a citizen's record, except where a row points at a ticket or a message. What the office changes week
by week lives here too; procedures and channels stay in its config.
"""

from __future__ import annotations

from typing import Any

from tortoise import fields
from tortoise.models import Model

from inbox.models.messages import Message
from inbox.models.officers import Officer
from inbox.models.tickets import Ticket


class Label(Model):
    """A word that officers put on tickets, ``colour`` is a hue of the design. ``retired_at``: no longer offered."""

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    name = fields.CharField(60)
    colour = fields.CharField(16, default="")
    created_at = fields.DatetimeField()
    retired_at = fields.DatetimeField(null=True)

    class Meta:
        table = "label"
        unique_together = (("office", "name"),)


class TicketLabel(Model):
    """A label on a ticket, and who put it there."""

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    ticket: fields.ForeignKeyRelation[Ticket] = fields.ForeignKeyField(
        "inbox.Ticket", related_name="labels", on_delete=fields.RESTRICT
    )
    ticket_id: int
    label: fields.ForeignKeyRelation[Label] = fields.ForeignKeyField(
        "inbox.Label", related_name="tickets", on_delete=fields.RESTRICT
    )
    label_id: int
    officer: fields.ForeignKeyRelation[Officer] = fields.ForeignKeyField(
        "inbox.Officer", related_name="labelled", on_delete=fields.RESTRICT
    )
    officer_id: int
    created_at = fields.DatetimeField()

    class Meta:
        table = "ticket_label"
        unique_together = (("ticket", "label"),)
        indexes = (("label_id", "ticket_id"),)


class Draft(Model):
    """What an officer has written on a ticket and not sent. ``kind``: reply or note."""

    id = fields.BigIntField(primary_key=True)
    officer: fields.ForeignKeyRelation[Officer] = fields.ForeignKeyField("inbox.Officer", related_name="drafts")
    officer_id: int
    ticket: fields.ForeignKeyRelation[Ticket] = fields.ForeignKeyField(
        "inbox.Ticket", related_name="drafts", on_delete=fields.RESTRICT
    )
    ticket_id: int
    kind = fields.CharField(8)
    text = fields.TextField(default="")
    updated_at = fields.DatetimeField()

    class Meta:
        table = "draft"
        unique_together = (("officer", "ticket", "kind"),)
        indexes = (("ticket_id",),)


class CannedAnswer(Model):
    """An answer at hand. ``officer`` null: the office's, else that officer's own. ``shortcut`` follows a slash."""

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    officer: fields.ForeignKeyNullableRelation[Officer] = fields.ForeignKeyField(
        "inbox.Officer", related_name="answers", null=True, on_delete=fields.RESTRICT
    )
    officer_id: int | None
    shortcut = fields.CharField(32)
    title = fields.CharField(80)
    text = fields.CharField(4000)
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()
    retired_at = fields.DatetimeField(null=True)

    class Meta:
        table = "canned_answer"
        indexes = (("office", "shortcut"),)


class SavedView(Model):
    """A list somebody wants again: ``query`` is the list's address. ``officer`` null: everybody's at the office."""

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    officer: fields.ForeignKeyNullableRelation[Officer] = fields.ForeignKeyField(
        "inbox.Officer", related_name="views", null=True, on_delete=fields.CASCADE
    )
    officer_id: int | None
    name = fields.CharField(60)
    query = fields.CharField(1000)
    place = fields.IntField(default=0)
    created_at = fields.DatetimeField()

    class Meta:
        table = "saved_view"
        indexes = (("office", "officer_id"),)


class Snooze(Model):
    """ "Ingatkan saya": until then the ticket is out of this officer's lists. ``ended_at``: it came back."""

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    officer: fields.ForeignKeyRelation[Officer] = fields.ForeignKeyField("inbox.Officer", related_name="snoozes")
    officer_id: int
    ticket: fields.ForeignKeyRelation[Ticket] = fields.ForeignKeyField(
        "inbox.Ticket", related_name="snoozes", on_delete=fields.RESTRICT
    )
    ticket_id: int
    until = fields.DatetimeField()
    reason = fields.CharField(200, default="")
    created_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "snooze"
        indexes = (("ticket_id",),)


class Mention(Model):
    """A note that names an officer. ``seen_at``: that officer opened the ticket since."""

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    message: fields.ForeignKeyRelation[Message] = fields.ForeignKeyField(
        "inbox.Message", related_name="mentions", on_delete=fields.RESTRICT
    )
    message_id: int
    ticket: fields.ForeignKeyRelation[Ticket] = fields.ForeignKeyField(
        "inbox.Ticket", related_name="mentions", on_delete=fields.RESTRICT
    )
    ticket_id: int
    officer: fields.ForeignKeyRelation[Officer] = fields.ForeignKeyField(
        "inbox.Officer", related_name="mentions", on_delete=fields.RESTRICT
    )
    officer_id: int
    created_at = fields.DatetimeField()
    seen_at = fields.DatetimeField(null=True)

    class Meta:
        table = "mention"
        unique_together = (("message", "officer"),)
        indexes = (("ticket_id",),)


class Relation(Model):
    """Two tickets belong together, or an officer said that they do not.

    ``kind``: merged (``ticket`` goes on as part of ``other``), split (``ticket`` was made of a message of ``other``),
    related, or apart (not the same, though they look alike).
    ``values`` is what undoing it needs: a merged ticket's own status and step.
    """

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    kind = fields.CharField(8)
    ticket: fields.ForeignKeyRelation[Ticket] = fields.ForeignKeyField(
        "inbox.Ticket", related_name="relations", on_delete=fields.RESTRICT
    )
    ticket_id: int
    other: fields.ForeignKeyRelation[Ticket] = fields.ForeignKeyField(
        "inbox.Ticket", related_name="related", on_delete=fields.RESTRICT
    )
    other_id: int
    officer: fields.ForeignKeyRelation[Officer] = fields.ForeignKeyField(
        "inbox.Officer", related_name="relations", on_delete=fields.RESTRICT
    )
    officer_id: int
    reason = fields.CharField(1000, default="")
    values: dict[str, Any] = fields.JSONField(default=dict)
    created_at = fields.DatetimeField()
    undone_at = fields.DatetimeField(null=True)

    class Meta:
        table = "relation"
        indexes = (("ticket_id",), ("other_id",))


class StandIn(Model):
    """An officer holds a role for a while: acting (Plt, Plh), or for a colleague on leave (``instead_of``).

    ``title``: plt, plh or wakil. From ``starts_at`` to ``ends_at`` (null: until ended) the officer has the role's queue
    and rights beside their own.
    """

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    role = fields.CharField(48)
    officer: fields.ForeignKeyRelation[Officer] = fields.ForeignKeyField(
        "inbox.Officer", related_name="standing_in", on_delete=fields.RESTRICT
    )
    officer_id: int
    instead_of: fields.ForeignKeyNullableRelation[Officer] = fields.ForeignKeyField(
        "inbox.Officer", related_name="stood_in_for", null=True, on_delete=fields.RESTRICT
    )
    instead_of_id: int | None
    title = fields.CharField(8)
    reason = fields.CharField(200, default="")
    starts_at = fields.DatetimeField()
    ends_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()
    created_by = fields.BigIntField()

    class Meta:
        table = "stand_in"
        indexes = (("officer_id",), ("office", "role"))


class Holiday(Model):
    """A day that the office does not work, beside those of its config. ``officer`` entered it."""

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    day = fields.DateField()
    name = fields.CharField(120)
    officer: fields.ForeignKeyRelation[Officer] = fields.ForeignKeyField(
        "inbox.Officer", related_name="holidays", on_delete=fields.RESTRICT
    )
    officer_id: int
    created_at = fields.DatetimeField()

    class Meta:
        table = "holiday"
        unique_together = (("office", "day"),)


class OfficeSetting(Model):
    """Something an office switches at the desk: ``practice`` (nothing leaves the house), ``public-figures``."""

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    name = fields.CharField(48)
    values: dict[str, Any] = fields.JSONField(default=dict)
    officer: fields.ForeignKeyRelation[Officer] = fields.ForeignKeyField(
        "inbox.Officer", related_name="switched", on_delete=fields.RESTRICT
    )
    officer_id: int
    changed_at = fields.DatetimeField()

    class Meta:
        table = "office_setting"
        unique_together = (("office", "name"),)
