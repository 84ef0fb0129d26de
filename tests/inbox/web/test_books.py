"""The running books at the desk: read, chosen by year, printed, closed and opened again."""

from __future__ import annotations

import threading

import pytest

import templates
from inbox import printing
from inbox.models import OfficerRole, RegisterEntry
from inbox.web import books
from templates import sheets
from tests.inbox.house import at
from tests.inbox.web.desk import Office, Page

BOOK = "/meja/buku/agenda-aduan-masuk"


async def test_a_year_of_a_book_is_read_and_printed(office: Office) -> None:
    """The lines of the year with the way to each complaint, the years to choose from, and a page to print."""
    ticket = await office.up_to_study()
    browser = await office.browser("kasi")
    page = await browser.opens(BOOK)
    assert page.doc.xpath(f"//*[@id='no-1']//a[@href='/meja/{ticket.number}']")
    assert "Siti Aminah" in page.part("no-1")
    assert "Nomor terakhir 1, tanpa lompatan" in page.part("state")
    (way,) = page.doc.xpath(f"//a[@href='{BOOK}/2026']/@href")
    assert ticket.number in (await browser.opens(way)).text
    assert (await browser.opens("/meja/buku/tidak-ada")).status == 404


async def test_who_keeps_the_settings_closes_and_opens_a_year(office: Office) -> None:
    """In December the secretary closes the year, everybody sees it, and opens it again only with a reason."""
    await office.up_to_study()
    office.now = at("2026-12-30 10:00")
    browser, counter = await office.browser("sekretaris"), await office.browser("petugas")
    page = await browser.opens(f"{BOOK}?tahun=2026")
    closed = await browser.sends(page, f"{BOOK}/2026/tutup", {})
    assert "Ditutup 30 Desember 2026 oleh Bambang Haryono pada nomor 1" in closed.part("state")
    assert not (await counter.opens(f"{BOOK}?tahun=2026")).forms()[-1].endswith("/buka")
    refused = await browser.sends(closed, f"{BOOK}/2026/buka", {"reason": " "})
    assert refused.status == 422
    assert "Tulis alasannya" in refused.text
    opened = await browser.sends(closed, f"{BOOK}/2026/buka", {"reason": "Satu aduan tertinggal"})
    assert "Dibuka kembali 30 Desember 2026 oleh Bambang Haryono: Satu aduan tertinggal" in opened.part("state")


async def test_a_book_names_people_only_to_who_may_see_all(office: Office) -> None:
    """Whoever sees their own complaints alone has no way into the books."""
    guest = await office.hires("tamu", "petugas")
    await OfficerRole.filter(officer_id=guest.officer_id).update(role="tamu")
    await office.up_to_study()
    browser = await office.browser("tamu")
    for path in ("/meja/buku/", BOOK, f"{BOOK}/2026"):
        page = await browser.opens(path)
        assert page.status == 403
        assert "Siti" not in page.text


async def thick(office: Office, lines: int) -> None:
    """The year's book has so many lines, all of one complaint."""
    ticket = await office.complaint()
    book = {"office": "blitar", "register": "agenda-aduan-masuk", "year": 2026, "ticket_id": ticket.id}
    await RegisterEntry.bulk_create(
        RegisterEntry(**book, number=nth, created_at=office.now) for nth in range(1, lines + 1)
    )


def numbers(page: Page) -> list[str]:
    """The numbers that stand on a page to print, in order."""
    return [one.text_content() for one in page.doc.xpath("//td[@class='number']")]


async def test_a_thick_year_is_printed_in_parts(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each part says which it is and leads to the others; together they have every number once, as the PDFs do."""
    monkeypatch.setattr(printing, "PAGE_ROWS", 3)
    monkeypatch.setattr(books, "BOOK_ROWS", 4)
    await thick(office, 7)
    browser = await office.browser("kasi")
    found: list[str] = []
    for part, name in ((1, ""), (2, "?bagian=2"), (3, "?bagian=3")):
        page = await browser.opens(f"{BOOK}/2026{name}")
        assert f"bagian {part} dari 3" in page.text
        assert page.doc.xpath("//nav[@class='parts']/a/@href") == ["?bagian=1", "?bagian=2", "?bagian=3"]
        assert page.doc.xpath("//nav[@class='parts']/a[@aria-current]")[0].text == str(part)
        found += numbers(page)
    assert found == [str(nth) for nth in range(1, 8)]
    for odd in ("?bagian=0", "?bagian=x", "?bagian=\u00b2"):
        assert numbers(await browser.opens(f"{BOOK}/2026{odd}")) == ["1", "2", "3"]
    assert "Belum ada catatan" in (await browser.opens(f"{BOOK}/2026?bagian=9")).text
    ways = (await browser.opens(f"{BOOK}?tahun=2026")).doc.xpath("//a[contains(@href, '2026.pdf')]")
    assert [(one.text, one.get("href").partition("?")[2]) for one in ways] == [
        ("PDF bagian 1", "bagian=1"),
        ("PDF bagian 2", "bagian=2"),
    ]


async def test_a_thin_year_says_nothing_of_parts(office: Office) -> None:
    """One part is the whole book."""
    await thick(office, 2)
    page = await (await office.browser("kasi")).opens(f"{BOOK}/2026")
    assert "bagian" not in page.text
    assert not page.doc.xpath("//nav")


async def test_a_book_is_drawn_beside_everything_else(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither filling nor drawing a page of a book holds up the program."""
    await thick(office, 2)
    browser = await office.browser("kasi")
    drawn: list[threading.Thread] = []
    for home, name in ((sheets, "fill"), (templates, "render")):
        real = getattr(home, name)

        def watched(what: str, *given: object, _real: object = real, **more: object) -> object:
            if what in {"buku-agenda", "papers/_paper.html"}:
                drawn.append(threading.current_thread())
            return _real(what, *given, **more)  # type: ignore[operator]

        monkeypatch.setattr(home, name, watched)
    assert numbers(await browser.opens(f"{BOOK}/2026")) == ["1", "2"]
    assert len(drawn) == 2
    assert threading.main_thread() not in drawn
