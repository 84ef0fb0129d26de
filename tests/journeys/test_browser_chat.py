"""The chat in a real browser: on its own page and on another site's, by keyboard, with the stream shut, without
scripts, on a second device; and the officers who answer there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, FrameLocator, Page, Route, expect

from inbox.models import Delivery
from tests import axe
from tests.chromium import started
from tests.journeys.chromium import Window
from tests.journeys.city import SITE_PORT, City
from tests.journeys.waiting import until
from tests.pictures import JPEG

PATH = "/mojokerto/obrolan"
COMPLAINT = "Keluhan: antrean loket perizinan tadi pagi sampai dua jam"
PHOTO = {"name": "antrean.jpg", "mimeType": "image/jpeg", "buffer": JPEG}
STRICT = "default-src 'none'; script-src {city}; frame-src {city}"


@pytest.fixture
async def browser(mojokerto: City) -> AsyncIterator[Browser]:
    async with started() as browser:
        yield browser


@asynccontextmanager
async def town_site(city: City) -> AsyncIterator[str]:
    """Another site with a strict policy and styles that would spoil any page, which has our one line."""
    line = f'<script src="{city.url}{PATH}.js" async></script>'
    body = "<main><h1>Kota Mojokerto</h1><a href='#'>Berita</a></main>"
    page = f"<!doctype html><html lang=id><title>Kota</title>{body}{line}"

    async def show(_request: web.Request) -> web.Response:
        headers = {"Content-Security-Policy": STRICT.format(city=city.url)}
        return web.Response(text=page, content_type="text/html", headers=headers)

    app = web.Application()
    app.add_routes([web.get("/", show), web.get("/favicon.ico", show)])
    async with TestServer(app, port=SITE_PORT) as server:
        yield f"http://localhost:{server.port}/"


async def number_in(where: Page | FrameLocator) -> tuple[str, str]:
    """Number and code as the clerk said them."""
    said = where.locator(".pesan", has_text="MJK-26-").first
    await expect(said).to_contain_text("Kode")
    text = await said.inner_text()
    number = text[text.index("MJK-26-") :][:13]
    words = text.replace(".", " ").replace(":", " ").replace(",", " ").split()
    return number, next(one for one in words if len(one) == 6 and one.isupper() and one.isalnum())


async def answers(city: City, number: str, words: str) -> None:
    """An officer writes to the citizen."""
    officer = city.officer("petugas-fo")
    await officer.does("Kirim balasan", number, {"Balasan": words})
    await city.settles()


async def test_a_citizen_chats_on_the_citys_site_with_the_keyboard_alone(mojokerto: City, browser: Browser) -> None:
    """Opened, written to, a button pressed, closed and opened again without a mouse; nothing troubles the host page."""
    async with town_site(mojokerto) as site:
        window = await Window.opened(browser, site)
        page = window.page
        await page.goto(site)
        opener = page.get_by_role("button", name="Obrolan Curhat Ning Ita")
        await expect(opener).to_be_visible()
        await opener.focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("dialog", name="Obrolan Curhat Ning Ita")).to_be_visible()
        chat = page.frame_locator("iframe")
        await expect(chat.get_by_label("Tulis pesan")).to_be_focused()
        await page.keyboard.type(COMPLAINT)
        await page.keyboard.press("Enter")
        number, _ = await number_in(chat)
        await expect(chat.get_by_label("Tulis pesan")).to_have_value("")
        await expect(chat.get_by_role("log")).to_contain_text(COMPLAINT)
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await expect(opener).to_be_focused()
        await answers(mojokerto, number, "Loket kedua kami buka besok.")
        await expect(page.get_by_role("button", name="1 pesan belum dibaca")).to_be_visible()
        assert await states(mojokerto, "officer") == {"delivered"}
        await page.keyboard.press("Enter")
        await expect(chat.get_by_text("Loket kedua kami buka besok.")).to_be_visible()
        await until(lambda: _all_read(mojokerto), "the officer sees that it was read")
        await page.reload()
        await page.get_by_role("button", name="Obrolan Curhat Ning Ita").click()
        await expect(chat.get_by_text("Loket kedua kami buka besok.")).to_be_visible()
        window.check()


async def states(city: City, author: str) -> set[str]:
    """How far what was said in the chat is."""
    async with city.wadul.database.reading():
        rows = await Delivery.filter(channel="mojokerto-obrolan", message__author=author)
    return {row.state for row in rows}


async def _all_read(city: City) -> bool:
    return await states(city, "officer") == {"read"}


async def test_with_the_stream_shut_answers_come_all_the_same(mojokerto: City, browser: Browser) -> None:
    """A proxy that lets no stream through costs seconds, not answers; a line that broke is said and mends."""
    window = await Window.opened(browser, mojokerto.url)
    page = window.page

    async def shut(route: Route) -> None:
        await route.abort()

    await page.route("**/obrolan/kabar", shut)
    await page.goto(PATH)
    await page.get_by_label("Tulis pesan").fill(COMPLAINT)
    await page.get_by_label("Lampirkan berkas").set_input_files(PHOTO)  # type: ignore[arg-type]
    await page.get_by_role("button", name="Kirim").click()
    number, _ = await number_in(page)
    await expect(page.get_by_role("link", name="antrean.jpg")).to_be_visible()
    await answers(mojokerto, number, "Loket kedua kami buka besok.")
    await expect(page.get_by_text("Loket kedua kami buka besok.")).to_be_visible()
    async with page.expect_download() as saved:
        await page.get_by_role("link", name="antrean.jpg").click()
    assert (await saved.value).suggested_filename == "antrean.jpg"
    await page.route("**/obrolan", shut)
    await page.get_by_label("Tulis pesan").fill("Masih ada yang kurang")
    await page.get_by_role("button", name="Kirim").click()
    await expect(page.get_by_role("alert")).to_contain_text("Belum terkirim")
    await expect(page.get_by_label("Tulis pesan")).to_have_value("Masih ada yang kurang")
    await page.unroute("**/obrolan")
    await page.get_by_role("button", name="Kirim").click()
    await expect(page.get_by_role("log")).to_contain_text("Masih ada yang kurang")
    window.check()


async def test_a_second_device_goes_on_with_number_and_code(mojokerto: City, browser: Browser) -> None:
    """What is written on either appears on both; a wrong code says so; leaving forgets."""
    phone, desk = await Window.opened(browser, mojokerto.url), await Window.opened(browser, mojokerto.url)
    await phone.goes(PATH)
    await phone.page.get_by_label("Tulis pesan").fill(COMPLAINT)
    await phone.page.get_by_role("button", name="Kirim").click()
    number, code = await number_in(phone.page)
    page = desk.page
    await desk.goes(PATH)
    await page.get_by_text("Pindah perangkat atau keluar").click()
    await page.get_by_label("Nomor aduan").fill(number)
    await page.get_by_label("Kode", exact=True).fill("AAAAAA")
    await page.get_by_role("button", name="Lanjutkan").click()
    await expect(page.get_by_role("alert")).to_contain_text("Nomor atau kode tidak cocok")
    await page.get_by_label("Kode", exact=True).fill(code)
    await page.get_by_role("button", name="Lanjutkan").click()
    await expect(page.get_by_role("log")).to_contain_text(COMPLAINT)
    await page.get_by_label("Tulis pesan").fill("Kini dari komputer.")
    await page.get_by_label("Tulis pesan").press("Enter")
    await expect(phone.page.get_by_role("log")).to_contain_text("Kini dari komputer.")
    await page.get_by_text("Pindah perangkat atau keluar").click()
    await page.get_by_role("button", name="Keluar").click()
    await expect(page.get_by_role("log")).not_to_contain_text(COMPLAINT)
    phone.check()


async def test_without_scripts_the_chat_is_a_form(mojokerto: City, browser: Browser) -> None:
    """Written, answered by the clerk on the page that comes back, and a button of its pressed."""
    context = await browser.new_context(java_script_enabled=False, base_url=mojokerto.url)
    page = await context.new_page()
    await page.goto(PATH)
    await page.get_by_label("Tulis pesan").fill(COMPLAINT)
    await page.get_by_role("button", name="Kirim").click()
    number, _ = await number_in(page)
    await answers(mojokerto, number, "Loket kedua kami buka besok.")
    await page.goto(PATH)
    await expect(page.get_by_text("Loket kedua kami buka besok.")).to_be_visible()
    assert await states(mojokerto, "officer") == {"read"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_nothing_is_wrong_with_the_page_for_anybody(mojokerto: City, browser: Browser, scheme: str) -> None:
    """axe finds nothing, on a telephone of 360 pixels, and nothing is wider than it."""
    axe.demand()
    context = await browser.new_context(
        base_url=mojokerto.url,
        color_scheme=scheme,
        viewport={"width": 360, "height": 740},
        bypass_csp=True,  # type: ignore[arg-type]
    )
    page = await context.new_page()
    await page.goto(PATH)
    await page.get_by_label("Tulis pesan").fill(COMPLAINT)
    await page.get_by_role("button", name="Kirim").click()
    await number_in(page)
    await page.get_by_text("Pindah perangkat atau keluar").click()
    assert await axe.violations(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
