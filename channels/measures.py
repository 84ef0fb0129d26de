"""How fast a door may send, and how much one client may ask of us. Values; who counts stands elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Measure:
    """How much one client may have: ``most`` at once, and as many again in the course of each ``within``.

    ``name`` keeps one use from another's count.
    """

    name: str
    most: int
    within: timedelta

    @property
    def each(self) -> timedelta:
        """How long until there is one more."""
        return self.within // self.most

    @classmethod
    def hourly(cls, name: str, most: int, per_hour: int) -> Measure:
        """``most`` at once, and ``per_hour`` in the long run."""
        return cls(name, most, timedelta(hours=1) * most / per_hour)


@dataclass(frozen=True, slots=True)
class Pace:
    """At most ``many`` messages within any ``seconds``."""

    many: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Paced:
    """How fast a door may send, all in all and to each address. ``until``: nothing more goes before that moment."""

    limits: tuple[Pace, ...] = ()
    each: tuple[Pace, ...] = ()
    until: datetime | None = None

    @property
    def any(self) -> bool:
        """Whether there is a limit at all."""
        return bool(self.limits or self.each)
