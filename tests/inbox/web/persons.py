"""Persons at their screens: an officer's browser at a desk or in a hand, in light or dark, and the citizen's own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from inbox.live import Event
from inbox.models import Ticket
from tests.inbox.web.desk import PASSWORD, Office

_GROUND = "getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).slice(0, 3).map(Number)"
_WIDEST = "document.documentElement.scrollWidth"


@dataclass(frozen=True)
class Screen:
    """What somebody looks at. ``theme``: light or dark, as their device asks for it."""

    width: int
    height: int
    theme: str

    @property
    def narrow(self) -> bool:
        """A telephone: one pane at a time."""
        return self.width < 760


SCREENS = pytest.mark.parametrize(
    "screen",
    [Screen(width, height, theme) for width, height in ((1440, 900), (390, 844)) for theme in ("light", "dark")],
    ids=lambda one: f"{one.width}-{one.theme}",
)


@dataclass
class Seat:
    """An officer at a screen."""

    page: Page
    office: Office
    screen: Screen

    async def follows(self) -> None:
        """Wait until the page hears of what happens."""
        await self.page.wait_for_selector("#live[data-state=on]", state="attached")

    async def goes(self, path: str) -> None:
        """Go to an address of the desk, and see that it fits and has the colours that were asked for."""
        await self.page.goto(f"{self.office.url}{path}")
        await self.fits()

    async def fits(self) -> None:
        """Nothing lies beside the screen, and the ground is as dark or as light as the device wants it."""
        assert await self.page.evaluate(_WIDEST) <= self.screen.width, self.page.url
        ground = await self.page.evaluate(_GROUND)
        assert (sum(ground) < 300) == (self.screen.theme == "dark"), ground

    async def opens(self, ticket: Ticket) -> None:
        """Touch its line in the list that is open."""
        await self.page.click(f"a.row[href*='{ticket.number}']")
        await expect(self.page.locator("#head")).to_contain_text(ticket.number)
        await self.fits()

    async def unfolds(self, fold: str) -> None:
        """Open a folded part, unless it is open."""
        part = self.page.locator(fold)
        if await part.get_attribute("open") is None:
            await part.locator("> summary").click()
        await expect(part).to_have_attribute("open", "")

    async def writes(self) -> None:
        """Go to where one writes to the citizen: under the thumb on a telephone."""
        if self.screen.narrow:
            await self.page.click(".thumbbar a[href='#reply']")
        await self.page.click("#reply-text")

    async def is_told(self, words: str) -> None:
        """Wait until the page says that it is done."""
        await expect(self.page.locator("#said:not([hidden])")).to_contain_text(words)


@asynccontextmanager
async def seat(office: Office, chromium: Browser, login: str, screen: Screen) -> AsyncIterator[Seat]:
    """An officer who has just signed in; fails where a page complained to the browser."""
    context = await _context(chromium, screen)
    page = await context.new_page()
    complaints = _heard(page)
    await page.goto(f"{office.url}/masuk")
    await page.fill("#login", login)
    await page.fill("#password", PASSWORD)
    await page.click("form button.primary")
    await page.wait_for_url("**/meja/**")
    yield Seat(page, office, screen)
    await context.close()
    assert [line for line in complaints if "status of 4" not in line and "net::ERR" not in line] == []


@asynccontextmanager
async def citizen(office: Office, chromium: Browser, ticket: Ticket, screen: Screen) -> AsyncIterator[Page]:
    """Whoever complained, at the page that shows how it stands, once what officers wrote has left the house."""
    office.now += timedelta(seconds=15)
    office.live.announce(Event("blitar", "message", ticket.id, ticket.number))
    context = await _context(chromium, screen)
    page = await context.new_page()
    complaints = _heard(page)
    await page.goto(f"{office.url}/blitar/cek")
    await page.fill("[name=nomor]", ticket.number)
    await page.fill("[name=kode]", ticket.code)
    await page.click("main form button")
    await expect(page.locator("h1.nomor")).to_have_text(ticket.number)
    assert await page.evaluate(_WIDEST) <= screen.width
    yield page
    await context.close()
    assert complaints == []


async def _context(chromium: Browser, screen: Screen) -> BrowserContext:
    size = {"width": screen.width, "height": screen.height}
    theme = "dark" if screen.theme == "dark" else "light"
    return await chromium.new_context(viewport=size, color_scheme=theme, has_touch=screen.narrow)  # type: ignore[arg-type]


def _heard(page: Page) -> list[str]:
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints
