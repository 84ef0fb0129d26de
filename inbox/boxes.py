"""Suggestion boxes: each opening with who was there and how many sheets lay in it, entered one by one, then counted.

A sheet is entered through the counter's own form and carries the opening in its message's id, so that what was entered
can be counted at any time and no sheet twice. An opening is closed when the count agrees, or with a reason. A box that
is to be opened every so many days (``opened_every_days`` of its door) reminds whoever may register.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from config.schema import ChannelEntry, Office, Right
from inbox import forms, journal, notices
from inbox.actor import Actor
from inbox.cases import visible
from inbox.forms import Values
from inbox.live import Event
from inbox.models import BoxOpening, Message, Ticket
from inbox.refused import Forbidden, Missing, Refused
from inbox.tickets import Tickets
from inbox.veiling import veil, veil_texts
from inbox.worktime import Calendar

KIND = "box"
EVERY = "opened_every_days"
_MOST_OPENINGS = 60
_MOST_SHEETS = 500
_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Box:
    """A box: its door, its openings (newest first), and since when it should have been opened again, if it should."""

    channel: str
    name: str
    openings: tuple[BoxOpening, ...]
    late_since: datetime | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that was entered; ``ticket`` is None where it became none. ``hidden``: its ticket is not the officer's to
    see, nor is what the sheet says.
    """

    text: str
    at: datetime
    ticket: Ticket | None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """An opening with its sheets, in their order."""

    row: BoxOpening
    name: str
    sheets: tuple[Sheet, ...]

    @property
    def agrees(self) -> bool:
        """Whether as many were entered as were found."""
        return len(self.sheets) == self.row.sheets


class Boxes:
    """The boxes of all offices. The right is the one to register."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def all(self, by: Actor, now: datetime) -> tuple[Box, ...]:
        """The office's boxes. Raises Forbidden ``no-right``."""
        office = self._allowed(by)
        async with self._tickets.database.reading():
            return tuple([await _box(office, id_, entry, now) for id_, entry in boxes_of(office)])

    async def waiting(self, by: Actor) -> tuple[BoxOpening, ...]:
        """Openings whose sheets are still being entered, newest first. Raises Forbidden ``no-right``."""
        office = self._allowed(by)
        if not boxes_of(office):
            return ()
        async with self._tickets.database.reading():
            return tuple(
                await BoxOpening.filter(office=office.id, closed_at=None).order_by("-id").limit(_MOST_OPENINGS)
            )

    async def opened(self, by: Actor, opening_id: int) -> Opened:
        """One opening. Raises Forbidden ``no-right``, Missing ``box-missing``."""
        office = self._allowed(by)
        async with self._tickets.database.reading():
            row = await _row(office, opening_id)
            found = _entered(row).order_by("id").limit(_MOST_SHEETS)
            messages = await found.only("id", "text", "sent_at", "ticket_id")
            ids = {one.ticket_id for one in messages if one.ticket_id}
            seen = {one.id: one for one in await visible(by, office).filter(id__in=list(ids))} if ids else {}
            for id_, hidden in (await veil(self._tickets.seal(by), *seen.values())).items():
                veil_texts(hidden, [one for one in messages if one.ticket_id == id_], "text")
        sheets = tuple(_sheet(one, seen) for one in messages)
        return Opened(row, _name(office, row.channel), sheets)

    async def open(self, by: Actor, channel: str, values: Values, now: datetime) -> BoxOpening:
        """Write down that a box was opened: ``opened_at``, ``present``, ``sheets``, as ``forms.box_form`` asks.

        Raises: Forbidden ``no-right``, Missing ``box-missing``, Refused as ``forms.check_form``, ``not-a-number``.
        """
        office = self._allowed(by)
        if channel not in dict(boxes_of(office)):
            raise Missing("box-missing")
        known = forms.check_form(forms.box_form(), values, (), now, self._tickets.cases.calendars[office.id])
        row = BoxOpening(
            office=office.id,
            channel=channel,
            opened_at=datetime.fromisoformat(known["opened_at"]),
            officer_id=by.officer_id,
            present=known["present"],
            sheets=_count(known["sheets"]),
            created_at=now,
        )

        async def work() -> None:
            await row.save()
            await _log(row, by, "box-opened", now, sheets=str(row.sheets))

        await self._tickets.database.transaction(work)
        self._tickets.announce(Event(office.id, "box"))
        return row

    async def close(self, by: Actor, opening_id: int, reason: str, now: datetime) -> BoxOpening:
        """Hold what was entered against what was found.

        Raises: Forbidden ``no-right``, Missing ``box-missing``, Refused ``box-closed``, ``box-count`` (field
        ``reason``: they do not agree, and nobody said why), ``field-long``.
        """
        office = self._allowed(by)
        why = forms.check_text("reason", reason, _LONGEST_REASON, required=False)

        async def work() -> BoxOpening:
            row = await _row(office, opening_id, lock=True)
            if row.closed_at is not None:
                raise Refused("box-closed")
            entered = await _entered(row).count()
            if entered != row.sheets and not why:
                raise Refused("box-count", field="reason", found=str(row.sheets), entered=str(entered))
            row.entered, row.closed_at, row.reason = entered, now, why
            await row.save(update_fields=["entered", "closed_at", "reason"])
            await _log(row, by, "box-counted", now, sheets=str(row.sheets), entered=str(entered))
            return row

        closed = await self._tickets.database.transaction(work)
        self._tickets.announce(Event(office.id, "box"))
        return closed

    async def facts(self, by: Actor, channel: str, opening: str) -> tuple[str, str]:
        """Of the opening that a sheet is entered from: what its message's id begins with, and when the box was opened.

        Raises: Refused ``box-closed`` (field ``box.opening``) for one that is closed, or none of this box's.
        """
        if not opening:
            return "", ""
        async with self._tickets.database.reading():
            number = int(opening) if opening.isascii() and opening.isdecimal() and len(opening) < 18 else 0
            row = await BoxOpening.filter(id=number, office=by.office, channel=channel, closed_at=None).first()
        if row is None:
            raise Refused("box-closed", field="box.opening")
        return mark(row.id), row.opened_at.isoformat()

    async def remind(self, now: datetime) -> None:
        """Tell whoever may register of each box that should have been opened by now, once, in working hours."""
        for office in self._tickets.offices.offices.values():
            timed = [one for one in boxes_of(office) if one[1].settings().get(EVERY)]
            if timed and at_work(self._tickets.cases.calendars[office.id], now):
                await self._remind(office, timed, now)

    async def _remind(self, office: Office, boxes: Sequence[tuple[str, ChannelEntry]], now: datetime) -> None:
        async with self._tickets.database.reading():
            found = [await _box(office, id_, entry, now, most=1) for id_, entry in boxes]
        late = [box for box in found if box.late_since is not None]

        async def work() -> None:
            for box in late:
                await _tell(office, box, now)

        if late:
            await self._tickets.database.transaction(work)

    def _allowed(self, by: Actor) -> Office:
        office = self._tickets.offices.office(by.office)
        if not by.may(office, Right.REGISTER):
            raise Forbidden("no-right", right=Right.REGISTER)
        return office


def at_work(calendar: Calendar, now: datetime) -> bool:
    """Whether the office works at this moment."""
    return any(begin <= now < end for begin, end in calendar.day(now.astimezone(calendar.zone).date()).spans)


def mark(opening_id: int) -> str:
    """What the ids of the messages begin with that were entered from an opening."""
    return f"kotak-{opening_id}-"


def boxes_of(office: Office) -> tuple[tuple[str, ChannelEntry], ...]:
    """The office's boxes, as channel id and entry."""
    entries = ((f"{office.id}-{name}", entry) for name, entry in office.channels.items())
    return tuple((id_, entry) for id_, entry in entries if entry.kind == KIND)


async def _box(office: Office, channel: str, entry: ChannelEntry, now: datetime, most: int = _MOST_OPENINGS) -> Box:
    rows = BoxOpening.filter(office=office.id, channel=channel).order_by("-opened_at", "-id").limit(most)
    openings = tuple(await rows.select_related("officer"))
    return Box(channel, entry.name or channel, openings, _late(entry.settings(), openings, now))


def _late(settings: Mapping[str, Any], openings: tuple[BoxOpening, ...], now: datetime) -> datetime | None:
    """Since when it is overdue. One that was never opened here is not: nobody knows when it was last."""
    days = settings.get(EVERY)
    if not isinstance(days, int) or not openings:
        return None
    due = openings[0].opened_at + timedelta(days=days)
    return due if due <= now else None


async def _tell(office: Office, box: Box, now: datetime) -> None:
    for role, what in office.roles.items():
        if Right.REGISTER in what.may:
            key = f"box:{box.channel}:{box.openings[0].id}:{role}"[:120]
            await notices.tell(office.id, "box-due", key=key, now=now, role=role, door=box.name)


def _sheet(said: Message, seen: Mapping[int, Ticket]) -> Sheet:
    hidden = said.ticket_id is not None and said.ticket_id not in seen
    return Sheet("" if hidden else said.text, said.sent_at, seen.get(said.ticket_id or 0), hidden)


async def _row(office: Office, opening_id: int, *, lock: bool = False) -> BoxOpening:
    found = BoxOpening.filter(id=opening_id, office=office.id)
    row = await (found.select_for_update() if lock else found.select_related("officer")).first()
    if row is None:
        raise Missing("box-missing")
    return row


def _entered(row: BoxOpening) -> Any:
    return Message.filter(channel=row.channel, external_id__startswith=mark(row.id))


def _name(office: Office, channel: str) -> str:
    entry = office.channels.get(channel.removeprefix(f"{office.id}-"))
    return (entry.name if entry else "") or channel


def _count(typed: str) -> int:
    """How many sheets. Raises Refused ``not-a-number``."""
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= 4):
        raise Refused("not-a-number", field="sheets")
    return int(typed)


async def _log(row: BoxOpening, by: Actor, event: str, now: datetime, **values: str) -> None:
    told: dict[str, Any] = {"opening": row.id, "channel": row.channel, **values}
    await journal.write(row.office, event, actor=by.mark, at=now, **told)
