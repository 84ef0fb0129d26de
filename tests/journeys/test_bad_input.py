"""Whatever comes in at either door is taken, or refused with a sentence; nobody is ever shown a trace."""

from __future__ import annotations

import pytest

from inbox.models import Message, SetAside
from tests.journeys.browsing import Upload
from tests.journeys.town import Town

TEXTS = {
    "ten thousand lines": "\n".join(f"Baris {number}: lubang jalan belum diperbaiki." for number in range(10_000)),
    "one endless word": "a" * 200_000,
    "right to left": "حفرة كبيرة في الطريق أمام المدرسة منذ أسبوع \u202eوالماء يتجمع\u202c",
    "null bytes": "Selokan\x00 mampet\x00 di depan\x00 rumah",
    "controls": "Selokan \x07\x1b[31m mampet \x08 di depan rumah \x7f",
    "emoji only": "🚧🚧🕳️💧",
    "combining marks": "Z̸̢̛a̷͎͐l̵̰̈g̶̣͝o̵͇͒ menutup jalan " * 50,
    "lone surrogates": "Selokan \ud800 mampet \udfff di depan rumah",
    "a page's code": "<script>alert(1)</script><img src=x onerror=alert(1)> Selokan mampet {{ 7*7 }} {% raise %}",
    "a statement": "'; DROP TABLE ticket; -- Selokan mampet di depan rumah",
}
MAILS = {
    "empty": b"",
    "only blanks": b"\r\n\r\n\r\n",
    "no header at all": b"Selokan mampet di depan rumah saya.\r\n",
    "no body": b"From: {me}\r\nTo: {office}\r\nSubject: Selokan mampet\r\n\r\n",
    "binary": b"From: {me}\r\nTo: {office}\r\nSubject: x\r\n\r\n" + bytes(range(256)) * 64,
    "wrongly encoded": b"From: {me}\r\nTo: {office}\r\nSubject: =?utf-8?B?////?=\r\n"
    b'Content-Type: text/plain; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!! bukan base64 ====\r\n',
    "unknown charset": b"From: {me}\r\nTo: {office}\r\nSubject: Selokan\r\n"
    b'Content-Type: text/plain; charset="x-klingon"\r\n\r\nSelokan mampet \xff\xfe di depan rumah\r\n',
    "broken parts": b"From: {me}\r\nTo: {office}\r\nSubject: Selokan\r\nContent-Type: multipart/mixed; boundary=aaa\r\n"
    b"\r\n--aaa\r\nContent-Type: multipart/alternative; boundary=bbb\r\n\r\n--bbb\r\nSelokan mampet di depan rumah\r\n",
    "no sender": b"To: {office}\r\nSubject: Selokan\r\n\r\nSelokan mampet di depan rumah\r\n",
    "an endless subject": b"From: {me}\r\nTo: {office}\r\nSubject: "
    + b"lubang " * 5_000
    + b"\r\n\r\nSelokan mampet\r\n",
    "an endless sender": b"From: " + b"x" * 5_000 + b" <{me}>\r\nTo: {office}\r\nSubject: a\r\n\r\nSelokan mampet\r\n",
    "an endless name of itself": b"From: {me}\r\nTo: {office}\r\nMessage-ID: <"
    + b"y" * 5_000
    + b"@x>\r\nSubject: a\r\n"
    b"\r\nSelokan mampet di depan rumah\r\n",
    "null bytes in the header": b"From: {me}\r\nTo: {office}\r\nSubject: Selo\x00kan\x00\r\n\r\nSelokan\x00 mampet\r\n",
    "a date that is none": b"From: {me}\r\nTo: {office}\r\nDate: kemarin\r\nSubject: a\r\n\r\nSelokan mampet parah\r\n",
}


@pytest.mark.parametrize("engine", ["sqlite", "postgres"], indirect=True)
async def test_no_mail_brings_the_door_down(town: Town) -> None:
    """Each is a ticket, a kept message or a set-aside one; the next citizen's mail is answered as always."""
    me, other = town.mail_citizen(), town.mail_citizen("Tono")
    for raw in MAILS.values():
        filled = raw.replace(b"{me}", me.address.encode()).replace(b"{office}", town.office_address.encode())
        town.servers.put(town.office_address, filled)
    for text in TEXTS.values():
        head = f"From: {me.address}\r\nTo: {town.office_address}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        town.servers.put(town.office_address, (head + text).encode("utf-8", "surrogatepass"))
    await town.takes_all_mail()
    async with town.wadul.database.reading():
        kept = await Message.filter(direction="in").count() + await SetAside.all().count()
    assert kept == len(MAILS) + len(TEXTS), "a mail has vanished"
    await other.complains("Selokan mampet di depan rumah saya, sudah seminggu.")
    await other.hears("sudah kami terima")

    ratna = town.officer("petugas")
    trouble = await ratna.opens("/meja/gangguan")
    assert trouble.part("doors").count("Berjalan") == 2
    pages = [await ratna.opens(row.get("href")) for row in (await ratna.opens(antrean="semua")).all("//a[has('row')]")]
    assert len(pages) > 3
    for page in pages:
        assert "<script>alert" not in page.source
        assert "{{" not in page.source.replace("{{ 7*7 }}", "")


async def test_a_mail_larger_than_we_take_is_set_aside_with_a_sentence(town: Town) -> None:
    """41 MB: the officers are told that it came and from which door, and the line moves on."""
    siti = town.mail_citizen()
    head = f"From: {siti.address}\r\nTo: {town.office_address}\r\nSubject: Video\r\n\r\n".encode()
    town.servers.put(town.office_address, head + (b"A" * 76 + b"\r\n") * 550_000)
    await town.takes_all_mail()
    trouble = await town.officer("petugas").opens("/meja/gangguan")
    assert "E-mail pengaduan" in trouble.part("asides")
    assert "too-large" not in trouble.part("asides")
    await siti.complains("Selokan mampet di depan rumah saya, sudah seminggu.")
    await siti.hears("sudah kami terima")


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
async def test_no_text_breaks_the_form(town: Town, text: str) -> None:
    """It becomes a ticket, or the form comes back with a sentence and the words still in it."""
    visitor = town.web_citizen()
    page = await visitor.complains(text.encode("utf-8", "replace").decode())
    if visitor.number:
        (await visitor.looks()).shows(visitor.number)
        (await town.officer("petugas").reads(visitor.number)).shows(visitor.number)
    else:
        assert page.part("galat")
    (await town.officer("petugas").opens()).shows("peran saya")


async def test_no_body_breaks_the_form(town: Town) -> None:
    """Nothing, something else, half of a form, far too much: each is answered with a page, never a trace."""
    browser = town.browser()
    multipart = {"Content-Type": "multipart/form-data; boundary=zzz"}
    bodies = [
        (b"", {}),
        (b"\x00\xff" * 1000, {"Content-Type": "application/octet-stream"}),
        (b"{}", {"Content-Type": "application/json"}),
        (b'--zzz\r\nContent-Disposition: form-data; name="isi"\r\n\r\nSelokan', multipart),
        (b'--zzz\r\nContent-Disposition: form-data; name="isi\r\n\r\n\x00\xff\r\n--zzz--', multipart),
        (b"isi=" + b"%00%ff%fe" * 1000, {"Content-Type": "application/x-www-form-urlencoded"}),
        (b"isi=" + b"a" * 3_000_000, {"Content-Type": "application/x-www-form-urlencoded"}),
        (b"isi=%ED%A0%80", {"Content-Type": "application/x-www-form-urlencoded; charset=klingon"}),
    ]
    for path in ("/blitar/", "/blitar/balas", "/cek", "/masuk", "/meja/baru"):
        for body, headers in bodies:
            page = await browser.posts(path, body, headers=headers)
            assert page.status < 500, (path, body[:40])
            assert page.text
    await town.settles()


async def test_files_that_lie_about_themselves_are_refused_or_kept_as_files(town: Town) -> None:
    """A program is refused by name; a page that calls itself a picture is never shown as one."""
    visitor, ratna = town.web_citizen(), town.officer("petugas")
    text = "Selokan mampet di depan rumah saya, sudah seminggu."
    page = await visitor.complains(text, berkas=Upload("foto.exe", b"MZ" + bytes(200), "image/jpeg"))
    page.shows("tidak bisa kami terima")
    page = await visitor.complains(text, berkas=Upload("foto.jpg", b"<html><script>alert(1)</script>", "image/jpeg"))
    if not visitor.number:
        page.shows("tidak bisa kami terima")
        return
    page = await ratna.reads(visitor.number)
    assert not page.all("//*[@id='messages']//img")
