"""The worker of outgoing webhooks: each webhook has a loop of its own, so that a slow receiver holds up no other.

A round reads what happened (``inbox.hooks``), claims what is due (``inbox.hook_queue``), and only then touches the
network: one signed POST an event, no redirect followed, the answer's body never read. Where no office has a webhook
nothing runs. Order is not promised; the id in the header is the same on every attempt.

Source: the Standard Webhooks specification (webhook-id, webhook-timestamp, webhook-signature, 2xx, 410).
"""

from __future__ import annotations

import asyncio
import hmac
from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from hashlib import sha256

import aiohttp
import structlog

from channels import abroad
from channels.http import retry_after
from config.schema import Office, Webhook
from inbox import hook_queue, hooks
from inbox.database import Database
from inbox.hook_queue import Claimed, Failure
from inbox.live import Event
from inbox.mishap import place
from inbox.settings import practising

log = structlog.get_logger()
AT_ONCE = 8
LEASE = timedelta(minutes=2)
TICK_SECONDS = 1.0
SOON_SECONDS = 0.05
_SECONDS = 20.0
_GONE = 410
_SENT_KEPT, _FAILED_KEPT = timedelta(days=7), timedelta(days=90)


class Hooks:
    """Sends events to every office's webhooks. ``url`` is the installation's public one.

    ``sleep`` is an argument so that tests need not wait.
    """

    def __init__(
        self,
        database: Database,
        offices: Iterable[Office],
        *,
        url: str,
        announce: Callable[[Event], None],
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._database, self._url, self._announce = database, url, announce
        self._now, self._sleep = now, sleep
        self._offices = tuple(offices)
        self._hooks = [(office, hook) for office in self._offices for hook in office.webhooks]
        self._loops: list[asyncio.Task[None]] = []
        self._troubled: set[str] = set()

    async def start(self) -> None:
        """Begin, each webhook in a task of its own."""
        await hooks.prepare(self._database, self._offices)
        self._loops = [
            asyncio.create_task(self._run(office, hook), name=f"hook {hook.id}") for office, hook in self._hooks
        ]

    async def stop(self) -> None:
        """Stop; what is in hand is left to its lease, and goes out again under the same id."""
        for loop in self._loops:
            loop.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)
        self._loops = []

    async def drain(self) -> None:
        """Read and send everything that is due now, before returning."""
        for office, hook in self._hooks:
            async with abroad.session(_SECONDS, private=hook.private) as session:
                while await self._round(office, hook, session):
                    pass

    async def sweep(self, now: datetime) -> None:
        """Forget what is long done with; for the clock."""
        await hooks.sweep(self._database, now - _SENT_KEPT, now - _FAILED_KEPT)

    async def _run(self, office: Office, hook: Webhook) -> None:
        async with abroad.session(_SECONDS, private=hook.private) as session:
            while True:
                more = await self._look(office, hook, session)
                await self._sleep(SOON_SECONDS if more else TICK_SECONDS)

    async def _look(self, office: Office, hook: Webhook, session: aiohttp.ClientSession) -> bool:
        """One round; trouble with the record is logged once."""
        try:
            more = await self._round(office, hook, session)
        except Exception as error:  # noqa: BLE001 - the record may be away for a while; the loop must outlive that
            if hook.id not in self._troubled:
                log.error("webhook's events unreadable", hook=hook.id, error=place(error))  # noqa: TRY400
            self._troubled.add(hook.id)
            return False
        self._troubled.discard(hook.id)
        return more

    async def _round(self, office: Office, hook: Webhook, session: aiohttp.ClientSession) -> bool:
        """Read, claim, send; returns whether to look again at once."""
        name, now = hooks.name_of(office, hook), self._now()
        more = await hooks.collect(self._database, office, hook, self._url, now)
        if not await hook_queue.due(self._database, name, now):
            return more
        claimed = await hook_queue.claim(self._database, name, now=now, lease=LEASE, limit=AT_ONCE)
        await asyncio.gather(*(self._deliver(office, hook, session, one) for one in claimed))
        return more or bool(claimed)

    async def _deliver(self, office: Office, hook: Webhook, session: aiohttp.ClientSession, one: Claimed) -> None:
        if await practising(self._database, office.id):
            await hook_queue.kept_back(self._database, one)
            return
        failure = await self._post(hook, session, one)
        if failure is None:
            await hook_queue.sent(self._database, one, self._now())
        elif await hook_queue.failed(self._database, one, failure, self._now()):
            log.warning("webhook given up", hook=hook.id, id=one.key, reason=failure.reason)
            self._announce(Event(office.id, "delivery"))

    async def _post(self, hook: Webhook, session: aiohttp.ClientSession, one: Claimed) -> Failure | None:
        """One attempt. None: the receiver took it."""
        body = one.body.encode()
        try:
            if not hook.private:
                abroad.check(hook.url)
            headers = signed(hook.key(), one.key, self._now(), body)
            async with session.post(hook.url, data=body, headers=headers, allow_redirects=False) as answer:
                if 200 <= answer.status < 300:
                    return None
                wish = retry_after(answer.headers, self._now()) if answer.status in {429, 503} else None
                reason = "hook-gone" if answer.status == _GONE else "hook-refused"
                return Failure(reason, f"HTTP {answer.status}", final=answer.status == _GONE, after=wish)
        except abroad.Inside:
            return Failure("hook-private", final=True)
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            return Failure("hook-unreachable", type(error).__name__)


def signed(key: bytes, id_: str, at: datetime, body: bytes) -> dict[str, str]:
    """The headers by which a receiver knows who sent it, when, and that it is whole."""
    seconds = int(at.timestamp())
    signature = hmac.new(key, f"{id_}.{seconds}.".encode() + body, sha256).digest()
    return {
        "Content-Type": "application/json",
        "User-Agent": "Wadul",
        "webhook-id": id_,
        "webhook-timestamp": str(seconds),
        "webhook-signature": f"v1,{b64encode(signature).decode()}",
    }
