from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

import pytest

from inbox.files import Files


async def test_put_keeps_content_under_its_digest(tmp_path: Path) -> None:
    """What was put can be read back by the SHA-256 of its content, and lies where the digest says."""
    files = Files(tmp_path)
    digest = await files.put(b"foto jalan")
    assert digest == hashlib.sha256(b"foto jalan").hexdigest()
    assert await files.read(digest) == b"foto jalan"
    assert files.path(digest) == tmp_path / digest[:2] / digest[2:]


async def test_putting_twice_keeps_one_file_and_touches_it_once(tmp_path: Path) -> None:
    """The same content again costs no second file, and leaves the first as it was."""
    files = Files(tmp_path)
    digest = await files.put(b"sama")
    before = files.path(digest).stat()
    assert await files.put(b"sama") == digest
    assert files.path(digest).stat().st_ino == before.st_ino
    assert len(_files(tmp_path)) == 1


async def test_many_puts_at_once_leave_whole_files_and_nothing_else(tmp_path: Path) -> None:
    """Two messages with the same picture at the same moment do not disturb each other."""
    files = Files(tmp_path)
    contents = [bytes([number % 4]) * 50_000 for number in range(24)]
    digests = await asyncio.gather(*(files.put(content) for content in contents))
    assert [await files.read(digest) for digest in digests] == contents
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
async def test_only_a_digest_names_a_file(tmp_path: Path, digest: str) -> None:
    """Nothing but 64 hexadecimal digits leads to a path."""
    with pytest.raises(ValueError, match="not a digest"):
        await Files(tmp_path).read(digest)


async def test_reading_what_is_not_there_says_so(tmp_path: Path) -> None:
    """A digest that nobody put is a missing file."""
    with pytest.raises(FileNotFoundError):
        await Files(tmp_path).read("0" * 64)


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
