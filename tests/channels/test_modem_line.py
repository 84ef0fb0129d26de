"""The modem's door at a real gammu-smsd with gammu's dummy phone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

import channels
from channels.base import Channel, Outbound, State
from tests.channels.contract import NOW
from tests.channels.recording import RecordingDesk
from tests.modem_peers import Modem

BUDI, SITI = "+6281234567890", "+6281234567891"


@pytest.fixture
def door(modem: Modem) -> Channel:
    """A door at the dummy."""
    return channels.load("blitar-modem", {"kind": "modem", **modem.entry()}, secret=b"", now=lambda: NOW)


@pytest.fixture
async def desk(door: Channel) -> AsyncIterator[RecordingDesk]:
    """What the door hands its messages to, while it listens."""
    desk = RecordingDesk()
    listening = asyncio.create_task(door.listen(desk))
    yield desk
    listening.cancel()
    assert isinstance((await asyncio.gather(listening, return_exceptions=True))[0], asyncio.CancelledError)


async def test_what_people_text_arrives_and_leaves_the_modem(modem: Modem, desk: RecordingDesk) -> None:
    """A short one, a long one, and one whose picture letters the phone cut in two."""
    texts = ["Lampu mati", "Jalan rusak parah sekali. " * 13 + "Tolong.", "a" + "😀" * 60]
    for reference, text in enumerate(texts):
        modem.texts(BUDI, text, reference=reference)
    await desk.until(lambda: len(desk.messages) == 3)
    assert desk.texts == texts
    assert {one.sender for one in desk.messages.values()} == {BUDI}
    assert list((modem.folder / "dummy" / "sms" / "1").iterdir()) == []


async def test_answers_leave_and_come_back_as_reports(modem: Modem, door: Channel, desk: RecordingDesk) -> None:
    """One to a phone that is on, a long one that no phone takes."""
    long = "Petugas sudah menelaah ✓ " * 8
    await door.send(Outbound(key="kunci-baik", recipient=BUDI, text="Aduan diterima {1}"))
    await door.send(Outbound(key="kunci-gagal", recipient=SITI, text=long))
    await desk.until(lambda: {one.key for one in desk.reports} == {"kunci-baik", "kunci-gagal"})
    assert {one.state for one in desk.reports} == {State.SENT}
    sent = "SELECT TextDecoded FROM sentitems WHERE CreatorID = ? ORDER BY SequencePosition"
    assert modem.ask(sent, "kunci-baik") == [("Aduan diterima {1}",)]
    assert "".join(text for (text,) in modem.ask(sent, "kunci-gagal")) == long

    modem.reports(BUDI, "Pending")
    modem.reports(SITI, "Failed")
    await desk.until(lambda: ("kunci-gagal", State.FAILED) in {(one.key, one.state) for one in desk.reports})
    modem.reports(BUDI)
    await desk.until(lambda: ("kunci-baik", State.DELIVERED) in {(one.key, one.state) for one in desk.reports})


async def test_a_daemon_that_stops_is_told_and_what_waits_leaves_later(
    modem: Modem, door: Channel, desk: RecordingDesk
) -> None:
    """All is well; then it is down; then it runs again and the answer leaves."""
    assert await door.check() == []
    modem.stop()
    modem.ask("UPDATE phones SET TimeOut = datetime('now', 'localtime', '-1 second')")
    assert [one.code for one in await door.check()] == ["modem-daemon-down"]
    await door.send(Outbound(key="kunci-tunggu", recipient=BUDI, text="Menunggu"))
    await desk.until(lambda: any(desk.warnings[-1:]))
    modem.start()
    await desk.until(lambda: any(one.key == "kunci-tunggu" for one in desk.reports))
    await desk.until(lambda: desk.warnings[-1:] == [()])
