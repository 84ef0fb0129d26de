"""The outbox worker: claims what is due, hands it to its door, settles what became of it.

Any number of processes may run one. Nothing is sent that is not claimed and committed first, and what a door answered
is stored even if the worker is told to stop meanwhile. A door that refuses our credentials rests; the others go on.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.fetch import Fetcher
from bot.health import HealthBook
from bot.sharing import Sharing
from channels.base import Attachment, Channel, Outbound, Paced, Unauthorised, Undelivered, Unsure
from inbox import approved_list, outbox, outcomes
from inbox.database import Database
from inbox.files import Files, StoreAway
from inbox.live import Event
from inbox.mishap import place
from inbox.outcomes import Claimed
from inbox.settings import practising
from inbox.shown import Held, Shown, Unreadable
from inbox.window import lawful

log = structlog.get_logger()
AT_ONCE, AT_ONCE_PER_DOOR = 16, 4
LEASE = timedelta(minutes=5)
SEND_SECONDS = 180.0
TICK_SECONDS = 1.0
RECOVER_EVERY = timedelta(minutes=1)
REST = timedelta(minutes=5)
_STORE_PAUSES = (0.2, 1.0, 5.0, 15.0, 30.0)
_UNREACHABLE = frozenset({"server-unreachable"})

Settle = Callable[[int], Awaitable[Event]]


class Deliverer:
    """Sends what is queued. ``start`` and ``stop`` it, ``wake`` it when something was queued.

    ``ring`` is given channel and address once it is on record that something was sent there. ``sleep`` is an argument
    so that tests need not wait.
    """

    def __init__(
        self,
        database: Database,
        doors: Mapping[str, Channel],
        files: Files,
        shown: Shown,
        health: HealthBook,
        *,
        announce: Callable[[Event], None],
        now: Callable[[], datetime],
        paces: Mapping[str, Paced] | None = None,
        ring: Callable[[str, str], None] = lambda *_: None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._database, self._doors, self._shown, self._health = database, doors, shown, health
        self._paces = paces or {}
        self._announce, self._ring, self._now, self._sleep = announce, ring, now, sleep
        self._fetcher = Fetcher(database, doors, files, announce=announce, now=now, sleep=sleep)
        self._worker = f"{socket.gethostname()[:32]}:{os.getpid()}:{secrets.token_hex(4)}"
        self._outcomes = Sharing(self._together, most=AT_ONCE)
        self._woken = asyncio.Event()
        self._sending: dict[asyncio.Task[None], str] = {}
        self._resting: dict[str, datetime] = {}
        self._recover_at: datetime | None = None
        self._loops: list[asyncio.Task[None]] = []
        self._stopping = False
        self._troubled = False

    def start(self) -> None:
        """Begin to send and to fetch, in tasks of their own."""
        self._stopping = False
        self._loops = [
            asyncio.create_task(self._run(), name="deliver"),
            asyncio.create_task(self._fetcher.run(), name="fetch"),
        ]

    def wake(self) -> None:
        """Something is due: look now instead of at the next tick."""
        self._woken.set()

    def rest(self) -> None:
        """Take nothing new. The loop ends by itself, between two looks: cancelled in one, it would forget what it has
        just claimed.
        """
        self._stopping = True
        self._woken.set()

    async def stop(self, grace_seconds: float) -> None:
        """Take nothing new, and finish what is in hand; what is not done in time is handed back."""
        self.rest()
        delivering = self._loops[:1]
        for loop in self._loops[1:]:
            loop.cancel()
        async with _grace(grace_seconds):
            await asyncio.gather(*delivering)
            while self._sending:
                await asyncio.wait(set(self._sending))
        left = [*self._loops, *self._sending]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        self._loops = []
        await self._hand_back()

    async def _hand_back(self) -> None:
        """What nobody here knows the end of need not wait for its lease to run out."""
        try:
            await self._database.transaction(lambda: outbox.hand_back(self._database, self._worker, self._now()))
        except Exception as error:  # noqa: BLE001 - the record may be away; then the leases run out
            log.warning("deliveries left to their lease", error=place(error))

    async def drain(self) -> None:
        """Send and fetch everything that is due now, and settle it, before returning."""
        while await self._take() or await self._fetcher.round() or self._sending:
            if self._sending:
                await asyncio.wait(set(self._sending))

    async def _run(self) -> None:
        while not self._stopping:
            self._woken.clear()
            if not await self._look():
                await self._wait()

    async def _wait(self) -> None:
        """Until woken or the next tick, when other processes' rows and retries are looked for."""
        tick = asyncio.ensure_future(self._sleep(TICK_SECONDS))
        woken = asyncio.ensure_future(self._woken.wait())
        try:
            await asyncio.wait({tick, woken}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            tick.cancel()
            woken.cancel()

    async def _look(self) -> bool:
        """Take what is due; answers whether to look again at once. Trouble with the record is logged once."""
        try:
            taken = await self._take()
        except Exception as error:  # noqa: BLE001 - the record may be away for a while; the loop must outlive that
            if not self._troubled:
                log.error("outbox unreadable", error=place(error))  # noqa: TRY400 - no words of citizens in the log
            self._troubled = True
            return False
        if self._troubled:
            log.info("outbox readable again")
        self._troubled = False
        return taken > 0 and len(self._sending) < AT_ONCE

    async def _take(self) -> int:
        """Claim what there is room for, door by door, and begin to send it."""
        await self._recover()
        taken = 0
        for channel in await outbox.due_doors(self._database, self._now()):
            claimed = await outbox.claim(
                self._database,
                worker=self._worker,
                channel=channel,
                now=self._now(),
                lease=LEASE,
                limit=self._free(channel),
                paced=self._paces.get(channel, Paced()),
            )
            taken += len(claimed)
            for one in claimed:
                self._begin(one)
        return taken

    def _begin(self, claimed: Claimed) -> None:
        task = asyncio.create_task(self._deliver(claimed), name=f"deliver {claimed.delivery_id}")
        self._sending[task] = claimed.channel
        task.add_done_callback(self._done)

    async def _recover(self) -> None:
        now = self._now()
        if self._recover_at is not None and now < self._recover_at:
            return
        events = await self._database.transaction(lambda: outcomes.recover(self._database, now, self._repeat_safe))
        self._recover_at = now + RECOVER_EVERY
        for event in events:
            self._announce(event)

    def _repeat_safe(self, channel: str) -> bool:
        return channel in self._doors and self._doors[channel].abilities.repeat_safe

    def _free(self, channel: str) -> int:
        """How many more the door may be given: none while it rests, and few, so that others need not wait for it."""
        if channel not in self._doors or self._resting.get(channel, self._now()) > self._now():
            return 0
        here = sum(name == channel for name in self._sending.values())
        return min(AT_ONCE_PER_DOOR - here, AT_ONCE - len(self._sending))

    def _done(self, task: asyncio.Task[None]) -> None:
        del self._sending[task]
        self._woken.set()
        if not task.cancelled() and task.exception():
            log.error("delivery not settled", task=task.get_name())

    async def _deliver(self, claimed: Claimed) -> None:
        began = asyncio.get_running_loop().time()
        settle = await self._send(claimed)
        milliseconds = round((asyncio.get_running_loop().time() - began) * 1000)
        self._announce(await self._store(lambda: settle(milliseconds)))
        self._ring(claimed.channel, claimed.outbound.recipient)

    async def _send(self, claimed: Claimed) -> Settle:
        """One attempt; answers how to settle it."""
        door, now = self._doors[claimed.channel], self._now
        try:
            outbound = await self._with_files(claimed.outbound)
            if await practising(self._database, claimed.office):
                return lambda taken: outcomes.kept_back(claimed, now(), taken)
            outbound = await self._lawful(claimed, outbound)
            async with asyncio.timeout(SEND_SECONDS):
                receipt = await door.send(outbound)
        except Undelivered as error:
            failure = error
            if error.reason in _UNREACHABLE:
                self._health.note(door.id, "out", "down", error.reason)
            return lambda taken: outcomes.failed(claimed, failure, now(), taken)
        except Unauthorised:
            self._health.note(door.id, "out", "refused", "unauthorised")
            self._resting[door.id] = now() + REST
            return lambda taken: outcomes.refused(claimed, now(), taken)
        except Exception as error:  # noqa: BLE001 - it may have gone out: whatever a door raises, nobody repeats blindly
            return self._doubt(claimed, error)
        self._health.note(door.id, "out", "ok")
        return lambda taken: outcomes.sent(claimed, receipt, now(), taken)

    async def _lawful(self, claimed: Claimed, outbound: Outbound) -> Outbound:
        """What may leave now: the platform's window may have closed while the message waited for its turn."""
        able = self._doors[claimed.channel].abilities
        may = lawful(outbound, able, claimed.heard_at, self._now(), claimed.instead)
        if may.approved is not outbound.approved:
            await self._database.transaction(lambda: approved_list.turned(claimed.message_id, may))
        return may

    def _doubt(self, claimed: Claimed, error: Exception) -> Settle:
        door = claimed.channel
        detail = str(error) if isinstance(error, Unsure) else type(error).__name__
        if not isinstance(error, Unsure | TimeoutError):
            log.error("door failed in sending", delivery=claimed.delivery_id, channel=door, error=place(error))
        if self._repeat_safe(door):
            again = Undelivered("unsure", retry=True, detail=detail)
            return lambda taken: outcomes.failed(claimed, again, self._now(), taken)
        return lambda taken: outcomes.unsure(claimed, self._now(), detail, taken)

    async def _with_files(self, outbound: Outbound) -> Outbound:
        return replace(outbound, files=tuple([await self._content(file) for file in outbound.files]))

    async def _content(self, file: Attachment) -> Attachment:
        try:
            return replace(file, content=await self._shown.read(file.reference))
        except StoreAway as error:
            raise Undelivered(error.code, retry=True, detail=file.name) from error
        except Held as error:
            raise Undelivered("file-held", retry=False, detail=f"{file.name}: {error.found}") from error
        except Unreadable as error:
            raise Undelivered("picture-unreadable", retry=False, detail=file.name) from error
        except OSError as error:
            raise Undelivered("attachment-gone", retry=False, detail=file.name) from error

    async def _store(self, settle: Callable[[], Awaitable[Event]]) -> Event:
        """Store the outcome. What a door answered is worth a few tries when the record is away for a moment."""
        for seconds in _STORE_PAUSES:
            try:
                return await self._outcomes(settle, 1)
            except Exception as error:  # noqa: BLE001 - tried again; the last try below raises
                log.warning("outcome not stored yet", error=place(error))
                await self._sleep(seconds)
        return await self._outcomes(settle, 1)

    async def _together(self, settles: Sequence[Callable[[], Awaitable[Event]]]) -> Sequence[Event | Exception]:
        """What became of several at the same moment shares a commit; where that fails, each has one of its own."""

        async def whole() -> list[Event]:
            return [await settle() for settle in settles]

        try:
            return await self._database.transaction(whole)
        except Exception as error:  # noqa: BLE001 - whose it was shows when each is stored by itself
            if len(settles) == 1:
                return [error]
        return [answer for settle in settles for answer in await self._together([settle])]


@asynccontextmanager
async def _grace(seconds: float) -> AsyncIterator[None]:
    """The block, as far as it gets in that time."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        log.warning("stopped while sending")
