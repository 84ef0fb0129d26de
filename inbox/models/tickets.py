"""The case and everything that happens to it: procedure, steps, tasks, dispositions, papers, books."""

from __future__ import annotations

from typing import Any

from tortoise import fields
from tortoise.models import Model

from inbox.models.officers import Officer
from inbox.models.people import Citizen, Conversation


class ProcedureVersion(Model):
    """A procedure exactly as it was when a ticket began: ``body`` is ``Procedure`` as JSON, ``digest`` its SHA-256."""

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    procedure = fields.CharField(48)
    digest = fields.CharField(64)
    body = fields.TextField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "procedure_version"
        unique_together = (("office", "procedure", "digest"),)


class Ticket(Model):
    """One complaint (aduan).

    ``status``: open, waiting (for the citizen: the step clock stands still), answered (the citizen is asked whether
    it is settled), closed, handed-on (to another agency). ``step`` is the id in the procedure's version.
    ``due_at`` is the current step's, null while it has none or the clock stands; ``promise_at`` what the citizen was
    told; ``ceiling_at`` the law's, of the class ``ceiling`` that an action gave the case (empty: its kind's).
    ``version`` grows with every change an officer could collide with.
    ``merged_into`` is the id of the ticket it goes on as part of; it then stands in no queue of its own.
    ``old_number`` is what a register of former times called it, ``import_id`` how it came in from there.
    ``erased_at``: what was personal in it is gone (``inbox.erasing``).
    ``same``: equal where several were opened with the very same words; empty where it was said in few.
    """

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    number = fields.CharField(16, unique=True)
    code = fields.CharField(6)
    kind = fields.CharField(48)
    status = fields.CharField(10, default="open")
    citizen: fields.ForeignKeyRelation[Citizen] = fields.ForeignKeyField(
        "inbox.Citizen", related_name="tickets", on_delete=fields.RESTRICT
    )
    citizen_id: int
    channel = fields.CharField(100)
    summary = fields.CharField(200, default="")
    object = fields.CharField(300, default="")
    place = fields.CharField(300, default="")
    latitude = fields.FloatField(null=True)
    longitude = fields.FloatField(null=True)
    permit_number = fields.CharField(80, default="")
    lapor_id = fields.CharField(40, default="")
    procedure: fields.ForeignKeyRelation[ProcedureVersion] = fields.ForeignKeyField(
        "inbox.ProcedureVersion", related_name="tickets", on_delete=fields.RESTRICT
    )
    procedure_id: int
    step = fields.CharField(48)
    officer: fields.ForeignKeyNullableRelation[Officer] = fields.ForeignKeyField(
        "inbox.Officer", related_name="tickets", null=True, on_delete=fields.RESTRICT
    )
    officer_id: int | None
    due_at = fields.DatetimeField(null=True)
    promise_at = fields.DatetimeField(null=True)
    promise_missed_at = fields.DatetimeField(null=True)
    ceiling = fields.CharField(48, default="", db_default="")
    ceiling_at = fields.DatetimeField(null=True)
    ceiling_missed_at = fields.DatetimeField(null=True)
    opened_at = fields.DatetimeField()
    last_in_at = fields.DatetimeField(null=True)
    unread = fields.BooleanField(default=True)
    answered_at = fields.DatetimeField(null=True)
    closed_at = fields.DatetimeField(null=True)
    closing = fields.CharField(32, default="")
    agency = fields.CharField(48, default="")
    reopened = fields.IntField(default=0)
    rating = fields.IntField(null=True)
    merged_into = fields.BigIntField(null=True)
    old_number = fields.CharField(60, default="", db_default="")
    import_id = fields.BigIntField(null=True)
    same = fields.CharField(16, default="", db_default="")
    version = fields.IntField(default=1)
    erased_at = fields.DatetimeField(null=True)
    secrecy = fields.CharField(9, default="open", db_default="open")

    class Meta:
        table = "ticket"
        indexes = (("office", "status", "due_at", "id"), ("citizen_id",))


class TicketLink(Model):
    """A conversation that speaks of a ticket. ``hears``: this one gets the answers.

    ``confirmed`` is False for an address that somebody typed for the citizen; ``probed_at`` is when it got its one
    message.
    """

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    ticket: fields.ForeignKeyRelation[Ticket] = fields.ForeignKeyField(
        "inbox.Ticket", related_name="links", on_delete=fields.RESTRICT
    )
    ticket_id: int
    conversation: fields.ForeignKeyRelation[Conversation] = fields.ForeignKeyField(
        "inbox.Conversation", related_name="links", on_delete=fields.RESTRICT
    )
    conversation_id: int
    hears = fields.BooleanField(default=True)
    confirmed = fields.BooleanField(default=True)
    probed_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "ticket_link"
        unique_together = (("ticket", "conversation"),)
        indexes = (("conversation_id", "ticket_id"),)


class TicketStep(Model):
    """A step the ticket entered. ``ended_at`` null is where it stands.

    ``ending``: action, rerouted, closed, reopened. ``used_minutes`` is the working time it took, pauses left out.
    """

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    ticket: fields.ForeignKeyRelation[Ticket] = fields.ForeignKeyField(
        "inbox.Ticket", related_name="steps", on_delete=fields.RESTRICT
    )
    ticket_id: int
    version: fields.ForeignKeyRelation[ProcedureVersion] = fields.ForeignKeyField(
        "inbox.ProcedureVersion", related_name="steps", on_delete=fields.RESTRICT
    )
    version_id: int
    ordinal = fields.IntField()
    step = fields.CharField(48)
    started_at = fields.DatetimeField()
    due_at = fields.DatetimeField(null=True)
    reminded_at = fields.DatetimeField(null=True)
    superior_reminded_at = fields.DatetimeField(null=True)
    ended_at = fields.DatetimeField(null=True)
    ending = fields.CharField(10, default="")
    action = fields.CharField(48, default="")
    reason = fields.CharField(1000, default="")
    officer: fields.ForeignKeyNullableRelation[Officer] = fields.ForeignKeyField(
        "inbox.Officer", related_name="steps", null=True, on_delete=fields.RESTRICT
    )
    officer_id: int | None

    class Meta:
        table = "ticket_step"
        unique_together = (("ticket", "ordinal"),)


class Pause(Model):
    """The clock of a step stands still. ``reason`` is what the officer asked the citizen for."""

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    step: fields.ForeignKeyRelation[TicketStep] = fields.ForeignKeyField(
        "inbox.TicketStep", related_name="pauses", on_delete=fields.RESTRICT
    )
    step_id: int
    started_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    remaining_minutes = fields.IntField(null=True)
    reason = fields.CharField(1000)

    class Meta:
        table = "pause"
        indexes = (("step_id",),)


class Disposition(Model):
    """A superior's instruction on a ticket. Its addressees are ``Task`` rows, the first of them coordinates."""

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    ticket: fields.ForeignKeyRelation[Ticket] = fields.ForeignKeyField(
        "inbox.Ticket", related_name="dispositions", on_delete=fields.RESTRICT
    )
    ticket_id: int
    step: fields.ForeignKeyRelation[TicketStep] = fields.ForeignKeyField(
        "inbox.TicketStep", related_name="dispositions", on_delete=fields.RESTRICT
    )
    step_id: int
    officer: fields.ForeignKeyRelation[Officer] = fields.ForeignKeyField(
        "inbox.Officer", related_name="dispositions", on_delete=fields.RESTRICT
    )
    officer_id: int
    role = fields.CharField(48)
    nature = fields.CharField(40)
    instruction = fields.CharField(2000)
    due_at = fields.DatetimeField(null=True)
    initials = fields.CharField(8)
    created_at = fields.DatetimeField()

    tasks: fields.ReverseRelation[Task]

    class Meta:
        table = "disposition"
        indexes = (("ticket_id",),)


class Task(Model):
    """Somebody is to do something on a ticket: the queue of a role is its open tasks.

    ``kind``: step (an actor of the step the ticket stands in) or disposition (an addressee of one). The reminders are
    of a disposition's own due time; a step has its own.
    """

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    ticket: fields.ForeignKeyRelation[Ticket] = fields.ForeignKeyField(
        "inbox.Ticket", related_name="tasks", on_delete=fields.RESTRICT
    )
    ticket_id: int
    step: fields.ForeignKeyRelation[TicketStep] = fields.ForeignKeyField(
        "inbox.TicketStep", related_name="tasks", on_delete=fields.RESTRICT
    )
    step_id: int
    disposition: fields.ForeignKeyNullableRelation[Disposition] = fields.ForeignKeyField(
        "inbox.Disposition", related_name="tasks", null=True, on_delete=fields.RESTRICT
    )
    disposition_id: int | None
    kind = fields.CharField(12, default="step")
    role = fields.CharField(48)
    coordinates = fields.BooleanField(default=False)
    due_at = fields.DatetimeField(null=True)
    reminded_at = fields.DatetimeField(null=True)
    superior_reminded_at = fields.DatetimeField(null=True)
    done_at = fields.DatetimeField(null=True)
    report = fields.CharField(2000, default="")
    officer: fields.ForeignKeyNullableRelation[Officer] = fields.ForeignKeyField(
        "inbox.Officer", related_name="tasks", null=True, on_delete=fields.RESTRICT
    )
    officer_id: int | None

    class Meta:
        table = "task"
        indexes = (("office", "role", "done_at", "ticket_id"), ("ticket_id",))


class Paper(Model):
    """A paper on a ticket. ``paper`` is its id in office.yaml, ``values`` what was filled in.

    For a message paper ``message_id`` is the reply; for an uploaded one ``digest`` the file; for a register
    ``entry_id`` its line; for a disposition ``disposition_id`` the sheet.

    ``status``: partial (half written), drafted, returned (sent back), initialled, signed, issued; a paper that is made
    with its action is issued at once and has no ``issued_at``. One that has is never changed again: ``version`` 2 is
    another row, which ``corrects_id`` joins to it. ``revision`` counts what was written into a draft, ``entry_id`` is
    the line of the book that its numbering names, ``pdf_digest`` the file as it was issued, ``scan_digest`` the sheet
    with the wet signature.
    """

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    ticket: fields.ForeignKeyRelation[Ticket] = fields.ForeignKeyField(
        "inbox.Ticket", related_name="papers", on_delete=fields.RESTRICT
    )
    ticket_id: int
    step: fields.ForeignKeyNullableRelation[TicketStep] = fields.ForeignKeyField(
        "inbox.TicketStep", related_name="papers", null=True, on_delete=fields.RESTRICT
    )
    step_id: int | None
    paper = fields.CharField(48)
    values: dict[str, Any] = fields.JSONField(default=dict)
    message_id = fields.BigIntField(null=True)
    entry_id = fields.BigIntField(null=True)
    disposition_id = fields.BigIntField(null=True)
    digest = fields.CharField(64, default="")
    name = fields.CharField(255, default="")
    officer: fields.ForeignKeyNullableRelation[Officer] = fields.ForeignKeyField(
        "inbox.Officer", related_name="papers", null=True, on_delete=fields.RESTRICT
    )
    officer_id: int | None
    created_at = fields.DatetimeField()
    status = fields.CharField(12, default="issued", db_default="issued")
    version = fields.IntField(default=1, db_default=1)
    revision = fields.IntField(default=1, db_default=1)
    corrects_id = fields.BigIntField(null=True)
    number = fields.CharField(120, default="", db_default="")
    issued_at = fields.DatetimeField(null=True)
    signed_by_id = fields.BigIntField(null=True)
    pdf_digest = fields.CharField(64, default="", db_default="")
    scan_digest = fields.CharField(64, default="", db_default="")
    marks: fields.ReverseRelation[PaperMark]

    class Meta:
        table = "paper"
        indexes = (("ticket_id", "paper"),)


class PaperMark(Model):
    """An officer's mark on a paper. ``kind``: paraf, signature, approval, wet (the scan shows a signature by hand).

    ``role`` is in which role it was made, ``title`` (plt, plh, wakil) that the role was held for somebody else.
    """

    id = fields.BigIntField(primary_key=True)
    paper: fields.ForeignKeyRelation[Paper] = fields.ForeignKeyField(
        "inbox.Paper", related_name="marks", on_delete=fields.RESTRICT
    )
    paper_id: int
    kind = fields.CharField(9)
    officer: fields.ForeignKeyRelation[Officer] = fields.ForeignKeyField(
        "inbox.Officer", related_name="paper_marks", on_delete=fields.RESTRICT
    )
    officer_id: int
    role = fields.CharField(48)
    title = fields.CharField(8, default="")
    at = fields.DatetimeField()

    class Meta:
        table = "paper_mark"
        unique_together = (("paper", "kind", "role"),)


class RegisterEntry(Model):
    """A line of a running book: gap-free per office, book and year."""

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(48)
    register = fields.CharField(48)
    year = fields.IntField()
    number = fields.IntField()
    ticket: fields.ForeignKeyRelation[Ticket] = fields.ForeignKeyField(
        "inbox.Ticket", related_name="entries", on_delete=fields.RESTRICT
    )
    ticket_id: int
    officer: fields.ForeignKeyNullableRelation[Officer] = fields.ForeignKeyField(
        "inbox.Officer", related_name="entries", null=True, on_delete=fields.RESTRICT
    )
    officer_id: int | None
    created_at = fields.DatetimeField()

    class Meta:
        table = "register_entry"
        unique_together = (("office", "register", "year", "number"),)
