"""What reaches beyond the desk: lists of permits, links for other agencies, and checks made in the field.

A permit's holder is personal data: it stands in the office's list and in the evidence of a ticket, nowhere else.
"""

from __future__ import annotations

from typing import Any

from tortoise import fields
from tortoise.models import Model

from inbox.models.officers import Officer
from inbox.models.tickets import Ticket


class PermitList(Model):
    """A file of permits that an officer uploaded. ``version`` counts them per office, ``name`` is the file's.

    ``replaces``: it took the place of everything before it; otherwise it added to it. ``lines`` is how many permits
    it brought.
    """

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    version = fields.IntField()
    name = fields.CharField(255)
    digest = fields.CharField(64)
    replaces = fields.BooleanField()
    lines = fields.IntField()
    officer: fields.ForeignKeyRelation[Officer] = fields.ForeignKeyField(
        "inbox.Officer", related_name="permit_lists", on_delete=fields.RESTRICT
    )
    officer_id: int
    created_at = fields.DatetimeField()

    class Meta:
        table = "permit_list"
        unique_together = (("office", "version"),)


class Permit(Model):
    """A permit in force, or one that ran out, as the list of that ``version`` has it on line ``line``.

    ``key`` is the number without what people write differently, ``words`` all of it as it is looked up.
    ``valid_until`` null: it does not run out, or the list does not say; ``validity`` is the list's own word.
    """

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    version = fields.IntField()
    line = fields.IntField()
    number = fields.CharField(120)
    key = fields.CharField(120)
    holder = fields.CharField(300, default="")
    object = fields.CharField(300, default="")
    place = fields.CharField(300, default="")
    validity = fields.CharField(60, default="")
    valid_until = fields.DateField(null=True)
    words = fields.TextField(default="")

    class Meta:
        table = "permit"
        unique_together = (("office", "key"),)


class PermitCheck(Model):
    """What was decided of a ticket's object: it has a permit, or none, and what that rests on.

    ``row`` is the permit as the list had it, empty where none was chosen; ``asked`` what was looked for and ``found``
    how many permits that gave in ``list_name``, version ``list_version`` (0: the office had no list).
    """

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    ticket: fields.ForeignKeyRelation[Ticket] = fields.ForeignKeyField(
        "inbox.Ticket", related_name="permit_checks", on_delete=fields.RESTRICT
    )
    ticket_id: int
    licensed = fields.BooleanField()
    row: dict[str, Any] = fields.JSONField(default=dict)
    asked = fields.CharField(200, default="")
    found = fields.IntField(default=0)
    list_version = fields.IntField(default=0)
    list_name = fields.CharField(255, default="")
    note = fields.CharField(1000, default="")
    officer: fields.ForeignKeyRelation[Officer] = fields.ForeignKeyField(
        "inbox.Officer", related_name="permit_checks", on_delete=fields.RESTRICT
    )
    officer_id: int
    created_at = fields.DatetimeField()

    class Meta:
        table = "permit_check"
        indexes = (("ticket_id", "id"),)


class GuestLink(Model):
    """A link for one agency to one ticket. ``digest`` is the SHA-256 of its token, which is kept nowhere.

    ``copy`` is what the agency is shown: text, object and place, as an officer checked them. ``uses`` counts how often
    the page was opened. ``receiver`` and ``receiver_title`` are who accepted it, ``paper_id`` the acceptance.
    """

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    ticket: fields.ForeignKeyRelation[Ticket] = fields.ForeignKeyField(
        "inbox.Ticket", related_name="guest_links", on_delete=fields.RESTRICT
    )
    ticket_id: int
    agency = fields.CharField(48)
    digest = fields.CharField(64, unique=True)
    copy: dict[str, Any] = fields.JSONField(default=dict)
    officer: fields.ForeignKeyRelation[Officer] = fields.ForeignKeyField(
        "inbox.Officer", related_name="guest_links", on_delete=fields.RESTRICT
    )
    officer_id: int
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    revoked_at = fields.DatetimeField(null=True)
    opened_at = fields.DatetimeField(null=True)
    uses = fields.IntField(default=0)
    accepted_at = fields.DatetimeField(null=True)
    receiver = fields.CharField(120, default="")
    receiver_title = fields.CharField(120, default="")
    paper_id = fields.BigIntField(null=True)

    class Meta:
        table = "guest_link"
        indexes = (("ticket_id", "id"),)


class GuestReport(Model):
    """What an agency reported through its link, ``message_id`` is the note on the ticket that holds it.

    ``key`` is the form's own, so that one sent twice is on record once.
    """

    id = fields.BigIntField(primary_key=True)
    link: fields.ForeignKeyRelation[GuestLink] = fields.ForeignKeyField(
        "inbox.GuestLink", related_name="reports", on_delete=fields.RESTRICT
    )
    link_id: int
    key = fields.CharField(64)
    message_id = fields.BigIntField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "guest_report"
        unique_together = (("link", "key"),)


class FieldCheck(Model):
    """A check in the field that was assigned: when, where, what for, and who goes.

    ``team`` are officers' ids, ``roles`` roles of which anybody may go. ``paper`` is the kind of record that comes of
    it. ``done_at``: the first report came; ``cancelled_at``: it was called off.
    """

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    ticket: fields.ForeignKeyRelation[Ticket] = fields.ForeignKeyField(
        "inbox.Ticket", related_name="field_checks", on_delete=fields.RESTRICT
    )
    ticket_id: int
    at = fields.DatetimeField()
    place = fields.CharField(300)
    task = fields.CharField(2000, default="")
    team: list[int] = fields.JSONField(default=list)
    roles: list[str] = fields.JSONField(default=list)
    paper = fields.CharField(48)
    officer: fields.ForeignKeyRelation[Officer] = fields.ForeignKeyField(
        "inbox.Officer", related_name="field_checks", on_delete=fields.RESTRICT
    )
    officer_id: int
    created_at = fields.DatetimeField()
    done_at = fields.DatetimeField(null=True)
    cancelled_at = fields.DatetimeField(null=True)

    class Meta:
        table = "field_check"
        indexes = (("ticket_id", "id"), ("office", "done_at"))


class FieldReport(Model):
    """What somebody found in the field. ``key`` is the phone's own, so that one sent twice is on record once.

    ``paper_id`` is the record (berita acara) that it went into.
    """

    id = fields.BigIntField(primary_key=True)
    check: fields.ForeignKeyRelation[FieldCheck] = fields.ForeignKeyField(
        "inbox.FieldCheck", related_name="reports", on_delete=fields.RESTRICT
    )
    check_id: int
    key = fields.CharField(64)
    values: dict[str, Any] = fields.JSONField(default=dict)
    officer: fields.ForeignKeyRelation[Officer] = fields.ForeignKeyField(
        "inbox.Officer", related_name="field_reports", on_delete=fields.RESTRICT
    )
    officer_id: int
    paper_id = fields.BigIntField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "field_report"
        unique_together = (("check", "key"),)


class FieldPhoto(Model):
    """A photo taken in the field, on its way into a report. ``key`` is the phone's own.

    ``taken_at`` is when, by the picture's own data or else the phone's; ``latitude`` and ``longitude`` where, WGS 84.
    """

    id = fields.BigIntField(primary_key=True)
    check: fields.ForeignKeyRelation[FieldCheck] = fields.ForeignKeyField(
        "inbox.FieldCheck", related_name="photos", on_delete=fields.RESTRICT
    )
    check_id: int
    key = fields.CharField(64)
    digest = fields.CharField(64)
    taken_at = fields.DatetimeField(null=True)
    latitude = fields.FloatField(null=True)
    longitude = fields.FloatField(null=True)
    caption = fields.CharField(200, default="")
    officer: fields.ForeignKeyRelation[Officer] = fields.ForeignKeyField(
        "inbox.Officer", related_name="field_photos", on_delete=fields.RESTRICT
    )
    officer_id: int
    created_at = fields.DatetimeField()

    class Meta:
        table = "field_photo"
        unique_together = (("check", "key"),)
