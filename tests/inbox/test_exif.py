"""When and where a photo was taken, by its own data."""

from __future__ import annotations

import struct
from pathlib import Path
from zoneinfo import ZoneInfo

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox import docx_default, exif

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


def lying(orientation: int, order: str = ">", kind: int = 3) -> bytes:
    """The beginning of a JPEG that says how the camera was held."""
    mark = b"II*\x00" if order == "<" else b"MM\x00*"
    tiff = mark + struct.pack(f"{order}IHHHIHHI", 8, 1, 0x0112, kind, 1, orientation, 0, 0)
    body = b"Exif\x00\x00" + tiff
    return b"\xff\xd8\xff\xe1" + struct.pack(">H", len(body) + 2) + body


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_photo_says_which_way_up(order: str) -> None:
    """As phones are held; what is mirrored, broken or says nothing is left as it lies."""
    turns = [exif.turned(lying(orientation, order)) for orientation in range(10)]
    assert turns == [0, 0, 0, 180, 0, 0, 90, 0, 270, 0]
    assert exif.turned(lying(6, order, kind=4)) == exif.turned(b"\xff\xd8\xff") == exif.turned(photo()) == 0


@pytest.mark.parametrize(
    ("orientation", "turn", "size"), [(1, None, (8, 4)), (3, "10800000", (8, 4)), (6, "5400000", (16, 8))]
)
def test_a_phones_photo_stands_upright_in_word(
    tmp_path: Path, orientation: int, turn: str | None, size: tuple[int, int]
) -> None:
    """Eight centimetres wide as it is seen, with room for what the turning takes."""
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, 100, 200, 1) + b"\x01\x11\x00"
    (tmp_path / "foto.jpg").write_bytes(lying(orientation) + frame + b"\xff\xd9")
    word = docx.Document()
    docx_default._picture(word, tmp_path / "foto.jpg", 8, "rusak")
    (shown,) = word.inline_shapes
    assert shown._inline.graphic.graphicData.pic.spPr.xfrm.get("rot") == turn
    assert (round(shown.width.cm, 2), round(shown.height.cm, 2)) == size
    room = shown._inline.xpath("wp:effectExtent/@t")
    assert room == {None: [], "10800000": ["0"], "5400000": [str((shown.width - shown.height) // 2)]}[turn]
