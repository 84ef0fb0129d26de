"""One command on several tickets: each in a transaction and version of its own, whatever becomes of the others.

Owns which tickets were meant and what is told afterwards; the commands are those that an officer gives for one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from inbox import numbers
from inbox.refused import Refused

MOST = 200


@dataclass(frozen=True, slots=True)
class Chosen:
    """A ticket that was ticked, and the version of it that the list showed."""

    number: str
    version: int


@dataclass(frozen=True, slots=True)
class Left:
    """Why some tickets are as they were."""

    refused: Refused
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it: the numbers that were done, and the others by their reason."""

    done: tuple[str, ...]
    left: tuple[Left, ...]

    @property
    def undone(self) -> tuple[str, ...]:
        """The numbers that were not done."""
        return tuple(number for one in self.left for number in one.numbers)


def chosen(marks: Iterable[str]) -> tuple[Chosen, ...]:
    """Reads ``BLT-26-000001:3``; what cannot be read was not ticked by a page of ours. Refused ``bulk-empty``."""
    parts = (mark.partition(":") for mark in marks)
    read = {numbers.normal(number): version for number, _, version in parts if version.isdecimal()}
    found = [Chosen(number, int(version[:9])) for number, version in read.items() if number]
    if not found:
        raise Refused("bulk-empty")
    return tuple(found[:MOST])


async def each(tickets: Iterable[Chosen], command: Callable[[Chosen], Awaitable[object]]) -> Outcome:
    """Give the command for one after the other."""
    done: list[str] = []
    left: dict[tuple[str, str], list[tuple[str, Refused]]] = {}
    for one in tickets:
        try:
            await command(one)
        except Refused as refused:
            left.setdefault((refused.code, refused.field), []).append((one.number, refused))
        else:
            done.append(one.number)
    return Outcome(tuple(done), tuple(Left(same[0][1], tuple(number for number, _ in same)) for same in left.values()))
