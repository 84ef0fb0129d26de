"""When and where a photo was taken, and which way up, by its own data: a few fields of EXIF in a JPEG.

Pure. Whatever is broken, missing or nonsense is None; nothing here raises. Source: CIPA DC-008 (EXIF 2.32), TIFF 6.0.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

_EXIF_IFD, _GPS_IFD = 0x8769, 0x8825
_TAKEN, _OFFSET, _ORIENTATION = 0x9003, 0x9011, 0x0112
_TURNS = {3: 180, 6: 90, 8: 270}
_ASCII, _SHORT, _LONG, _RATIONAL = 2, 3, 4, 5
_SIZES = {1: 1, _ASCII: 1, _SHORT: 2, _LONG: 4, _RATIONAL: 8, 7: 1, 9: 4, 10: 8}
_MOST_ENTRIES = 200

Fields = Mapping[int, tuple[int, bytes]]


@dataclass(frozen=True, slots=True)
class Taken:
    """``at`` is aware UTC; ``point`` latitude and longitude, WGS 84 degrees."""

    at: datetime | None = None
    point: tuple[float, float] | None = None


def taken(content: bytes, zone: ZoneInfo) -> Taken:
    """What a JPEG says of itself; a camera's clock is the office's where the photo names no zone."""
    data = _segment(content)
    try:
        order, first = _first(data)
        more, gps = (_below(data, order, first, tag) for tag in (_EXIF_IFD, _GPS_IFD))
        return Taken(_moment(more, zone), _point(gps, order))
    except (struct.error, ValueError, ZeroDivisionError, OverflowError):
        return Taken()


def turned(content: bytes) -> int:
    """How far a JPEG has to be turned clockwise to stand upright, in degrees: 0, 90, 180 or 270."""
    data = _segment(content)
    try:
        order, first = _first(data)
        kind, value = first.get(_ORIENTATION, (0, b""))
        return _TURNS.get(struct.unpack(f"{order}H", value)[0], 0) if kind == _SHORT else 0
    except (struct.error, ValueError, OverflowError):
        return 0


def _first(data: bytes) -> tuple[str, Fields]:
    """The byte order, and the fields of the first directory. Raises ValueError, struct.error."""
    order = {b"II": "<", b"MM": ">"}.get(data[:2], "")
    if not order:
        raise ValueError("no-order")
    return order, _read(data, order, struct.unpack_from(f"{order}I", data, 4)[0])


def _segment(content: bytes) -> bytes:
    """The TIFF part of a JPEG's EXIF segment; empty where there is none."""
    at = 2
    while content[:2] == b"\xff\xd8" and at + 4 <= len(content) and content[at] == 0xFF and content[at + 1] != 0xDA:
        (length,) = struct.unpack_from(">H", content, at + 2)
        body = content[at + 4 : at + 2 + length]
        if content[at + 1] == 0xE1 and body[:6] == b"Exif\x00\x00":
            return body[6:]
        at += 2 + max(length, 2)
    return b""


def _read(data: bytes, order: str, at: int) -> Fields:
    (count,) = struct.unpack_from(f"{order}H", data, at)
    found: dict[int, tuple[int, bytes]] = {}
    for nth in range(min(count, _MOST_ENTRIES)):
        entry = at + 2 + nth * 12
        tag, kind, many = struct.unpack_from(f"{order}HHI", data, entry)
        size = _SIZES.get(kind, 0) * many
        start = entry + 8 if size <= 4 else struct.unpack_from(f"{order}I", data, entry + 8)[0]
        found[tag] = (kind, data[start : start + size])
    return found


def _below(data: bytes, order: str, fields: Fields, tag: int) -> Fields:
    kind, value = fields.get(tag, (0, b""))
    return _read(data, order, struct.unpack(f"{order}I", value)[0]) if kind == _LONG and len(value) == 4 else {}


def _moment(fields: Fields, zone: ZoneInfo) -> datetime | None:
    text = _text(fields, _TAKEN)
    if not text:
        return None
    at = datetime.strptime(text + _text(fields, _OFFSET), "%Y:%m:%d %H:%M:%S" + ("%z" if _OFFSET in fields else ""))  # noqa: DTZ007
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)


def _text(fields: Fields, tag: int) -> str:
    return fields.get(tag, (0, b""))[1].rstrip(b"\x00 ").decode("ascii", "ignore")


def _point(fields: Fields, order: str) -> tuple[float, float] | None:
    latitude = _degrees(fields, order, 2, _text(fields, 1) == "S")
    longitude = _degrees(fields, order, 4, _text(fields, 3) == "W")
    if latitude is None or longitude is None or not (abs(latitude) <= 90 and abs(longitude) <= 180):
        return None
    return latitude, longitude


def _degrees(fields: Fields, order: str, tag: int, negative: bool) -> float | None:
    kind, value = fields.get(tag, (0, b""))
    if kind != _RATIONAL or len(value) != 24:
        return None
    parts: tuple[int, ...] = struct.unpack(f"{order}6I", value)
    degrees: float = parts[0] / parts[1] + parts[2] / parts[3] / 60 + parts[4] / parts[5] / 3600
    return round(-degrees if negative else degrees, 6)
