"""How every door is doing, in both directions, and one log line when that changes.

The listener speaks for what comes in, the deliverer for what goes out; a door is as well as its worse half. A door that
is silent for longer than it ever is (``bot.silence``) works as far as anybody knows: that is a note beside its state.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

import structlog

from channels.base import Fault, Health

Direction = Literal["in", "out"]

log = structlog.get_logger()
_WORST_FIRST = ("refused", "down", "starting", "ok")


class HealthBook:
    """The state of each door and direction: starting, ok, down, or refused (the platform's no to our credentials)."""

    def __init__(self, now: Callable[[], datetime], told: Callable[[str], None] = lambda _: None) -> None:
        self._now, self._told = now, told
        self._book: dict[tuple[str, Direction], Health] = {}
        self._notes: dict[str, tuple[Fault, ...]] = {}
        self._silent: dict[str, tuple[Fault, ...]] = {}
        self._usual: dict[str, timedelta | None] = {}

    def of(self, channel: str) -> Health:
        """The worse of the door's two halves; starting where nothing is known."""
        halves = [health for (name, _), health in self._book.items() if name == channel]
        worse = min(halves, key=lambda health: _WORST_FIRST.index(health.state), default=Health())
        notes = self._notes.get(channel, ()) + self._silent.get(channel, ())
        return replace(worse, notes=notes, usual=self._usual.get(channel))

    def warn(self, channel: str, faults: Sequence[Fault]) -> None:
        """Set what a person should know of a door that works."""
        if self._notes.get(channel, ()) != tuple(faults):
            self._notes[channel] = tuple(faults)
            self._told(channel)

    def usually(self, channel: str, usual: timedelta | None) -> None:
        """Set how long nothing comes in at the longest, in working time; None where that is not known."""
        self._usual[channel] = usual

    def quiet(self, channel: str, *faults: Fault) -> None:
        """Set what there is to say of a silence that is longer than usual; nothing: somebody wrote."""
        if self._silent.get(channel, ()) != faults:
            self._silent[channel] = faults
            self._told(channel)

    def note(self, channel: str, direction: Direction, state: str, reason: str = "", detail: str = "") -> None:
        """Set one half. ``reason`` is the code of a sentence in ``templates/reasons.yaml``, ``detail`` is for the log.

        The first trouble and the recovery are logged, what repeats is not.
        """
        known = self._book.get((channel, direction), Health())
        if known.state == state:
            return
        self._book[channel, direction] = Health(state=state, since=self._now(), reason=reason)
        self._told(channel)
        if state in {"down", "refused"}:
            log.warning("channel " + state, channel=channel, direction=direction, reason=reason, detail=detail)
        elif known.state in {"down", "refused"}:
            log.info("channel up again", channel=channel, direction=direction)
