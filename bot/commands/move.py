"""``wadul move --to postgres://...``: the whole record from SQLite to PostgreSQL, proved row by row."""

from __future__ import annotations

import argparse
import re

from bot.saying import say
from bot.settings import Settings
from inbox.moving import move
from inbox.refused import Refused

_POSTGRES = re.compile(r"postgres(?:ql)?://[^\s/]*/[^\s/?]+(?:\?\S*)?")
_EVERY = 100_000


async def run(options: argparse.Namespace) -> int:
    """0 when both records are the same. Broken off, it goes on where it stopped."""
    source, target = Settings().database_url, str(options.to)
    if not _POSTGRES.fullmatch(target):
        raise Refused("move-to-wrong", target=_shown(target))
    if not source.startswith("sqlite"):
        raise Refused("move-source-wrong")
    weights = await move(source, target, _tell)
    rows = sum(weight.rows for weight in weights.values())
    say("move-done", rows=str(rows), tables=str(len(weights)), target=_shown(target), source=source.partition("://")[2])
    return 0


def _tell(table: str, rows: int) -> None:
    """A line now and then, so that nobody thinks it sleeps."""
    if rows % _EVERY == 0:
        say("move-line", table=table, rows=str(rows))


def _shown(url: str) -> str:
    """Without the password."""
    return re.sub(r"//([^:/@]*):[^@]*@", r"//\1:...@", url)
