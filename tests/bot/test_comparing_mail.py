"""A mailbox at a real IMAP server, a night later: the mail that never reached the record is found and taken in."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime, timedelta

import channels
from bot.comparing import Comparing, bring
from channels.base import Channel
from inbox.door_days import bounds, over
from inbox.models import ChannelState, DoorDay, Message, SetAside, Ticket
from tests.bot.street import Street
from tests.channels.contract import SECRET
from tests.channels.mails import mail
from tests.mail_peers import PASSWORD, MailServers


async def listened(door: Channel, street: Street, many: int) -> None:
    """The door at work until so many mails are on record or set aside."""
    listening = asyncio.create_task(door.listen(street.desks[door.id]))
    try:
        async with asyncio.timeout(30):
            while await _here(door) < many:  # noqa: ASYNC110 - the record tells nobody
                await asyncio.sleep(0.05)
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


async def _here(door: Channel) -> int:
    return await Message.filter(channel=door.id, direction="in").count() + await SetAside.all().count()


async def test_a_mail_that_was_lost_is_found_and_taken_in(any_street: Street, mail_servers: MailServers) -> None:
    """One that the place was moved past without storing it; auto-replies and unreadable ones are not missing."""
    street, address = any_street, f"malam{os.getpid()}.{id(any_street)}@dinas.example.test"
    entry = {"address": address, "password": PASSWORD, "imap_host": "127.0.0.1", "imap_tls": False, "take": "all"}
    entry |= {"kind": "email", "imap_port": mail_servers.ports["imap"]}
    door = channels.load("blitar-email", entry, secret=SECRET, now=lambda: street.clock)
    night = datetime.now(UTC)
    day = over(street.office, night)
    noon = bounds(street.office, day)[0] + timedelta(hours=12)
    street.clock = noon.astimezone(UTC)
    mail_servers.put(
        address,
        mail("Lampu mati di Jl. Merdeka", message_id="<satu@x.id>"),
        mail("Saya sedang cuti.", "Auto-Submitted: auto-replied", message_id="<cuti@x.id>"),
        mail("Rusak", sender="", message_id="<rusak@x.id>"),
        taken_at=noon.timestamp(),
    )
    await listened(door, street, 3)
    lost_mail = mail("Jalan berlubang", sender="Siti <siti@warga.example.test>", message_id="<hilang@x.id>")
    mail_servers.put(address, lost_mail, taken_at=noon.timestamp() + 60)
    state = await ChannelState.get(channel=door.id)
    await ChannelState.filter(channel=door.id).update(progress={**state.progress, "uid": state.progress["uid"] + 1})

    comparing = Comparing(street.tickets, {door.id: door}, street.desks)
    await comparing.begin(night)
    await comparing.finish()
    row = await DoorDay.get(day=day)
    assert (row.state, row.told, row.stored, row.aside, row.ignored, row.missing) == ("compared", 4, 2, 1, 0, 1)
    (lost,) = [one for one in row.rows if one["state"] == "missing"]
    assert lost["id"] == "hilang@x.id"

    before = await Ticket.all().count()
    assert await bring(door, street.desks[door.id], lost["place"]) == ""
    assert (await Message.get(external_id="hilang@x.id")).text == "Jalan berlubang"
    assert await Ticket.all().count() == before + 1
