"""What a first look at a page costs on the line: the page, its style, its behaviour, its pictures, as they are sent."""

from __future__ import annotations

import pytest

from inbox.figures import PUBLIC
from inbox.models import OfficeSetting, Paper, Ticket
from inbox.web.guides import GUIDES
from tests.inbox.web.addresses import OF_A_TICKET, ROOMS
from tests.inbox.web.desk import Browser, Office, Page

MOST_BYTES = 150_000
SETTINGS = ("", "/libur", "/jawaban", "/pengganti", "/petugas", "/pintu", "/prosedur")
DESK = (
    *(
        "/meja/",
        "/meja/?antrean=semua",
        "/meja/?antrean=milik",
        "/meja/?q=ruko",
        "/meja/papan",
        "/meja/baru",
        "/meja/saya",
    ),
    *("/meja/buku/", "/meja/gangguan", "/meja/label", "/meja/panduan", "/meja/tidak-ada", "/meja/BLT-26-999999"),
    *(f"/meja/panduan/{guide}" for guide in GUIDES),
    *(f"/meja/pengaturan{path}" for path in SETTINGS),
)
CITIZENS = ("/", "/cek", "/blitar/cek", "/blitar/angka", "/masuk", "/tidak-ada")


@pytest.fixture
async def full(office: Office) -> Office:
    """An office with long lists and a long story."""
    on = {"officer_id": office.by["kasi"].officer_id, "changed_at": office.now, "values": {"on": True}}
    await OfficeSetting.create(office="blitar", name=PUBLIC, **on)
    first = await office.up_to_study()
    for n in range(40):
        await office.said(first, f"Pesan {n} " + "kata " * 60)
    for place in range(60):
        await office.complaint(f"Keluhan {place} " + "panjang sekali " * 20, sender=f"warga{place}@example.com")
    return office


async def carried(browser: Browser, page: Page) -> int:
    """Bytes of a page and of all that it asks for at once, packed as for any browser."""
    addresses = page.doc.xpath("//link[@rel='stylesheet' or @rel='icon']/@href | //script/@src | //img/@src")
    answers = [page, *[await browser.opens(str(path)) for path in dict.fromkeys(addresses)]]
    assert {answer.status for answer in answers[1:]} <= {200}
    return sum(int(answer.headers["Content-Length"]) for answer in answers)


async def test_no_page_is_heavy(full: Office) -> None:
    """Every page of the desk, every paper and every page of the citizens comes with less than 150 kB."""
    head, citizen = await full.browser("kepala-dinas"), await full.browser()
    papers = await Paper.filter(digest="").select_related("ticket")
    tickets = [f"/meja/{number}" for number in await Ticket.all().limit(2).values_list("number", flat=True)]
    tickets += [f"{tickets[0]}{room}" for room in OF_A_TICKET]
    printed = [f"/meja/{one.ticket.number}/dokumen/{one.id}" for one in papers]
    weighed = {path: await carried(head, await head.opens(path)) for path in (*DESK, *ROOMS, *tickets, *printed)}
    assert {path for path in ROOMS if (await head.opens(path)).status != 200} == {"/meja/rekap?masa=x"}
    weighed |= {path: await carried(citizen, await citizen.opens(path)) for path in CITIZENS}
    assert {path: size for path, size in weighed.items() if size >= MOST_BYTES} == {}
    assert len(weighed) > len(DESK) + len(CITIZENS) + 2
    assert min(weighed.values()) > 1_000
