"""Rows for tests of the record's plumbing, without the commands that usually make them."""

from __future__ import annotations

from datetime import datetime

from channels.base import Abilities
from inbox import outbox, people
from inbox.database import Database
from inbox.models import Conversation, Delivery, Message, ProcedureVersion, Task, Ticket, TicketStep
from templates import Words

EMAIL = Abilities(scheme="email")
CHANNEL = "blitar-email"


async def conversation(
    now: datetime, *, value: str = "sri@example.org", channel: str = CHANNEL, office: str = "blitar"
) -> Conversation:
    """A conversation with somebody who wrote at the door."""
    address = await people.meet(office, "email", value, name="Sri", now=now, confirmed=True)
    return await people.conversation(office, channel, address, now)


async def ticket(now: datetime, talk: Conversation, *, number: str = "BLT-26-000001", role: str = "petugas") -> Ticket:
    """An open ticket of the conversation's citizen, standing in a step of the role."""
    version, _ = await ProcedureVersion.get_or_create(
        office=talk.office, procedure="sop", digest="0" * 64, defaults={"body": "{}", "created_at": now}
    )
    made = await Ticket.create(
        office=talk.office,
        number=number,
        code="ABC234",
        kind="pengaduan",
        citizen_id=talk.address.citizen_id,
        channel=talk.channel,
        procedure=version,
        step="terima",
        opened_at=now,
    )
    step = await TicketStep.create(
        office=talk.office, ticket=made, version=version, ordinal=1, step="terima", started_at=now
    )
    await Task.create(office=talk.office, ticket=made, step=step, role=role)
    return made


async def queued(
    database: Database,
    now: datetime,
    *,
    text: str = "Aduan diterima.",
    value: str = "sri@example.org",
    channel: str = CHANNEL,
    office: str = "blitar",
    with_ticket: bool = False,
    abilities: Abilities = EMAIL,
) -> Delivery:
    """A message on its way out, with its ``message`` at hand."""

    async def work() -> Message:
        talk = await conversation(now, value=value, channel=channel, office=office)
        case = await ticket(now, talk) if with_ticket else None
        return await outbox.queue(talk, Words.plain(text), abilities=abilities, ticket=case, now=now)

    message = await database.transaction(work)
    return await Delivery.get(message_id=message.id).select_related("message")


async def state_of(delivery: Delivery) -> str:
    """The delivery's state as it stands in the database now."""
    return (await Delivery.get(id=delivery.id)).state
