"""An installation that something is wrong with, as its administrator hears of it: in sentences with what to do."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest

from bot import doctor
from bot.__main__ import main
from inbox import journal
from inbox.database import Database
from inbox.migrate import UNFINISHED, migrate
from inbox.models import Delivery, SetAside
from tests.inbox import rows
from tests.shipped import laid_down

Doctor = Callable[..., tuple[int, str]]


@pytest.fixture
def data(tmp_path: Path, sqlite_template: Path) -> Path:
    """A data folder in order."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    shutil.copyfile(sqlite_template, folder / "wadul.db")
    return folder


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """One office with its form and nothing else."""
    return laid_down(tmp_path / "config")


@pytest.fixture
def examined(
    config: Path, data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Doctor]:
    """Run ``wadul doctor`` there; answers the exit code and what it said."""

    def run(**surroundings: str) -> tuple[int, str]:
        ours = {"DATA": str(data), "PUBLIC_URL": "https://aduan.example.go.id", "LISTEN": "127.0.0.1:9", "DATABASE": ""}
        for name, value in (ours | surroundings).items():
            monkeypatch.setenv(f"WADUL_{name}", value)
        code = main(["doctor", "--config", str(config)])
        said = capsys.readouterr()
        return code, said.out + said.err

    return run  # type: ignore[return-value]


class Trouble(NamedTuple):
    """What is done to an installation, and what is said of it."""

    do: Callable[[Path], object]
    said: str


def _sql(*statements: str) -> Callable[[Path], object]:
    def do(data: Path) -> None:
        with closing(sqlite3.connect(data / "wadul.db")) as connection:
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    return do


def _spoil(data: Path) -> None:
    content = bytearray((data / "wadul.db").read_bytes())
    content[8192:65536] = bytes(57344)
    (data / "wadul.db").write_bytes(content)


TROUBLES = {
    "open-folder": Trouble(lambda data: data.chmod(0o755), "chmod 700"),
    "open-secret": Trouble(lambda data: (data / "secret").write_text("rahasia"), "chmod 600"),
    "no-folder": Trouble(shutil.rmtree, "belum ada"),
    "no-record": Trouble(lambda data: (data / "wadul.db").unlink(), "Periksa WADUL_DATA"),
    "no-database": Trouble(lambda data: (data / "wadul.db").write_bytes(b"x" * 9000), "Basis data rusak"),
    "spoiled": Trouble(_spoil, "Basis data rusak"),
    "older": Trouble(
        _sql("DELETE FROM tortoise_migrations WHERE name >= '0019'"), "perubahan belum diterapkan, mulai 0019"
    ),
}


@pytest.mark.parametrize("name", TROUBLES)
def test_each_trouble_is_said_with_its_remedy(name: str, data: Path, examined: Doctor) -> None:
    """One sentence a trouble, and an exit code that a script can read."""
    TROUBLES[name].do(data)
    code, said = examined()
    assert code == 1
    assert TROUBLES[name].said in said
    assert "Traceback" not in said


def test_what_waits_failed_or_lies_aside_is_counted(data: Path, examined: Doctor) -> None:
    """An answer of an hour ago that did not leave, one that failed, a message nobody could read."""
    asyncio.run(_troubled(f"sqlite://{data / 'wadul.db'}"))
    code, said = examined()
    assert code == 1
    assert "blitar-email ada pesan keluar yang sudah menunggu 60 menit" in said
    assert "1 pesan keluar gagal" in said
    assert "1 pesan masuk disisihkan" in said
    assert "Program tidak menjawab di http://127.0.0.1:9" in said
    assert "4 hal perlu dilihat" in said


def test_a_journal_that_nobody_seals_is_said(data: Path, examined: Doctor) -> None:
    """An entry of an hour ago without a seal; one of this minute is nothing to speak of."""
    url, now = f"sqlite://{data / 'wadul.db'}", datetime.now(UTC)
    asyncio.run(_noted(url, now))
    assert "belum disegel" not in examined()[1]
    asyncio.run(_noted(url, now - timedelta(hours=1), office="kantor-lama"))
    assert "Riwayat kantor kantor-lama belum disegel sejak 60 menit" in examined()[1]


async def _noted(url: str, at: datetime, office: str = "blitar") -> None:
    database = Database(url)
    await database.open()
    try:
        await journal.write(office, "noted", actor=journal.SYSTEM, at=at)
    finally:
        await database.close()


async def _troubled(url: str) -> None:
    began = datetime.now(UTC) - timedelta(hours=1)
    database = Database(url)
    await database.open()
    try:
        await rows.queued(database, began)
        failed = await rows.queued(database, began, value="lain@example.org")
        await Delivery.filter(id=failed.id).update(state="failed")
        await SetAside.create(
            office="blitar", channel=rows.CHANNEL, reason="unreadable", digest="0" * 64, created_at=began
        )
    finally:
        await database.close()


def test_an_installation_in_order_has_nothing_to_be_said(examined: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the program answering, which this test does for it."""

    async def answering(_: object) -> list[object]:
        return []

    monkeypatch.setattr(doctor, "_program", answering)
    monkeypatch.setattr(doctor, "_LEAST_FILES", 0)
    monkeypatch.setattr(doctor, "_LEAST_FREE_BYTES", 0)
    code, said = examined()
    assert (code, said.count("\n")) == (0, 1), said
    assert "Tidak ada yang perlu dibenahi: 1 kantor" in said


def test_a_disk_that_is_full_and_an_address_without_tls(examined: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    """What would stop messages tomorrow is said today."""
    monkeypatch.setattr(doctor, "_LEAST_FREE_BYTES", 1 << 62)
    monkeypatch.setattr(doctor, "_LEAST_FILES", 1 << 40)
    _, said = examined(PUBLIC_URL="http://aduan.example.go.id")
    for sentence in ("kalau habis, pesan baru tidak bisa disimpan", "LimitNOFILE", "bukan https"):
        assert sentence in said


def test_half_a_record_on_postgres_is_said(postgres_url: str, examined: Doctor) -> None:
    """And a server that does not answer, without its password."""
    with psycopg.connect(postgres_url.replace("postgres://", "postgresql://"), autocommit=True) as connection:
        connection.execute(f"CREATE TABLE {UNFINISHED} (name TEXT)")
    assert "setengah terisi" in examined(DATABASE=postgres_url)[1]
    said = examined(DATABASE="postgres://wadul:rahasia@127.0.0.1:1/wadul")[1]
    assert "PostgreSQL tidak bisa dibuka" in said
    assert "rahasia" not in said


async def test_nothing_is_changed_by_looking(tmp_path: Path) -> None:
    """An old record stays as it is."""
    url = f"sqlite://{tmp_path / 'wadul.db'}"
    await migrate(url)
    before = (tmp_path / "wadul.db").read_bytes()
    with closing(sqlite3.connect(tmp_path / "wadul.db")) as connection:
        connection.execute("DELETE FROM tortoise_migrations WHERE name >= '0019'")
        connection.commit()
    assert await doctor.record(doctor.Settings(data=tmp_path)) != []
    with closing(sqlite3.connect(tmp_path / "wadul.db")) as connection:
        assert not connection.execute("SELECT 1 FROM tortoise_migrations WHERE name >= '0019'").fetchall()
    assert len(before) == (tmp_path / "wadul.db").stat().st_size
