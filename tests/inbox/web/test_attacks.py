"""What somebody sends who means ill, or whose browser is broken: a sentence, never a trace, and nothing given away."""

from __future__ import annotations

import asyncio
import gzip
import itertools

import aiohttp
import pytest

from inbox.acting import Acting
from inbox.models import Message
from inbox.refused import Refused
from inbox.search import Filters, Search
from tests.inbox.house import House, at
from tests.inbox.web.desk import Office

URLENCODED = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=x"
NAMED = b'--x\r\nContent-Disposition: form-data; name="csrf"\r\n'
BROKEN = {
    "no boundary": ("multipart/form-data", b"x"),
    "no part": (PARTS, b"garbage"),
    "unknown transfer encoding": (PARTS, NAMED + b"Content-Transfer-Encoding: foo\r\n\r\nabc\r\n--x--\r\n"),
    "bad base64": (PARTS, NAMED + b"Content-Transfer-Encoding: base64\r\n\r\nabc\r\n--x--\r\n"),
    "unknown charset": (PARTS, NAMED + b"Content-Type: text/plain; charset=foo\r\n\r\nabc\r\n--x--\r\n"),
    "a part in a part": (
        PARTS,
        NAMED + b"Content-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n\r\na\r\n--y--\r\n--x--",
    ),
    "a nameless part": (PARTS, b"--x\r\nContent-Disposition: form-data\r\n\r\nabc\r\n--x--\r\n"),
    "a broken header": (PARTS, b"--x\r\nbad header\r\n\r\nabc\r\n--x--\r\n"),
    "an endless header": (PARTS, b"--x\r\nX: " + b"a" * 20_000 + b"\r\n\r\nabc\r\n--x--\r\n"),
    "no charset of text": (f"{URLENCODED}; charset=zip", b"a=b"),
    "surrogates": (f"{URLENCODED}; charset=utf-7", b"csrf=+2AA-&nomor=+2AA-&kode=+2AA-&login=+2AA-"),
    "invalid UTF-8": (URLENCODED, b"csrf=%ED%A0%80&nomor=%00&kode=%FF&login=%00"),
    "many fields": (URLENCODED, b"&".join(b"a%d=1" % number for number in range(20_000))),
}


async def _post(url: str, type_: str, body: bytes, **headers: str) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=body, headers={"Content-Type": type_, **headers}, allow_redirects=False) as answer,
    ):
        return answer.status, await answer.text()


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("path", ["/masuk", "/cek", "/blitar/cek"])
async def test_a_form_that_cannot_be_read(office: Office, name: str, path: str) -> None:
    """Whatever is wrong with a body, the stranger who sent it reads a sentence."""
    status, page = await _post(office.url + path, *BROKEN[name])
    assert 400 <= status < 500
    assert "<h1" in page


@pytest.mark.parametrize("path", ["/masuk", "/cek"])
async def test_a_packed_body(office: Office, path: str) -> None:
    """One that cannot be unpacked, and one that is two hundred times its size."""
    for body in (b"abcde", gzip.compress(b"a=" + b"0" * 60_000_000)):
        status, _ = await _post(office.url + path, URLENCODED, body, **{"Content-Encoding": "gzip"})
        assert 400 <= status < 500


async def test_a_long_body_without_files(office: Office) -> None:
    """It is refused before it is taken apart, at the door of strangers and at an officer's alike."""
    status, page = await _post(f"{office.url}/cek", URLENCODED, b"nomor=" + b"%41" * 10_000)
    assert (status, "<h1" in page) == (422, True)
    ticket, officer = await office.complaint(), await office.browser("petugas")
    page_of = f"/meja/{ticket.number}"
    answer = await officer.sends(await officer.opens(page_of), f"{page_of}/balas", {"text": "é" * 400_000})
    assert answer.status == 422
    assert not await Message.filter(author="officer").exists()


@pytest.mark.parametrize("path", ["/masuk", "/meja/", "/cek", "/blitar/cek"])
async def test_cookies_that_are_no_text(office: Office, path: str) -> None:
    """Bytes that no browser would send are a stranger's."""
    host = office.url.removeprefix("http://")
    name, _, port = host.partition(":")
    reader, writer = await asyncio.open_connection(name, int(port))
    cookie = b"wadul=\xff" + b"a" * 42 + b"; wadul_cek=\xff.\xff; tema=\xff"
    writer.write(b"GET %s HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\n\r\n" % (path.encode(), host.encode(), cookie))
    answer = await reader.readline()
    writer.close()
    assert answer.split()[1] in {b"200", b"303"}


async def test_a_cursor_of_ones_own_making(any_house: House) -> None:
    """It is refused, on both databases; never handed to one of them."""
    by = await any_house.officer("petugas")
    for kind, place in itertools.product(("i", "n", "d", "d2026-01-01~"), ("9" * 30, "-1", "x", "", "1" * 20)):
        filters = Filters(status="all" if kind == "i" else "live")
        with pytest.raises(Refused):
            await Search(any_house.tickets).tickets(by, filters, at("2026-11-23 09:15"), kind + place)


async def test_filters_that_no_database_takes(any_house: House) -> None:
    """NUL in a door's or a step's name finds nothing more than the name without it."""
    by = await any_house.officer("petugas")
    await any_house.complaint(at("2026-11-23 09:15"))
    for filters in (Filters(channel="blitar-email\x00", step="\x00", q="\x00ruko"), Filters(q="%"), Filters(q="_")):
        found = await Search(any_house.tickets).tickets(by, filters, at("2026-11-23 09:15"))
        assert len(found.rows) == (0 if filters.q in {"%", "_"} else 1)


@pytest.mark.parametrize(
    "path", ["//evil.example", "/meja/\r\nSet-Cookie: a=b", "https://evil.example/meja/", "/meja\\evil", "/meja/\x00"]
)
async def test_nobody_is_led_elsewhere(office: Office, path: str) -> None:
    """Whatever a form says where to go next, it is a page of the desk."""
    ticket = await office.complaint()
    browser = await office.browser("petugas")
    page = await browser.opens(f"/meja/{ticket.number}")
    token = page.value("/keluar", "csrf")
    for form in ("/meja/saya", "/meja/gangguan/kirim/1"):
        page = await browser.posts(form, {"csrf": token, "ke": path, "do": "nothing"})
        assert page.status in {200, 403}
        assert page.path.startswith("/meja/")
        assert "Set-Cookie" not in page.headers or "a=b" not in page.headers["Set-Cookie"]


async def test_a_page_gone_back_to(office: Office) -> None:
    """What an officer writes over a complaint that was sent is another complaint, not a copy that is thrown away."""
    browser = await office.browser("petugas")
    form = await browser.opens("/meja/baru")
    for text in ("Pohon tumbang di Jalan Melati", "Lampu mati di Jalan Mawar"):
        await browser.sends(form, "/meja/baru", {"text": text, "isi": text})
    first, second = [inbound for _, inbound in office.handed]
    assert first.external_id != second.external_id


async def test_a_full_disk_takes_no_words_away(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a command cannot be stored the page keeps what was typed; without scripts an error page says so."""

    async def broken(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    ticket = await office.complaint()
    browser = await office.browser("petugas")
    page = await browser.opens(f"/meja/{ticket.number}")
    monkeypatch.setattr(Acting, "note", broken)
    note, values = f"/meja/{ticket.number}/catatan", {"text": "Sudah saya telepon"}
    kept = await browser.sends(page, note, values, HX_Request="true")
    assert (kept.status, kept.headers["HX-Reswap"], kept.headers["HX-Trigger"]) == (500, "none", "not-saved")
    assert page.has("not-saved")
    assert "Ada yang rusak di sini" in (await browser.sends(page, note, values)).text
