"""The reply box: taking back, drafts, answers at hand, who else is there, and what goes along with a reply."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import asdict

import pytest
from playwright.async_api import Browser, expect

from channels.text import plain_gsm, segments, table
from inbox.models import CannedAnswer, Delivery, Draft, Message, Snooze, Ticket
from tests.inbox.web.desk import Office
from tests.inbox.web.test_look import chromium as chromium_of_look
from tests.inbox.web.test_look import window

chromium = chromium_of_look
REPLY = "Sudah kami periksa, izinnya tidak ada."
TEXTS = [
    "",
    "a",
    "a" * 160,
    "a" * 161,
    "a" * 306,
    "a" * 307,
    "€" * 80,
    "€" * 81,
    "a" * 152 + "€" + "b" * 30,
    "[~]^{}|\\",
    "é" * 70,
    "ē" * 70,
    "ē" * 71,
    "😀" * 35,
    "😀" * 36,
    "ē" * 66 + "😀" * 3,
    "“Baik” – terima kasih…",
    "baris\r\nbaru\tdan\u00a0spasi\u200b",
    "e\u0301" * 100,
    "Terima kasih 🙏",
]


async def test_a_reply_can_be_taken_back_by_a_plain_form(office: Office) -> None:
    """For ten seconds a button stands at the message; then the words are in the box again and nobody got them."""
    ticket = await office.complaint()
    browser = await office.browser("petugas")
    page = await browser.opens(f"/meja/{ticket.number}")
    page = await browser.sends(page, f"/meja/{ticket.number}/balas", {"text": REPLY})
    message = await Message.get(author="officer")
    path = f"/meja/{ticket.number}/batal/{message.id}"
    assert "dikirim dalam 10 detik" in page.part("messages")
    assert path not in (await (await office.browser("kasi")).opens(f"/meja/{ticket.number}")).forms()
    office.later(seconds=4)
    page = await browser.sends(page, path)
    assert "Balasan ditarik" in page.text
    assert page.value(f"/meja/{ticket.number}/balas", "text") == REPLY
    assert REPLY not in page.part("messages")
    assert (await Delivery.get(message_id=message.id)).state == "dropped"


async def test_it_is_too_late_after_ten_seconds(office: Office) -> None:
    """The button is gone, and a press on an old page is refused in words."""
    ticket = await office.complaint()
    browser = await office.browser("petugas")
    page = await browser.opens(f"/meja/{ticket.number}")
    old = await browser.sends(page, f"/meja/{ticket.number}/balas", {"text": REPLY})
    path = f"/meja/{ticket.number}/batal/{(await Message.get(author='officer')).id}"
    office.later(seconds=10)
    assert path not in (await browser.opens(f"/meja/{ticket.number}")).forms()
    page = await browser.sends(old, path)
    assert page.status == 422
    assert "tidak bisa ditarik lagi" in page.part("composer")
    assert REPLY in page.part("messages")


async def test_a_draft_waits_on_any_machine(office: Office) -> None:
    """What one browser saved stands in another's box, not in a colleague's, until it is sent."""
    ticket = await office.complaint()
    path = f"/meja/{ticket.number}"
    one, other, colleague = [await office.browser(login) for login in ("petugas", "petugas", "kasi")]
    page = await one.opens(path)
    csrf = page.value(f"{path}/balas", "csrf")
    assert (await one.posts(f"{path}/draf", {"csrf": csrf, "kind": "reply", "text": "Baru sete"})).status == 204
    page = await other.opens(path)
    assert page.value(f"{path}/balas", "text") == "Baru sete"
    assert (await colleague.opens(path)).value(f"{path}/balas", "text") == ""
    page = await other.sends(page, f"{path}/balas", {"text": "Baru setengah, kini selesai."})
    assert page.value(f"{path}/balas", "text") == ""
    assert not await Draft.exists()
    assert (await one.posts(f"{path}/draf", {"csrf": csrf, "kind": "x", "text": "y"})).status == 422
    assert (await one.posts("/meja/BLT-26-999999/draf", {"csrf": csrf, "kind": "note", "text": "y"})).status == 404


async def test_an_answer_at_hand_is_filled_and_used(office: Office) -> None:
    """One's own answer is kept, its placeholders filled for the ticket, and laid into the box; nobody else has it."""
    ticket = await office.complaint()
    path = f"/meja/{ticket.number}/jawaban"
    browser = await office.browser("petugas")
    page = await browser.opens(path)
    assert "Belum ada jawaban siap" in page.text
    refused = await browser.sends(page, path, {"shortcut": "terima", "text": "Halo {siapa}"})
    assert refused.status == 422
    assert "{siapa} tidak dikenal" in refused.text
    page = await browser.sends(page, path, {"shortcut": "/terima", "text": "Halo {nama}, {nomor} oleh {petugas}."})
    words = f"Halo Siti Aminah, {ticket.number} oleh Rina Wulandari."
    assert words in page.text
    listed = json.loads((await browser.opens(f"{path}?bentuk=json")).body)
    assert [(one["shortcut"], one["text"]) for one in listed] == [("terima", words)]
    assert words not in (await (await office.browser("kasi")).opens(path)).text
    answer = await CannedAnswer.get()
    page = await browser.sends(page, f"{path}/{answer.id}", {"do": "use"})
    assert page.value(f"/meja/{ticket.number}/balas", "text") == words
    page = await browser.opens(path)
    page = await browser.sends(page, f"{path}/{answer.id}", {"do": "retire"})
    assert "Belum ada jawaban siap" in page.text


async def test_send_and_act_is_one_thing(office: Office) -> None:
    """With the reply the ticket is taken, or rests until tomorrow; where that cannot be, nothing is sent."""
    ticket = await office.complaint()
    path = f"/meja/{ticket.number}/balas"
    browser = await office.browser("petugas")
    page = await browser.opens(f"/meja/{ticket.number}")
    page = await browser.sends(page, path, {"text": REPLY, "then": "take"})
    assert (await Ticket.get(id=ticket.id)).officer_id == office.by["petugas"].officer_id
    page = await browser.sends(page, path, {"text": "Kabar besok.", "then": "snooze:besok"})
    assert await Snooze.filter(ticket_id=ticket.id, ended_at=None).count() == 1
    page = await browser.sends(page, path, {"text": "Tidak jadi", "then": "action:tidak-ada"})
    assert page.status == 422
    assert page.value(path, "text") == "Tidak jadi"
    assert await Message.filter(author="officer").count() == 2


async def test_colleagues_are_seen_at_the_ticket(office: Office) -> None:
    """Who has it open and who writes is told to whoever has it open, too; an answer meanwhile is a warning."""
    ticket = await office.complaint()
    path = f"/meja/{ticket.number}"
    rina, agus = await office.browser("petugas"), await office.browser("kasi")
    csrf = {one: (await one.opens(path)).value(f"{path}/balas", "csrf") for one in (rina, agus)}

    async def sees(one: object, **said: str) -> str:
        page = await one.posts(f"{path}/hadir", {"csrf": csrf[one], "since": "0", **said})  # type: ignore[attr-defined, index]
        return str(page.text) if page.html.strip() else ""

    assert await sees(agus) == ""
    assert "Agus Prasetyo juga membuka" in await sees(rina)
    assert (await rina.posts(f"{path}/hadir", {"csrf": csrf[rina], "leave": "1"})).status == 204
    assert await sees(agus) == ""
    await sees(rina, typing="1")
    assert "Rina Wulandari sedang menulis" in await sees(agus)
    office.later(minutes=1)
    assert await sees(agus) == ""
    await rina.sends(await rina.opens(path), f"{path}/balas", {"text": REPLY})
    assert "Rina Wulandari baru saja menjawab" in await sees(agus)
    assert "menjawab" not in await sees(rina)


async def test_a_name_in_a_note_is_seen(office: Office) -> None:
    """Whom a note calls is marked in it, and what looks like a page of its own stays words."""
    ticket = await office.complaint()
    browser = await office.browser("petugas")
    page = await browser.opens(f"/meja/{ticket.number}")
    page = await browser.sends(page, f"/meja/{ticket.number}/catatan", {"text": "@kasi <b>cek</b> @siapa"})
    assert [mark.text for mark in page.doc.xpath("//mark[@class='mention']")] == ["@kasi"]
    assert "@kasi <b>cek</b> @siapa" in page.part("messages")
    assert "Anda disebut dalam catatan." in (await (await office.browser("kasi")).opens("/meja/")).text


@pytest.fixture
async def counting(office: Office, chromium: Browser) -> AsyncIterator[object]:
    """A ticket's page in a real browser."""
    ticket = await office.complaint()
    async with window(office, chromium, "petugas") as page:
        await page.goto(f"{office.url}/meja/{ticket.number}")
        yield page


async def test_the_browser_counts_as_we_do(counting: object) -> None:
    """For every text the browser finds the alphabet, the units, the parts and the room that the doors find."""
    count = "([texts, table]) => texts.map((text) => wadul.segments(wadul.plain(text, table), table))"
    found = await counting.evaluate(count, [TEXTS, table()])  # type: ignore[attr-defined]
    assert found == [asdict(segments(plain_gsm(text))) for text in TEXTS]


async def test_a_reply_in_a_real_browser(office: Office, chromium: Browser) -> None:
    """A draft outlives a reload; a file is dropped from the list again; a sent reply comes back by one press."""
    ticket = await office.complaint()
    async with window(office, chromium, "petugas") as page:
        await page.goto(f"{office.url}/meja/{ticket.number}")
        await page.fill("#reply-text", REPLY)
        await expect(page.locator("#reply .kept")).to_have_text("draf tersimpan")
        await page.reload()
        await expect(page.locator("#reply-text")).to_have_value(REPLY)
        await page.set_input_files("#reply-files", {"name": "a.txt", "mimeType": "text/plain", "buffer": b"x"})
        await expect(page.locator(".chosen li")).to_contain_text("a.txt · 1 B")
        await page.click(".chosen button")
        await expect(page.locator(".chosen")).to_be_hidden()
        await page.click("#reply button.primary")
        await expect(page.locator("#messages")).to_contain_text(REPLY)
        await page.click("text=Batalkan kirim")
        await expect(page.locator("#said:not([hidden])")).to_contain_text("Balasan ditarik")
        await expect(page.locator("#reply-text")).to_have_value(REPLY)
        await page.click("label[for=box-note]")
        await expect(page.locator("#note-text")).to_be_visible()
        await expect(page.locator("#reply-text")).to_be_hidden()
