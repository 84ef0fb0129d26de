"""Whether the object of a complaint has a permit: the office's list, looking something up in it, and what was decided.

Owns the rows of the list and the evidence of a decision, which keeps the permit as the list had it on that day. Only
whoever may see a ticket looks up permits, and only at one: holders are people. Reading a file is ``permits_file``'s.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import SequenceMatcher
from zoneinfo import ZoneInfo

from tortoise.expressions import Q
from tortoise.functions import Max

from channels.base import Attachment
from config.schema import Right
from inbox import journal, permits_file, permits_store, turns
from inbox.actor import Actor
from inbox.files import Files
from inbox.forms import clean
from inbox.live import Event
from inbox.models import Permit, PermitCheck, PermitList, Ticket
from inbox.permits_file import Problem, key_of, words_of
from inbox.refused import Forbidden, Missing, Refused
from inbox.tickets import Tickets

MOST_FOUND = 20
_LONGEST_ASKED, _LONGEST_NOTE = 200, 1000
_CANDIDATES, _ALIKE = 200, 0.78


@dataclass(frozen=True, slots=True)
class Found:
    """What a look-up gave. ``near``: nothing fits, these are only alike. ``source`` is the list's last file."""

    asked: str
    permits: tuple[Permit, ...]
    near: bool
    source: PermitList | None
    more: bool = False


class BadRows(Refused):
    """A file with lines that cannot be taken; nothing of it was stored."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("permits-bad", field="file", count=str(len(problems)))
        self.problems = tuple(problems)


class Permits:
    """The permits of all offices."""

    def __init__(self, tickets: Tickets, files: Files) -> None:
        self._tickets, self._files = tickets, files

    async def upload(self, by: Actor, file: Attachment | None, *, replaces: bool, now: datetime) -> PermitList:
        """Take a list in, whole or not at all.

        Raises: Forbidden ``no-right``; BadRows; Refused ``permits-...`` (see ``permits_file.read``).
        """
        self._check(by, Right.SETTINGS)
        content = (file.content if file else None) or b""
        if file is None or not content:
            raise Refused("permits-empty", field="file")
        read = await asyncio.to_thread(permits_file.read, content)
        if read.problems:
            raise BadRows(read.problems)
        digest, database = await self._files.put(content), self._tickets.database
        aside = await permits_store.lay_aside(database, read.rows, now)

        async def work() -> PermitList:
            return await _store(by, (file.name[:255], digest, aside), len(read.rows), replaces=replaces, now=now)

        try:
            stored = await database.transaction(work)
        except BaseException:
            await permits_store.throw_away(database, aside)
            raise
        self._tickets.announce(Event(by.office, "permits"))
        return stored

    async def lists(self, by: Actor) -> tuple[list[PermitList], int]:
        """The last files that were uploaded, newest first, and how many permits there are now."""
        self._check(by, Right.SETTINGS)
        async with self._tickets.database.reading():
            rows = await PermitList.filter(office=by.office).order_by("-version").limit(20).select_related("officer")
            return rows, await Permit.filter(office=by.office).count()

    async def look_up(self, by: Actor, number: str, asked: str) -> Found:
        """Permits that fit what was asked, by number, holder, object or place. Raises Missing ``ticket-missing``."""
        async with self._tickets.database.reading():
            await self._tickets.cases.find(by, number)
            return await _found(by.office, _asked(asked))

    async def decide(
        self, by: Actor, number: str, *, licensed: bool, permit_id: int, asked: str, note: str, now: datetime
    ) -> PermitCheck:
        """Keep what an officer decided of the ticket's object, with what it rests on.

        Raises:
            Missing: ``ticket-missing``, ``permit-missing``.
            Refused: ``permit-not-asked`` (nothing was looked up), ``permit-unchosen`` (a permit, but none chosen and no
                word why), ``permit-expired`` (it ran out, and no word why it counts).
        """
        self._check(by, Right.FIELDS)
        note, asked = clean(note)[:_LONGEST_NOTE], _asked(asked)
        if not asked:
            raise Refused("permit-not-asked", field="cari")

        async def work() -> tuple[PermitCheck, Ticket]:
            case = await self._tickets.cases.take(by, number, None, now)
            found = await _found(by.office, asked)
            row = await _chosen(by.office, permit_id) if permit_id else None
            if licensed:
                _judge(row, note, now.astimezone(ZoneInfo(case.office.time_zone)).date())
            check = await PermitCheck.create(
                office=by.office,
                ticket_id=case.ticket.id,
                licensed=licensed,
                row=_kept(row),
                asked=asked,
                found=0 if found.near else len(found.permits),
                list_version=found.source.version if found.source else 0,
                list_name=found.source.name if found.source else "",
                note=note,
                officer_id=by.officer_id,
                created_at=now,
            )
            if row is not None and licensed:
                case.change(permit_number=row.number[:80])
            event = "permit-licensed" if licensed else "permit-unlicensed"
            await case.log(event, number=row.number if row else "–", version=check.list_version)
            await case.save()
            return check, case.ticket

        check, ticket = await self._tickets.database.transaction(work)
        self._tickets.announce(Event(ticket.office, "ticket", ticket.id, ticket.number))
        return check

    async def checks(self, by: Actor, number: str) -> tuple[Ticket, list[PermitCheck]]:
        """A ticket, and what was decided of it, newest first. Raises Missing ``ticket-missing``."""
        async with self._tickets.database.reading():
            ticket = await self._tickets.cases.find(by, number)
            return ticket, await PermitCheck.filter(ticket_id=ticket.id).order_by("-id").select_related("officer")

    def _check(self, by: Actor, right: Right) -> None:
        if not by.may(self._tickets.offices.office(by.office), right):
            raise Forbidden("no-right", right=right)


def ran_out(permit: Permit, day: date) -> bool:
    """Whether the permit is no longer in force on a day."""
    return permit.valid_until is not None and permit.valid_until < day


def _judge(row: Permit | None, note: str, day: date) -> None:
    if row is None and not note:
        raise Refused("permit-unchosen", field="note")
    if row is not None and ran_out(row, day) and not note:
        raise Refused("permit-expired", field="note", until=str(row.valid_until))


def _kept(row: Permit | None) -> dict[str, str | int]:
    if row is None:
        return {}
    until = row.valid_until.isoformat() if row.valid_until else ""
    names = ("number", "holder", "object", "place", "validity")
    return {name: getattr(row, name) for name in names} | {
        "valid_until": until,
        "line": row.line,
        "version": row.version,
    }


async def _chosen(office: str, permit_id: int) -> Permit:
    row = await Permit.filter(id=permit_id, office=office).first()
    if row is None:
        raise Missing("permit-missing")
    return row


async def _store(by: Actor, file: tuple[str, str, str], lines: int, *, replaces: bool, now: datetime) -> PermitList:
    """``file``: its name, its digest, and the name under which its rows were laid aside."""
    name, digest, aside = file
    await turns.wait(f"permits:{by.office}")
    last = await PermitList.filter(office=by.office).annotate(last=Max("version")).values_list("last", flat=True)
    version = max((int(str(one)) for one in last if one), default=0) + 1
    await permits_store.take_in(aside, by.office, version, replaces=replaces)
    event = "permits-replaced" if replaces else "permits-added"
    await journal.write(by.office, event, actor=by.mark, at=now, version=version, lines=lines)
    return await PermitList.create(
        office=by.office,
        version=version,
        name=name,
        digest=digest,
        replaces=replaces,
        lines=lines,
        officer_id=by.officer_id,
        created_at=now,
    )


def _asked(text: str) -> str:
    return " ".join(clean(text).split())[:_LONGEST_ASKED]


async def _found(office: str, asked: str) -> Found:
    """By the number as a whole, else every word of it somewhere, else what is nearly so."""
    source = await PermitList.filter(office=office).order_by("-version").first()
    words = [word for word in words_of(asked) if len(word) > 1]
    if not words:
        return Found(asked, (), near=False, source=source)
    own = Permit.filter(office=office)
    exact = await own.filter(key=key_of(asked)).limit(1)
    fits = exact or await own.filter(*(Q(words__contains=word) for word in words)).order_by("id").limit(MOST_FOUND + 1)
    if fits:
        return Found(asked, tuple(fits[:MOST_FOUND]), near=False, source=source, more=len(fits) > MOST_FOUND)
    begins = [Q(words__contains=f" {word[:3]}") for word in words if len(word) > 3]
    if not begins:
        return Found(asked, (), near=False, source=source)
    rows = await own.filter(Q(*begins, join_type="OR")).order_by("id").limit(_CANDIDATES)
    alike = await asyncio.to_thread(_alike, rows, words)
    return Found(asked, tuple(alike[:MOST_FOUND]), near=True, source=source)


def _alike(rows: Sequence[Permit], words: Sequence[str]) -> list[Permit]:
    """Those whose words are nearly the ones asked for, the nearest first."""
    scored = [(sum(_nearest(word, row.words.split()) for word in words) / len(words), -row.id, row) for row in rows]
    return [row for score, _, row in sorted(scored, key=lambda one: one[:2], reverse=True) if score >= _ALIKE]


def _nearest(word: str, others: Sequence[str]) -> float:
    near = (one for one in others if abs(len(one) - len(word)) <= 2)
    return max((SequenceMatcher(None, word, one).ratio() for one in near), default=0.0)
