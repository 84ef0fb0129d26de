"""The files from a folder into a bucket, a few at once, the program running or not; what is there is not sent again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice

from inbox.files import Files, StoreAway, digest_of
from inbox.refused import Refused

_AT_ONCE = 8


@dataclass
class Moved:
    """``count`` lie in the target, ``already`` of them before; ``damaged`` are not what their names say."""

    count: int = 0
    already: int = 0
    damaged: list[str] = field(default_factory=list)


async def move_files(source: Files, target: Files, tell: Callable[[Moved], None]) -> Moved:
    """Every whole file of the folder into the target; ``tell`` hears after each.

    Raises: Refused ``backup-store-away``.
    """
    moved, names = Moved(), source.digests()
    try:
        while some := list(islice(names, _AT_ONCE)):
            for name, how in zip(some, await asyncio.gather(*(_one(source, target, one) for one in some)), strict=True):
                _count(moved, name, how)
                tell(moved)
    except StoreAway as error:
        raise Refused("backup-store-away", detail=str(error)) from error
    return moved


async def _one(source: Files, target: Files, name: str) -> str:
    content = await source.read(name)
    if digest_of(content) != name:
        return "damaged"
    if await asyncio.to_thread(target.has, name):
        return "already"
    await target.put(content)
    return "sent"


def _count(moved: Moved, name: str, how: str) -> None:
    if how == "damaged":
        moved.damaged.append(name)
        return
    moved.count += 1
    moved.already += how == "already"
