"""The conversation as a page shows it: day by day, with what the clerk said by itself in a row folded into one line.

Receipts and news that went their way need no reading; one that did not arrive, or that a person has to hand over, is
never folded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from inbox.views import MessageLine

# How far a message came, the least first; what is none of these needs somebody's eye.
_WAYS = ("queued", "sending", "dropped", "sent", "delivered", "read")
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Run:
    """Messages that follow each other on one ``day``; ``folded`` where they are the clerk's own and went their way.

    ``state``: how far the least of them came, as a delivery's.
    """

    day: str
    lines: tuple[MessageLine, ...]
    folded: bool = False
    state: str = ""


def runs(lines: Sequence[MessageLine], day: Callable[[datetime], str]) -> list[Run]:
    """The conversation in order, in as few runs as it has folds and days."""
    found = []
    for (on, quiet), together in groupby(lines, key=lambda line: (day(line.message.sent_at), _is_quiet(line))):
        some = tuple(together)
        folded = quiet and len(some) >= _FEWEST
        found.append(Run(on, some, folded, _least(some) if folded else ""))
    return found


def _is_quiet(line: MessageLine) -> bool:
    on_its_way = line.delivery is None or line.delivery.state in _WAYS
    return line.message.author == "clerk" and line.message.direction == "out" and on_its_way and not line.files


def _least(lines: Iterable[MessageLine]) -> str:
    states = (line.delivery.state if line.delivery else _WAYS[2] for line in lines)
    return min(states, key=_WAYS.index)
