"""What every file store promises, the folder and the bucket; and what a folder alone has to."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from inbox.files import Files, opened
from tests import buckets


@pytest.fixture(params=["folder", "bucket"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Files]:
    """A store of each sort."""
    if request.param == "folder":
        yield opened(tmp_path)
        return
    with buckets.serve() as store:
        yield opened(tmp_path, store.address)


async def test_put_keeps_content_under_its_digest(files: Files, tmp_path: Path) -> None:
    """What was put can be read back by the SHA-256 of its content, and lies where the digest says once fetched."""
    digest = await files.put(b"foto jalan")
    assert digest == hashlib.sha256(b"foto jalan").hexdigest()
    assert await files.read(digest) == b"foto jalan"
    await files.fetch(digest, "0" * 64)
    assert files.path(digest) == tmp_path / digest[:2] / digest[2:]
    assert files.path(digest).read_bytes() == b"foto jalan"
    assert (files.has(digest), files.has("0" * 64)) == (True, False)
    assert list(files.digests()) == [digest]
    files.check()


async def test_putting_twice_keeps_one_file_and_touches_it_once(tmp_path: Path) -> None:
    """The same content again costs no second file, and leaves the first as it was."""
    files = Files(tmp_path)
    digest = await files.put(b"sama")
    before = files.path(digest).stat()
    assert await files.put(b"sama") == digest
    assert files.path(digest).stat().st_ino == before.st_ino
    assert len(_files(tmp_path)) == 1


async def test_many_puts_at_once_leave_whole_files_and_nothing_else(files: Files, tmp_path: Path) -> None:
    """Two messages with the same picture at the same moment do not disturb each other."""
    contents = [bytes([number % 4]) * 50_000 for number in range(24)]
    digests = await asyncio.gather(*(files.put(content) for content in contents))
    assert [await files.read(digest) for digest in digests] == contents
    await asyncio.gather(*(files.fetch(digest) for digest in digests))
    assert len(_files(tmp_path)) == 4


async def test_a_failed_write_leaves_nothing_under_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk leaves no half file behind that a later put would take for the whole one."""
    files = Files(tmp_path)

    def full(_: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("inbox.files.os.fsync", full)
    with pytest.raises(OSError, match="no space"):
        await files.put(b"tidak muat")
    assert _files(tmp_path) == []


@pytest.mark.parametrize("digest", ["", "ab", "../../etc/passwd", "A" * 64, "a" * 63 + "/"])
async def test_only_a_digest_names_a_file(files: Files, digest: str) -> None:
    """Nothing but 64 hexadecimal digits leads to a path."""
    with pytest.raises(ValueError, match="not a digest"):
        await files.read(digest)


async def test_reading_what_is_not_there_says_so(files: Files) -> None:
    """A digest that nobody put is a missing file."""
    with pytest.raises(FileNotFoundError):
        await files.read("0" * 64)


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
