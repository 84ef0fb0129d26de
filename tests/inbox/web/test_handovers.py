"""What waits for an officer's hand: its own list, on the page and on paper, and a reminder of what waits too long."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from config.schema import ChannelEntry, Offices
from inbox.handovers import Handovers
from inbox.models import Delivery, Message, Ticket
from tests.inbox.house import House
from tests.inbox.web.desk import Office

PLACES = {
    "medsos": ChannelEntry(kind="social", name="Media sosial"),
    "telepon": ChannelEntry(kind="phone", name="Telepon"),
}
PATH = "/meja/penyerahan"


@pytest.fixture
async def office(house: House, tmp_path: Path) -> AsyncIterator[Office]:
    """Blitar's desk, which also takes calls and reads what is posted."""
    blitar = house.office.model_copy(update={"channels": {**house.office.channels, **PLACES}})
    offices = house.offices
    wired = Offices(offices.folder, {**offices.offices, blitar.id: blitar}, offices.worktime, offices.sources)
    house.tickets.offices = house.offices = wired
    async with Office(house, tmp_path).opened() as desk:
        for login in ("petugas", "kabid"):
            await desk.hires(login)
        yield desk


async def answered(office: Office, channel: str, text: str = "Kami perbaiki besok.") -> Delivery:
    """A case with an answer that somebody has to bring."""
    facts = {"link": "https://x.com/warga/status/1", "call_back_at": "2026-11-24T03:00:00+00:00"}
    known = {"contact": "0812 3456 7890", "facts": facts}
    ticket: Ticket = await office.complaint(sender=f"{channel}@example.com")
    await Message.filter(ticket_id=ticket.id, author="citizen").update(values=known)
    row = await Delivery.get(message__ticket_id=ticket.id)
    await Message.filter(id=row.message_id).update(author="officer", channel=f"blitar-{channel}", text=text)
    await Delivery.filter(id=row.id).update(state="handover", channel=f"blitar-{channel}")
    return row


async def test_the_list_says_what_to_do_for_whom(office: Office) -> None:
    """Who, how to reach them, what to say; the rail counts them; handed over, it is gone."""
    row = await answered(office, "telepon")
    browser = await office.browser("petugas")
    page = await browser.opens(PATH)
    for words in ("BLT-26-000001", "Siti Aminah", "0812 3456 7890", "Telepon, lalu bacakan", "Selasa 24/11 10.00"):
        assert words in page.part("handovers")
    assert "Penyerahan 1" in page.part("rail")
    assert "Gangguan 1" not in page.part("rail")
    page = await browser.sends(page, f"/meja/gangguan/kirim/{row.id}", {"do": "handed", "to": "Bu Siti sendiri"})
    assert page.path == f"{PATH}?kabar=terkirim"
    assert "Tidak ada yang menunggu diserahkan" in page.text


@pytest.mark.parametrize(
    ("link", "said"),
    [("", "Tautan jawaban"), ("javascript:alert(1)", "Tautan tidak terbaca"), ("x.com/1", "tidak")],
)
async def test_an_answer_in_public_names_where_it_stands(office: Office, link: str, said: str) -> None:
    """Without an address that a browser opens it goes on waiting; with one, the case leads there."""
    row = await answered(office, "medsos")
    browser = await office.browser("petugas")
    page = await browser.opens(PATH)
    assert page.doc.xpath("//article//a[@href='https://x.com/warga/status/1' and @target='_blank']")
    path = f"/meja/gangguan/kirim/{row.id}"
    page = await browser.sends(page, path, {"do": "handed", "to": "@warga", "link": link})
    assert page.status == 422
    assert said in page.text
    assert (await Delivery.get(id=row.id)).state == "handover"
    await browser.sends(page, path, {"do": "handed", "to": "@warga", "link": "https://x.com/kota/status/2"})
    case = await browser.opens("/meja/BLT-26-000001")
    assert "kepada @warga" in case.text
    assert case.doc.xpath("//a[@href='https://x.com/kota/status/2' and @rel='noopener noreferrer']")


async def test_what_waits_too_long_is_told_once(office: Office) -> None:
    """A working day later, in working hours; the list shows it as late."""
    await answered(office, "telepon")
    handovers = Handovers(office.house.tickets)
    for hours in (1, 24 - 1 + 6):
        office.later(hours=hours)
        await handovers.remind(office.now)
    assert await office.house.notices("handover-late") == []
    for hours in (18, 1, 24):
        office.later(hours=hours)
        await handovers.remind(office.now)
    told = await office.house.notices("handover-late")
    assert ("handover-late", "petugas") in told
    assert len(told) == len(set(told))
    page = await (await office.browser("petugas")).opens(PATH)
    assert "terlambat" in page.part("handovers")


async def test_only_who_sees_to_deliveries(office: Office) -> None:
    """Nobody else has the list, or its place on the rail."""
    await answered(office, "telepon")
    browser = await office.browser("kabid")
    assert PATH not in (await browser.opens("/meja/")).html
    assert (await browser.opens(PATH)).status == 403
