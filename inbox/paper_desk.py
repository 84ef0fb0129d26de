"""Papers with a life: drafted, initialled in order, signed, issued; then never changed, only followed by a version.

Every command is one transaction with the ticket held, a line in the journal and news to whoever's turn it is. A draft
that is written into anew loses its marks: nobody has signed what they did not read. How it looks is
``inbox.printing``'s, the file of an issued one ``inbox.paper_press``'.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from channels.base import Attachment
from config.schema import Office, PaperKind
from inbox import numbering, papers
from inbox.actor import Actor
from inbox.cases import Case
from inbox.files import Files
from inbox.forms import PaperForm, Values, check_form, check_known, paper_form
from inbox.live import Event
from inbox.models import Paper, PaperMark
from inbox.paper_turns import Turn, names, status_of, turn, writers
from inbox.refused import Forbidden, Missing, Refused, Stale
from inbox.tickets import Tickets

_SCANS = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n": "image/png"}
_NOTICES = {"paraf": "paper-initial", "signature": "paper-sign", "issue": "paper-issue"}
Work = Callable[[Case], Awaitable[Paper]]


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
            _check_writer(case, kind, by)
            if not case.live:
                raise Refused("not-open", number=case.ticket.number)
            if await _unissued(case, kind).exists():
                raise Refused("paper-in-hand")
            return await _new(case, kind, by, await filled(case, kind, by, values))

        return await self._command(by, number, work, now)

    async def edit(
        self, by: Actor, number: str, paper_id: int, values: Values, *, revision: int, now: datetime
    ) -> Paper:
        """Write into a draft anew; its marks are asked for again. Refused ``paper-fixed``, or for a field."""

        async def work(case: Case) -> Paper:
            paper, kind = await _draft(case, paper_id, revision)
            _check_writer(case, kind, by)
            found = paper.values | await filled(case, kind, by, values)
            if found == paper.values:
                return paper
            await rewrite(paper, found)
            await case.log("paper-edited", paper=kind.name)
            await _tell(case, kind, paper, by)
            return paper

        return await self._command(by, number, work, now)

    async def initial(self, by: Actor, number: str, paper_id: int, *, revision: int, now: datetime) -> Paper:
        """Put one's paraf on it. Forbidden ``paper-turn``."""

        async def work(case: Case) -> Paper:
            return await self._mark(case, by, await _draft(case, paper_id, revision), "paraf")

        return await self._command(by, number, work, now)

    async def sign(self, by: Actor, number: str, paper_id: int, *, revision: int, now: datetime) -> Paper:
        """Sign it. Forbidden ``paper-turn``."""

        async def work(case: Case) -> Paper:
            return await self._mark(case, by, await _draft(case, paper_id, revision), "signature")

        return await self._command(by, number, work, now)

    async def issue(self, by: Actor, number: str, paper_id: int, *, revision: int, now: datetime) -> Paper:
        """Number it, enter it in the book, and let it stand for good. Refused ``paper-unready``, ``book-closed``."""

        async def work(case: Case) -> Paper:
            paper, kind = await _draft(case, paper_id, revision)
            _check_writer(case, kind, by)
            await _check_ready(case, kind, paper)
            taken = await numbering.take(case.office, kind, ticket_id=case.ticket.id, officer_id=by.officer_id, now=now)
            await _change(paper, status="issued", number=taken.text, entry_id=taken.entry_id, issued_at=now)
            await case.log("paper-issued", paper=kind.name, version=paper.version, number=taken.text or "–")
            return paper

        return await self._command(by, number, work, now)

    async def correct(self, by: Actor, number: str, paper_id: int, now: datetime) -> Paper:
        """A new version of an issued paper, as a draft of the same words. Refused ``paper-unissued``,
        ``paper-in-hand``.
        """

        async def work(case: Case) -> Paper:
            old = await _of(case, paper_id)
            kind = living(case.office, old.paper)
            _check_writer(case, kind, by)
            if old.issued_at is None:
                raise Refused("paper-unissued")
            if await _unissued(case, kind).exists():
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
            paper = await _of(case, paper_id)
            kind = living(case.office, paper.paper)
            _check_writer(case, kind, by)
            if paper.revision != revision:
                raise Stale("paper-changed")
            if paper.scan_digest:
                raise Refused("scan-there", field="scan")
            awaited = turn(kind, paper, await marks_of(paper))
            if awaited.kind == "paraf":
                raise Forbidden("paper-turn", awaited=names(case.office, awaited.roles))
            await _change(paper, scan_digest=digest)
            if awaited.kind == "signature":
                return await _lay(case, by, (paper, kind), "wet", awaited.roles[0])
            await case.log("paper-scanned", paper=kind.name)
            return paper

        return await self._command(by, number, work, now)

    async def _mark(self, case: Case, by: Actor, found: tuple[Paper, PaperKind], what: str) -> Paper:
        paper, kind = found
        awaited = turn(kind, paper, await marks_of(paper))
        role = next((one for one in awaited.roles if one in by.roles), None)
        if awaited.kind != what or role is None:
            raise Forbidden("paper-turn", awaited=awaits(case.office, awaited))
        return await _lay(case, by, found, what, role)

    async def _command(self, by: Actor, number: str, work: Work, now: datetime) -> Paper:
        async def whole() -> tuple[Case, Paper]:
            case = await self._tickets.cases.take(by, number, None, now)
            return case, await work(case)

        case, paper = await self._tickets.database.transaction(whole)
        self._tickets.announce(Event(case.office.id, "ticket", case.ticket.id, case.ticket.number))
        return paper


def living(office: Office, kind_id: str) -> PaperKind:
    """A kind that is drafted. Raises Refused ``paper-no-life``; Missing ``paper-missing``."""
    try:
        kind = office.paper(kind_id)
    except KeyError:
        raise Missing("paper-missing") from None
    if not kind.has_life:
        raise Refused("paper-no-life")
    return kind


def awaits(office: Office, awaited: Turn) -> str:
    """Whom a paper waits for, as people call them; a dash for nobody."""
    return names(office, awaited.roles) or "–"


async def form_of(case: Case, kind: PaperKind, by: Actor) -> PaperForm:
    """The form of a draft, filled from the case."""
    complaint = await papers.complaint_of(case.ticket)
    known = papers.known_of(case.ticket, complaint, by, case.now, case.calendar.zone)
    return paper_form(case.office, kind, known)


async def filled(case: Case, kind: PaperKind, by: Actor, values: Values) -> dict[str, Any]:
    """What was written into the form. Raises Refused for a field."""
    form = await form_of(case, kind, by)
    check_known([form], values)
    return dict(check_form(form, values, (), case.now, case.calendar))


async def marks_of(paper: Paper) -> list[PaperMark]:
    """The marks on a paper, oldest first."""
    return await PaperMark.filter(paper_id=paper.id).order_by("id")


async def rewrite(paper: Paper, values: dict[str, Any]) -> None:
    """Other words in a draft: every mark that was on the former ones goes, a signed sheet's scan too."""
    await PaperMark.filter(paper_id=paper.id).delete()
    fresh = {"status": "drafted", "revision": paper.revision + 1, "signed_by_id": None, "scan_digest": ""}
    await _change(paper, values=values, **fresh)


async def _new(
    case: Case, kind: PaperKind, by: Actor, values: dict[str, Any], *, corrects: Paper | None = None, version: int = 1
) -> Paper:
    paper = await Paper.create(
        office=case.office.id,
        ticket_id=case.ticket.id,
        step_id=case.standing.id,
        paper=kind.id,
        values=values,
        officer_id=by.officer_id,
        created_at=case.now,
        status="drafted",
        version=version,
        corrects_id=corrects.id if corrects else None,
    )
    await case.log("paper-drafted", paper=kind.name, version=version)
    await _tell(case, kind, paper, by)
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
    await _change(paper, **changes)
    events = {"paraf": "paper-initialled", "signature": "paper-signed", "wet": "paper-signed-wet"}
    await case.log(events[what], paper=kind.name, role=names(case.office, [role]))
    await _tell(case, kind, paper, by)
    return paper


async def _tell(case: Case, kind: PaperKind, paper: Paper, by: Actor) -> None:
    """Whoever's turn it is hears of it; not the one who just made it theirs."""
    awaited = turn(kind, paper, await marks_of(paper))
    roles = awaited.roles or case.procedure.step(case.ticket.step).actor
    if awaited.kind and not by.roles & set(roles):
        key = f"{paper.id}:{paper.revision}"
        await case.notify(_NOTICES[awaited.kind], key, roles, paper=kind.name, paper_id=paper.id)


def _check_writer(case: Case, kind: PaperKind, by: Actor) -> None:
    allowed = writers(kind, case.procedure.step(case.ticket.step).actor)
    if not by.roles & allowed:
        raise Forbidden("paper-not-yours", roles=names(case.office, sorted(allowed)))


async def _check_ready(case: Case, kind: PaperKind, paper: Paper) -> None:
    awaited = turn(kind, paper, await marks_of(paper))
    if awaited.kind != "issue":
        raise Refused("paper-unready", awaited=awaits(case.office, awaited))


def _unissued(case: Case, kind: PaperKind) -> Any:
    return Paper.filter(ticket_id=case.ticket.id, paper=kind.id, issued_at=None).exclude(status="issued")


async def _of(case: Case, paper_id: int) -> Paper:
    paper = await Paper.filter(id=paper_id, ticket_id=case.ticket.id).first()
    if paper is None:
        raise Missing("paper-missing")
    return paper


async def _draft(case: Case, paper_id: int, revision: int) -> tuple[Paper, PaperKind]:
    paper = await _of(case, paper_id)
    kind = living(case.office, paper.paper)
    if paper.status == "issued":
        raise Refused("paper-fixed")
    if paper.revision != revision:
        raise Stale("paper-changed")
    return paper, kind


async def _change(paper: Paper, **values: Any) -> None:
    """Set columns; those of an issued paper only while they are empty, which the table itself sees to as well."""
    for name, value in values.items():
        setattr(paper, name, value)
    await Paper.filter(id=paper.id).update(**values)
