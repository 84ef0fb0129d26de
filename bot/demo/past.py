"""Plays the story's past into an empty record, by the real road: the doors' parse, the desk, the officers' commands.

The clock is set to each happening's own time, so that due times, journal and letters say what they would have said.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from argon2 import PasswordHasher

from bot.app import Wadul
from bot.demo.clock import Clock
from bot.demo.stage import Stage
from bot.demo.story import Case, Happening, Story
from bot.demo.voice import Voice
from channels.base import Attachment
from config.schema import Office
from inbox import counter, notices
from inbox.actor import Actor
from inbox.models import Officer, Paper, Ticket
from inbox.officers import Officers
from inbox.paper_desk import PaperDesk
from inbox.permits import Permits
from inbox.web.gate import actor
from inbox.worktime import Calendar

PASSWORD = "peragaan-wadul"  # noqa: S105 - the demo's officers sign in by one click; nothing here is secret

Play = Callable[[], Awaitable[None]]


class Past:
    """Officers for every role, and the story's cases in the order they happened."""

    def __init__(self, wadul: Wadul, stage: Stage, clock: Clock) -> None:
        self._wadul, self._stage, self._clock = wadul, stage, clock
        self._actors: dict[tuple[str, str], Actor] = {}

    async def play(self, story: Story) -> None:
        """Play everything; the clock is real again afterwards."""
        await self.hire()
        script = [line for case in story.cases for line in self._script(case)]
        try:
            for at, play in sorted(script, key=lambda line: line[0]):
                self._clock.at = at
                await play()
                await self._wadul.deliverer.drain()
        finally:
            self._clock.at = None

    async def hire(self) -> None:
        """Officers for every office that has none."""
        for office in self._wadul.offices.offices.values():
            if not await Officer.filter(office=office.id).exists():
                await self._hire(office)

    async def _hire(self, office: Office) -> None:
        """An officer for every role, named after it. Their password is no secret, so its hash may be a cheap one."""
        officers = Officers(self._wadul.database, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        for role, one in office.roles.items():
            row = await officers.add(office, f"{role}.{office.id}", one.name, [role], PASSWORD, now=self._clock())
            self._actors[office.id, role] = actor(await Officer.get(id=row.id).prefetch_related("roles"))

    def _script(self, case: Case) -> Iterator[tuple[datetime, Play]]:
        channel = _door(self._wadul, case)
        if not channel:
            return
        office, calendar = self._wadul.offices.office(case.office), self._wadul.tickets.cases.calendars[case.office]
        actors = {role: by for (of, role), by in self._actors.items() if of == case.office}
        played = _Played(case, channel, self._wadul, self._stage, actors, now=self._clock)
        at = partial(moment, today=self._clock(), calendar=calendar, zone=ZoneInfo(office.time_zone))
        yield at(case.opens.when), played.open
        for step in case.then:
            yield at(step.when), partial(played.happen, step)


class _Played:
    """One case as far as it has been played."""

    def __init__(
        self,
        case: Case,
        channel: str,
        wadul: Wadul,
        stage: Stage,
        actors: Mapping[str, Actor],
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._case, self._wadul, self._actors, self._now = case, wadul, actors, now
        self._channel = channel
        self._citizen = Voice(case.office, case.opens, channel, wadul, stage, now=now)
        self._ticket_id = 0

    async def open(self) -> None:
        """The citizen complains: with their phone, or to an officer who writes it down."""
        if self._case.opens.door in counter.HANDED:
            await self._write_down()
        else:
            await self._citizen.open()
        newest = await Ticket.filter(office=self._case.office).order_by("-id").first()
        self._ticket_id = newest.id if newest else 0

    async def _write_down(self) -> None:
        opens, now = self._case.opens, self._now()
        nonce = hashlib.md5(f"{self._channel} {now.isoformat()}".encode(), usedforsecurity=False).hexdigest()
        inbound = counter.taken_down(self._actors[opens.by], opens.fields, opens.text, (), nonce=nonce, now=now)
        await self._wadul.desks[self._channel].accept(inbound)

    async def happen(self, step: Happening) -> None:
        """What comes next: the citizen speaks, or an officer acts."""
        if step.says:
            await self._citizen.say(step.says, await Ticket.get(id=self._ticket_id))
        else:
            await self._look(self._actors[step.role])
            await self._act(await Ticket.get(id=self._ticket_id), step)

    async def _look(self, by: Actor) -> None:
        """The officer opens the ticket's page: what it had to tell them is seen."""
        mine = (by.office, by.roles, by.officer_id)
        await self._wadul.database.transaction(lambda: notices.see(*mine, self._now(), ticket_id=self._ticket_id))

    async def _act(self, ticket: Ticket, step: Happening) -> None:
        by, acting, now = self._actors[step.role], self._wadul.acting, self._now()
        number, seen = ticket.number, ticket.version
        if step.action:
            files = {name: _sheet(text) for name, text in step.files.items()}
            await acting.act(by, number, step.action, self._filled(step.values, by), version=seen, now=now, files=files)
        elif step.reply:
            await acting.reply(by, number, step.reply, version=seen, now=now, wait=step.wait)
        elif step.permit:
            await Permits(self._wadul.tickets, self._wadul.files).decide(
                by, number, licensed=True, permit_id=0, asked=ticket.place, note=step.permit, now=now
            )
        elif step.paper:
            await self._write(by, ticket, step)
        elif step.agency:
            await acting.hand_on(by, number, step.agency, step.reason, version=seen, now=now)
        else:
            await acting.note(by, number, step.note, now=now)

    async def _write(self, by: Actor, ticket: Ticket, step: Happening) -> None:
        """A paper goes one step of its life."""
        desk, now = PaperDesk(self._wadul.tickets, self._wadul.files), self._now()
        if step.does == "draft":
            await desk.draft(by, ticket.number, step.paper, self._filled(step.values, by), now)
            return
        command = {"initial": desk.initial, "sign": desk.sign, "issue": desk.issue}[step.does]
        paper = await Paper.filter(ticket_id=ticket.id, paper=step.paper).order_by("-id").first()
        if paper is not None:
            await command(by, ticket.number, paper.id, revision=paper.revision, now=now)

    def _filled(self, values: Mapping[str, str | list[str]], by: Actor) -> dict[str, str | list[str]]:
        """``{now}`` is the happening's own local time, as a form's field has it; ``{paraf}`` the officer's initials."""
        local = self._now().astimezone(ZoneInfo(self._wadul.offices.office(self._case.office).time_zone))
        known = {"{now}": local.strftime("%Y-%m-%dT%H:%M"), "{paraf}": by.initials}
        return {name: known.get(one, one) if isinstance(one, str) else one for name, one in values.items()}


def moment(when: str, *, today: datetime, calendar: Calendar, zone: ZoneInfo) -> datetime:
    """ "-3 09.12" is that local time three working days ago, "9 menit" so many minutes ago; whole minutes.

    Raises: ValueError for anything else.
    """
    if ago := re.fullmatch(r"(\d+) menit", when):
        return today.replace(second=0, microsecond=0) - timedelta(minutes=int(ago[1]))
    found = re.fullmatch(r"-(\d+) (\d\d)\.(\d\d)", when)
    if not found:
        raise ValueError(when)
    day, left = today.astimezone(zone).date(), int(found[1])
    while left:
        day -= timedelta(days=1)
        left -= bool(calendar.day(day).spans)
    return datetime.combine(day, time(int(found[2]), int(found[3])), zone).astimezone(today.tzinfo)


def _sheet(text: str) -> Attachment:
    """What stands on a sheet of paper, as a file."""
    content = text.encode()
    return Attachment("pindaian.txt", "text/plain", content, size_bytes=len(content))


def _door(wadul: Wadul, case: Case) -> str:
    """The office's first door of the kind the case came through; empty where it has none."""
    doors = wadul.offices.channels().items()
    of_office = (id_ for id_, entry in doors if entry.kind == case.opens.door and id_.startswith(f"{case.office}-"))
    return next(of_office, "")
