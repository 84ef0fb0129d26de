"""The demo's clock: the time as it is plus how far somebody has moved it on. Never goes back.

How far is kept in a file of the demo's folder, so that a demo that is started again goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path


class Clock:
    """The time as ``now`` tells it, moved on; or ``at`` while that is set (by whoever plays what time brings).

    ``file`` keeps the whole seconds that it was moved on; None keeps nothing.
    """

    def __init__(self, now: Callable[[], datetime], file: Path | None = None) -> None:
        self._now, self._file = now, file
        self.ahead = timedelta(seconds=_kept(file))
        self.at: datetime | None = None

    def __call__(self) -> datetime:
        return self.at or self._now() + self.ahead

    def move(self, to: datetime) -> None:
        """Go on to ``to``; a moment that is over already changes nothing."""
        self._keep(max(self.ahead, to - self._now()))

    def reset(self) -> None:
        """Tell the real time again: the record that knew another is gone."""
        self._keep(timedelta())

    def _keep(self, ahead: timedelta) -> None:
        self.ahead = ahead
        if self._file is not None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.write_text(f"{ahead.total_seconds():.0f}\n", "ascii")


def _kept(file: Path | None) -> int:
    if file is None or not file.exists():
        return 0
    text = file.read_text("ascii", "replace").strip()
    return int(text) if text.isdigit() else 0
