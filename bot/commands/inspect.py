"""``wadul inspect``: what a door makes of raw messages, without server or database.

One JSON line a file, in order, each written at once: ``{"file", "messages", "reports", "error"}``. A file that
cannot be read or digested has its ``error`` there; the next one is read all the same.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any, TextIO

from channels import reader
from channels.base import Attachment, Parsed, Place, Undigested
from templates import sentence

_HIDDEN = {"raw", "full_text"}


async def run(options: argparse.Namespace) -> int:
    """Always 0: what is wrong with a file stands in its line."""
    inspect(reader(options.kind), options.files, sys.stdout)
    return 0


def inspect(read: Callable[[bytes], Parsed], files: Iterable[str], out: TextIO) -> None:
    """Write one line a file to ``out``; ``-`` is standard input. ``read`` is the adapter's ``parse``."""
    for name in files:
        _write(out, {"file": name, **_look(read, name)})


def _write(out: TextIO, line: dict[str, Any]) -> None:
    """One line, at once; letters that the terminal, or a file's name that is no text, cannot be written with are
    escaped."""
    try:
        out.write(json.dumps(line, ensure_ascii=False) + "\n")
    except UnicodeEncodeError:
        out.write(json.dumps(line) + "\n")
    out.flush()


def _look(read: Callable[[bytes], Parsed], name: str) -> dict[str, Any]:
    empty: dict[str, Any] = {"messages": [], "reports": []}
    try:
        parsed = read(sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes())
    except OSError as error:
        return empty | {"error": f"{error.strerror or error}"}
    except Undigested as error:
        return empty | {"error": sentence(str(error) or "undigested")}
    except Exception as error:  # noqa: BLE001 - one file's trouble is that file's answer, never the end of the run
        return empty | {"error": f"{type(error).__name__}: {error}"}
    return {
        "messages": [dict(_fields(message)) for message in parsed.messages],
        "reports": [dict(_fields(report)) for report in parsed.reports],
        "error": None,
    }


def _fields(value: Any) -> Iterator[tuple[str, Any]]:
    for field in dataclasses.fields(value):
        if field.name not in _HIDDEN:
            yield field.name, _plain(getattr(value, field.name))


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case Enum():
            return value.value
        case Place():
            return [value.latitude, value.longitude]
        case Attachment():
            return {"name": value.name, "type": value.type, "bytes": value.size_bytes}
        case tuple():
            return [_plain(item) for item in value]
        case dict() | str() | bool() | int() | float() | None:
            return value
        case _:
            return dict(value)
