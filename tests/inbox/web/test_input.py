"""Whatever is sent to the desk is taken or refused with a sentence, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from inbox.models import Message
from tests.inbox.house import House
from tests.inbox.web.desk import PASSWORD, Office

STRANGE = [
    "\0",
    "a\0b",
    "\u202eterbalik",
    "😀" * 50,
    "x" * 4_000,
    "' OR ''='",
    "%",
    "\\",
    "\ud800".encode("utf-8", "replace").decode(),
]


@pytest.fixture
async def any_office(any_house: House, tmp_path: Path) -> AsyncIterator[Office]:
    """The desk over each database in turn."""
    office = Office(any_house, tmp_path)
    await office.hires("petugas")
    async with office.opened():
        yield office


async def test_strange_characters_are_characters(any_office: Office) -> None:
    """In a login, a search, a filter, a note and every other text field nothing breaks."""
    ticket = await any_office.complaint()
    browser = await any_office.browser("petugas")
    stranger = await any_office.browser()
    for text in STRANGE:
        page = await stranger.opens("/masuk")
        page = await stranger.sends(page, "/masuk", {"login": text, "password": text, "ke": text})
        assert page.status == 403
        escaped = "".join(f"%{byte:02x}" for byte in text.encode()[:300])
        for name in ("q", "pintu", "keadaan", "antrean"):
            assert (await browser.opens(f"/meja/?{name}={escaped}")).status == 200, (name, text[:20])
        assert (await browser.opens(f"/meja/?mulai={escaped}")).status in {200, 422}
        page = await browser.opens(f"/meja/{ticket.number}")
        path = f"/meja/{ticket.number}"
        assert (await browser.sends(page, f"{path}/catatan", {"text": text})).status in {200, 422}
        page = await browser.opens(path)
        assert (await browser.sends(page, f"{path}/isian", {"object": text, "name": text})).status in {200, 422}
        page = await browser.opens(path)
        answer = {"formulir-aduan.note": text, "formulir-aduan.object": text, "jawaban.text": ""}
        assert (await browser.sends(page, f"{path}/tindakan/jawab-langsung", answer)).status in {422}
    assert await Message.filter(direction="note").count() >= 5


async def test_the_door_takes_no_large_forms(office: Office) -> None:
    """Before the sign-in nobody can fill the memory."""
    stranger = await office.browser()
    page = await stranger.opens("/masuk")
    page = await stranger.sends(page, "/masuk", {"login": "petugas", "password": PASSWORD, "x": "x" * 1_000_000})
    assert page.status == 422


async def test_a_file_that_is_too_large_is_refused_with_a_sentence(office: Office) -> None:
    """What was typed beside it stays."""
    ticket = await office.complaint()
    browser = await office.browser("petugas")
    page = await browser.opens(f"/meja/{ticket.number}")
    files = {"files": ("besar.bin", b"0" * (25 * 1024 * 1024 + 1))}
    page = await browser.sends(page, f"/meja/{ticket.number}/balas", {"text": "Terlampir"}, files)
    assert page.status == 422
    assert "lebih besar dari 25 MB" in page.text
    assert page.value(f"/meja/{ticket.number}/balas", "text") == "Terlampir"
