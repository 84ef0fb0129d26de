"""Messages arrive: their rows first, then who wrote them, the conversation under its lock, and what was before.

Scripts of statements, so that on SQLite all of it is one errand. Conversations are locked in the order of their
senders: two processes that take some of the same ones never wait for each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.hearing import Heard
from bot.scene import Past, Scenes
from bot.storing import Stored, inserting
from channels.base import Inbound
from inbox import blocking, people
from inbox.models import Conversation, Message
from inbox.sheet import Script


@dataclass(slots=True)
class Arrival:
    """A message with its row, and its conversation unless that is to be found by the number and code it gives.

    ``past`` is None behind another message of the same conversation, which may still change it. ``blocked``: whoever
    writes there is.
    """

    heard: Heard
    message: Message
    conversation: Conversation | None = None
    past: Past | None = None
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Of one channel, whose addresses are of one ``scheme``."""

    office: str
    channel: str
    scheme: str
    scenes: Scenes

    def take(self, several: Sequence[tuple[Heard, Stored]], now: datetime) -> Script[list[Arrival | None]]:
        """Messages in their order; None for one that was taken before."""
        taken: list[Arrival | None] = []
        for heard, stored in several:
            row = yield from inserting(heard, stored, office=self.office, channel=self.channel, now=now)
            taken.append(Arrival(heard, row) if row else None)
        yield from self._meet([one for one in taken if one and not one.heard.number], now)
        return taken

    def _meet(self, arrivals: Sequence[Arrival], now: datetime) -> Script[None]:
        known: dict[str, Conversation] = {}
        for one in sorted(arrivals, key=lambda one: one.heard.inbound.sender):
            heard, sender, lasting = one.heard, one.heard.inbound.sender, one.heard.inbound.lasting
            if lasting:
                sender = yield from people.recognising(self.office, self.scheme, sender, lasting)
            # Whoever is not who they say they are tells us nothing of whose address it is.
            confirmed, name = not (heard.inbound.automatic or heard.forged), "" if heard.forged else heard.name
            if sender in known:
                yield from people.learning(known[sender].address, name, now, confirmed)
            else:
                met = yield from people.meeting(
                    self.office, self.scheme, sender, name=name, now=now, confirmed=confirmed
                )
                known[sender] = yield from people.conversing(self.office, self.channel, met.address, now)
                one.past = Past() if met.new else (yield from self.scenes.past(known[sender], now))
            one.conversation = known[sender]
            if lasting:
                yield from people.naming(known[sender].address, lasting)
            if number := _moved_to(heard.inbound):
                yield from people.moving(known[sender].address, number)
        yield from self._look_up(arrivals, now)

    def _look_up(self, arrivals: Sequence[Arrival], now: datetime) -> Script[None]:
        met = [(one, one.conversation.address) for one in arrivals if one.conversation]
        blocked = yield from blocking.among(self.office, [address for _, address in met], now)
        for one, address in met:
            one.blocked = blocked.has(address)


def _moved_to(inbound: Inbound) -> str:
    """The number by which somebody is known from now on, as the platform itself tells it; empty as a rule."""
    return next((one for one in inbound.sender_also if one.startswith("+")), "") if inbound.automatic else ""
