"""One journey for each door in a real browser, with the pages' scripts and their security policy."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import expect

from tests.chromium import started
from tests.journeys.chromium import OfficerInChromium, Window
from tests.journeys.town import Town

COMPLAINT = "Bengkel las di Jl. Kalimantan bising sampai tengah malam."


@pytest.fixture
async def windows(town: Town) -> AsyncIterator[list[Window]]:
    """Three windows, each with cookies of its own; afterwards none may have complained."""
    async with started() as browser:
        opened = [await Window.opened(browser, town.url) for _ in range(3)]
        yield opened
        for window in opened:
            window.check()


async def test_a_mail_appears_on_the_open_desk_and_is_answered_there(town: Town, windows: list[Window]) -> None:
    """Nothing is reloaded: the new complaint and what follows appear by themselves, and typing is left alone."""
    siti, ratna = town.mail_citizen(), OfficerInChromium("petugas", windows[0])
    page = ratna.window.page
    await ratna.signs_in()
    await expect(page.locator("#live")).to_have_attribute("data-state", "on")
    await page.evaluate("window.untouched = true")
    await siti.says(COMPLAINT, subject="Aduan")
    await siti.hears("sudah kami terima")
    await expect(page.locator("a.row", has_text="BLT-26-000001")).to_be_visible()
    await page.locator("a.row", has_text="BLT-26-000001").click()
    await ratna.window.shows("Bengkel las di Jl. Kalimantan", "Giliran Anda")

    answer = page.get_by_label("Isi jawaban kepada pengadu")
    await ratna.window._unfold(answer)
    await answer.fill("Mulai hari ini tutup")
    await siti.says("TAMBAH tadi malam sampai jam dua.")
    await siti.hears("kami tambahkan")
    await ratna.window.shows("tadi malam sampai jam dua")
    await expect(answer).to_have_value("Mulai hari ini tutup")
    await answer.press_sequentially(" pukul 21.00.")
    await page.locator("form button", has_text="Jawab langsung").click()
    await ratna.window.shows("Menunggu warga: SELESAI atau BELUM")
    await siti.hears("Mulai hari ini tutup pukul 21.00.", "sudah selesai?")
    await siti.is_content()
    await siti.hears("kami tutup")
    await ratna.window.shows("Aduan selesai")
    assert await page.evaluate("window.untouched") is True


async def test_a_form_goes_through_the_procedure_and_back_to_its_page(town: Town, windows: list[Window]) -> None:
    """Written, raised, disposed, studied, answered and rated, each by whoever's turn it is, in their own window."""
    visitor, page = windows[0], windows[0].page
    await visitor.goes("/blitar/")
    town.clock.passes(seconds=20)
    await visitor.presses("Kirim aduan", {"Isi aduan": COMPLAINT, "Nama": "Siti Aminah"})
    await visitor.shows("Aduan Anda sudah kami terima")
    number, code = await page.locator("dd.nomor").all_inner_texts()
    assert number == "BLT-26-000001"
    await visitor.presses("Buka aduan saya")
    await visitor.shows("Sedang dibaca petugas")

    ratna, hadi = OfficerInChromium("petugas", windows[1]), OfficerInChromium("kepala-dinas", windows[2])
    await ratna.signs_in()
    await ratna.does("Naikkan ke Kepala Dinas", number)
    await hadi.signs_in()
    disposition = {
        "Kepada": ["Kepala Bidang Pelayanan Perizinan"],
        "Sifat": ["Segera"],
        "Isi disposisi": ["Kaji dan laporkan hasilnya"],
    }
    await hadi.does("Beri disposisi", number, disposition)
    await hadi.window.page.context.clear_cookies()
    endah = OfficerInChromium("kabid", windows[2])
    await endah.signs_in()
    await endah.does("Objek telah berizin", number)
    await endah.does("Formulir jawaban sudah diisi", number, {"Jawaban dinas atas aduan": "Jam kerja dibatasi."})
    letter = {"Isi jawaban kepada pengadu": "Bengkel itu berizin; mulai hari ini tutup pukul 21.00."}
    await ratna.does("Kirim surat tanggapan", number, letter)
    await town.settles()

    await visitor.goes(f"/blitar/cek?nomor={number}")
    await visitor.shows("mulai hari ini tutup pukul 21.00.", "Sudah selesai?")
    await visitor.presses("Sudah selesai")
    await visitor.shows("Anda menyatakan aduan ini selesai")
    await visitor.presses("5")
    await visitor.shows("5 dari 5")
    await ratna.window.goes(f"/meja/{number}")
    await ratna.window.shows("Aduan selesai")
    assert len(code) == 6
