"""A paper that goes back: whoever should mark it returns it with a remark, or its writers throw the draft away.

What was written of it is a note between officers on the ticket, where texts are kept and erased; the journal names the
note. An issued paper never goes back: its correction is a version (``PaperDesk.correct``).
"""

from __future__ import annotations

from datetime import datetime

from config.schema import PaperKind
from inbox import notices
from inbox.actor import Actor
from inbox.cases import Case
from inbox.forms import check_text
from inbox.models import Message, Paper, PaperMark
from inbox.paper_case import awaits, check_writer, command, draft_of, hush, marks_of, rewrite
from inbox.paper_turns import turn
from inbox.refused import Forbidden
from inbox.tickets import Tickets

_LONGEST = 2000


class PaperBack:
    """The two ways back. Both raise Missing ``ticket-missing``, ``paper-missing``; Stale ``paper-changed``; Refused
    ``paper-fixed`` for an issued one, ``field-missing``, ``field-long`` for what has to be said.
    """

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def send_back(
        self, by: Actor, number: str, paper_id: int, remark: str, *, revision: int, now: datetime
    ) -> Paper:
        """Back to its drafter, with what has to change; its marks fall. Forbidden ``paper-turn``: not theirs."""
        remark = check_text("remark", remark, _LONGEST)

        async def work(case: Case) -> Paper:
            paper, kind = await draft_of(case, paper_id, revision)
            awaited = turn(kind, paper, await marks_of(paper))
            if not by.roles & set(awaited.roles):
                raise Forbidden("paper-turn", awaited=awaits(case.office, awaited))
            await rewrite(paper, paper.values, "returned")
            note = await _note(case, kind, by, remark)
            await case.log("paper-returned", paper=kind.name, paper_id=paper.id, message_id=note.id)
            await hush(case, paper)
            await _tell_drafter(case, kind, paper, by)
            return paper

        return await command(self._tickets, by, number, work, now)

    async def discard(
        self, by: Actor, number: str, paper_id: int, reason: str, *, revision: int, now: datetime
    ) -> Paper:
        """Throw a draft away: it took no number. Forbidden ``paper-not-yours``: neither its drafter nor a writer."""
        reason = check_text("reason", reason, _LONGEST)

        async def work(case: Case) -> Paper:
            paper, kind = await draft_of(case, paper_id, revision)
            if paper.officer_id != by.officer_id:
                check_writer(case, kind, by)
            await hush(case, paper)
            await PaperMark.filter(paper_id=paper.id).delete()
            await Paper.filter(id=paper.id).delete()
            note = await _note(case, kind, by, reason)
            await case.log("paper-discarded", paper=kind.name, version=paper.version, message_id=note.id)
            return paper

        return await command(self._tickets, by, number, work, now)


async def _note(case: Case, kind: PaperKind, by: Actor, text: str) -> Message:
    return await Message.create(
        office=case.office.id,
        ticket_id=case.ticket.id,
        officer_id=by.officer_id,
        direction="note",
        author="officer",
        text=f"{kind.name}: {text}",
        sent_at=case.now,
        created_at=case.now,
    )


async def _tell_drafter(case: Case, kind: PaperKind, paper: Paper, by: Actor) -> None:
    """The drafter hears of it; where nobody is known, whoever acts in the step."""
    key, told = f"{paper.id}:{paper.revision}", {"paper": kind.name, "paper_id": paper.id}
    if paper.officer_id is None:
        await case.notify("paper-returned", key, case.procedure.step(case.ticket.step).actor, **told)
    elif paper.officer_id != by.officer_id:
        await notices.tell(
            case.office.id,
            "paper-returned",
            key=f"paper-returned:{key}",
            now=case.now,
            officer_id=paper.officer_id,
            ticket_id=case.ticket.id,
            number=case.ticket.number,
            **told,
        )
