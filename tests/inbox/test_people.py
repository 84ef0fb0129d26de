from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from inbox import people
from inbox.database import Database
from inbox.models import Address, Citizen, Conversation


async def _meet(
    database: Database,
    now: datetime,
    *,
    name: str = "Sri Wahyuni",
    value: str = "sri@example.org",
    confirmed: bool = True,
) -> Address:
    return await database.transaction(
        lambda: people.meet("blitar", "email", value, name=name, now=now, confirmed=confirmed)
    )


async def test_somebody_new_gets_a_citizen_and_an_address(any_database: Database, now: datetime) -> None:
    """The first message of an address makes the person behind it known to the office."""
    address = await _meet(any_database, now)
    assert (address.office, address.scheme, address.value) == ("blitar", "email", "sri@example.org")
    assert address.citizen.name == "Sri Wahyuni"
    assert address.confirmed_at == now


async def test_somebody_known_is_met_again_not_made_again(any_database: Database, now: datetime) -> None:
    """A later message of the same address is the same person, whose name is not replaced."""
    first = await _meet(any_database, now)
    again = await _meet(any_database, now + timedelta(days=1), name="S. Wahyuni (HP)")
    assert (again.id, again.citizen_id, again.citizen.name) == (first.id, first.citizen_id, "Sri Wahyuni")
    assert await Citizen.all().count() == 1


async def test_a_name_that_was_missing_is_learnt(any_database: Database, now: datetime) -> None:
    """Somebody who wrote without a name gets the one that a later message carries."""
    await _meet(any_database, now, name="")
    await _meet(any_database, now, name="Sri Wahyuni")
    assert (await Citizen.get()).name == "Sri Wahyuni"


async def test_a_typed_address_is_confirmed_by_writing_from_it(any_database: Database, now: datetime) -> None:
    """An address that somebody merely typed counts as theirs only once a message comes from there."""
    typed = await _meet(any_database, now, confirmed=False)
    assert typed.confirmed_at is None
    later = now + timedelta(hours=1)
    assert (await _meet(any_database, later)).confirmed_at == later
    assert (await Address.get()).confirmed_at == later


async def test_a_dead_address_lives_again_when_it_writes(any_database: Database, now: datetime) -> None:
    """A bounce of last year does not keep us from answering somebody who writes today."""
    address = await _meet(any_database, now)
    await Address.filter(id=address.id).update(dead_at=now, dead_reason="550 no such user")
    await _meet(any_database, now, confirmed=False)
    assert (await Address.get()).dead_at == now
    await _meet(any_database, now)
    assert (await Address.get()).dead_at is None


async def test_meeting_at_the_same_moment_makes_one_person(any_database: Database, now: datetime) -> None:
    """Eight processes that meet the same newcomer at once end with one citizen, one address, one conversation."""

    async def meet() -> tuple[int, int]:
        address = await people.meet("blitar", "email", "sri@example.org", name="Sri", now=now, confirmed=True)
        conversation = await people.conversation("blitar", "blitar-email", address, now)
        return address.citizen_id, conversation.id

    met = await asyncio.gather(*(any_database.transaction(meet) for _ in range(8)))
    assert len(set(met)) == 1
    assert [await Citizen.all().count(), await Address.all().count(), await Conversation.all().count()] == [1, 1, 1]


async def test_offices_do_not_share_people(any_database: Database, now: datetime) -> None:
    """The same address at another office is another citizen there."""
    await _meet(any_database, now)
    other = await any_database.transaction(
        lambda: people.meet("denpasar", "email", "sri@example.org", name="Sri", now=now, confirmed=True)
    )
    assert other.office == "denpasar"
    assert await Citizen.all().count() == 2


async def test_a_conversation_lasts_and_knows_its_address(any_database: Database, now: datetime) -> None:
    """Each door has one conversation with an address, and it is the same one years later."""
    address = await _meet(any_database, now)
    first = await _converse(any_database, "blitar-email", address, now)
    assert first.address.value == "sri@example.org"
    assert (await _converse(any_database, "blitar-email", address, now + timedelta(days=800))).id == first.id
    assert (await _converse(any_database, "blitar-web", address, now)).id != first.id


async def test_one_conversation_is_decided_by_one_at_a_time(any_database: Database, now: datetime) -> None:
    """While one message of a conversation is being decided, the next one of the same conversation waits."""
    address = await _meet(any_database, now)
    await _converse(any_database, "blitar-email", address, now)
    inside: list[str] = []

    async def decide(name: str) -> None:
        await people.conversation("blitar", "blitar-email", address, now)
        inside.append(f"{name} in")
        for _ in range(20):
            await asyncio.sleep(0)
        await Citizen.all().count()
        inside.append(f"{name} out")

    await asyncio.gather(*(any_database.transaction(lambda name=name: decide(name)) for name in "ab"))
    assert inside in (["a in", "a out", "b in", "b out"], ["b in", "b out", "a in", "a out"])


async def _converse(database: Database, channel: str, address: Address, now: datetime) -> Conversation:
    return await database.transaction(lambda: people.conversation("blitar", channel, address, now))
