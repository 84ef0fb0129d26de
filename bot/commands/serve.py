"""``wadul serve``: the running program with real accounts."""

from __future__ import annotations

import argparse

import config
from bot import logs, serving
from bot.commands.check import mistakes
from bot.saying import say_mistakes
from bot.settings import Settings, utc_now
from inbox.refused import Refused


async def run(options: argparse.Namespace) -> int:
    """Serve until told to stop; refuses to start on files that ``wadul check`` finds fault with."""
    settings, offices = Settings(), config.load(options.config)
    roles = tuple(options.only or serving.ROLES)
    if set(roles) != set(serving.ROLES) and not settings.database.startswith("postgres"):
        raise Refused("serve-only-postgres")
    wrong = mistakes(offices)
    if wrong:
        say_mistakes(wrong)
        return 1
    logs.configure()
    return await serving.serve(settings, offices, now=utc_now, roles=roles)
