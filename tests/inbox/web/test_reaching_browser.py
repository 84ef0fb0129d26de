"""Browser push in a real browser: it is linked by a press, and our worker shows what is pushed while nobody looks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from bot.officer_words import Wording
from channels.base import Abilities
from inbox.models import Notice, OfficerLine
from tests.bot.test_push import Browser as Keys
from tests.inbox.web.desk import PASSWORD, Office
from tests.inbox.web.test_live import TAP, TOLD, until
from tests.inbox.web.test_look import notifying

__all__ = ["notifying"]
KEY = "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"
# What the makers' servers would answer, which nobody reaches here: a subscription with its keys, until it is given up.
SERVICE = """(given) => {
    const made = { endpoint: given.endpoint, toJSON: () => ({ endpoint: given.endpoint, keys: given }),
        unsubscribe: async () => { localStorage.removeItem("subscribed"); return true; } };
    PushManager.prototype.getSubscription = async () => (localStorage.getItem("subscribed") ? made : null);
    PushManager.prototype.subscribe = async (options) => {
        localStorage.setItem("subscribed", String(options.applicationServerKey.length) + options.userVisibleOnly);
        return made;
    };
}"""


class Reaching:
    """Whoever sends, with the key that browsers subscribe with."""

    key = KEY

    def __init__(self) -> None:
        self.woken = 0

    def wake(self) -> None:
        self.woken += 1


@pytest.fixture
async def pushing(house: Any, tmp_path: Any) -> AsyncIterator[Office]:
    """Blitar's desk with somebody to send."""
    office = Office(house, tmp_path)
    office.reach = Reaching()
    for login in ("petugas", "kasi", "kabid", "kepala-dinas"):
        await office.hires(login)
    async with office.opened():
        yield office


async def signed_in(office: Office, notifying: Browser) -> Page:
    """Kasi's own page, in a browser whose push service answers."""
    context = await notifying.new_context(permissions=["notifications"])
    page = await context.new_page()
    keys = Keys().keys | {"endpoint": "https://push.example.org/send/abc"}
    await page.add_init_script(f"({SERVICE})({keys!r})")
    await page.goto(f"{office.url}/masuk?ke=/meja/saya")
    await page.fill("#login", "kasi")
    await page.fill("#password", PASSWORD)
    await page.click("form button.primary")
    await page.wait_for_url("**/meja/saya")
    return page


async def pushed(page: Page, origin: str, data: str) -> None:
    """What the push service hands the browser, for our worker."""
    session = await page.context.new_cdp_session(page)
    found: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def updated(event: dict[str, Any]) -> None:
        mine = [one["registrationId"] for one in event["registrations"] if one["scopeURL"].endswith("/meja/")]
        if mine and not found.done():
            found.set_result(mine[0])

    session.on("ServiceWorker.workerRegistrationUpdated", updated)
    await session.send("ServiceWorker.enable")
    registration = await asyncio.wait_for(found, 20)
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")  # one that is not yet awake hears nothing
    told = {"origin": origin, "registrationId": registration, "data": data}
    await session.send("ServiceWorker.deliverPushMessage", told)


async def test_a_browser_is_linked_and_shows_what_is_pushed(pushing: Office, notifying: Browser) -> None:
    """Pressed, linked, shown with number and kind; a tap leads to the disposition; let go, it is given up here too."""
    ticket = await pushing.up_to_study()
    page = await signed_in(pushing, notifying)
    await page.click("#push button")
    await expect(page.locator("#push-here")).to_be_visible()
    line = await OfficerLine.get()
    assert (line.officer_id, line.channel) == (pushing.by["kasi"].officer_id, "push")
    assert line.keys
    assert line.keys["endpoint"] == "https://push.example.org/send/abc"
    assert await page.evaluate("localStorage.getItem('subscribed')") == "65true"

    notice = await Notice.get(kind="disposition", role="kasi")
    said = Wording("").news([notice], Abilities(scheme="push"), "id")
    await pushed(page, f"{pushing.url}/", said.pushed().decode())
    await until(page, f"{TOLD}.then((all) => all.length > 0)")
    (shown,) = await page.evaluate(TOLD)
    assert shown == f"{ticket.number} Disposisi atau tugas lapangan untuk Anda"
    await page.context.service_workers[0].evaluate(TAP)
    await page.wait_for_url(f"**/meja/{ticket.number}#disposisi-*")
    await expect(page.locator(".sheet:target")).to_be_in_viewport()

    await page.goto(f"{pushing.url}/meja/saya")
    await expect(page.locator("#push-here")).to_be_visible()
    await page.click(f"#line-{line.id} [formaction$=lepas]")
    await expect(page.locator("#push button")).to_be_visible()
    assert not await OfficerLine.exists()
    assert await page.evaluate("localStorage.getItem('subscribed')") is None
    await page.context.close()


async def test_on_a_phone_the_disposition_is_on_the_screen(pushing: Office, notifying: Browser) -> None:
    """Whoever opens a notice on a telephone sees the sheet without looking for it."""
    await pushing.up_to_study()
    notice = await Notice.get(kind="disposition", role="kasi")
    page = await signed_in(pushing, notifying)
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.goto(f"{pushing.url}/meja/kabar/{notice.id}")
    await expect(page.locator(".sheet:target")).to_be_in_viewport()
    await expect(page.locator(".sheet:target blockquote")).to_contain_text("Kaji")
    await page.context.close()


async def test_a_browser_that_cannot_says_so(pushing: Office, notifying: Browser) -> None:
    """Where notifications are forbidden the page says what to do, and nothing is linked."""
    page = await signed_in(pushing, notifying)
    await page.context.clear_permissions()
    await page.click("#push button")
    await expect(page.locator("#push-refused")).to_be_visible()
    assert not await OfficerLine.exists()
    await page.context.close()
