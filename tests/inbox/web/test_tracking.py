"""What another service numbers, such as SP4N-LAPOR!, is taken down once, under a number that can be one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from config.schema import ChannelEntry, Offices
from inbox import people
from inbox.models import Message
from tests.inbox.house import House
from tests.inbox.web.desk import Office, Page

LAPOR = ChannelEntry(kind="service", name="SP4N-LAPOR!")
READ = {
    "pintu": "blitar-lapor",
    "text": "Izin reklame di Jl. Merdeka sudah habis.",
    "service.link": "https://www.lapor.go.id/laporan/7654321",
    "service.tracking": "7654321",
}


@pytest.fixture
async def office(house: House, tmp_path: Path) -> AsyncIterator[Office]:
    """Blitar's desk, where an officer also reads SP4N-LAPOR!."""
    blitar = house.office.model_copy(update={"channels": {**house.office.channels, "lapor": LAPOR}})
    offices = house.offices
    wired = Offices(offices.folder, {**offices.offices, blitar.id: blitar}, offices.worktime, offices.sources)
    house.tickets.offices = house.offices = wired
    async with Office(house, tmp_path).opened() as desk:
        await desk.hires("petugas")
        yield desk


async def writes(office: Office, **typed: str) -> Page:
    """Taken down by the counter's form."""
    browser = await office.browser("petugas")
    return await browser.sends(await browser.opens("/meja/baru"), "/meja/baru", READ | typed)


async def test_a_number_is_taken_down_once(office: Office) -> None:
    """However it is written: the second is refused beside its field and leads to the case; what was typed stays."""
    browser = await office.browser("petugas")
    form = await browser.opens("/meja/baru")
    await browser.sends(form, "/meja/baru", READ)
    channel, inbound = office.handed[0]
    ticket = await office.complaint()
    address = await people.meet("blitar", "web", inbound.sender, name="", now=office.now, confirmed=True)
    talk = await people.conversation("blitar", channel, address, office.now)
    known = {"conversation_id": talk.id, "ticket_id": ticket.id, "sent_at": office.now, "created_at": office.now}
    await Message.create(
        office="blitar", channel=channel, external_id=inbound.external_id, direction="in", author="citizen", **known
    )
    page = await writes(office, **{"service.tracking": "#7654321"})
    assert page.status == 422
    assert f"sudah dicatat sebagai aduan {ticket.number}" in page.text
    assert page.doc.xpath(f"//main//a[@href='/meja/{ticket.number}' and @target='_blank']")
    assert page.value("/meja/baru", "text") == READ["text"]
    assert len(office.handed) == 1
    await writes(office, **{"service.tracking": "7654322"})
    await browser.sends(form, "/meja/baru", READ)
    assert [one.external_id == inbound.external_id for _, one in office.handed] == [True, False, True]


@pytest.mark.parametrize("tracking", ["lapor", "76 54", "<b>1</b>", "7'; --", "٧٦٥", "-1"])
async def test_what_can_be_no_number_is_said_beside_its_field(office: Office, tracking: str) -> None:
    """Words, blanks and marks are none; nothing is taken down."""
    page = await writes(office, **{"service.tracking": tracking})
    assert page.status == 422
    assert "Nomor pelacakan tidak terbaca" in page.text
    assert office.handed == []
