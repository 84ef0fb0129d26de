"""What the pages refuse, whoever asks: forged forms, other offices, strangers, and anything a script could use."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from inbox.models import Attachment, Entry, Notice, Officer, Ticket
from tests.inbox.web.desk import Office

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}'
OPEN_TO_ALL = ("/static/", "/masuk", "/cek")
_SCRIPTS = {"/meja/pemberitahu.js", "/meja/lapangan/pekerja.js"}  # workers: the same for everybody


def desk_routes(office: Office, number: str) -> Iterator[tuple[str, str]]:
    """Every method and address of the officers' desk, for one ticket."""
    filled = {
        "number": number,
        "id": "1",
        "paper": "1",
        "task": "1",
        "joining": "1",
        "action": "naikkan",
        "register": "x",
        "year": "2026",
        "format": "csv",
    }
    for route in office.app.router.routes():
        path = route.resource.canonical if route.resource else ""
        if route.method in {"GET", "POST"} and path.startswith(("/meja", "/berkas", "/keluar")):
            yield route.method, re.sub(r"\{(\w+)\}", lambda found: filled.get(found[1], "1"), path)


async def test_every_page_carries_the_headers(office: Office) -> None:
    """Scripts, styles and pictures come from us alone, nobody frames us, nothing is kept in a cache or sniffed."""
    ticket = await office.complaint()
    browser = await office.browser("petugas")
    for path in ("/masuk", "/meja/", f"/meja/{ticket.number}", "/meja/gangguan", "/meja/tidak-ada", "/berkas/99"):
        headers = (await browser.opens(path)).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "same-origin"


async def test_no_page_needs_what_the_policy_forbids(office: Office) -> None:
    """No inline script, style, handler or outside address stands in any page."""
    ticket = await office.up_to_study()
    browser = await office.browser("kasi")
    for path in ("/masuk", "/meja/", f"/meja/{ticket.number}", "/meja/gangguan", "/meja/baru", "/meja/saya"):
        doc = (await browser.opens(path)).doc
        assert doc.xpath("//script[not(@src)] | //style | //@style") == []
        assert doc.xpath("//@*[starts-with(name(), 'on')]") == []
        assert doc.xpath("//@*[starts-with(., 'http')] | //@*[starts-with(., '//')]") == []


async def test_every_form_is_refused_without_its_token(office: Office) -> None:
    """No POST of the desk does anything without a token of this browser's session."""
    ticket = await office.complaint()
    browser = await office.browser("petugas")
    before = await Entry.all().count()
    posts = [path for method, path in desk_routes(office, ticket.number) if method == "POST"]
    assert len(posts) > 15
    for path in posts:
        for token in ("", "0" * 80):
            page = await browser.posts(path, {"csrf": token, "text": "x", "version": str(ticket.version)})
            assert page.status == 403, path
    assert await Entry.all().count() == before


async def test_a_token_of_another_browser_is_forged(office: Office) -> None:
    """A token works in the browser it was made for and in no other."""
    ticket = await office.complaint()
    mine, theirs = await office.browser("petugas"), await office.browser("kasi")
    token = (await mine.opens("/meja/saya")).value("/keluar", "csrf")
    page = await theirs.posts(f"/meja/{ticket.number}/catatan", {"csrf": token, "text": "x"})
    assert page.status == 403
    assert (await mine.posts(f"/meja/{ticket.number}/catatan", {"csrf": token, "text": "x"})).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
async def test_a_form_from_elsewhere_is_refused_even_with_its_token(office: Office, headers: dict[str, str]) -> None:
    """What the browser says of where a form came from is believed."""
    browser = await office.browser("petugas")
    page = await browser.opens("/meja/saya")
    assert (await browser.sends(page, "/keluar", {}, **headers)).status == 403
    assert (await browser.opens("/meja/")).status == 200


async def test_our_own_origin_is_believed(office: Office) -> None:
    """Pages of ours may send their forms, also where the browser names us as origin."""
    browser = await office.browser("petugas")
    page = await browser.opens("/meja/saya")
    page = await browser.sends(page, "/keluar", {}, Origin=office.url, Sec_Fetch_Site="same-origin")
    assert page.path.startswith("/masuk")


async def test_the_token_is_different_on_every_page(office: Office) -> None:
    """No two pages carry the same token, so that a compressed page does not give it away."""
    browser = await office.browser("petugas")
    tokens = {(await browser.opens("/meja/saya")).value("/keluar", "csrf") for _ in range(3)}
    assert len(tokens) == 3


async def test_a_stranger_sees_nothing_of_the_desk(office: Office) -> None:
    """Without a session every address leads to the sign-in page, or says that it must be done again."""
    ticket = await office.complaint()
    browser = await office.browser()
    for method, path in desk_routes(office, ticket.number):
        page = await browser.opens(path) if method == "GET" else await browser.posts(path)
        if path in _SCRIPTS:
            assert page.headers["Content-Type"].startswith("text/javascript")
            continue
        assert page.path.startswith("/masuk") or page.status == 401, (method, path)
        assert "Ada ruko" not in page.html


async def test_another_office_sees_nothing_of_ours(office: Office) -> None:
    """For an officer of another office our tickets, files and papers do not exist, whatever they send."""
    ticket = await office.up_to_disposition()
    file = await office.attached(ticket, "a.png", "image/png", b"\x89PNG\r\n\x1a\n" + b"0" * 40)
    browser = await office.browser("petugas")
    token = (await browser.opens("/meja/saya")).value("/keluar", "csrf")
    await Ticket.filter(id=ticket.id).update(office="malang")
    await Attachment.filter(id=file.id).update(office="malang")
    await Notice.all().update(office="malang")
    assert ticket.number not in (await browser.opens("/meja/?antrean=semua")).html
    found = (await browser.opens(f"/meja/?q={ticket.number}")).doc
    assert found.xpath("//*[@id='rows']//a[contains(@class, 'row')]") == []
    assert "Ada ruko" not in found.text_content()
    assert (await browser.opens(f"/berkas/{file.id}")).status == 404
    before = await Entry.all().count()
    for method, path in desk_routes(office, ticket.number):
        if ticket.number not in path:
            continue
        values = {"csrf": token, "version": "2", "text": "x", "reason": "x", "wait": ""}
        page = await browser.opens(path) if method == "GET" else await browser.posts(path, values)
        assert page.status == 404, (method, path)
    assert await Entry.all().count() == before


async def test_what_people_write_is_never_markup(office: Office) -> None:
    """Hostile text in every field of a ticket comes out as text, on the list, the ticket and its papers."""
    ticket = await office.complaint(HOSTILE, name=HOSTILE, object=HOSTILE, place=HOSTILE)
    fields = {"permit_number": HOSTILE[:80], "lapor_id": HOSTILE[:40]}
    await office.said(ticket, HOSTILE, subject=HOSTILE, full_text=HOSTILE + "\n" + HOSTILE)
    await office.attached(ticket, HOSTILE, "text/html", HOSTILE.encode())
    await Officer.filter(login="petugas").update(name=HOSTILE, initials='"><b>')
    by = office.by["petugas"]
    version = await office.house.version(ticket.number)
    await office.house.acting.fields(by, ticket.number, fields, version=version, now=office.now)
    await office.house.acting.note(by, ticket.number, HOSTILE, now=office.now)
    await office.act("petugas", ticket.number, "naikkan", {"formulir-aduan.note": HOSTILE})
    browser = await office.browser("petugas")
    paths = ["/meja/", "/meja/?antrean=semua", "/meja/?q=%3Cscript%3E", f"/meja/{ticket.number}", "/meja/saya"]
    page = await browser.opens(f"/meja/{ticket.number}")
    links = [str(link) for link in page.doc.xpath("//a/@href") if "/dokumen/" in link or "/pesan/" in link]
    links = [link for link in links if not link.endswith((".pdf", ".docx"))]
    assert links
    for path in [*paths, *links]:
        doc = (await browser.opens(path)).doc
        assert doc.xpath("//script[not(@src)] | //img[@onerror] | //img[@src='x']") == [], path
        assert "49" not in doc.xpath("string(//h1)"), path


async def test_signing_in_by_force_does_not_reach_the_record(office: Office) -> None:
    """Text that looks like SQL is a login like any other."""
    browser = await office.browser()
    page = await browser.opens("/masuk")
    page = await browser.sends(page, "/masuk", {"login": "' OR 1=1 --", "password": "' OR 1=1 --"})
    assert page.status == 403


async def test_our_own_files_are_kept_by_browsers(office: Office) -> None:
    """Style and scripts come compressed, with an address that changes when they do, and may be kept."""
    browser = await office.browser()
    page = await browser.opens("/masuk")
    style, *_ = page.doc.xpath("//link[@rel='stylesheet']/@href")
    marked = await browser.opens(style)
    assert marked.status == 200
    assert "immutable" in marked.headers["Cache-Control"]
    plain = await browser.opens("/static/desk.css")
    assert "no-cache" in plain.headers["Cache-Control"]
    again = await browser.opens("/static/desk.css", If_None_Match=plain.headers["ETag"])
    assert again.status == 304
    assert (await browser.opens("/static/..%2F..%2Fpyproject.toml")).status == 404
    assert (await browser.opens("/static/desk.css.map")).status == 404
