"""An archive as an administrator makes it and brings it back: from either engine, to a file or a pipe, whole or not."""

from __future__ import annotations

import asyncio
import io
import re
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.__main__ import main
from inbox import backup
from inbox.backup import FILES
from inbox.backup_archive import Reader
from inbox.database import Database
from inbox.files import Files
from inbox.models import Attachment, Message
from inbox.refused import Refused
from tests.inbox.house import House, at, blitar, upload

NOW = at("2026-11-23 09:15")
PICTURE = b"\x89PNG\r\n\x1a\n" + b"picture" * 500
# Columns of that shape that name something else than a file of the store.
NO_FILES = {
    *("api_token.digest", "api_answer.fingerprint", "session.digest", "guest_link.digest", "set_aside.digest"),
    *("procedure_version.digest", "paper.digest", "officer.login"),
    *("journal_seal.previous", "journal_seal.digest", "recovery_code.digest"),
}

Wadul = Callable[..., tuple[int, str]]


@pytest.fixture
def wadul(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Wadul:
    """Run a command on a data folder and a database; answers the exit code and what it said."""

    def run(*arguments: str, data: Path, database: str = "") -> tuple[int, str]:
        monkeypatch.setenv("WADUL_DATA", str(data))
        monkeypatch.setenv("WADUL_DATABASE", database)
        code = main(arguments)
        said = capfd.readouterr()
        return code, said.out + said.err

    return run


@pytest.fixture
def lived(any_url: str, tmp_path: Path) -> tuple[str, Path]:
    """A database and its data folder with a complaint that was answered with a picture."""
    asyncio.run(_live(any_url, tmp_path / "data"))
    return any_url, tmp_path / "data"


async def _live(url: str, data: Path) -> None:
    database = Database(url)
    await database.open()
    try:
        house = House(database, data / "files", blitar())
        await house.tickets.prepare(NOW)
        ticket, front = await house.complaint(NOW), await house.officer("petugas")
        version, files = await house.version(ticket.number), [upload("foto.png", PICTURE, "image/png")]
        await house.acting.reply(front, ticket.number, "Sudah kami lihat.", version=version, now=NOW, files=files)
    finally:
        await database.close()


async def _told(url: str, data: Path) -> tuple[list[str], list[bytes]]:
    """What the record says, and its files."""
    database = Database(url)
    await database.open()
    try:
        said = [str(one) for one in await Message.filter(ticket_id=1).order_by("id").values_list("text", flat=True)]
        digests = await Attachment.all().order_by("id").values_list("digest", flat=True)
        return said, [await Files(data / "files").read(str(digest)) for digest in digests]
    finally:
        await database.close()


def test_what_was_saved_comes_back(lived: tuple[str, Path], wadul: Wadul, tmp_path: Path) -> None:
    """From either engine into a small office's file: words, files, and a program that starts on it."""
    url, data = lived
    archive, fresh = tmp_path / "cadangan.tar", tmp_path / "baru"
    code, said = wadul("backup", str(archive), data=data, database=url)
    assert code == 0
    assert "1 berkas" in said
    assert str(data / "secret") in said
    assert archive.stat().st_mode & 0o777 == 0o600
    code, said = wadul("restore", str(archive), data=fresh)
    assert code == 0
    assert "1 berkas" in said
    words, files = asyncio.run(_told(f"sqlite://{fresh / 'wadul.db'}", fresh))
    assert "Sudah kami lihat." in words[-1]
    assert files == [PICTURE]
    assert wadul("search", "rebuild", data=fresh)[0] == 0


def test_an_archive_of_a_small_office_comes_back_on_postgres(
    sqlite_url: str, postgres_url: str, wadul: Wadul, tmp_path: Path
) -> None:
    """Restored into PostgreSQL; a second time nothing is laid over it."""
    data, archive, fresh = tmp_path / "data", tmp_path / "c.tar", tmp_path / "baru"
    asyncio.run(_live(sqlite_url, data))
    assert wadul("backup", str(archive), data=data, database=sqlite_url)[0] == 0
    assert wadul("restore", str(archive), data=fresh, database=postgres_url)[0] == 0
    words, files = asyncio.run(_told(postgres_url, fresh))
    assert "Sudah kami lihat." in words[-1]
    assert files == [PICTURE]
    code, said = wadul("restore", str(archive), data=fresh, database=postgres_url)
    assert code == 1
    assert "sudah berisi" in said


def test_a_record_is_moved_by_one_command(sqlite_url: str, postgres_url: str, wadul: Wadul, tmp_path: Path) -> None:
    """It says how much went over, and the new address without its password."""
    data = tmp_path / "data"
    asyncio.run(_live(sqlite_url, data))
    code, said = wadul(
        "move", "--to", postgres_url.replace("postgres@", "postgres:rahasia@"), data=data, database=sqlite_url
    )
    assert code == 0
    assert re.search(r"Selesai: \d+ baris di \d+ tabel", said)
    assert "rahasia" not in said
    assert "Sudah kami lihat." in asyncio.run(_told(postgres_url, data))[0][-1]


def test_a_file_that_is_gone_or_spoiled_is_told(sqlite_url: str, wadul: Wadul, tmp_path: Path) -> None:
    """The rest is saved all the same, and the command does not end as if all were well."""
    data = tmp_path / "data"
    asyncio.run(_live(sqlite_url, data))
    (kept,) = [path for path in (data / "files").rglob("*") if path.is_file()]
    kept.write_bytes(b"spoiled")
    code, said = wadul("backup", str(tmp_path / "c.tar"), data=data, database=sqlite_url)
    assert code == 1
    assert "1 berkas disebut di data" in said
    assert "0 berkas." in said
    code, said = wadul("restore", str(tmp_path / "c.tar"), data=tmp_path / "baru")
    assert code == 1
    assert "1 berkas disebut di data" in said


@pytest.mark.parametrize(
    "spoil", ["cut", "cut-at-a-part", "other-file", "other-row", "path", "newer", "none", "link", "names"]
)
def test_a_spoiled_archive_changes_nothing(spoil: str, sqlite_url: str, wadul: Wadul, tmp_path: Path) -> None:
    """Every part is weighed; what is not as it was saved is refused in words, and no record is there afterwards."""
    data, archive, fresh = tmp_path / "data", tmp_path / "c.tar", tmp_path / "baru"
    asyncio.run(_live(sqlite_url, data))
    wadul("backup", str(archive), data=data, database=sqlite_url)
    _spoil(archive, spoil)
    code, said = wadul("restore", str(archive), data=fresh)
    assert code == 1
    assert re.search("Arsip (rusak atau terpotong|ini bukan|ini dari Wadul yang lebih baru)", said), said
    assert not (fresh / "wadul.db").exists()
    assert not (tmp_path / "luar").exists()


def _spoil(archive: Path, how: str) -> None:
    with tarfile.open(archive) as whole:
        parts = [(part.name, whole.extractfile(part).read()) for part in whole]  # type: ignore[union-attr]
    if how == "cut":
        archive.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
        return
    if how == "none":
        archive.write_bytes(b"")
        return
    changed = {"cut-at-a-part": parts[:-1]}.get(how) or [_spoiled(name, content, how) for name, content in parts]
    if how == "names":  # each header says that the next one has a longer name
        about = tarfile.TarInfo("././@LongLink")
        about.type, about.size = tarfile.GNUTYPE_LONGNAME, 512
        manifest = 512 - len(parts[0][1]) // -512 * 512
        archive.write_bytes(archive.read_bytes()[:manifest] + (about.tobuf(tarfile.GNU_FORMAT) + b"a" * 512) * 2000)
        return
    with tarfile.open(archive, "w") as whole:
        for name, content in changed:
            if how in {"link", "holes"} and name == "wadul.sqlite":
                whole.addfile(_trap(how), io.BytesIO(b"0\n".ljust(512, b"\0")))
                continue
            about = tarfile.TarInfo(name)
            about.size = len(content)
            whole.addfile(about, io.BytesIO(content))


_HOLES = (("major", "1"), ("minor", "0"), ("name", "wadul.sqlite"))


def _trap(how: str) -> tarfile.TarInfo:
    """A record that is a way to somebody's file, or mostly nothing: ten megabytes that take none in the archive."""
    about = tarfile.TarInfo("wadul.sqlite")
    if how == "link":
        about.type, about.linkname = tarfile.SYMTYPE, "/etc/hostname"
        return about
    about.size = 512
    size = str(10 * 1024 * 1024)
    about.pax_headers = {f"GNU.sparse.{name}": value for name, value in (*_HOLES, ("realsize", size))}
    return about


def test_an_archive_of_nothing_fills_no_disk(tmp_path: Path, wadul: Wadul, sqlite_url: str) -> None:
    """A record that says it is mostly holes is refused before any of it is written."""
    asyncio.run(_live(sqlite_url, tmp_path / "data"))
    wadul("backup", str(tmp_path / "c.tar"), data=tmp_path / "data", database=sqlite_url)
    _spoil(tmp_path / "c.tar", "holes")
    with (tmp_path / "c.tar").open("rb") as source, pytest.raises(Refused):
        Reader(source).unpack(tmp_path / "data" / "wadul.sqlite", Files(tmp_path / "files"))
    assert not (tmp_path / "data" / "wadul.sqlite").exists()


def _spoiled(name: str, content: bytes, how: str) -> tuple[str, bytes]:
    if how == "other-file" and name.startswith("files/"):
        return name, content[:-1] + b"!"
    if how == "path" and name.startswith("files/"):
        return "../luar", content
    if how == "newer" and name == "manifest.json":
        return name, content.replace(b"0001_initial", b"9001_later")
    if how == "other-row" and name == "wadul.sqlite":
        return name, content.replace(b"Sudah kami lihat.", b"Belum kami lihat.")
    return name, content


def test_nothing_that_is_there_is_restored_over(
    sqlite_url: str, wadul: Wadul, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A record, the log of one, or one that came to be while the archive was read."""
    data, archive = tmp_path / "data", tmp_path / "c.tar"
    asyncio.run(_live(sqlite_url, data))
    wadul("backup", str(archive), data=data, database=sqlite_url)
    for place, name in enumerate(("wadul.db", "wadul.db-wal")):
        fresh = tmp_path / f"baru-{place}"
        fresh.mkdir()
        (fresh / name).write_bytes(b"mine")
        code, said = wadul("restore", str(archive), data=fresh)
        assert (code, (fresh / name).read_bytes()) == (1, b"mine")
        assert str(fresh / name) in said
    late = tmp_path / "baru"
    monkeypatch.setattr("inbox.backup._check_empty", lambda _: late.mkdir(exist_ok=True))
    migrate = backup.migrate

    async def meanwhile(url: str) -> None:
        await migrate(url)
        (late / "wadul.db").write_bytes(b"mine")

    monkeypatch.setattr(backup, "migrate", meanwhile)
    assert wadul("restore", str(archive), data=late)[0] == 1
    assert (late / "wadul.db").read_bytes() == b"mine"


def test_what_stands_in_the_way_is_said(sqlite_url: str, wadul: Wadul, tmp_path: Path) -> None:
    """No record, an archive that is there, a folder that is not, a wrong address, a server that does not answer."""
    data, archive = tmp_path / "data", tmp_path / "c.tar"
    assert "Periksa WADUL_DATA" in wadul("backup", str(archive), data=tmp_path / "nowhere")[1]
    asyncio.run(_live(sqlite_url, data))
    archive.write_bytes(b"mine")
    assert "tidak ditimpa" in wadul("backup", str(archive), data=data, database=sqlite_url)[1]
    assert archive.read_bytes() == b"mine"
    assert "tidak bisa ditulis" in wadul("backup", str(tmp_path / "no" / "c.tar"), data=data, database=sqlite_url)[1]
    assert "tidak bisa dibaca" in wadul("restore", str(tmp_path / "no.tar"), data=tmp_path / "baru")[1]
    assert "bukan alamat PostgreSQL" in wadul("move", "--to", "mysql://x/y", data=data, database=sqlite_url)[1]
    nobody = "postgres://wadul:rahasia@127.0.0.1:1/wadul"
    for command in (("move", "--to", nobody), ("backup", str(tmp_path / "d.tar"))):
        code, said = wadul(*command, data=data, database=sqlite_url if command[0] == "move" else nobody)
        assert code == 1
        assert "PostgreSQL tidak bisa dibuka" in said
        assert "rahasia" not in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c.tar", "data", "wadul.sqlite"]


def test_every_column_that_names_a_file_is_saved(sqlite_url: str) -> None:
    """A column of 64 letters is a digest of something: either a file of the store, or known to be none."""
    with closing(sqlite3.connect(sqlite_url.partition("://")[2])) as connection:
        found = connection.execute(
            """SELECT m.name || '.' || c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'
            AND c.type = 'VARCHAR(64)' AND c.name NOT IN ('reason', 'outcome', 'worker', 'key', 'trouble')"""
        ).fetchall()
    saved = {f"{table}.{column}" for table, columns in FILES.items() for column in columns}
    assert {name for (name,) in found} == saved | NO_FILES
