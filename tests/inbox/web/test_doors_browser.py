"""A door's page in a browser: an address copied with one click, and a test message followed without a reload."""

from __future__ import annotations

from playwright.async_api import Page, expect

from inbox.live import Event
from inbox.models import Delivery
from tests import axe
from tests.chromium import started
from tests.inbox.web.desk import PASSWORD, Office

DOORS = "/meja/pengaturan/pintu"


async def entered(page: Page) -> None:
    """Through the door of the desk."""
    await page.goto("/masuk")
    await page.fill("[name=login]", "petugas")
    await page.fill("[name=password]", PASSWORD)
    await page.click("main form button")
    await page.wait_for_url("**/meja/**")


async def test_an_address_is_copied_and_a_test_is_followed(office: Office) -> None:
    """The webhook's address lands in the clipboard; the test's state changes while the page is open."""
    axe.demand()
    async with started() as browser:
        context = await browser.new_context(base_url=office.url, permissions=["clipboard-read", "clipboard-write"])
        page = await context.new_page()
        await entered(page)
        await page.goto(f"{DOORS}/blitar-sms")
        await page.get_by_role("button", name="Salin").click()
        await expect(page.locator("[data-copy] [role=status]")).to_have_text("Tersalin")
        assert await page.evaluate("navigator.clipboard.readText()") == "https://wadul.example/hooks/blitar-sms/masuk"

        await page.goto(f"{DOORS}/blitar-email")
        await page.fill("#trial-address", "rina@example.org")
        await page.get_by_role("button", name="Kirim uji coba").click()
        await expect(page.locator("#trial")).to_contain_text("Menunggu giliran kirim")
        await Delivery.all().update(state="delivered", sent_at=office.now, delivered_at=office.now)
        office.live.announce(Event("blitar", "delivery"))
        await expect(page.locator("#trial")).to_contain_text("Sampai")
