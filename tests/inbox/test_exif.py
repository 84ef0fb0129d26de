"""When and where a photo was taken, by its own data."""

from __future__ import annotations

import struct
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox import exif

WIB = ZoneInfo("Asia/Jakarta")


def photo(
    taken: str = "2026:11:23 09:20:00", *, south: float = 8.09541, east: float = 112.16091, order: str = "<"
) -> bytes:
    """A JPEG's beginning with EXIF as phones write it."""
    mark = b"II*\x00" if order == "<" else b"MM\x00*"
    pack = struct.pack

    def place(degrees: float) -> bytes:
        whole, rest = divmod(degrees, 1)
        minutes, rest = divmod(rest * 60, 1)
        return pack(f"{order}6I", int(whole), 1, int(minutes), 1, round(rest * 60 * 10_000), 10_000)

    first = (
        pack(f"{order}H", 2)
        + pack(f"{order}HHII", 0x8769, 4, 1, 38)
        + pack(f"{order}HHII", 0x8825, 4, 1, 76)
        + b"\0" * 4
    )
    more = pack(f"{order}H", 1) + pack(f"{order}HHII", 0x9003, 2, 20, 56) + b"\0" * 4 + taken.encode() + b"\0"
    gps = pack(f"{order}H", 4) + pack(f"{order}HHI4s", 1, 2, 2, b"S\0") + pack(f"{order}HHII", 2, 5, 3, 130)
    gps += pack(f"{order}HHI4s", 3, 2, 2, b"E\0") + pack(f"{order}HHII", 4, 5, 3, 154) + b"\0" * 4
    tiff = mark + pack(f"{order}I", 8) + first
    tiff += more.ljust(76 - len(tiff), b"\0") + gps + place(south) + place(east)
    body = b"Exif\x00\x00" + tiff
    return b"\xff\xd8\xff\xe1" + struct.pack(">H", len(body) + 2) + body + b"\xff\xd9" + b"\0" * 32


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_photo_says_when_and_where(order: str) -> None:
    """In either byte order; the camera's clock is the office's, south of the equator is negative."""
    found = exif.taken(photo(order=order), WIB)
    assert found.at is not None
    assert found.at.isoformat() == "2026-11-23T02:20:00+00:00"
    assert found.point == pytest.approx((-8.09541, 112.16091), abs=1e-5)


@given(st.binary(max_size=400), st.integers(0, 300))
def test_nothing_that_is_broken_raises(noise: bytes, at: int) -> None:
    """Cut short, overwritten, or no photo at all."""
    whole = photo()
    for content in (noise, whole[:at], whole[:at] + noise, whole[:at] + noise + whole[at + len(noise) :]):
        exif.taken(content, WIB)
