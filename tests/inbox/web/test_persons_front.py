"""A front officer with a queue and a ringing telephone: nothing is forgotten, nothing is lost, the citizen hears."""

from __future__ import annotations

from playwright.async_api import Browser, expect

from channels.base import Accepted
from inbox.live import Event
from inbox.models import CannedAnswer, Ticket
from tests.inbox.house import at
from tests.inbox.web.desk import Office
from tests.inbox.web.persons import SCREENS, Screen, Seat, citizen, seat
from tests.inbox.web.test_look import chromium

__all__ = ["chromium"]
CHECKED = "Kami cek ke lokasi siang ini."


async def queue(office: Office) -> dict[str, Ticket]:
    """Three who wrote this morning: one is late already, one has some minutes left, one has just come."""
    came = {"Budi": "08:30", "Siti": "09:06", "Joko": "09:14"}
    tickets = {}
    for name, time in came.items():
        office.now = at(f"2026-11-23 {time}")
        tickets[name] = await office.complaint(f"Bising di rumah {name}", name=name, sender=f"{name}@example.com")
    office.now = at("2026-11-23 09:15")
    text = f"Terima kasih, {{nama}}. {CHECKED}"
    await CannedAnswer.create(
        office="blitar", shortcut="cek", title="Dicek", text=text, created_at=office.now, updated_at=office.now
    )
    return tickets


async def the_telephone_rings(desk: Seat) -> None:
    """A caller's words are written down while a reply is half written."""
    page = desk.page
    await expect(page.locator("#reply .kept")).to_have_text("draf tersimpan")
    if desk.screen.narrow:
        await desk.goes("/meja/saya")
        await page.click("main a[href='/meja/baru']")
    else:
        await page.click("#rail a[href='/meja/baru']")
    await page.wait_for_url("**/meja/baru")
    await desk.fits()
    await page.get_by_label("Isi aduan").fill("Ada reklame roboh di depan pasar")
    await page.get_by_label("Nama warga").fill("Wati")
    await page.click("main form.card button.primary")
    await expect(page.locator("main")).to_contain_text("Berikan nomor dan kode ini")
    await expect(page.locator("main")).to_contain_text("9XKQ2P")


@SCREENS
async def test_a_front_officer(office: Office, chromium: Browser, screen: Screen) -> None:
    """The late one first, an answer at hand, a call in between, sent and taken in one go, answered for good."""
    tickets = await queue(office)
    office.accepted = Accepted(number=tickets["Joko"].number, code="9XKQ2P", url="https://wadul.example/cek")
    async with seat(office, chromium, "petugas", screen) as desk:
        page = desk.page
        await expect(page.locator("a.row .who")).to_have_text(["Budi", "Siti", "Joko"])
        await expect(page.locator("#rows .group").first).to_contain_text("Terlambat")
        await expect(page.locator("#rail [href*=terlambat]").first).to_contain_text("1")
        await desk.follows()
        wati = await office.complaint("Parkir liar", name="Wati", sender="wati@example.com")
        office.live.announce(Event("blitar", "ticket", wati.id, wati.number))
        await expect(page.locator("a.row .who")).to_have_text(["Budi", "Siti", "Joko", "Wati"])

        await desk.opens(tickets["Budi"])
        await expect(page.locator("#step")).to_contain_text("Giliran Anda")
        await expect(page.locator("#step .due")).to_contain_text("terlambat")
        await desk.writes()
        await page.keyboard.type("/cek ")
        await expect(page.locator("#reply-text")).to_have_value(f"Terima kasih, Budi. {CHECKED}")
        await the_telephone_rings(desk)
        assert [(channel, given.text) for channel, given in office.handed] == [
            ("blitar-loket", "Ada reklame roboh di depan pasar")
        ]

        await desk.goes("/meja/")
        await desk.opens(tickets["Budi"])
        await expect(page.locator("#reply-text")).to_have_value(f"Terima kasih, Budi. {CHECKED}")
        await desk.writes()
        await desk.unfolds("#together")
        await page.click("#together button[value=take]")
        await desk.is_told("Balasan masuk antrean kirim.")
        await expect(page.locator("#messages")).to_contain_text(CHECKED)
        await expect(page.locator("#head")).to_contain_text("Rina Wulandari")

        await desk.unfolds("#act-jawab-langsung")
        await page.fill("[name='jawaban.text']", "Bengkel itu kini tutup pukul 21.00.")
        await page.click("#act-jawab-langsung button.primary")
        await desk.is_told("Tindakan dicatat.")
        await expect(page.locator("#step")).to_contain_text("Menunggu warga")
        await desk.fits()
    async with citizen(office, chromium, tickets["Budi"], screen) as page:
        await expect(page.locator(".status")).to_contain_text("sudah dijawab")
        await expect(page.locator(".percakapan .pesan-petugas").first).to_contain_text(CHECKED)
        await expect(page.locator("#terbaru")).to_contain_text("kini tutup pukul 21.00")
    heard = [template for template, _ in await office.house.heard(tickets["Budi"].number)]
    assert heard == ["diterima", "jawaban-petugas", "dijawab"]
