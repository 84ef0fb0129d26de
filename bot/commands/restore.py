"""``wadul restore FILE.tar``: an archive of ``wadul backup`` into a place that is still empty."""

from __future__ import annotations

import argparse
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import BinaryIO

from bot.saying import say
from bot.settings import Settings
from inbox.backup import restore
from inbox.files import opened as store
from inbox.refused import Refused


async def run(options: argparse.Namespace) -> int:
    """0 where everything came back; 1 with a sentence otherwise."""
    settings = Settings()
    with _opened(options.file) as source:
        saved = await restore(source, settings.database_url, store(settings.data / "files", settings.files))
    if saved.missing:
        say("backup-missing", count=str(len(saved.missing)), first=saved.missing[0])
    data, secret = str(settings.data), str(settings.data / "secret")
    say("restore-done", rows=str(saved.rows), files=str(saved.files), data=data, secret=secret)
    return 1 if saved.missing else 0


def _opened(name: str) -> AbstractContextManager[BinaryIO]:
    if name == "-":
        return nullcontext(sys.stdin.buffer)
    try:
        return Path(name).open("rb")
    except OSError as error:
        raise Refused("restore-file-missing", file=name) from error
