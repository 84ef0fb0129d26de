"""``wadul move --to postgres://...``: the whole record from SQLite to PostgreSQL, proved row by row;
``wadul move --files s3://...``: the folder's files into a bucket. Broken off, both go on where they stopped.
"""

from __future__ import annotations

import argparse
import re

from bot.saying import say
from bot.settings import BUCKET, Settings
from inbox.files import Files, opened
from inbox.moving import move
from inbox.moving_files import Moved, move_files
from inbox.refused import Refused

_POSTGRES = re.compile(r"postgres(?:ql)?://[^\s/]*/[^\s/?]+(?:\?\S*)?")
_EVERY, _FILES_EVERY = 100_000, 1_000


async def run(options: argparse.Namespace) -> int:
    """0 when all that was asked for is there."""
    target, files = str(options.to), str(options.files)
    if not target and not files:
        raise Refused("move-nothing")
    if target:
        await _record(target)
    return await _files(files) if files else 0


async def _record(target: str) -> None:
    source = Settings().database_url
    if not _POSTGRES.fullmatch(target):
        raise Refused("move-to-wrong", target=_shown(target))
    if not source.startswith("sqlite"):
        raise Refused("move-source-wrong")
    weights = await move(source, target, _tell)
    rows = sum(weight.rows for weight in weights.values())
    say("move-done", rows=str(rows), tables=str(len(weights)), target=_shown(target), source=source.partition("://")[2])


async def _files(address: str) -> int:
    if not re.fullmatch(BUCKET, address):
        raise Refused("move-files-wrong", target=address)
    folder = Settings().data / "files"
    moved = await move_files(Files(folder), opened(folder, address), _tell_files)
    told = {"count": str(moved.count), "already": str(moved.already), "target": address, "source": str(folder)}
    say("move-files-done", **told)
    if moved.damaged:
        say("move-files-damaged", count=str(len(moved.damaged)), first=moved.damaged[0])
    return 1 if moved.damaged else 0


def _tell(table: str, rows: int) -> None:
    """A line now and then, so that nobody thinks it sleeps."""
    if rows % _EVERY == 0:
        say("move-line", table=table, rows=str(rows))


def _tell_files(moved: Moved) -> None:
    if moved.count % _FILES_EVERY == 0:
        say("move-files-line", count=str(moved.count))


def _shown(url: str) -> str:
    """Without the password."""
    return re.sub(r"//([^:/@]*):[^@]*@", r"//\1:...@", url)
