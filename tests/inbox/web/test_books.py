"""The running books at the desk: read, chosen by year, printed, closed and opened again."""

from __future__ import annotations

from inbox.models import OfficerRole
from tests.inbox.house import at
from tests.inbox.web.desk import Office

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
