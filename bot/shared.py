"""What several processes keep alike: live pages, who is at a ticket, how the doors are doing, and when to look.

Each part works by itself and hands on what it learns; here the parts are joined to the other processes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

from bot.health import HealthBook
from bot.neighbours import MISSED, Neighbours
from inbox.live import Event, Live
from inbox.presence import Presence


def sharing(
    neighbours: Neighbours, now: Callable[[], datetime], office_of: Callable[[str], str]
) -> tuple[Live, Presence, HealthBook]:
    """The three, told of what other processes know. ``office_of``: the office of a channel."""
    live = Live(lambda event: neighbours.tell("event", asdict(event)))
    presence = Presence(live.announce, lambda here: neighbours.tell("presence", here))
    health = HealthBook(
        now, lambda channel: live.relay(Event(office_of(channel), "health")), lambda told: neighbours.tell("door", told)
    )
    neighbours.on("event", lambda event: live.relay(Event(**event)))
    neighbours.on("presence", presence.relay)
    neighbours.on("door", health.relay)
    neighbours.on("doors", lambda _: health.retell())

    def missed(_: object) -> None:
        """Pages ask again for what they show, and we for how the doors are."""
        live.relay_all("reload")
        neighbours.tell("doors")

    neighbours.on(MISSED, missed)
    return live, presence, health


def waking(neighbours: Neighbours, wake: Callable[[], None]) -> Callable[[], None]:
    """Wake whoever sends, in whichever process."""
    neighbours.on("wake", lambda _: wake())

    def everywhere() -> None:
        wake()
        neighbours.tell("wake")

    return everywhere
