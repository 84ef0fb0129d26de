"""What was read from the database and still holds, because nothing was committed there since.

Whoever asks again gets the same answer for the price of one small question: whether the database is as it was. It is
asked every time, and the database itself says so, whichever process wrote; so nothing shown is ever older than the
page that shows it. Answers that a clock changes by itself say how long they hold.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from inbox.database import Database

T = TypeVar("T")
_MOST = 1000


@dataclass(frozen=True, slots=True)
class _Answer(Generic[T]):
    found: T
    mark: Hashable
    since: datetime
    until: datetime


class Unchanged(Generic[T]):
    """The last answers, by who asked; ``until`` says when time alone makes one another."""

    def __init__(self, database: Database, until: Callable[[T], datetime]) -> None:
        self._database, self._until = database, until
        self._answers: dict[Hashable, _Answer[T]] = {}

    async def get(self, key: Hashable, now: datetime, read: Callable[[], Awaitable[T]]) -> T:
        """What ``read`` answers at that moment; to be asked inside ``database.reading``."""
        mark = await self._database.mark()
        known = self._answers.pop(key, None)
        if known is None or known.mark != mark or not known.since <= now < known.until:
            found = await read()
            known = _Answer(found, mark, now, self._until(found))
        self._answers[key] = known
        if len(self._answers) > _MOST:
            del self._answers[next(iter(self._answers))]
        return known.found
