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
from bot.demo.stage import Stage
from config import SHIPPED, load

NOW = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
OFFICE = "pengaduan@blitar.example.go.id"
Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    offices = load(SHIPPED, environ={}, secrets=False)
    async with Stage(offices, tmp_path, story.told(), lambda: NOW) as stage:
        app = web.Application()
        app.add_routes(stage.routes())
        async with TestClient(TestServer(app)) as client:
            yield client


async def letters(client: Client, warga: str = "1") -> list[dict[str, Any]]:
    response = await client.get(f"/hp/surat?warga={warga}&sejak=-1")
    rows: list[dict[str, Any]] = (await response.json())["surat"]
    return rows


async def test_the_page_offers_every_door_and_example(client: Client) -> None:
    """Citizens, doors and ready-made complaints are one tap away; nothing comes from elsewhere."""
    response = await client.get("/hp")
    page = await response.text()
    assert response.status == 200
    for one in story.told().citizens:
        assert f'data-warga="{one.id}"' in page
    for example in story.told().examples:
        assert page.count(f'data-contoh="{example.id}"') == 2
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
    version = (await (await client.get("/hp/surat?warga=1&sejak=-1")).json())["versi"]
    assert (await client.get(f"/hp/surat?warga=1&sejak={version}")).status == 204


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
