"""The town's clock: it stands still until a journey moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

BLITAR = ZoneInfo("Asia/Jakarta")


class Clock:
    """Monday 23 November 2026, 09.15 in Blitar, until told otherwise. Calling it gives the time in UTC."""

    def __init__(self) -> None:
        self._now = datetime(2026, 11, 23, 9, 15, tzinfo=BLITAR)

    def __call__(self) -> datetime:
        return self._now.astimezone(UTC)

    @property
    def local(self) -> datetime:
        """The time on the office's wall."""
        return self._now

    def passes(self, **amount: float) -> None:
        """Time goes by: ``minutes=5``."""
        self._now += timedelta(**amount)

    def shows(self, day: int, time: str, *, month: int = 11, year: int = 2026) -> None:
        """Turn the hands: the day of November 2026, and "09.15" in Blitar."""
        hour, minute = map(int, time.split("."))
        self._now = datetime(year, month, day, hour, minute, tzinfo=BLITAR)
