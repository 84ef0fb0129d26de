"""A Kasi with overdue steps: what is late and why, what was asked of him; and what the citizen hears of it."""

from __future__ import annotations

from playwright.async_api import Browser, expect

from inbox.deadlines import Deadlines
from inbox.models import Task, Ticket
from tests.inbox.house import at
from tests.inbox.web.desk import Office
from tests.inbox.web.persons import SCREENS, Screen, Seat, citizen, seat
from tests.inbox.web.test_look import chromium

__all__ = ["chromium"]


async def overdue(office: Office) -> tuple[Ticket, Ticket]:
    """A study that waits for him since 09.15, and a complaint that the counter has not answered; it is 10.35 now."""
    study = await office.up_to_study()
    counter = await office.complaint("Sampah menumpuk di Jalan Mawar", name="Budi", sender="budi@example.com")
    for minute in ("09:31", "10:01", "10:31"):
        await Deadlines(office.house.tickets).late(at(f"2026-11-23 {minute}"))
    office.now = at("2026-11-23 10:35")
    return study, counter


async def what_is_late(desk: Seat, study: Ticket, counter: Ticket) -> None:
    """The first page tells him; the queue of what is late holds both, with a clock in words."""
    page = desk.page
    for words in ("Terlambat: Mengkaji", "Terlambat: Menerima"):
        await expect(page.locator("#notices")).to_contain_text(words)
    await page.click("#rail a[href='/meja/?antrean=terlambat']")
    await page.wait_for_url("**antrean=terlambat")
    await expect(page.locator("#rail [href*=terlambat] .count")).to_contain_text("2")
    for ticket in (study, counter):
        row = page.locator(f"a.row[href*='{ticket.number}']")
        await expect(row).to_have_attribute("data-state", "late")
        await expect(row.locator(".due")).to_contain_text("terlambat")
    await desk.fits()


async def why(desk: Seat) -> None:
    """He reads how the time was counted, and what the head asked."""
    page = desk.page
    await expect(page.locator("#step")).to_contain_text("Giliran Anda")
    await desk.unfolds("#why")
    await expect(page.locator("#why")).to_contain_text("15 menit waktu kerja")
    await expect(page.locator("#sheets blockquote")).to_have_text("Kaji")


async def does_the_work(desk: Seat) -> None:
    """The object has its permit; what was asked of him is reported; his answer goes to the counter."""
    page = desk.page
    await desk.unfolds("#act-berizin")
    await page.click("#act-berizin button.primary")
    await desk.is_told("Tindakan dicatat.")
    await desk.unfolds("#sheets details.fold")
    await page.fill("#sheets textarea", "Sudah dikaji, berizin.")
    await page.click("#sheets button.primary")
    await desk.is_told("Laporan tugas dicatat.")
    await expect(page.locator("#sheets")).to_contain_text("Sudah dikaji, berizin.")
    await desk.unfolds("#act-isi-jawaban")
    await page.fill("#act-isi-jawaban textarea >> nth=0", "Ruko itu berizin sejak 2021.")
    await page.click("#act-isi-jawaban button.primary")
    await expect(page.locator("#step")).to_contain_text("Giliran Petugas Pelayanan Pengaduan")


@SCREENS
async def test_a_kasi(office: Office, chromium: Browser, screen: Screen) -> None:
    """From the notice of what is late to the report; the clock of the list follows, the citizen was not left alone."""
    study, counter = await overdue(office)
    async with seat(office, chromium, "kasi", screen) as desk:
        await what_is_late(desk, study, counter)
        await desk.opens(study)
        await why(desk)
        await desk.follows()
        await does_the_work(desk)
        await desk.fits()
        if screen.narrow:
            await desk.page.click(".ticket .back")
        await expect(desk.page.locator("#rail [href*=terlambat] .count")).to_contain_text("1")
        await expect(desk.page.locator("a.row")).to_have_count(1)
        await expect(desk.page.locator("a.row .number")).to_have_text(counter.number)
    task = await Task.get(ticket_id=study.id, kind="disposition", role="kasi")
    assert (task.report, task.officer_id) == ("Sudah dikaji, berizin.", office.by["kasi"].officer_id)
    async with citizen(office, chromium, study, screen) as page:
        await expect(page.locator(".status")).to_contain_text("Jawaban untuk Anda sedang disiapkan")
        await expect(page.locator(".percakapan")).to_contain_text("Mohon maaf")
    heard = [template for template, _ in await office.house.heard(study.number)]
    assert heard == ["diterima", "diteruskan", "dikaji", "terlambat"]
