"""What was read holds while nothing is committed and no clock runs out; whoever asks sees every change at once."""

from __future__ import annotations

from datetime import datetime, timedelta

from inbox.database import Database
from inbox.models import Ticket
from inbox.unchanged import Unchanged
from tests.inbox.house import House, at

NOW = at("2026-11-23 10:00")
HOUR = timedelta(hours=1)


class Asking:
    """Reads how many tickets are unread; ``asked`` counts how often it had to."""

    def __init__(self, database: Database) -> None:
        self.database, self.asked = database, 0
        self.answers: Unchanged[tuple[int, datetime]] = Unchanged(database, lambda found: found[1])

    async def unread(self, now: datetime = NOW, key: str = "sri") -> int:
        """Through the answers that are kept."""

        async def read() -> tuple[int, datetime]:
            self.asked += 1
            return await Ticket.filter(unread=True).count(), now + HOUR

        async with self.database.reading():
            return (await self.answers.get(key, now, read))[0]


async def test_nothing_is_read_twice_while_nothing_happens(any_house: House) -> None:
    """The second answer is the first one; somebody else's is read for them."""
    await any_house.complaint(NOW)
    asking = Asking(any_house.database)
    assert [await asking.unread(), await asking.unread(), await asking.unread(key="budi")] == [1, 1, 1]
    assert asking.asked == 2


async def test_a_commit_is_seen_by_the_very_next_question(any_house: House) -> None:
    """By a command of the house, and by whatever else writes."""
    ticket = await any_house.complaint(NOW)
    asking = Asking(any_house.database)
    assert await asking.unread() == 1
    await any_house.complaint(NOW, sender="lain@example.org")
    assert await asking.unread() == 2
    await Ticket.filter(id=ticket.id).update(unread=False)
    assert await asking.unread() == 1


async def test_time_alone_makes_an_answer_old(any_house: House) -> None:
    """When it said it would, not before; nor does it hold for a moment before it was read."""
    asking = Asking(any_house.database)
    for now in (NOW, NOW + HOUR - timedelta(seconds=1), NOW + HOUR, NOW - HOUR):
        await asking.unread(now)
    assert asking.asked == 3
