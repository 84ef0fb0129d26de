"""What the desk's pages need of the running program: abilities, health, a nudge, a hand to the clerk.

Owns no behaviour: it only joins the parts that ``bot/app.py`` built.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from aiohttp import web

from bot import comparing, examining
from channels.base import Abilities, Accepted, ApprovedText, Approving, Channel, Desk, Fault, Health, Inbound, Paced


class Running:
    """``channels.base.Program`` over the doors, desks and loops of one process. ``entries``: what each door is made of,
    with its kind.
    """

    def __init__(
        self,
        doors: Mapping[str, Channel],
        desks: Mapping[str, Desk],
        health: Callable[[str], Health],
        wake: Callable[[], None],
        *,
        entries: Mapping[str, tuple[str, Mapping[str, Any]]],
        pace: Callable[[str], Awaitable[Paced]],
    ) -> None:
        self._doors, self._desks, self._health, self._wake = doors, desks, health, wake
        self._entries, self._pace = entries, pace

    def wake(self) -> None:
        """Something is due in the outbox: look now."""
        self._wake()

    def abilities(self, channel: str) -> Abilities:
        """What the channel can do. Raises KeyError for a channel that is not configured."""
        return self._doors[channel].abilities

    def health(self, channel: str) -> Health:
        """How the channel is doing."""
        return self._health(channel)

    def hooks(self, channel: str) -> list[str]:
        """The paths by which the channel's platform calls us. Raises KeyError for one that is not configured."""
        return hooks(self._doors[channel], self._desks[channel])

    async def pace(self, channel: str) -> Paced:
        """How fast the channel may send, and whether it has to wait now."""
        return await self._pace(channel)

    def settings(self, channel: str) -> Mapping[str, str | None]:
        """What the office's file says of the channel; None stands for a secret that is set."""
        return examining.shown(*self._entries[channel])

    async def check(self, channel: str) -> list[Fault]:
        """What is wrong at the channel's platform, and whether its clock is ours."""
        return await examining.examine(self._doors[channel], examining.address(*self._entries[channel]))

    async def called(self, channel: str) -> str:
        """What people write to at the channel; empty where the platform does not tell it quickly."""
        return await examining.called(self._doors[channel])

    def approving(self, channel: str) -> bool:
        """Whether the channel's platform approves message templates."""
        return isinstance(self._doors[channel], Approving)

    async def approved(self, channel: str) -> Sequence[ApprovedText]:
        """The platform's templates as it tells them now."""
        door = self._doors[channel]
        return await door.approved() if isinstance(door, Approving) else ()

    async def bring(self, channel: str, place: Mapping[str, Any]) -> str:
        """Take in a message that was missing; answers nothing, or the code of why that failed."""
        return await comparing.bring(self._doors[channel], self._desks[channel], place)

    async def hand(self, channel: str, inbound: Inbound) -> Accepted:
        """Give the clerk a message as if it came through ``channel``."""
        (accepted,) = await self._desks[channel].accept(inbound)
        return accepted


def hooks(door: Channel, desk: Desk) -> list[str]:
    """Where a door's platform calls us, without the address before it."""
    paths = (route.path for route in door.routes(desk) if isinstance(route, web.RouteDef))
    return sorted({path for path in paths if path.startswith("/hooks/")})
