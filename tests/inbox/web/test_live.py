"""The live desk in real browsers: keys alone, several tabs, a line that is cut, and a disposition under the thumb."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Page, expect

from inbox.live import Event
from inbox.models import Disposition, Officer, Task, Ticket
from tests.inbox.web.desk import PASSWORD, Office
from tests.inbox.web.test_look import chromium, notifying, window

__all__ = ["chromium", "notifying"]
# What stands among the notifications of the browser, shown by our worker.
TOLD = (
    "navigator.serviceWorker.ready.then((worker) => worker.getNotifications())"
    ".then((all) => all.map((one) => one.title + ' ' + one.body))"
)
TAP = """async () => {
    const [notification] = await registration.getNotifications();
    dispatchEvent(new NotificationEvent("notificationclick", { notification }));
}"""


async def connected(page: Page) -> None:
    """Wait until the page follows what happens."""
    await page.wait_for_selector("#live[data-state=on]", state="attached")


async def until(page: Page, script: str) -> None:
    """Wait until a script of ours says yes; the pages' own policy lets no text become script."""
    async with asyncio.timeout(20):
        while not await page.evaluate(script):
            await page.wait_for_timeout(50)


async def typed(page: Page, *keys: str) -> None:
    """Press keys one after the other."""
    for key in keys:
        await page.keyboard.press(key)


async def test_an_officer_works_by_keys_alone(office: Office, chromium: Browser) -> None:
    """Signs in, opens the first complaint, takes it, answers the citizen, notes, and acts: no mouse, no touch."""
    ticket = await office.complaint()
    context = await chromium.new_context(viewport={"width": 1440, "height": 900})
    page = await context.new_page()
    await page.goto(f"{office.url}/masuk")
    await page.focus("#login")
    await page.keyboard.type("petugas")
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/meja/")
    await typed(page, "j", "Enter")
    await expect(page.locator("#step")).to_contain_text("Giliran Anda")
    await typed(page, "a")
    await expect(page.locator("#said:not([hidden])")).to_contain_text("Penanggung jawab diganti.")
    assert (await Ticket.get(id=ticket.id)).officer_id == office.by["petugas"].officer_id
    await typed(page, "r")
    await page.keyboard.type("Kami cek ke lokasi. rjna?")
    assert await page.input_value("#reply-text") == "Kami cek ke lokasi. rjna?"
    await typed(page, "Control+Enter")
    await expect(page.locator("#messages")).to_contain_text("Kami cek ke lokasi. rjna?")
    await typed(page, "n")
    await page.keyboard.type("Nanti ditelepon.")
    assert await page.input_value("#note-text") == "Nanti ditelepon."
    await typed(page, "Escape", "r")
    assert await page.evaluate("document.activeElement.id") == "reply-text"
    await typed(page, "Escape", "n", "Control+Enter")
    await expect(page.locator("#messages")).to_contain_text("Nanti ditelepon.")
    await typed(page, "t", "Tab", "Enter")
    await page.focus("#act-naikkan button.primary")
    await typed(page, "Enter")
    await expect(page.locator("#step")).to_contain_text("Giliran Kepala Dinas")
    await typed(page, "Escape")
    assert await page.evaluate("document.activeElement.matches('a.row, body, #main')")
    await context.close()


async def test_the_keys_are_shown_and_can_be_switched_off(office: Office, chromium: Browser) -> None:
    """A question mark shows them, g and a letter go to a queue, a stroke searches; an officer's own page stops them."""
    async with window(office, chromium, "petugas") as page:
        await typed(page, "?")
        await expect(page.locator("#keys")).to_be_visible()
        await expect(page.locator("#keys")).to_contain_text("ambil untuk saya")
        await typed(page, "Escape", "/")
        assert await page.evaluate("document.activeElement.id") == "q"
        await typed(page, "Escape", "g", "m")
        await page.wait_for_url("**antrean=milik")
        await page.goto(f"{office.url}/meja/saya")
        await page.uncheck("[name=shortcuts]")
        await page.click("form:has([name=shortcuts]) button")
        await page.wait_for_url("**/meja/saya*")
        await typed(page, "?")
        await expect(page.locator("#keys")).to_be_hidden()
    settings = (await Officer.get(login="petugas")).settings
    assert settings == {"shortcuts": False, "alerts": False}


async def test_seven_tabs_share_one_stream(office: Office, chromium: Browser) -> None:
    """One browser asks for events once, every tab hears of a change, and the next tab takes over from one that goes."""
    asked = watch(office)
    ticket = await office.complaint()
    async with window(office, chromium, "petugas") as first:
        tabs = [first] + [await first.context.new_page() for _ in range(6)]
        for tab in tabs[1:]:
            await tab.goto(f"{office.url}/meja/{ticket.number}")
        for tab in tabs:
            await connected(tab)
        assert asked == [1]
        await tabs[0].close()
        await expect_streams(tabs[1], asked, 1)
        await office.house.acting.note(office.by["kasi"], ticket.number, "Terdengar di semua tab", now=office.now)
        for tab in tabs[1:]:
            await tab.bring_to_front()
            await expect(tab.locator("#messages")).to_contain_text("Terdengar di semua tab")
        assert asked == [1]


def watch(office: Office) -> list[int]:
    """How many streams are open right now, as the one number in a list."""
    open_now, subscribe = [0], office.live.subscribe

    @asynccontextmanager
    async def counted(name: str) -> AsyncIterator[asyncio.Queue[Event]]:
        open_now[0] += 1
        try:
            async with subscribe(name) as queue:
                yield queue
        finally:
            open_now[0] -= 1

    office.live.subscribe = counted  # type: ignore[method-assign]
    return open_now


async def expect_streams(page: Page, open_now: list[int], count: int) -> None:
    """Wait until so many streams are open; a browser that left is noticed at the next event."""
    async with asyncio.timeout(20):
        while open_now[0] != count:
            await page.wait_for_timeout(50)


async def test_a_line_that_is_cut_says_so_and_catches_up(office: Office, chromium: Browser) -> None:
    """Without a connection the page says that it may be behind, on a phone too; with one again it shows what came."""
    ticket = await office.complaint()
    async with window(office, chromium, "petugas", width=390, height=844) as page:
        await page.goto(f"{office.url}/meja/{ticket.number}")
        await connected(page)
        await page.click(".thumbbar >> text=Balas")
        await page.fill("#reply-text", "Setengah kalimat")
        await expect(page.locator("#reply .kept")).not_to_be_empty()
        await page.context.set_offline(True)
        await expect(page.locator("#cut-off")).to_be_visible()
        await office.house.acting.note(office.by["kasi"], ticket.number, "Selagi terputus", now=office.now)
        await page.context.set_offline(False)
        await expect(page.locator("#cut-off")).to_be_hidden(timeout=20_000)
        await expect(page.locator("#messages")).to_contain_text("Selagi terputus")
        assert await page.input_value("#reply-text") == "Setengah kalimat"


async def test_the_list_keeps_its_place_when_it_is_exchanged(office: Office, chromium: Browser) -> None:
    """A row that stands in the keyboard's focus is in focus after something new came in above it."""
    ticket = await office.complaint()
    async with window(office, chromium, "petugas") as page:
        await connected(page)
        await typed(page, "j")
        other = await office.complaint("Sampah menumpuk", name="Budi", sender="budi@example.com")
        office.live.announce(Event("blitar", "ticket", other.id, other.number))
        await expect(page.locator("#rows")).to_contain_text(other.number)
        assert ticket.number in str(await page.evaluate("document.activeElement.pathname"))


async def test_a_button_in_focus_stays_in_focus_when_its_region_is_exchanged(office: Office, chromium: Browser) -> None:
    """Somebody else's change comes in between an officer's Tab and Enter: the same button is pressed."""
    ticket = await office.complaint()
    async with window(office, chromium, "petugas") as page:
        await page.goto(f"{office.url}/meja/{ticket.number}")
        await connected(page)
        await page.click("#act-naikkan > summary")
        await page.focus("#act-naikkan button.primary")
        await page.evaluate("document.querySelector('#step').dataset.old = '1'")
        await office.house.acting.note(office.by["kasi"], ticket.number, "Selagi tombol terpilih", now=office.now)
        await Ticket.filter(id=ticket.id).update(version=ticket.version + 7)
        office.live.announce(Event("blitar", "ticket", ticket.id, ticket.number))
        await expect(page.locator("#step:not([data-old])")).to_be_visible()
        await typed(page, "Enter")
        await expect(page.locator("#said:not([hidden])")).to_be_visible()


async def test_the_head_opens_a_notice_and_initials_in_three_taps(office: Office, chromium: Browser) -> None:
    """On a phone: the notice, the addressee, the initials; what it is about stands on the first screen."""
    ticket = await office.complaint("Bengkel las di Jalan Kalimantan bising sampai malam")
    sheet = {"formulir-aduan.note": "Sudah dua kali ditegur, izin tidak ditemukan."}
    await office.act("petugas", ticket.number, "naikkan", sheet)
    async with window(office, chromium, "kepala-dinas", width=390, height=844) as page:
        await page.click("#notices a.number")
        for words in ("Siti Aminah", "Bengkel las", "izin tidak ditemukan"):
            await expect(page.locator(f"text={words}").filter(visible=True).first).to_be_in_viewport()
        await expect(page.locator(".initial button")).to_be_in_viewport()
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390
        await page.locator(".person", has_text="Kepala Seksi").locator("[type=checkbox]").click()
        await page.click(".initial button")
        await expect(page.locator("#said:not([hidden])")).to_contain_text("Tindakan dicatat.")
    row = await Disposition.get(ticket_id=ticket.id)
    assert (row.instruction, row.nature, row.initials) == ("Tindak lanjuti sesuai ketentuan", "Biasa", "SW")
    assert {task.role for task in await Task.filter(disposition_id=row.id)} == {"kabid", "kasi"}


@pytest.mark.parametrize("width", [360, 390])
async def test_the_first_page_of_a_phone_has_what_is_new_and_the_queue(
    office: Office, chromium: Browser, width: int
) -> None:
    """Notices above, the queue below, the queues under the thumb; nothing sideways."""
    ticket = await office.complaint()
    await office.act("petugas", ticket.number, "naikkan")
    async with window(office, chromium, "kepala-dinas", width=width, height=844) as page:
        await expect(page.locator("#notices")).to_be_in_viewport()
        await expect(page.locator("a.row").first).to_be_in_viewport()
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        small = "[...document.querySelectorAll('#rail li a, .notice, .notice button')].filter(a => a.offsetParent)"
        assert await page.evaluate(f"Math.min(...{small}.map(a => a.offsetHeight))") >= 44


async def test_the_browser_tells_what_is_new(office: Office, notifying: Browser) -> None:
    """Wanted, allowed and in working hours: the number and the step, no word of the citizen; nothing in the break. A
    worker of ours shows it, as telephones demand, and goes when notifications are no longer wanted.
    """
    await Officer.filter(login="kepala-dinas").update(settings={"alerts": True})
    context = await notifying.new_context(permissions=["notifications"])
    page = await context.new_page()
    refused: list[str] = []
    page.on("console", lambda line: refused.append(line.text) if line.type == "error" else None)
    await page.goto(f"{office.url}/masuk?ke=/meja/")
    await page.fill("#login", "kepala-dinas")
    await page.fill("#password", PASSWORD)
    await page.click("form button.primary")
    await connected(page)
    await until(page, "localStorage.getItem('wadul-told') !== null")
    ticket = await office.up_to_disposition()
    await until(page, f"{TOLD}.then((all) => all.length > 0)")
    (said,) = await page.evaluate(TOLD)
    assert said.startswith(f"{ticket.number} Giliran Anda")
    assert "ruko" not in said
    before = await page.evaluate("localStorage.getItem('wadul-told')")
    office.later(hours=3, minutes=30)
    late = await office.complaint("Selagi istirahat")
    await office.act("petugas", late.number, "naikkan")
    await until(page, f"localStorage.getItem('wadul-told') !== '{before}'")
    assert len(await page.evaluate(TOLD)) == 1
    await context.service_workers[0].evaluate(TAP)
    await page.wait_for_url(f"**/meja/{ticket.number}")
    assert await page.evaluate("caches.keys()") == []
    assert [line for line in refused if "Content Security Policy" in line] == []
    await Officer.filter(login="kepala-dinas").update(settings={"alerts": False})
    await page.goto(f"{office.url}/meja/saya")
    await until(page, "navigator.serviceWorker.getRegistrations().then((all) => all.length === 0)")
    await context.close()
