"""Who is at a ticket, in memory."""

from __future__ import annotations

from datetime import timedelta

from inbox.actor import Actor
from inbox.live import Event
from inbox.presence import GONE_AFTER, Presence
from tests.inbox.house import at

NOW = at("2026-11-23 09:15")
RINA = Actor(1, "rina", "blitar", "Rina", "R", frozenset())
AGUS = Actor(2, "agus", "blitar", "Agus", "A", frozenset())
OTHER = Actor(3, "lain", "mojokerto", "Lain", "L", frozenset())
NUMBER = "BLT-26-000001"


def test_who_comes_writes_and_goes_is_told_once() -> None:
    """Only what changes is announced; a browser that falls silent is gone; another office's are never met."""
    events: list[Event] = []
    presence = Presence(events.append)
    assert presence.beat(RINA, NUMBER, NOW) == ()
    presence.beat(RINA, NUMBER, NOW + timedelta(seconds=20))
    assert len(events) == 1
    (rina,) = presence.beat(AGUS, NUMBER, NOW + timedelta(seconds=20))
    assert (rina.name, rina.typing) == ("Rina", False)
    presence.beat(RINA, NUMBER, NOW + timedelta(seconds=25), typing=True)
    (rina,) = presence.beat(AGUS, NUMBER, NOW + timedelta(seconds=30))
    assert rina.typing
    assert presence.beat(OTHER, NUMBER, NOW + timedelta(seconds=30)) == ()
    assert presence.beat(AGUS, NUMBER, NOW + timedelta(seconds=26) + GONE_AFTER) == ()
    presence.leave(AGUS, NUMBER)
    presence.leave(AGUS, NUMBER)
    told = [event for event in events if event.office == "blitar"]
    assert [event.kind for event in told] == ["presence"] * 5
    assert {event.number for event in events} == {NUMBER}


def test_a_ticket_that_nobody_left_is_forgotten() -> None:
    """Browsers that were closed without a word leave nothing behind, however many tickets they had open."""
    presence = Presence(lambda _: None)
    for serial in range(200):
        presence.beat(AGUS, f"BLT-26-{serial:06d}", NOW + timedelta(seconds=serial / 10))
    presence.beat(RINA, NUMBER, NOW + GONE_AFTER + timedelta(minutes=2))
    presence.beat(AGUS, NUMBER, NOW + GONE_AFTER + timedelta(minutes=2))
    assert [len(there) for there in presence._at.values()] == [2]
