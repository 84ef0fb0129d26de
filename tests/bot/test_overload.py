"""More than there is room for: a full disk, no file handles, too many at once, bodies that never end. Whoever calls is
told to come again, the log says why, and afterwards everything goes on.
"""

from __future__ import annotations

import asyncio
import errno
import os
import resource
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import structlog
from aiohttp.test_utils import TestClient, TestServer

import config
from bot import sharing, spool
from bot.app import Wadul, built
from bot.settings import Settings
from bot.spool import SpoolFull
from channels.base import Inbound
from inbox.models import Message, Ticket
from tests.bench import hooks
from tests.bench.hooks import DOORS, NOW, URL, android

OFFICES = config.load(config.SHIPPED, secrets=False)
LONG = "Lampu jalan di depan pasar Legi mati. " * 200


@pytest.fixture
async def wadul(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Wadul]:
    settings = Settings(data=tmp_path / "data", database=sqlite_url, public_url=URL)
    async with built(settings, OFFICES, now=lambda: NOW, entries=DOORS) as wadul:
        yield wadul


@pytest.fixture
async def client(wadul: Wadul) -> AsyncIterator[TestClient]:  # type: ignore[type-arg]
    async with TestClient(TestServer(wadul.web)) as client:
        yield client


async def texts(client: TestClient, number: int) -> tuple[int, str]:  # type: ignore[type-arg]
    """A citizen's message comes by the phone's gateway: what that is told, and when to come again."""
    path, headers, body = android(number)
    answer = await client.post(path, data=body, headers=headers)
    return answer.status, answer.headers.get("Retry-After", "")


async def test_a_full_disk_loses_nothing_and_says_so(
    wadul: Wadul,
    client: TestClient,  # type: ignore[type-arg]
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The record takes nothing more: what fits in the spool waits there, the rest stays with the platform."""
    monkeypatch.setattr(hooks, "TEXT", LONG)
    await wadul.database.query("PRAGMA max_page_count = 1")
    with structlog.testing.capture_logs() as logs:
        assert await texts(client, 1) == (200, "")
        monkeypatch.setattr(spool, "LEAST_FREE_BYTES", 1 << 62)
        assert await texts(client, 2) == (503, "60")
    assert [line["event"] for line in logs if line["log_level"] == "error"][-1] == "no room in the spool"
    assert any("SQLITE_FULL" in str(line.get("error")) for line in logs)
    assert await Ticket.all().count() == 0
    monkeypatch.undo()
    await wadul.database.query("PRAGMA max_page_count = 4294967294")
    await wadul.spooler.round()
    assert await texts(client, 2) == (200, "")
    assert await Message.filter(direction="in").count() == 2


@contextmanager
def starving() -> Iterator[None]:
    """No file and no connection is opened meanwhile."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def test_without_file_handles_upstream_keeps_its_message(wadul: Wadul) -> None:
    """What has a file cannot be stored, nor can anybody look what waits: it comes again, and the log says why."""
    said = Inbound("wa-1", "+6281234567890", NOW, text="Lampu mati", raw=b"x" * 100_000)
    desk = wadul.desks["blitar-sms"]
    await asyncio.to_thread(int)  # its thread is there before there are no handles
    with structlog.testing.capture_logs() as logs:
        with starving(), pytest.raises(SpoolFull):
            await desk.accept(said)
        (told,) = [line for line in logs if line["event"].startswith("spool cannot")]
    assert told["error"] == os.strerror(errno.EMFILE)
    (accepted,) = await desk.accept(said)
    assert not accepted.aside
    assert await Message.filter(direction="in").count() == 1


async def test_a_crowd_at_one_door_comes_again_later(
    wadul: Wadul,
    client: TestClient,  # type: ignore[type-arg]
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """More wait than may: 503 and when to come again; nothing of it lies on our disk, and the platform is believed."""
    line = wadul.desks["blitar-sms"]._line
    monkeypatch.setattr(line, "_most_waiting", 0)
    assert await texts(client, 1) == (503, "10")
    assert not wadul.desks["blitar-sms"]._spool.waits("blitar-sms")  # type: ignore[attr-defined]
    monkeypatch.undo()
    assert isinstance(line, sharing.Sharing)
    assert await texts(client, 1) == (200, "")


@pytest.mark.parametrize("path", ["/masuk", "/cek", "/blitar/cek"])
async def test_a_form_that_never_ends_is_let_go(
    client: TestClient,  # type: ignore[type-arg]
    monkeypatch: pytest.MonkeyPatch,
    path: str,
) -> None:
    """Who drips a form holds a file handle: it is closed with 408; one that is too large was never read."""
    monkeypatch.setattr("inbox.web.forms._SECONDS", 0.1)
    reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
    kind = "Content-Type: application/x-www-form-urlencoded"
    writer.write(f"POST {path} HTTP/1.1\r\nHost: x\r\n{kind}\r\nContent-Length: 100\r\n\r\nnomor=1".encode())
    answer = await asyncio.wait_for(reader.read(100), 20)
    writer.close()
    assert answer.startswith(b"HTTP/1.1 408")
    large = await client.post(path, data={"nomor": "x" * 100_000})
    assert large.status in {413, 422}
