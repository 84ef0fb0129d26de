"""The window in which a platform lets us write: a citizen's last message opens it, time closes it. Pure.

Owns who may still say what once it is closed: an approved template always, a person's own words as long as the platform
lets human agents write, the clerk's never. It is asked when words are queued and again when their turn comes to leave.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from channels.base import Abilities, Outbound, Undelivered

CLOSED = "window-closed"
_UNKNOWN = datetime.fromtimestamp(86_400, UTC)


@dataclass(frozen=True, slots=True)
class Window:
    """A conversation's window at one moment.

    Attributes:
        state: ``always`` where the platform has none; ``open``; ``late``: closed for all but a person's own words;
            ``closed``, also where the citizen never wrote at this door.
        until: when it closes, or closed, for free words; None where it has none or was never open.
        late_until: the same for a person's words; None where the platform has no such rule.
    """

    state: Literal["always", "open", "late", "closed"]
    until: datetime | None = None
    late_until: datetime | None = None

    @property
    def ends_at(self) -> datetime | None:
        """Until when a person may write; None where that has no end, or none to come."""
        return {"open": self.until, "late": self.late_until}.get(self.state)

    @property
    def person_until(self) -> datetime | None:
        """Until when a person may, or might, write; None where that has no end, or the citizen never wrote."""
        return self.late_until or self.until

    def lets(self, *, automatic: bool, approved: bool = False) -> bool:
        """Whether words of that sort may go now."""
        return approved or self.state in ("always", "open") or (self.state == "late" and not automatic)


def window(abilities: Abilities, heard_at: datetime | None, now: datetime) -> Window:
    """How the window of a conversation stands. ``heard_at``: when the citizen last wrote there; None: never."""
    if abilities.window is None:
        return Window("always")
    if heard_at is None:
        return Window("closed")
    until = heard_at + abilities.window
    late_until = heard_at + abilities.late_window if abilities.late_window else None
    if now <= until:
        return Window("open", until, late_until)
    return Window("late" if late_until and now <= late_until else "closed", until, late_until)


def heard(abilities: Abilities, before: datetime | None, said_at: datetime, now: datetime) -> datetime:
    """When the citizen last wrote, once a message has come in that they said at ``said_at`` (the epoch: unknown).

    Where a platform shuts a window it counts from its own moment, however late the message reaches us.
    """
    if abilities.window is None or said_at <= _UNKNOWN:
        return now
    return max(min(said_at, now), before or said_at)


def lawful(
    outbound: Outbound,
    abilities: Abilities,
    heard_at: datetime | None,
    now: datetime,
    instead: Outbound | None = None,
) -> Outbound:
    """The message as it may leave now: a person's after the window is marked as one, and where it may not leave,
    ``instead``. What answers a comment is the platform's own exception, which it counts itself.

    Raises: Undelivered ``window-closed``.
    """
    here = window(abilities, heard_at, now)
    free = bool(outbound.approved or outbound.comment)
    if not here.lets(automatic=outbound.automatic, approved=free):
        if instead is None:
            raise Undelivered(CLOSED, retry=False)
        return instead
    return replace(outbound, late=True) if here.state == "late" and not free else outbound
