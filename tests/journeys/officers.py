"""Officers at the desk's pages, each with a browser of their own, and what they can read there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from argon2 import PasswordHasher

from bot.app import Wadul
from config.schema import Office
from inbox.models import Delivery
from inbox.undoing import UNDO, UNDO_SECONDS
from tests.journeys.browsing import Answer, Browser, Page, words
from tests.journeys.clock import Clock

PASSWORD = "rahasia-kantor-2026"
NAMES = {
    "petugas": "Ratna Dewi",
    "petugas-fo": "Sri Wahyuni",
    "kasi": "Bambang Sutrisno",
    "kabid": "Endah Wahyuni",
    "sekretaris": "Joko Santoso",
    "kepala-dinas": "Hadi Prasetyo",
    "tim-teknis": "Agus Salim",
}
_REFUSALS = "//*[(has('banner') and (has('bad') or has('warn')) and not(@hidden)) or has('wrong')]"


@dataclass(frozen=True)
class Entry:
    """A line of the journal as the page shows it."""

    who: str
    what: str


class Officer:
    """An officer of the office; ``role`` is also the login. Signs in by the real page, again where a session ended."""

    def __init__(self, role: str, browser: Browser) -> None:
        self.role, self.name, self.browser = role, NAMES[role], browser

    async def signs_in(self, password: str = PASSWORD, *, then: str = "/meja/") -> Page:
        """Fill in the sign-in page."""
        page = await self.browser.opens("/masuk", ke=then)
        return await self.browser.presses(page, "Masuk", {"Nama masuk": self.role, "Kata sandi": password})

    async def opens(self, path: str = "/meja/", **query: str) -> Page:
        """A page of the desk, signing in where that is asked for."""
        page = await self.browser.opens(path, **query)
        if page.url.path == "/masuk":
            await self.signs_in(then=path)
            page = await self.browser.opens(path, **query)
        assert page.status == 200, f"{path}: {page.status} {page.text[:500]}"
        return page

    async def reads(self, number: str) -> Page:
        """A ticket's page."""
        return await self.opens(f"/meja/{number}")

    async def does(self, button: str, number: str, answers: Mapping[str, Answer] | None = None) -> Page:
        """Open the ticket, fill in the form around a button, press it; fails where the desk refuses."""
        page = await self.tries(button, await self.reads(number), answers)
        refusals = [words(one) for one in page.all(_REFUSALS)]
        assert page.status == 200, f"{button}: {page.status} {refusals or page.text[:600]}"
        assert page.part("said"), f"{button}: nothing is said to be done; {refusals}"
        return page

    async def tries(self, button: str, page: Page, answers: Mapping[str, Answer] | None = None) -> Page:
        """The same on a page that is open already, whatever comes of it."""
        return await self.browser.presses(page, button, answers)

    async def hands_over(self, number: str, *, to: str) -> None:
        """Note on the ticket's page who took what a person hands over."""
        page = await self.does("Sudah diserahkan", number, {"Diterima oleh": to})
        assert "Sudah diserahkan" not in page.text

    async def journal(self, number: str) -> list[Entry]:
        """The ticket's record as its page shows it, oldest first."""
        page = await self.reads(number)
        lines = reversed(page.all("//*[@id='journal']//ol/li/span"))
        return [Entry(words(one.find("b")), _without(words(one), words(one.find("b")))) for one in lines]

    async def notices(self) -> list[str]:
        """What the desk's first page tells this officer, newest first."""
        return [words(one) for one in (await self.opens()).all("//li[has('notice')]")]

    async def leaves(self) -> None:
        """Close the browser."""
        await self.browser.close()


async def hire(wadul: Wadul, office: Office, now: datetime) -> None:
    """One officer for every role; passwords are hashed the quick way, which the hash itself says."""
    wadul.officers._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    for role in office.roles:
        await wadul.officers.add(office, role, NAMES[role], [role], PASSWORD, now=now)


async def let_replies_leave(wadul: Wadul, clock: Clock) -> None:
    """Officers can take a reply back for a while: where one waits for that, the while passes."""
    now = clock()
    async with wadul.database.reading():
        held = Delivery.filter(state="queued", attempts=0, automatic=False, due_at__gt=now, due_at__lte=now + UNDO)
        if not await held.exists():
            return
    clock.passes(seconds=UNDO_SECONDS)
    wadul.program.wake()


def _without(text: str, who: str) -> str:
    return text.removeprefix(who).strip()
