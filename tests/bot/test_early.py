"""A report that is quicker than the answer to what it is about waits for it, and no report waits for ever."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from bot import early
from channels.base import Report, State
from inbox.database import Database
from inbox.models import Address, Citizen, Conversation, Delivery, Message

NOW = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
CHANNEL = "blitar-wa"


async def handing_over(database: Database) -> Message:
    """A message that a platform is taking right now."""
    async with database.reading():
        pass

    async def write() -> Message:
        citizen = await Citizen.create(office="blitar", name="Sari", created_at=NOW)
        address = await Address.create(
            office="blitar", citizen=citizen, scheme="whatsapp", value="+6281200000101", created_at=NOW
        )
        talk = await Conversation.create(office="blitar", channel=CHANNEL, address=address, created_at=NOW)
        message = await Message.create(
            office="blitar",
            channel=CHANNEL,
            conversation=talk,
            direction="out",
            author="officer",
            text="Halo",
            sent_at=NOW,
            created_at=NOW,
        )
        await Delivery.create(
            office="blitar",
            channel=CHANNEL,
            address=address,
            message=message,
            key="k",
            state="sending",
            due_at=NOW,
            give_up_at=NOW,
            created_at=NOW,
        )
        return message

    return await database.transaction(write)


def told(name: str) -> Report:
    return Report(State.DELIVERED, external_id=name, at=NOW)


async def test_it_waits_until_the_name_is_known(sqlite_database: Database) -> None:
    """As soon as the message has its name the report goes on."""
    message = await handing_over(sqlite_database)
    waiting = asyncio.create_task(early.wait(sqlite_database, CHANNEL, [told("wamid.1")]))
    await asyncio.sleep(0.02)
    assert not waiting.done()
    await sqlite_database.transaction(lambda: Message.filter(id=message.id).update(external_id="wamid.1"))
    await asyncio.wait_for(waiting, 1)


async def test_nothing_on_its_way_is_not_waited_for(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is none of ours goes through: at once where nothing is sent, after a moment else."""
    await early.wait(sqlite_database, CHANNEL, [told("wamid.9")])
    await handing_over(sqlite_database)
    await early.wait(sqlite_database, "blitar-lain", [told("wamid.9")])
    monkeypatch.setattr(early, "_MOST_PAUSES", 2)
    await asyncio.wait_for(early.wait(sqlite_database, CHANNEL, [told("wamid.9")]), 1)
