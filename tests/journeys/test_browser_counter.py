"""A busy front desk in a real browser, by keyboard alone: taken down, saved, printed, and nothing lost on the way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Route, expect

from inbox.models import BoxOpening, Message, Ticket
from tests.chromium import started
from tests.journeys import city as cities
from tests.journeys.chromium import OfficerInChromium, Window
from tests.journeys.city import City
from tests.journeys.typing import Typist
from tests.journeys.waiting import until

# Whether the browser keeps what was typed, to its last letter.
KEPT = "Object.values(localStorage).some((one) => one.includes('mati sejak Senin.'))"
STORY = "Saran: lampu jalan di Jl. Kalimantan 12 mati sejak Senin."


@pytest.fixture
async def ratna(blitar: City) -> AsyncIterator[OfficerInChromium]:
    """The front officer at her desk, signed in; no page of hers may have complained."""
    async with started() as browser:
        officer = OfficerInChromium("petugas", await Window.opened(browser, blitar.url))
        await officer.signs_in()
        yield officer
        officer.window.check()


async def test_a_caller_is_taken_down_by_keyboard_alone(blitar: City, ratna: OfficerInChromium) -> None:
    """One key opens the form, a dozen are no text, and the case arrives with everything; one more prints."""
    page, hands = ratna.window.page, Typist(ratna.window.page)
    await hands.presses("c")
    await expect(page.locator("#new-text")).to_be_focused()
    await hands.types(STORY)
    await expect(page.locator("[name=jenis]:checked")).to_have_value("aspirasi")
    await hands.presses("Tab")
    await hands.types("Tono")
    await hands.presses("Tab")
    await hands.types("0812 3456 7890")
    await hands.presses("Tab")
    await hands.types("Lampu jalan")
    await hands.presses("Tab")
    await hands.types("Jl. Kalimantan 12")
    await hands.presses("Control+Enter")
    await ratna.window.shows("Aduan tercatat", "BLT-26-000001")
    assert len(hands.pressed) <= 12
    ticket = await Ticket.get(number="BLT-26-000001").select_related("citizen")
    known = (ticket.citizen.name, ticket.object, ticket.place, ticket.kind, ticket.channel)
    assert known == ("Tono", "Lampu jalan", "Jl. Kalimantan 12", "aspirasi", "blitar-loket")
    message = await Message.get(ticket_id=ticket.id, author="citizen")
    assert (message.text, message.values["contact"]) == (STORY, "0812 3456 7890")
    async with page.context.expect_page() as receipt:
        await hands.presses("p")
    await expect((await receipt.value).get_by_text(ticket.code, exact=True)).to_be_visible()
    await expect((await receipt.value).locator("#print")).to_be_focused()


async def test_who_called_before_is_named_by_two_keys(blitar: City, ratna: OfficerInChromium) -> None:
    """The first digits of the number bring the name up; down and Enter take it, and nobody is joined by it."""
    page, hands = ratna.window.page, Typist(ratna.window.page)
    for text in (STORY, "Halte di depan pasar bocor."):
        await hands.presses("c")
        await expect(page.locator("#new-text")).to_be_focused()
        await hands.types(text)
        await hands.presses("Tab")
        if text == STORY:
            await hands.types("Tono Raharjo")
        await hands.presses("Tab")
        await hands.types("0812 3456")
        if text != STORY:
            await expect(page.locator("[data-name]")).to_have_text("Tono Raharjo")
            await hands.presses("ArrowDown", "Enter")
            await expect(page.locator("[name=objek]")).to_be_focused()
            await hands.presses("Shift+Tab", "End")
        await hands.types(" 7890")
        await hands.presses("Control+Enter")
        await ratna.window.shows("Aduan tercatat")
    first, second = await Ticket.all().order_by("id").select_related("citizen")
    assert first.citizen.name == second.citizen.name == "Tono Raharjo"
    assert first.citizen_id != second.citizen_id


async def test_one_letter_after_the_other_by_keyboard_alone(blitar: City, ratna: OfficerInChromium) -> None:
    """The door is chosen once and remembered; what the letter says of itself arrives; the next form stands ready."""
    page, hands = ratna.window.page, Typist(ratna.window.page)
    await hands.presses("c")
    await expect(page.locator("#new-text")).to_be_focused()
    await hands.presses("Shift+Tab", "ArrowRight", "Tab")
    await hands.types("Tembok pabrik melewati batas tanah kami.")
    await hands.presses("Tab")
    await hands.types("Pengurus RW 05")
    await hands.presses("Tab", "Tab", "Tab", "Tab")
    assert await hands.stands_in() == "letter.letter_number"
    await hands.types("005/RW05/2026")
    await hands.presses("Control+Shift+Enter")
    await ratna.window.shows("Tercatat: BLT-26-000001")
    await expect(page.locator("#new-text")).to_be_focused()
    await hands.types("Surat kedua: drainase mampet di Gang Nangka.")
    await hands.presses("Control+Enter")
    await ratna.window.shows("Aduan tercatat", "BLT-26-000002")
    letters = await Message.filter(author="citizen").order_by("id")
    assert [one.channel for one in letters] == ["blitar-surat", "blitar-surat"]
    assert letters[0].values["facts"]["letter_number"] == "005/RW05/2026"
    assert "facts" not in letters[1].values


async def test_a_line_that_breaks_while_saving_loses_nothing(blitar: City, ratna: OfficerInChromium) -> None:
    """The answer does not come back: what was typed stays and the page says so; saved again it is still one case."""
    page, hands = ratna.window.page, Typist(ratna.window.page)
    await hands.presses("c")
    await expect(page.locator("#new-text")).to_be_focused()

    async def lost(route: Route) -> None:
        await route.fetch()
        await route.abort()

    await page.route("**/meja/baru", lost)
    await hands.types(STORY)
    await hands.presses("Control+Enter")
    await ratna.window.shows("Belum tersimpan.")
    await expect(page.locator("#new-text")).to_have_value(STORY)
    ratna.window.complaints.clear()
    await page.unroute("**/meja/baru")
    await hands.presses("Control+Enter")
    await ratna.window.shows("Aduan tercatat", "BLT-26-000001")
    assert await Ticket.all().count() == 1


async def test_what_was_typed_outlives_its_page_and_its_session(blitar: City, ratna: OfficerInChromium) -> None:
    """A closed tab has it again, until it is saved; who signs in again in another tab saves the page that waited."""
    first = ratna.window.page
    await first.keyboard.press("c")
    await expect(first.locator("#new-text")).to_be_focused()
    await first.keyboard.type(STORY)
    await until(lambda: first.evaluate(KEPT), "what is typed is kept")
    page = await first.context.new_page()
    await page.goto("/meja/baru")
    await expect(page.locator("#new-text")).to_have_value(STORY)
    await expect(page.get_by_text("Tulisan yang belum tersimpan dikembalikan.")).to_be_visible()

    await page.context.clear_cookies()
    await page.locator("#new-text").press("Control+Enter")
    await expect(page.get_by_text("Sesi Anda berakhir.")).to_be_visible()
    ratna.window.complaints.clear()
    ratna.window.page = await page.context.new_page()
    await ratna.signs_in()
    await page.bring_to_front()
    async with page.expect_response("**/meja/baru"):
        await page.evaluate("dispatchEvent(new Event('focus'))")
    await expect(page.locator("#signed-out")).to_be_hidden()
    await page.locator("#new-text").press("Control+Enter")
    await expect(page.get_by_text("BLT-26-000001").first).to_be_visible()
    await page.goto("/meja/baru")
    await expect(page.locator("#new-text")).to_have_value("")


async def test_a_box_is_opened_entered_and_counted_by_keyboard_alone(sqlite_url: str, tmp_path: Path) -> None:
    """Two sheets and a blank one: each is a case of that opening, and the count that differs has its reason."""
    async with cities.opened("denpasar", sqlite_url, tmp_path / "data") as denpasar, started() as browser:
        window = await Window.opened(browser, denpasar.url)
        page, hands = window.page, Typist(window.page)
        await OfficerInChromium("petugas", window).signs_in()
        await window.goes("/meja/kotak")
        await hands.types("Kasi Pengaduan")
        await hands.presses("Tab")
        await hands.types("3")
        await hands.presses("Enter")
        await window.shows("0 dari 3 dicatat")
        await hands.presses("c")
        for nth, text in enumerate(("Antrean loket dua terlalu lama.", "Toilet tamu kotor."), 1):
            await expect(page.locator("#new-text")).to_be_focused()
            await hands.types(text)
            await hands.presses("Control+Shift+Enter" if nth == 1 else "Control+Enter")
            await window.shows(f"Lembar {nth} dari 3")
        await hands.presses("Tab", "Enter")
        await window.shows("2 dari 3 dicatat", "Toilet tamu kotor.")
        await page.locator("[name=reason]").focus()
        await hands.types("Satu lembar kosong")
        await hands.presses("Enter")
        await window.shows("Pembukaan ditutup.")
        window.check()
        row = await BoxOpening.get(channel="denpasar-kotak")
        assert (row.sheets, row.entered, row.reason) == (3, 2, "Satu lembar kosong")
        assert await Ticket.filter(channel="denpasar-kotak").count() == 2
