"""Papers with a life: drafted, initialled in order, signed, issued; then never changed, only followed by a version.

Every command is one transaction with the ticket held, a line in the journal and news to whoever's turn it is. A draft
that is written into anew loses its marks: nobody has signed what they did not read. How it looks is
``inbox.printing``'s, the file of an issued one ``inbox.paper_press``'.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from channels.base import Attachment
from config.schema import PaperKind
from inbox import numbering
from inbox.actor import Actor
from inbox.cases import Case
from inbox.files import Files
from inbox.forms import Values
from inbox.models import Paper, PaperMark
from inbox.paper_case import (
    Work,
    awaits,
    begun,
    change,
    check_ready,
    check_whole,
    check_writer,
    command,
    draft_of,
    filled,
    living,
    marks_of,
    paper_of,
    rewrite,
    tell,
    unissued,
)
from inbox.paper_turns import WRITING, names, status_of, turn
from inbox.refused import Forbidden, Refused, Stale
from inbox.tickets import Tickets

_SCANS = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n": "image/png"}


class PaperDesk:
    """The officers' commands on papers. All raise Missing ``ticket-missing``, ``paper-missing``; Stale
    ``paper-changed`` where ``revision`` is not what stands.
    """

    def __init__(self, tickets: Tickets, files: Files) -> None:
        self._tickets, self._files = tickets, files

    async def draft(self, by: Actor, number: str, kind_id: str, values: Values, now: datetime) -> Paper:
        """A first draft.

        Raises: Refused ``paper-no-life``, ``paper-in-hand``, for a field (``inbox.forms``); Forbidden
        ``paper-not-yours``.
        """

        async def work(case: Case) -> Paper:
            kind = living(case.office, kind_id)
            check_writer(case, kind, by)
            if not case.live:
                raise Refused("not-open", number=case.ticket.number)
            if await unissued(case, kind).exists():
                raise Refused("paper-in-hand")
            found = await filled(case, kind, by, values)
            return await _new(case, kind, by, found, status=await begun(case, kind, by, found))

        return await self._command(by, number, work, now)

    async def edit(
        self, by: Actor, number: str, paper_id: int, values: Values, *, revision: int, now: datetime
    ) -> Paper:
        """Write into a draft anew; its marks are asked for again, and one that was sent back goes its way again.

        Raises: Refused ``paper-fixed``, or for a field.
        """

        async def work(case: Case) -> Paper:
            paper, kind = await draft_of(case, paper_id, revision)
            check_writer(case, kind, by)
            found = paper.values | await filled(case, kind, by, values)
            if hidden := await self._tickets.seal(by).identity(case.ticket):
                found = {name: hidden.kept(paper.values.get(name), text) for name, text in found.items()}
            if found == paper.values and paper.status not in WRITING:
                return paper
            await rewrite(paper, found, await begun(case, kind, by, found))
            await case.log("paper-edited", paper=kind.name)
            await tell(case, kind, paper, by)
            return paper

        return await self._command(by, number, work, now)

    async def initial(self, by: Actor, number: str, paper_id: int, *, revision: int, now: datetime) -> Paper:
        """Put one's paraf on it. Forbidden ``paper-turn``."""

        async def work(case: Case) -> Paper:
            return await self._mark(case, by, await draft_of(case, paper_id, revision), "paraf")

        return await self._command(by, number, work, now)

    async def sign(self, by: Actor, number: str, paper_id: int, *, revision: int, now: datetime) -> Paper:
        """Sign it. Forbidden ``paper-turn``."""

        async def work(case: Case) -> Paper:
            return await self._mark(case, by, await draft_of(case, paper_id, revision), "signature")

        return await self._command(by, number, work, now)

    async def issue(self, by: Actor, number: str, paper_id: int, *, revision: int, now: datetime) -> Paper:
        """Number it, enter it in the book, and let it stand for good. Refused ``paper-unready``, ``book-closed``."""

        async def work(case: Case) -> Paper:
            paper, kind = await draft_of(case, paper_id, revision)
            check_writer(case, kind, by)
            await check_whole(case, kind, paper, by)
            await check_ready(case, kind, paper)
            taken = await numbering.take(case.office, kind, ticket_id=case.ticket.id, officer_id=by.officer_id, now=now)
            await change(paper, status="issued", number=taken.text, entry_id=taken.entry_id, issued_at=now)
            await case.log("paper-issued", paper=kind.name, version=paper.version, number=taken.text or "–")
            return paper

        return await self._command(by, number, work, now)

    async def correct(self, by: Actor, number: str, paper_id: int, now: datetime) -> Paper:
        """A new version of an issued paper, as a draft of the same words. Refused ``paper-unissued``,
        ``paper-in-hand``.
        """

        async def work(case: Case) -> Paper:
            old = await paper_of(case, paper_id)
            kind = living(case.office, old.paper)
            check_writer(case, kind, by)
            if old.issued_at is None:
                raise Refused("paper-unissued")
            if await unissued(case, kind).exists():
                raise Refused("paper-in-hand")
            last = await Paper.filter(ticket_id=case.ticket.id, paper=old.paper).order_by("-version").first()
            return await _new(case, kind, by, dict(old.values), corrects=old, version=(last or old).version + 1)

        return await self._command(by, number, work, now)

    async def scan(
        self, by: Actor, number: str, paper_id: int, file: Attachment, *, revision: int, now: datetime
    ) -> Paper:
        """Lay the scan of the signed sheet onto it: where its signature is awaited that is the signature.

        Raises: Refused ``file-missing``, ``scan-type``, ``scan-there``; Forbidden ``paper-turn``: initials come first.
        """
        content = file.content or b""
        if not content:
            raise Refused("file-missing", field="scan", label=file.name[:80])
        if not any(content.startswith(mark) for mark in _SCANS):
            raise Refused("scan-type", field="scan")
        digest = await self._files.put(content)

        async def work(case: Case) -> Paper:
            paper = await paper_of(case, paper_id)
            kind = living(case.office, paper.paper)
            check_writer(case, kind, by)
            if paper.revision != revision:
                raise Stale("paper-changed")
            if paper.scan_digest:
                raise Refused("scan-there", field="scan")
            awaited = turn(kind, paper, await marks_of(paper))
            if awaited.kind in {"draft", "signature"}:
                await check_whole(case, kind, paper, by)
            if awaited.kind == "paraf":
                raise Forbidden("paper-turn", awaited=names(case.office, awaited.roles))
            await change(paper, scan_digest=digest)
            if awaited.kind == "signature":
                return await _lay(case, by, (paper, kind), "wet", awaited.roles[0])
            await case.log("paper-scanned", paper=kind.name)
            return paper

        return await self._command(by, number, work, now)

    async def _mark(self, case: Case, by: Actor, found: tuple[Paper, PaperKind], what: str) -> Paper:
        paper, kind = found
        await check_whole(case, kind, paper, by)
        awaited = turn(kind, paper, await marks_of(paper))
        role = next((one for one in awaited.roles if one in by.roles), None)
        if awaited.kind != what or role is None:
            raise Forbidden("paper-turn", awaited=awaits(case.office, awaited))
        return await _lay(case, by, found, what, role)

    async def _command(self, by: Actor, number: str, work: Work, now: datetime) -> Paper:
        return await command(self._tickets, by, number, work, now)


async def _new(
    case: Case,
    kind: PaperKind,
    by: Actor,
    values: dict[str, Any],
    *,
    corrects: Paper | None = None,
    version: int = 1,
    status: str = "drafted",
) -> Paper:
    paper = await Paper.create(
        office=case.office.id,
        ticket_id=case.ticket.id,
        step_id=case.standing.id,
        paper=kind.id,
        values=values,
        officer_id=by.officer_id,
        created_at=case.now,
        status=status,
        version=version,
        corrects_id=corrects.id if corrects else None,
    )
    await case.log("paper-drafted", paper=kind.name, version=version)
    await tell(case, kind, paper, by)
    return paper


async def _lay(case: Case, by: Actor, found: tuple[Paper, PaperKind], what: str, role: str) -> Paper:
    """One mark more, and what follows from it."""
    paper, kind = found
    await PaperMark.create(
        paper_id=paper.id, kind=what, officer_id=by.officer_id, role=role, title=by.title(role), at=case.now
    )
    changes: dict[str, Any] = {"status": status_of(kind, await marks_of(paper))}
    if what == "signature":
        changes["signed_by_id"] = by.officer_id
    await change(paper, **changes)
    events = {"paraf": "paper-initialled", "signature": "paper-signed", "wet": "paper-signed-wet"}
    await case.log(events[what], paper=kind.name, role=names(case.office, [role]))
    await tell(case, kind, paper, by)
    return paper
