"""HP Warga's page and what its buttons call."""

from __future__ import annotations

import re
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
OFFICE = "pengaduan@blitar.example.go.id"
Client = TestClient[web.Request, web.Application]


async def nothing() -> dict[str, Any]:
    """No record stands behind these phones."""
    return {"jejak": [], "langkah": []}


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    offices = shipped()
    async with Stage(
        offices, tmp_path, story.told(), Clock(lambda: NOW), Program("http://wadul.example", "", 0)
    ) as stage:
        app = web.Application()
        app.add_routes(stage.routes(nothing))
        async with TestClient(TestServer(app)) as client:
            yield client


async def letters(client: Client, warga: str = "1") -> list[dict[str, Any]]:
    response = await client.get(f"/hp/isi?warga={warga}&sejak=")
    rows: list[dict[str, Any]] = (await response.json())["surat"]
    return rows


async def test_the_page_offers_every_door_and_example(client: Client) -> None:
    """Citizens, doors and ready-made complaints are one tap away; nothing comes from elsewhere."""
    response = await client.get("/hp")
    page = await response.text()
    assert response.status == 200
    for one in story.told().citizens:
        assert f'data-warga="{one.id}"' in page
    for app in ("sms", "telegram", "surel", "formulir"):
        assert page.count(f'data-hp="{app}"') == page.count(f'data-contoh-untuk="{app}"') == 1
    for example in story.told().examples:
        assert example.label in page
    assert "/blitar/cek" in page
    assert 'href="/meja/"' in page
    assert "style=" not in page
    assert re.findall(r"<script(?! src=\"/static/)", page) == []
    assert "frame-src 'self'" in response.headers["Content-Security-Policy"]


async def test_a_letter_is_sent_with_its_files(client: Client) -> None:
    """What was typed and attached is on the phone afterwards, and the file opens."""
    form = FormData({"warga": "1", "ke": OFFICE, "subjek": "Jalan rusak", "isi": "Ada lubang\r\ndi jalan"})
    form.add_field("berkas", b"\xff\xd8\xff\xe0foto", filename="foto jalan.jpg", content_type="image/jpeg")
    response = await client.post("/hp/kirim", data=form)
    assert response.status == 200
    (letter,) = await letters(client)
    assert (letter["text"], letter["to"]["address"], letter["sent"]) == ("Ada lubang\ndi jalan", OFFICE, True)
    file = await client.get(letter["files"][0]["url"])
    assert (file.content_type, await file.read()) == ("image/jpeg", b"\xff\xd8\xff\xe0foto")
    assert (await client.get(f"/hp/lampiran/{letter['id']}/7")).status == 404


async def test_a_phone_hears_only_its_own_and_only_what_is_new(client: Client) -> None:
    """Another citizen's phone stays empty; asking again without news is answered without words."""
    await client.post(
        "/hp/kirim", data={"warga": "1", "ke": "budi@hp.example", "subjek": "Halo", "isi": "Sudah lapor?"}
    )
    assert [row["sent"] for row in await letters(client, "2")] == [False]
    assert await letters(client, "3") == []
    version = (await (await client.get("/hp/isi?warga=1&sejak=")).json())["versi"]
    assert (await client.get(f"/hp/isi?warga=1&sejak={version}")).status == 204


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"warga": "9", "ke": OFFICE, "isi": "Halo"}, 422),
        ({"warga": "1", "ke": " ", "isi": "Halo"}, 422),
        ({"warga": "1", "ke": OFFICE, "isi": "Halo", "jawab": "999", "teruskan": "x"}, 200),
        ({"warga": "1", "ke": OFFICE, "isi": "Halo\x00", "subjek": "a\r\nBcc: b@c.id"}, 200),
    ],
)
async def test_odd_requests_are_refused_or_made_harmless(client: Client, form: dict[str, str], status: int) -> None:
    """An unknown phone or no addressee is refused; a subject cannot smuggle in another header."""
    response = await client.post("/hp/kirim", data=form)
    assert response.status == status
    assert all(row["to"]["address"] == OFFICE for row in await letters(client))


async def test_other_sites_cannot_write_in_a_citizens_name(client: Client) -> None:
    """A form on another site is refused by what the browser says of it."""
    form = {"warga": "1", "ke": OFFICE, "isi": "Halo"}
    response = await client.post("/hp/kirim", data=form, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status == 403
    assert await letters(client) == []


async def test_a_subject_cannot_break_out_of_its_header(client: Client) -> None:
    """Line breaks in what a visitor plays with are blanks."""
    form = {"warga": "1", "ke": OFFICE, "subjek": "Jalan\r\nBcc: lain@example.com\x00", "isi": "Ada lubang di jalan"}
    assert (await client.post("/hp/kirim", data=form)).status == 200
    assert (await letters(client))[-1]["subject"] == "Jalan Bcc: lain@example.com"


BOT, NUMBER = "mojokerto-telegram", "blitar-sms"


async def lines(client: Client, warga: str = "1") -> list[dict[str, Any]]:
    response = await client.get(f"/hp/isi?warga={warga}&sejak=")
    rows: list[dict[str, Any]] = (await response.json())["obrolan"]
    return rows


async def test_a_short_message_is_on_the_phone(client: Client) -> None:
    """It stands there with the parts it takes; an empty one and an unknown number are refused."""
    assert (await client.post("/hp/sms", data={"warga": "1", "pintu": NUMBER, "isi": "a" * 161})).status == 200
    (line,) = await lines(client)
    assert (line["channel"], line["parts"], line["sent"]) == (NUMBER, 2, True)
    assert await lines(client, "2") == []
    for wrong in ({"isi": " "}, {"pintu": "blitar-email"}, {"warga": "9"}):
        form = {"warga": "1", "pintu": NUMBER, "isi": "Halo"} | wrong
        assert (await client.post("/hp/sms", data=form)).status == 422


async def test_telegram_takes_words_pictures_papers_and_places(client: Client) -> None:
    """Each is a line of its own; several files are one album; the picture opens."""
    form = FormData({"warga": "1", "pintu": BOT, "isi": "Ini fotonya"})
    for name in ("satu.jpg", "dua.jpg"):
        form.add_field("berkas", b"\xff\xd8\xff\xe0foto", filename=name, content_type="image/jpeg")
    assert (await client.post("/hp/telegram", data=form)).status == 200
    await client.post("/hp/telegram", data={"warga": "1", "pintu": BOT, "lokasi": "-7.4664,112.4338"})
    first, second, place = await lines(client)
    assert first["group"] == second["group"] != ""
    assert (first["text"], second["text"], place["place"]) == ("Ini fotonya", "", [-7.4664, 112.4338])
    assert (await client.get(first["files"][0]["url"])).content_type == "image/jpeg"
    assert (await client.post("/hp/telegram", data={"warga": "1", "pintu": BOT, "lokasi": "sini"})).status == 422


async def test_a_line_of_telegram_can_be_answered_and_changed_by_its_owner_alone(client: Client) -> None:
    """Another citizen's line is out of reach; blocking shows, and writing again ends it."""
    await client.post("/hp/telegram", data={"warga": "1", "pintu": BOT, "isi": "Jln rusak"})
    (line,) = await lines(client)
    change = {"warga": "1", "pesan": str(line["id"]), "isi": "Jalan rusak"}
    assert (await client.post("/hp/telegram/ubah", data=change)).status == 200
    assert (await client.post("/hp/telegram/ubah", data=change | {"warga": "2"})).status == 422
    assert (await client.post("/hp/telegram/tombol", data=change | {"nilai": "SELESAI"})).status == 422
    await client.post("/hp/telegram", data={"warga": "1", "pintu": BOT, "isi": "Tolong", "jawab": str(line["id"])})
    before, after = await lines(client)
    assert (before["text"], before["edited"], after["answers"]) == ("Jalan rusak", True, line["id"])
    await client.post("/hp/telegram/blokir", data={"warga": "1", "pintu": BOT, "blokir": "1"})
    assert (await (await client.get("/hp/isi?warga=1&sejak=")).json())["blokir"] == [BOT]


@pytest.mark.parametrize(
    "header", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://lain.example"}, {"Origin": "null"}]
)
@pytest.mark.parametrize("path", ["/hp/sms", "/hp/telegram", "/hp/telegram/blokir", "/hp/kirim"])
async def test_nothing_is_done_for_another_site(client: Client, path: str, header: dict[str, str]) -> None:
    """What the browser says comes from elsewhere is refused at every button."""
    form = {"warga": "1", "pintu": BOT, "isi": "Halo", "ke": OFFICE, "blokir": "1"}
    assert (await client.post(path, data=form, headers=header)).status == 403
    assert (await lines(client), await letters(client)) == ([], [])


async def test_the_page_itself_may_do_everything(client: Client) -> None:
    """Also where a browser names no more than its origin."""
    form = {"warga": "1", "pintu": BOT, "blokir": "1"}
    own = {"Origin": str(client.make_url("/")).rstrip("/")}
    assert (await client.post("/hp/telegram/blokir", data=form, headers=own)).status == 200


async def test_open_pages_are_told_at_once(client: Client) -> None:
    """The stream says the new version as soon as somebody wrote."""
    stream = await client.get("/hp/peristiwa")
    first = await stream.content.readuntil(b"\r\n\r\n")
    await client.post("/hp/sms", data={"warga": "1", "pintu": NUMBER, "isi": "Halo"})
    second = await stream.content.readuntil(b"\r\n\r\n")
    assert first.startswith(b"data: ")
    assert second != first
    stream.close()
