"""Two officers at one ticket, each in a browser: they see each other and what is said, and nobody's words are lost."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Browser, Page, expect

from inbox.merging import Merging
from inbox.models import Message, Ticket, TicketStep
from tests.inbox.web.desk import Office
from tests.inbox.web.test_live import connected
from tests.inbox.web.test_look import chromium, window

__all__ = ["chromium"]


# How far the reply box stands lower because somebody else is there.
MOVED = """() => {
  const line = document.querySelector("#presence"), said = line.innerHTML;
  const top = () => document.querySelector("#reply-text").getBoundingClientRect().top
    - document.querySelector("#composer").getBoundingClientRect().top;
  const there = top();
  line.innerHTML = "";
  const alone = top();
  line.innerHTML = said;
  return there - alone;
}"""


async def both_open(office: Office, ticket: Ticket, *pages: Page) -> None:
    """The ticket in every window, following what happens."""
    for page in pages:
        await page.goto(f"{office.url}/meja/{ticket.number}")
        await connected(page)


async def test_they_see_each_other_and_what_is_said(office: Office, chromium: Browser) -> None:
    """Who is there, who writes, a note that comes in meanwhile, and a warning that the citizen has been answered."""
    ticket = await office.complaint()
    async with (
        window(office, chromium, "petugas") as rina,
        window(office, chromium, "kasi", width=390, height=844) as agus,
    ):
        await both_open(office, ticket, rina, agus)
        await expect(rina.locator("#presence")).to_have_text("Agus Prasetyo juga membuka aduan ini")
        await rina.click("#reply-text")
        await rina.keyboard.type("Kami periksa")
        await expect(agus.locator("#presence .writing")).to_contain_text("Rina Wulandari sedang menulis")
        assert await agus.evaluate(MOVED) == 0
        await agus.locator("#presence .said").evaluate("it => it.textContent = 'Kepala Bidang Pengaduan '.repeat(9)")
        assert await agus.evaluate("document.documentElement.scrollWidth") <= 390

        await agus.click("label[for=box-note]")
        await agus.fill("#note-text", "Izinnya habis tahun lalu.")
        await agus.click("#note .send button")
        await expect(rina.locator("#messages")).to_contain_text("Izinnya habis tahun lalu.")
        await rina.keyboard.type(" besok pagi.")
        await expect(rina.locator("#reply-text")).to_have_value("Kami periksa besok pagi.")

        await agus.click(".thumbbar a[href='#reply']")
        await agus.keyboard.type("Saya juga sedang")
        await rina.click("#reply button.primary >> nth=0")
        await expect(agus.locator("#messages")).to_contain_text("Kami periksa besok pagi.")
        await expect(agus.locator("#presence .answered")).to_contain_text("Rina Wulandari baru saja menjawab warga")
        await expect(agus.locator("#reply-text")).to_have_value("Saya juga sedang")
        await agus.close()
        await expect(rina.locator("#presence")).to_have_text("")


async def test_both_answer_and_the_second_is_told(office: Office, chromium: Browser) -> None:
    """With words and file still in the box; sent once more, the citizen gets both answers."""
    ticket = await office.complaint()
    async with window(office, chromium, "petugas") as rina, window(office, chromium, "kasi") as agus:
        await both_open(office, ticket, rina, agus)
        await agus.fill("#reply-text", "Jawaban Agus yang panjang.")
        await agus.set_input_files("#reply-files", {"name": "peta.txt", "mimeType": "text/plain", "buffer": b"peta"})
        await rina.fill("#reply-text", "Jawaban Rina.")
        await rina.click("#reply button.primary >> nth=0")
        await expect(agus.locator("#messages")).to_contain_text("Jawaban Rina.")
        await agus.click("#reply button.primary >> nth=0")
        await expect(agus.locator(".banner.warn[role=alert]").first).to_contain_text("Belum dilakukan")
        await expect(agus.locator("#reply-text")).to_have_value("Jawaban Agus yang panjang.")
        await expect(agus.locator(".chosen li")).to_contain_text("peta.txt")
        await agus.click("#reply button.primary >> nth=0")
        await expect(agus.locator("#said:not([hidden])")).to_contain_text("Balasan masuk antrean kirim.")
        await expect(rina.locator("#messages")).to_contain_text("Jawaban Agus yang panjang.")
        await expect(rina.locator("#messages")).to_contain_text("peta.txt")
    said = await Message.filter(author="officer").order_by("id")
    assert [one.officer_id for one in said] == [office.by[login].officer_id for login in ("petugas", "kasi")]


async def test_both_act_at_the_same_moment(office: Office, chromium: Browser) -> None:
    """One of them wins, whichever it is; the other is told so, sees whose turn it is, and keeps what was written."""
    ticket = await office.complaint()
    async with window(office, chromium, "petugas") as rina, window(office, chromium, "kasi") as agus:
        await both_open(office, ticket, rina, agus)
        words = {rina: "Jawaban yang saya tulis lama.", agus: "Catatan untuk Kepala Dinas."}
        await rina.click("#act-jawab-langsung > summary")
        await rina.fill("[name='jawaban.text']", words[rina])
        await agus.click("#act-naikkan > summary")
        await agus.click("#act-naikkan .fold > summary >> nth=0")
        await agus.fill("#act-naikkan [name='formulir-aduan.note']", words[agus])
        await asyncio.gather(
            rina.click("#act-jawab-langsung button.primary"), agus.click("#act-naikkan button.primary")
        )
        for page in (rina, agus):
            await expect(page.locator("#said:not([hidden]), .banner[role=alert]:visible").first).to_be_visible()
        told = {page: await page.locator(".step-panel > .banner.warn").count() for page in (rina, agus)}
        assert sorted(told.values()) == [0, 1]
        (loser,) = [page for page, many in told.items() if many]
        await expect(loser.locator(".banner.warn[role=alert]").first).to_contain_text("sudah diubah orang lain")
        kept = "[...document.querySelectorAll('#main textarea')].map((one) => one.value)"
        assert words[loser] in await loser.evaluate(kept)
        turn = "Giliran Kepala Dinas" if loser is rina else "Menunggu warga"
        await expect(loser.locator("#step")).to_contain_text(turn)
    assert await TicketStep.filter(ticket_id=ticket.id).count() == 2


@pytest.mark.parametrize("member", [True, False], ids=["merged", "leading"])
async def test_a_merged_ticket_follows_its_leader(office: Office, chromium: Browser, member: bool) -> None:
    """What is answered on the leading ticket appears on the merged one's open page, and whoever leads sees the rest."""
    first = await office.complaint()
    second = await office.complaint("Ruko itu lagi", sender="budi@example.com", name="Budi")
    await Merging(office.house.tickets).merge(office.by["kasi"], second.number, first.number, now=office.now)
    watched, other = (second, first) if member else (first, second)
    async with window(office, chromium, "kasi") as page:
        await both_open(office, watched, page)
        other = await Ticket.get(id=other.id)
        reply = office.house.acting.reply
        await reply(office.by["petugas"], other.number, "Kami ke sana.", version=other.version, now=office.now)
        await expect(page.locator("#messages")).to_contain_text("Kami ke sana.")
