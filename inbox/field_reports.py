"""What a team found in the field, as it comes in from a phone with a bad line: photos one by one, then the findings.

Each carries a key of the phone's own, so that what is sent again is on record once. The findings go straight into the
record (berita acara) of the ticket: its draft while that can still be written to, else a new one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import filetype
from tortoise.exceptions import IntegrityError

from channels.base import MAX_ATTACHMENT_BYTES
from config.schema import Office
from inbox import exif, notices, papers, steps
from inbox.actor import Actor
from inbox.cases import Case
from inbox.fieldwork import Fieldwork
from inbox.files import Files
from inbox.forms import clean
from inbox.live import Event
from inbox.models import FieldCheck, FieldPhoto, FieldReport, Officer, OfficerRole, Paper, Ticket
from inbox.paper_case import rewrite
from inbox.refused import Missing, Refused
from inbox.tickets import Tickets

TYPES = frozenset({"image/jpeg", "image/png", "image/webp"})
MOST_PHOTOS = 20
LONGEST = {"text": 10_000, "present": 2000, "owner": 200, "permit": 80, "conclusion": 5000}
_LATE_CLOCK, _OLDEST = timedelta(minutes=5), timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Shot:
    """A photo as a phone sends it. ``head`` is the beginning of the picture as it was taken, where it was made smaller.

    ``at`` (ISO 8601) and ``point`` are the phone's, and count where the picture itself says nothing.
    """

    key: str
    content: bytes
    head: bytes = b""
    at: str = ""
    point: tuple[float, float] | None = None
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found, by ``LONGEST``'s names; ``at`` is when, ISO 8601; ``photos`` are keys of photos sent before."""

    key: str
    values: Mapping[str, str]
    at: str = ""
    photos: Sequence[str] = field(default=())


class FieldReports:
    """Takes in what the teams of all offices found."""

    def __init__(self, tickets: Tickets, files: Files, fieldwork: Fieldwork) -> None:
        self._tickets, self._files, self._fieldwork = tickets, files, fieldwork

    async def photo(self, by: Actor, check_id: int, shot: Shot, now: datetime) -> FieldPhoto:
        """Keep a photo; one whose key is there already stays as it is.

        Raises: Missing ``field-missing``; Refused ``field-photo-large``, ``field-photo-type``, ``field-photos``,
            ``field-key``, ``field-cancelled``.
        """
        key = _key(shot.key)
        if len(shot.content) > MAX_ATTACHMENT_BYTES:
            raise Refused("field-photo-large", most=str(MAX_ATTACHMENT_BYTES // 2**20))
        if filetype.guess_mime(shot.content[:8192]) not in TYPES:
            raise Refused("field-photo-type")
        await self._fieldwork.sheet(by, check_id)
        digest = await self._files.put(shot.content)

        async def work() -> FieldPhoto:
            check = await self._open(by, check_id)
            known = await FieldPhoto.filter(check_id=check.id, key=key).first()
            if known is not None:
                return known
            if await FieldPhoto.filter(check_id=check.id).count() >= 5 * MOST_PHOTOS:
                raise Refused("field-photos", most=str(5 * MOST_PHOTOS))
            return await self._keep(by, check, shot, digest, now)

        try:
            return await self._tickets.database.transaction(work)
        except IntegrityError:  # the same one, sent twice at once
            return await FieldPhoto.get(check_id=check_id, key=key)

    async def report(self, by: Actor, check_id: int, findings: Findings, now: datetime) -> FieldReport:
        """Keep what was found and write it into the record; one whose key is there already stays as it is.

        Raises: Missing ``field-missing``; Refused ``field-nothing``, ``field-long``, ``field-photos``,
            ``field-photo-missing``, ``field-key``, ``field-cancelled``.
        """
        key, values = _key(findings.key), _values(findings)

        async def work() -> tuple[Ticket, FieldReport]:
            check = await self._open(by, check_id)
            case = await self._tickets.cases.hold(check.ticket, now, by.mark)
            known = await FieldReport.filter(check_id=check.id, key=key).first()
            if known is not None:
                return case.ticket, known
            photos = await _photos(check, findings.photos)
            values["held_at"] = _moment(findings.at, now) or now.isoformat()
            paper = await self._record(case, check, by, values, photos)
            report = await FieldReport.create(
                check_id=check.id, key=key, values=values, officer_id=by.officer_id, paper_id=paper.id, created_at=now
            )
            await FieldCheck.filter(id=check.id, done_at=None).update(done_at=now)
            await self._tell(case, check, report, len(photos))
            await case.save(seen=False)
            return case.ticket, report

        ticket, report = await self._tickets.database.transaction(work)
        self._tickets.announce(Event(ticket.office, "ticket", ticket.id, ticket.number))
        return report

    async def picture(self, by: Actor, check_id: int, photo_id: int) -> str:
        """The digest of a photo of that check. Raises Missing ``field-missing``."""
        sheet = await self._fieldwork.sheet(by, check_id)
        found = next((photo.digest for photo in sheet.photos if photo.id == photo_id), None)
        if found is None:
            raise Missing("field-missing")
        return str(found)

    async def _open(self, by: Actor, check_id: int) -> FieldCheck:
        check = await self._fieldwork.found(by, check_id)
        if check.cancelled_at is not None:
            raise Refused("field-cancelled")
        return check

    async def _keep(self, by: Actor, check: FieldCheck, shot: Shot, digest: str, now: datetime) -> FieldPhoto:
        zone = ZoneInfo(self._tickets.offices.office(check.office).time_zone)
        own = exif.taken(shot.head or shot.content, zone)
        at, point = own.at.isoformat() if own.at else _moment(shot.at, now), own.point or shot.point
        return await FieldPhoto.create(
            check_id=check.id,
            key=shot.key,
            digest=digest,
            taken_at=datetime.fromisoformat(at) if at else None,
            latitude=point[0] if point else None,
            longitude=point[1] if point else None,
            caption=" ".join(clean(shot.caption).split())[:200],
            officer_id=by.officer_id,
            created_at=now,
        )

    async def _record(
        self, case: Case, check: FieldCheck, by: Actor, values: Mapping[str, str], photos: Sequence[FieldPhoto]
    ) -> Paper:
        """The draft of it that is in hand, or a new paper. A draft that is written into loses its marks."""
        kind, shots = case.office.paper(check.paper), [_shot(photo) for photo in photos]
        if kind.has_life:
            draft = await Paper.filter(ticket_id=case.ticket.id, paper=kind.id).exclude(status="issued").first()
            if draft is not None:
                status = "returned" if draft.status == "returned" else "drafted"
                await rewrite(draft, _joined(draft.values, values, shots), status)
                return draft
        paper = await papers.make(case, papers.Draft(kind, {}), by)
        place = {"object": case.ticket.object, "place": check.place}
        team = await _team(case.office, check, by)
        paper.values = {**place, **values, "team": team, "photos": shots}
        paper.status = "drafted" if kind.has_life else paper.status
        await paper.save(update_fields=["values", "status"])
        return paper

    async def _tell(self, case: Case, check: FieldCheck, report: FieldReport, photos: int) -> None:
        await case.log("field-reported", check=check.id, photos=photos)
        await case.notify("field-reported", str(report.id), await steps.roles_at_hand(case.ticket.id))
        await notices.tell(
            case.office.id,
            "field-reported",
            key=f"field-reported:{report.id}:officer:{check.officer_id}",
            now=case.now,
            officer_id=check.officer_id,
            ticket_id=case.ticket.id,
            number=case.ticket.number,
        )


def _key(text: str) -> str:
    if not 8 <= len(text) <= 64 or not text.isascii():
        raise Refused("field-key")
    return text


def _values(findings: Findings) -> dict[str, str]:
    values = {name: clean(findings.values.get(name, "")) for name in LONGEST}
    if not values["text"]:
        raise Refused("field-nothing", field="text")
    for name, longest in LONGEST.items():
        if len(values[name]) > longest:
            raise Refused("field-too-long", field=name, longest=str(longest))
    if len(findings.photos) > MOST_PHOTOS:
        raise Refused("field-photos", most=str(MOST_PHOTOS))
    return values


def _moment(text: str, now: datetime) -> str:
    """A phone's time as ISO 8601 UTC; empty where it cannot be true."""
    try:
        at = datetime.fromisoformat(text)
        at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return ""
    return at.isoformat() if now - _OLDEST <= at <= now + _LATE_CLOCK else ""


async def _photos(check: FieldCheck, keys: Sequence[str]) -> list[FieldPhoto]:
    """In the order in which they were named. Raises Refused ``field-photo-missing``: send it first."""
    found = {photo.key: photo for photo in await FieldPhoto.filter(check_id=check.id, key__in=list(keys))}
    if set(keys) - found.keys():
        raise Refused("field-photo-missing")
    return [found[key] for key in dict.fromkeys(keys)]


def _shot(photo: FieldPhoto) -> dict[str, str]:
    """A photo as a paper holds it."""
    located = photo.latitude is not None and photo.longitude is not None
    return {
        "digest": photo.digest,
        "at": photo.taken_at.isoformat() if photo.taken_at else "",
        "place": f"{photo.latitude:.5f}, {photo.longitude:.5f}" if located else "",
        "caption": photo.caption,
    }


def _joined(before: Mapping[str, Any], values: Mapping[str, str], shots: Sequence[dict[str, str]]) -> dict[str, Any]:
    """What a colleague sent comes after what stands there."""
    both = {name: "\n\n".join(filter(None, (before.get(name, ""), values[name]))) for name in ("text", "conclusion")}
    present = "\n".join(dict.fromkeys(f"{before.get('present', '')}\n{values['present']}".strip().splitlines()))
    kept = {name: before.get(name) or values[name] for name in ("owner", "permit")}
    return {**before, **both, **kept, "present": present, "photos": [*before.get("photos", []), *shots]}


async def _team(office: Office, check: FieldCheck, by: Actor) -> str:
    """Name and role, one a line: whoever was sent, and whoever reported."""
    ids = list(dict.fromkeys([*check.team, by.officer_id]))
    names = {row.id: row.name for row in await Officer.filter(id__in=ids)}
    roles = {row.officer_id: row.role for row in await OfficerRole.filter(officer_id__in=ids)}
    called = {id_: office.roles[role].name for id_, role in roles.items() if role in office.roles}
    return "\n".join(
        f"{names[id_].replace(',', ' ')}, {called.get(id_, '')}".rstrip(", ") for id_ in ids if id_ in names
    )
