"""One life of the whole program in a storm: as ``wadul serve`` runs it, until it is killed, or until nothing is left.

What a process can do to itself happens in here: it dies at a named point, its clock jumps, it has no file handles.
"""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.app import Wadul, built
from bot.serving import running
from bot.settings import Settings
from inbox.models import Delivery, Message
from tests.faults.points import Fuse
from tests.shipped import doors, shipped

OFFICES = doors(
    shipped(),
    *("blitar-email", "blitar-web", "blitar-sms", "blitar-telegram"),
    *("mojokerto-whatsapp", "mojokerto-facebook", "mojokerto-instagram", "mojokerto-obrolan"),
)
_LONGEST_CALM_SECONDS, _LOOK_SECONDS = 3600, 0.02


def weather(
    *,
    url: str,
    data: str,
    port: int,
    entries: Mapping[str, Mapping[str, Any]],
    dies_when: str = "",
    dies_after: float = 0.0,
    point: str = "",
    nth: int = 0,
    ahead_seconds: float = 0.0,
    jumps: tuple[float, float] = (0.0, 0.0),
    starves: tuple[float, float] = (0.0, 0.0),
) -> None:
    """Killed so many seconds after that file is there, be it in the middle of its start, or when it comes to ``point``
    for the ``nth`` time since.

    Without ``dies_after`` it lives until nothing is left to do, and ends as one does that is told to. ``jumps``: after
    how many seconds the clock jumps, and how far. ``starves``: after how many no file can be opened, and for how long.
    """
    signal.alarm(_LONGEST_CALM_SECONDS)
    began = time.monotonic()
    fuse = Fuse(0, None, point)
    if dies_after:
        threading.Thread(target=_die, args=(Path(dies_when), dies_after, fuse, nth), daemon=True).start()
    if starves[1]:
        threading.Timer(starves[0], _starve, [starves[1]]).start()
    if point:
        fuse.lay(statements=False)

    def now() -> datetime:
        jumped = jumps[1] if jumps[1] and time.monotonic() - began > jumps[0] else 0.0
        return datetime.now(UTC) + timedelta(seconds=ahead_seconds + jumped)

    settings = Settings(
        public_url="http://wadul.example.test", data=Path(data), database=url, listen=f"127.0.0.1:{port}"
    )
    asyncio.run(_whole(settings, entries, now, dies=bool(dies_after), leaving=ahead_seconds > 0))


async def _whole(
    settings: Settings,
    entries: Mapping[str, Mapping[str, Any]],
    now: Callable[[], datetime],
    *,
    dies: bool,
    leaving: bool,
) -> None:
    async with built(settings, OFFICES, now=now, entries=entries) as wadul:
        wadul.deliverer._paces = {}  # how quickly a platform may be written to is not what is tried here
        async with running(wadul):
            await (asyncio.Event().wait() if dies else _calm(wadul, now, leaving=leaving))


def _die(when: Path, after: float, fuse: Fuse, nth: int) -> None:
    while not when.exists():
        time.sleep(_LOOK_SECONDS)
    fuse.light(nth)
    time.sleep(after)
    os.kill(os.getpid(), signal.SIGKILL)


def _starve(seconds: float) -> None:
    """For so long no file and no connection is opened."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (len(list(Path("/proc/self/fd").iterdir())) - 1, hard))
    time.sleep(seconds)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def _calm(wadul: Wadul, now: Callable[[], datetime], *, leaving: bool) -> None:
    """Until nothing is left to do; what the last minute's work still had to say leaves as well.

    ``leaving``: nothing may be due, either; where no time has passed, what a dead process had in hand is still its own.
    """
    await _until_quiet(wadul, now, leaving=leaving)
    await wadul.clock.stop()
    await _until_quiet(wadul, now, leaving=leaving)


async def _until_quiet(wadul: Wadul, now: Callable[[], datetime], *, leaving: bool) -> None:
    """Nothing in, nothing spooled, nothing due, for a second."""
    still, before = 0, -1
    while still < 10:
        await asyncio.sleep(0.1)
        waiting = await _due(now()) if leaving else 0
        waiting += (await asyncio.to_thread(wadul.spooler._spool.counts))[0]
        came = await Message.all().count()
        still = still + 1 if came == before and not waiting else 0
        before = came


async def _due(now: datetime) -> int:
    """What could leave by now: neither in a dead process' hands, nor behind what is or has to wait."""
    held = await Delivery.filter(state__in=("queued", "sending"), due_at__gt=now).values_list("address_id", flat=True)
    due = Delivery.filter(state__in=("queued", "sending"), due_at__lte=now)
    return await due.exclude(address_id__in=held).count() if held else await due.count()
