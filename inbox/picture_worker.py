"""The process that makes the pictures which are shown and handed out: drawn anew, upright, without what rode along.

Started by ``inbox.shown`` and by nobody else, apart from the program because a picture's bytes are a stranger's. A copy
has the format of its original and nothing of it but its pixels: no EXIF, no XMP, no comments, no profile (colours are
turned into sRGB), nothing behind its end. It imports nothing of the record.
"""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

from PIL import Image, ImageCms, ImageOps, ImageSequence

from inbox import answering

LONGEST_SIDE = 2560
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
# A JPEG is unpacked at a half, a quarter or an eighth of its size where that is enough; the others only whole.
_MOST_PIXELS = {"JPEG": 210_000_000, "PNG": 60_000_000, "GIF": 60_000_000, "WEBP": 60_000_000}
_MOST_MOVING_PIXELS = 50_000_000
_SAVED: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 85},
    "PNG": {},
    "GIF": {},
    "WEBP": {"quality": 85},
}


def copied(content: bytes) -> bytes:
    """The copy of a PNG, JPEG, GIF or WebP, no side longer than 2,560 pixels; one that moves goes on moving.

    Raises: ValueError for one that is too large, and whatever Pillow says of one that it cannot read to its end.
    """
    with Image.open(io.BytesIO(content), formats=_FORMATS) as picture:
        format_ = "JPEG" if picture.format == "MPO" else str(picture.format)
        width, height = picture.size
        if width * height > _MOST_PIXELS[format_]:
            raise ValueError("picture too large")
        frames = getattr(picture, "n_frames", 1) if format_ in {"GIF", "WEBP"} else 1
        if 1 < frames <= _MOST_MOVING_PIXELS // (width * height):
            return _moving(picture, format_)
        if format_ == "JPEG":
            picture.draft(None, (LONGEST_SIDE, LONGEST_SIDE))
        return _saved([_drawn(picture)], format_)


def _moving(picture: Image.Image, format_: str) -> bytes:
    frames, milliseconds = [], []
    loop = picture.info.get("loop")
    for frame in ImageSequence.Iterator(picture):
        frames.append(_drawn(frame))
        milliseconds.append(max(int(frame.info.get("duration") or 0), 20))
    return _saved(frames, format_, duration=milliseconds, **({} if loop is None else {"loop": loop}))


def _saved(frames: list[Image.Image], format_: str, **moving: Any) -> bytes:
    first, *others = frames
    out = io.BytesIO()
    if others:
        moving |= {"save_all": True, "append_images": others}
    first.save(out, format_, **_SAVED[format_], **moving)
    return out.getvalue()


def _drawn(picture: Image.Image) -> Image.Image:
    """A frame as it is shown, with nothing beside its pixels."""
    drawn = _coloured(_upright(picture))
    drawn.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    drawn.info.clear()  # savers write comments and profiles from here
    return drawn


def _upright(picture: Image.Image) -> Image.Image:
    picture.load()
    try:
        return ImageOps.exif_transpose(picture)
    except Exception:  # noqa: BLE001 - broken EXIF raises what it likes, and is no reason to show nothing
        return picture.copy()


def _coloured(picture: Image.Image) -> Image.Image:
    """In eight bits a channel, as screens have it: grey, red-green-blue, and with what is clear through it."""
    if picture.mode.startswith("I"):
        return picture.point(lambda value: value / 256).convert("L")
    if picture.mode in {"1", "L"} and not picture.has_transparency_data:
        return picture.convert("L")
    profile = picture.info.get("icc_profile")
    if profile and picture.mode in {"RGB", "CMYK"} and not picture.has_transparency_data:
        try:
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            turned = ImageCms.profileToProfile(picture, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            turned = None
        if turned is not None:
            return turned
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _asked(request: bytes) -> bytes:
    return copied(Path(json.loads(request)).read_bytes())


if __name__ == "__main__":
    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS["JPEG"] // 2  # Pillow refuses twice of it, wherever a size turns up
    answering.main(_asked)
