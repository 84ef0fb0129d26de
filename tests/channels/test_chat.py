"""The chat door: whose conversation it is, what comes in, what may be read again, and what keeps a flood out."""

from __future__ import annotations

import asyncio
import html
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import FormData, web
from aiohttp.test_utils import TestClient, TestServer

import templates
from channels.base import STOPPING, Choice, Inbound, Outbound, Report, Spoken, State, Undelivered
from channels.chat import Adapter, Settings
from channels.chat_pass import Pass
from channels.guard import Signer
from tests.channels.contract import DoorContract
from tests.channels.recording import RecordingDesk
from tests.shipped import shipped

START = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\x00" * 64
OFFICE = shipped().office("mojokerto")
SENDER = "c" + "0" * 32
PATH = "/mojokerto/obrolan"


def kept(text: str, **more: Any) -> bytes:
    """A message as the door keeps it."""
    return json.dumps(
        {"id": f"contoh-{text}", "sender": SENDER, "at": "2026-11-23T02:15:00Z", "text": text} | more
    ).encode()


class TestContract(DoorContract):
    """The chat keeps every door's promises."""

    kind = "chat"
    samples = (
        kept("Jalan rusak"),
        kept("Lampu mati", contact="0812 3456 7890"),
        kept("Terlampir", files=[{"name": "surat.pdf", "content": "JVBERi0xLjc="}]),
        kept("Sudah selesai", choice="SELESAI"),
    )
    secrets = ("kunci-rahasia",)


class Clock:
    """A clock that stands still until it is told otherwise."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@dataclass
class ChatDesk(RecordingDesk):
    """A desk that remembers what it said, to whom, and how far that is."""

    said: dict[str, list[Spoken]] = field(default_factory=dict)

    def says(self, sender: str, text: str, *choices: Choice) -> Spoken:
        spoken = Spoken(len(self.said) + 100, "officer", START, text, key=f"k-{text}", state="sent", choices=choices)
        self.said.setdefault(sender, []).append(spoken)
        return spoken

    async def spoken(self, sender: str) -> Sequence[Spoken]:
        return [*await super().spoken(sender), *self.said.get(sender, [])]

    async def page(self, name: str, **values: Any) -> str:
        return templates.render(f"pages/citizen/{name}.html", office=OFFICE, **values)


class Browser:
    """A browser with our script: its pass goes in a header."""

    def __init__(self, client: TestClient[web.Request, web.Application], desk: ChatDesk, clock: Clock) -> None:
        self.client, self.desk, self.clock, self.token, self.status, self.words = client, desk, clock, "", 0, ""

    @property
    def headers(self) -> dict[str, str]:
        return {"X-Obrolan": "1"} | ({"Authorization": f"Bearer {self.token}"} if self.token else {})

    @property
    def sender(self) -> str:
        return self.token.partition(".")[0]

    async def begins(self) -> None:
        async with self.client.post(f"{PATH}/mulai", headers=self.headers) as response:
            self.token = (await response.json())["tanda"]

    async def says(self, text: str, *files: tuple[str, bytes], **fields: str) -> None:
        if not self.token:
            await self.begins()
        await self.posts("", *files, isi=text, **fields)

    async def posts(self, where: str, *files: tuple[str, bytes], **fields: str) -> None:
        form = FormData(default_to_multipart=True, quote_fields=False)
        for name, value in fields.items():
            form.add_field(name, value)
        for name, content in files:
            form.add_field("berkas", content, filename=name, content_type="application/octet-stream")
        await self._see(self.client.post(PATH + where, data=form, headers=self.headers, allow_redirects=False))

    async def looks(self, where: str = "/isi") -> str:
        await self._see(self.client.get(PATH + where, headers=self.headers))
        return self.words

    async def _see(self, request: Any) -> None:
        async with request as self.response:
            self.status, self.words = self.response.status, html.unescape(await self.response.text(errors="replace"))

    @property
    def only(self) -> Inbound:
        (message,) = self.desk.messages.values()
        return message


@pytest.fixture
def choices() -> dict[str, Any]:
    return {}


@dataclass
class Room:
    """The door, being served."""

    adapter: Adapter
    desk: ChatDesk
    clock: Clock
    client: TestClient[web.Request, web.Application]

    def browser(self) -> Browser:
        return Browser(self.client, self.desk, self.clock)


@pytest.fixture
async def room(choices: dict[str, Any]) -> AsyncIterator[Room]:
    clock = Clock()
    desk = ChatDesk(now=clock)
    adapter = Adapter("mojokerto-obrolan", Settings(**choices), secret=b"rahasia", now=clock)
    app = web.Application()
    app[STOPPING] = asyncio.Event()
    app.add_routes(adapter.routes(desk))
    async with TestClient(TestServer(app)) as client:
        yield Room(adapter, desk, clock, client)


@pytest.fixture
def siti(room: Room) -> Browser:
    return room.browser()


async def test_what_is_written_goes_to_the_desk_under_a_name_that_cannot_be_guessed(siti: Browser) -> None:
    """Words, a button's value, a contact and a file arrive; the address is new and of this browser alone."""
    await siti.says("Lampu mati", ("foto.jpg", JPEG), pilihan="ADUAN", kontak="0812 3456 7890")
    assert siti.status == 204
    one = siti.only
    assert (one.text, one.choice, dict(one.fields)) == ("Lampu mati", "ADUAN", {"kontak": "0812 3456 7890"})
    assert [(file.name, file.type) for file in one.files] == [("foto.jpg", "image/jpeg")]
    assert one.sender == siti.sender != SENDER
    assert "Lampu mati" in await siti.looks()


async def test_the_same_message_sent_twice_is_one(siti: Browser) -> None:
    """A line that broke before the answer came costs nothing."""
    await siti.says("Lampu mati", id="a1")
    await siti.says("Lampu mati", id="a1")
    await siti.says("Lampu menyala lagi", id="a1")
    assert siti.desk.texts == ["Lampu mati", "Lampu menyala lagi"]


@pytest.mark.parametrize("place", [0, 5, -1, -8])
async def test_a_pass_that_is_not_ours_opens_nothing(room: Room, place: int) -> None:
    """Changing one letter of somebody's pass anywhere, or naming a conversation without our signature, is refused."""
    siti, thief = room.browser(), room.browser()
    await siti.says("Rahasia saya")
    letters = list(siti.token)
    letters[place] = "0" if letters[place] != "0" else "1"
    for forged in ("".join(letters), siti.sender, f"{siti.sender}.0.", "x" * 5000, "."):
        thief.token = forged
        for where in ("/isi", "/kabar", "/berkas/0"):
            assert "Rahasia" not in await thief.looks(where)
            assert thief.status == 401
    assert len(room.desk.messages) == 1


async def test_a_pass_ends_and_is_renewed_before(siti: Browser) -> None:
    """One that is used goes on for ever; one that lay for half a year does not."""
    await siti.says("Halo")
    siti.clock.now += timedelta(days=10)
    await siti.looks()
    fresh = siti.response.headers["X-Tanda"]
    assert fresh.partition(".")[0] == siti.sender
    siti.clock.now += timedelta(days=175)
    await siti.looks()
    assert siti.status == 401
    siti.token = fresh
    await siti.looks()
    assert siti.status == 200


async def test_another_channels_pass_is_none_here(siti: Browser) -> None:
    """Passes are signed for one door."""
    siti.token = Pass(SENDER, START).signed(Signer(b"rahasia", "blitar-obrolan"))
    await siti.looks()
    assert siti.status == 401


async def test_what_the_browser_took_has_arrived_and_what_it_showed_was_read(siti: Browser) -> None:
    """Both are told of the very message; what is not shown yet is not read."""
    await siti.says("Halo")
    said = siti.desk.says(siti.sender, "Sudah kami perbaiki.")
    assert "Sudah kami perbaiki." in await siti.looks()
    assert siti.desk.reports == [Report(State.DELIVERED, key=said.key, at=START)]
    await siti.posts("/terbaca", sampai="99")
    assert len(siti.desk.reports) == 1
    await siti.posts("/terbaca", sampai=str(said.id))
    assert siti.desk.reports[1:] == [Report(State.READ, key=said.key, at=START)]


async def test_who_has_everything_gets_nothing_again(siti: Browser) -> None:
    """The version in the answer tells whether something is new."""
    await siti.says("Halo")
    await siti.looks()
    version = siti.response.headers["X-Versi"]
    assert await siti.looks(f"/isi?versi={version}") == ""
    assert siti.status == 204
    siti.desk.says(siti.sender, "Ada kabar")
    assert "Ada kabar" in await siti.looks(f"/isi?versi={version}")


async def test_a_stream_says_look_at_once_and_when_something_is_sent(room: Room) -> None:
    """What was said, once on record, wakes who waits for that conversation; stopping ends the stream."""
    siti = room.browser()
    await siti.says("Halo")
    async with room.client.get(f"{PATH}/kabar", headers=siti.headers) as stream:
        assert await stream.content.readuntil(b"\n\n") == b"data: lihat\n\n"
        receipt = await room.adapter.send(Outbound(key="k1", recipient=siti.sender, text="Halo"))
        assert receipt.state is State.SENT
        room.adapter.bell.ring(siti.sender)
        assert await stream.content.readuntil(b"\n\n") == b"data: lihat\n\n"
        assert room.client.app is not None
        room.client.app[STOPPING].set()
        await stream.content.read()


async def test_nobody_can_be_written_to_who_is_no_conversation(room: Room) -> None:
    """An address of another kind fails for good."""
    with pytest.raises(Undelivered) as raised:
        await room.adapter.send(Outbound(key="k", recipient="siti@contoh.id", text="Halo"))
    assert not raised.value.retry


async def test_number_and_code_lead_back_to_the_conversation(room: Room) -> None:
    """On another device they give a pass for the same one; wrong ones say so, and guessing soon ends."""
    siti, other = room.browser(), room.browser()
    await siti.says("Lampu mati")
    await other.posts("/lanjut", nomor="MJK-26-000001", kode="7F3K9Q")
    other.token = json.loads(other.words)["tanda"]
    assert "Lampu mati" in await other.looks()
    thief = room.browser()
    statuses = []
    for _ in range(12):
        await thief.posts("/lanjut", nomor="MJK-26-000001", kode="AAAAAA")
        statuses.append(thief.status)
    assert statuses[0] == 422
    assert statuses[-1] == 429
    assert int(thief.response.headers["Retry-After"]) > 0
    assert "tunggu" in thief.words


@pytest.mark.parametrize("choices", [{"burst": 3, "per_hour": 60}])
async def test_a_flood_ends_without_locking_the_neighbours_out(room: Room) -> None:
    """One conversation that sends too much waits with its words; forty others behind the same address go on."""
    bot = room.browser()
    for place in range(5):
        await bot.says(f"spam {place}")
    assert bot.status == 429
    assert bot.response.headers["Retry-After"] == "60"
    assert "Tulisan Anda masih ada" in bot.words
    assert len(room.desk.messages) == 3
    for place in range(40):
        neighbour = room.browser()
        await neighbour.says(f"Aduan {place}")
        assert neighbour.status == 204


@pytest.mark.parametrize("choices", [{"burst": 3, "per_hour": 60}])
async def test_a_flood_of_new_conversations_ends_too(room: Room) -> None:
    """Beginning anew each time helps nobody past the network's own measure."""
    for place in range(60):
        one = room.browser()
        await one.says(f"spam {place}")
    await one.says("satu lagi")
    assert one.status == 429
    assert one.response.headers["Retry-After"] == "60"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("virus.exe", b"MZ" + bytes(200), "Jenis berkas"),
        ("foto.jpg", b"<html><script>alert(1)</script></html>", "Jenis berkas"),
        ("besar.jpg", JPEG + bytes(1_100_000), "terlalu besar"),
        ("kosong.jpg", b"", "tidak ada isinya"),
    ],
    ids=["program", "page", "huge", "empty"],
)
@pytest.mark.parametrize("choices", [{"largest_file_bytes": 1_000_000}])
async def test_files_that_are_not_taken_are_named(siti: Browser, name: str, content: bytes, words: str) -> None:
    """Told by what is in them, whatever they are called; nothing of the message is stored then."""
    await siti.says("Ini fotonya", (name, content))
    assert siti.status == 422
    assert words in siti.words
    assert not siti.desk.messages


async def test_a_page_in_a_message_stays_words(siti: Browser) -> None:
    """What looks like HTML is shown as it was typed, by citizen and officer alike."""
    await siti.says("<img src=x onerror=alert(1)>")
    siti.desk.says(siti.sender, "<script>alert(2)</script>", Choice('"><b>', "<i>ya</i>"))
    async with siti.client.get(f"{PATH}/isi", headers=siti.headers) as response:
        source = await response.text()
    assert "&lt;img src=x" in source
    assert "<script" not in source
    assert "<img" not in source
    assert "<i>" not in source


async def test_a_file_is_saved_and_never_opened_here(siti: Browser) -> None:
    """It comes as a download under its own name, to whoever has the conversation alone."""
    await siti.says("Ini", ("foto ü.jpg", JPEG))
    await siti.looks("/berkas/0")
    assert siti.status == 200
    assert siti.response.headers["Content-Disposition"] == "attachment; filename*=UTF-8''foto%20%C3%BC.jpg"
    assert siti.response.content_type == "application/octet-stream"
    siti.token = ""
    await siti.looks("/berkas/0")
    assert siti.status == 401


async def test_what_another_sites_page_sends_is_refused(siti: Browser) -> None:
    """A browser says where a form comes from."""
    headers = {"Sec-Fetch-Site": "cross-site"}
    for where in ("", "/mulai", "/lanjut", "/keluar", "/terbaca"):
        async with siti.client.post(PATH + where, data={"isi": "Halo"}, headers=headers) as response:
            assert response.status == 403
    assert not siti.desk.messages


async def test_what_cannot_be_stored_is_said_and_may_be_sent_again(siti: Browser) -> None:
    """The words stay in the browser; nothing claims that they arrived."""
    siti.desk.broken = True
    await siti.says("Lampu mati")
    assert siti.status == 503
    assert "belum tersimpan" in siti.words


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"isi": ""}, "Belum ada yang ditulis"),
        ({"isi": "x" * 8001}, "Terlalu panjang"),
        ({"isi": "Halo", "kontak": "siti"}, "kosongkan"),
    ],
    ids=["nothing", "too-long", "contact"],
)
async def test_what_has_to_be_mended_is_said_in_words(siti: Browser, fields: Mapping[str, str], words: str) -> None:
    """Each with its remedy, as a sentence."""
    await siti.begins()
    await siti.posts("", **fields)
    assert siti.status == 422
    assert words in siti.words


async def test_without_a_script_the_page_is_a_form_that_remembers(room: Room) -> None:
    """What was written stands on the page that comes back, and a cookie that no script reads leads to it again."""
    page = {"isi": "Lampu mati", "id": "satu"}
    async with room.client.post(PATH, data=page) as response:
        assert response.status == 200
        assert "Lampu mati" in await response.text()
        cookie = response.cookies["wadul_obrolan"]
    assert cookie["httponly"]
    assert (cookie["samesite"], cookie["path"]) == ("Lax", PATH)
    async with room.client.post(PATH, data=page | {"isi": "Sampai pagi", "id": "dua"}) as response:
        assert response.history[0].status == 303
        assert "Sampai pagi" in await response.text()
    assert len({one.sender for one in room.desk.messages.values()}) == 1
    async with room.client.post(f"{PATH}/keluar") as response:
        assert "Lampu mati" not in await response.text()


@pytest.mark.parametrize(
    ("choices", "ancestors"),
    [({}, "frame-ancestors 'self'"), ({"sites": ["https://kota.go.id"]}, "frame-ancestors 'self' https://kota.go.id")],
    ids=["any", "named"],
)
async def test_the_script_may_be_loaded_anywhere_and_the_frame_shown_where_the_office_says(
    room: Room, ancestors: str
) -> None:
    """Neither names anybody; the page runs no script but ours."""
    async with room.client.get(f"{PATH}.js") as response:
        assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert len(await response.read()) < 15_000
    async with room.client.get(f"{PATH}?sematan") as response:
        policy = response.headers["Content-Security-Policy"]
        assert policy.endswith(ancestors)
        assert "script-src 'self';" in policy
        assert "<header" not in await response.text()


@pytest.mark.parametrize("site", ["https://a.id; script-src *", "kota.go.id", "javascript:alert(1)", "https://"])
def test_a_site_is_an_origin(site: str) -> None:
    """Whatever else is written there could loosen the page's policy."""
    with pytest.raises(ValueError, match="sites"):
        Settings.model_validate({"sites": [site]})


async def test_a_frame_that_may_keep_nothing_is_given_a_cookie_for_that_frame_alone(room: Room) -> None:
    """Kept apart for the site around it, read by no script, and taken away when the citizen leaves."""
    async with room.client.post(f"{PATH}/mulai?sematan") as response:
        (cookie,) = response.headers.getall("Set-Cookie")
        token = (await response.json())["tanda"]
    assert cookie.startswith(f"wadul_obrolan={token}; ")
    assert cookie.endswith(f"Path={PATH}; HttpOnly; Secure; SameSite=None; Partitioned")
    async with room.client.post(f"{PATH}/mulai") as response:
        assert "Set-Cookie" not in response.headers
    async with room.client.post(f"{PATH}/keluar", headers={"X-Obrolan": "1"}) as response:
        assert all("Max-Age=0" in one for one in response.headers.getall("Set-Cookie"))
