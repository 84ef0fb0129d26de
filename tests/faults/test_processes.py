"""Whole programs share one PostgreSQL, or a bucket too: whichever is killed, the other listens, thinks and answers."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

import psycopg
import pytest
from aiohttp import ClientConnectionError, ClientSession

from inbox.database import Database
from inbox.officers import Officers
from tests import buckets
from tests.channels.bot_platform import TOKEN, BotPlatform
from tests.channels.updates import BUDI, CHAT, PRIVATE, update, written
from tests.journeys.browsing import Browser, Upload
from tests.journeys.officers import PASSWORD, Officer
from tests.ports import own_ports
from tests.shipped import laid_down, shipped

BLT = re.compile(r"BLT-\d\d-\d{6}")
PHOTO = b"\x89PNG\r\n\x1a\n" + b"photo" * 500
pytestmark = pytest.mark.timeout(180)  # whole programs are started
# A door asks for its lease every two seconds; the rest is a slow machine's.
MOVES_SECONDS = ENDS_SECONDS = 10


def _bot(base_url: str) -> dict[str, str]:
    return {"kind": "telegram", "name": "Telegram", "token": TOKEN, "base_url": base_url}


class Program:
    """One ``wadul serve``."""

    def __init__(self, process: asyncio.subprocess.Process, url: str) -> None:
        self.process, self.url = process, url

    async def stop(self, how: signal.Signals) -> int:
        """Its exit code."""
        self.process.send_signal(how)
        return await asyncio.wait_for(self.process.wait(), 30)


@asynccontextmanager
async def serving(folder: Path, data: Path, database: str, port: int, *only: str) -> AsyncIterator[Program]:
    """Until it is ready, and until the block ends."""
    url = f"http://127.0.0.1:{port}"
    ours = {"WADUL_LISTEN": url.removeprefix("http://"), "WADUL_DATA": str(data), "WADUL_DATABASE": database}
    options = [part for name in only for part in ("--only", name)]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "serve", "--config", str(folder), *options),
        env=os.environ | ours | {"WADUL_SECRET": "satu rahasia untuk semua proses"},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout
        async with asyncio.timeout(60):
            assert b"Wadul melayani" in await process.stdout.readline()
        yield Program(process, url)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _said(text: str, number: int) -> bytes:
    """Each in a chat of its own."""
    chat, who = PRIVATE | {"id": CHAT + number}, BUDI | {"id": CHAT + number}
    return update(number, message={**written(text, number + 10), "chat": chat, "from": who})


async def _until(platform: BotPlatform, number: int) -> list[str]:
    """The answers, as soon as there are so many."""
    async with asyncio.timeout(30):
        while len(found := [call["text"] for call in platform.calls("sendMessage")]) < number:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    return found


async def _settled(url: str, number: int, state: str = "sent") -> None:
    """So many answers are on record as sent: whoever is killed now had none in hand."""
    sql = "SELECT count(*) FROM delivery WHERE state = %s"
    async with asyncio.timeout(30):
        while True:
            with psycopg.connect(url.replace("postgres://", "postgresql://")) as connection:
                if connection.execute(sql, [state]).fetchone() == (number,):
                    return
            await asyncio.sleep(0.05)


def _one_ahead(url: str) -> None:
    """A newer program has begun to run beside ours: the record has what we know nothing of."""
    with psycopg.connect(url.replace("postgres://", "postgresql://")) as connection:
        connection.execute("ALTER TABLE ticket ADD COLUMN tomorrow INT NOT NULL DEFAULT 0")
        connection.execute("ALTER TABLE message ADD COLUMN tomorrow TEXT")
        connection.execute("CREATE TABLE tomorrow (ticket_id BIGINT REFERENCES ticket (id))")
        connection.execute(
            "INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('inbox', '9999_next', now())"
        )


async def test_whichever_process_dies_the_other_goes_on(tmp_path: Path, postgres_url: str) -> None:
    """Citizens write to both, after one was killed, and after the other ended: each is answered, once; also while a
    newer program beside them has brought the record one version ahead, by whom runs and by whom is started then.
    """
    ports = own_ports(3)
    async with BotPlatform() as platform:
        folder = laid_down(tmp_path / "config", telegram=_bot(platform.url))
        shared = (folder, tmp_path / "data", postgres_url)
        async with serving(*shared, ports[0]) as first, serving(*shared, ports[1]) as second:
            platform.bring(_said("Jalan di depan SD Kauman berlubang", 5))
            assert "BLT-" in (await _until(platform, 1))[0]
            await _settled(postgres_url, 1)
            await first.stop(signal.SIGKILL)
            platform.bring(_said("Lampu jalan di Kepanjenkidul mati", 6))
            died_at = asyncio.get_running_loop().time()
            assert "BLT-" in (await _until(platform, 2))[1]
            assert asyncio.get_running_loop().time() - died_at < MOVES_SECONDS
            _one_ahead(postgres_url)
            async with serving(*shared, ports[2], "doors", "deliver") as third:
                async with ClientSession() as web:
                    assert (await web.get(f"{third.url}/healthz")).status == 200
                    assert (await web.get(f"{third.url}/masuk")).status == 404
                    assert (await web.get(f"{second.url}/masuk")).status == 200
                await _settled(postgres_url, 2)
                assert await second.stop(signal.SIGTERM) == 0
                platform.bring(_said("Sampah menumpuk di Sananwetan", 7))
                assert "BLT-" in (await _until(platform, 3))[2]
                assert await third.stop(signal.SIGTERM) == 0
        assert len(platform.calls("sendMessage")) == 3
    with psycopg.connect(postgres_url.replace("postgres://", "postgresql://")) as connection:
        rows = connection.execute("SELECT state FROM delivery").fetchall()
        assert sorted(row[0] for row in rows) == ["sent"] * 3
        assert connection.execute("SELECT count(*), count(DISTINCT number) FROM ticket").fetchone() == (3, 3)


async def test_told_to_stop_it_finishes_what_it_holds_and_takes_nothing_new(tmp_path: Path, postgres_url: str) -> None:
    """An answer that the platform is slow to take is sent and on record before the program ends, within seconds of it;
    the next is left to the process after it, and goes out once.
    """
    ports = own_ports(3)
    async with BotPlatform(gate=asyncio.Event()) as platform:
        folder = laid_down(tmp_path / "config", telegram=_bot(platform.url))
        shared = (folder, tmp_path / "data", postgres_url)
        async with serving(*shared, ports[0], "doors") as _, serving(*shared, ports[1], "deliver") as sender:
            platform.bring(_said("Jalan di depan SD Kauman berlubang", 5))
            await _until(platform, 1)
            ending = asyncio.create_task(sender.stop(signal.SIGTERM))
            await _refuses_work(sender)
            platform.bring(_said("Lampu jalan di Kepanjenkidul mati", 6))
            await _settled(postgres_url, 1, "queued")
            assert not ending.done()
            assert platform.gate
            platform.gate.set()
            answered_at = asyncio.get_running_loop().time()
            assert await ending == 0
            assert asyncio.get_running_loop().time() - answered_at < ENDS_SECONDS
            await _settled(postgres_url, 1)
            assert len(platform.calls("sendMessage")) == 1
            async with serving(*shared, ports[2], "deliver"):
                await _settled(postgres_url, 2)
        assert len(platform.calls("sendMessage")) == 2


async def _refuses_work(program: Program) -> None:
    """Whoever sends it work is told to ask others, or finds nobody there."""
    async with asyncio.timeout(30), ClientSession() as web:
        while True:
            with suppress(ClientConnectionError):
                if (await web.get(f"{program.url}/readyz")).status == 200:
                    await asyncio.sleep(0.05)
                    continue
            return


async def _hires(url: str) -> None:
    """An officer, as ``wadul officer add`` does it."""
    database = Database(url)
    await database.open()
    try:
        office = shipped().office("blitar")
        await Officers(database).add(office, "petugas", "Ratna Dewi", ["petugas"], PASSWORD, now=datetime.now(UTC))
    finally:
        await database.close()


async def _photo(officer: Officer, content: bytes) -> None:
    """The officer finds the newest complaint and sees what its citizen sent."""
    page = await officer.opens("/meja/", antrean="semua")
    number = BLT.findall(page.text)[0]
    (link,) = (await officer.reads(number)).all("//a[starts-with(@href, '/berkas/')]/@href")[:1]
    assert await officer.browser.downloads(link) == content


async def test_machines_with_folders_of_their_own_share_a_bucket(tmp_path: Path, postgres_url: str) -> None:
    """A photo that came to one machine is seen at the other, also after the first is gone, folder and all; an answer
    with a file leaves from whichever sends.
    """
    folder = laid_down(tmp_path / "config", web={"kind": "web", "name": "Formulir", "fastest_seconds": 0})
    await _hires(postgres_url)
    here, there = tmp_path / "here", tmp_path / "there"
    with buckets.serve() as store, patch.dict(os.environ, {"WADUL_FILES": store.address}):
        first, second = own_ports(2)
        async with (
            serving(folder, here, postgres_url, first) as one,
            serving(folder, there, postgres_url, second) as two,
        ):
            citizen, officer = Browser(one.url), Officer("petugas", Browser(two.url))
            form = {
                "Isi aduan": "Jalan di depan SD Kauman berlubang",
                "Foto atau berkas": Upload("a.png", PHOTO, "image/png"),
            }
            page = await citizen.presses(await citizen.opens("/blitar/"), "Kirim aduan", form)
            assert "BLT-" in page.text
            await _photo(officer, PHOTO)
            await one.stop(signal.SIGKILL)
            shutil.rmtree(here, ignore_errors=True)
            await _photo(officer, PHOTO)
            for browser in (citizen, officer.browser):
                await browser.close()
        assert list((there / "files").glob("*/*"))


async def test_a_part_of_the_program_needs_postgres(tmp_path: Path) -> None:
    """With SQLite there is one process; whoever wants several is told what it takes."""
    folder = laid_down(tmp_path / "config", telegram=_bot("http://127.0.0.1:9"))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "serve", "--config", str(folder), "--only", "web"),
        env=os.environ | {"WADUL_DATA": str(tmp_path / "data"), "WADUL_DATABASE": ""},
        stdout=asyncio.subprocess.PIPE,
    )
    told, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 1
    assert "perlu PostgreSQL" in told.decode()
