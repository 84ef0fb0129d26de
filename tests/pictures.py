"""Pictures as cameras and programs really write them, and what must not be in those that are handed out."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from PIL import Image, PngImagePlugin

from tests.inbox.test_exif import photo

WORD = b"Kamera Siti"
"""Stands in the comment and the XMP of what ``placed`` takes."""
_XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">' + WORD + b"</x:xmpmeta>"


def encoded(picture: Image.Image, format_: str, **how: Any) -> bytes:
    """The picture as a file."""
    out = io.BytesIO()
    picture.save(out, format_, **how)
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    """The file as a picture, read to its end."""
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


def placed(width: int = 80, height: int = 40) -> bytes:
    """A JPEG with place and time in its EXIF (``test_exif.photo``), with a comment, and XMP."""
    plain = encoded(Image.linear_gradient("L").resize((width, height)).convert("RGB"), "JPEG", comment=WORD, xmp=_XMP)
    own = photo()
    return plain[:2] + own[2 : own.index(b"\xff\xd9")] + plain[2:]


def written_png(**how: Any) -> bytes:
    """A PNG with a text in it, and a page behind its end."""
    said = PngImagePlugin.PngInfo()
    said.add_text("Comment", WORD.decode())
    return encoded(Image.new("RGB", (60, 30), "red"), "PNG", pnginfo=said, **how) + b"<html><script>alert(1)</script>"


def tells(content: bytes) -> bool:
    """Whether a file, or a paper it was put into, holds anything of what its camera wrote."""
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return any(tells(archive.read(name)) for name in archive.namelist() if "thumbnail" not in name)
    return WORD in content or b"Exif\x00\x00" in content


JPEG = encoded(Image.new("RGB", (40, 20), "green"), "JPEG")
PNG = encoded(Image.new("RGB", (40, 20), "blue"), "PNG")
