"""Pictures that are handed out: drawn anew, upright, of bounded size, with nothing beside their pixels."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from inbox import exif
from inbox.files import Files
from inbox.picture_worker import LONGEST_SIDE, copied
from inbox.shown import Shown, Unreadable
from tests.inbox.test_pdf import vast
from tests.pictures import JPEG, PNG, WORD, encoded, opened, placed, tells, written_png

RED, GREEN = Image.new("RGB", (60, 30), "red"), Image.new("RGB", (60, 30), "green")
MOVING = {"save_all": True, "append_images": [GREEN], "duration": [100, 400], "loop": 0}


@pytest.fixture
async def shown(tmp_path: Path) -> AsyncIterator[Shown]:
    """The copies of a store in a folder."""
    made = Shown(Files(tmp_path / "files"))
    yield made
    await made.stop()


def turned(turn: int) -> bytes:
    """A JPEG that lies on its side, red at its left, as cameras write it."""
    picture, tags = Image.new("RGB", (80, 40), "green"), Image.Exif()
    picture.paste("red", (0, 0, 40, 40))
    tags[0x0112] = turn
    return encoded(picture, "JPEG", exif=tags)


@pytest.mark.parametrize(
    ("content", "format_", "mode", "size"),
    [
        (placed(), "JPEG", "RGB", (80, 40)),
        (placed(6000, 3000), "JPEG", "RGB", (LONGEST_SIDE, LONGEST_SIDE // 2)),
        (encoded(RED.convert("CMYK"), "JPEG", comment=WORD), "JPEG", "RGB", (60, 30)),
        (encoded(RED.convert("L"), "JPEG"), "JPEG", "L", (60, 30)),
        (written_png(), "PNG", "RGB", (60, 30)),
        (encoded(Image.new("I;16", (60, 30), 0x7FFF), "PNG"), "PNG", "L", (60, 30)),
        (encoded(RED.convert("P"), "PNG", transparency=0), "PNG", "RGBA", (60, 30)),
        (encoded(RED, "GIF", comment=WORD), "GIF", "P", (60, 30)),
        (encoded(RED, "WEBP", xmp=WORD), "WEBP", "RGB", (60, 30)),
    ],
    ids=["place", "large", "cmyk", "grey", "png and a page", "16 bits", "palette", "gif", "webp"],
)
def test_a_copy_has_the_pixels_and_nothing_else(content: bytes, format_: str, mode: str, size: tuple[int, int]) -> None:
    """In the same format, in colours that screens have; no word of what was written into the original."""
    made = copied(content)
    picture = opened(made)
    assert (picture.format, picture.mode, picture.size) == (format_, mode, size)
    assert not tells(made)
    assert b"<html" not in made


@pytest.mark.parametrize(
    ("turn", "size", "red_at"),
    [(1, (80, 40), (10, 20)), (3, (80, 40), (70, 20)), (6, (40, 80), (20, 10)), (8, (40, 80), (20, 70))],
)
def test_a_photo_stands_upright(turn: int, size: tuple[int, int], red_at: tuple[int, int]) -> None:
    """As the camera said that it lies; nobody has to turn the copy."""
    made = copied(turned(turn))
    assert opened(made).size == size
    assert exif.turned(made) == 0
    pixel = opened(made).getpixel(red_at)
    assert isinstance(pixel, tuple)
    assert pixel[0] > 200


def test_grey_of_sixteen_bits_stays_as_bright() -> None:
    """Half of white is half of white, and not white."""
    assert opened(copied(encoded(Image.new("I;16", (9, 9), 0x8000), "PNG"))).getpixel((4, 4)) == 128


@pytest.mark.parametrize(("format_", "own"), [("GIF", {"comment": WORD}), ("WEBP", {"xmp": WORD, "lossless": True})])
def test_what_moves_goes_on_moving(format_: str, own: dict[str, object]) -> None:
    """Frames, their times and the loop; the comment stays behind."""
    content = encoded(RED, format_, **MOVING, **own)
    made = copied(content)
    picture = opened(made)
    assert WORD in content
    assert WORD not in made
    assert (getattr(picture, "n_frames", 1), picture.info.get("loop")) == (2, 0)


async def test_a_copy_is_made_once_and_the_original_stays(shown: Shown, tmp_path: Path) -> None:
    """The second time it is read from the disk; erasing the original takes the copy along."""
    files = Files(tmp_path / "files")
    digest = await files.put(content := placed())
    first = await shown.read(digest)
    made_at = files.copy(digest).stat().st_mtime_ns
    assert not tells(first)
    assert await shown.read(digest) == first
    assert files.copy(digest).stat().st_mtime_ns == made_at
    assert await files.read(digest) == content
    assert list(files.digests()) == [digest]
    await files.drop(digest)
    assert not files.copy(digest).exists()
    with pytest.raises(FileNotFoundError):
        await shown.read(digest)


async def test_what_is_no_picture_is_handed_out_as_it_is(shown: Shown, tmp_path: Path) -> None:
    """Without any process."""
    for content in (b"%PDF-1.7 x", b"Dengan hormat", b""):
        assert await shown.read(await Files(tmp_path / "files").put(content)) == content
    assert shown.worker.pid is None


@pytest.mark.parametrize(
    "content",
    [
        placed()[:-30],
        b"\xff\xd8\xff\xe0foto",
        vast(30_000),
        b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + WORD,
        b"II*\x00\x08\x00\x00\x00" + WORD,
    ],
    ids=["cut off", "no picture at all", "bomb", "heic", "tiff"],
)
async def test_what_cannot_be_drawn_anew_is_not_handed_out(shown: Shown, tmp_path: Path, content: bytes) -> None:
    """And is not tried again each time; the next picture is drawn."""
    files = Files(tmp_path / "files")
    digest = await files.put(content)
    for _ in range(2):
        with pytest.raises(Unreadable):
            await shown.read(digest)
    assert files.copy(digest).read_bytes() == b""
    assert opened(await shown.read(await files.put(PNG))).size == (40, 20)


async def test_one_that_takes_its_process_along_is_tried_once_more_only(shown: Shown, tmp_path: Path) -> None:
    """A machine that was busy for a moment costs no picture; one that kills each process costs two."""
    files = Files(tmp_path / "files")
    await shown.read(await files.put(PNG))
    digest = await files.put(JPEG)
    for _ in range(2):
        await _struck(shown, digest)
    with pytest.raises(Unreadable):
        await shown.read(digest)
    assert shown.worker.pid is None


async def _struck(shown: Shown, digest: str) -> None:
    """Ask for a picture whose process ends while it draws."""
    await shown.worker.ask(b'"/nowhere"')
    pid = shown.worker.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    asked = asyncio.ensure_future(shown.fetch(digest))
    while not shown.worker.turn.locked():  # noqa: ASYNC110 - nothing tells when a lock is taken
        await asyncio.sleep(0)
    os.kill(pid, signal.SIGKILL)
    await asked
