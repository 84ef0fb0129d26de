"""``wadul serve``: the running program with real accounts."""

from __future__ import annotations

import argparse

import config
from bot import app, logs
from bot.commands.check import mistakes
from bot.saying import say_mistakes
from bot.settings import Settings, utc_now


async def run(options: argparse.Namespace) -> int:
    """Serve until told to stop; refuses to start on files that ``wadul check`` finds fault with."""
    settings, offices = Settings(), config.load(options.config)
    wrong = mistakes(offices)
    if wrong:
        say_mistakes(wrong)
        return 1
    logs.configure()
    return await app.serve(settings, offices, now=utc_now)
