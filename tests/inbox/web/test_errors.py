"""When something is wrong a person reads what and what to do, and a log what happened, without anybody's words."""

from __future__ import annotations

import json
import re

import pytest
import structlog
from structlog.testing import capture_logs

from inbox.search import Search
from tests.inbox.web.desk import Office


async def test_what_is_not_there(office: Office) -> None:
    """An address that leads nowhere, and a number that nobody has, say so with the way back."""
    browser = await office.browser("petugas")
    for path in ("/meja/tidak-ada", "/meja/BLT-26-999999", "/meja/buku/tidak-ada/2026"):
        page = await browser.opens(path)
        assert page.status == 404, path
        assert "Tidak ada di sini" in page.text
        assert page.doc.xpath("//a[@href='/meja/']")


async def test_the_unforeseen_is_a_page_with_a_mark(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug answers with a sentence and a mark; the log has the mark and the place, and no text of anybody's."""

    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("Siti Aminah, Jl. Melati 12")

    browser = await office.browser("petugas")
    monkeypatch.setattr(Search, "tickets", broken)
    with capture_logs() as lines:
        page = await browser.opens("/meja/")
    assert page.status == 500
    assert "Ada yang rusak di sini" in page.text
    assert "Traceback" not in page.html
    assert "RuntimeError" not in page.html
    (line,) = [line for line in lines if line["event"] == "page failed"]
    assert line["mark"] in page.text
    assert "RuntimeError at" in line["error"]
    assert "Siti" not in json.dumps(line)
    structlog.reset_defaults()


async def test_a_machine_gets_no_page(office: Office) -> None:
    """Webhooks and the API answer their own way."""
    browser = await office.browser()
    for path in ("/hooks/x", "/api/v1/x"):
        page = await browser.opens(path)
        assert page.status == 404
        assert "<html" not in page.html


async def test_a_session_that_ends_while_somebody_types(office: Office) -> None:
    """With scripts the page stays as it is and says so; without, the way to sign in again is shown."""
    ticket = await office.complaint()
    browser = await office.browser("petugas")
    page = await browser.opens(f"/meja/{ticket.number}")
    office.later(hours=9)
    answer = await browser.sends(page, f"/meja/{ticket.number}/balas", {"text": "Panjang"}, HX_Request="true")
    assert (answer.status, answer.headers["HX-Reswap"], answer.headers["HX-Trigger"]) == (401, "none", "signed-out")
    answer = await browser.sends(page, f"/meja/{ticket.number}/balas", {"text": "Panjang"})
    assert answer.status == 401
    assert "Masuk lagi" in answer.text


async def test_an_error_within_a_page_replaces_its_part(office: Office) -> None:
    """Where htmx asked, an error page says what to replace."""
    browser = await office.browser("petugas")
    page = await browser.opens("/meja/BLT-26-999999", HX_Request="true", HX_Target="main")
    assert page.headers["HX-Retarget"] == "#main"
    assert re.search('id="main"', page.html)


async def test_a_list_address_that_makes_no_sense(office: Office) -> None:
    """A cursor that is none is a sentence, not a trace."""
    page = await (await office.browser("petugas")).opens("/meja/?mulai=xyz")
    assert page.status == 422
    assert "Mulai lagi" in page.text


async def test_trouble_speaks_the_officer_s_language(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever chose English reads a refusal, a number nobody has and a bug in English."""

    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    ticket = await office.complaint()
    browser = await office.browser("petugas")
    await browser.sends(await browser.opens("/meja/saya"), "/meja/saya", {"language": "en"})
    page = await browser.opens(f"/meja/{ticket.number}")
    refused = await browser.sends(page, f"/meja/{ticket.number}/balas", {"text": " "})
    assert "Text is empty." in refused.text
    assert "Complaint opened under Pelayanan Pengaduan" in refused.part("journal")
    assert "There is no complaint BLT-26-999999 in this office" in (await browser.opens("/meja/BLT-26-999999")).text
    monkeypatch.setattr(Search, "tickets", broken)
    page = await browser.opens("/meja/")
    assert page.status == 500
    assert "Nothing that was saved is lost" in page.text
    assert "Ada yang rusak" not in page.text


async def test_an_address_that_no_page_has_looks_as_the_officer_chose(office: Office) -> None:
    """Language and theme stay at the desk's addresses, also on the way back in; a citizen's page is Indonesian."""
    browser = await office.browser("petugas")
    page = await browser.opens("/meja/saya")
    await browser.sends(page, "/meja/saya", {"language": "en", "theme": "dark"})
    lost = await browser.opens("/meja/pengaturan/tidak-ada")
    assert (lost.status, 'lang="en"' in lost.html, 'data-theme="dark"' in lost.html) == (404, True, True)
    assert "To the list" in lost.text
    assert 'lang="en"' in (await browser.opens("/masuk")).html
    citizen = await browser.opens("/tidak-ada")
    assert (citizen.status, 'lang="id"' in citizen.html, 'data-theme="dark"' in citizen.html) == (404, True, True)
