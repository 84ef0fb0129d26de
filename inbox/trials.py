"""A message to oneself: an officer tries a door's way out with one marked message through the real outbox, no ticket.

It goes the way of every other message, with the door's pace, window and practice mode, so that what is seen of it is
what citizens would see.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tortoise.queryset import QuerySet

from channels.base import Abilities, contact, phone
from inbox import journal, outbox, people
from inbox.actor import Actor
from inbox.doors import Doors
from inbox.live import Event
from inbox.models import Conversation, Delivery, OfficerLine
from inbox.refused import Missing, Refused
from inbox.tickets import Tickets
from templates import Words, sentence

MARK = "uji-coba"
# Enough to look for a mistake by; nobody's phone is made to ring all day.
_MOST_AN_HOUR = 6
# The doors whose addresses are made by our own pages: nobody has one to give.
_OWN = frozenset({"web", "chat"})
_NUMBERS = frozenset({"phone", "whatsapp"})
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9:_.@+-]{0,99}")


def possible(abilities: Abilities) -> bool:
    """Whether a door sends to an address that somebody can have and give."""
    return not abilities.offline and abilities.scheme not in _OWN


class Trials:
    """The officers' trial messages. The rights are those of ``Doors``."""

    def __init__(self, tickets: Tickets, doors: Doors) -> None:
        self._tickets, self._doors = tickets, doors

    async def send(self, by: Actor, channel: str, given: str, abilities: Abilities, now: datetime) -> str:
        """Queue one to the address as it was typed; answers its key.

        Raises: Forbidden and Missing as ``Doors.entry`` does; Refused ``trial-impossible``, ``trial-address``,
            ``trial-often``.
        """
        office, entry = self._doors.entry(by, channel)
        if not possible(abilities):
            raise Refused("trial-impossible")
        value = _canonical(abilities.scheme, given)
        if not value:
            raise Refused("trial-address", field="address")
        at = f"{now.astimezone(ZoneInfo(office.time_zone)):%H.%M}"
        told = {"office": office.name, "door": entry.name or channel, "name": by.name, "time": at}
        words = Words.plain(sentence("trial-text", told), sentence("trial-subject", told))

        async def work() -> str:
            await _check_often(by, channel, now)
            address = await people.meet(office.id, abilities.scheme, value, name="", now=now, confirmed=False)
            talk = await people.conversation(office.id, channel, address, now)
            await _open(talk, by.officer_id)
            message = await outbox.queue(
                talk,
                words,
                abilities=abilities,
                now=now,
                author="officer",
                officer_id=by.officer_id,
                automatic=False,
                template=MARK,
            )
            await journal.write(office.id, "door-tried", actor=by.mark, at=now, channel=channel)
            return str(message.key)

        key = await self._tickets.database.transaction(work)
        self._tickets.announce(Event(office.id, "delivery"))
        return key

    async def own(self, by: Actor, channel: str) -> str:
        """The officer's own address there, where they linked one to be reached by; else empty."""
        async with self._tickets.database.reading():
            line = await _line(by.officer_id, channel).exclude(linked_at=None).first()
        return (line.address or "") if line else ""

    async def of(self, by: Actor, channel: str, key: str) -> Delivery:
        """One that this office sent, with its ``message`` and ``address``. Raises Missing ``trial-missing``."""
        self._doors.entry(by, channel)
        async with self._tickets.database.reading():
            rows = Delivery.filter(key=key, channel=channel, office=by.office, message__template=MARK)
            found = await rows.select_related("message", "address").first()
        if found is None:
            raise Missing("trial-missing")
        return found


async def _check_often(by: Actor, channel: str, now: datetime) -> None:
    lately = Delivery.filter(channel=channel, created_at__gt=now - timedelta(hours=1), message__template=MARK)
    if await lately.filter(message__officer_id=by.officer_id).count() >= _MOST_AN_HOUR:
        raise Refused("trial-often", field="address")


def _line(officer_id: int, channel: str) -> QuerySet[OfficerLine]:
    return OfficerLine.filter(officer_id=officer_id, channel=channel)


async def _open(talk: Conversation, officer_id: int) -> None:
    """What an officer wrote from a linked line is no message of a conversation, but it opens the platform's window."""
    line = await _line(officer_id, talk.channel).filter(address=talk.address.value).first()
    if line and line.heard_at and (talk.last_in_at is None or talk.last_in_at < line.heard_at):
        talk.last_in_at = line.heard_at
        await Conversation.filter(id=talk.id).update(last_in_at=line.heard_at)


def _canonical(scheme: str, given: str) -> str:
    """The address as the door spells it; empty where it cannot be one."""
    given = given.strip()
    if scheme in _NUMBERS:
        return phone(given)
    if scheme == "email":
        found = contact(given)
        return found[1] if found and found[0] == "email" else ""
    return given if _ID.fullmatch(given) else ""
