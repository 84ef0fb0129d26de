"""``wadul demo``: the real program on the demo's stage, with a record of its own, apart from any real one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

import config
from bot import app, serving
from bot.app import Wadul
from bot.demo import story
from bot.demo.clock import Clock
from bot.demo.hooks import Program
from bot.demo.past import Past
from bot.demo.stage import Stage
from bot.saying import say
from bot.settings import Settings
from inbox.models import Officer, Ticket

FOLDER = "peragaan"


async def start(*, now: Callable[[], datetime]) -> int:
    """Play until told to stop. Answers the exit code."""
    settings = apart(Settings())
    try:
        async with staged(settings, now=now) as wadul, serving.running(wadul):
            say("demo-ready", url=settings.url, data=str(settings.data))
            await serving.told_to_stop()
    except OSError as error:
        return serving.cannot_start(settings, error)
    return 0


@asynccontextmanager
async def staged(settings: Settings, *, now: Callable[[], datetime]) -> AsyncIterator[Wadul]:
    """The program with every shipped office, its stand-ins and HP Warga; a record that is empty gets its past.

    One that an older version began gets officers for the offices that came since.
    """
    clock, told = Clock(now, settings.data / "jam"), story.told()
    offices = config.load(config.SHIPPED, environ={}, secrets=False)
    program = Program(settings.url, settings.host, settings.port)
    async with (
        Stage(offices, settings.data / "hp", told, clock, program) as stage,
        app.built(settings, offices, now=clock, entries=stage.entries, demo=True) as wadul,
    ):
        anew = not (await Officer.exists() or await Ticket.exists())
        await stage.begin(anew=anew)
        past = Past(wadul, stage, clock)
        await (past.play(told) if anew else past.hire())
        await stage.play(wadul, anew=anew)
        yield wadul


def apart(settings: Settings) -> Settings:
    """The demo's own folder and embedded database, whatever the surroundings name for real work."""
    return settings.model_copy(update={"data": settings.data / FOLDER, "database": ""})
