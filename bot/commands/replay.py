"""``wadul replay``: takes every set-aside message through the clerk again."""

from __future__ import annotations

import argparse

import config
from bot import app, logs
from bot.saying import say
from bot.settings import Settings, utc_now


async def run(options: argparse.Namespace) -> int:
    """Answers 1 while any is left."""
    logs.configure()
    settings, offices = Settings(), config.load(options.config)
    async with app.built(settings, offices, now=utc_now) as wadul:
        done, left = await wadul.replay.everything()
    say("replay-done", count=str(done), left=str(left))
    return 1 if left else 0
