"""Citizens who use the office's web form and the status page, with a browser that runs no scripts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.journeys.browsing import Answer, Browser, Page, words
from tests.journeys.clock import Clock


@dataclass(frozen=True)
class Bubble:
    """One thing said, as the status page shows it."""

    author: str
    text: str


class WebCitizen:
    """Somebody at the form. After a complaint ``number`` and ``code`` are those of the receipt."""

    def __init__(self, browser: Browser, clock: Clock, settled: Callable[[], Awaitable[None]]) -> None:
        self.browser, self._clock, self._settled = browser, clock, settled
        self.number = self.code = ""
        self.heard = 0

    async def complains(self, text: str, **answers: Answer) -> Page:
        """Open the form, fill it in, send it; answers the receipt, or the form again where something is wrong.

        ``answers`` go by the fields' names: nama, kontak, objek, tempat, jenis, berkas.
        """
        page = await self.browser.opens("/blitar/")
        return await self.sends(page, text, **answers)

    async def sends(self, page: Page, text: str, **answers: Answer) -> Page:
        """Fill in the form that is open; nobody does that in less than a few seconds."""
        self._clock.passes(seconds=20)
        page = await self.browser.presses(page, "Kirim aduan", {"isi": text, **answers})
        receipt = {words(line.find("dt")): words(line.find("dd")) for line in page.all("//*[has('tanda')]//dl/div")}
        if receipt:
            self.number, self.code = receipt["Nomor aduan"], receipt["Kode"]
            self.heard = 0
            await self._settled()
        return page

    async def looks(self, number: str = "", code: str = "") -> Page:
        """The status page, by number and code."""
        page = await self.browser.opens("/blitar/cek", nomor=number or self.number)
        if any(button == "Lihat aduan" for button in page.buttons()):
            answers = {"Nomor aduan": number or self.number, "Kode": code or self.code}
            page = await self.browser.presses(page, "Lihat aduan", answers)
        return page

    async def says(self, text: str, **answers: Answer) -> Page:
        """Write in the status page's reply box, some minutes later."""
        return await self._answers("Kirim", {"isi": text, **answers})

    async def is_content(self) -> None:
        """Sudah selesai."""
        await self.presses("Sudah selesai")

    async def is_not_content(self, why: str) -> None:
        """Belum selesai."""
        await self.presses("Buka lagi aduan ini", why)

    async def rates(self, value: int) -> None:
        """1 to 5."""
        await self.presses(str(value))

    async def presses(self, button: str, text: str = "") -> Page:
        """Press one of the status page's buttons, some minutes later, with words where it has room for them."""
        return await self._answers(button, {"isi": text} if text else {})

    async def hears(self, *phrases: str) -> Bubble:
        """The next thing that the office says on the status page, with these words in it."""
        await self._settled()
        spoken = [one for one in bubbles(await self.looks()) if one.author != "Anda"]
        assert len(spoken) > self.heard, f"nothing new with “{'”, “'.join(phrases)}” is said, only {spoken}"
        bubble = spoken[self.heard]
        self.heard += 1
        for phrase in phrases:
            assert phrase in bubble.text, f"“{phrase}” is not in: {bubble.text}"
        return bubble

    async def hears_nothing(self) -> None:
        """Assert that everything the office had to say was heard already."""
        await self._settled()
        spoken = [one for one in bubbles(await self.looks()) if one.author != "Anda"]
        assert len(spoken) == self.heard, f"more was said: {spoken[self.heard :]}"

    async def leaves(self) -> None:
        """Close the browser."""
        await self.browser.close()

    async def _answers(self, button: str, answers: dict[str, Answer]) -> Page:
        page = await self.looks()
        self._clock.passes(minutes=3)
        page = await self.browser.presses(page, button, answers)
        await self._settled()
        return page


def bubbles(page: Page) -> list[Bubble]:
    """The conversation on a status page, oldest first."""
    said = page.all("//li[has('pesan')]")
    return [Bubble(words(one.find("./header/strong")), words(one.find("./div"))) for one in said]
