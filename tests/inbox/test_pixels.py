"""How large pictures are, by what they say of themselves."""

from __future__ import annotations

import struct

import pytest

from inbox.pixels import pixels

JPEG = b"\xff\xd8\xff\xe1\x00\x10" + b"Exif" + b"\x00" * 10 + b"\xff\xff\xc4\x00\x04ab"
SIZED = {
    "png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", 300, 200),
    "gif": b"GIF89a" + struct.pack("<HH", 300, 200),
    "jpeg": JPEG + b"\xff\xc2\x00\x11\x08" + struct.pack(">HH", 200, 300) + b"\x03",
    "webp lossy": b"RIFF....WEBPVP8 " + b"." * 10 + struct.pack("<HH", 300, 200),
    "webp lossless": b"RIFF....WEBPVP8L....\x2f" + struct.pack("<I", 299 | 199 << 14),
    "webp extended": b"RIFF....WEBPVP8X" + b"." * 8 + b"\x2b\x01\x00" + b"\xc7\x00\x00",
}


@pytest.mark.parametrize("kind", SIZED)
def test_a_picture_says_how_large_it_is(kind: str) -> None:
    """Width times height, in every kind that papers show."""
    assert pixels(SIZED[kind]) == 60_000


@pytest.mark.parametrize("kind", SIZED)
def test_a_broken_picture_says_nothing(kind: str) -> None:
    """Cut off anywhere it is no size, and nothing breaks."""
    assert {pixels(SIZED[kind][:end]) for end in range(10)} == {0}
    assert pixels(b"%PDF-1.7") == 0
