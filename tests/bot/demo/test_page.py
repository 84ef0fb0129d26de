"""HP Warga in a real browser: what a visitor of the demo sees and does, on a desk's screen and on a phone's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot import serving
from bot.demo.start import apart, staged
from bot.settings import Settings
from tests.chromium import started
from tests.journeys.chromium import Window

MONDAY = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)


pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass
class Demo:
    """A demo that is running, and a browser."""

    url: str
    browser: Browser


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def demo(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Demo]:
    """One for all tests here: each plays at another door."""
    settings = apart(Settings(data=tmp_path_factory.mktemp("peragaan"), listen="127.0.0.1:0"))
    async with (
        staged(settings, now=lambda: MONDAY) as wadul,
        serving.running(wadul) as port,
        started() as browser,
    ):
        yield Demo(f"http://127.0.0.1:{port}", browser)


@pytest_asyncio.fixture(loop_scope="module")
async def window(demo: Demo) -> AsyncIterator[Window]:
    """A visitor's window, on a desk's screen."""
    window = await Window.opened(demo.browser, demo.url)
    await window.page.set_viewport_size({"width": 1440, "height": 900})
    await window.goes("/hp/")
    yield window
    window.check()
    await window.page.context.close()


async def parts(page: Page, text: str) -> str:
    """What the counter says of a short message while it is typed."""
    await page.get_by_label("Tulis SMS").fill(text)
    return " ".join((await page.locator("#sms-hitung").inner_text()).split())


async def test_a_visitor_plays_with_all_four_phones(window: Window) -> None:
    """Parts are counted as typed; what the office says arrives by itself; buttons work; time shows a missed promise."""
    page = window.page
    sms, telegram = page.locator("[data-hp=sms]"), page.locator("[data-hp=telegram]")

    assert await parts(page, "a" * 160) == "160/160 · 1 SMS GSM-7"
    assert await parts(page, "a" * 161) == "8/153 · 2 SMS digabung GSM-7"
    assert await parts(page, "{" * 80) == "160/160 · 1 SMS GSM-7"
    assert await parts(page, "Jalan rusak “parah”") == "19/70 · 1 SMS UCS-2 karena ““”"

    acknowledged = sms.locator(".balon.dari").filter(has_text="diterima")
    before = await acknowledged.count()
    await parts(page, "Lampu jl di Gg Seruni mati sdh seminggu, gelap sekali. Mhn dicek")
    await page.get_by_label("Kirim SMS").click()
    await expect(acknowledged).to_have_count(before + 1)
    await expect(sms.locator(".sampai").last).to_be_visible()

    await page.get_by_role("button", name="Mojokerto").click()
    await telegram.get_by_role("button", name="MULAI").click()
    await expect(telegram.locator(".balon.dari").first).to_be_visible()
    await page.get_by_label("Tulis pesan Telegram").fill("Ning, trotoar depan SD ambrol, anak-anak sering jatuh")
    await page.get_by_label("Kirim di Telegram").click()
    await telegram.get_by_role("button", name="Keluhan", exact=True).click()
    await expect(telegram.locator(".balon.dari").last).to_contain_text("Di mana kejadiannya")

    await page.reload()
    await expect(telegram.locator(".balon.oleh").filter(has_text="trotoar depan SD")).to_be_visible()
    await expect(page.locator("#jejak li").first).to_contain_text("Telegram")
    await expect(page.locator('[data-langkah="1"]')).to_have_class("sudah")

    await page.get_by_role("button", name="Blitar").click()
    await page.locator("#jam").click()
    await page.locator("[data-ke=hari]").click()
    await expect(sms.locator(".balon.dari").filter(has_text="belum selesai").first).to_be_visible(timeout=60_000)
    await expect(page.locator("#jam-hari")).to_contain_text("24 Nov")


async def test_telegram_shows_pictures_places_changes_and_a_block(window: Window) -> None:
    """The sample photo and a place are sent; a line is changed and answered; a blocked bot says so, and comes back."""
    page = window.page
    telegram = page.locator("[data-hp=telegram]")
    await telegram.get_by_role("button", name="MULAI").click()
    for what, shown in (("Foto contoh", ".foto-pesan img"), ("Lokasi", ".peta")):
        await page.get_by_label("Lampirkan", exact=True).click()
        await telegram.get_by_role("button", name=what).click()
        await expect(telegram.locator(f".balon.oleh {shown}").last).to_be_visible()
    assert await page.evaluate("document.querySelector('.foto-pesan img').naturalWidth") == 960

    box = page.get_by_label("Tulis pesan Telegram")
    await box.fill("Jln rusk")
    await box.press("Enter")
    said = telegram.locator(".balon.oleh").filter(has_text="Jln rusk")
    await said.click()
    await said.get_by_role("button", name="Ubah").click()
    await box.fill("Jalan rusak")
    await box.press("Enter")
    await expect(telegram.locator(".balon.oleh").filter(has_text="Jalan rusak")).to_contain_text("diedit")

    await page.get_by_label("Menu obrolan").click()
    await telegram.get_by_role("button", name="Blokir bot").click()
    await expect(page.locator("#tg-keadaan")).to_have_text("diblokir")
    await telegram.get_by_role("button", name="BUKA BLOKIR").click()
    await expect(box).to_be_visible()


async def test_whatsapp_is_played_with_buttons_pictures_and_ticks(window: Window) -> None:
    """A complaint is answered with a list, which opens and is chosen from by keyboard; a photo and a sound go along; a
    line is changed, taken back, reacted to; a phone that is off hears nothing until it is on.
    """
    page = window.page
    whatsapp = page.locator("[data-hp=whatsapp]")
    await expect(whatsapp).to_be_hidden()
    await page.get_by_role("button", name="Budi").click()
    await page.get_by_role("button", name="Mojokerto").click()
    box = page.get_by_label("Tulis di WhatsApp")
    await box.fill("Ning, trotoar depan SD ambrol, anak-anak sering jatuh")
    await box.press("Enter")
    await whatsapp.get_by_role("button", name="Pilih").click()
    await expect(whatsapp.get_by_role("button", name="Tutup")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(whatsapp.locator(".balon.oleh").last).to_contain_text("Keluhan")
    await expect(whatsapp.locator(".balon.dari").last).to_contain_text("Di mana kejadiannya")
    for what, shown in (("Foto contoh", ".foto-pesan img"), ("Pesan suara", "audio")):
        await page.get_by_label("Lampirkan di WhatsApp").click()
        await whatsapp.get_by_role("button", name=what).click()
        await expect(whatsapp.locator(f".balon.oleh {shown}").last).to_be_visible()
    await expect(whatsapp.locator(".balon.oleh .sampai").last).to_be_visible()

    await box.fill("Jln Anggrek")
    await box.press("Enter")
    said = whatsapp.locator(".balon.oleh").filter(has_text="Anggrek")
    await said.click()
    await said.get_by_role("button", name="Ubah").click()
    await box.fill("Jalan Anggrek")
    await box.press("Enter")
    await expect(said).to_contain_text("diedit")
    await said.click()
    await said.get_by_role("button", name="Hapus").click()
    await expect(whatsapp.locator(".dihapus")).to_contain_text("Pesan ini dihapus")
    heard = whatsapp.locator(".balon.dari").first
    await heard.click(position={"x": 12, "y": 12})
    await heard.get_by_role("button", name="Tanggapi 👍").click()
    await expect(heard.locator(".tanda-emoji")).to_have_text("👍")

    await page.get_by_label("Menu WhatsApp").click()
    await whatsapp.get_by_role("button", name="Matikan HP").click()
    await expect(page.locator("#whatsapp-keadaan")).to_have_text("HP dimatikan")


@pytest.mark.parametrize("app", ["Messenger", "Instagram"])
async def test_quick_replies_are_pressed_and_comments_stand_below_the_post(window: Window, app: str) -> None:
    """The choices stand above the composer until one is pressed; the office's public post has comments of its own."""
    page = window.page
    phone = page.locator(f"[data-hp={app.lower()}]")
    await page.get_by_role("button", name="Joko").click()
    await page.get_by_role("button", name="Mojokerto").click()
    box = page.get_by_label(f"Tulis di {app}")
    await box.fill("Ning, selokan di Gang Seruni meluap ke rumah warga")
    await box.press("Enter")
    await phone.get_by_role("button", name="Keluhan", exact=True).click()
    await expect(phone.locator(".balon.oleh").last).to_contain_text("Keluhan")
    await expect(phone.locator(".balon.dari").last).to_contain_text("Di mana kejadiannya")
    await phone.get_by_role("button", name="Postingan").click()
    await expect(phone.locator(".postingan")).to_contain_text("Curhat Ning Ita")
    await box.fill("Antreannya lama sekali")
    await box.press("Enter")
    await expect(phone.locator(".balon.oleh")).to_have_count(1)
    await expect(phone.locator(".postingan")).to_have_count(1)
    await phone.get_by_role("button", name="Pesan", exact=True).click()
    await expect(phone.locator(".balon.oleh").filter(has_text="Gang Seruni")).to_be_visible()
    await expect(phone.locator(".balon").filter(has_text="Antreannya")).to_have_count(0)


async def test_the_chat_of_the_website_is_one_tap_away(window: Window) -> None:
    """In the phone's browser, where the office has one."""
    page = window.page
    form = page.locator("[data-hp=formulir]")
    await expect(form.get_by_role("button", name="Obrolan")).to_be_hidden()
    await page.get_by_role("button", name="Mojokerto").click()
    await form.get_by_role("button", name="Obrolan").click()
    await expect(page.locator("#alamat")).to_contain_text("/mojokerto/obrolan")
    await expect(page.frame_locator("#peramban").locator("textarea").first).to_be_visible()


async def test_mail_and_form_still_work(window: Window) -> None:
    """A mail goes out and is answered in its thread; the form takes a ready-made complaint."""
    page = window.page
    mail, form = page.locator("[data-hp=surel]"), page.locator("[data-hp=formulir]")
    await mail.get_by_role("button", name="Tulis").click()
    await mail.get_by_role("button", name="Izin usaha belum terbit").click()
    await page.get_by_label("Kirim surel").click()
    await expect(mail.locator(".pesan:not(.dari-warga)").first).to_contain_text("BLT-26-")
    await form.get_by_role("button", name="Kafe bising").click()
    page_inside = page.frame_locator("#peramban")
    assert "Jalan Kenanga" in await page_inside.locator("textarea[name=isi]").input_value()


async def test_on_a_phone_one_phone_fills_the_screen(window: Window) -> None:
    """Nothing is wider than the screen, whichever phone is chosen, and the clock's panel fits."""
    page = window.page
    await page.set_viewport_size({"width": 390, "height": 844})
    for name in ("Telegram", "Surel", "Formulir", "SMS"):
        await page.locator(".bawah").get_by_role("button", name=name).click()
        assert await page.locator(".hp:visible").count() == 1
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    await page.locator("#jam").click()
    await expect(page.locator("#putar")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
