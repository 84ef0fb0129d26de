"""SOP 10 by SMS and Curhat Ning Ita in a chat, with the officers' pages in a real browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import expect

from channels.base import Attachment
from templates.filters import contact
from tests.chromium import started
from tests.journeys.chromium import OfficerInChromium, Window
from tests.journeys.city import City
from tests.pictures import JPEG

COMPLAINT = "Bengkel las di Jl. Kalimantan bising sampai tengah malam."
STORY = "Keluhan: antrean loket perizinan tadi pagi sampai dua jam"
PHOTO = Attachment("antrean.jpg", "image/jpeg", JPEG)
ORDER = {"Sifat": ["Biasa"], "Isi disposisi": ["Tindak lanjuti sesuai ketentuan"]}
TO_KABID = {"Kepada": ["Kepala Bidang Pengaduan, Kebijakan dan Pelaporan Layanan"], **ORDER}
TO_KASI = {"Kepada": ["Kepala Seksi Monev dan Pengaduan"], **ORDER}


@asynccontextmanager
async def opened(city: City) -> AsyncIterator[Window]:
    """One window of the office's, which has complained of nothing in the end."""
    async with started() as browser:
        window = await Window.opened(browser, city.url)
        yield window
        window.check()


async def sits_down(role: str, window: Window) -> OfficerInChromium:
    """Another officer at the same computer."""
    await window.page.context.clear_cookies()
    officer = OfficerInChromium(role, window)
    await officer.signs_in()
    return officer


async def test_a_text_appears_on_the_open_desk_and_the_answer_on_the_telephone(blitar: City) -> None:
    """Nothing is reloaded, what is being typed is left alone, and the citizen's SELESAI is seen at once."""
    siti = blitar.texter()
    async with opened(blitar) as window:
        ratna, page = OfficerInChromium("petugas", window), window.page
        await ratna.signs_in()
        await expect(page.locator("#live")).to_have_attribute("data-state", "on")
        await siti.complains(COMPLAINT)
        await siti.hears("Aduan BLT-26-000001 diterima")
        await page.locator("a.row", has_text="BLT-26-000001").click()
        await window.shows("Bengkel las di Jl. Kalimantan", "Giliran Anda", contact(siti.person.phone))
        await page.evaluate("window.untouched = true")
        answer = page.get_by_label("Isi jawaban kepada pengadu")
        await window._unfold(answer)
        await answer.fill("Mulai hari ini tutup")
        await siti.says("Tadi malam sampai jam dua.")
        await window.shows("Tadi malam sampai jam dua.")
        await expect(answer).to_have_value("Mulai hari ini tutup")
        await answer.press_sequentially(" pukul 21.00.")
        await page.locator("form button", has_text="Jawab langsung").click()
        await window.shows("Menunggu warga: SELESAI atau BELUM")
        await blitar.settles()
        await siti.reads_last("Mulai hari ini tutup pukul 21.00.")
        await siti.is_content()
        await window.shows("Aduan selesai")
        assert await page.evaluate("window.untouched") is True


async def test_a_chat_with_a_photo_goes_through_the_office_and_ends_with_a_button(mojokerto: City) -> None:
    """Registered, directed, ordered and answered, each by whoever's turn it is; two presses end and mark it."""
    sari = mojokerto.chatter()
    async with opened(mojokerto) as window:
        await sari.sends(PHOTO, text=STORY)
        await sari.hears("MJK-26-000001")
        number = sari.number
        sri = await sits_down("petugas-fo", window)
        await window.goes(f"/meja/{number}")
        await window.shows("antrean loket perizinan", "Keluhan")
        await expect(window.page.locator("img[src*='/berkas/'], a[href*='/berkas/']").first).to_be_visible()
        await sri.does("Daftarkan dan teruskan ke Kepala Dinas", number, {"Perihal": "Antrean loket"})
        await (await sits_down("kepala-dinas", window)).does("Beri arahan tindak lanjut", number, TO_KABID)
        await (await sits_down("kabid", window)).does("Perintahkan Kasi menindaklanjuti", number, TO_KASI)
        bambang = await sits_down("kasi", window)
        answer = {"Isi jawaban kepada pengadu": "Loket kedua kami buka mulai besok."}
        await bambang.does("Kirim jawaban tertulis", number, answer)
        await mojokerto.settles()
        await sari.reads_last("Loket kedua kami buka mulai besok.")
        await sari.is_content()
        await sari.rates(5)
        await window.goes(f"/meja/{number}")
        await window.shows("Aduan selesai", "5 / 5")
