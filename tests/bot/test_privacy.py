"""``wadul privacy``: a citizen's data as a file for them, and erasing it, as an administrator does it."""

from __future__ import annotations

import asyncio
import io
import json
import shutil
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.forgetting import Forgetting
from bot.spool import Letter, Spool
from channels.base import Inbound
from config import SHIPPED
from inbox.database import Database
from inbox.files import Files
from inbox.models import Attachment, Message, Ticket
from tests.inbox.house import House, at, blitar

NOW = at("2026-11-23 09:15")
SITI, OTHER = "siti@example.com", "budi@example.org"


@pytest.fixture
def number(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A closed case of Siti's with a picture and a note between officers; its number."""
    monkeypatch.setenv("WADUL_DATABASE", sqlite_url)
    monkeypatch.setenv("WADUL_DATA", str(tmp_path / "data"))
    return asyncio.run(_prepared(sqlite_url, tmp_path))


async def _prepared(url: str, folder: Path) -> str:
    database = Database(url)
    await database.open()
    house = House(database, folder / "data" / "files", blitar())
    await house.tickets.prepare(NOW)
    by = await house.officer("kabid", "kepala-dinas")
    ticket = await house.complaint(NOW, text="Got mampet di depan rumah Siti", sender=SITI)
    said = await Message.filter(ticket_id=ticket.id, direction="in").get()
    digest = await Files(folder / "data" / "files").put(b"gambar")
    await Attachment.create(
        office="blitar", message_id=said.id, name="../got.jpg", type="image/jpeg", size_bytes=6, digest=digest
    )
    await house.acting.note(by, ticket.number, "Orangnya cerewet", now=NOW)
    version = await house.version(ticket.number)
    await house.acting.close(by, ticket.number, "Sudah dikeruk", version=version, now=NOW)
    await database.close()
    return ticket.number


def test_what_is_held_is_handed_over_as_one_file(
    number: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In words, with what was sent, and without what officers wrote to each other."""
    file = tmp_path / "siti.zip"
    assert main(["privacy", "export", "--office", "blitar", "--ticket", number, str(file)]) == 0
    assert "dengan 1 berkas" in capsys.readouterr().out
    assert file.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(io.BytesIO(file.read_bytes())) as archive:
        data = json.loads(archive.read("data-anda.json"))
        (picture,) = [name for name in archive.namelist() if name.startswith("berkas/")]
        assert archive.read(picture) == b"gambar"
    assert ".." not in picture
    assert data["Anda"][0]["nama"] == "Siti"
    assert data["Alamat dan nomor Anda"][0]["isi"] == SITI
    assert data["Aduan"][0] | {"nomor": number, "status": "selesai"} == data["Aduan"][0]
    assert data["Percakapan"][0]["waktu"] == "2026-11-23T09:15:00+07:00"
    assert data["Berkas"][0]["letak berkas"] == picture
    assert "cerewet" not in json.dumps(data)
    assert main(["privacy", "export", "--office", "blitar", "--ticket", number, str(file)]) == 1


def test_erasing_asks_first_and_says_what_would_go(
    number: str, sqlite_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the word, or with --dry-run, nothing happens; with it the person is gone."""
    erase = ["privacy", "erase", "--office", "blitar", "--address", SITI, "--reason", "diminta"]
    assert main([*erase, "--dry-run"]) == 0
    assert number in capsys.readouterr().out
    monkeypatch.setattr("sys.stdin", io.StringIO("ya\n"))
    assert main(erase) == 1
    assert asyncio.run(_summary(sqlite_url, number)) == "Got mampet di depan rumah Siti"
    monkeypatch.setattr("sys.stdin", io.StringIO("hapus\n"))
    assert main(erase) == 0
    assert asyncio.run(_summary(sqlite_url, number)) == "(dihapus)"
    assert main([*erase, "--yes"]) == 1
    assert "Tidak ada orang dengan alamat itu" in capsys.readouterr().out


def test_what_would_go_is_listed_and_stays(
    number: str, sqlite_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the office's file: what is over soon, with its day; nothing is touched."""
    shutil.copytree(SHIPPED, tmp_path / "config")
    file = tmp_path / "config" / "offices" / "blitar" / "office.yaml"
    assert main(["privacy", "due", "--config", str(tmp_path / "config")]) == 0
    assert "blitar: office.yaml tidak menyebut retention" in capsys.readouterr().out
    file.write_text(file.read_text("utf-8") + "\nretention:\n  pengaduan: 1 bulan\n", "utf-8")
    asyncio.run(_aged(sqlite_url))
    assert main(["privacy", "due", "--config", str(tmp_path / "config")]) == 0
    assert f"{number} (pengaduan, 1 bulan): dihapus sesudah Minggu, 1 Maret 2020" in capsys.readouterr().out
    assert asyncio.run(_summary(sqlite_url, number)) == "Got mampet di depan rumah Siti"


async def _aged(url: str) -> None:
    database = Database(url)
    await database.open()
    await Ticket.all().update(closed_at=at("2020-02-01 09:00"))
    await database.close()


async def _summary(url: str, number: str) -> str:
    database = Database(url)
    await database.open()
    try:
        return (await Ticket.get(number=number)).summary
    finally:
        await database.close()


async def test_what_waits_on_the_disk_goes_too(tmp_path: Path) -> None:
    """Also from a letter that was given up; what others said in the same one stays."""
    spool = Spool(tmp_path)
    said = [Inbound(sender, sender, datetime(2026, 11, 23, tzinfo=UTC), text=sender) for sender in (SITI, OTHER)]
    await spool.keep("blitar-email", Letter(said=tuple(said)))
    await spool.keep("blitar-email", Letter(said=tuple(said[:1])))
    await spool.give_up(spool.letters("blitar-email")[1])
    forgetting = Forgetting(spool)
    assert await forgetting.count([SITI]) == 2
    await forgetting.forget([SITI])
    assert await forgetting.count([SITI]) == 0
    assert spool.counts() == (1, 0)
    (left,) = spool.letters("blitar-email")
    assert [one.sender for one in (await spool.read(left)).said] == [OTHER]
