"""The office's doors by API: how each fares, what it can do, what waits and what failed of late, as on its page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from channels.base import Abilities, Fault, Health, Pace, Paced, Program
from inbox.door_days import DoorDays
from inbox.doors import Door, Doors, Failing
from inbox.models import DoorDay
from inbox.tickets import Tickets
from inbox.troubles import ChannelLine, Troubles
from inbox.web.api.endpoint import Call, Endpoint
from inbox.web.api.shapes import Shape
from templates import sentence


class ChannelNote(Shape):
    """Something a person should know, with its sentence."""

    code: str
    message: str


class ChannelState(Shape):
    """A door: its health (starting, ok, down, refused), when something last came and went, what waits to go out."""

    id: str
    name: str
    kind: str
    state: str
    since: datetime | None
    reason: str
    notes: tuple[ChannelNote, ...]
    last_in_at: datetime | None
    last_out_at: datetime | None
    waiting: int


class ChannelStates(Shape):
    """The office's doors, in the order of its file."""

    channels: tuple[ChannelState, ...]


class ChannelFailure(Shape):
    """Why something failed within the last seven days, how often, and when the last time."""

    code: str
    message: str
    count: int
    last_at: datetime


class ChannelPace(Shape):
    """At most ``many`` messages within any ``seconds``."""

    many: int
    seconds: float


class ChannelLimits(Shape):
    """What a door can do. ``longest``: most characters, 0 none; ``window_hours``: how long after the citizen's last
    message it may be written to, null always. ``pace``: how fast it sends, all in all; ``pace_each`` to one address.
    """

    scheme: str
    longest: int
    buttons: int
    files: bool
    largest_file_bytes: int
    window_hours: float | None
    pace: tuple[ChannelPace, ...]
    pace_each: tuple[ChannelPace, ...]


class ChannelCheck(Shape):
    """The last check at the platform; no faults: all was well."""

    at: datetime
    by: str
    faults: tuple[ChannelNote, ...]


class ChannelDay(Shape):
    """A day held against the platform: compared, silent (nobody can be asked; ``reason`` says why) or failed. ``told``:
    how many messages the platform names; the others what became of them here.
    """

    day: date
    state: str
    reason: str
    told: int
    stored: int
    aside: int
    ignored: int
    missing: int
    signed_by: str | None
    signed_at: datetime | None


class ChannelWhole(ChannelState):
    """A door in full. ``hooks``: the paths by which its platform calls us. ``settings``: null is a set secret."""

    oldest_at: datetime | None
    failing: tuple[ChannelFailure, ...]
    aside: tuple[ChannelFailure, ...]
    limits: ChannelLimits
    hooks: tuple[str, ...]
    settings: dict[str, str | None]
    checked: ChannelCheck | None
    days: tuple[ChannelDay, ...]


class Channeling:
    """The handlers of what concerns doors."""

    def __init__(self, tickets: Tickets, program: Program) -> None:
        self._troubles, self._doors, self._days = Troubles(tickets), Doors(tickets), DoorDays(tickets)
        self._program = program

    async def listed(self, call: Call) -> ChannelStates:
        """Every door of the office."""
        lines = await self._troubles.channels(call.by)
        language = call.by.language
        return ChannelStates(
            channels=tuple(
                ChannelState(**_state(line, self._program.health(line.id), language), waiting=line.waiting)
                for line in lines
            )
        )

    async def one(self, call: Call) -> ChannelWhole:
        """One door. Raises Missing ``door-missing``."""
        id_, language = call.part("channel"), call.by.language
        door = await self._doors.one(call.by, id_, call.now)
        return ChannelWhole(
            **_state(door, self._program.health(id_), language),
            waiting=door.waiting,
            oldest_at=door.oldest_at,
            failing=_failures(door.failing, language),
            aside=_failures(door.aside, language),
            limits=_limits(self._program.abilities(id_), await self._program.pace(id_)),
            hooks=tuple(self._program.hooks(id_)),
            settings=dict(self._program.settings(id_)),
            checked=_checked(door, language),
            days=tuple(map(_day, await self._days.lately(call.by, id_))),
        )


def endpoints(channeling: Channeling) -> tuple[Endpoint, ...]:
    """The addresses of what concerns doors."""
    tag = "channels"
    return (
        Endpoint("GET", "/channels", "The office's doors and how they fare", channeling.listed, ChannelStates, tag=tag),
        Endpoint("GET", "/channels/{channel}", "One door in full", channeling.one, ChannelWhole, tag=tag),
    )


def _day(row: DoorDay) -> ChannelDay:
    return ChannelDay(
        day=row.day,
        state=row.state,
        reason=row.reason,
        told=row.told,
        stored=row.stored,
        aside=row.aside,
        ignored=row.ignored,
        missing=row.missing,
        signed_by=row.officer.name if row.officer else None,
        signed_at=row.signed_at,
    )


def _state(door: ChannelLine | Door, health: Health, language: str) -> dict[str, object]:
    return {
        "id": door.id,
        "name": door.name,
        "kind": door.kind,
        "state": health.state,
        "since": health.since,
        "reason": health.reason,
        "notes": _notes(health.notes, language),
        "last_in_at": door.last_in_at,
        "last_out_at": door.last_out_at,
    }


def _notes(faults: Iterable[Fault], language: str) -> tuple[ChannelNote, ...]:
    return tuple(ChannelNote(code=one.code, message=sentence(one.code, one.values, language)) for one in faults)


def _failures(rows: Sequence[Failing], language: str) -> tuple[ChannelFailure, ...]:
    return tuple(
        ChannelFailure(code=row.reason, message=sentence(row.reason, None, language), count=row.many, last_at=row.at)
        for row in rows
    )


def _paces(paces: Iterable[Pace]) -> tuple[ChannelPace, ...]:
    return tuple(ChannelPace(many=one.many, seconds=one.seconds) for one in paces)


def _limits(can: Abilities, paced: Paced) -> ChannelLimits:
    return ChannelLimits(
        scheme=can.scheme,
        longest=can.longest,
        buttons=can.buttons,
        files=can.files,
        largest_file_bytes=can.largest_file_bytes,
        window_hours=can.window.total_seconds() / 3600 if can.window else None,
        pace=_paces(paced.limits),
        pace_each=_paces(paced.each),
    )


def _checked(door: Door, language: str) -> ChannelCheck | None:
    if door.checked is None:
        return None
    return ChannelCheck(at=door.checked.at, by=door.checked.by, faults=_notes(door.checked.faults, language))
