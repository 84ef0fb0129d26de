"""An unexpected exception as a log may show it: its class and where it rose, never its words (a citizen's, maybe)."""

from __future__ import annotations

import errno
import traceback
from pathlib import Path

_HOUSE = Path(__file__).parent.parent


def place(error: BaseException) -> str:
    """``KeyError at bot/turn.py:88 in decide``: the innermost place in our own code, or else the innermost of all.

    Where the system said no, its own word for it, too: ``OSError (ENOSPC) at ...``, ``OperationalError (SQLITE_FULL)``.
    """
    kind = f"{type(error).__name__}{_told(error)}"
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if _own(Path(frame.filename))]
    for frame in reversed(own or frames):
        path = Path(frame.filename)
        name = path.relative_to(_HOUSE) if _own(path) else path.name
        return f"{kind} at {name}:{frame.lineno} in {frame.name}"
    return kind


def _told(error: BaseException) -> str:
    """A code by the system or by SQLite; none of them has words of anybody's in it."""
    while isinstance(inner := error.__cause__ or next(iter(error.args), None), BaseException):
        error = inner
    code = error.errno if isinstance(error, OSError) else None
    name = errno.errorcode.get(code, "") if code else getattr(error, "sqlite_errorname", "")
    return f" ({name})" if name else ""


def _own(path: Path) -> bool:
    return path.is_relative_to(_HOUSE) and ".venv" not in path.parts
