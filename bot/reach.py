"""Reaches officers where they are: lays on what is new for their lines each minute, and sends it beside all else.

Which notices go where, when and how often is the record's (``inbox.officer_news``); here is how they leave: through the
office's own doors as the clerk's words do, or by browser push. Nothing here is a citizen's delivery. A sender of its
own, so that a platform that answers slowly holds up no other work of the minute.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime

import structlog

from bot.health import HealthBook
from bot.officer_words import Said, Wording
from bot.push import GONE, Push
from channels.base import Abilities, Channel, Outbound, Paced, Unauthorised, Undelivered, Unsure
from config.schema import Office
from inbox import approved_list, departures, digests, officer_browsers, officer_lines, officer_news, officer_sendings
from inbox.actor import actor_of, with_roles
from inbox.approved import fill
from inbox.mishap import place
from inbox.models import Officer, OfficerLine, OfficerSending
from inbox.officer_kinds import leads
from inbox.officer_lines import PUSH
from inbox.settings import practising
from inbox.tickets import Tickets
from inbox.window import CLOSED

log = structlog.get_logger()
_AT_ONCE = 8
_SECONDS = 60.0
_BROWSER = Abilities(scheme=PUSH)


class Reach:
    """Lays on; and sends, once it is started. ``wake`` it when an officer asked for something just now.

    ``tell``: whoever sends in another process is told to look.
    """

    def __init__(
        self,
        tickets: Tickets,
        doors: Mapping[str, Channel],
        health: HealthBook,
        push: Push,
        now: Callable[[], datetime],
        *,
        paces: Mapping[str, Paced] | None = None,
        tell: Callable[[], None] = lambda: None,
    ) -> None:
        self._tickets, self._doors, self._health, self._push, self._now = tickets, doors, health, push, now
        self._database, self._offices = tickets.database, tickets.offices
        self._wording = Wording(tickets.public_url)
        self._paces, self._room = paces or {}, asyncio.Semaphore(_AT_ONCE)
        self._later: asyncio.TimerHandle | None = None
        self._tell, self._sends, self._resting, self._again = tell, False, False, False
        self._task: asyncio.Task[None] | None = None

    @property
    def key(self) -> str:
        """What a browser is given to subscribe with."""
        return self._push.public_key

    async def work(self, now: datetime) -> int:
        """The minute's work: lay on, and send in a task of its own; nothing that is sent needs the outbox."""
        for office in self._offices.offices.values():
            calendar = self._tickets.cases.calendars[office.id]
            if calendar.is_open(now):
                await officer_news.plan(self._database, office, self._abilities, now)
                await officer_news.plan_digests(self._database, office, calendar, now)
        if now.minute == 0:
            await officer_sendings.sweep(self._database, now)
        self.wake()
        return 0

    def start(self) -> None:
        """Send from now on, what waits already at once."""
        self._sends, self._resting = True, False
        self.look()

    def wake(self) -> None:
        """Something may be due: let whoever sends look, here and elsewhere."""
        self._tell()
        self.look()

    def look(self) -> None:
        """Send what is due, in a task of its own, where this is who sends."""
        if not self._sends:
            return
        self._again = True
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="reach")

    def rest(self) -> None:
        """Take nothing new."""
        self._sends, self._resting, self._again = False, True, False

    async def stop(self, grace_seconds: float) -> None:
        """Take nothing new, and finish what is in hand; what is not done in time is left to its lease."""
        self.rest()
        if self._later is not None:
            self._later.cancel()
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=grace_seconds)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def drain(self) -> None:
        """Send everything that is due now, before returning."""
        for office in self._offices.offices.values():
            await self._office(office)

    async def _run(self) -> None:
        while self._again:
            self._again = False
            try:
                await self.drain()
            except Exception as error:  # noqa: BLE001 - the record may be away for a while; the next minute tries again
                log.error("officers not reached", error=place(error))  # noqa: TRY400 - no words in the log

    async def _office(self, office: Office) -> None:
        now = self._now()
        if not await officer_sendings.due(self._database, office.id, now):
            return
        await self._database.transaction(lambda: officer_sendings.recover(office.id, now))
        at_work = self._tickets.cases.calendars[office.id].is_open(now)
        while not self._resting:
            rows = await officer_sendings.claim(self._database, office.id, now, at_work=at_work)
            if not rows:
                return
            await asyncio.gather(*(self._one(office, row) for row in rows))

    async def _one(self, office: Office, row: OfficerSending) -> None:
        async with self._room:
            if await practising(self._database, office.id):
                await self._kept_back(row, "practice")
                return
            if row.line and not await self._open(row.line):
                await self._kept_back(row, "line-over")
                return
            said = await self._said(office, row)
            if said is None:
                await self._kept_back(row, "seen")
                return
            if not await self._waits(row):
                await self._settle(row, await self._try(row, said))

    async def _waits(self, row: OfficerSending) -> bool:
        """Whether the door has sent as much as it may, to citizens and officers together: then later."""
        now = self._now()
        wait = await departures.leave(
            self._database, row.channel, row.address, self._paces.get(row.channel, Paced()), now
        )
        if wait:
            await self._database.transaction(lambda: officer_sendings.lay_back(row, now + wait))
            self._wake_in(wait.total_seconds())
        return bool(wait)

    def _wake_in(self, seconds: float) -> None:
        """Look again then, or earlier where that was laid on before."""
        if self._later is None:
            self._later = asyncio.get_running_loop().call_later(seconds, self._wake_late)

    def _wake_late(self) -> None:
        self._later = None
        self.look()

    async def _open(self, line: OfficerLine) -> bool:
        """Whether a line still is what it was: whoever left is told nothing, nor a browser that was signed out."""
        now = self._now()
        async with self._database.reading():
            signed_in = await officer_browsers.is_open(line, now)
        if not signed_in:
            await self._database.transaction(lambda: officer_lines.let_go(line, now, lost=True))
        return signed_in and line.officer.active

    async def _said(self, office: Office, row: OfficerSending) -> Said | None:
        """What a message says now; None where nothing of it is news any more."""
        language = row.line.officer.language if row.line else "id"
        if row.kind == "news":
            async with self._database.reading():
                notices = await officer_news.still_new(row, self._now())
            return self._wording.news(notices, self._abilities(row.channel), language) if notices else None
        if row.kind == "digest" and row.line:
            return await self._digest(office, row.line.officer_id, language)
        return self._wording.plain(row.kind, office, row.values, language)

    async def _digest(self, office: Office, officer_id: int, language: str) -> Said | None:
        now, calendar = self._now(), self._tickets.cases.calendars[office.id]
        async with self._database.reading():
            officer = await with_roles(Officer.filter(id=officer_id), now).get()
        by = actor_of(officer)
        if not leads(office, by.roles):
            return None
        digest = await digests.of(self._database, by, office, calendar, now)
        return self._wording.digest(digest, office, language)

    async def _try(self, row: OfficerSending, said: Said) -> Undelivered | None:
        """One attempt; what went wrong, or None."""
        try:
            async with asyncio.timeout(_SECONDS):
                await self._send(row, said)
        except Undelivered as error:
            return error
        except Unauthorised:
            self._health.note(row.channel, "out", "refused", "unauthorised")
            return Undelivered("unauthorised", retry=True)
        except Unsure:
            return Undelivered("unsure", retry=False)
        except Exception as error:  # noqa: BLE001 - it may have gone out: nobody repeats blindly
            log.error("officer not reached", sending=row.id, error=place(error))  # noqa: TRY400 - no words in the log
            return Undelivered("unsure", retry=False)
        return None

    async def _send(self, row: OfficerSending, said: Said) -> None:
        if row.channel == PUSH:
            keys = (row.line.keys if row.line else None) or {}
            await self._push.send(keys, said.pushed(), urgent=row.kind == "news")
            return
        door = self._doors.get(row.channel)
        if door is None:
            raise Undelivered("door-gone", retry=False)
        if row.line and officer_news.is_shut(row.line, door.abilities, self._now()):
            await door.send(await self._by_template(row, said))
            return
        mail = door.abilities.scheme == "email"
        text = said.body if mail else said.whole(door.abilities.longest)
        await door.send(Outbound(key=row.key[:26], recipient=row.address, text=text, subject=said.title))

    async def _by_template(self, row: OfficerSending, said: Said) -> Outbound:
        """What may be said outside of a platform's window. Raises Undelivered."""
        async with self._database.reading():
            listed = (await approved_list.of([row.channel]))[row.channel]
        one = officer_news.template(listed.usable, row.line.officer.language if row.line else "id")
        if one is None:
            raise Undelivered(CLOSED, retry=False)
        filled = fill(one, (said.title, self._tickets.public_url + said.path))
        return Outbound(key=row.key[:26], recipient=row.address, text=filled.text, approved=filled.approved)

    async def _settle(self, row: OfficerSending, error: Undelivered | None) -> None:
        now = self._now()

        async def work() -> None:
            if error is None:
                await officer_sendings.sent(row, now)
            elif error.reason == GONE and row.line:
                await officer_lines.let_go(row.line, now, lost=True)
            else:
                await officer_sendings.failed(row, error.reason, now, again=error.retry)

        await self._database.transaction(work)

    async def _kept_back(self, row: OfficerSending, reason: str) -> None:
        await self._database.transaction(lambda: officer_sendings.kept_back(row, reason))

    def _abilities(self, channel: str) -> Abilities:
        door = self._doors.get(channel)
        return door.abilities if door else _BROWSER
