"""The head's board: every figure is the number of tickets behind its link, and who may not see all is turned away."""

from __future__ import annotations

import re

import pytest

from inbox.models import Ticket
from tests.inbox.house import at
from tests.inbox.web.desk import Browser, Office, Page
from tests.inbox.web.test_list import rows


def figures(page: Page) -> list[tuple[str, int]]:
    """Where each figure of the board leads, and the number it shows; words such as "2 jam" are left out."""
    links = page.doc.xpath("//*[@id='board']//a[starts-with(@href, '/meja/?')]")
    shown = [(str(link.get("href")), (link.xpath("b") or [link])[0].text_content().strip()) for link in links]
    return [(href, int(number)) for href, number in shown if re.fullmatch(r"\d+", number)]


async def busy(office: Office) -> Browser:
    """Some days of work: complaints by several doors and kinds, some late, waiting, answered, settled and merged."""
    office.now = at("2026-11-19 09:00")
    tickets = []
    for place in range(9):
        known = {"kind": "informasi" if place % 2 else "pengaduan", "sender": f"warga{place}@example.com"}
        tickets.append(await office.complaint(f"Keluhan {place}", channel="web" if place == 4 else "email", **known))
        office.later(hours=8)
    rina = office.by["petugas"]
    number = tickets[0].number
    await office.house.acting.reply(rina, number, "Kami periksa.", version=1, now=at("2026-11-19 10:30"))
    await Ticket.filter(id=tickets[1].id).update(officer_id=rina.officer_id)
    settled = {"status": "closed", "due_at": None, "closed_at": office.now, "rating": 4}
    await Ticket.filter(id=tickets[2].id).update(
        **settled, answered_at=tickets[2].opened_at, promise_at=at("2026-12-01 09:00")
    )
    await Ticket.filter(id=tickets[3].id).update(status="waiting", due_at=None)
    await Ticket.filter(id=tickets[5].id).update(status="answered", due_at=None, promise_missed_at=office.now)
    await Ticket.filter(id=tickets[6].id).update(merged_into=tickets[7].id, due_at=None)
    office.now = at("2026-11-23 09:15")
    await office.complaint("Hari ini", sender="baru@example.com")
    return await office.browser("kepala-dinas")


@pytest.mark.parametrize("period", ["hari-ini", "7-hari", "30-hari", "bulan-ini", "tahun"])
async def test_every_figure_is_the_number_of_tickets_behind_it(office: Office, period: str) -> None:
    """Whoever follows a figure finds as many lines as it said."""
    browser = await busy(office)
    board = await browser.opens(f"/meja/papan?masa={period}")
    found = figures(board)
    assert len(found) > 8
    for href, number in found:
        assert (href, len(rows(await browser.opens(href)))) == (href, number)


async def test_the_figures_of_a_week(office: Office) -> None:
    """First answers in working time, the promise, ratings, and where it is late: at which step, with whom."""
    page = await (await busy(office)).opens("/meja/papan")
    text = page.part("board")
    assert "1 jam 30 menit" in text
    assert "50%" in text
    assert "1 dari 2" in text
    assert "4,0" in text
    assert "1 penilaian" in text
    assert "Rina Wulandari" in text
    assert "Belum ada petugas" in text
    assert "biasanya 0 sampai jam ini" in text


async def test_what_is_usual_is_the_same_weekday_until_the_same_hour(office: Office) -> None:
    """Four Mondays are looked at, each only as far as today has come."""
    for day, hour in (("02", "08:30"), ("09", "08:30"), ("09", "08:40"), ("16", "09:00"), ("16", "10:00")):
        office.now = at(f"2026-11-{day} {hour}")
        await office.complaint(sender=f"{day}{hour[-2:]}@example.com")
    office.now = at("2026-11-23 09:15")
    page = await (await office.browser("kasi")).opens("/meja/papan")
    assert "biasanya 1 sampai jam ini" in page.part("board")


async def test_an_empty_office_has_a_board(office: Office) -> None:
    """A day without complaints shows noughts and says what will stand there."""
    page = await (await office.browser("kepala-dinas")).opens("/meja/papan")
    assert page.status == 200
    assert "Belum ada aduan pada masa ini" in page.part("board")


async def test_a_late_step_goes_by_the_name_of_its_own_procedure(office: Office) -> None:
    """Procedures begin with a step of the same id; each is named as it calls it, and leads to its own complaints."""
    for sender, channel in (("a@example.com", "email"), ("b@example.com", "email"), ("w0123456789", "loket")):
        await office.complaint(sender=sender, channel=channel)
    office.later(hours=30)
    browser = await office.browser("kepala-dinas")
    board = await browser.opens("/meja/papan")
    lines = board.doc.xpath("//*[@id='fold-langkah-late']//tr")
    links = {line.xpath("th")[0].text_content().split(",")[0]: line.xpath("td//a")[0] for line in lines}
    assert {name: link.text for name, link in links.items()} == {"Menerima aduan": "2", "Menerima pengadu": "1"}
    page = await browser.opens(links["Menerima pengadu"].get("href"))
    assert len(rows(page)) == 1
    assert "Menerima pengadu, menanyakan" in page.doc.xpath("//ul[@class='chips']")[0].text_content()
    assert len(rows(await browser.opens("/meja/?antrean=semua&langkah=terima"))) == 3
