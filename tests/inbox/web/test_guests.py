"""The link by which another agency sees a complaint's copy, accepts it and reports back; and those who try more."""

from __future__ import annotations

import re
from typing import Any

import aiohttp
import pytest
from aiohttp import FormData

from inbox.models import Attachment, GuestLink, GuestReport, Message, Notice, Paper
from tests.inbox.web.desk import Browser, Office, Page
from tests.pictures import opened, placed, tells

JPEG = placed()
GONE = "Tautan ini tidak berlaku"
COPY = {"agency": "satpol-pp", "text": "Ruko tanpa izin", "object": "Ruko", "place": "Jl. Merdeka", "days": "14"}


async def _give(office: Office, number: str, login: str = "kabid", **changed: str) -> tuple[str, Page]:
    """An officer gives a link; its path, and the page that showed it."""
    browser = await office.browser(login)
    path = f"/meja/{number}/tamu"
    page = await browser.sends(await browser.opens(path), path, COPY | changed)
    found = re.search(r"/tamu/[\w-]{43}", page.html)
    return (found[0] if found else ""), page


async def _accept(guest: Browser, path: str, name: str = "Budi Hartono", title: str = "Kasi Trantib") -> Page:
    page = await guest.opens(path)
    return await guest.sends(page, f"{path}/terima", {"nama": name, "jabatan": title})


async def _report(office: Office, path: str, text: str, key: str, *files: tuple[str, bytes]) -> int:
    """Sent as no page would; the status."""
    data = FormData(default_to_multipart=True)
    data.add_field("kunci", key)
    data.add_field("isi", text)
    for name, content in files:
        data.add_field("berkas", content, filename=name)
    async with aiohttp.ClientSession() as session:
        answer = await session.post(f"{office.url}{path}/lapor", data=data, allow_redirects=False)
        return answer.status


async def test_satpol_pp_sees_accepts_and_reports(office: Office) -> None:
    """The copy without the reporter, the acceptance as a paper, the report as a note, officers told."""
    ticket = await office.up_to_study()
    path, shown = await _give(office, ticket.number)
    assert "tidak dapat ditampilkan lagi" in shown.text
    guest = await office.browser()
    page = await guest.opens(path)
    assert "Ruko tanpa izin" in page.text
    page = await _accept(guest, path)
    assert "Oleh Budi Hartono, Kasi Trantib" in page.text
    page = await guest.sends(page, f"{path}/lapor", {"isi": "Sudah disegel"}, {"berkas": ("depan.jpg", JPEG)})
    assert "Sudah disegel" in page.part("lapor")
    photo = page.doc.xpath("//ol//a/@href")[0]
    seen = (await guest.opens(photo)).body
    assert opened(seen).size == opened(JPEG).size
    assert not tells(seen)

    paper = await Paper.get(paper="salinan-formulir")
    assert paper.values["received_by"] == "Budi Hartono, Kasi Trantib"
    assert paper.values["text"] == "Ruko tanpa izin"
    desk = await office.browser("kabid")
    page = await desk.opens(f"/meja/{ticket.number}")
    assert "Sudah disegel" in page.part("messages")
    assert "Satuan Polisi Pamong Praja Kota Blitar, Budi Hartono, Kasi Trantib" in page.part("messages")
    assert "diterima Budi Hartono" in page.part("outside")
    for said in ("diberikan kepada", "membuka salinan untuk pertama kali", "menerima salinan", "melaporkan hasilnya"):
        assert said in page.part("journal")
    assert {row.kind for row in await Notice.filter(kind__startswith="guest-")} == {"guest-accepted", "guest-reported"}
    printed = await desk.opens(f"/meja/{ticket.number}/dokumen/{paper.id}")
    assert "Budi Hartono, Kasi Trantib" in printed.text
    heard = await office.house.heard(ticket.number)
    assert not any("disegel" in text for _, text in heard)


async def test_nothing_says_who_complained(office: Office) -> None:
    """Neither page nor files name the reporter; a copy that does is not let out."""
    ticket = await office.complaint(text="Saya Siti Aminah, siti@example.com, melihat ruko", name="Siti Aminah")
    await office.attached(ticket, "KTP Siti Aminah.jpg", "image/jpeg", JPEG)
    for text in ("Dari Siti  Aminah", "Hubungi SITI@example.com"):
        link, page = await _give(office, ticket.number, text=text)
        assert not link
        assert "masih ada nama atau kontak pengadu" in page.text
    path, _ = await _give(office, ticket.number)
    page = await (await office.browser()).opens(path)
    for secret in ("Siti", "example.com", "KTP"):
        assert secret not in page.html
    foreign = await Attachment.get(name="KTP Siti Aminah.jpg")
    assert (await (await office.browser()).opens(f"{path}/berkas/{foreign.id}")).status == 404


async def test_the_page_is_kept_out_of_sight(office: Office) -> None:
    """No index, no referrer, no cache, no cookie; a messenger's preview sees nothing and opens nothing."""
    ticket = await office.complaint()
    path, _ = await _give(office, ticket.number)
    guest = await office.browser()
    preview = await guest.opens(path, User_Agent="WhatsApp/2.23 N")
    assert "Ruko" not in preview.html
    assert (await GuestLink.get()).uses == 0
    page = await guest.opens(path)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["X-Robots-Tag"].startswith("noindex")
    assert page.headers["Cache-Control"] == "no-store"
    assert not guest.cookies
    row = await GuestLink.get()
    assert row.uses == 1
    assert path.removeprefix("/tamu/") not in str(vars(row))


async def test_a_link_that_is_not_in_force_leads_nowhere(office: Office) -> None:
    """Changed by a letter, run out, revoked: the same page each time, and no command works."""
    ticket = await office.complaint()
    path, _ = await _give(office, ticket.number)
    guest = await office.browser()
    wrong = path[:-1] + ("A" if path[-1] != "A" else "B")
    assert GONE in (await guest.opens(wrong)).text
    desk = await office.browser("kabid")
    page = await desk.opens(f"/meja/{ticket.number}/tamu")
    link = await GuestLink.get()
    await desk.sends(page, f"/meja/{ticket.number}/tamu/{link.id}/cabut")
    for form in ("", "/terima", "/lapor"):
        answer = await (guest.posts(path + form, {"nama": "A", "jabatan": "B"}) if form else guest.opens(path))
        assert (answer.status, GONE in answer.text) == (404, True)
    second, _ = await _give(office, ticket.number, days="1")
    assert (await guest.opens(second)).status == 200
    office.later(days=1, minutes=1)
    assert GONE in (await guest.opens(second)).text
    assert not (await GuestLink.get(id=link.id + 1)).accepted_at


async def test_an_officer_without_the_ticket_or_the_right_gives_none(office: Office) -> None:
    """And a link of one ticket cannot be revoked at another."""
    ticket, other = await office.complaint(), await office.complaint(sender="eko@example.org")
    await _give(office, ticket.number)
    desk = await office.browser("kabid")
    page = await desk.opens(f"/meja/{other.number}/tamu")
    csrf = page.form(f"/meja/{other.number}/tamu").fields["csrf"]
    link = await GuestLink.get()
    answer = await desk.posts(f"/meja/{other.number}/tamu/{link.id}/cabut", {"csrf": csrf})
    assert answer.status == 404
    assert (await GuestLink.get()).revoked_at is None
    assert (await desk.opens("/meja/BLT-26-999999/tamu")).status == 404


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([("foto.jpg", b"<script>alert(1)</script>")], "bukan foto"),
        ([("virus.exe", b"MZ\x90\x00" + b"\x00" * 64)], "bukan foto"),
        ([("gambar.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")], "bukan foto"),
        ([(f"{nth}.jpg", JPEG) for nth in range(7)], "Paling banyak 6 berkas"),
        ([("besar.jpg", JPEG + b"\x00" * (25 * 2**20))], "lebih besar dari 25 MB"),
    ],
)
async def test_what_is_no_photo_or_too_much_is_refused(
    office: Office, files: list[tuple[str, bytes]], said: str
) -> None:
    """By its own bytes, whatever it is called; nothing of the report is kept."""
    ticket = await office.complaint()
    path, _ = await _give(office, ticket.number)
    guest = await office.browser()
    await _accept(guest, path)
    data = FormData(default_to_multipart=True)
    data.add_field("kunci", "k")
    data.add_field("isi", "Laporan")
    for name, content in files:
        data.add_field("berkas", content, filename=name)
    page = await guest._see("POST", f"{path}/lapor", data=data, headers={})
    assert page.status == 422
    assert said in page.text
    assert "Laporan" in page.value(f"{path}/lapor", "isi")
    assert not await GuestReport.exists()


async def test_a_report_sent_twice_is_on_record_once_and_none_before_it_is_accepted(office: Office) -> None:
    """The form's own key makes it so; twenty a day are enough."""
    ticket = await office.complaint()
    path, _ = await _give(office, ticket.number)
    assert await _report(office, path, "Terlalu dini", "k0") == 422
    await _accept(await office.browser(), path)
    assert [await _report(office, path, "Sudah", "k1") for _ in range(2)] == [303, 303]
    assert await Message.filter(author="guest", text="Sudah").count() == 1
    for nth in range(19):
        assert await _report(office, path, "Lagi", f"n{nth}") == 303
    assert await _report(office, path, "Lagi", "zuviel") == 422


async def test_a_second_acceptance_changes_nothing(office: Office) -> None:
    """Whoever was first stands on the paper, once."""
    ticket = await office.complaint()
    path, _ = await _give(office, ticket.number)
    guest = await office.browser()
    await _accept(guest, path)
    await guest.posts(f"{path}/terima", {"nama": "Orang Lain", "jabatan": "Lain"})
    assert (await GuestLink.get()).receiver == "Budi Hartono"
    assert await Paper.filter(paper="salinan-formulir").count() == 1


async def test_names_and_reports_are_words_and_nothing_else(office: Office) -> None:
    """What a guest writes is never markup: on their page, the ticket's, the paper."""
    evil: Any = "<script>alert(1)</script>"
    ticket = await office.complaint()
    path, _ = await _give(office, ticket.number)
    guest = await office.browser()
    page = await _accept(guest, path, name=evil, title='"><img src=x onerror=alert(1)>')
    assert await _report(office, path, evil, "k", (f"{evil}.jpg", JPEG)) == 303
    desk = await office.browser("kabid")
    paper = await Paper.get(paper="salinan-formulir")
    pages = [page, await guest.opens(path), await desk.opens(f"/meja/{ticket.number}")]
    pages += [
        await desk.opens(f"/meja/{ticket.number}/tamu"),
        await desk.opens(f"/meja/{ticket.number}/dokumen/{paper.id}"),
    ]
    for one in pages:
        assert "<script>alert" not in one.html
        assert "<img src=x" not in one.html


async def test_whoever_tries_tokens_waits(office: Office) -> None:
    """After twenty wrong ones even a right one must wait; a link opened over and over, too."""
    ticket = await office.complaint()
    path, _ = await _give(office, ticket.number)
    guest = await office.browser()
    for nth in range(20):
        assert (await guest.opens(f"/tamu/{nth:043d}")).status == 404
    refused = await guest.opens(path)
    assert (refused.status, int(refused.headers["Retry-After"]) > 0) == (429, True)
    office.later(minutes=16)
    for _ in range(60):
        assert (await guest.opens(path)).status == 200
    refused = await guest.opens(path)
    assert (refused.status, int(refused.headers["Retry-After"]) > 0) == (429, True)
