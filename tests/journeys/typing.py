"""An officer who has no mouse: what they press is counted, and so is what they type."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.async_api import Page


@dataclass
class Typist:
    """A pair of hands on a keyboard. ``pressed`` are the keys that are no text; ``typed`` counts the letters."""

    page: Page
    pressed: list[str] = field(default_factory=list)
    typed: int = 0

    async def presses(self, *keys: str) -> None:
        """One after the other."""
        for key in keys:
            self.pressed.append(key)
            await self.page.keyboard.press(key)

    async def types(self, text: str) -> None:
        """Into whatever has the focus."""
        self.typed += len(text)
        await self.page.keyboard.type(text)

    async def stands_in(self) -> str:
        """The name of the field that has the focus."""
        return str(await self.page.evaluate("document.activeElement.name || ''"))
