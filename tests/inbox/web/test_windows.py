"""The window at the desk: how long it is open, what is left when it is shut, and the way that the officer chooses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Browser, expect

from channels.base import ApprovedText, Undelivered
from inbox import approved_list
from inbox.database import Database
from inbox.live import Event
from inbox.merging import Merging
from inbox.models import Conversation, Delivery, Draft, Message, Ticket
from tests import axe
from tests.inbox.web.desk import NAMES, Office, Page
from tests.inbox.web.desk import Browser as Desk
from tests.inbox.web.test_look import chromium as chromium_of_look
from tests.inbox.web.test_look import window
from tests.inbox.windowed import DAY, NOW, STATUS, also, asks, windowed

chromium = chromium_of_look
LATER = timedelta(days=2)


@pytest.fixture
async def office(sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    """Blitar's desk with a WhatsApp number and a page on Messenger."""
    office = Office(await windowed(sqlite_database, tmp_path, monkeypatch), tmp_path)
    office.templates = {"blitar-wa": [STATUS]}
    for login in NAMES:
        await office.hires(login)
    async with office.opened():
        yield office


async def on_whatsapp(office: Office, **ago: float) -> Ticket:
    """Siti wrote by WhatsApp, so long ago."""
    ticket = await asks(office.house, now=office.now - timedelta(**ago))
    await approved_list.keep(office.house.database, "blitar", "blitar-wa", [STATUS], office.now)
    return ticket


@pytest.mark.parametrize(
    ("hours", "door", "says"),
    [
        pytest.param(19, "wa", "Jendela WhatsApp tutup pukul 14.15 (5 jam lagi)", id="open"),
        pytest.param(4, "wa", "Jendela WhatsApp tutup Selasa 24/11 05.15 (20 jam lagi)", id="tomorrow"),
        pytest.param(23.75, "wa", "Jendela WhatsApp tutup pukul 09.30 (15 menit lagi)", id="soon"),
        pytest.param(25, "wa", "Jendela WhatsApp sudah tutup: pakai templat", id="closed"),
        pytest.param(200, "messenger", "sudah tutup: pakai pintu lain, atau tunggu", id="closed-no-templates"),
        pytest.param(25, "messenger", "petugas masih boleh menjawab sampai Minggu 29/11 08.15", id="late"),
    ],
)
async def test_the_reply_box_says_how_the_window_stands(office: Office, hours: float, door: str, says: str) -> None:
    """Until when, how long that still is, and once it is shut what is left to do."""
    ticket = await asks(office.house, door, "+6281200000101", now=office.now - timedelta(hours=hours))
    page = await (await office.browser("petugas")).opens(f"/meja/{ticket.number}")
    (shown,) = page.doc.find_class("window")
    (seen,) = shown.find_class(f"when-{shown.get('data-state')}")
    assert says in " ".join(seen.text_content().split())


async def test_words_after_the_window_are_refused_and_kept(office: Office) -> None:
    """Nothing is sent, what was typed stands in the box, and the sentence names the ways out."""
    ticket = await on_whatsapp(office, hours=25)
    browser, path = await office.browser("petugas"), f"/meja/{ticket.number}"
    page = await browser.sends(await browser.opens(path), f"{path}/balas", {"text": "Kami periksa."})
    assert page.status == 422
    assert "Pakai templat yang disetujui platform, pilih saluran lain" in page.part("reply")
    assert page.value(f"{path}/balas", "text") == "Kami periksa."
    assert await Delivery.filter(automatic=False).count() == 0


async def test_the_officer_sends_through_another_door(office: Office) -> None:
    """The person's other doors stand in a list, an unproven one says so, and the words go where the officer chose."""
    ticket = await on_whatsapp(office, hours=25)
    talk = await also(office.house, ticket, "email", "siti@example.com", last_in_at=NOW - timedelta(days=9))
    await also(office.house, ticket, "sms", "+6281200000999", proven=False)
    browser, path = await office.browser("petugas"), f"/meja/{ticket.number}"
    page = await browser.opens(path)
    offered = [one.text_content().strip() for one in page.doc.xpath("//*[@id='reply-through']/option")]
    assert offered == [
        "tempat warga terakhir bertanya",
        "WhatsApp · 0812-0000-0101 · tutup, hanya templat",
        "E-mail pengaduan · siti@example.com",
        "SMS kantor · 0812-0000-0999 · belum terbukti miliknya",
    ]
    await browser.sends(page, f"{path}/balas", {"text": "Kami periksa.", "through": f"c{talk.id}"})
    assert [(row.channel, row.state) for row in await Delivery.filter(automatic=False)] == [("blitar-email", "queued")]


async def test_an_action_that_answers_says_first_that_no_door_is_open(office: Office) -> None:
    """Before it is pressed; pressed all the same it is refused with its words kept; then a way out is taken."""
    ticket = await on_whatsapp(office, hours=25)
    talk = await also(office.house, ticket, "email", "siti@example.com", last_in_at=NOW - timedelta(days=9))
    browser, path = await office.browser("petugas"), f"/meja/{ticket.number}"
    act, page = f"{path}/tindakan/jawab-langsung", await browser.opens(path)
    assert "Jendela WhatsApp sudah tutup: jawaban tindakan ini tidak dapat dikirim" in page.part("step")
    offered = [one.text_content().strip() for one in page.doc.xpath("//*[@id='act-jawab-langsung-through']/option")]
    assert offered == [
        "Pilih …",
        "E-mail pengaduan · siti@example.com",
        "Tanpa pesan: warga membacanya di halaman cek",
    ]
    assert page.doc.xpath(f"//*[@id='step']//a[starts-with(@href, '{path}/templat?lewat=c')]")
    page = await browser.sends(page, act, {"jawaban.text": "Sudah diperbaiki."})
    assert page.status == 422
    assert page.value(act, "jawaban.text") == "Sudah diperbaiki."
    assert (await Ticket.get(id=ticket.id)).status == "open"
    page = await browser.sends(page, act, {"jawaban.text": "Sudah diperbaiki.", "through": f"c{talk.id}"})
    assert [(row.channel, row.state) for row in await Delivery.filter(automatic=False)] == [("blitar-email", "queued")]
    assert (await Ticket.get(id=ticket.id)).status == "answered"


async def test_an_action_may_be_done_though_its_words_stay(office: Office) -> None:
    """The officer says so; the case goes on and the words are read on the status page."""
    ticket = await on_whatsapp(office, hours=25)
    browser, path = await office.browser("petugas"), f"/meja/{ticket.number}"
    act = f"{path}/tindakan/jawab-langsung"
    await browser.sends(await browser.opens(path), act, {"jawaban.text": "Sudah.", "through": "-"})
    assert (await Ticket.get(id=ticket.id)).status == "answered"
    assert "Sudah." in (await Message.get(author="officer")).text


async def test_news_of_an_action_that_a_shut_door_keeps_back_is_told_first(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the office has a template for it the news goes out; without one the page says where it is read."""
    ticket = await asks(office.house, "messenger", "700001", now=office.now - timedelta(hours=30))
    browser, path = await office.browser("petugas"), f"/meja/{ticket.number}"
    drawer = (await browser.opens(path)).doc.get_element_by_id("act-naikkan").text_content()
    assert "kabar otomatis tindakan ini hanya terbaca di halaman cek" in drawer
    assert "tidak dapat dikirim" not in drawer
    ticket = await on_whatsapp(office, hours=25)
    drawer = (await browser.opens(f"/meja/{ticket.number}")).doc.get_element_by_id("act-naikkan").text_content()
    assert "kabar otomatis" not in drawer


async def test_every_reporters_window_is_seen_on_the_leading_ticket(office: Office) -> None:
    """What is written there goes to both; one window is open still, so the words are taken, and the shut one offers
    its templates."""
    first = await on_whatsapp(office, hours=25)
    second = await asks(office.house, sender="+6281200000202", now=office.now - timedelta(hours=1))
    by = office.by["petugas"]
    await Merging(office.house.tickets).merge(by, second.number, first.number, "Sama", now=office.now)
    browser, path = await office.browser("petugas"), f"/meja/{first.number}"
    page = await browser.opens(path)
    assert [one.get("data-state") for one in page.doc.find_class("window")] == ["closed", "open"]
    assert "0812-0000-0202 · pelapor lain" in page.part("reply")
    page = await browser.sends(page, f"{path}/balas", {"text": "Kami periksa."})
    assert page.status == 200
    failed = await Delivery.get(state="failed").select_related("message")
    assert f"{path}/templat?lewat=c{failed.message.conversation_id}" in page.html


async def test_a_template_is_chosen_filled_and_sent(office: Office) -> None:
    """Its variables stand filled with what is known; an empty one is named and the rest kept; then it is on its way."""
    ticket = await on_whatsapp(office, hours=25)
    browser, path = await office.browser("petugas"), f"/meja/{ticket.number}/templat"
    await Draft.create(
        office="blitar",
        officer_id=office.by["petugas"].officer_id,
        ticket_id=ticket.id,
        kind="reply",
        text="Draf",
        updated_at=NOW,
    )
    page = await browser.opens(path)
    shown = f"Aduan nomor {ticket.number} kini sedang dibaca petugas. Cek di https://wadul.example/blitar/cek"
    assert shown in page.text
    form = {"template": "status_aduan|id", "do": "send"}
    values = {"value-1": ticket.number, "value-2": " ", "value-3": "wadul.example"}
    page = await _posts(browser, page, path, form | values)
    assert page.status == 422
    assert "Isian {{2}} masih kosong" in page.text
    assert 'value="wadul.example"' in page.html
    page = await _posts(browser, page, path, form | values | {"value-2": "sedang dicek", "do": "preview"})
    assert f"Aduan nomor {ticket.number} kini sedang dicek. Cek di wadul.example" in page.text
    page = await _posts(browser, page, path, form | values | {"value-2": "sedang dicek"})
    message = await Message.get(author="officer")
    assert message.text == f"Aduan nomor {ticket.number} kini sedang dicek. Cek di wadul.example"
    assert message.text in page.part("messages")
    assert (await Delivery.get(message_id=message.id)).state == "queued"
    assert (await Draft.get()).text == "Draf"


async def test_what_tells_officers_of_their_work_is_not_offered_for_citizens(office: Office) -> None:
    """It stands in the settings' list alone."""
    ticket = await on_whatsapp(office, hours=25)
    ours = ApprovedText("kabar_petugas", "id", "Untuk petugas: {{1}}", 1)
    await approved_list.keep(office.house.database, "blitar", "blitar-wa", [STATUS, ours], office.now)
    page = await (await office.browser("petugas")).opens(f"/meja/{ticket.number}/templat")
    assert "status_aduan" in page.text
    assert "kabar_petugas" not in page.text
    assert "kabar_petugas" in (await (await office.browser("kepala-dinas")).opens("/meja/pengaturan/templat")).text


async def test_the_lists_are_read_anew_from_the_platform(office: Office) -> None:
    """By a button; what is not approved is shown with its state; where the platform is away, the old list stands."""
    waiting = ApprovedText("undangan", "id", "Halo {{nama}}", 1, "pending")
    office.templates = {"blitar-wa": [STATUS, waiting]}
    browser, path = await office.browser("kepala-dinas"), "/meja/pengaturan/templat"
    page = await browser.opens(path)
    assert "belum pernah dibaca" in page.part("blitar-wa")
    page = await browser.sends(page, path)
    assert "undangan id menunggu persetujuan Halo {{nama}}" in page.part("blitar-wa")
    office.templates["blitar-wa"] = Undelivered("server-unreachable", retry=True)
    office.later(hours=1)
    page = await browser.sends(page, path)
    assert "Pembacaan terakhir gagal" in page.part("blitar-wa")
    assert "status_aduan" in page.part("blitar-wa")
    page = await (await office.browser("petugas")).opens(path)
    assert page.status == 403


async def test_the_clock_runs_and_the_window_closes_before_the_eyes(office: Office, chromium: Browser) -> None:
    """Nothing moves when it closes: the words change, the button rests, another door makes it work again, and so does
    the citizen who writes, while what was begun stays in the box."""
    ticket = await on_whatsapp(office, hours=20)
    await also(office.house, ticket, "email", "siti@example.com", last_in_at=NOW - timedelta(days=9))
    async with window(office, chromium, "petugas") as page:
        await Conversation.filter(channel="blitar-wa").update(last_in_at=office.now - DAY + timedelta(seconds=4))
        await page.goto(f"{office.url}/meja/{ticket.number}")
        await expect(page.locator(".window .when-open")).to_contain_text("kurang dari semenit lagi")
        await page.fill("#reply-text", "Kami periksa")
        before = await page.locator("#reply-text").bounding_box()
        await expect(page.locator(".window .when-closed")).to_be_visible()
        send = page.get_by_role("button", name="Kirim balasan")
        await expect(send).to_be_disabled()
        assert await page.locator("#reply-text").bounding_box() == before
        way = page.get_by_label("Kirim lewat")
        await way.select_option(label="E-mail pengaduan · siti@example.com")
        await expect(send).to_be_enabled()
        await way.select_option(index=0)
        await expect(send).to_be_disabled()
        await Conversation.filter(channel="blitar-wa").update(last_in_at=office.now)
        office.live.announce(Event("blitar", "message", ticket.id, ticket.number))
        await expect(send).to_be_enabled()
        await expect(page.locator("#reply-text")).to_have_value("Kami periksa")


@pytest.mark.parametrize(("width", "height", "scheme"), [(1440, 900, "light"), (390, 844, "dark")])
async def test_its_pages_suit_everybody(
    office: Office, chromium: Browser, width: int, height: int, scheme: Literal["light", "dark"]
) -> None:
    """axe-core finds nothing to mend, and nothing is wider than the screen."""
    axe.demand()
    ticket = await on_whatsapp(office, hours=25)
    await also(office.house, ticket, "email", f"{'siti' * 12}@example.com", last_in_at=NOW - timedelta(days=9))
    await office.hires("rangkap", "petugas", "kepala-dinas")
    async with window(office, chromium, "rangkap", width=width, height=height) as page:
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for path in (f"/meja/{ticket.number}", f"/meja/{ticket.number}/templat", "/meja/pengaturan/templat"):
            await page.goto(office.url + path)
            await page.evaluate("for (const fold of document.querySelectorAll('main details')) fold.open = true")
            assert await axe.violations(page) == [], path
            assert await page.evaluate("document.documentElement.scrollWidth") <= width, path


async def _posts(browser: Desk, page: Page, path: str, values: dict[str, str]) -> Page:
    """Send the form of the only template."""
    form = next(one for one in page.doc.forms if one.action == path and "template" in one.fields)
    return await browser.posts(path, dict(form.form_values()) | values)
