"""A suggestion box: opened with a witness, its sheets entered one by one, counted, and its minutes on paper."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from config.schema import ChannelEntry, Offices
from inbox.boxes import Boxes
from inbox.models import BoxOpening, Entry, Message
from tests import axe
from tests.chromium import started
from tests.inbox.house import House, at
from tests.inbox.web.desk import Office, Page
from tests.inbox.web.test_axe import enter, look

BOX = ChannelEntry(kind="box", name="Kotak pengaduan", opened_every_days=7)
FOUND = {"present": "Endang Lestari, Kabid", "sheets": "2"}
SHEET = {"pintu": "blitar-kotak", "text": "Antrean loket dua terlalu lama."}


@pytest.fixture
async def office(house: House, tmp_path: Path) -> AsyncIterator[Office]:
    """Blitar's desk with a box at its door that is opened every week."""
    blitar = house.office.model_copy(update={"channels": {**house.office.channels, "kotak": BOX}})
    offices = house.offices
    boxed = Offices(offices.folder, {**offices.offices, blitar.id: blitar}, offices.worktime, offices.sources)
    house.tickets.offices = house.offices = boxed
    async with Office(house, tmp_path).opened() as desk:
        for login in ("petugas", "sekretaris"):
            await desk.hires(login)
        yield desk


async def opens(office: Office, **found: str) -> Page:
    """The box is opened; the page of that opening."""
    browser = await office.browser("petugas")
    page = await browser.opens("/meja/kotak")
    return await browser.sends(page, "/meja/kotak", FOUND | found)


async def enters(office: Office, **typed: str) -> Page:
    """A sheet, by the counter's form, as the clerk takes it."""
    browser = await office.browser("petugas")
    before = len(office.handed)
    page = await browser.sends(await browser.opens("/meja/baru?kotak=1"), "/meja/baru", SHEET | typed)
    for channel, inbound in office.handed[before:]:
        known = {"office": "blitar", "channel": channel, "external_id": inbound.external_id, "text": inbound.text}
        await Message.create(direction="in", author="citizen", sent_at=inbound.sent_at, created_at=office.now, **known)
    return page


async def test_the_sheets_of_an_opening_are_counted(office: Office) -> None:
    """Two lay in it, two are entered: it is closed without another word; the record says so."""
    page = await opens(office)
    assert "0 dari 2 dicatat" in page.text
    office.later(minutes=20)
    await enters(office)
    await enters(office, text="Toilet tamu kotor.")
    assert [inbound.sent_at for _, inbound in office.handed] == [at("2026-11-23 09:15")] * 2
    browser = await office.browser("petugas")
    page = await browser.opens("/meja/kotak/1")
    assert "2 dari 2 dicatat" in page.text
    assert "Toilet tamu kotor." in page.text
    page = await browser.sends(page, "/meja/kotak/1/hitung")
    assert "Pembukaan ditutup." in page.text
    assert "sesuai" in (await browser.opens("/meja/kotak")).text
    assert [row.event for row in await Entry.all().order_by("id")] == ["box-opened", "box-counted"]


async def test_a_count_that_does_not_agree_wants_a_reason(office: Office) -> None:
    """Refused beside its field until somebody says why; then it stands with the count."""
    page = await opens(office)
    await enters(office)
    browser = await office.browser("petugas")
    page = await browser.sends(await browser.opens("/meja/kotak/1"), "/meja/kotak/1/hitung")
    assert page.status == 422
    assert "Di dalam kotak ada 2 lembar, yang dicatat 1." in page.text
    await browser.sends(page, "/meja/kotak/1/hitung", {"reason": "Satu lembar kosong"})
    assert "1 dicatat: Satu lembar kosong" in (await browser.opens("/meja/kotak")).text
    row = await BoxOpening.get(id=1)
    assert (row.sheets, row.entered, row.reason) == (2, 1, "Satu lembar kosong")


async def test_a_closed_opening_takes_no_more(office: Office) -> None:
    """A form that stood open meanwhile says so, and what was typed stays; without an opening it is taken."""
    await opens(office, sheets="0")
    browser = await office.browser("petugas")
    form = await browser.opens("/meja/baru")
    await browser.sends(await browser.opens("/meja/kotak/1"), "/meja/kotak/1/hitung")
    page = await browser.sends(form, "/meja/baru", SHEET)
    assert page.status == 422
    assert "sudah dihitung dan ditutup" in page.text
    assert page.value("/meja/baru", "text") == SHEET["text"]
    await browser.sends(form, "/meja/baru", SHEET | {"box.opening": ""})
    assert len(office.handed) == 1
    again = await browser.posts("/meja/kotak/1/hitung", {"csrf": form.value("/meja/baru", "csrf")})
    assert again.status == 422


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"sheets": "dua"}, "Tulis jumlahnya dengan angka"),
        ({"sheets": "-1"}, "Tulis jumlahnya dengan angka"),
        ({"sheets": "12345"}, "4"),
        ({"sheets": ""}, "Jumlah lembar"),
        ({"present": ""}, "Disaksikan oleh"),
        ({"present": "x" * 301}, "300"),
        ({"opened_at": "kemarin"}, "Dibuka pada"),
        ({"opened_at": "2026-12-01T09:00"}, "Dibuka pada"),
    ],
)
async def test_what_makes_no_sense_is_said_beside_its_field(office: Office, wrong: dict[str, str], said: str) -> None:
    """Nothing is written down; what was typed stays."""
    page = await opens(office, **wrong)
    assert page.status == 422
    (alert,) = page.doc.xpath("//p[@role='alert']")
    assert said in page.text
    assert alert.text_content().strip()
    assert not await BoxOpening.exists()


async def test_its_minutes_are_for_paper(office: Office) -> None:
    """When, by whom, with whom, how many, and each sheet."""
    await opens(office)
    await enters(office)
    page = await (await office.browser("petugas")).opens("/meja/kotak/1/berita-acara")
    for words in ("Berita Acara Pembukaan Kotak", "Rina Wulandari", "Endang Lestari", "1 lembar", "Antrean loket dua"):
        assert words in page.text


async def test_only_who_may_register(office: Office) -> None:
    """Nobody else opens a box, or reads what lay in it."""
    await opens(office)
    browser = await office.browser("sekretaris")
    for path in ("/meja/kotak", "/meja/kotak/1", "/meja/kotak/1/berita-acara"):
        assert (await browser.opens(path)).status == 403
    assert (await (await office.browser("petugas")).opens("/meja/kotak/99")).status == 404


async def test_a_box_that_should_be_opened_again_says_so(office: Office) -> None:
    """A week later, in working hours, once; the page says since when."""
    boxes = Boxes(office.house.tickets)
    await boxes.remind(office.now)
    await opens(office)
    office.later(days=6, hours=23)
    await boxes.remind(office.now)
    assert await office.house.notices("box-due") == []
    for hours in (2, 1, 24):
        office.later(hours=hours)
        await boxes.remind(office.now)
    assert await office.house.notices("box-due") == [("box-due", "petugas"), ("box-due", "kasi")]
    page = await (await office.browser("petugas")).opens("/meja/kotak")
    assert "Seharusnya dibuka lagi sejak Senin 30/11 09.15" in page.text


async def test_axe_finds_nothing_wrong(office: Office) -> None:
    """The boxes, an opening, its count refused, and a sheet's form: wide and narrow, light and dark."""
    axe.demand()
    await opens(office)
    await enters(office)
    async with started() as browser:
        context = await browser.new_context(base_url=office.url, bypass_csp=True, reduced_motion="reduce")
        page = await enter(context, "petugas")
        await look(page, "/meja/kotak", "/meja/kotak/1", "/meja/kotak/1/berita-acara", "/meja/baru?pintu=blitar-kotak")
        await page.goto("/meja/kotak/1")
        await page.click("text=Sudah semua")
        await page.wait_for_selector("[aria-invalid]")
        await look(page)
