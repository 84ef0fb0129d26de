"""How fast each door may send: a burst is spread over time instead of running into the platform's no (429).

What a platform documents the adapter's abilities say, what an office wants its file says (``rate``), which goes before.
Counted is what was claimed within each limit's seconds, in this process: several processes each have a pace of their
own. Nothing sleeps here: whoever sends asks how many more may go, and lays back what has to wait.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from math import inf

from channels.base import Abilities, Channel, Pace, Paced
from config.schema import Rate

_MOST_ADDRESSES = 5000


class Pacing:
    """The paces of all doors; a door that is not in ``limits`` has none."""

    def __init__(self, limits: Mapping[str, Paced]) -> None:
        self._limits = limits
        self._gone: dict[str, _Gone] = {id_: _Gone(paced.limits) for id_, paced in limits.items()}
        self._each: dict[tuple[str, str], _Gone] = {}

    def free(self, channel: str, now: datetime) -> float:
        """How many more may go through a door now; infinite where it has no limit."""
        gone = self._gone.get(channel)
        return gone.free(now) if gone else inf

    def count(self, channel: str, many: int, now: datetime) -> None:
        """So many were taken in hand."""
        gone = self._gone.get(channel)
        if gone:
            gone.count(many, now)

    def wait(self, channel: str, recipient: str, now: datetime) -> timedelta:
        """How long a message has to wait because of those to the same address before it; counted where it need not."""
        paced = self._limits.get(channel)
        if paced is None or not paced.each:
            return timedelta(0)
        gone = self._each.setdefault((channel, recipient), _Gone(paced.each))
        wait = gone.wait(now)
        if not wait:
            gone.count(1, now)
            self._forget(now)
        return wait

    def of(self, channel: str, now: datetime) -> Paced:
        """The door's limits, and until when it has to wait for the next message; now where it need not."""
        paced = self._limits.get(channel, Paced())
        gone = self._gone.get(channel)
        wait = gone.wait(now) if gone else timedelta(0)
        return Paced(paced.limits, paced.each, now + wait if wait else None)

    def _forget(self, now: datetime) -> None:
        if len(self._each) > _MOST_ADDRESSES:
            self._each = {key: gone for key, gone in self._each.items() if not gone.idle(now)}


class _Gone:
    """When messages went, as far back as the longest of some limits reaches."""

    def __init__(self, limits: Iterable[Pace]) -> None:
        self._limits = tuple(limits)
        self._moments: deque[datetime] = deque(maxlen=max((one.many for one in self._limits), default=1))

    def free(self, now: datetime) -> float:
        return min((one.many - self._within(one, now) for one in self._limits), default=inf)

    def wait(self, now: datetime) -> timedelta:
        """Until each limit lets one more go."""
        return max((self._until(one, now) for one in self._limits), default=timedelta(0))

    def count(self, many: int, now: datetime) -> None:
        self._moments.extend([now] * many)

    def idle(self, now: datetime) -> bool:
        return all(not self._within(one, now) for one in self._limits)

    def _within(self, pace: Pace, now: datetime) -> int:
        """How many went within a limit's seconds. A clock that was set back forgets what is ahead of it."""
        since = now - timedelta(seconds=pace.seconds)
        return sum(since < moment <= now for moment in self._moments)

    def _until(self, pace: Pace, now: datetime) -> timedelta:
        if self._within(pace, now) < pace.many:
            return timedelta(0)
        since = now - timedelta(seconds=pace.seconds)
        counted = [moment for moment in self._moments if since < moment <= now]
        return counted[-pace.many] + timedelta(seconds=pace.seconds) - now


def paced(door: Channel, rate: Rate | None) -> Paced:
    """A door's limits: the office's own where its file has some, else its platform's."""
    can: Abilities = door.abilities
    if rate is None:
        return Paced(can.pace, can.pace_each)
    spans = ((rate.per_second, 1), (rate.per_minute, 60), (rate.per_hour, 3600))
    own = tuple(Pace(many, seconds) for many, seconds in spans if many)
    each = (Pace(rate.each_per_minute, 60),) if rate.each_per_minute else can.pace_each
    return Paced(own or can.pace, each)
