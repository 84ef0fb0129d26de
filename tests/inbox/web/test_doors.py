"""A door's own page: how it fares, a check at its platform, a message to oneself; and the same by the API."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from channels.base import Abilities, Fault, Health, Pace, Paced
from inbox.models import Attempt, Delivery, Entry, Message, OfficerLine, SetAside, Ticket
from tests.inbox.rows import queued
from tests.inbox.web.desk import Office

EMAIL = "/meja/pengaturan/pintu/blitar-email"


async def test_a_door_says_how_it_fares(office: Office) -> None:
    """Its health, what came and went last, what waits since when, and what its platform may not see of its settings."""
    office.states["blitar-email"] = Health("down", since=office.now, reason="server-unreachable")
    await office.complaint()
    office.later(minutes=20)
    page = await (await office.browser("petugas")).opens(EMAIL)
    assert page.status == 200
    state = page.part("state")
    assert "Terputus sejak" in state
    assert "Server penyedia layanan tidak bisa dihubungi." in state
    assert "Terakhir masuk Senin, 23 November 2026 pukul 09.15 WIB" in state
    assert "1 pesan menunggu, yang terlama sejak Senin 23/11 09.15" in state
    assert "rahasia, sudah diisi" in page.text
    assert "pengaduan@blitar.example.go.id" in page.text


async def test_why_things_failed_and_how_often(office: Office) -> None:
    """Attempts and messages nobody could read are counted by their reason, and said in words; old ones are not."""
    for place in range(3):
        delivery = await queued(office.house.database, office.now, value=f"warga{place}@example.com")
        await Attempt.create(delivery=delivery, number=1, started_at=office.now, outcome="server-busy")
    await Delivery.filter(id=delivery.id).update(state="failed", reason="not-delivered")
    known = {"office": "blitar", "channel": "blitar-email", "created_at": office.now}
    await SetAside.create(**known, reason="mail-empty", digest="1")
    browser = await office.browser("petugas")
    failing = (await browser.opens(EMAIL)).part("failing")
    assert "Server penyedia layanan sedang sibuk. Pesan akan dicoba lagi sendiri. 3 kali" in failing
    assert "Surat ini kosong sama sekali. 1 kali" in failing
    assert failing.index("sedang sibuk") < failing.index("tidak sampai")
    office.later(days=8)
    browser = await office.browser("petugas")
    assert "Tidak ada yang gagal." in (await browser.opens(EMAIL)).part("failing")


async def test_a_check_tells_what_is_wrong(office: Office) -> None:
    """What the platform says is kept in words with who asked and when, and replaced by the next check."""
    office.faults = [Fault("imap-login-refused", {"host": "imap.example", "port": "993", "detail": "AUTH"})]
    browser = await office.browser("petugas")
    page = await browser.sends(await browser.opens(EMAIL), f"{EMAIL}/periksa")
    assert office.checked == ["blitar-email"]
    assert "imap.example:993 menolak nama atau kata sandi" in page.part("check")
    assert "oleh Rina Wulandari" in page.part("check")
    office.faults = []
    page = await browser.sends(page, f"{EMAIL}/periksa")
    assert "Semuanya beres." in page.part("check")
    assert await Entry.filter(event="door-checked").count() == 2


async def test_a_slow_check_holds_up_nobody(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a platform takes its time the page says so; asked twice, it is checked once."""
    monkeypatch.setattr("inbox.web.doors._PATIENCE_SECONDS", 0.05)
    office.check_waits = asyncio.Event()
    browser = await office.browser("petugas")
    page = await browser.sends(await browser.opens(EMAIL), f"{EMAIL}/periksa")
    assert "Sedang diperiksa" in page.part("check")
    await browser.sends(page, f"{EMAIL}/periksa")
    assert len(office.checked) == 1
    monkeypatch.setattr("inbox.web.doors._PATIENCE_SECONDS", 30.0)
    office.check_waits.set()
    await browser.sends(page, f"{EMAIL}/periksa")
    assert "Semuanya beres." in (await browser.opens(EMAIL)).part("check")


async def test_a_message_to_oneself(office: Office) -> None:
    """It stands in the real outbox, marked and in no ticket, and the page follows its way."""
    browser = await office.browser("petugas")
    page = await browser.sends(await browser.opens(EMAIL), f"{EMAIL}/uji", {"address": "Rina <RINA@example.org>"})
    assert "Menunggu giliran kirim kepada rina@example.org" in page.part("trial")
    assert office.woken == 1
    delivery = await Delivery.get().select_related("message")
    assert (delivery.state, delivery.automatic, delivery.message.ticket_id) == ("queued", False, None)
    assert delivery.message.text.startswith("[UJI COBA] Pesan ini dikirim Rina Wulandari pukul 09.15")
    assert await Ticket.all().count() == 0
    await Delivery.filter(id=delivery.id).update(state="failed", reason="mailbox-full", detail="552 5.2.2")
    page = await browser.opens(page.path)
    assert "Gagal" in page.part("trial")
    assert "Kotak surat penerima penuh." in page.part("trial")


async def test_nobody_is_flooded_with_trials(office: Office) -> None:
    """Six an hour at a door from one officer, whosever address it is; an hour later there may be more."""
    browser = await office.browser("petugas")
    page = await browser.opens(EMAIL)
    for place in range(7):
        page = await browser.sends(page, f"{EMAIL}/uji", {"address": f"warga{place}@example.org"})
    assert (page.status, await Delivery.all().count()) == (422, 6)
    assert "Sudah cukup banyak uji coba" in page.text
    office.later(minutes=61)
    assert (await browser.sends(page, f"{EMAIL}/uji", {"address": "rina@example.org"})).status == 200


async def test_an_officers_own_line_is_at_hand(office: Office) -> None:
    """Where the officer linked a chat, its address stands there, and what they wrote lately opens the window."""
    can = Abilities(scheme="whatsapp", window=timedelta(hours=24))
    office.can["blitar-telegram"] = can
    path = "/meja/pengaturan/pintu/blitar-telegram"
    browser = await office.browser("petugas")
    page = await browser.opens(path)
    assert "Nomor WhatsApp Anda" in page.text
    page = await browser.sends(page, f"{path}/uji", {"address": "0812 3456 7890"})
    assert "Gagal kepada +6281234567890" in page.part("trial")
    known = {"office": "blitar", "officer_id": office.by["petugas"].officer_id, "channel": "blitar-telegram"}
    heard = office.now - timedelta(hours=2)
    await OfficerLine.create(**known, address="+6281234567890", linked_at=heard, heard_at=heard, created_at=heard)
    page = await browser.opens(path)
    assert page.value(f"{path}/uji", "address") == "+6281234567890"
    page = await browser.sends(page, f"{path}/uji")
    assert "Menunggu giliran kirim kepada +6281234567890" in page.part("trial")


async def test_an_address_of_another_kind_is_refused(office: Office) -> None:
    """A number is no address of a mailbox: nothing is queued, what was typed stays."""
    browser = await office.browser("petugas")
    page = await browser.sends(await browser.opens(EMAIL), f"{EMAIL}/uji", {"address": "0812 3456 7890"})
    assert page.status == 422
    assert "Alamat itu tidak bisa dipakai di pintu ini." in page.text
    assert page.value(f"{EMAIL}/uji", "address") == "0812 3456 7890"
    assert await Message.all().count() == 0


async def test_a_door_without_addresses_offers_none(office: Office) -> None:
    """The form of the office's own page and a counter send to nobody."""
    browser = await office.browser("petugas")
    page = await browser.opens("/meja/pengaturan/pintu/blitar-web")
    assert "Pintu ini tidak mengirim ke alamat" in page.text
    assert "/meja/pengaturan/pintu/blitar-web/uji" not in page.forms()
    csrf = page.value("/meja/pengaturan/pintu/blitar-web/periksa", "csrf")
    refused = await browser.posts("/meja/pengaturan/pintu/blitar-web/uji", {"csrf": csrf, "address": "w1"})
    assert refused.status == 422


async def test_how_fast_a_door_sends(office: Office) -> None:
    """Its limits in words, and while they are used up when the next message goes."""
    office.paces["blitar-email"] = Paced((Pace(120, 60),), (Pace(20, 20),), until=office.now)
    await office.complaint()
    page = await (await office.browser("petugas")).opens(EMAIL)
    assert "paling banyak 120 pesan per menit; selebihnya menunggu giliran" in page.text
    assert "kepada satu alamat 20 pesan dalam 20 detik" in page.text
    assert "laju pintu sedang penuh, berikutnya pukul 09.15" in page.part("state")


async def test_only_who_looks_after_doors(office: Office) -> None:
    """Others neither see a door nor check it nor send by it; another office's door is not there."""
    browser = await office.browser("kabid")
    assert (await browser.opens(EMAIL)).status == 403
    page = await browser.opens("/meja/saya")
    csrf = page.doc.xpath("//input[@name='csrf']/@value")[0]
    for path in ("periksa", "uji"):
        assert (await browser.posts(f"{EMAIL}/{path}", {"csrf": csrf, "address": "a@b.example"})).status == 403
    assert office.checked == []
    petugas = await office.browser("petugas")
    for other in ("malang-email", "blitar-tidak-ada", "blitar"):
        assert (await petugas.opens(f"/meja/pengaturan/pintu/{other}")).status == 404


async def test_doors_lead_to_their_pages(office: Office) -> None:
    """From the settings and from what is in trouble."""
    assert EMAIL in (await (await office.browser("kepala-dinas")).opens("/meja/pengaturan/pintu")).html
    assert EMAIL in (await (await office.browser("petugas")).opens("/meja/gangguan")).html
    page = await (await office.browser("petugas")).opens("/meja/pengaturan/pintu/blitar-sms")
    assert "/hooks/blitar-sms/masuk</code>" in page.html
