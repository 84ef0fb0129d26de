"""One at a time: whoever moves the same rows of an office in many places waits for the one before."""

from __future__ import annotations

from tortoise.expressions import F

from inbox.models import Counter


async def wait(name: str) -> None:
    """Wait for whoever has the turn of that name, and have it until the caller's transaction ends."""
    counter = Counter.filter(name=name)
    if not await counter.update(value=F("value") + 1):
        await Counter.bulk_create([Counter(name=name, value=0)], ignore_conflicts=True)
        await counter.update(value=F("value") + 1)
