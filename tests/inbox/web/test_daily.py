"""The daily check of the doors that no program watches: asked for each working day, signed once, gaps visible."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from config.schema import DailyCheck, Offices
from inbox.models import DailySign, Entry
from tests.inbox.house import House, at
from tests.inbox.web.desk import Office

ITEMS = ("Kotak pengaduan", "Surat", "Situs web")
CHECK = DailyCheck(id="saluran", name="Pemeriksaan harian saluran", by=("petugas",), items=ITEMS, source="SOP 9.2.1")
PATH = "/meja/pemeriksaan/saluran"


@pytest.fixture
async def office(house: House, tmp_path: Path) -> AsyncIterator[Office]:
    """Blitar's desk, where the front officer signs a check each working day."""
    blitar = house.office.model_copy(update={"checks": (CHECK,)})
    offices = house.offices
    checked = Offices(offices.folder, {**offices.offices, blitar.id: blitar}, offices.worktime, offices.sources)
    house.tickets.offices = house.offices = checked
    async with Office(house, tmp_path).opened() as desk:
        for login in ("petugas", "kasi", "kabid"):
            await desk.hires(login)
        yield desk


async def test_the_officer_signs_and_is_not_asked_again_today(office: Office) -> None:
    """On the first page in the morning: tick, initial; tomorrow it is asked for anew."""
    browser = await office.browser("petugas")
    page = await browser.opens("/meja/")
    assert all(item in page.part("check-saluran") for item in ITEMS)
    page = await browser.sends(page, PATH, {"looked": list(ITEMS)})
    assert page.path.startswith("/meja/")
    assert not page.has("check-saluran")
    assert "Rina Wulandari, 09.15" in (await browser.opens(PATH)).text
    office.later(days=1)
    browser = await office.browser("petugas")
    assert (await browser.opens("/meja/")).has("check-saluran")


async def test_what_was_not_looked_at_needs_a_reason(office: Office) -> None:
    """The item is named, what was ticked stays, and the reason stands in the month's list."""
    browser = await office.browser("petugas")
    page = await browser.sends(await browser.opens("/meja/"), PATH, {"looked": ["Surat", "Situs web"]})
    assert page.status == 422
    assert "Belum dicentang: Kotak pengaduan." in page.text
    assert page.form(PATH).fields["looked"] == {"Surat", "Situs web"}
    assert not await DailySign.exists()
    note = "Kunci kotak dibawa Kasi"
    await browser.sends(page, PATH, {"looked": ["Surat", "Situs web"], "note": note})
    row = (await browser.opens(PATH)).doc.xpath("//tbody/tr[1]")[0].text_content()
    assert "Kotak pengaduan" in row
    assert note in row
    line = await Entry.filter(event="daily-signed").first()
    assert line is not None
    assert line.values == {"name": CHECK.name, "missed": "Kotak pengaduan"}


async def test_a_working_day_without_initials_is_seen_and_a_day_off_is_not_missed(office: Office) -> None:
    """Signed on Thursday for the first time; on Friday nobody did; on the weekend nobody had to."""
    office.now = at("2026-11-19 09:00")
    browser = await office.browser("petugas")
    await browser.sends(await browser.opens("/meja/"), PATH, {"looked": list(ITEMS)})
    office.now = at("2026-11-21 09:00")
    browser = await office.browser("petugas")
    assert not (await browser.opens("/meja/")).has("check-saluran")
    office.now = at("2026-11-23 09:00")
    browser = await office.browser("petugas")
    days = [" ".join(row.text_content().split()) for row in (await browser.opens(PATH)).doc.xpath("//tbody/tr")]
    assert days[0].endswith("menunggu")
    assert days[1] == "20 November 2026 tidak diparaf"
    assert days[2].startswith("19 November 2026 Rina Wulandari")
    assert len(days) == 3


async def test_who_may_sign_and_who_may_look(office: Office) -> None:
    """Another role is not asked, cannot sign, and sees the list where it sees everything else."""
    browser = await office.browser("kasi")
    assert not (await browser.opens("/meja/")).has("check-saluran")
    page = await browser.opens(PATH)
    assert page.status == 200
    csrf = (await browser.opens("/meja/saya")).form("/meja/saya").fields["csrf"]
    refused = await browser.posts(PATH, {"csrf": csrf, "looked": "Surat"})
    assert "diparaf jabatan lain" in refused.text
    assert not await DailySign.exists()
    assert (await browser.opens("/meja/pemeriksaan/lain")).status == 404


async def test_two_windows_sign_once(office: Office) -> None:
    """The second is told that it is signed, and no second line is written."""
    browser = await office.browser("petugas")
    page = await browser.opens("/meja/")
    await browser.sends(page, PATH, {"looked": list(ITEMS)})
    again = await browser.sends(page, PATH, {"looked": list(ITEMS)})
    assert "hari ini sudah diparaf" in again.text
    assert await DailySign.all().count() == 1
