"""Somebody at a real browser, with scripts and the pages' own security policy.

Whatever a page complains of in the console (a script's error, something the policy forbids) fails the journey.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect

from tests.journeys.officers import NAMES, PASSWORD


@dataclass
class Window:
    """Somebody's window with cookies of its own. ``complaints`` is what its pages said in the console."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)

    @classmethod
    async def opened(cls, browser: Browser, url: str) -> Window:
        """A new one, empty."""
        context: BrowserContext = await browser.new_context(locale="id-ID", timezone_id="Asia/Jakarta", base_url=url)
        context.set_default_timeout(15_000)
        window = cls(await context.new_page(), url)
        window.page.on("console", window._hear)
        window.page.on("pageerror", lambda error: window.complaints.append(str(error)))
        return window

    async def goes(self, path: str) -> None:
        """Go to an address."""
        await self.page.goto(path)

    async def shows(self, *phrases: str) -> None:
        """Wait until these can be seen."""
        for phrase in phrases:
            await expect(self.page.get_by_text(phrase).filter(visible=True).first).to_be_visible()

    async def presses(self, button: str, answers: Mapping[str, str | Sequence[str]] | None = None) -> None:
        """Unfold what the button is folded into, fill in the form around it, press it."""
        pressed = self.page.locator("form button", has_text=re.compile(rf"^\s*{re.escape(button)}")).last
        form = pressed.locator("xpath=ancestor::form")
        await self._unfold(pressed)
        for question, answer in (answers or {}).items():
            await self._answer(form, question, answer)
        await pressed.click()

    def check(self) -> None:
        """Assert that no page complained."""
        assert not self.complaints, self.complaints

    async def _unfold(self, inner: Locator) -> None:
        folds = inner.locator("xpath=ancestor::details[not(@open)]")
        while await folds.count():
            await folds.first.locator("xpath=./summary").click()

    async def _answer(self, form: Locator, question: str, answer: str | Sequence[str]) -> None:
        if isinstance(answer, str):
            field_ = form.get_by_label(question).first
            await self._unfold(field_)
            await field_.fill(answer)
            return
        group = form.get_by_role("group", name=question)
        for one in answer:
            await group.get_by_label(one, exact=True).check()

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "net::ERR" not in message.text:
            self.complaints.append(message.text)


@dataclass
class OfficerInChromium:
    """An officer with a real browser."""

    role: str
    window: Window

    async def signs_in(self) -> None:
        """By the real page."""
        await self.window.goes("/masuk")
        await self.window.presses("Masuk", {"Nama masuk": self.role, "Kata sandi": PASSWORD})
        await self.window.shows(f"Selamat bekerja, {NAMES[self.role]}")

    async def does(self, button: str, number: str, answers: Mapping[str, str | Sequence[str]] | None = None) -> None:
        """Open the ticket and do it; the page says that it is done."""
        await self.window.goes(f"/meja/{number}")
        await self.window.presses(button, answers)
        await expect(self.window.page.locator("#said:not([hidden])")).to_be_visible()
