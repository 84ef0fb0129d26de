"""A Kepala Dinas between two meetings: what waits for his initials, on one screen, and away with it."""

from __future__ import annotations

from playwright.async_api import Browser, expect

from inbox.models import Disposition, Notice, Task, Ticket
from tests.inbox.web.desk import Office
from tests.inbox.web.persons import SCREENS, Screen, Seat, citizen, seat
from tests.inbox.web.test_look import chromium

__all__ = ["chromium"]


async def waiting(office: Office) -> tuple[Ticket, Ticket]:
    """Two complaints that the counter has laid before him, the second with a remark of theirs."""
    first = await office.up_to_disposition()
    second = await office.complaint("Bengkel las bising sampai malam", name="Budi", sender="budi@example.com")
    remark = {"formulir-aduan.note": "Sudah dua kali ditegur, izin tidak ditemukan."}
    return first, await office.act("petugas", second.number, "naikkan", remark)


async def the_usual_one(desk: Seat, ticket: Ticket) -> None:
    """From the notice: the summary, one more addressee, the initials."""
    page = desk.page
    await page.locator("#notices .notice", has_text=ticket.number).locator("a.number").click()
    await expect(page.locator("#step")).to_contain_text("Giliran Anda")
    for words in ("Bengkel las bising", "izin tidak ditemukan"):
        await expect(page.locator(".brief", has_text=words)).to_be_in_viewport()
    await desk.fits()
    await page.locator(".person", has_text="Kepala Seksi").locator("[type=checkbox]").click()
    await page.click(".initial button")
    await desk.is_told("Tindakan dicatat.")
    await expect(page.locator("#sheets")).to_contain_text("Tindak lanjuti sesuai ketentuan")


async def one_of_his_own(desk: Seat, ticket: Ticket) -> None:
    """From the list: urgent, another of the office's phrases, to one alone who coordinates by that."""
    page = desk.page
    await (page.click(".ticket .back") if desk.screen.narrow else page.click("#rail a[href='/meja/?antrean=peran']"))
    await expect(page.locator("a.row")).to_have_count(1)
    await desk.opens(ticket)
    await page.locator(".pick", has_text="Segera").locator("input").first.check()
    await page.check("input[value='Kaji dan laporkan hasilnya']")
    await page.click(".initial button")
    await desk.is_told("Tindakan dicatat.")
    await expect(page.locator("#sheets")).to_contain_text("Kaji dan laporkan hasilnya")
    await expect(page.locator("#step")).to_contain_text("Giliran Kepala")


@SCREENS
async def test_a_head_of_the_office(office: Office, chromium: Browser, screen: Screen) -> None:
    """Two sheets, one as usual and one of his own; nothing waits any more; addressees and citizens are told."""
    own, usual = await waiting(office)
    async with seat(office, chromium, "kepala-dinas", screen) as desk:
        page = desk.page
        await expect(page.locator("#notices .notice")).to_have_count(2)
        await expect(page.locator("#rail [href*=peran] .count")).to_contain_text("2")
        await the_usual_one(desk, usual)
        await one_of_his_own(desk, own)
        await desk.goes("/meja/")
        await expect(page.locator("#notices")).to_contain_text("Tidak ada yang baru")
        await expect(page.locator("#rows")).to_contain_text("Antrean peran Anda kosong")
        await desk.goes("/meja/papan")
        await expect(page.get_by_role("link", name="2 sedang berjalan")).to_be_visible()
    sheets = {row.ticket_id: row for row in await Disposition.all()}
    assert (sheets[usual.id].nature, sheets[usual.id].initials) == ("Biasa", "SW")
    assert (sheets[own.id].nature, sheets[own.id].instruction) == ("Segera", "Kaji dan laporkan hasilnya")
    coordinates = {task.ticket_id: task.role for task in await Task.filter(kind="disposition", coordinates=True)}
    assert coordinates == {usual.id: "kabid", own.id: "kabid"}
    told = await Notice.filter(kind="disposition").order_by("id")
    assert [(one.ticket_id, one.role) for one in told] == [(usual.id, "kabid"), (usual.id, "kasi"), (own.id, "kabid")]
    async with citizen(office, chromium, usual, screen) as page:
        await expect(page.locator(".status")).to_contain_text("Sedang dikaji")
        await expect(page.locator("#terbaru")).to_contain_text("Pimpinan sudah memberi arahan")
