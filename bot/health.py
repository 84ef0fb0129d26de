"""How every door is doing, in both directions, and one log line when that changes.

The listener speaks for what comes in, the deliverer for what goes out; a door is as well as its worse half. A door that
is silent for longer than it ever is (``bot.silence``) works as far as anybody knows: that is a note beside its state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal

import structlog

from bot.health_news import Known, read, spelt
from channels.base import Fault, Health

Direction = Literal["in", "out"]

log = structlog.get_logger()
_WAYS = ("in", "out")
_WORST_FIRST = ("refused", "down", "starting", "ok")


class HealthBook:
    """The state of each door and direction: starting, ok, down, or refused (the platform's no to our credentials)."""

    def __init__(
        self,
        now: Callable[[], datetime],
        told: Callable[[str], None] = lambda _: None,
        beyond: Callable[[dict[str, Any]], None] = lambda _: None,
    ) -> None:
        """``told`` is given a channel of which something is new; ``beyond`` takes the news to other processes."""
        self._now, self._told, self._beyond = now, told, beyond
        self._known: dict[tuple[str, str], Known] = {}

    def of(self, channel: str) -> Health:
        """The worse of the door's two halves; starting where nothing is known."""
        halves = [known for way in _WAYS if isinstance(known := self._known.get((channel, way)), Health)]
        worse = min(halves, key=lambda health: _WORST_FIRST.index(health.state), default=Health())
        usual = self._known.get((channel, "usual"))
        notes = self._faults(channel, "notes") + self._faults(channel, "silent")
        return replace(worse, notes=notes, usual=usual if isinstance(usual, timedelta) else None)

    def warn(self, channel: str, faults: Sequence[Fault]) -> None:
        """Set what a person should know of a door that works."""
        if self._faults(channel, "notes") != tuple(faults):
            self._learn(channel, "notes", tuple(faults))

    def usually(self, channel: str, usual: timedelta | None) -> None:
        """Set how long nothing comes in at the longest, in working time; None where that is not known."""
        if self._known.get((channel, "usual")) != usual:
            self._learn(channel, "usual", usual)

    def quiet(self, channel: str, *faults: Fault) -> None:
        """Set what there is to say of a silence that is longer than usual; nothing: somebody wrote."""
        if self._faults(channel, "silent") != faults:
            self._learn(channel, "silent", faults)

    def note(self, channel: str, direction: Direction, state: str, reason: str = "", detail: str = "") -> None:
        """Set one half. ``reason`` is the code of a sentence in ``templates/reasons.yaml``, ``detail`` is for the log.

        The first trouble and the recovery are logged, what repeats is not.
        """
        known = self._known.get((channel, direction))
        before = known.state if isinstance(known, Health) else "starting"
        if before == state:
            return
        self._learn(channel, direction, Health(state=state, since=self._now(), reason=reason))
        if state in {"down", "refused"}:
            log.warning("channel " + state, channel=channel, direction=direction, reason=reason, detail=detail)
        elif before in {"down", "refused"}:
            log.info("channel up again", channel=channel, direction=direction)

    def relay(self, news: Mapping[str, Any]) -> None:
        """What another process, which listens or sends there, found out."""
        channel, aspect, known = read(news)
        self._known[channel, aspect] = known
        self._told(channel)

    def retell(self) -> None:
        """Tell other processes all that is known here: one of them has just begun."""
        for (channel, aspect), known in self._known.items():
            self._beyond(spelt(channel, aspect, known))

    def _learn(self, channel: str, aspect: str, known: Known) -> None:
        self._known[channel, aspect] = known
        self._told(channel)
        self._beyond(spelt(channel, aspect, known))

    def _faults(self, channel: str, aspect: str) -> tuple[Fault, ...]:
        known = self._known.get((channel, aspect))
        return known if isinstance(known, tuple) else ()
