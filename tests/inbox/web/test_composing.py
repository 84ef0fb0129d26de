"""Writing to a citizen as an officer lives it: sent and acted in one go, files, answers at hand, taken back in time."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Browser, Page, Route, expect

from inbox.models import Attachment, CannedAnswer, Message, Ticket
from tests import axe
from tests.inbox.web.desk import Office
from tests.inbox.web.test_look import chromium, window

__all__ = ["chromium"]
HANDED = """([kind, files, words]) => {
    const all = new DataTransfer();
    for (const [name, text] of files) all.items.add(new File([text], name, {type: "text/csv"}));
    if (words) all.setData("text/plain", words);
    const goal = document.querySelector(kind === "paste" ? "#reply-text" : "#composer");
    const more = {bubbles: true, cancelable: true, [kind === "paste" ? "clipboardData" : "dataTransfer"]: all};
    return !goal.dispatchEvent(new (kind === "paste" ? ClipboardEvent : DragEvent)(kind, more));
}"""


async def answers(office: Office) -> None:
    """Two answers of the office."""
    for shortcut, title, text in (
        ("jam", "Jam buka", "Halo {nama}, kami buka pukul 08.00."),
        ("syarat", "Syarat izin", "Untuk {nomor}: bawa KTP.\nSalam, {petugas}"),
    ):
        known = {"created_at": office.now, "updated_at": office.now}
        await CannedAnswer.create(office="blitar", shortcut=shortcut, title=title, text=text, **known)


async def at_ticket(office: Office, page: Page, ticket: Ticket) -> None:
    """The ticket is open and its reply box alive."""
    await page.goto(f"{office.url}/meja/{ticket.number}")
    await page.wait_for_selector("#composer.scripted")


async def test_send_and_then_an_action(office: Office, chromium: Browser) -> None:
    """One press: the citizen is written to, and the case goes on to its next step."""
    ticket = await office.up_to_study()
    async with window(office, chromium, "kasi") as page:
        await at_ticket(office, page, ticket)
        await page.fill("#reply-text", "Izin ruko itu sudah kami temukan.")
        await page.click("#together > summary")
        await page.click("#together button[value='action:berizin']")
        await expect(page.locator("#said:not([hidden])")).to_contain_text("Balasan masuk antrean kirim.")
        await expect(page.locator("#messages")).to_contain_text("Izin ruko itu sudah kami temukan.")
        await expect(page.locator("#step-title")).to_contain_text("Menyelesaikan aduan")
        await expect(page.locator("#reply-text")).to_have_value("")
    assert (await Ticket.get(id=ticket.id)).step == "selesaikan"
    assert (await office.house.heard(ticket.number))[-1][0] == "jawaban-petugas"


async def test_files_are_pasted_and_dropped(office: Office, chromium: Browser) -> None:
    """Both go along with the reply, also when a note was being written; words from a sheet stay words."""
    ticket = await office.complaint()
    async with window(office, chromium, "petugas") as page:
        await at_ticket(office, page, ticket)
        await page.fill("#reply-text", "Terlampir.")
        assert await page.evaluate(HANDED, ["paste", [["satu.csv", "a"]], ""])
        assert not await page.evaluate(HANDED, ["paste", [["gambar.csv", "b"]], "kata-kata"])
        await page.click("label[for=box-note]")
        assert await page.evaluate(HANDED, ["drop", [["dua.csv", "bb"], ["tiga.csv", "ccc"]], ""])
        await expect(page.locator("#reply-text")).to_be_visible()
        await expect(page.locator(".chosen li span")).to_have_text(
            ["satu.csv · 1 B", "dua.csv · 2 B", "tiga.csv · 3 B"]
        )
        await page.get_by_role("button", name="Buang dua.csv").click()
        await page.click("#reply button.primary >> nth=0")
        await expect(page.locator("#messages .file")).to_have_count(2)
        await expect(page.locator(".chosen")).to_be_hidden()
    message = await Message.get(author="officer")
    files = await Attachment.filter(message_id=message.id).order_by("id").values_list("name", "size_bytes")
    assert files == [("satu.csv", 1), ("tiga.csv", 3)]


async def test_files_stay_while_something_else_is_done(office: Office, chromium: Browser) -> None:
    """A note that is saved in between takes no file out of the reply."""
    ticket = await office.complaint()
    async with window(office, chromium, "petugas") as page:
        await at_ticket(office, page, ticket)
        await page.set_input_files("#reply-files", {"name": "a.txt", "mimeType": "text/plain", "buffer": b"x"})
        await page.click("label[for=box-note]")
        await page.fill("#note-text", "Sebentar.")
        await page.click("#note .send button")
        await expect(page.locator("#messages")).to_contain_text("Sebentar.")
        await page.click("label[for=box-reply]")
        await expect(page.locator(".chosen li")).to_contain_text("a.txt · 1 B")


async def test_answers_at_hand(office: Office, chromium: Browser) -> None:
    """By the button: searched, seen filled in for this citizen, chosen by keys, put where the cursor stood."""
    await answers(office)
    ticket = await office.complaint()
    async with window(office, chromium, "petugas") as page:
        await at_ticket(office, page, ticket)
        await page.fill("#reply-text", "Selamat pagi. ")
        await page.click("#canned")
        await expect(page.locator(".found button")).to_have_count(2)
        await expect(page.locator(".found")).to_contain_text(f"Untuk {ticket.number}: bawa KTP.")
        await expect(page.locator(".found")).to_contain_text("Halo Siti Aminah, kami buka pukul 08.00.")
        await page.keyboard.type("izin")
        await expect(page.locator(".found button")).to_have_count(1)
        await page.keyboard.press("ArrowDown")
        await expect(page.locator(".found button").first).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.locator("#canned-list")).to_be_hidden()
        whole = f"Selamat pagi. Untuk {ticket.number}: bawa KTP.\nSalam, Rina Wulandari"
        await expect(page.locator("#reply-text")).to_have_value(whole)
        await expect(page.locator("#reply-text")).to_be_focused()


@pytest.mark.parametrize("slow", [False, True], ids=["at-once", "slow"])
async def test_a_slash_loses_no_letter(office: Office, chromium: Browser, slow: bool) -> None:
    """However long the answers take: a shortcut becomes its answer, a slash between words stays one."""
    await answers(office)
    ticket = await office.complaint()

    async def later(route: Route) -> None:
        await asyncio.sleep(0.4)
        await route.continue_()

    async with window(office, chromium, "petugas") as page:
        if slow:
            await page.route("**/jawaban?bentuk=json", later)
        await at_ticket(office, page, ticket)
        await page.click("#reply-text")
        await page.keyboard.type("/jam dan / atau 1/2, lalu /tidak-ada begitu.")
        expected = "Halo Siti Aminah, kami buka pukul 08.00.dan / atau 1/2, lalu /tidak-ada begitu."
        await expect(page.locator("#reply-text")).to_have_value(expected)
        await expect(page.locator("#canned-list")).to_be_hidden()
        await page.keyboard.type(" /sy")
        await expect(page.locator("#canned-find")).to_have_value("sy")
        await page.keyboard.press("Escape")
        await expect(page.locator("#reply-text")).to_have_value(f"{expected} /sy")


async def test_ten_seconds_to_take_it_back(office: Office, chromium: Browser) -> None:
    """The officer sees them run down, a colleague has no such button; taken back, the words are in the box again."""
    ticket = await office.complaint()
    async with window(office, chromium, "petugas") as page, window(office, chromium, "kasi") as colleague:
        await page.clock.install()
        await at_ticket(office, page, ticket)
        await page.fill("#reply-text", "Terlalu cepat")
        await page.click("#reply button.primary >> nth=0")
        held = page.locator("#messages .message", has_text="Terlalu cepat")
        await expect(held.locator(".left")).to_have_text("10")
        await page.clock.fast_forward(4000)
        await expect(held.locator(".left")).to_have_text("6")
        await at_ticket(office, colleague, ticket)
        await expect(colleague.locator("#messages")).to_contain_text("Terlalu cepat")
        await expect(colleague.locator("text=Batalkan kirim")).to_have_count(0)
        await held.locator(".undo button").click()
        await expect(page.locator("#said:not([hidden])")).to_contain_text("Balasan ditarik")
        await expect(page.locator("#reply-text")).to_have_value("Terlalu cepat")
        await expect(colleague.locator("#messages")).not_to_contain_text("Terlalu cepat")
        await expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)

        await page.click("#reply button.primary >> nth=0")
        await expect(held.locator(".left")).to_have_text("10")
        await page.clock.fast_forward(11_000)
        await expect(held.locator(".undo button")).to_be_hidden()
    heard = [text for template, text in await office.house.heard(ticket.number) if template == "jawaban-petugas"]
    assert len(heard) == 2
    assert await Message.filter(author="officer", undone_at=None).count() == 1


@pytest.mark.parametrize("width", [1440, 390])
async def test_an_at_offers_colleagues(office: Office, chromium: Browser, width: int) -> None:
    """By name or login, chosen by keys or touch, away with Escape; the note calls them, and a plain login does too."""
    ticket = await office.complaint()
    height = 900 if width > 760 else 844
    async with window(office, chromium, "petugas", width=width, height=height) as page:
        await at_ticket(office, page, ticket)
        await page.click("label[for=box-note]")
        await page.keyboard.type("Mohon @")
        await expect(page.locator("#mention-list [role=option]")).to_have_count(4)
        await page.keyboard.type("le")
        await expect(page.locator("#mention-list [role=option]")).to_have_text(["Endang Lestari @kabid"])
        await expect(page.locator("#mention-list")).to_be_in_viewport()
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        await page.keyboard.press("Enter")
        await expect(page.locator("#note-text")).to_have_value("Mohon @kabid ")
        await expect(page.locator("#mention-list")).to_be_hidden()
        await page.keyboard.type("dan @")
        await page.keyboard.press("ArrowUp")
        chosen = await page.locator("#mention-list [aria-selected=true]").inner_text()
        assert await page.get_attribute("#note-text", "aria-activedescendant") == "mention-3"
        await page.keyboard.press("Escape")
        await expect(page.locator("#mention-list")).to_be_hidden()
        await expect(page.locator("#note-text")).to_be_focused()
        await page.keyboard.type("kas")
        await page.click("#mention-list [role=option]")
        await page.keyboard.type("cek; surel a@kasi")
        await expect(page.locator("#mention-list")).to_be_hidden()
        assert "@" in chosen
        await page.click("#note .send button")
        await expect(page.locator("#messages mark.mention")).to_have_text(["@kabid", "@kasi"])
    assert await office.house.notices("mention") == [("mention", ""), ("mention", "")]


async def test_the_offer_of_colleagues_can_be_read_by_everybody(office: Office, chromium: Browser) -> None:
    """axe-core finds nothing to mend while colleagues or answers are offered, in light or dark."""
    axe.demand()
    await answers(office)
    ticket = await office.complaint()
    async with window(office, chromium, "petugas", width=390, height=844) as page:
        await page.emulate_media(reduced_motion="reduce")
        await at_ticket(office, page, ticket)
        await page.click("label[for=box-note]")
        await page.keyboard.type("@")
        await expect(page.locator("#mention-list")).to_be_visible()
        found = await axe.violations(page)
        await page.emulate_media(color_scheme="dark")
        found += await axe.violations(page, "color-contrast")
        await page.keyboard.press("Escape")
        await page.click("label[for=box-reply]")
        await page.keyboard.type("/")
        await expect(page.locator("#canned-list")).to_be_visible()
        assert found + await axe.violations(page) == []
