"""Servers that tests start end with the session, even where it is killed and can say no goodbye.

A forgotten OpenSMTPD would keep every later session from starting its own.
"""

from __future__ import annotations

import shutil
from typing import Any


def with_us(*command: Any, by: str = "TERM") -> list[Any]:
    """The command, sent the signal ``by`` when whoever started it is gone. Source: setpriv(1), util-linux."""
    program = shutil.which("setpriv")
    return [program, "--pdeathsig", by, "--", *command] if program else list(command)
