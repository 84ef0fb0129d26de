"""A code to an address that a citizen says is theirs too, in the transaction of the message that asks for it.

Owns how often an address is sent one: whoever types another's address again and again reaches nobody. What is not sent
is not told: the one who asked hears the same words either way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.decision import Say
from bot.talk import Memory
from bot.voice import Voice
from channels.base import Abilities
from config.schema import Office
from inbox import numbers, outbox, people
from inbox.models import Address, Conversation, Counter, Message
from inbox.tickets import Tickets

TEMPLATE = "kode-gabung"
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_MOST_A_DAY = 3
# One counter an office: the hour it is and how many went in it to addresses that never wrote.
_AN_HOUR = 100_000


def new_code() -> str:
    """Six letters and digits with a digit among them, so that it is found in "kodenya ..." too."""
    code = numbers.code()
    return code if any(letter.isdigit() for letter in code) else new_code()


class Codes:
    """Sends codes to addresses for one office. ``abilities``: of any channel, by its id."""

    def __init__(self, office: Office, tickets: Tickets, abilities: Callable[[str], Abilities]) -> None:
        self._office, self._tickets, self._abilities = office, tickets, abilities

    async def send(self, named: str, code: str, now: datetime) -> None:
        """Send it to ``named`` (``scheme:value``) by the first door that reaches such addresses, if it may be."""
        scheme, _, value = named.partition(":")
        channel = next((id_ for id_ in self._doors() if self._reaches(id_, scheme)), "")
        if not channel:
            return
        address = await people.meet(self._office.id, scheme, value, name="", now=now, confirmed=False)
        talk = await _talk(channel, address, now)
        if await _may(self._office, talk, address, now):
            say = Say(TEMPLATE, values={"proof": code}, asked=True)
            await Voice(self._office, channel, self._tickets, self._abilities).say(say, talk, None, (), now)
            await _note(talk, now)

    def _doors(self) -> list[str]:
        return [f"{self._office.id}-{name}" for name in self._office.channels]

    def _reaches(self, channel: str, scheme: str) -> bool:
        able = self._abilities(channel)
        return able.scheme == scheme and not able.offline


async def _talk(channel: str, address: Address, now: datetime) -> Conversation:
    """The conversation there, not locked where there is one: two who ask for each other's would wait for ever."""
    found = await Conversation.filter(channel=channel, address_id=address.id).first()
    if found is None:
        return await people.conversation(address.office, channel, address, now)
    found.address = address
    return found


async def _note(talk: Conversation, now: datetime) -> None:
    """Remember that a code was sent there, unless somebody writes from there at this very moment."""
    found = await Conversation.filter(id=talk.id).select_for_update(skip_locked=True).first()
    if found is not None:
        memory = replace(Memory.from_json(found.state), coded_at=now)
        await Conversation.filter(id=talk.id).update(state=memory.to_json())


async def _may(office: Office, talk: Conversation, address: Address, now: datetime) -> bool:
    if address.stopped_at is not None or address.dead_at is not None:
        return False
    sent = Message.filter(conversation_id=talk.id, template=TEMPLATE)
    lately, today = sent.filter(created_at__gt=now - _HOUR), sent.filter(created_at__gt=now - _DAY)
    if await lately.exists() or await today.count() >= _MOST_A_DAY:
        return False
    if await outbox.automatic_lately(address.id, now) >= office.clerk.automatic_per_hour:
        return False
    return address.confirmed_at is not None or await _room(office, now)


async def _room(office: Office, now: datetime) -> bool:
    """Whether one more may go this hour to an address that never wrote; counts it."""
    hour, name = int(now.timestamp()) // 3600 * _AN_HOUR, f"proofs_{office.id}"
    await Counter.bulk_create([Counter(name=name, value=hour)], ignore_conflicts=True)
    counter = await Counter.filter(name=name).select_for_update().get()
    used = max(counter.value - hour, 0)
    if used >= office.clerk.first_per_hour:
        return False
    await Counter.filter(name=name).update(value=hour + used + 1)
    return True
