"""What another agency does with its link: sees the copy, accepts it, and reports back with photos.

A link that was tampered with, revoked or has run out leads nowhere, and says no more than that. An acceptance makes the
office's paper of it; a report is a note between officers and goes to nobody by itself. Every command is counted,
limited, and on record once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePath

import filetype
from tortoise.expressions import F

from channels.base import MAX_ATTACHMENT_BYTES, Attachment
from config.schema import Office, PaperKind
from inbox import notices, papers, steps
from inbox.actor import Actor, actor_of
from inbox.cases import Case
from inbox.files import Files
from inbox.forms import clean, paper_form
from inbox.guests import agency_name, digest
from inbox.live import Event
from inbox.models import Attachment as FileRow
from inbox.models import GuestLink, GuestReport, Message, Officer, Ticket
from inbox.refused import Missing, Refused
from inbox.tickets import Tickets

GUEST = "guest"
MOST_FILES = 6
TYPES = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/heic": "heic", "application/pdf": "pdf"}
_REPORTS_A_DAY = 20
_LONGEST_NAME, _LONGEST_NOTE, _LONGEST_TEXT = 120, 1000, 5000
_COPY = "salinan-formulir"


@dataclass(frozen=True, slots=True)
class Reported:
    """A report as whoever made it sees it again."""

    at: datetime
    text: str
    files: tuple[FileRow, ...]


@dataclass(frozen=True, slots=True)
class GuestPage:
    """The page behind a link: the copy, never who complained."""

    office: Office
    link: GuestLink
    agency: str
    number: str
    kind: str
    opened_at: datetime
    reports: tuple[Reported, ...]


class GuestVisits:
    """The guests' side."""

    def __init__(self, tickets: Tickets, files: Files) -> None:
        self._tickets, self._files = tickets, files

    async def find(self, token: str, now: datetime) -> GuestLink:
        """The link of a token. Raises Missing ``guest-nowhere`` where there is none that is in force."""
        async with self._tickets.database.reading():
            return await _in_force(token, now)

    async def page(self, token: str, now: datetime, *, counted: bool) -> GuestPage:
        """The page behind a token. ``counted``: somebody looks; the first time is on record."""
        link = await self.find(token, now)
        if counted:
            await self._count(link, now)
        office = self._tickets.offices.office(link.office)
        async with self._tickets.database.reading():
            ticket = await Ticket.get(id=link.ticket_id)
            ids = {row.message_id: row for row in await GuestReport.filter(link_id=link.id)}
            messages = await Message.filter(id__in=list(ids)).order_by("id").prefetch_related("attachments")
        reports = tuple(Reported(one.created_at, one.text, tuple(one.attachments)) for one in messages)  # type: ignore[attr-defined]
        kind = office.kind(ticket.kind).name
        return GuestPage(office, link, agency_name(office, link.agency), ticket.number, kind, ticket.opened_at, reports)

    async def accept(self, token: str, name: str, title: str, note: str, now: datetime) -> None:
        """The agency took the copy; twice is once.

        Raises: Missing ``guest-nowhere``; Refused ``guest-no-name``, ``guest-no-title``.
        """
        name, title = _line(name), _line(title)
        if not name:
            raise Refused("guest-no-name", field="nama")
        if not title:
            raise Refused("guest-no-title", field="jabatan")
        note = clean(note)[:_LONGEST_NOTE]

        async def work() -> Ticket:
            link, case = await self._held(token, now)
            fresh = GuestLink.filter(id=link.id, accepted_at=None)
            if await fresh.update(accepted_at=now, receiver=name, receiver_title=title):
                await self._accepted(case, link, f"{name}, {title}", note)
                await case.save(seen=False)
            return case.ticket

        self._announce(await self._tickets.database.transaction(work))

    async def report(self, token: str, key: str, text: str, files: Sequence[Attachment], now: datetime) -> None:
        """What the agency found or did; the same ``key`` twice is once.

        Raises: Missing ``guest-nowhere``; Refused ``guest-accept-first``, ``guest-no-report``, ``guest-files``,
            ``guest-file-large``, ``guest-file-type``, ``guest-enough``.
        """
        text, key = clean(text), key[:64]
        if not text or not key:
            raise Refused("guest-no-report", field="isi")
        if len(text) > _LONGEST_TEXT:
            raise Refused("guest-long", field="isi", longest=str(_LONGEST_TEXT))
        kinds = _checked(files)
        await self.find(token, now)
        stored = [(await self._files.put(file.content or b""), file) for file in files]

        async def work() -> Ticket:
            link, case = await self._held(token, now)
            if link.accepted_at is None:
                raise Refused("guest-accept-first")
            if await GuestReport.filter(link_id=link.id, key=key).exists():
                return case.ticket
            today = GuestReport.filter(link_id=link.id, created_at__gt=now - timedelta(days=1))
            if await today.count() >= _REPORTS_A_DAY:
                raise Refused("guest-enough")
            message = await _note(case, link, agency_name(case.office, link.agency), text)
            for nth, (sha, file) in enumerate(stored):
                await _file(message, file, sha, kinds[nth])
            await GuestReport.create(link_id=link.id, key=key, message_id=message.id, created_at=now)
            await self._tell(case, link, "guest-reported", str(message.id))
            case.change(unread=True)
            await case.save(seen=False)
            return case.ticket

        self._announce(await self._tickets.database.transaction(work))

    async def file(self, token: str, file_id: int, now: datetime) -> FileRow:
        """A file of a report through this link, and of no other. Raises Missing ``guest-nowhere``."""
        async with self._tickets.database.reading():
            link = await _in_force(token, now)
            row = await FileRow.filter(id=file_id, office=link.office).first()
            own = GuestReport.filter(link_id=link.id, message_id=row.message_id if row else 0)
            if row is None or not await own.exists():
                raise Missing("guest-nowhere")
            return row

    async def _held(self, token: str, now: datetime) -> tuple[GuestLink, Case]:
        link = await _in_force(token, now)
        case = await self._tickets.cases.hold(await Ticket.get(id=link.ticket_id), now, GUEST)
        return await _in_force(token, now), case

    async def _count(self, link: GuestLink, now: datetime) -> None:
        async def work() -> Ticket | None:
            await GuestLink.filter(id=link.id).update(uses=F("uses") + 1)
            if not await GuestLink.filter(id=link.id, opened_at=None).update(opened_at=now):
                return None
            case = await self._tickets.cases.hold(await Ticket.get(id=link.ticket_id), now, GUEST)
            await case.log("guest-opened", agency=agency_name(case.office, link.agency), link=link.id)
            return case.ticket

        if ticket := await self._tickets.database.transaction(work):
            self._announce(ticket)

    async def _accepted(self, case: Case, link: GuestLink, receiver: str, note: str) -> None:
        kind = next((one for one in case.office.papers if one.template == _COPY), None)
        if kind is not None:
            paper = await papers.make(
                case, papers.Draft(kind, self._values(case, kind, receiver, note)), await _giver(link)
            )
            paper.values = {**paper.values, **link.copy}
            await paper.save(update_fields=["values"])
            await GuestLink.filter(id=link.id).update(paper_id=paper.id)
        else:
            await _note(case, link, agency_name(case.office, link.agency), "\n".join((receiver, note)).strip())
        await self._tell(case, link, "guest-accepted", str(link.id))

    def _values(self, case: Case, kind: PaperKind, receiver: str, note: str) -> dict[str, str]:
        """The paper's own fields, those nobody filled in as they are usually filled in."""
        form = paper_form(case.office, kind, {})
        usual = {field.name.rpartition(".")[2]: field.value for field in form.fields}
        return {**usual, "received_by": receiver, "received_at": case.now.isoformat(), "note": note}

    async def _tell(self, case: Case, link: GuestLink, kind: str, key: str) -> None:
        """The journal, whoever has the case at hand, and whoever gave the link."""
        agency = agency_name(case.office, link.agency)
        await case.log(kind, agency=agency, link=link.id)
        await case.notify(kind, key, await steps.roles_at_hand(case.ticket.id), agency=agency)
        await notices.tell(
            case.office.id,
            kind,
            key=f"{kind}:{key}:officer:{link.officer_id}",
            now=case.now,
            officer_id=link.officer_id,
            ticket_id=case.ticket.id,
            number=case.ticket.number,
            agency=agency,
        )

    def _announce(self, ticket: Ticket) -> None:
        self._tickets.announce(Event(ticket.office, "ticket", ticket.id, ticket.number))


async def _in_force(token: str, now: datetime) -> GuestLink:
    link = await GuestLink.filter(digest=digest(token), revoked_at=None, expires_at__gt=now).first()
    if link is None:
        raise Missing("guest-nowhere")
    return link


async def _giver(link: GuestLink) -> Actor:
    officer = await Officer.get(id=link.officer_id).prefetch_related("roles")
    return actor_of(officer)


def _line(text: str) -> str:
    return " ".join(clean(text).split())[:_LONGEST_NAME]


def _checked(files: Sequence[Attachment]) -> list[str]:
    """What each file is by its own bytes, whatever its name or sender says."""
    if len(files) > MOST_FILES:
        raise Refused("guest-files", field="berkas", most=str(MOST_FILES))
    kinds = []
    for file in files:
        content = file.content or b""
        if len(content) > MAX_ATTACHMENT_BYTES:
            raise Refused("guest-file-large", field="berkas", most=str(MAX_ATTACHMENT_BYTES // 2**20))
        kind = str(filetype.guess_mime(content[:8192]) or "")
        if kind not in TYPES:
            raise Refused("guest-file-type", field="berkas", name=file.name[:60])
        kinds.append(kind)
    return kinds


async def _note(case: Case, link: GuestLink, agency: str, text: str) -> Message:
    """A note between officers, by the agency: it has no conversation and never leaves."""
    who: Iterable[str] = (agency, link.receiver, link.receiver_title)
    return await Message.create(
        office=case.office.id,
        ticket_id=case.ticket.id,
        direction="note",
        author=GUEST,
        subject=", ".join(one for one in who if one),
        text=text,
        sent_at=case.now,
        created_at=case.now,
    )


async def _file(message: Message, file: Attachment, sha: str, kind: str) -> None:
    name = PurePath(clean(file.name) or "foto").stem[:200] or "foto"
    await FileRow.create(
        office=message.office,
        message_id=message.id,
        name=f"{name}.{TYPES[kind]}",
        type=kind,
        size_bytes=len(file.content or b""),
        digest=sha,
    )
