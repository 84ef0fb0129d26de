"""Laying back a delivery that was taken in hand and has to wait for its turn: as if nobody had taken it.

No attempt is counted and nothing touched the network, so that nobody may doubt whether it went out.
"""

from __future__ import annotations

from datetime import datetime

from inbox.live import Event
from inbox.models import Attempt, Delivery
from inbox.outcomes import Claimed


async def lay_back(claimed: Claimed, until: datetime) -> Event:
    """Due again at that moment, in the caller's transaction; a delivery that somebody else has by now is left alone."""
    await Attempt.filter(id=claimed.attempt_id).delete()
    mine = Delivery.filter(id=claimed.delivery_id, state="sending", attempts=claimed.attempt)
    await mine.update(state="queued", attempts=claimed.attempt - 1, due_at=until, lease_until=None)
    return Event(claimed.office, "delivery", claimed.ticket_id, claimed.number)
