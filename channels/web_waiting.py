"""A place in line for whoever shares a network that has sent much: a village behind one address waits a little and is
taken, where it would have stood before a wall. What a place lets in has a measure of its own, much larger.

A place is a signed word in the page, good for that page's words and once; nothing is kept of it until it is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from channels.base import Measure
from channels.guard import Signer

_LASTS = timedelta(hours=1)
ONCE = Measure("place-in-line", 1, _LASTS)
"""How often one place lets something in."""


@dataclass(frozen=True, slots=True)
class Line:
    """How long one waits, and how much is let in that way from one network. Without ``measure`` there is no line."""

    signer: Signer
    seconds: float
    measure: Measure | None

    def place(self, nonce: str, now: datetime) -> str:
        """A new place for the words of the page with that nonce."""
        turn_at = now + timedelta(seconds=self.seconds)
        return self.signer.sign("line", f"{nonce}.{int(turn_at.timestamp()):x}")

    def left(self, place: str, nonce: str, now: datetime) -> timedelta | None:
        """How long it still waits, zero where it is its turn; None for a place of another page's, or of long ago."""
        text = self.signer.open("line", place)
        whose, _, turn = (text or "").rpartition(".")
        if not whose or whose != nonce:
            return None
        turn_at = datetime.fromtimestamp(int(turn, 16), UTC)
        return max(turn_at - now, timedelta(0)) if now - turn_at < _LASTS else None
