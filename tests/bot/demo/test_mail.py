"""The demo's mail provider serves the real e-mail door, and carries nothing outside."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import channels
from bot.demo import letters, story
from bot.demo.clock import Clock
from bot.demo.hooks import Program
from bot.demo.letters import Draft, Letter
from bot.demo.news import News
from bot.demo.phones import Phones
from bot.demo.stage import Stage
from channels.base import Channel, Outbound, Unauthorised, Undelivered
from tests.channels.recording import RecordingDesk
from tests.shipped import shipped

NOW = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
OFFICE = "pengaduan@blitar.example.go.id"
OFFICES = shipped()


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with Stage(
        OFFICES, tmp_path / "hp", story.told(), Clock(lambda: NOW), Program("http://wadul.example", "", 0)
    ) as stage:
        yield stage


def door_of(stage: Stage, **changed: object) -> Channel:
    entry = OFFICES.channels()["blitar-email"]
    given = {"kind": "email", **entry.settings(), **stage.entries["blitar-email"], **changed}
    return channels.load("blitar-email", given, secret=b"rahasia", now=lambda: NOW)


@pytest.fixture
async def door(stage: Stage) -> Channel:
    return door_of(stage)


@pytest.fixture
async def desk(door: Channel) -> AsyncIterator[RecordingDesk]:
    """A desk with the real door listening for it."""
    desk = RecordingDesk()
    listening = asyncio.create_task(door.listen(desk))
    yield desk
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)


async def writes(stage: Stage, text: str, warga: str = "1", **draft: object) -> Letter:
    letter = Draft(**{"to": OFFICE, "subject": "Jalan rusak", "text": text} | draft)  # type: ignore[arg-type]
    return await stage.phones.send(warga, letter, stage.mail)


async def test_the_account_is_in_order(door: Channel) -> None:
    """The real door's own check finds nothing wrong with the stand-in."""
    assert await door.check() == []


async def test_a_wrong_password_is_refused(stage: Stage) -> None:
    """The stand-in tells right from wrong credentials, both ways."""
    wrong = door_of(stage, password="salah")
    assert len(await wrong.check()) == 2
    with pytest.raises(Unauthorised):
        await wrong.send(Outbound(key="k1", recipient="sari@hp.example", text="Halo"))


async def test_what_a_citizen_sends_reaches_the_door_at_once(stage: Stage, desk: RecordingDesk) -> None:
    """A letter that arrives while the door idles is handed in without waiting for the next sweep."""
    await desk.until(lambda: bool(desk.commits))
    for text in ("Ada lubang di jalan", "Lampu juga mati"):
        await writes(stage, text)
        await desk.until(lambda text=text: text in desk.texts, seconds=10)  # type: ignore[misc]
    first = next(iter(desk.messages.values()))
    assert (first.sender, first.sender_name, first.subject) == ("sari@hp.example", "Sari", "Jalan rusak")


async def test_a_reply_is_threaded_and_its_history_trimmed(stage: Stage, door: Channel, desk: RecordingDesk) -> None:
    """The phone's reply carries our signed address and quotes as real apps do; the door makes the most of both."""
    await writes(stage, "Ada lubang di jalan")
    await desk.until(lambda: len(desk.messages) == 1)
    asked = next(iter(desk.messages))
    text = "Aduan Anda kami terima.\nBalas SELESAI bila sudah selesai."
    sent = await door.send(Outbound("k1", "sari@hp.example", text, subject="Re: Jalan rusak", answers=(asked,)))
    letter = stage.phones.letters("1")[-1]
    shown = letters.shown(stage.phones.letters("1"))
    assert len({row["thread"] for row in shown}) == 1
    assert shown[-1]["automatic"]
    assert "+" in shown[-1]["reply"]
    await writes(stage, "SELESAI", to=shown[-1]["reply"], subject="Re: Jalan rusak", answers=letter)
    await desk.until(lambda: len(desk.messages) == 2)
    reply = list(desk.messages.values())[-1]
    assert reply.text == "SELESAI"
    assert "Balas SELESAI bila" in reply.full_text
    assert sent.external_id in reply.answers
    assert letters.shown(stage.phones.letters("1"))[-1]["text"] == "SELESAI"


async def test_a_forwarded_letter_keeps_what_it_forwards(stage: Stage, desk: RecordingDesk) -> None:
    """Another citizen can be sent a letter on, and can send it on to the office, whole."""
    first = await writes(stage, "Ada lubang di jalan")
    await writes(stage, "Tolong sampaikan", to="budi@hp.example", subject="Fwd: Jalan rusak", forwards=first)
    (received,) = stage.phones.letters("2")
    assert "Ada lubang di jalan" in letters.shown([received])[0]["text"]
    await writes(stage, "Titipan tetangga", "2", subject="Fwd: Jalan rusak", forwards=received)
    await desk.until(lambda: len(desk.messages) == 2)
    assert "Ada lubang di jalan" in list(desk.messages.values())[-1].text


async def test_an_address_that_nobody_has_is_refused(stage: Stage, door: Channel) -> None:
    """The office is told that its mail did not arrive, the citizen gets a bounce, and nothing leaves the machine."""
    with pytest.raises(Undelivered) as error:
        await door.send(Outbound(key="k1", recipient="orang@contoh.id", text="Halo"))
    assert not error.value.retry
    await writes(stage, "Halo?", to="dinas@contoh.id")
    assert "dinas@contoh.id" in letters.shown(stage.phones.letters("1"))[-1]["text"]


async def test_letters_outlive_the_demo(stage: Stage, desk: RecordingDesk, tmp_path: Path) -> None:
    """A demo that was stopped and started again shows the same letters, and hands the office its mail again."""
    await writes(stage, "Ada lubang di jalan")
    await desk.until(lambda: len(desk.messages) == 1)
    again = Phones(tmp_path / "hp", story.told(), News(), lambda: NOW)
    assert [row["text"] for row in letters.shown(again.letters("1"))] == ["Ada lubang di jalan"]
    await again.send_again(stage.mail)
    await desk.until(lambda: desk.repeated == 1, seconds=10)


async def test_the_stage_closes_while_somebody_listens(tmp_path: Path) -> None:
    """Stopping the stand-ins ends the door's connections at once."""
    async with Stage(
        OFFICES, tmp_path / "hp", story.told(), Clock(lambda: NOW), Program("http://wadul.example", "", 0)
    ) as stage:
        desk = RecordingDesk()
        listening = asyncio.create_task(door_of(stage).listen(desk))
        await desk.until(lambda: bool(desk.commits))
    async with asyncio.timeout(10):
        with pytest.raises(OSError):
            await listening


async def test_mail_to_a_colleague_is_taken(stage: Stage, door: Channel) -> None:
    """A recap goes to somebody in the office, who has no phone in the demo; to nobody it is refused as ever."""
    recap = {"key": "rekap-1", "subject": "Rekapitulasi Oktober 2026", "text": "Terlampir."}
    sent = await door.send(Outbound(recipient="sekretaris@blitar.example.go.id", **recap))
    assert sent is not None
    with pytest.raises(Undelivered):
        await door.send(Outbound(recipient="tidak.ada@blitar.example.go.id", **recap))
