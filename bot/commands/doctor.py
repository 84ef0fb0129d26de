"""``wadul doctor``: what may be wrong with an installation in use, in sentences, each with what to do."""

from __future__ import annotations

import argparse
import os

import config
from bot import doctor
from bot.commands.check import mistakes
from bot.saying import say, say_mistakes
from bot.settings import Settings, utc_now
from channels.base import Fault


async def run(options: argparse.Namespace) -> int:
    """0 only where nothing is to be said."""
    settings = Settings()
    offices, unreadable = config.read(options.config, os.environ, secrets=True)
    wrong = [*unreadable, *mistakes(offices)]
    if wrong:
        say_mistakes(wrong)
    faults = [*doctor.place(settings)]
    faults += await doctor.store(settings)
    faults += await doctor.scanner(settings)
    faults += await _record(settings, tuple(offices.channels()))
    for fault in faults:
        say(fault.code, **fault.values)
    if faults:
        say("doctor-count", count=str(len(faults)))
    elif not wrong:
        say("doctor-fine", offices=str(len(offices.offices)))
    return 1 if wrong or faults else 0


async def _record(settings: Settings, channels: tuple[str, ...]) -> list[Fault]:
    return await doctor.record(settings) or await doctor.life(settings, channels, utc_now())
