"""HP Warga's phones with WhatsApp, Messenger and Instagram: what their buttons call."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import FormData, web
from aiohttp.test_utils import TestClient, TestServer

from bot.demo import story
from bot.demo.clock import Clock
from bot.demo.hooks import Program
from bot.demo.stage import Stage
from tests.shipped import shipped

NOW = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
DOOR = "mojokerto-whatsapp"
Client = TestClient[web.Request, web.Application]


async def nothing() -> dict[str, Any]:
    """No record stands behind these phones."""
    return {"jejak": [], "langkah": []}


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    program = Program("http://wadul.example", "", 0)
    async with Stage(shipped(), tmp_path, story.told(), Clock(lambda: NOW), program) as stage:
        yield stage


@pytest.fixture
async def client(stage: Stage) -> AsyncIterator[Client]:
    app = web.Application()
    app.add_routes(stage.routes(nothing))
    async with TestClient(TestServer(app)) as client:
        yield client


async def state(client: Client, warga: str = "1") -> dict[str, Any]:
    found: dict[str, Any] = await (await client.get(f"/hp/isi?warga={warga}&sejak=")).json()
    return found


async def does(client: Client, deed: str = "", **values: str | int) -> int:
    """Press a button in Sari's name; the answer's status."""
    given = {"warga": "1", "pintu": DOOR} | {name: str(value) for name, value in values.items()}
    return (await client.post(f"/hp/meta{deed and f'/{deed}'}", data=given)).status


async def test_words_pictures_papers_sounds_and_places_are_on_the_phone(client: Client) -> None:
    """Each is a line of its own; what is empty, and what is no door of Meta's, is refused."""
    form = FormData({"warga": "1", "pintu": DOOR, "isi": "Ini fotonya"})
    for name, kind in (("satu.jpg", "image/jpeg"), ("surat.pdf", "application/pdf")):
        form.add_field("berkas", b"\xff\xd8\xff\xe0foto", filename=name, content_type=kind)
    assert (await client.post("/hp/meta", data=form)).status == 200
    assert await does(client, lokasi="-7.4664,112.4338") == 200
    photo, paper, place = (await state(client))["obrolan"]
    assert (photo["text"], paper["text"], place["place"]) == ("Ini fotonya", "", [-7.4664, 112.4338])
    assert (await client.get(paper["files"][0]["url"])).status == 200
    assert await does(client, isi=" ") == 422
    assert await does(client, isi="Halo", pintu="mojokerto-telegram") == 422
    assert await does(client, isi="Halo", warga="9") == 422
    assert (await state(client, "2"))["obrolan"] == []


async def test_a_line_is_changed_and_taken_back_by_its_owner_alone(client: Client) -> None:
    """Also not twice; another's phone cannot."""
    await does(client, isi="Jln rusak")
    (line,) = (await state(client))["obrolan"]
    assert await does(client, "ubah", pesan=line["id"], isi="Jalan rusak", warga="2") == 422
    assert await does(client, "ubah", pesan=line["id"], isi="Jalan rusak") == 200
    assert await does(client, "hapus", pesan=line["id"]) == 200
    assert await does(client, "hapus", pesan=line["id"]) == 422
    (line,) = (await state(client))["obrolan"]
    assert (line["text"], line["edited"], line["removed"]) == ("Jalan rusak", True, True)


async def test_an_offices_line_is_pressed_reacted_to_and_read(client: Client, stage: Stage) -> None:
    """The list's choice stands as an answer; the emoji comes and goes; opening the chat reads it."""
    rows = ((("Keluhan\nMengeluhkan layanan", "keluhan"),),)
    line = stage.chats.add("1", DOOR, sent=False, text="Apa?", buttons=rows, menu="Pilih", state="delivered")
    assert await does(client, "tombol", pesan=line.id, nilai="lain") == 422
    assert await does(client, "tombol", pesan=line.id, nilai="keluhan") == 200
    assert await does(client, "tanda", pesan=line.id, emoji="👍") == 200
    assert await does(client, "baca") == 200
    shown, answer = (await state(client))["obrolan"]
    assert (shown["reaction"], shown["state"], shown["pressed"], shown["menu"]) == ("👍", "read", "keluhan", "Pilih")
    assert (answer["text"].splitlines()[0], answer["pressed"]) == ("Keluhan", "keluhan")
    assert await does(client, "tanda", pesan=answer["id"], emoji="👍") == 422


async def test_a_phone_goes_off_and_on(client: Client, stage: Stage) -> None:
    """What waits meanwhile is delivered afterwards."""
    assert await does(client, "hp", hidup="0") == 200
    assert DOOR in (await state(client))["mati"]
    line = stage.chats.add("1", DOOR, sent=False, text="Kabar", state="sent")
    assert await does(client, "baca") == 200
    assert stage.chats.line(line.id).state == "sent"  # type: ignore[union-attr]
    assert await does(client, "hp", hidup="1") == 200
    assert stage.chats.line(line.id).state == "delivered"  # type: ignore[union-attr]
    assert (await state(client))["mati"] == []


@pytest.mark.parametrize("deed", ["", "ubah", "hapus", "tanda", "tombol", "baca", "hp", "nomor", "komentar"])
async def test_nothing_is_done_for_another_site(client: Client, deed: str) -> None:
    """What the browser says comes from elsewhere is refused at every button."""
    form = {"warga": "1", "pintu": DOOR, "isi": "Halo", "hidup": "0"}
    path = f"/hp/meta{deed and f'/{deed}'}"
    assert (await client.post(path, data=form, headers={"Sec-Fetch-Site": "cross-site"})).status == 403
    assert ((await state(client))["obrolan"], (await state(client))["mati"]) == ([], [])
