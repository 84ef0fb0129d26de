"""``wadul demo``: the program with stand-in platforms. The only verb that imports ``bot.demo``."""

from __future__ import annotations

import argparse

from bot import logs
from bot.demo.start import start
from bot.settings import utc_now


async def run(_: argparse.Namespace) -> int:
    """Play until told to stop."""
    logs.configure()
    return await start(now=utc_now)
