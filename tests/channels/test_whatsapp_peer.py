"""The WhatsApp door and the demo's WhatsApp, each made from Meta's words alone: what one says the other understands."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

import channels
from bot.demo import story
from bot.demo.chats import Chats
from bot.demo.hooks import Program
from bot.demo.news import News
from bot.demo.story import Template
from bot.demo.whatsapp import WhatsAppStandIn
from channels.base import (
    Approved,
    ApprovedText,
    Approving,
    Attachment,
    Channel,
    Choice,
    Inbound,
    Kind,
    Outbound,
    Place,
    Report,
    State,
    Undelivered,
)
from tests.channels.contract import SECRET
from tests.channels.recording import RecordingDesk

DOOR, PUBLIC = "kota-wa", "https://aduan.kota.example"
CITIZEN = story.told().citizens[0]
PHOTO = Attachment("foto.jpg", "image/jpeg", b"\xff\xd8\xff\xe0foto", size_bytes=8)
PAPER = Attachment("surat.pdf", "application/pdf", b"%PDF-1.7", size_bytes=8)
TEMPLATES = (
    Template(name="kabar", text="Ada kabar untuk aduan {{1}}: {{2}}"),
    Template(name="nama", text="Halo {{nama}}"),
)


@dataclass
class Two:
    """The door, the platform, and what the door hands in."""

    door: Channel
    platform: WhatsAppStandIn
    desk: RecordingDesk
    chats: Chats

    async def hears(self, count: int = 1) -> list[Inbound]:
        """What came in, once there are so many messages."""
        await self.desk.until(lambda: len(self.desk.messages) >= count, 10)
        return list(self.desk.messages.values())

    async def learns(self, state: State) -> Report:
        """What was told of a message of ours."""
        await self.desk.until(lambda: any(one.state is state for one in self.desk.reports), 10)
        return next(one for one in self.desk.reports if one.state is state)


def out(text: str = "Halo", **more: Any) -> Outbound:
    """A message to the citizen."""
    return Outbound(key="01JABC", recipient=CITIZEN.phone, text=text, **more)


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[Two]:
    """A door and a platform that reach each other, the citizen having written already."""
    now = [datetime(2026, 11, 23, 2, 15, tzinfo=UTC)]
    people, desk, app = story.told().citizens, RecordingDesk(), web.Application()
    chats = Chats(tmp_path, [one.id for one in people], News(), lambda: now[0])
    late = web.AppRunner(app)
    with socket.create_server(("127.0.0.1", 0)) as free:
        program = Program(PUBLIC, "127.0.0.1", free.getsockname()[1])
        async with WhatsAppStandIn(
            {DOOR: "Kota"}, people, chats, program, lambda: now[0], templates=TEMPLATES
        ) as platform:
            entry = {"kind": "whatsapp", **platform.entry(DOOR)}
            door = channels.load(DOOR, entry, secret=SECRET, now=lambda: now[0], url=PUBLIC)
            app.add_routes(door.routes(desk))
            await late.setup()
            await web.SockSite(late, free).start()
            platform.says(CITIZEN.id, DOOR, "Lampu jalan mati")
            await desk.until(lambda: bool(desk.messages), 10)
            yield Two(door, platform, desk, chats)
            await door.close()
            await late.cleanup()


async def test_what_a_citizen_sends_is_read(two: Two) -> None:
    """A text, a photo with its caption, a voice, a place."""
    two.platform.says(CITIZEN.id, DOOR, "Ini fotonya", files=[PHOTO])
    two.platform.says(CITIZEN.id, DOOR, place=(-8.0954, 112.1609))
    first, photo, place = await two.hears(3)
    assert (first.text, first.sender, first.sender_name) == ("Lampu jalan mati", CITIZEN.phone, CITIZEN.name)
    assert (photo.text, [file.type for file in photo.files]) == ("Ini fotonya", ["image/jpeg"])
    assert await two.door.fetch(photo.files[0]) == PHOTO.content
    assert place.place == Place(-8.0954, 112.1609)


async def test_what_a_citizen_does_is_read(two: Two) -> None:
    """An edit, a deletion, a reaction, another number."""
    line = two.platform.says(CITIZEN.id, DOOR, "Lampu mati dua")[0]
    two.platform.edits(line.id, "Lampu mati tiga")
    two.platform.revokes(line.id)
    two.platform.moves(CITIZEN.id, DOOR, "+6281200000999")
    _, said, edit, gone, moved = await two.hears(5)
    assert (edit.kind, edit.about, edit.text) == (Kind.EDIT, said.external_id, "Lampu mati tiga")
    assert (gone.kind, gone.about) == (Kind.DELETE, said.external_id)
    assert (moved.automatic, moved.sender, moved.sender_also) == (True, CITIZEN.phone, ("+6281200000999",))


SENDINGS = [
    ("text", out()),
    ("long", out("Panjang. " * 1200)),
    ("buttons", out(choices=(Choice("ya", "Ya"), Choice("tidak", "Tidak")))),
    ("list", out(choices=tuple(Choice(f"n{n}", f"Jalan rusak di depan rumah nomor {n}") for n in range(10)))),
    ("files", out(files=(PHOTO, PAPER))),
    ("officer", out(answers=("wamid.tidakada",), automatic=False)),
]


@pytest.mark.parametrize("outbound", [row[1] for row in SENDINGS], ids=[row[0] for row in SENDINGS])
async def test_what_we_send_is_taken_and_told_of(two: Two, outbound: Outbound) -> None:
    """By the name that the platform gave it."""
    receipt = await two.door.send(outbound)
    assert (await two.learns(State.DELIVERED)).external_id == receipt.external_id


async def test_a_button_that_is_pressed_comes_back(two: Two) -> None:
    """With its value, and what it hung on."""
    receipt = await two.door.send(out(choices=(Choice("ya", "Ya"), Choice("tidak", "Tidak"))))
    await two.learns(State.DELIVERED)
    line = next(line for line in two.chats.lines(CITIZEN.id, DOOR) if line.buttons)
    two.platform.presses(line.id, "ya")
    pressed = (await two.hears(2))[-1]
    assert (pressed.text, pressed.choice, pressed.answers) == ("Ya", "ya", (receipt.external_id,))


async def test_templates_are_listed_and_sent(two: Two) -> None:
    """Numbered and named."""
    assert isinstance(two.door, Approving)
    assert await two.door.approved() == [
        ApprovedText("kabar", "id", "Ada kabar untuk aduan {{1}}: {{2}}", 2),
        ApprovedText("nama", "id", "Halo {{nama}}", 1),
    ]
    await two.door.send(out(approved=Approved("kabar", "id", ("BLT-26-001234", "sudah dijawab"))))
    await two.door.send(out(approved=Approved("nama", "id", ("Sari",))))
    with pytest.raises(Undelivered, match="template-refused"):
        await two.door.send(out(approved=Approved("kabar", "id", ("BLT-26-001234",))))


async def test_the_account_is_in_order_until_its_token_is_worth_nothing(two: Two) -> None:
    """And then the check says so."""
    assert await two.door.check() == []
    two.platform.expire(DOOR)
    assert [fault.code for fault in await two.door.check()] == ["meta-token-expired"]
