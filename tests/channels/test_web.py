"""The web door: what browsers send becomes messages, and whatever goes wrong the words are still on the page."""

from __future__ import annotations

import asyncio
import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import FormData, web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import given
from hypothesis import strategies as st

import templates
from channels.base import Accepted, Attachment, Inbound, Outbound, State, Undelivered, Undigested, network
from channels.filekinds import clean_name, kind_of
from channels.web import Adapter, Settings
from channels.web_raw import unpack
from tests.channels.contract import DoorContract
from tests.channels.recording import RecordingDesk
from tests.examples import many
from tests.shipped import shipped

START = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\x00" * 64
PDF = b"%PDF-1.7\n" + b"x" * 64
MB = 1_000_000
OFFICE = shipped().office("blitar")


def kept(text: str, **more: Any) -> bytes:
    """A submission as the door keeps it."""
    raw = {"form": "aduan", "id": f"contoh-{text}", "sender": "w0123456789", "at": "2026-11-23T02:15:00Z", "text": text}
    return json.dumps(raw | more).encode()


class TestContract(DoorContract):
    """The web door keeps every door's promises."""

    kind = "web"
    samples = (
        kept("Jalan rusak"),
        kept("Lampu mati", fields={"nama": "Warga 1", "objek": "Lampu"}),
        kept("Terlampir", files=[{"name": "surat.pdf", "content": "JVBERi0xLjc="}]),
        kept("", id="balasan", form="balas", choice="SELESAI", fields={"nomor": "BLT-26-001234", "kode": "7F3K9Q"}),
    )
    secrets = ("kunci-rahasia",)


class Clock:
    """A clock that stands still until it is told otherwise."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **amount: float) -> None:
        self.now += timedelta(**amount)


@dataclass
class FormDesk(RecordingDesk):
    """A desk that answers and shows pages, as the form needs it."""

    answer: Accepted = field(default_factory=lambda: Accepted(number="BLT-26-001234", code="7F3K9Q", words="Diterima."))

    async def accept(self, *inbounds: Inbound, progress: Mapping[str, Any] | None = None) -> list[Accepted]:
        taken = await super().accept(*inbounds, progress=progress)
        return [replace(self.answer, duplicate=one.duplicate) for one in taken]

    async def page(self, name: str, **values: Any) -> str:
        return templates.render(f"pages/citizen/{name}.html", office=OFFICE, **values)

    @property
    def only(self) -> Inbound:
        (message,) = self.messages.values()
        return message


class Citizen:
    """A browser in front of the form."""

    def __init__(self, client: TestClient[web.Request, web.Application], clock: Clock, desk: FormDesk) -> None:
        self.client, self.clock, self.desk = client, clock, desk
        self.status, self.page, self.token, self.place = 0, "", "", ""

    async def opens(self, path: str = "/blitar/") -> None:
        self._see(await self.client.get(path))
        self.clock.passes(seconds=20)

    async def sends(self, *files: tuple[str, bytes], path: str = "/blitar/", **fields: str) -> None:
        form = FormData(default_to_multipart=True)
        for name, value in ({"tanda": self.token} | fields).items():
            form.add_field(name, value)
        for name, content in files:
            form.add_field("berkas", content, filename=name, content_type="application/octet-stream")
        self._see(await self.client.post(path, data=form))
        await self._read()

    async def posts(self, body: bytes, kind: str, path: str = "/blitar/") -> None:
        self._see(await self.client.post(path, data=body, headers={"Content-Type": kind}))
        await self._read()

    def _see(self, response: Any) -> None:
        self.response, self.status = response, response.status

    async def _read(self) -> None:
        self.page = html.unescape(await self.response.text())
        if found := re.search(r'name="tanda" value="([^"]+)"', self.page):
            self.token = found[1]
        found = re.search(r'name="giliran" value="([^"]+)"', self.page)
        self.place = found[1] if found else ""

    async def looks(self, path: str = "/blitar/") -> str:
        await self.opens(path)
        await self._read()
        return self.page


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(clock: Clock) -> FormDesk:
    return FormDesk(now=clock)


@pytest.fixture
def choices() -> dict[str, Any]:
    return {}


@pytest.fixture
async def citizen(clock: Clock, desk: FormDesk, choices: dict[str, Any]) -> Any:
    adapter = Adapter("blitar-web", Settings(**choices), secret=b"rahasia", now=clock)
    app = web.Application()
    app.add_routes(adapter.routes(desk))
    async with TestClient(TestServer(app)) as client:
        one = Citizen(client, clock, desk)
        await one.looks()
        yield one


async def test_a_complaint_arrives_whole(citizen: Citizen) -> None:
    """Every field and file of the form reaches the desk under the names the clerk reads."""
    await citizen.sends(
        ("foto.jpg", JPEG),
        isi="Jalan berlubang di depan pasar",
        objek="Jalan Melati",
        tempat="Depan pasar",
        jenis="informasi",
        nama="Warga 1",
        kontak="warga1@contoh.id",
    )
    got = citizen.desk.only
    assert got.text == "Jalan berlubang di depan pasar"
    assert got.sender_name == "Warga 1"
    assert got.fields == {
        "objek": "Jalan Melati",
        "tempat": "Depan pasar",
        "jenis": "informasi",
        "nama": "Warga 1",
        "kontak": "warga1@contoh.id",
    }
    assert [(one.name, one.type, one.content) for one in got.files] == [("foto.jpg", "image/jpeg", JPEG)]
    assert got.sender.startswith("w")
    assert got.sent_at == citizen.clock.now


async def test_the_receipt_shows_number_and_code(citizen: Citizen) -> None:
    """After sending, number, code and the clerk's words are on the page, and no cache keeps it."""
    await citizen.sends(isi="Jalan rusak")
    assert citizen.status == 200
    assert str(citizen.response.url).endswith("/blitar/diterima")
    assert "BLT-26-001234" in citizen.page
    assert "7F3K9Q" in citizen.page
    assert "Diterima." in citizen.page
    assert citizen.response.headers["Cache-Control"] == "no-store"
    assert "7F3K9Q" not in str(citizen.response.url)


async def test_the_receipt_survives_a_reload_and_goes_after_an_hour(citizen: Citizen) -> None:
    """Reloading shows the receipt again; later it leads to the status page, and nobody else's browser sees it."""
    await citizen.sends(isi="Jalan rusak")
    assert "7F3K9Q" in await citizen.looks("/blitar/diterima")
    citizen.clock.passes(hours=2)
    response = await citizen.client.get("/blitar/diterima", allow_redirects=False)
    assert (response.status, response.headers["Location"]) == (303, "/blitar/cek")
    forged = await citizen.client.get(
        "/blitar/diterima", headers={"Cookie": "wadul_terima=e30.abc"}, allow_redirects=False
    )
    assert forged.status == 303


async def test_a_browser_without_cookies_gets_the_receipt_at_once(citizen: Citizen) -> None:
    """Where no cookie is kept, the answer to the form is the receipt itself."""
    citizen.client.session.cookie_jar.clear()
    await citizen.sends(isi="Jalan rusak")
    assert str(citizen.response.url).endswith("/blitar/")
    assert "7F3K9Q" in citizen.page


async def test_pressing_send_twice_makes_one_complaint(citizen: Citizen) -> None:
    """The same words from the same page are the same message, and the same receipt comes back."""
    token = citizen.token
    await citizen.sends(isi="Jalan rusak")
    citizen.token = token
    await citizen.sends(isi="Jalan rusak")
    assert len(citizen.desk.messages) == 1
    assert "BLT-26-001234" in citizen.page


async def test_going_back_and_writing_something_else_loses_nothing(citizen: Citizen) -> None:
    """A page gone back to and changed is a second message, not a repetition of the first."""
    token = citizen.token
    await citizen.sends(isi="Jalan rusak")
    citizen.token = token
    await citizen.sends(isi="Lampu mati")
    assert [one.text for one in citizen.desk.messages.values()] == ["Jalan rusak", "Lampu mati"]


async def test_what_is_wrong_stands_beside_its_field_and_the_words_stay(citizen: Citizen) -> None:
    """A form that cannot be taken comes back filled in, with a sentence at each field and a summary on top."""
    await citizen.sends(
        ("virus.zip", b"PK\x03\x04" + b"z" * 50), isi=" ", objek="Warung <b>Bu</b>", kontak="bukan kontak"
    )
    assert citizen.status == 422
    assert citizen.desk.messages == {}
    assert 'value="Warung <b>Bu</b>"' in citizen.page
    assert 'value="bukan kontak"' in citizen.page
    for field_name in ("isi", "kontak", "berkas"):
        assert f'id="salah-{field_name}1"' in citizen.page
        assert f'<a href="#{field_name}">' in citizen.page
    assert "pilih lagi</strong> virus.zip" in citizen.page
    assert 'id="galat"' in citizen.page
    assert "autofocus" in citizen.page
    assert "<b>" not in await citizen.response.text()


async def test_files_with_a_wrong_code_are_not_kept(citizen: Citizen) -> None:
    """What nobody would ever see is thrown away before it is stored; with the right code it comes along."""
    for code in ("AAAAAA", "7F3K9Q"):
        fields = {"nomor": "BLT-26-000001", "kode": code, "isi": f"Fotonya {code}", "tanda": code}
        await citizen.sends(("foto.jpg", JPEG), path="/blitar/balas", **fields)
    first, second = citizen.desk.messages.values()
    assert (first.files, b"foto.jpg" in first.raw) == ((), False)
    assert [file.name for file in second.files] == ["foto.jpg"]


async def test_a_contact_nothing_can_be_sent_to_is_refused_once(citizen: Citizen) -> None:
    """The page says what a good one looks like; whoever sends the same again means it, and officers read it."""
    await citizen.sends(isi="Jalan rusak", kontak="rumah Pak RT")
    assert "0812 3456 7890" in citizen.page
    assert 'name="kontak_ditolak" value="rumah Pak RT"' in citizen.page
    await citizen.sends(isi="Jalan rusak", kontak="rumah Pak RW", kontak_ditolak="rumah Pak RT")
    assert not citizen.desk.messages
    await citizen.sends(isi="Jalan rusak", kontak="rumah Pak RW", kontak_ditolak="rumah Pak RW")
    (inbound,) = citizen.desk.messages.values()
    assert inbound.fields["kontak"] == "rumah Pak RW"


@pytest.mark.parametrize("contact", ["warga@contoh.id", "0812 3456 7890", "+62 812-3456-7890", "(0342) 801234", ""])
async def test_contacts_people_write_are_taken(citizen: Citizen, contact: str) -> None:
    """An e-mail address, a number in any usual spelling, or none."""
    await citizen.sends(isi="Jalan rusak", kontak=contact)
    assert len(citizen.desk.messages) == 1


async def test_files_have_limits_that_are_said(citizen: Citizen) -> None:
    """Too many files, too large, or empty ones are refused with a sentence; the text stays."""
    await citizen.sends(*[(f"{n}.jpg", JPEG) for n in range(6)], isi="Banyak foto")
    assert "Paling banyak 5 berkas" in citizen.page
    await citizen.sends(("besar.jpg", JPEG + b"0" * 10 * MB), isi="Foto besar")
    assert "“besar.jpg” terlalu besar" in citizen.page
    await citizen.sends(("kosong.jpg", b""), isi="Foto kosong")
    assert "“kosong.jpg” tidak ada isinya" in citizen.page
    await citizen.sends(*[(f"{n}.pdf", PDF + b"0" * 9 * MB) for n in range(3)], isi="Semua besar")
    assert "Semua berkas bersama-sama terlalu besar" in citizen.page
    assert "Semua besar</textarea>" in citizen.page
    assert citizen.desk.messages == {}


async def test_no_file_chosen_is_no_file(citizen: Citizen) -> None:
    """Browsers send an empty part for an empty file field; that is not a mistake."""
    await citizen.sends(("", b""), isi="Tanpa berkas")
    assert citizen.desk.only.files == ()


WORST = {
    "right to left": ("\u202eمرحبا بالعالم", "\u202eمرحبا بالعالم"),
    "emoji only": ("😡🕳️🛣️", "😡🕳️🛣️"),
    "null bytes": ("jalan\x00 rusak\x07", "jalan rusak"),
    "ten thousand lines": ("baris\n" * 10_000, ("baris\n" * 10_000).strip()),
    "windows lines": ("satu\r\ndua\rtiga", "satu\ndua\ntiga"),
    "markup": ("<script>alert(1)</script>", "<script>alert(1)</script>"),
}


@pytest.mark.parametrize(("typed", "kept"), WORST.values(), ids=WORST.keys())
async def test_the_worst_texts_are_taken(citizen: Citizen, typed: str, kept: str) -> None:
    """Whatever can be typed is taken, without what neither people nor databases can hold."""
    await citizen.sends(isi=typed)
    assert citizen.desk.only.text == kept
    assert b"\x00" not in citizen.desk.only.raw


async def test_a_text_beyond_measure_is_refused_with_a_sentence(citizen: Citizen) -> None:
    """More than can be read is refused, not cut in silence, and what was read is still there."""
    await citizen.sends(isi="a" * 200_000)
    assert citizen.status == 422
    assert "Terlalu panjang: 200000 huruf, paling banyak 100000" in citizen.page
    await citizen.sends(isi="b" * 2 * MB)
    assert citizen.status == 422
    assert "hanya sebagian yang terbaca" in citizen.page
    assert citizen.desk.messages == {}


def multipart(*parts: tuple[str, bytes], boundary: str = "x") -> tuple[bytes, str]:
    """A body as a browser writes it, from (headers, content)."""
    body = b"".join(f"--{boundary}\r\n{head}\r\n\r\n".encode() + content + b"\r\n" for head, content in parts)
    return body + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def part(name: str) -> str:
    return f'Content-Disposition: form-data; name="{name}"'


async def test_another_encoding_is_read(citizen: Citizen) -> None:
    """A phone that sends Windows letters instead of UTF-8 is understood."""
    body, kind = multipart((part("tanda"), citizen.token.encode()), (part("isi"), "café rusak".encode("cp1252")))
    await citizen.posts(body, kind)
    assert citizen.desk.only.text == "café rusak"


BROKEN = {
    "no boundary": (b"halo", "multipart/form-data"),
    "cut in the middle": (
        b'--x\r\nContent-Disposition: form-data; name="isi"\r\n\r\nJalan ru',
        "multipart/form-data; boundary=x",
    ),
    "binary": (bytes(range(256)) * 10, "multipart/form-data; boundary=x"),
    "nested": multipart(("Content-Type: multipart/mixed; boundary=y", b"--y\r\n\r\nz\r\n--y--")),
    "nameless": multipart(("Content-Type: text/plain", b"z")),
    "too many fields": multipart(*[(part(f"f{n}"), b"z") for n in range(100)]),
    "json": (b'{"isi": "x"}', "application/json"),
    "nothing": (b"", "application/x-www-form-urlencoded"),
    "too many pairs": (b"&".join(b"a=%d" % n for n in range(500)), "application/x-www-form-urlencoded"),
    "huge header": multipart((part("isi") + "; x=" + "y" * 100_000, b"z")),
}


@pytest.mark.parametrize(("body", "kind"), BROKEN.values(), ids=BROKEN.keys())
async def test_a_broken_body_gets_the_form_again(citizen: Citizen, body: bytes, kind: str) -> None:
    """What cannot be read is answered with the form and a sentence, never with a trace."""
    await citizen.posts(body, kind)
    assert citizen.status == 422
    assert 'id="galat"' in citizen.page
    assert 'name="isi"' in citizen.page
    assert citizen.desk.messages == {}


async def test_a_browser_without_files_can_send_pairs(citizen: Citizen) -> None:
    """A text browser's plain form is taken."""
    await citizen.posts(f"tanda={citizen.token}&isi=Jalan+rusak".encode(), "application/x-www-form-urlencoded")
    assert citizen.desk.only.text == "Jalan rusak"


async def test_a_desk_that_cannot_store_keeps_the_words_on_the_page(citizen: Citizen) -> None:
    """When nothing could be stored the citizen is told so, and can press the button again."""
    citizen.desk.broken = True
    await citizen.sends(isi="Jalan rusak", nama="Warga 1")
    assert citizen.status == 503
    assert "belum tersimpan" in citizen.page
    assert "Jalan rusak</textarea>" in citizen.page
    citizen.desk.broken = False
    await citizen.sends(isi="Jalan rusak", nama="Warga 1")
    assert citizen.desk.only.text == "Jalan rusak"


async def test_a_message_set_aside_is_told_honestly(citizen: Citizen) -> None:
    """Where the clerk could not digest it, the citizen learns that a person will look and that there is no number."""
    citizen.desk.answer = Accepted(aside=True)
    await citizen.sends(isi="Jalan rusak")
    assert "Tulisan Anda sudah kami simpan" in citizen.page
    assert "belum ada nomor aduan" in citizen.page


async def test_a_greeting_is_answered_on_the_form(citizen: Citizen) -> None:
    """Where nothing was opened the clerk's words are shown above the form, and the form can be used again."""
    citizen.desk.answer = Accepted(words="Selamat siang, silakan ceritakan aduan Anda.")
    await citizen.sends(isi="halo min")
    assert "silakan ceritakan aduan Anda" in citizen.page
    assert 'name="isi"' in citizen.page
    citizen.desk.answer = Accepted(number="BLT-26-001234", code="7F3K9Q")
    await citizen.sends(isi="Jalan rusak")
    assert "7F3K9Q" in citizen.page


class TestFlood:
    """The form cannot be flooded, and people are not asked to solve puzzles."""

    @pytest.fixture
    def choices(self) -> dict[str, Any]:
        return {"burst": 2, "per_hour": 60}

    async def test_too_many_from_one_network_wait(self, citizen: Citizen) -> None:
        """Past the burst the words are kept with the time to wait; a minute later they are taken."""
        token = citizen.token
        for text in ("satu", "dua", "tiga"):
            citizen.token = token
            await citizen.sends(isi=f"Aduan {text}")
        assert citizen.status == 429
        assert "tunggu 20 detik" in citizen.page
        assert "Aduan tiga</textarea>" in citizen.page
        assert citizen.response.headers["Retry-After"] == "20"
        citizen.clock.passes(minutes=1)
        await citizen.sends(isi="Aduan tiga")
        assert len(citizen.desk.messages) == 3

    async def test_a_village_behind_one_address_waits_a_moment_and_is_taken(self, citizen: Citizen) -> None:
        """Each page has its own place in line, kept when pressed too early, good once and for nobody else's words."""
        for n in range(2):
            await citizen.sends(isi=f"Aduan {n}")
        places = []
        for n in (2, 3):
            await citizen.looks()
            citizen.clock.passes(seconds=-17)
            await citizen.sends(isi=f"Aduan {n}")
            places.append((citizen.token, citizen.place))
        (token, place), (other, _) = places
        citizen.token = token
        await citizen.sends(isi="Aduan 2", giliran=place)
        assert (citizen.status, citizen.place) == (429, place)
        citizen.clock.passes(seconds=20)
        citizen.token = other
        await citizen.sends(isi="Aduan 3", giliran=place)
        assert citizen.status == 429
        citizen.token = token
        await citizen.sends(isi="Aduan 2", giliran=place)
        assert len(citizen.desk.messages) == 3
        citizen.token = token
        await citizen.sends(isi="Aduan 2 lagi", giliran=place)
        assert (citizen.status, len(citizen.desk.messages)) == (429, 3)

    async def test_beyond_the_line_there_is_a_wall(self, citizen: Citizen) -> None:
        """A place lets in ten times as much; what floods even that waits minutes, with its words."""
        places = []
        for n in range(32):
            await citizen.looks()
            citizen.clock.passes(seconds=-17)
            await citizen.sends(isi=f"Banjir {n}")
            places.append((citizen.token, citizen.place, n))
        before = len(citizen.desk.messages)
        citizen.clock.passes(seconds=20)
        for token, place, n in places:
            citizen.token = token
            await citizen.sends(isi=f"Banjir {n}", giliran=place)
        assert 20 <= len(citizen.desk.messages) - before <= 23
        assert citizen.status == 429
        assert "tunggu sekitar 1 menit" in citizen.page

    async def test_too_many_replies_wait_too(self, citizen: Citizen) -> None:
        """What is written on the status page is counted by itself, three times as generously."""
        for nth in range(7):
            await citizen.sends(path="/blitar/balas", nomor="BLT-26-001234", kode="7F3K9Q", isi=f"Balasan {nth}")
        assert citizen.status == 429
        assert "Balasan 6</textarea>" in citizen.page
        assert citizen.response.headers["Retry-After"] == "60"
        assert len(citizen.desk.messages) == 6

    async def test_mistakes_cost_nothing(self, citizen: Citizen) -> None:
        """Only what is handed in counts against the limit."""
        for _ in range(5):
            await citizen.sends(isi="", kontak="x")
        await citizen.sends(isi="Jalan rusak")
        assert len(citizen.desk.messages) == 1

    async def test_a_form_filled_in_no_time_is_asked_for_again(self, citizen: Citizen) -> None:
        """What is sent within three seconds comes back with its words; pressing again is enough."""
        await citizen.looks()
        citizen.clock.passes(seconds=-20)
        await citizen.sends(isi="Jalan rusak")
        assert citizen.status == 422
        assert "terkirim sangat cepat" in citizen.page
        citizen.clock.passes(seconds=5)
        await citizen.sends(isi="Jalan rusak")
        assert len(citizen.desk.messages) == 1

    async def test_a_clock_that_went_back_makes_nobody_a_machine(self, citizen: Citizen) -> None:
        """A page of the time before was not filled in too quickly."""
        await citizen.looks()
        citizen.clock.passes(hours=-2)
        await citizen.sends(isi="Jalan rusak")
        assert len(citizen.desk.messages) == 1

    async def test_the_hidden_field_catches_machines_and_lets_people_on(self, citizen: Citizen) -> None:
        """A filled trap is refused with a sentence and comes back empty."""
        await citizen.sends(isi="Beli obat", situs="http://contoh.id")
        assert citizen.status == 422
        assert citizen.desk.messages == {}
        assert "http://contoh.id" not in citizen.page
        await citizen.sends(isi="Jalan rusak")
        assert len(citizen.desk.messages) == 1

    @pytest.mark.parametrize("token", ["", "x", "a.b.c", "é.1.ü", "abc.12.AAAAAAAAAAAAAAAAAAAAAAAA"])
    async def test_a_page_that_is_not_ours_is_replaced_by_one_that_is(self, citizen: Citizen, token: str) -> None:
        """A forged or foreign token is refused; the page that comes back has a good one."""
        citizen.token = token
        await citizen.sends(isi="Jalan rusak")
        assert citizen.status == 422
        assert citizen.desk.messages == {}
        citizen.clock.passes(seconds=5)
        await citizen.sends(isi="Jalan rusak")
        assert len(citizen.desk.messages) == 1


def test_an_ipv6_customer_is_one_client() -> None:
    """Addresses of one /64 share a bucket, others do not, and nonsense is a client of its own."""
    assert network("2001:db8::1") == network("2001:db8::ffff:1")
    assert network("2001:db8::1") != network("2001:db8:0:1::1")
    assert network("192.0.2.1") != network("192.0.2.2")
    assert network(None) == ""


class TestSlowLine:
    """A line that stalls is let go."""

    @pytest.fixture
    def choices(self) -> dict[str, Any]:
        return {"idle_seconds": 0.2}

    async def test_a_stalled_upload_is_answered_with_the_words(self, citizen: Citizen) -> None:
        """What was read before the line fell silent is on the page that comes back."""
        reader, writer = await asyncio.open_connection("127.0.0.1", citizen.client.port)
        body, kind = multipart((part("isi"), b"Jalan rusak"), (part("berkas") + '; filename="a.jpg"', b"z" * 20_000))
        head = f"POST /blitar/ HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body[:-500])
        answer = (await asyncio.wait_for(reader.read(65536), 10)).decode()
        writer.close()
        assert answer.startswith("HTTP/1.1 422")
        assert "Sambungan terhenti" in answer
        assert "Jalan rusak</textarea>" in answer

    async def test_a_cut_line_hands_in_nothing(self, citizen: Citizen) -> None:
        """Half a form from a line that was cut is not a complaint."""
        _, writer = await asyncio.open_connection("127.0.0.1", citizen.client.port)
        writer.write(b"POST /blitar/ HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\n")
        writer.write(b"Content-Length: 5000\r\n\r\n--x\r\nContent-Disposition: form-data; name=isi\r\n\r\nJalan")
        await writer.drain()
        writer.close()
        await citizen.looks()
        assert citizen.desk.messages == {}


class TestStatusPageReplies:
    """What is written on the status page comes in by this door."""

    async def test_number_and_code_go_along_as_proof(self, citizen: Citizen) -> None:
        """A reply carries its text, files, button, number and code, always from the same address per ticket."""
        form = {"path": "/blitar/balas", "nomor": "BLT-26-001234", "kode": "7F3K9Q"}
        response = await citizen.client.post(
            "/blitar/balas", data={**form, "isi": "Masih rusak"}, allow_redirects=False
        )
        assert response.status == 303
        assert response.headers["Location"] == "/blitar/cek?nomor=BLT-26-001234#terbaru"
        await citizen.sends(("foto.jpg", JPEG), isi="", pilihan="BELUM", **form)
        first, second = citizen.desk.messages.values()
        assert (first.text, first.choice, second.choice, second.files[0].name) == (
            "Masih rusak",
            "",
            "BELUM",
            "foto.jpg",
        )
        assert first.fields == {"nomor": "BLT-26-001234", "kode": "7F3K9Q"}
        assert first.sender == second.sender

    async def test_the_same_page_sent_twice_is_one_reply(self, citizen: Citizen) -> None:
        """Page and words together name the reply."""
        for text in ("Masih rusak", "Masih rusak", "Sudah baik"):
            citizen.token = "satu-halaman"
            await citizen.sends(path="/blitar/balas", nomor="BLT-26-001234", kode="7F3K9Q", isi=text)
        assert [one.text for one in citizen.desk.messages.values()] == ["Masih rusak", "Sudah baik"]

    async def test_a_reply_that_cannot_be_taken_comes_back_with_its_words(self, citizen: Citizen) -> None:
        """An empty reply, a refused file and a desk that cannot store each get a sentence."""
        form = {"path": "/blitar/balas", "nomor": "BLT-26-001234", "kode": "7F3K9Q"}
        await citizen.sends(**form)
        assert "Belum ada yang ditulis" in citizen.page
        await citizen.sends(("a.exe", b"MZ\x90\x00" + b"\x00" * 60), isi="Lihat ini", **form)
        assert "Jenis berkas “a.exe” tidak bisa kami terima" in citizen.page
        citizen.desk.broken = True
        await citizen.sends(isi="Lihat ini", **form)
        assert citizen.status == 503
        assert "Lihat ini</textarea>" in citizen.page
        assert citizen.desk.messages == {}


async def test_the_pages_are_small_and_run_no_foreign_script(citizen: Citizen) -> None:
    """Page, style and script together stay under 30 kB; nothing inline, nothing from elsewhere."""
    page = await citizen.looks()
    weight = len(page.encode()) + sum(
        (templates.FOLDER / "static" / name).stat().st_size for name in ("citizen.css", "citizen.js")
    )
    assert weight < 30_000
    assert "style=" not in page
    assert re.findall(r"<script(?! src=\"/static/)", page) == []
    policy = citizen.response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert citizen.response.headers["Referrer-Policy"] == "no-referrer"


async def test_the_path_without_slash_leads_to_the_form(citizen: Citizen) -> None:
    """ "/blitar" is the form as well, with what a link said of it."""
    response = await citizen.client.get("/blitar?jenis=informasi")
    assert response.url.path_qs == "/blitar/?jenis=informasi"
    assert re.search(r'value="informasi"\s+checked', await response.text())


def test_parse_reads_what_was_kept() -> None:
    """``parse`` of a kept submission gives the message again, files and all; ``inspect`` uses it."""
    raw = {
        "form": "aduan",
        "id": "abc-1",
        "sender": "w0123456789",
        "at": "2026-11-23T09:15:00+07:00",
        "fields": {"objek": "Jalan\nMelati", "lain": "tidak dikenal", "petugas": "admin"},
        "text": "Jalan\u0000 rusak ",
        "files": [{"name": "../../etc/surat.pdf", "content": "JVBERi0xLjc="}],
    }
    adapter = Adapter("blitar-web", Settings(), secret=b"", now=lambda: START)
    (message,) = adapter.parse(json.dumps(raw).encode()).messages
    assert message.text == "Jalan rusak"
    assert message.sent_at == START
    assert message.fields == {"objek": "Jalan Melati"}
    assert message.files == (Attachment("surat.pdf", "application/pdf", b"%PDF-1.7", size_bytes=8),)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
KEPT = st.fixed_dictionaries(
    {
        "form": st.sampled_from(["aduan", "balas"]) | JSON,
        "id": st.text(max_size=300) | JSON,
        "sender": st.from_regex(r"^w[a-z0-9]{8,20}$", fullmatch=True) | st.text(),
        "at": st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat) | st.text(),
    },
    optional={
        "fields": st.dictionaries(st.sampled_from(["nama", "kontak", "isi", "kode"]), st.text()),
        "text": st.text(),
        "choice": st.text(max_size=50),
        "files": st.lists(st.fixed_dictionaries({"name": st.text(), "content": st.text()}), max_size=2),
    },
)


@many(200)
@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()) | KEPT.map(lambda v: json.dumps(v).encode()))
def test_parse_takes_anything_or_says_that_it_cannot(raw: bytes) -> None:
    """Whatever bytes are kept, ``parse`` gives a message fit to store or raises ``Undigested``."""
    try:
        message = unpack(raw)
    except Undigested:
        return
    assert message.external_id
    assert message.sent_at.tzinfo is UTC
    assert not any("\x00" in text for text in (message.text, message.external_id, *message.fields.values()))
    message.text.encode()


KINDS = {
    "jpeg": (JPEG, "a.jpg", "image/jpeg"),
    "a picture under a wrong name": (JPEG, "a.exe", "image/jpeg"),
    "png": (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "a.png", "image/png"),
    "heic": (b"\0\0\0\x18ftypheic" + b"\0" * 40, "a.heic", "image/heic"),
    "pdf": (PDF, "a.pdf", "application/pdf"),
    "old word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.DOC", "application/msword"),
    "old anything": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.msi", ""),
    "odt": (
        b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/vnd.oasis.opendocument.textPK",
        "a.odt",
        "application/vnd.oasis.opendocument.text",
    ),
    "3gp video": (b"\0\0\0\x18ftyp3gp4" + b"\0" * 40, "a.3gp", "video/3gpp"),
    "voice of an old phone": (b"#!AMR\n" + b"\0" * 40, "a.amr", "audio/amr"),
    "voice note": (b"OggS" + b"\0" * 40, "a.ogg", "audio/ogg"),
    "text": ("Kronologi: café".encode(), "a.txt", "text/plain"),
    "a letter cut at the end of the look": (b"a" * 8191 + b"\xc3", "a.txt", "text/plain"),
    "text without a name for it": (b"halo", "a", ""),
    "binary called text": (b"\x01\x02\x00", "a.txt", ""),
    "zip": (b"PK\x03\x04" + b"z" * 40, "a.zip", ""),
    "program": (b"MZ\x90\x00" + b"\0" * 60, "a.jpg", ""),
    "page": (b"<!doctype html><script>", "a.html", ""),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg", ""),
    "nothing": (b"", "a.jpg", ""),
}


@pytest.mark.parametrize(("head", "name", "kind"), KINDS.values(), ids=KINDS.keys())
def test_files_are_told_by_their_content(head: bytes, name: str, kind: str) -> None:
    """What an office can open safely is taken, whatever it is called; the rest is not."""
    assert kind_of(head, name) == kind


@pytest.mark.parametrize(
    ("given_name", "clean"),
    [
        ("C:\\Users\\x\\foto.jpg", "foto.jpg"),
        ("../../etc/passwd", "passwd"),
        ("a\x00b\u202egpj.exe", "abgpj.exe"),
        ("", "berkas"),
        ("...", "berkas"),
        ("x" * 300 + ".jpeg", "x" * 115 + ".jpeg"),
    ],
)
def test_file_names_are_made_harmless(given_name: str, clean: str) -> None:
    """No folders, no hidden characters, no endless names; the ending stays."""
    assert clean_name(given_name) == clean


async def test_nothing_leaves_by_this_door() -> None:
    """Sending is done at once: the words are on the status page; nothing can be fetched or be wrong."""
    adapter = Adapter("blitar-web", Settings(), secret=b"", now=lambda: START)
    receipt = await adapter.send(Outbound(key="k1", recipient="w1", text="Dijawab"))
    assert (receipt.external_id, receipt.state) == ("k1", State.DELIVERED)
    assert await adapter.check() == []
    with pytest.raises(Undelivered):
        await adapter.fetch(Attachment("a", "b"))
