"""A letter's life told as its people live it, in a real browser: at a desk, in a hand, at the citizen's page."""

from __future__ import annotations

from playwright.async_api import Browser, expect

from inbox.models import Ticket
from tests.inbox.web.desk import NAMES, Office
from tests.inbox.web.persons import Screen, Seat, citizen, seat
from tests.inbox.web.test_look import chromium
from tests.inbox.web.test_paper_desk import lettering

__all__ = ["chromium", "lettering"]

DESK, PHONE = Screen(1440, 900, "light"), Screen(390, 844, "dark")


async def reaches(desk: Seat, way: str) -> None:
    """Press what stands in the step, unfolding what it stands in."""
    folds = desk.page.locator(f"details:not([open]):has({way}) > summary")
    if await folds.count():
        await folds.first.click()
    await desk.page.locator(way).first.click()


async def drafts(desk: Seat, ticket: Ticket) -> None:
    """The step says which letter is missing and leads to its form."""
    await desk.goes(f"/meja/{ticket.number}")
    await reaches(desk, f"a[href='/meja/{ticket.number}/naskah/baru/jawaban']")
    await desk.page.locator("textarea[name='jawaban.text']").fill("Bangunan itu sudah kami periksa.")
    await desk.page.get_by_role("button", name="Simpan draf").click()
    await expect(desk.page.locator("#turn")).to_contain_text("Menunggu paraf")


async def finds(desk: Seat, ticket: Ticket) -> None:
    """From the count in the rail to the list, and from there to the letter."""
    entry = desk.page.locator("#rail a[href='/meja/naskah']")
    await expect(entry.locator(".count")).to_contain_text("1")
    await entry.click()
    await desk.page.locator("#papers-waiting a", has_text=ticket.number).click()
    await expect(desk.page.locator("#turn")).to_contain_text("Menunggu")
    await desk.fits()


async def initialled(office: Office, browser: Browser, ticket: Ticket) -> None:
    """First the head of the section, then of the division."""
    for login in ("kasi", "kabid"):
        async with seat(office, browser, login, DESK) as desk:
            await finds(desk, ticket)
            await desk.page.get_by_role("button", name="Bubuhkan paraf").click()
            await desk.is_told("Paraf dibubuhkan.")


async def sends_back(desk: Seat) -> None:
    """What is wrong with it is said where it would be signed."""
    await desk.unfolds("#back")
    await desk.page.get_by_label("Yang perlu diperbaiki").fill("Sebutkan tanggal pemeriksaannya.")
    await desk.page.get_by_role("button", name="Kembalikan", exact=True).click()
    await desk.is_told("Dikembalikan kepada pembuatnya.")
    await expect(desk.page.get_by_role("button", name="Tanda tangani")).to_have_count(0)


async def mends(desk: Seat, ticket: Ticket) -> None:
    """Told of it, the drafter reads why, writes it, and hands it in again."""
    notice = desk.page.locator("#notices .notice", has_text="Dikembalikan untuk Anda perbaiki")
    await notice.locator("a.number", has_text=ticket.number).click()
    await expect(desk.page.locator("#turn")).to_contain_text("Sebutkan tanggal pemeriksaannya.")
    await expect(desk.page.locator("#turn")).to_contain_text(NAMES["kepala-dinas"])
    await desk.page.locator("textarea[name='jawaban.text']").fill("Bangunan itu kami periksa 20 November 2026.")
    await desk.page.get_by_role("button", name="Simpan dan ajukan lagi").click()
    await desk.is_told("Draf diubah.")


async def test_a_letter_is_sent_back_mended_signed_and_received(lettering: Office, chromium: Browser) -> None:
    """Its marks are asked for again, the head signs on a telephone, it has its number, the citizen has the file."""
    ticket = await lettering.complaint()
    async with seat(lettering, chromium, "petugas", DESK) as desk:
        await drafts(desk, ticket)
    await initialled(lettering, chromium, ticket)
    async with seat(lettering, chromium, "kepala-dinas", PHONE) as hand:
        await finds(hand, ticket)
        await sends_back(hand)
    async with seat(lettering, chromium, "petugas", DESK) as desk:
        await mends(desk, ticket)
    await initialled(lettering, chromium, ticket)
    async with seat(lettering, chromium, "kepala-dinas", PHONE) as hand:
        await finds(hand, ticket)
        await expect(hand.page.locator("#paper p.words").first).to_contain_text("periksa 20 November 2026")
        await hand.page.get_by_role("button", name="Tanda tangani").click()
        await hand.is_told("Ditandatangani.")
    async with seat(lettering, chromium, "petugas", DESK) as desk:
        await desk.page.locator("#notices .notice", has_text="Siap diterbitkan").locator("a.number").click()
        await desk.page.get_by_role("button", name="Terbitkan").click()
        await desk.is_told("Dokumen terbit.")
        await expect(desk.page.locator("#paper")).to_contain_text("001/BLT/410.121/XI/2026")
        await desk.page.get_by_role("link", name="Lanjutkan aduan").click()
        await expect(desk.page.locator("#step")).to_be_visible()
        await reaches(desk, "form[action*='tindakan/jawab-langsung'] button:not([name])")
        await desk.is_told("Tindakan dicatat.")
    async with citizen(lettering, chromium, ticket, PHONE) as page:
        await expect(page.locator("main")).to_contain_text("kami periksa 20 November 2026")
        await expect(page.locator("a[href*='berkas'], a[href*='.pdf']").first).to_be_visible()
