"""Every page of the desk and of the citizens, light and dark, wide and narrow: axe-core finds nothing to mend."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest
from playwright.async_api import BrowserContext, Page

from channels.base import Fault
from inbox.door_days import Compared, DoorDays
from inbox.figures import PUBLIC
from inbox.models import Delivery, OfficerLine, OfficeSetting, Paper, RegisterEntry, Ticket
from inbox.search import Search
from inbox.web.guides import GUIDES
from tests import axe
from tests.chromium import started
from tests.inbox.web.addresses import OF_A_TICKET, ROOMS
from tests.inbox.web.desk import PASSWORD, Office

_WIDTHS = ((1440, 900), (390, 844))
_LISTS = ("/meja/ ", "/meja/?")
_DESK = (
    *("/meja/", "/meja/?antrean=semua", "/meja/?antrean=ditunda", "/meja/?q=ruko", "/meja/BLT-26-000001"),
    *("/meja/BLT-26-000002", "/meja/BLT-26-000001/jawaban", "/meja/papan?masa=30-hari", "/meja/papan", "/meja/baru"),
    *("/meja/buku/", "/meja/gangguan", "/meja/saya", "/meja/label", "/meja/panduan", "/meja/?antrean=milik"),
    *("/meja/?q=tidakadayangbegini", "/meja/?antrean=selesai&keadaan=all"),
)
_FRONT = (
    "/meja/BLT-26-000001/tanda-terima?kertas=80",
    "/meja/BLT-26-000001/tanda-terima?kertas=a5",
    "/meja/penyerahan",
)
_GUIDES = tuple(f"/meja/panduan/{guide}" for guide in GUIDES)
# Forbidden, nowhere, no such complaint, a cursor that is none.
_ERRORS = ("/meja/pengaturan/petugas", "/meja/tidak-ada", "/meja/BLT-26-999999", "/meja/?mulai=xyz")
_SETTINGS = tuple(
    f"/meja/pengaturan{path}"
    for path in (
        "",
        "/libur",
        "/jawaban",
        "/pengganti",
        "/petugas",
        "/pintu",
        "/pintu/blitar-email",
        "/pencocokan",
        "/prosedur",
    )
)
_CITIZENS = ("/", "/cek", "/blitar/cek", "/blitar/angka", "/tidak-ada", "/masuk")


@pytest.fixture
async def busy(office: Office) -> Office:
    """An office with something on every page."""
    axe.demand()
    known = {"officer_id": office.by["kasi"].officer_id, "changed_at": office.now, "values": {"on": True}}
    await OfficeSetting.create(office="blitar", name=PUBLIC, **known)
    kasi = {"office": "blitar", "officer_id": office.by["kasi"].officer_id, "created_at": office.now}
    await OfficerLine.create(
        channel="blitar-sms", code="ABCD2345", code_until=office.now + timedelta(minutes=9), **kasi
    )
    for channel, trouble in (("push", ""), ("blitar-email", "address-unknown")):
        await OfficerLine.create(channel=channel, address=channel, linked_at=office.now, trouble=trouble, **kasi)
    first = await office.complaint()
    await office.house.acting.reply(office.by["kasi"], first.number, "Kami periksa.", version=1, now=office.now)
    await office.house.act(office.by["petugas"], first.number, "naikkan", office.now)
    for place in range(6):
        await office.complaint(f"Keluhan {place}", sender=f"warga{place}@example.com", kind="pengaduan")
    await office.said(first, "Pekerja masih datang.")
    await Ticket.filter(id=3).update(status="closed", due_at=None, closed_at=office.now, rating=5)
    office.later(hours=3)
    lost = {"id": "<hilang@x.id>", "at": "2026-11-22T03:00:00+00:00", "place": {}}
    rows = ({**lost, "state": "missing"}, {**lost, "id": "<tua@x.id>", "state": "gone"})
    days, known = DoorDays(office.house.tickets), (office.house.office, "blitar-email", date(2026, 11, 22))
    await days.keep(*known, Compared("compared", told=2, rows=rows), office.now)
    await Delivery.filter(state="queued").update(state="failed", reason="mailbox-full")
    office.faults = [Fault("imap-unreachable", {"host": "imap.example", "port": "993", "detail": "refused"})]
    return office


@pytest.fixture
async def context(busy: Office) -> AsyncIterator[BrowserContext]:
    """One browser for all pages, with a Kasi signed in."""
    async with started() as browser:
        context = await browser.new_context(base_url=busy.url, locale="id-ID", bypass_csp=True, reduced_motion="reduce")
        yield context


async def look(page: Page, *paths: str) -> None:
    """Nothing is wrong with any of them (or what is open), at any width, in light or dark; only colours change then."""
    found = []
    for path in paths or ("",):
        if path:
            await page.goto(path, wait_until="load")
        for width, height in _WIDTHS:
            await page.set_viewport_size({"width": width, "height": height})
            await page.emulate_media(color_scheme="light")
            found += [f"{path} {width} light {one}" for one in await axe.violations(page)]
            await page.emulate_media(color_scheme="dark")
            found += [f"{path} {width} dark {one}" for one in await axe.violations(page, "color-contrast")]
    # On a telephone a list shows itself alone: the pane beside it, which is the main one, is not there.
    wrong = [one for one in found if not ("390" in one and "landmark-one-main" in one and one.startswith(_LISTS))]
    assert not wrong, "\n".join(wrong)


async def test_the_citizens_pages(context: BrowserContext) -> None:
    """Front page, number and code, the figures, the door of the desk."""
    await look(await context.new_page(), *_CITIZENS)


async def test_a_citizens_complaint(context: BrowserContext) -> None:
    """The page of a complaint itself, as its citizen sees it."""
    page = await context.new_page()
    ticket = await Ticket.get(id=1)
    await page.goto("/blitar/cek")
    await page.fill("[name=nomor]", ticket.number)
    await page.fill("[name=kode]", ticket.code)
    await page.click("main form button")
    await page.wait_for_load_state()
    await look(page, f"/blitar/cek?nomor={ticket.number}")


async def enter(context: BrowserContext, login: str) -> Page:
    """Through the door of the desk."""
    page = await context.new_page()
    await page.goto("/masuk")
    await page.fill("[name=login]", login)
    await page.fill("[name=password]", PASSWORD)
    await page.click("main form button")
    await page.wait_for_url("**/meja/**")
    return page


async def test_the_desk(context: BrowserContext) -> None:
    """Lists, tickets, board, books, guides, and what is told when something is not there."""
    await look(await enter(context, "kasi"), *_DESK)


async def test_the_rooms(context: BrowserContext) -> None:
    """Recap, papers, field checks, the daily check, procedures, permits, a former register; and what is of a ticket."""
    page = await enter(context, "kepala-dinas")
    await look(page, *ROOMS, *(f"/meja/BLT-26-000001{room}" for room in OF_A_TICKET))


async def test_the_guides(context: BrowserContext) -> None:
    """Each kind of work has its own."""
    await look(await enter(context, "kasi"), *_GUIDES)


async def test_the_errors(context: BrowserContext, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is forbidden, what is not there, what makes no sense, what a form refused, and what broke."""
    page = await enter(context, "petugas")
    await look(page, *_ERRORS)
    await page.goto("/meja/BLT-26-000001")
    await page.eval_on_selector("#relations", "one => { one.open = true; }")
    await page.fill("#relate-other", "BLT-26-999999")
    await page.click("#relations form[action*=kaitkan] button")
    await page.wait_for_selector("#relate-other[aria-invalid]")
    await look(page)

    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(Search, "tickets", broken)
    await look(page, "/meja/")


async def test_the_papers(context: BrowserContext) -> None:
    """What is printed of a complaint, and each book's year."""
    papers = await Paper.filter(digest="").select_related("ticket")
    books = await RegisterEntry.all()
    assert papers
    assert books
    paths = {f"/meja/{paper.ticket.number}/dokumen/{paper.id}" for paper in papers}
    paths |= {f"/meja/buku/{row.register}/{row.year}" for row in books}
    await look(await enter(context, "kasi"), *sorted(paths))


async def test_the_settings(context: BrowserContext) -> None:
    """What a head changes and reads of the office."""
    page = await enter(context, "kepala-dinas")
    await page.goto("/meja/pengaturan/pintu/blitar-email")
    await page.click("#check button")
    await look(page, *_SETTINGS)


async def test_the_front_desk(context: BrowserContext) -> None:
    """Taking down what somebody says, what they take home, and the next one at once."""
    page = await enter(context, "petugas")
    await look(page, *_FRONT)
    await page.goto("/meja/baru")
    await page.fill("[name=text]", "Ada ruko tanpa izin di Jalan Merdeka")
    await page.wait_for_selector(".known")
    await look(page)
    await page.keyboard.press("Control+Shift+Enter")
    await page.wait_for_selector("#just-taken")
    await look(page)
