"""How the command line speaks: sentences from templates on standard output, never a trace."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from typing import TextIO

from pydantic import ValidationError

from config.schema import Mistake
from templates import sentence


def say(code: str, **values: str) -> None:
    """One sentence on standard output."""
    _write(sys.stdout, code, values)


def say_beside(code: str, **values: str) -> None:
    """One sentence beside a standard output that carries something else."""
    _write(sys.stderr, code, values)


def _write(out: TextIO, code: str, values: Mapping[str, str]) -> None:
    out.write(sentence(code, values) + "\n")
    out.flush()


def say_mistakes(mistakes: Iterable[Mistake]) -> None:
    """Every mistake with its file, line, key and remedy, then how many there were."""
    listed = sorted(mistakes, key=lambda one: (one.file, one.line, one.key))
    for one in listed:
        where = ":".join(part for part in (one.file, str(one.line or "")) if part)
        key = f"{one.key}: " if one.key else ""
        sys.stdout.write(f"{where}: {key}{sentence(one.code, one.values)}\n")
    say("check-mistakes", count=str(len(listed)))


def say_settings(error: ValidationError) -> None:
    """Which environment variable cannot be read, and what it should look like; a password in it is not repeated."""
    for one in error.errors():
        name = "WADUL_" + "_".join(str(part) for part in one["loc"]).upper()
        secret = name.endswith(("_KEY", "_KEY_BEFORE", "_SECRET"))
        value = "…" if secret else re.sub("//.*@", "//…@", str(one.get("input", "")))
        say("settings-wrong", name=name, value=value)
