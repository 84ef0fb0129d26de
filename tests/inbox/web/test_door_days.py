"""A day held against the platforms, at the desk: what is missing, taking it in, and the signature under it."""

from __future__ import annotations

from datetime import date
from typing import Any

from inbox.door_days import Compared, DoorDays
from inbox.models import DoorDay, Entry, Notice
from tests.inbox.api.client import machine
from tests.inbox.web.desk import Office

PATH = "/meja/pengaturan/pencocokan"
SUNDAY = date(2026, 11, 22)


def lost(name: str, state: str = "missing") -> dict[str, Any]:
    """A message that the platform told of."""
    return {"id": name, "at": "2026-11-22T03:00:00+00:00", "place": {"uid": len(name)}, "state": state}


async def compared(office: Office, channel: str, day: date = SUNDAY, **known: Any) -> None:
    """What came of asking."""
    days = DoorDays(office.house.tickets)
    await days.keep(office.house.office, channel, day, Compared(**{"state": "compared", **known}), office.now)


async def test_a_day_says_what_each_door_says(office: Office) -> None:
    """In numbers, by name where something is missing, with the reason where nobody can be asked."""
    await compared(office, "blitar-email", told=5, stored=3, aside=1, rows=[lost("<satu@x>"), lost("<tua@x>", "gone")])
    await compared(office, "blitar-web", state="silent", reason="count-own", stored=2)
    await compared(office, "blitar-sms")
    await compared(office, "blitar-telegram")
    await compared(office, "blitar-surat", state="silent", reason="count-not-asked")
    await compared(office, "blitar-sms-luar", state="failed", reason="server-unreachable", detail="refused")
    page = await (await office.browser("petugas")).opens(PATH)
    assert page.status == 200
    assert "22 November 2026" in page.part("day-title")
    mail = page.part("blitar-email")
    assert mail.startswith("E-mail pengaduan")
    assert "1 belum ada di sini" in mail
    assert "Kata penyedia layanan 5 Tersimpan 3 Disisihkan 1" in mail
    assert "<satu@x>" in mail
    assert "1 tersimpan di sini, tetapi tidak ada lagi pada penyedia layanan" in mail
    for quiet in ("blitar-sms", "blitar-telegram"):
        assert "Kata penyedia layanan 0 Tersimpan 0 Belum ada di sini 0" in page.part(quiet)
    assert "tidak ada catatan di luar" in page.part("blitar-web")
    assert "belum ditanya pada hari itu" in page.part("blitar-surat")
    assert "belum dapat dicocokkan" in page.part("blitar-sms-luar")
    assert page.html.index('id="blitar-email"') < page.html.index('id="blitar-web"')


async def test_what_is_missing_calls_and_is_taken_in(office: Office) -> None:
    """Those who look after doors are told; one press brings it, and what cannot be brought says why."""
    await compared(office, "blitar-email", told=2, rows=[lost("<satu@x>"), lost("<tua@x>", "gone")])
    notice = await Notice.filter(kind="door").first()
    assert notice is not None
    assert (notice.values["code"], notice.values["told"]["count"]) == ("door-day-missing", "1")
    browser = await office.browser("petugas")
    office.bringing = "message-gone"
    page = await browser.sends(await browser.opens(PATH), f"{PATH}/blitar-email")
    assert office.brought == [("blitar-email", {"uid": 8})]
    assert "tidak ada lagi pada penyedia layanan, jadi tidak dapat diambil" in page.part("blitar-email")
    assert "1 belum ada di sini" in page.part("blitar-email")
    office.bringing = ""
    page = await browser.sends(page, f"{PATH}/blitar-email")
    assert "1 sudah diambil sesudahnya" in page.part("blitar-email")
    assert "cocok" in page.part("blitar-email")
    assert office.woken == 2
    row = await DoorDay.get()
    assert (row.missing, row.stored) == (0, 1)


async def test_an_officer_signs_a_day(office: Office) -> None:
    """With name and time, once; where something is missing only with a note."""
    await compared(office, "blitar-email", told=2, stored=1, rows=[lost("<satu@x>")])
    await compared(office, "blitar-web", state="silent", reason="count-own")
    browser = await office.browser("petugas")
    page = await browser.sends(await browser.opens(PATH), PATH)
    assert page.status == 422
    assert "Tulis catatan" in page.text
    assert await DoorDay.filter(signed_at=None).count() == 2
    page = await browser.sends(page, PATH, {"note": "Surat iklan, sengaja dihapus."})
    assert "Diparaf Rina Wulandari, Senin 23/11 09.15: Surat iklan, sengaja dihapus." in page.part("blitar-email")
    assert PATH not in page.forms()
    assert await DoorDay.filter(signed_at=None).count() == 0
    assert await Entry.filter(event="door-days-signed").count() == 1
    csrf = page.doc.xpath("//input[@name='csrf']/@value")[0]
    again = await browser.posts(PATH, {"csrf": csrf, "hari": SUNDAY.isoformat(), "note": "x"})
    assert again.status == 422
    assert "Hari itu sudah diparaf." in again.text


async def test_days_before_can_be_read(office: Office) -> None:
    """Each with its doors, what was missing and who signed; a day that nobody compared says so."""
    await compared(office, "blitar-email", day=date(2026, 11, 20), told=4, stored=4)
    browser = await office.browser("petugas")
    page = await browser.opens(PATH)
    assert "Hari itu belum dicocokkan" in page.text
    assert f"{PATH}?hari=2026-11-20" in page.html
    assert "cocok" in (await browser.opens(f"{PATH}?hari=2026-11-20")).part("blitar-email")
    assert "20 November 2026 cocok (4)" in (await browser.opens("/meja/pengaturan/pintu/blitar-email")).part("days")
    assert (await browser.opens(f"{PATH}?hari=kemarin")).status == 422


async def test_only_who_looks_after_doors(office: Office) -> None:
    """Others neither read nor sign nor take in."""
    await compared(office, "blitar-email", told=1, rows=[lost("<satu@x>")])
    kabid = await office.browser("kabid")
    assert (await kabid.opens(PATH)).status == 403
    csrf = (await kabid.opens("/meja/saya")).doc.xpath("//input[@name='csrf']/@value")[0]
    for path in (PATH, f"{PATH}/blitar-email"):
        answer = await kabid.posts(path, {"csrf": csrf, "hari": SUNDAY.isoformat(), "note": "x"})
        assert answer.status == 403
    assert office.brought == []
    petugas = await office.browser("petugas")
    csrf = (await petugas.opens(PATH)).value(PATH, "csrf")
    for channel in ("malang-email", "blitar-web"):
        assert (await petugas.posts(f"{PATH}/{channel}", {"csrf": csrf, "hari": SUNDAY.isoformat()})).status == 404


async def test_a_machine_reads_the_days(office: Office) -> None:
    """With the door."""
    await compared(office, "blitar-email", told=3, stored=2, rows=[lost("<satu@x>")])
    (day,) = (await (await machine(office, "petugas")).gets("/channels/blitar-email")).json["days"]
    assert (day["day"], day["told"], day["stored"], day["missing"]) == ("2026-11-22", 3, 2, 1)
    assert (day["state"], day["signed_by"]) == ("compared", None)
