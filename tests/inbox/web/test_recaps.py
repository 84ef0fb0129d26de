"""The recap at the desk: every figure is the number of complaints behind its link."""

from __future__ import annotations

import re

import pytest

from inbox.models import OfficerRole, RegisterEntry, Ticket
from inbox.recaps import Cut, Recaps, period_of
from tests.inbox.house import House, at
from tests.inbox.web.desk import Browser, Office, Page
from tests.inbox.web.test_board import busy
from tests.inbox.web.test_list import rows


def figures(page: Page) -> list[tuple[str, int]]:
    """Where each figure leads, and the number it shows."""
    links = page.doc.xpath("//*[@id='recap']//a[starts-with(@href, '/meja/?') or starts-with(@href, '/meja/rekap/')]")
    shown = [(str(one.get("href")), (one.xpath("b") or [one])[0].text_content().strip()) for one in links]
    return [(href, int(number)) for href, number in shown if re.fullmatch(r"\d+", number)]


async def behind(browser: Browser, href: str) -> int:
    """How many complaints the link shows."""
    page = await browser.opens(href)
    if href.startswith("/meja/rekap/"):
        return len(page.doc.xpath("//*[@id='behind']//tbody/tr"))
    return len(rows(page))


async def test_every_figure_opens_the_complaints_behind_it(office: Office) -> None:
    """A month's and a day's recap after some busy days."""
    browser = await busy(office)
    await Ticket.filter(number__endswith="1").update(rating=4)
    for masa in ("2026-11", f"{office.now:%Y-%m-%d}"):
        page = await browser.opens(f"/meja/rekap?masa={masa}")
        assert page.status == 200
        found = figures(page)
        assert len(found) > 8
        for href, number in found:
            assert await behind(browser, href) == number, href


async def test_steps_that_stand_and_that_kept_their_time_are_opened(office: Office) -> None:
    """Of one step some stand, some were in time, some late: each number opens its own complaints."""
    soon, late, standing = [await office.complaint(f"Keluhan {n}", sender=f"{n}@example.com") for n in range(3)]
    await office.act("petugas", soon.number, "naikkan")
    office.now = at("2026-11-24 09:00")
    await office.act("petugas", late.number, "naikkan")
    browser = await office.browser("kepala-dinas")
    found: dict[str, set[str]] = {}
    for href, _ in figures(await browser.opens("/meja/rekap?masa=2026-11")):
        only = href.partition("yang=")[2]
        if only and "terima" in href:
            page = await browser.opens(href)
            found.setdefault(only, set()).update(page.doc.xpath("//*[@id='behind']//tbody//a/text()"))
    numbers = {"tepat": {soon.number}, "telat": {late.number, standing.number}, "berjalan": {standing.number}}
    assert found == numbers


async def test_letters_that_left_are_counted_and_opened_in_their_book(office: Office) -> None:
    """Two left on the 23rd after one of the day before; the number opens the book where the two begin."""
    ticket = await office.complaint()
    book = {"office": "blitar", "register": "agenda-surat-keluar", "year": 2026, "ticket_id": ticket.id}
    for number, day in enumerate(("2026-11-22", "2026-11-23", "2026-11-23"), start=1):
        await RegisterEntry.create(**book, number=number, created_at=at(f"{day} 09:00"))
    browser = await office.browser("kepala-dinas")
    page = await browser.opens("/meja/rekap?masa=2026-11-23")
    (link,) = page.doc.xpath("//a[contains(@href, 'agenda-surat-keluar') and ancestor::section[.//*[@id='letters']]]")
    assert link.text == "2"
    lines = (await browser.opens(str(link.get("href")))).doc.xpath("//main//tbody/tr")
    assert len(lines) == 2
    empty = await browser.opens("/meja/rekap?masa=2026-11-20")
    assert not empty.doc.xpath("//a[contains(@href, 'agenda-surat-keluar') and ancestor::section[.//*[@id='letters']]]")


async def test_a_late_step_stands_with_its_officer(office: Office) -> None:
    """The recap says which step was late and who did it; before the step is late it says on time."""
    ticket = await office.complaint()
    fresh = (await (await office.browser("kepala-dinas")).opens("/meja/rekap")).doc
    assert not fresh.xpath("//*[@id='steps']//a[contains(@class, 'late')]")
    office.now = at("2026-11-24 09:00")
    await office.act("petugas", ticket.number, "naikkan")
    browser = await office.browser("kepala-dinas")
    page = await browser.opens("/meja/rekap?masa=2026-11")
    line = " ".join(
        page.doc.xpath("//*[@id='steps']//tbody/tr[.//a[contains(@class, 'late')]]")[0].text_content().split()
    )
    assert "Rina Wulandari" in line
    (href,) = page.doc.xpath("//*[@id='steps']//a[contains(@class, 'late')]/@href")
    assert ticket.number in (await browser.opens(href)).text


async def test_a_recap_is_for_who_may_see_all(office: Office) -> None:
    """Whoever sees their own complaints alone gets neither the figures nor what stands behind them."""
    guest = await office.hires("tamu", "petugas")
    await OfficerRole.filter(officer_id=guest.officer_id).update(role="tamu")
    browser = await office.browser("tamu")
    for path in ("/meja/rekap", "/meja/rekap/aduan?menurut=dijawab"):
        assert (await browser.opens(path)).status == 403


async def test_a_strange_period_is_said_to_be_one(office: Office) -> None:
    """What an address cannot mean is answered with the month it is, and says so; nothing is taken along of it."""
    browser = await office.browser("kepala-dinas")
    for masa in ("2026-13", "2026-02-30", "0001-01", "9999-12", "x", "2026-11-23%00", "2026-11-2³"):
        page = await browser.opens(f"/meja/rekap?masa={masa}")
        assert page.status == 422
        assert "1 November 2026" in page.text
        assert "tidak terbaca. Tulis hari seperti" in page.part("main")
        for path in (".xlsx?", ".pdf?", "/aduan?menurut=dijawab&"):
            refused = await browser.opens(f"/meja/rekap{path}masa={masa}")
            assert refused.status == 422, path
            assert "tidak terbaca. Tulis hari seperti" in refused.text
    assert (await browser.opens("/meja/rekap")).status == 200


@pytest.mark.parametrize("by", ["step", "rating", "class"])
async def test_a_figure_of_ones_own_making(any_house: House, by: str) -> None:
    """An address that somebody made up shows no complaint, on both databases."""
    now = at("2026-11-23 10:00")
    head, recaps = await any_house.officer("kepala-dinas"), Recaps(any_house.tickets)
    for value in ("a b 99999999999999999999999", "a\x00 b 1", "\x00", "a b ²", "99999999999999999999"):
        period = period_of("2026-11", any_house.office, now)
        assert await recaps.behind(head, period, Cut(by, value), now) == ()
