"""``wadul procedure import``: an SOP's table as a sheet becomes a draft of a procedure file, for a person to check."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

import config
from bot.procedure_draft import draft
from bot.procedure_table import read
from config.schema import Office
from inbox.refused import Refused
from templates import sentence


async def run(options: argparse.Namespace) -> int:
    """The draft goes to standard output, or into a new file; how many doubts it marks goes to standard error."""
    lines = read(_content(options.file))
    id_ = re.sub(r"[^a-z0-9.]+", "-", options.file.stem.casefold()).strip("-.")[:48] or "prosedur"
    found = draft(id_, lines, _office(options))
    if options.out is None:
        sys.stdout.write(found.text)
    else:
        _write(options.out, found.text)
    sys.stderr.write(sentence("draft-done", {"rows": str(len(lines)), "doubts": str(found.doubts)}) + "\n")
    return 0


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        raise Refused("table-unreadable", file=str(file)) from None


def _office(options: argparse.Namespace) -> Office | None:
    if options.office is None:
        return None
    offices = config.load(options.config, secrets=False)
    if options.office not in offices.offices:
        raise Refused("table-office", office=options.office, known=", ".join(offices.offices))
    return offices.office(options.office)


def _write(file: Path, text: str) -> None:
    try:
        with file.open("x", encoding="utf-8") as out:
            out.write(text)
    except FileExistsError:
        raise Refused("init-exists", file=str(file)) from None
    except OSError:
        raise Refused("table-unwritable", file=str(file)) from None
