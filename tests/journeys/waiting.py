"""Waiting for what real servers do in between: on a condition, never for a time."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable

PATIENCE_SECONDS = 20.0


async def until(
    true: Callable[[], bool | Awaitable[bool]], what: str, *, seconds: float = PATIENCE_SECONDS, every: float = 0.02
) -> None:
    """Look again and again until it is so; fails saying ``what`` never came about."""
    end = time.monotonic() + seconds
    while True:
        found = true()
        if await found if inspect.isawaitable(found) else found:
            return
        assert time.monotonic() < end, f"in {seconds:.0f} seconds it never happened that {what}"
        await asyncio.sleep(every)
