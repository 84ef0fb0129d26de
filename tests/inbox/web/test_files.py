"""Attachments: pictures are shown, everything else is saved, and nothing a citizen sends runs in a browser."""

from __future__ import annotations

import pytest

from inbox.clamd import Clamd
from inbox.models import Attachment, Ticket
from inbox.scanning import Scanning
from inbox.secrecy import SEALED
from tests import clamd_peers
from tests.clamd_peers import eicar
from tests.inbox.api.client import machine
from tests.inbox.test_covering import black, letter
from tests.inbox.web.desk import Office
from tests.pictures import JPEG, PNG, opened, placed, tells

HTML = b"<html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


@pytest.mark.parametrize(("content", "type_"), [(PNG, "image/png"), (JPEG, "image/jpeg"), (placed(), "image/jpeg")])
async def test_a_picture_is_shown(office: Office, content: bytes, type_: str) -> None:
    """A real picture comes as what its bytes say, inline, in a sandbox; without what its camera wrote."""
    ticket = await office.complaint()
    file = await office.attached(ticket, "foto.bin", "application/octet-stream", content)
    page = await (await office.browser("petugas")).opens(f"/berkas/{file.id}")
    assert opened(page.body).size == opened(content).size
    assert not tells(page.body)
    assert page.headers["Content-Type"] == type_
    assert page.headers["Content-Disposition"].startswith("inline")
    assert "sandbox" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Content-Type-Options"] == "nosniff"


async def test_the_original_is_saved_by_whoever_edits_the_case_and_may_know_who_complained(office: Office) -> None:
    """Byte for byte and never shown. Behind a seal a camera's words say who stood there: it stays shut."""
    ticket = await office.complaint()
    file = await office.attached(ticket, "foto.jpg", "image/jpeg", placed())
    desk, address = await office.browser("petugas"), f"/berkas/{file.id}/asli"
    assert (await desk.opens(f"/meja/{ticket.number}")).doc.xpath(f"//a[@href='{address}'][@download]")
    page = await desk.opens(address)
    assert (page.body, page.headers["Content-Type"]) == (placed(), "application/octet-stream")
    assert page.headers["Content-Disposition"].startswith("attachment")
    await Ticket.filter(id=ticket.id).update(secrecy=SEALED)
    assert (await desk.opens(address)).status == 403
    assert not (await desk.opens(f"/meja/{ticket.number}")).doc.xpath(f"//a[@href='{address}']")
    assert not tells((await desk.opens(f"/berkas/{file.id}")).body)


async def test_a_picture_that_cannot_be_read_is_saved_and_never_shown(office: Office) -> None:
    """As it came, for those who may have originals; behind a seal nobody else gets it that way."""
    ticket = await office.complaint()
    broken = placed()[:-30]
    file = await office.attached(ticket, "foto.jpg", "image/jpeg", broken)
    desk = await office.browser("petugas")
    page = await desk.opens(f"/berkas/{file.id}")
    assert (page.body, page.headers["Content-Type"]) == (broken, "application/octet-stream")
    assert page.headers["Content-Disposition"].startswith("attachment")
    await Ticket.filter(id=ticket.id).update(secrecy=SEALED)
    assert (await desk.opens(f"/berkas/{file.id}")).status == 403


async def test_a_copy_of_a_paper_with_words_covered(office: Office) -> None:
    """Asked for beside it, handed over under a name that tells nothing; the original is as it came."""
    ticket = await office.complaint()
    file = await office.attached(ticket, "surat Siti Aminah.pdf", "application/pdf", letter())
    desk, address = await office.browser("petugas"), f"/berkas/{file.id}/tertutup"
    assert (await desk.opens(f"/meja/{ticket.number}")).doc.xpath(f"//a[@href='{address}']")
    page = await desk.sends(await desk.opens(address), address, {"words": "Budi"})
    assert (page.status, "tidak ditemukan" in page.text) == (422, True)
    copy = await desk.sends(page, address, {"words": "Siti Aminah\n3572014507800001"})
    assert copy.headers["Content-Disposition"].startswith(f'attachment; filename="berkas-{file.id}-tertutup.pdf"')
    assert copy.body.startswith(b"%PDF")
    assert black(copy.body) > 0.02
    assert (await desk.opens(f"/berkas/{file.id}")).body == letter()
    picture = await office.attached(ticket, "foto.jpg", "image/jpeg", JPEG)
    assert (await desk.opens(f"/berkas/{picture.id}/tertutup")).status == 404


async def test_what_a_scanner_found_something_in_is_for_nobody(office: Office) -> None:
    """Neither shown nor saved, on the pages and in the API, and said why; the case and its other files stay open."""
    ticket = await office.complaint()
    bad = await office.attached(ticket, "surat.pdf", "application/pdf", eicar())
    good = await office.attached(ticket, "foto.jpg", "image/jpeg", JPEG)
    with clamd_peers.serve() as daemon:
        office.shown.scanning = Scanning(office.files, Clamd(daemon.address))
        desk = await office.browser("petugas")
        for address in (f"/berkas/{bad.id}", f"/berkas/{bad.id}/asli"):
            page = await desk.opens(address)
            assert (page.status, "Pemindai virus" in page.text) == (404, True)
            assert eicar() not in page.body
        assert (await desk.opens(f"/berkas/{good.id}")).headers["Content-Type"] == "image/jpeg"
        assert (await desk.opens(f"/meja/{ticket.number}")).status == 200
        told = await (await machine(office)).gets(f"/attachments/{bad.id}")
        assert (told.status, told.code) == (404, "file-held")


async def test_what_nobody_could_look_at_waits_for_the_scanner(office: Office) -> None:
    """It is said that it waits, and nothing of it is shown."""
    ticket = await office.complaint()
    file = await office.attached(ticket, "surat.pdf", "application/pdf", b"%PDF-1.7 surat")
    office.shown.scanning = Scanning(office.files, Clamd("127.0.0.1:9"))
    told = await (await machine(office)).gets(f"/attachments/{file.id}")
    assert (told.status, told.code) == (503, "file-unscanned")
    page = await (await office.browser("petugas")).opens(f"/berkas/{file.id}")
    assert (page.status, "belum diperiksa" in page.text) == (503, True)
    assert b"%PDF" not in page.body


@pytest.mark.parametrize(
    ("content", "type_"),
    [
        (b"%PDF-1.7 x", "application/pdf"),
        (b"OggS\x00\x02" + b"\x00" * 40, "audio/ogg"),
        (b"ID3\x03\x00" + b"\x00" * 40, "audio/mpeg"),
        (b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 40, "video/mp4"),
    ],
)
async def test_a_paper_a_sound_and_a_film_are_shown(office: Office, content: bytes, type_: str) -> None:
    """What browsers show in a viewer or a player comes inline, as what its bytes say, and can load nothing else."""
    ticket = await office.complaint()
    file = await office.attached(ticket, "berkas.html", "text/html", content)
    page = await (await office.browser("petugas")).opens(f"/berkas/{file.id}")
    assert page.body == content
    assert page.headers["Content-Type"] == type_
    assert page.headers["Content-Disposition"].startswith("inline")
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert page.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("name", "type_", "content"),
    [
        ("foto.png", "image/png", HTML),
        ("halaman.html", "text/html", HTML),
        ("gambar.svg", "image/svg+xml", SVG),
        ("surat.pdf", "application/pdf", HTML),
        ("rekaman.ogg", "audio/ogg", HTML),
        ("foto.png", "image/png", b""),
    ],
)
async def test_everything_else_is_a_download(office: Office, name: str, type_: str, content: bytes) -> None:
    """Whatever a file claims to be, only its bytes make it a picture."""
    ticket = await office.complaint()
    file = await office.attached(ticket, name, type_, content)
    page = await (await office.browser("petugas")).opens(f"/berkas/{file.id}")
    assert page.body == content
    assert page.headers["Content-Type"] == "application/octet-stream"
    assert page.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    "name",
    ['a"b.pdf', "a\r\nSet-Cookie: x=1.pdf", "../../etc/passwd", "foto\u202egnp.exe", "Surat Keterangan №5 – é.pdf", ""],
)
async def test_a_hostile_name_stays_a_name(office: Office, name: str) -> None:
    """A file's name cannot break out of its header."""
    ticket = await office.complaint()
    file = await office.attached(ticket, name, "application/pdf", b"%PDF-1.7 x")
    page = await (await office.browser("petugas")).opens(f"/berkas/{file.id}")
    assert page.status == 200
    assert "Set-Cookie" not in page.headers
    disposition = page.headers["Content-Disposition"]
    assert disposition.count('"') == 2
    assert "\u202e" not in disposition
    assert "/" not in disposition.partition("filename*")[0]


async def test_what_is_not_there_or_not_theirs(office: Office) -> None:
    """A file that is still to be fetched, one that is gone, and one of nobody's ticket are not found."""
    ticket = await office.complaint()
    file = await office.attached(ticket, "a.pdf", "application/pdf", b"%PDF-1.7 x")
    browser = await office.browser("petugas")
    for changed in ({"state": "pending"}, {"state": "stored", "digest": "0" * 64}, {"digest": "nonsense"}):
        await Attachment.filter(id=file.id).update(**changed)
        assert (await browser.opens(f"/berkas/{file.id}")).status == 404
    assert (await browser.opens("/berkas/99999999999999999999999")).status == 404


async def test_the_ticket_shows_pictures_and_names_the_rest(office: Office) -> None:
    """On the ticket a picture is seen, a recording has a player, a PDF opens in a tab of its own, a document is a link
    with its size, and what could not be had says why.
    """
    ticket = await office.complaint()
    picture = await office.attached(ticket, "kandang.png", "image/png", PNG)
    paper = await office.attached(ticket, "surat RT.pdf", "application/pdf", b"%PDF-1.7 " + b"x" * 30_000)
    sound = await office.attached(ticket, "suara.ogg", "audio/ogg", b"OggS")
    large = await office.attached(ticket, "video.mp4", "video/mp4", b"x")
    await Attachment.filter(id=large.id).update(state="refused")
    page = await (await office.browser("petugas")).opens(f"/meja/{ticket.number}")
    assert page.doc.xpath(f"//img[@src='/berkas/{picture.id}'][contains(@alt, 'kandang.png')]")
    assert page.doc.xpath(f"//a[@href='/berkas/{paper.id}'][@download]")
    assert page.doc.xpath(f"//a[@href='/berkas/{paper.id}'][@target='_blank']")
    assert page.doc.xpath(f"//audio[@src='/berkas/{sound.id}']")
    assert "surat RT.pdf PDF · 30,0 kB" in page.part("messages")
    assert "video.mp4 terlalu besar, tidak disimpan" in page.part("messages")
    assert f"/berkas/{large.id}" not in page.html
