"""Takes the README's pictures of the demo: ``make screenshots`` writes them to docs/."""

from __future__ import annotations

import asyncio
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from playwright.async_api import Browser, Page

from bot.demo.start import apart, staged
from bot.serving import running
from bot.settings import Settings
from tests.chromium import started

DOCS = Path(__file__).parent.parent / "docs"
MONDAY = datetime(2026, 11, 23, 2, 40, tzinfo=UTC)


async def main() -> None:
    """Play the demo on a Monday morning and look at it."""
    with tempfile.TemporaryDirectory() as data:
        settings = apart(Settings(data=Path(data), listen="127.0.0.1:0", public_url="http://127.0.0.1:8080"))
        async with staged(settings, now=lambda: MONDAY) as wadul, running(wadul) as port, started() as browser:
            await _desk(browser, f"http://127.0.0.1:{port}")
            await _board(browser, f"http://127.0.0.1:{port}")
            await _phone(browser, f"http://127.0.0.1:{port}")


async def _desk(browser: Browser, url: str) -> None:
    page = await _page(browser, 1440, 900)
    await page.goto(f"{url}/masuk")
    await page.click("button[value='petugas.blitar']")
    await page.wait_for_url("**/meja/**")
    await page.click("a[href*='/meja/BLT-']")
    await page.wait_for_load_state("networkidle")
    await page.screenshot(path=DOCS / "desk.png")


async def _board(browser: Browser, url: str) -> None:
    """The head's board on a telephone and on a desk."""
    page = await _page(browser, 1440, 900)
    await page.goto(f"{url}/masuk")
    await page.click("button[value='kepala-dinas.blitar']")
    await page.wait_for_url("**/meja/**")
    await page.goto(f"{url}/meja/papan")
    await page.screenshot(path=DOCS / "board.png")
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.screenshot(path=DOCS / "board-phone.png")


async def _phone(browser: Browser, url: str) -> None:
    page = await _page(browser, 1440, 900)
    await page.goto(f"{url}/hp/")
    await page.get_by_role("button", name="Mojokerto").click()
    telegram = page.locator("[data-hp=telegram]")
    await telegram.get_by_role("button", name="MULAI").click()
    await telegram.get_by_role("button", name="Trotoar rusak").click()
    await page.get_by_label("Kirim di Telegram").click()
    await page.locator("[data-hp=sms]").get_by_role("button", name="Saran antrean").click()
    await page.get_by_label("Kirim SMS").click()
    await telegram.get_by_role("button", name="Keluhan", exact=True).wait_for()
    await page.locator("[data-hp=sms] .balon.dari").last.wait_for()
    await page.wait_for_timeout(4500)
    await page.screenshot(path=DOCS / "phone.png")


async def _page(browser: Browser, width: int, height: int) -> Page:
    context = await browser.new_context(viewport={"width": width, "height": height}, locale="id-ID")
    return await context.new_page()


if __name__ == "__main__":
    DOCS.mkdir(exist_ok=True)
    asyncio.run(main())
