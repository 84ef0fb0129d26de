"""``wadul channel check ID``: one door tried for real, at its platform, and what is wrong with it in words."""

from __future__ import annotations

import argparse
from typing import cast

import channels
import config
from bot import examining
from bot.commands.check import attempt
from bot.program import hooks
from bot.saying import say
from bot.settings import Settings, utc_now
from channels.base import Desk
from config.schema import ChannelEntry
from inbox.refused import Refused


async def run(options: argparse.Namespace) -> int:
    """Say what is wrong, or that nothing is. Answers the exit code: 0 only where all is well."""
    settings, found = Settings(), config.load(options.config).channels()
    entry = found.get(options.id)
    if entry is None:
        raise Refused("channel-check-unknown", channel=options.id, channels=", ".join(sorted(found)))
    own = {"kind": entry.kind, **entry.settings()}
    door = channels.load(options.id, own, secret=b"check", now=utc_now, url=settings.public_url)
    wrong = await attempt(door) + await _clock(options.id, entry)
    for path in hooks(door, cast("Desk", None)):  # nothing is served here
        say("check-channel-hook", channel=options.id, url=f"{settings.url}{path}")
    return 1 if wrong else 0


async def _clock(id_: str, entry: ChannelEntry) -> int:
    """Hold our clock against the platform's, where it is reached by the web: a wrong one makes every signature bad."""
    off = await examining.skew(examining.address(entry.kind, entry.settings()))
    if off <= examining.SKEW:
        return 0
    say("check-channel-clock", channel=id_, minutes=str(round(off.total_seconds() / 60)))
    return 1
