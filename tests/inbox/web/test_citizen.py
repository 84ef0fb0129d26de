"""The citizen's pages: nothing is given away without number and code, and with them everything that was lived."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.typedefs import Handler

import templates
from inbox import journal, whose
from inbox.actor import Actor
from inbox.erasing import Erasing
from inbox.figures import Figures
from inbox.files import Files, StoredFile
from inbox.limits import Limits
from inbox.models import Attachment, Delivery, Message, Ticket
from inbox.shown import Shown
from inbox.status import Status
from inbox.web.citizen import CitizenPages
from inbox.web.citizen_data import CitizenData
from inbox.web.citizen_pass import Pass, Passes
from inbox.web.citizen_seen import Seen
from inbox.web.figures import FigurePages
from inbox.web.files import Attachments
from tests.inbox.house import COMPLAINT, House, at
from tests.pictures import opened, placed, tells

JPEG = placed()


class Browser:
    """A citizen's browser, and the office behind the pages."""

    def __init__(self, house: House, client: TestClient[web.Request, web.Application], files: Files) -> None:
        self.house, self.client, self.files = house, client, files
        self.now = at("2026-11-23 09:15")
        self.page, self.status, self.remote = "", 0, "192.0.2.1"

    async def opens(self, path: str) -> str:
        return await self._see(await self.client.get(path))

    async def asks(self, number: str, code: str, path: str = "/cek") -> str:
        return await self._see(await self.client.post(path, data={"nomor": number, "kode": code}))

    async def enters(self, ticket: Ticket) -> str:
        """Number and code, in a browser that has been here before."""
        return await self.asks(ticket.number, ticket.code)

    async def complains(self, channel: str = "web", sender: str = "w0123456789") -> Ticket:
        ticket = await self.house.complaint(
            self.now, channel=channel, sender=sender, object="Ruko", place="Jalan Merdeka"
        )
        await self.house.clerk(self.house.tickets.tell, ticket, "diterima", self.now)
        return ticket

    def later(self, **amount: float) -> None:
        self.now += timedelta(**amount)

    async def _see(self, response: Any) -> str:
        self.response, self.status = response, response.status
        self.page = html.unescape(await response.text())
        return self.page


@pytest.fixture
async def browser(house: House, tmp_path: Path) -> AsyncIterator[Browser]:
    async with served(house, tmp_path) as browser:
        yield browser


@asynccontextmanager
async def served(house: House, folder: Path) -> AsyncIterator[Browser]:
    """The pages as one process serves them."""
    files = Files(folder / "files")
    shown = Shown(files)
    pages = CitizenPages(
        house.offices,
        Status(house.tickets),
        Attachments(house.tickets, files, shown).hand_out,
        Seen(house.database, house.events.append),
        figures=FigurePages(house.offices, Figures(house.tickets), now=lambda: browser.now).offering,
        limits=Limits(house.database, b"rahasia"),
        secret=b"rahasia",
        now=lambda: browser.now,
        data=CitizenData(house.database, shown, lambda: browser.now),
    )

    @web.middleware
    async def from_elsewhere(request: web.Request, handler: Handler) -> web.StreamResponse:
        return await handler(request.clone(remote=browser.remote))

    app = web.Application(middlewares=[from_elsewhere])
    app.add_routes(pages.routes())
    async with TestClient(TestServer(app)) as client:
        browser = Browser(house, client, files)
        await browser.opens("/cek")
        yield browser


async def test_the_front_page_shows_every_office_and_its_doors(browser: Browser) -> None:
    """Form, mailbox and status page of each office are one click away, and nothing of the demo is there."""
    page = await browser.opens("/")
    assert 'href="/blitar/"' in page
    assert 'href="mailto:pengaduan@blitar.example.go.id"' in page
    assert 'href="/blitar/cek"' in page
    assert "peragaan" not in page.lower()
    assert "sms:+628113330010" in page


async def test_number_and_code_open_the_ticket(browser: Browser) -> None:
    """However they are typed, both together lead to the office's page of that ticket; the code is in no address."""
    ticket = await browser.complains()
    page = await browser.asks(ticket.number.lower().replace("-", " "), f" {ticket.code.lower()} ")
    assert browser.response.url.path_qs == f"/blitar/cek?nomor={ticket.number}"
    assert ticket.number in page
    assert COMPLAINT in page
    assert "Jalan Merdeka" in page
    assert "Kabar paling lambat" in page
    assert "Sedang dibaca petugas" in page


async def test_a_wrong_number_and_a_wrong_code_look_the_same(browser: Browser) -> None:
    """Nobody learns which numbers exist."""
    ticket = await browser.complains()
    wrong_code = await browser.asks(ticket.number, "AAAAAA")
    status = browser.status
    wrong_number = await browser.asks("BLT-26-999999", ticket.code)
    assert (status, browser.status) == (422, 422)
    assert "Nomor atau kode tidak cocok" in wrong_code
    assert COMPLAINT not in wrong_code + wrong_number

    def bare(page: str) -> str:
        return re.sub(r'value="[^"]*"', "", page)

    assert bare(wrong_code) == bare(wrong_number)


@pytest.mark.parametrize(("number", "code", "missing"), [("", "ABCDEF", "nomor"), ("BLT-26-000001", " ", "kode")])
async def test_what_is_left_empty_is_asked_for(browser: Browser, number: str, code: str, missing: str) -> None:
    """An empty field gets its sentence, and what was typed stays."""
    page = await browser.asks(number, code)
    assert browser.status == 422
    assert f'id="salah-{missing}1"' in page
    assert f'value="{number}"' in page


async def test_guessing_is_stopped_and_time_heals(browser: Browser) -> None:
    """After ten wrong guesses even the right code must wait; a quarter of an hour later it opens."""
    ticket = await browser.complains()
    for _ in range(10):
        await browser.asks(ticket.number, "AAAAAA")
    page = await browser.enters(ticket)
    assert browser.status == 429
    assert int(browser.response.headers["Retry-After"]) > 0
    assert "Terlalu banyak percobaan" in page
    assert ticket.code not in page
    browser.later(minutes=16)
    assert COMPLAINT in await browser.enters(ticket)


async def test_whoever_guesses_keeps_nobody_from_their_own_ticket(browser: Browser) -> None:
    """A network that guessed at a number too often waits for it; at another number, and elsewhere, nobody does."""
    ticket, other = await browser.complains(), await browser.complains(sender="w9876543210")
    for _ in range(3):
        for _ in range(10):
            await browser.asks(ticket.number, "AAAAAA")
        browser.later(minutes=16)
    for _ in range(6):
        await browser.asks(ticket.number, "AAAAAA")
    await browser.enters(ticket)
    assert browser.status == 429
    assert COMPLAINT in await browser.enters(other)
    browser.remote = "198.51.100.7"
    assert COMPLAINT in await browser.enters(ticket)


async def test_whoever_guesses_at_several_processes_guesses_no_more_often(any_house: House, tmp_path: Path) -> None:
    """Ten tries in all, five at each of two on PostgreSQL, and the right code waits at both."""
    async with served(any_house, tmp_path) as one, served(any_house, tmp_path) as other:
        ticket = await one.complains()
        both = (one, other) if any_house.database.is_postgres else (one, one)
        for nth in range(10):
            await both[nth % 2].asks(ticket.number, "AAAAAA")
            assert both[nth % 2].status == 422
        for browser in both:
            await browser.enters(ticket)
            assert browser.status == 429


async def test_a_link_with_a_number_only_fills_it_in(browser: Browser) -> None:
    """Without the code a link shows nothing but the question for it."""
    ticket = await browser.complains()
    page = await browser.opens(f"/blitar/cek?nomor={ticket.number}")
    assert f'value="{ticket.number}"' in page
    assert COMPLAINT not in page


async def test_the_pass_is_for_one_ticket_and_an_hour(browser: Browser) -> None:
    """Another number asks for its own code; after an hour of silence this one does, too; looking renews it."""
    mine, other = await browser.complains(), await browser.complains(sender="w9876543210")
    await browser.enters(mine)
    assert "Lihat aduan" in await browser.opens(f"/blitar/cek?nomor={other.number}")
    browser.later(minutes=50)
    assert COMPLAINT in await browser.opens("/blitar/cek")
    browser.later(minutes=50)
    assert COMPLAINT in await browser.opens("/blitar/cek")
    browser.later(minutes=61)
    assert "Lihat aduan" in await browser.opens("/blitar/cek")


@pytest.mark.parametrize("cookie", ["", "x", "e30=.abc", "WzFd.é"])
def test_a_made_up_pass_opens_nothing(cookie: str) -> None:
    """Only what we signed is a pass, and only until it runs out."""
    now, passes = at("2026-11-23 09:15"), Passes(b"rahasia")
    assert passes.read(cookie, now) is None
    good = passes.grant(Pass("BLT-26-000001", "ABCDEF"), now)
    assert passes.read(good, now) == Pass("BLT-26-000001", "ABCDEF")
    assert passes.read(good[:-1] + ("0" if good[-1] != "0" else "1"), now) is None
    assert Passes(b"lain").read(good, now) is None
    assert passes.read(good, now + timedelta(hours=2)) is None


async def test_a_borrowed_phone_can_forget(browser: Browser) -> None:
    """Closing the ticket takes the pass away."""
    await browser.enters(await browser.complains())
    await browser._see(await browser.client.post("/blitar/cek/keluar"))
    assert browser.response.url.path == "/blitar/cek"
    assert COMPLAINT not in await browser.opens("/blitar/cek")


async def test_the_pages_are_kept_by_nobody_and_tell_no_one(browser: Browser) -> None:
    """No cache keeps the page, no link says where it came from, scripts and frames of others stay out."""
    await browser.enters(await browser.complains())
    headers = browser.response.headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "frame-ancestors 'self'" in headers["Content-Security-Policy"]
    cookie = browser.response.history[0].cookies["wadul_cek"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    weight = len(browser.page.encode()) + sum(
        (templates.FOLDER / "static" / name).stat().st_size for name in ("citizen.css", "citizen.js")
    )
    assert weight < 30_000


async def officer(browser: Browser, role: str = "petugas") -> Actor:
    return await browser.house.officer(role)


async def test_a_browser_without_cookies_sees_the_page_at_once(browser: Browser) -> None:
    """Where no pass can be kept, number and code still show the ticket, and it can be answered."""
    ticket = await browser.complains()
    browser.client.session.cookie_jar.clear()
    page = await browser.enters(ticket)
    assert browser.response.url.path == "/cek"
    assert COMPLAINT in page
    assert 'action="/blitar/balas"' in page


async def test_the_conversation_is_there_as_it_was_lived(browser: Browser) -> None:
    """The citizen's words, the clerk's and the officer's, in order; notes and officers' names are not."""
    ticket = await browser.complains()
    by = await officer(browser)
    acting, number = browser.house.acting, ticket.number
    await acting.note(by, number, "Catatan rahasia", now=browser.now)
    await acting.reply(by, number, "Boleh minta foto?", version=await browser.house.version(number), now=browser.now)
    page = await browser.enters(ticket)
    assert page.index(COMPLAINT) < page.index(ticket.code) < page.index("Boleh minta foto?")
    assert "Catatan rahasia" not in page
    assert by.name not in page
    assert 'action="/blitar/balas"' in page
    assert f'name="kode" value="{ticket.code}"' in page


@pytest.mark.parametrize("door", ["web", "loket"])
async def test_what_was_seen_counts_as_read(door: str, browser: Browser) -> None:
    """Opening the page marks what was sent to its address as read, once, and the desk is told: also of whoever came in
    person, whose answers lie there too.
    """
    ticket = await browser.complains(door)
    await Delivery.filter(channel=f"blitar-{door}").update(state="delivered", sent_at=browser.now)
    browser.house.events.clear()
    await browser.enters(ticket)
    states = await Delivery.filter(channel=f"blitar-{door}").values_list("state", flat=True)
    assert set(states) == {"read"}
    assert [event.kind for event in browser.house.events] == ["delivery"] * len(states)
    await browser.opens("/blitar/cek")
    assert len(browser.house.events) == len(states)


async def stored(browser: Browser, ticket: Ticket, name: str, content: bytes) -> Attachment:
    file = StoredFile(name, "image/jpeg", len(content), await browser.files.put(content))
    message = await Message.filter(ticket_id=ticket.id, direction="in").first()
    assert message
    return await Attachment.create(
        office="blitar",
        message_id=message.id,
        name=name,
        type=file.type,
        size_bytes=file.size_bytes,
        digest=file.digest,
    )


async def test_files_open_for_their_citizen_alone(browser: Browser) -> None:
    """A picture is shown, anything else is saved whatever it claims to be; without a pass there is no file."""
    ticket = await browser.complains()
    photo = await stored(browser, ticket, "foto jalan.jpg", JPEG)
    page_file = await stored(browser, ticket, "foto.jpg", b"<script>alert(1)</script>")
    address = f"/blitar/cek/berkas/{photo.id}"
    await browser.opens(address)
    assert browser.status == 404
    assert "foto jalan.jpg" in await browser.enters(ticket)
    response = await browser.client.get(address)
    assert response.content_type == "image/jpeg"
    assert opened(seen := await response.read()).size == opened(JPEG).size
    assert not tells(seen)
    assert "no-store" in response.headers["Cache-Control"]
    response = await browser.client.get(f"/blitar/cek/berkas/{page_file.id}")
    assert response.content_type == "application/octet-stream"
    assert response.headers["Content-Disposition"].startswith("attachment")
    broken = await stored(browser, ticket, "rusak.jpg", JPEG[:-30])
    assert (await browser.client.get(f"/blitar/cek/berkas/{broken.id}")).status == 404
    other = await stored(browser, await browser.complains(sender="w9876543210"), "lain.jpg", JPEG)
    assert (await browser.client.get(f"/blitar/cek/berkas/{other.id}")).status == 404


async def test_a_long_conversation_comes_in_pieces(browser: Browser) -> None:
    """The latest first, the older behind a link until there is no more; an old file still opens."""
    ticket = await browser.complains()
    photo = await stored(browser, ticket, "foto pertama.jpg", JPEG)
    for count in range(70):
        browser.later(minutes=1)
        await browser.house.writes(ticket, f"Pesan nomor {count:02}", browser.now)
    page = await browser.enters(ticket)
    assert "Pesan nomor 69" in page
    assert COMPLAINT not in page.partition("Percakapan")[2]
    (older,) = re.findall(r'href="([^"]+sebelum=\d+)"', page)
    page = await browser.opens(older)
    assert COMPLAINT in page.partition("Percakapan")[2]
    assert "Pesan nomor 69" not in page
    assert "sebelum=" not in page
    assert (await browser.client.get(f"/blitar/cek/berkas/{photo.id}")).status == 200


async def test_an_open_page_learns_of_news(browser: Browser) -> None:
    """The text an open page asks for changes when the ticket does, and is for the pass's holder alone."""
    ticket = await browser.complains()
    address = f"/blitar/cek/kabar?nomor={ticket.number}"
    assert (await browser.client.get(address)).status == 403
    page = await browser.enters(ticket)
    before = await browser.opens(address)
    assert f'data-versi="{before}"' in page
    assert await browser.opens(address) == before
    await browser.house.writes(ticket, "Tambahan", browser.now)
    assert await browser.opens(address) != before


STATES: dict[str, tuple[dict[str, Any], str, str]] = {
    "waiting": ({"status": "waiting"}, "Petugas menunggu keterangan dari Anda", "Sudah selesai?"),
    "answered": ({"status": "answered", "answered_at": True}, "Sudah selesai?", "Batalkan aduan"),
    "a suggestion": (
        {"status": "answered", "answered_at": True, "kind": "aspirasi"},
        "Saran Anda sudah ditanggapi",
        "Sudah selesai",
    ),
    "a request": (
        {"status": "answered", "answered_at": True, "kind": "informasi"},
        "Permintaan Anda sudah dijawab",
        "Sudah selesai",
    ),
    "a request is enough": (
        {"status": "answered", "answered_at": True, "kind": "informasi"},
        "Sudah cukup?",
        "Aduan",
    ),
    "confirmed": (
        {"status": "closed", "closing": "confirmed", "answered_at": True},
        "Berapa nilai Anda",
        "Sudah selesai?",
    ),
    "rated": ({"status": "closed", "closing": "confirmed", "rating": 4}, "4 dari 5", "Berapa nilai Anda"),
    "withdrawn": ({"status": "closed", "closing": "withdrawn"}, "Anda membatalkan aduan ini", "Buka lagi aduan ini"),
    "silence": (
        {"status": "closed", "closing": "silence", "answered_at": True},
        "Buka lagi aduan ini",
        "Sudah selesai?",
    ),
    "handed on": ({"status": "handed-on"}, "Aduan Anda dialihkan", "Batalkan aduan"),
    "late": ({"promise_at": False}, "terlambat. Maaf", "Sudah selesai?"),
}


@pytest.mark.parametrize(("change", "shown", "hidden"), STATES.values(), ids=STATES.keys())
async def test_each_state_says_what_the_citizen_can_do(
    browser: Browser, change: dict[str, Any], shown: str, hidden: str
) -> None:
    """The page offers what is possible now and nothing else."""
    ticket = await browser.complains()
    moments: dict[object, datetime] = {True: browser.now, False: browser.now - timedelta(hours=1)}
    values = {name: moments[value] if isinstance(value, bool) else value for name, value in change.items()}
    await Ticket.filter(id=ticket.id).update(**values)
    page = await browser.enters(ticket)
    assert shown in page
    assert hidden not in page


async def test_nonsense_gets_the_question_again(browser: Browser) -> None:
    """A body that is no form, and a number of another kind, are answered with the page."""
    await browser._see(
        await browser.client.post("/cek", data=b"\xff\x00", headers={"Content-Type": "multipart/form-data"})
    )
    assert browser.status == 422
    await browser.asks("x" * 5000, "🙂\x00")
    assert browser.status == 422
    assert 'name="kode"' in browser.page


async def test_what_is_held_of_the_case_is_taken_along(browser: Browser) -> None:
    """With number and code alone, and of that case alone; the office's record says that it was asked for."""
    other = await browser.complains(sender="w0123456789")
    ticket = await browser.complains(sender="w0123456789")
    assert (await browser.client.get("/blitar/cek/data")).status == 404
    page = await browser.enters(ticket)
    assert f'href="/blitar/cek/data?nomor={ticket.number}"' in page
    assert 'value="HAPUS"' in page
    assert 'value="KOREKSI"' in page
    answer = await browser.client.get(f"/blitar/cek/data?nomor={ticket.number}")
    assert answer.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(await answer.read())) as archive:
        text = archive.read("data-anda.json").decode()
    assert COMPLAINT in text
    assert ticket.number in text
    assert other.number not in text
    assert (await browser.house.journal(ticket.number))[-1] == "data-asked"
    assert (await browser.client.get(f"/blitar/cek/data?nomor={other.number}")).status == 404


async def test_an_erased_case_says_so_and_no_more(browser: Browser) -> None:
    """The number still opens, and nothing of what was said is there."""
    ticket = await browser.complains()
    await Ticket.filter(id=ticket.id).update(status="closed", closed_at=browser.now, closing="officer")
    async with browser.house.database.reading():
        meant = await whose.of_ticket("blitar", ticket.number)
    erasing = Erasing(browser.house.database, browser.files, "(dihapus)")
    await erasing.erase(meant, now=browser.now, by=journal.SYSTEM)
    page = await browser.enters(ticket)
    assert "sudah dihapus pada Senin, 23 November 2026" in page
    assert COMPLAINT not in page
    assert "Jalan Merdeka" not in page
