"""Ticking rows in a real browser: what is ticked outlives a refresh, a stretch and all of them are one gesture."""

from __future__ import annotations

from playwright.async_api import Browser, expect

from inbox.live import Event
from tests.inbox.web.desk import Office
from tests.inbox.web.test_look import chromium, window

__all__ = ["chromium"]


async def test_what_is_ticked_stays_ticked_while_the_list_lives_on(office: Office, chromium: Browser) -> None:
    """The bar counts, a stretch is ticked with shift, and a new complaint takes nothing away."""
    for name in "abcd":
        await office.complaint(f"Aduan {name}", sender=f"{name}@example.com")
    async with window(office, chromium, "petugas") as page:
        boxes, bar = page.locator(".choose input"), page.locator("#bulk")
        await expect(bar).to_be_hidden()
        await boxes.nth(0).click()
        await boxes.nth(2).click(modifiers=["Shift"])
        await expect(page.locator(".choose input:checked")).to_have_count(3)
        await expect(bar).to_be_visible()
        await boxes.nth(2).blur()
        await office.complaint("Aduan e", sender="e@example.com")
        office.live.announce(Event("blitar", "ticket"))
        await expect(boxes).to_have_count(5)
        await expect(page.locator(".choose input:checked")).to_have_count(3)
        await page.locator("#all-rows").click()
        await expect(page.locator(".choose input:checked")).to_have_count(5)
        await page.get_by_role("radio", name="Tutup").check()
        await page.locator("#bulk-reason").fill("Sudah selesai")
        await page.locator("[data-part=tutup] button").click()
        await expect(page.get_by_text("5 aduan selesai dikerjakan.")).to_be_visible()


async def test_ticking_needs_no_script(office: Office, chromium: Browser) -> None:
    """The bar comes with the first tick, each command with its own fields."""
    await office.complaint()
    async with window(office, chromium, "petugas", width=390, height=844, script=False) as page:
        await expect(page.locator("#bulk")).to_be_hidden()
        await page.locator(".choose input").check()
        await page.get_by_role("radio", name="Ingatkan saya").check()
        await page.locator("[data-part=tunda] button").click()
        await expect(page.get_by_text("1 aduan selesai dikerjakan.")).to_be_visible()
        await expect(page.locator("a.row")).to_have_count(0)
