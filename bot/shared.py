"""What several processes keep alike: live pages, who is at a ticket, how the doors are doing, and when to look.

Each part works by itself and hands on what it learns; here the parts are joined to the other processes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime

from bot.health import HealthBook
from bot.neighbours import MISSED, Neighbours
from channels.base import Channel
from channels.chat_bell import Ringing
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


def ringing(neighbours: Neighbours, doors: Mapping[str, Channel]) -> Callable[[str, str], None]:
    """Given a channel and an address: ring there that something was said, in whichever process somebody waits."""
    bells = {id_: door.bell for id_, door in doors.items() if isinstance(door, Ringing)}
    for id_, bell in bells.items():
        bell.tell = lambda name, id_=id_: neighbours.tell("bell", [id_, name])  # type: ignore[misc]
        neighbours.on(MISSED, lambda _, bell=bell: bell.relay_all())  # type: ignore[misc]
    neighbours.on("bell", lambda rung: bells[rung[0]].relay(rung[1]))

    def ring(channel: str, sender: str) -> None:
        if bell := bells.get(channel):
            bell.ring(sender)

    return ring
