"""``wadul backup FILE.tar``: the record and the files of citizens in one archive, while the program runs or not."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from bot.saying import say, say_beside
from bot.settings import Settings
from inbox.backup import save
from inbox.files import opened
from inbox.refused import Refused


async def run(options: argparse.Namespace) -> int:
    """0 where everything that the record names is in the archive; 1 with a sentence otherwise."""
    settings = Settings()
    url, files = settings.database_url, opened(settings.data / "files", settings.files)
    with _new(options.file) as out:
        saved = await save(url, files, out)
    tell = say_beside if options.file == "-" else say
    if saved.missing:
        tell("backup-missing", count=str(len(saved.missing)), first=saved.missing[0])
    tell("backup-done", rows=str(saved.rows), files=str(saved.files), secret=str(settings.data / "secret"))
    return 1 if saved.missing else 0


@contextmanager
def _new(name: str) -> Iterator[BinaryIO]:
    """A file that appears only when it is whole and on the disk; ``-`` is standard output."""
    if name == "-":
        yield sys.stdout.buffer
        return
    file = Path(name)
    if file.exists():
        raise Refused("backup-exists", file=name)
    part = file.with_name(f".{file.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        part.rename(file)
    except OSError as error:
        raise Refused("backup-unwritable", file=name, detail=error.strerror or "") from error
    finally:
        part.unlink(missing_ok=True)
