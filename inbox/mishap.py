"""An unexpected exception as a log may show it: its class and where it rose, never its words (a citizen's, maybe)."""

from __future__ import annotations

import traceback
from pathlib import Path

_HOUSE = Path(__file__).parent.parent


def place(error: BaseException) -> str:
    """``KeyError at bot/turn.py:88 in decide``: the innermost place in our own code, or else the innermost of all."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if _own(Path(frame.filename))]
    for frame in reversed(own or frames):
        path = Path(frame.filename)
        name = path.relative_to(_HOUSE) if _own(path) else path.name
        return f"{type(error).__name__} at {name}:{frame.lineno} in {frame.name}"
    return type(error).__name__


def _own(path: Path) -> bool:
    return path.is_relative_to(_HOUSE) and ".venv" not in path.parts
