"""Blitar with doors whose platforms shut a window, and citizens who write there."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from channels.base import Abilities, ApprovedText
from config.schema import ChannelEntry, DoorNotice, Office
from inbox import people
from inbox.database import Database
from inbox.models import Conversation, Ticket, TicketLink
from tests.inbox.house import ABILITIES, House, at, blitar

NOW = at("2026-11-23 09:15")
DAY = timedelta(hours=24)
SITI, BUDI = "+6281200000101", "+6281200000202"
DOORS = {
    "wa": Abilities("whatsapp", window=DAY),
    "messenger": Abilities("messenger", window=DAY, late_window=timedelta(days=7)),
    "surat": Abilities("web", offline=True),
    "sms-luar": Abilities("abroad", style="short"),
    "telegram": Abilities("telegram"),
    "sms": Abilities("phone", style="short", longest=480),
}
STATUS = ApprovedText("status_aduan", "id", "Aduan nomor {{1}} kini {{2}}. Cek di {{3}}", 3)


def doors(office: Office) -> Office:
    """Blitar with a WhatsApp number and a page on Messenger."""
    notice = DoorNotice(template="status_aduan", values=("number", "status", "url"))
    whatsapp = ChannelEntry(kind="whatsapp", name="WhatsApp", notice=notice)
    more = {"wa": whatsapp, "messenger": ChannelEntry(kind="messenger")}
    return office.model_copy(update={"channels": {**office.channels, **more}})


async def windowed(database: Database, folder: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """The house with these doors, as long as the test lasts."""
    for name, able in DOORS.items():
        monkeypatch.setitem(ABILITIES, f"blitar-{name}", able)
    house = House(database, folder / "files", blitar(doors))
    await house.tickets.prepare(NOW)
    return house


async def asks(house: House, channel: str = "wa", sender: str = SITI, now: datetime = NOW) -> Ticket:
    """A citizen writes at a door with a window, now."""
    ticket = await house.complaint(now, sender=sender, channel=channel)
    await Conversation.filter(address__value=sender, channel=f"blitar-{channel}").update(last_in_at=now)
    return ticket


async def also(
    house: House, ticket: Ticket, channel: str, value: str, *, proven: bool = True, linked_: bool = False, **known: Any
) -> Conversation:
    """Another address of the ticket's person, with its conversation."""

    async def work() -> Conversation:
        scheme = ABILITIES[f"blitar-{channel}"].scheme
        address = await people.meet("blitar", scheme, value, name="", now=NOW, confirmed=proven)
        address.citizen_id = ticket.citizen_id
        await address.save(update_fields=["citizen_id"])
        talk = await people.conversation("blitar", f"blitar-{channel}", address, NOW)
        await Conversation.filter(id=talk.id).update(**known)
        if linked_:
            await TicketLink.create(office="blitar", ticket_id=ticket.id, conversation_id=talk.id, created_at=NOW)
        return talk

    return await house.database.transaction(work)
