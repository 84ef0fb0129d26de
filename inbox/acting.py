"""What officers do to a ticket: one method, one transaction, each against the version of the ticket they saw.

Every command checks the right, holds the ticket, writes the change with its papers, messages and journal lines, and
announces it after the commit. An action of the procedure is ``inbox.deeds``', how a case ends ``inbox.endings``', what
citizens hear ``inbox.telling``'s.

All of them raise ``Missing`` (no such ticket, or not theirs to see), ``Stale`` (changed since ``version``),
``Forbidden`` (no right) and ``Refused`` with the field at fault.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta

from tortoise.expressions import Subquery

from channels.base import MAX_ATTACHMENT_BYTES, Attachment
from config.schema import Right
from inbox import courses, drafting, endings, leading, mentioning, notices, steps
from inbox.actor import Actor
from inbox.approved_list import Chosen
from inbox.cases import Case, visible
from inbox.deeds import UNSENT, Deed
from inbox.files import Files, StoredFile
from inbox.forms import Values, check_text, clean
from inbox.live import Event
from inbox.models import Message, OfficerRole, Task, Ticket
from inbox.papers import issued_files
from inbox.refused import Forbidden, Missing, Refused
from inbox.replying import Reply, picked
from inbox.tickets import Tickets
from inbox.with_reply import Then

Work = Callable[[Case], Awaitable[object]]
_LONGEST_TEXT, _LONGEST_REASON = 10_000, 1000


class Acting:
    """The officers' commands."""

    def __init__(self, tickets: Tickets, files: Files) -> None:
        self._tickets, self._files = tickets, files

    async def act(
        self,
        by: Actor,
        number: str,
        action: str,
        values: Values,
        *,
        version: int,
        now: datetime,
        files: Mapping[str, Attachment] | None = None,
        through: str = "",
    ) -> Ticket:
        """Do one of the step's actions, making the papers it needs from ``values``.

        Args:
            values: form field (``<paper>.<field>``, see ``inbox.forms``) to what was filled in.
            files: form field to an uploaded file with its content.
            through: the way of its words to the citizen, as ``reply`` takes it; ``deeds.UNSENT``: though none is open.
        """
        stored = {name: await self._store(name, file) for name, file in (files or {}).items()}
        unsent = through == UNSENT
        chosen = "" if unsent else through
        way, _ = await picked(self._tickets, by, number, through=chosen, approved=None, now=now)
        async with self._tickets.database.reading():
            letters = await issued_files(number)
        await self._files.fetch(*letters)  # one may go along; no store is asked in a transaction

        async def work(case: Case) -> None:
            deed = Deed(case, by, self._tickets.telling, self._files, through=way, unsent=unsent)
            await deed.do(action, values, stored)

        return await self._command(by, number, work, version=version, now=now)

    async def reply(
        self,
        by: Actor,
        number: str,
        text: str,
        *,
        version: int,
        now: datetime,
        files: Sequence[Attachment] = (),
        wait: str = "",
        hold: timedelta | None = None,
        then: Then | None = None,
        through: str = "",
        approved: Chosen | None = None,
    ) -> Ticket:
        """Write to the citizen, and do ``then`` with it. With ``wait``, what they are asked for, the step's clock stops
        until they write.

        Args:
            hold: how long the words wait before they leave, and can be undone (``inbox.undoing``).
            through: a way (``inbox.ways``) instead of the usual ones, by its key, or a channel's id.
            approved: the platform's template that goes out instead of ``text``.

        Refused as ``replying.picked`` and ``replying.Reply.give``.
        """
        way, filled = await picked(self._tickets, by, number, through=through, approved=approved, now=now)
        reply = Reply(
            filled.text if filled else check_text("text", text, _LONGEST_TEXT),
            [await self._store("files", file) for file in files],
            check_text("wait", wait, _LONGEST_REASON, required=False),
            hold,
            then,
            way,
            filled,
        )

        async def work(case: Case) -> None:
            await reply.give(case, by, self._tickets.telling, self._files)

        return await self._command(by, number, work, version=version, now=now, right=Right.REPLY)

    async def resume(self, by: Actor, number: str, *, version: int, now: datetime) -> Ticket:
        """The clock runs again without waiting for the citizen any longer. Refused ``not-waiting``."""

        async def work(case: Case) -> None:
            if case.ticket.status != "waiting":
                raise Refused("not-waiting", number=case.ticket.number)
            await leading.check_alone(case.ticket)
            await steps.resume(case)
            await case.log("resumed")

        return await self._command(by, number, work, version=version, now=now, right=Right.REPLY)

    async def note(self, by: Actor, number: str, text: str, *, now: datetime, mention: Sequence[int] = ()) -> Ticket:
        """A note between officers; it never leaves the office, and collides with nothing.

        Whoever it names (``@login``), and the officers of ``mention``, are told. Refused ``mention-unseen``.
        """
        text = check_text("text", text, _LONGEST_TEXT)

        async def work(case: Case) -> None:
            message = await Message.create(
                office=case.office.id,
                ticket_id=case.ticket.id,
                officer_id=by.officer_id,
                direction="note",
                author="officer",
                text=text,
                sent_at=now,
                created_at=now,
            )
            await case.log("noted", message_id=message.id)
            await mentioning.tell(case, by, message, mention)
            await drafting.clear(by.officer_id, case.ticket.id, "note")

        return await self._command(by, number, work, version=None, now=now, right=Right.NOTE)

    async def seen(self, by: Actor, number: str, *, now: datetime) -> None:
        """An officer looked at what the citizen wrote; nobody needs to be told again until they write more."""

        async def work(case: Case) -> None:
            case.change(unread=False)

        await self._command(by, number, work, version=None, now=now)

    async def assign(self, by: Actor, number: str, officer_id: int | None, *, version: int, now: datetime) -> Ticket:
        """Give the ticket to an officer, or (None) back to the role. Refused ``officer-unknown``."""

        async def work(case: Case) -> None:
            if officer_id is not None:
                await _check_colleague(by.office, officer_id)
                await _tell_assigned(case, officer_id)
            case.change(officer_id=officer_id)
            await case.log("assigned" if officer_id else "unassigned", officer=officer_id)

        return await self._command(by, number, work, version=version, now=now, right=Right.ASSIGN)

    async def fields(self, by: Actor, number: str, values: Mapping[str, str], *, version: int, now: datetime) -> Ticket:
        """Correct what is known: name, object, place, permit_number, lapor_id, kind; only those given are touched.

        Where the kind's route is another procedure, the case follows it and the citizen is told: another kind wants the
        right to reroute, too. Raises Forbidden ``sealed`` for a name behind a seal.
        """

        async def work(case: Case) -> None:
            if values.get("kind", case.ticket.kind) != case.ticket.kind and not by.may(case.office, Right.REROUTE):
                raise Forbidden("no-right", right=Right.REROUTE)
            if "name" in values:
                self._tickets.seal(by).check(case.ticket)
            if await courses.correct(case, self._tickets.versions, values):
                await self._tickets.tell(case.ticket, "diubah-jalur", now, reason="")

        return await self._command(by, number, work, version=version, now=now, right=Right.FIELDS)

    async def reroute(
        self, by: Actor, number: str, *, procedure: str, kind: str, reason: str, version: int, now: datetime
    ) -> Ticket:
        """Another kind, another procedure, or both; empty leaves it to the kind's route, or as it is.

        Refused ``nothing-changed``, ``not-a-choice``. The citizen is told of a new procedure and its promise.
        """
        reason = check_text("reason", reason, _LONGEST_REASON)

        async def work(case: Case) -> None:
            if await courses.reroute(case, self._tickets.versions, procedure, kind, reason):
                await self._tickets.tell(case.ticket, "diubah-jalur", now, reason=reason)

        return await self._command(by, number, work, version=version, now=now, right=Right.REROUTE)

    async def hand_on(self, by: Actor, number: str, agency: str, reason: str, *, version: int, now: datetime) -> Ticket:
        """It is another agency's: the citizen is told where to go. Refused ``agency-unknown``."""
        reason = check_text("reason", reason, _LONGEST_REASON)

        async def work(case: Case) -> None:
            _check_not_ended(case)
            await endings.hand_on(case, agency, reason)
            await self._tickets.tell(case.ticket, "dialihkan", now, reason=reason)

        return await self._command(by, number, work, version=version, now=now, right=Right.REROUTE)

    async def close(self, by: Actor, number: str, reason: str, *, version: int, now: datetime) -> Ticket:
        """Close it with a reason, which the citizen is told."""
        reason = check_text("reason", reason, _LONGEST_REASON)

        async def work(case: Case) -> None:
            _check_not_ended(case)
            await endings.close(case, "officer", reason)
            await self._tickets.tell(case.ticket, "ditutup", now, reason=reason)

        return await self._command(by, number, work, version=version, now=now, right=Right.CLOSE)

    async def reopen_by(self, by: Actor, number: str, reason: str, *, version: int, now: datetime) -> Ticket:
        """Take it up again, at any time. Refused ``already-open``."""
        reason = check_text("reason", reason, _LONGEST_REASON)

        async def work(case: Case) -> None:
            await endings.reopen(case, reason)
            await self._tickets.tell(case.ticket, "dibuka-lagi", now, reason=reason)

        return await self._command(by, number, work, version=version, now=now, right=Right.CLOSE)

    async def done(self, by: Actor, task_id: int, report: str, *, now: datetime) -> Ticket:
        """An addressee of a disposition reports it done. Forbidden ``not-addressee``; Refused ``task-done``."""
        report = check_text("report", report, 2000, required=False)
        seen = Subquery(visible(by, self._tickets.offices.office(by.office)).values("id"))
        found = Task.filter(id=task_id, kind="disposition", ticket_id__in=seen)
        task = await found.select_related("ticket").first()
        if task is None:
            raise Missing("task-missing")
        role = task.role

        async def work(case: Case) -> None:
            if role not in by.roles:
                raise Forbidden("not-addressee")
            still = Task.filter(id=task_id, done_at=None)
            if not await still.update(done_at=now, report=report, officer_id=by.officer_id):
                raise Refused("task-done")
            await case.log("reported", role=case.office.roles[role].name if role in case.office.roles else role)

        return await self._command(by, task.ticket.number, work, version=None, now=now)

    async def _command(
        self, by: Actor, number: str, work: Work, *, version: int | None, now: datetime, right: Right | None = None
    ) -> Ticket:
        """Hold the ticket, do the work, save, announce. ``version`` None: nothing that others do collides with it."""

        async def whole() -> Ticket:
            case = await self._tickets.cases.take(by, number, version, now)
            if right is not None and not by.may(case.office, right):
                raise Forbidden("no-right", right=right)
            await work(case)
            await case.save(seen=version is not None)
            return case.ticket

        ticket = await self._tickets.database.transaction(whole)
        self._tickets.announce(Event(ticket.office, "ticket", ticket.id, ticket.number))
        return ticket

    async def _store(self, field: str, file: Attachment) -> StoredFile:
        """Into the file store before any transaction, unless its ``reference`` says that it is there.

        Refused ``file-missing``, ``file-too-large``.
        """
        content = file.content or b""
        if not content:
            raise Refused("file-missing", field=field, label=file.name[:80])
        if len(content) > MAX_ATTACHMENT_BYTES:
            raise Refused("file-too-large", field=field, most=str(MAX_ATTACHMENT_BYTES // 2**20), label=file.name[:80])
        digest = file.reference or await self._files.put(content)
        return StoredFile(clean(file.name)[:255], file.type[:127], len(content), digest)


def _check_not_ended(case: Case) -> None:
    if case.ticket.status in {"closed", "handed-on"}:
        raise Refused("already-closed", number=case.ticket.number)


async def _check_colleague(office: str, officer_id: int) -> None:
    known = OfficerRole.filter(office=office, officer_id=officer_id, officer__active=True)
    if not await known.exists():
        raise Refused("officer-unknown", field="officer")


async def _tell_assigned(case: Case, officer_id: int) -> None:
    await notices.tell(
        case.office.id,
        "assigned",
        key=f"assigned:{case.ticket.id}:{case.ticket.version}",
        now=case.now,
        officer_id=officer_id,
        ticket_id=case.ticket.id,
        number=case.ticket.number,
    )
