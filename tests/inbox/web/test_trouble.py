"""What does not go by itself: it is all on one page, with what can be done about it, for those who may."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from channels.base import Abilities, Fault, Health
from inbox import notices
from inbox.models import Address, Delivery, HookEvent, Message, SetAside, Ticket
from tests.inbox.web.desk import Office

RAW = b"From: x\r\n\r\n\x00\xff<script>alert(1)</script>"


async def failed(office: Office, **columns: Any) -> Delivery:
    """An acknowledgement that did not arrive."""
    ticket = await office.complaint()
    values = {"state": "failed", "reason": "address-unknown", "detail": "550 5.1.1 User unknown", "attempts": 3}
    await Delivery.filter(message__ticket_id=ticket.id).update(**values | columns)
    return await Delivery.get(message__ticket_id=ticket.id)


async def aside(office: Office, **columns: Any) -> SetAside:
    """A message that nobody could digest."""
    values: dict[str, Any] = {"office": "blitar", "channel": "blitar-email", "reason": "clerk-failed", "original": RAW}
    values |= {"digest": "0" * 64, "created_at": office.now, "detail": "KeyError at bot/turn.py:88 in decide"}
    return await SetAside.create(**values | columns)


async def test_a_failed_message_is_shown_with_its_reason(office: Office) -> None:
    """Which ticket, which door and address, why, in whose words, how often tried; and the rail counts it."""
    row = await failed(office)
    page = await (await office.browser("petugas")).opens("/meja/gangguan")
    shown = page.part("failures")
    for part in ("BLT-26-000001", "gagal", "E-mail pengaduan", "siti@example.com", "3 kali dicoba", "550 5.1.1"):
        assert part in shown
    assert "alamat ini tidak ada" in shown
    assert "Gangguan 1" in page.part("rail")
    assert row.state == "failed"


async def test_a_failed_message_is_tried_again(office: Office) -> None:
    """One press puts it back on its way and wakes the deliverer; from the ticket it leads back there."""
    row = await failed(office)
    browser = await office.browser("petugas")
    page = await browser.opens("/meja/gangguan")
    page = await browser.sends(page, f"/meja/gangguan/kirim/{row.id}", {"do": "again"})
    assert "Pesan akan dicoba kirim lagi." in page.text
    assert (await Delivery.get(id=row.id)).state == "queued"
    assert office.woken == 1
    await Delivery.filter(id=row.id).update(state="failed")
    page = await browser.opens("/meja/BLT-26-000001")
    page = await browser.sends(page, f"/meja/gangguan/kirim/{row.id}", {"do": "again"})
    assert page.path == "/meja/BLT-26-000001?kabar=kirim"


@pytest.mark.parametrize(("do", "state"), [("delivered", "sent"), ("drop", "dropped")])
async def test_an_unsure_message_is_settled_by_hand(office: Office, do: str, state: str) -> None:
    """An officer says whether it arrived, or lets it go; then it is no trouble any more."""
    row = await failed(office, state="unsure", reason="")
    browser = await office.browser("petugas")
    page = await browser.opens("/meja/gangguan")
    assert "mungkin sampai, mungkin tidak" in page.part("failures")
    page = await browser.sends(page, f"/meja/gangguan/kirim/{row.id}", {"do": do})
    assert "BLT-26-000001" not in page.part("failures")
    assert (await Delivery.get(id=row.id)).state == state


@pytest.mark.parametrize("start", ["/meja/gangguan", "/meja/BLT-26-000001"])
async def test_what_is_handed_over_is_noted_with_who_took_it(office: Office, start: str) -> None:
    """A paper or a call waits until an officer says who has it since when; without that it goes on waiting."""
    row = await failed(office, state="handover", reason="", detail="")
    await Message.filter(id=row.message_id).update(author="officer", channel="blitar-surat")
    browser = await office.browser("petugas")
    page = await browser.opens(start)
    if start == "/meja/gangguan":
        assert "1 menunggu diserahkan petugas" in page.part("failures")
        page = await browser.opens(f"/meja/gangguan/serah/{row.id}")
    path = f"/meja/gangguan/kirim/{row.id}"
    assert page.value(path, "at") == f"{office.now.astimezone(ZoneInfo('Asia/Jakarta')):%Y-%m-%dT%H:%M}"
    refused = await browser.sends(page, path, {"do": "handed", "to": "  ", "ke": start})
    assert (refused.status, refused.value(path, "at")) == (422, page.value(path, "at"))
    assert "Diterima oleh" in refused.text
    page = await browser.sends(refused, path, {"do": "handed", "to": "<b>Bu Siti</b>", "ke": start})
    assert page.path == f"{start}?kabar=terkirim"
    page = await browser.opens("/meja/BLT-26-000001")
    assert "kepada <b>Bu Siti</b>" in page.text
    assert "diserahkan sendiri oleh petugas" in page.part("journal")
    assert (await Delivery.get(id=row.id)).state == "delivered"


async def test_a_message_that_changed_meanwhile_is_left_alone(office: Office) -> None:
    """Pressing a button of an old page changes nothing and says so."""
    row = await failed(office)
    browser = await office.browser("petugas")
    page = await browser.opens("/meja/gangguan")
    await Delivery.filter(id=row.id).update(state="delivered")
    page = await browser.sends(page, f"/meja/gangguan/kirim/{row.id}", {"do": "again"})
    assert page.status == 422
    assert (await Delivery.get(id=row.id)).state == "delivered"


async def test_a_message_set_aside_is_run_again(office: Office) -> None:
    """One press gives it to the clerk again, in the officer's name; where it still fails that is said."""
    row = await aside(office)
    browser = await office.browser("petugas")
    page = await browser.opens("/meja/gangguan")
    assert "KeyError at bot/turn.py:88" in page.part("asides")
    page = await browser.sends(page, f"/meja/gangguan/sisih/{row.id}", {"do": "again"})
    assert "Pesan sudah diolah kembali." in page.text
    assert office.replayed == [(row.id, office.by["petugas"].officer_id)]
    office.replays_well = False
    page = await browser.sends(page, f"/meja/gangguan/sisih/{row.id}", {"do": "again"})
    assert "Pesan itu masih belum terbaca" in page.text


async def test_a_message_set_aside_can_be_put_away(office: Office) -> None:
    """Saying that nothing is to be done takes it off the page and keeps who said so."""
    row = await aside(office)
    browser = await office.browser("kasi")
    page = await browser.opens("/meja/gangguan")
    page = await browser.sends(page, f"/meja/gangguan/sisih/{row.id}", {"do": "drop"})
    assert "KeyError" not in page.part("asides")
    row = await SetAside.get(id=row.id)
    assert (row.resolution, row.officer_id) == ("dropped", office.by["kasi"].officer_id)
    assert office.replayed == []


async def test_the_raw_form_is_a_download(office: Office) -> None:
    """Exactly what arrived, from the row or the file store, as nothing that a browser opens."""
    small = await aside(office)
    large = await aside(office, digest="1" * 64, original=None, original_file=await office.files.put(RAW * 3))
    browser = await office.browser("petugas")
    for row, content in ((small, RAW), (large, RAW * 3)):
        page = await browser.opens(f"/meja/gangguan/sisih/{row.id}/mentah")
        assert page.body == content
        assert page.headers["Content-Type"] == "application/octet-stream"
        assert page.headers["Content-Disposition"].startswith("attachment")


async def test_every_door_says_how_it_is(office: Office) -> None:
    """Name and state in words, and how much waits behind it."""
    await office.complaint()
    page = await (await office.browser("petugas")).opens("/meja/gangguan")
    doors = page.part("doors")
    assert "E-mail pengaduan Berjalan" in doors
    assert "Formulir pengaduan Terputus" in doors
    assert "1 menunggu dikirim" in doors


async def test_who_has_no_right_sees_and_does_nothing(office: Office) -> None:
    """A superior without these rights has no such page, no button, and is refused when sending one."""
    row, other = await failed(office), await aside(office)
    browser = await office.browser("sekretaris")
    page = await browser.opens("/meja/")
    assert "/meja/gangguan" not in page.html
    token = page.value("/keluar", "csrf")
    assert (await browser.opens("/meja/gangguan")).status == 403
    assert "Coba lagi" not in (await browser.opens("/meja/BLT-26-000001")).text
    for path in (f"kirim/{row.id}", f"sisih/{other.id}"):
        page = await browser.posts(f"/meja/gangguan/{path}", {"csrf": token, "do": "again"})
        assert page.status == 403
    assert (await browser.opens(f"/meja/gangguan/sisih/{other.id}/mentah")).status == 403
    assert (await Delivery.get(id=row.id)).state == "failed"
    assert office.replayed == []


async def test_another_offices_trouble_is_not_there(office: Office) -> None:
    """What belongs to another office is neither shown nor touched."""
    row, other = await failed(office), await aside(office)
    await Delivery.all().update(office="malang")
    await SetAside.all().update(office="malang")
    browser = await office.browser("petugas")
    page = await browser.opens("/meja/gangguan")
    assert "siti@example.com" not in page.text
    token = page.value("/keluar", "csrf")
    for path in (f"kirim/{row.id}", f"sisih/{other.id}"):
        page = await browser.posts(f"/meja/gangguan/{path}", {"csrf": token, "do": "again"})
        assert page.status == 404
    assert (await browser.opens(f"/meja/gangguan/sisih/{other.id}/mentah")).status == 404


async def test_a_quiet_day_says_so(office: Office) -> None:
    """Without trouble each part says that there is none."""
    page = await (await office.browser("petugas")).opens("/meja/gangguan")
    assert "Semua pesan sampai" in page.part("failures")
    assert "Tidak ada." in page.part("asides")


async def test_a_door_that_works_says_what_will_stop_it(office: Office) -> None:
    """In the language of the officer, beside its state; those who look after doors find it on their first page."""
    fault = Fault("phone-battery-low", {"percent": "9"})
    office.states["blitar-email"] = Health("ok", notes=(fault,))
    browser = await office.browser("petugas")
    assert "Baterai HP tinggal 9 persen" in (await browser.opens("/meja/gangguan")).part("doors")
    told = {"door": "SMS kantor", "code": fault.code, "told": dict(fault.values)}
    await notices.tell("blitar", "door", key="k1", now=office.now, role="petugas", **told)
    assert "SMS kantor: Baterai HP tinggal 9 persen" in (await browser.opens("/meja/")).part("notices")


async def event(office: Office, **columns: Any) -> HookEvent:
    """An event that another program did not take."""
    values: dict[str, Any] = {"office": "blitar", "hook": "blitar/kota", "entry_id": 1, "key": "evt_1", "body": "{}"}
    values |= {"event": "ticket.closed", "number": "BLT-26-000001", "state": "failed", "reason": "hook-refused"}
    values |= {"detail": "HTTP 500", "attempts": 18}
    values |= {"due_at": office.now, "give_up_at": office.now, "created_at": office.now}
    return await HookEvent.create(**values | columns)


async def test_an_event_that_was_not_taken_is_tried_again_or_let_be(office: Office) -> None:
    """What, for which program, why, how often; one press puts it back, another lets it be."""
    row = await event(office)
    browser = await office.browser("petugas")
    page = await browser.opens("/meja/gangguan")
    shown = page.part("events")
    for part in ("BLT-26-000001", "kota", "ticket.closed", "18 kali dicoba", "HTTP 500", "menolak kabar"):
        assert part in shown
    await browser.sends(page, f"/meja/gangguan/kabar/{row.id}", {"do": "again"})
    assert (await HookEvent.get(id=row.id)).state == "queued"
    other = await event(office, entry_id=2, key="evt_2")
    page = await browser.opens("/meja/gangguan")
    await browser.sends(page, f"/meja/gangguan/kabar/{other.id}", {"do": "drop"})
    assert (await HookEvent.get(id=other.id)).state == "dropped"


async def test_an_office_without_webhooks_reads_nothing_of_them(office: Office) -> None:
    """The section is not there; and whoever may not touch deliveries cannot touch events."""
    assert not (await (await office.browser("petugas")).opens("/meja/gangguan")).has("events")
    row = await event(office)
    browser = await office.browser("sekretaris")
    page = await browser.opens("/meja/")
    csrf = page.doc.xpath("//input[@name='csrf']/@value")[0]
    assert (await browser.posts(f"/meja/gangguan/kabar/{row.id}", {"do": "again", "csrf": csrf})).status == 403


async def test_a_failed_message_goes_to_the_next_door(office: Office) -> None:
    """The ticket offers the person's other address by name; without one the page says what else there is."""
    office.can |= {f"blitar-{name}": Abilities("web") for name in office.house.office.channels if name != "email"}
    row = await failed(office)
    browser = await office.browser("petugas")
    page = await browser.opens("/meja/gangguan")
    refused = await browser.sends(page, f"/meja/gangguan/kirim/{row.id}", {"do": "pass"})
    assert refused.status == 422
    assert "tidak ada pintu lain yang terbukti milik orang ini" in refused.text
    ticket = await Ticket.get(number="BLT-26-000001")
    await Address.create(
        office="blitar", scheme="email", value="rumah@example.com", citizen_id=ticket.citizen_id,
        confirmed_at=office.now, created_at=office.now,
    )  # fmt: skip
    assert "Kirim lewat E-mail pengaduan · rumah@example.com" in (await browser.opens("/meja/gangguan")).text
    await Delivery.filter(id=row.id).update(reason="window-closed")
    page = await browser.opens("/meja/BLT-26-000001")
    assert "Kirim lewat E-mail pengaduan · rumah@example.com" in page.text
    gone = await browser.sends(page, f"/meja/gangguan/kirim/{row.id}", {"do": "pass", "through": "c0"})
    assert (gone.status, "Pintu yang dipilih tidak lagi dapat dipakai" in gone.text) == (422, True)
    page = await browser.sends(page, f"/meja/gangguan/kirim/{row.id}", {"do": "pass"})
    assert "Pesan dikirim lewat pintu lain." in page.text
    assert "diteruskan lewat E-mail pengaduan" in page.text
    assert office.woken == 1
