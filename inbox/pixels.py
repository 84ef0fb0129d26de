"""How large a picture is once it is unpacked, by what its first bytes say: width times height. Pure.

A few kilobytes of PNG can unpack to gigabytes; whoever draws pictures asks here before. What says nothing is 0. Source:
PNG (ISO/IEC 15948) 11.2.2, GIF89a 18, JPEG (ITU-T T.81) B.2.2, WebP container specification.
"""

from __future__ import annotations

import struct

_NO_FRAME = frozenset({0xC4, 0xC8, 0xCC})


def pixels(content: bytes) -> int:
    """Of a PNG, GIF, WebP or JPEG; 0 for anything else, and for one that is broken."""
    try:
        width, height = _size(content)
    except (struct.error, IndexError):
        return 0
    return width * height


def _size(content: bytes) -> tuple[int, int]:
    if content.startswith(b"\x89PNG"):
        return _pair(">II", content, 16)
    if content.startswith(b"GIF8"):
        return _pair("<HH", content, 6)
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return _webp(content)
    return _jpeg(content) if content.startswith(b"\xff\xd8\xff") else (0, 0)


def _webp(content: bytes) -> tuple[int, int]:
    kind = content[12:16]
    if kind == b"VP8X":
        return int.from_bytes(content[24:27], "little") + 1, int.from_bytes(content[27:30], "little") + 1
    if kind == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = _pair("<HH", content, 26)
    return width & 0x3FFF, height & 0x3FFF


def _jpeg(content: bytes) -> tuple[int, int]:
    """The size in the frame's header, behind whatever cameras write before it."""
    at = 2
    while content[at] == 0xFF:
        mark = content[at + 1]
        if mark == 0xFF:
            at += 1
            continue
        if 0xC0 <= mark <= 0xCF and mark not in _NO_FRAME:
            return _pair(">HH", content, at + 5)
        (length,) = struct.unpack_from(">H", content, at + 2)
        at += 2 + max(length, 2)
    return 0, 0


def _pair(shape: str, content: bytes, at: int) -> tuple[int, int]:
    first, second = struct.unpack_from(shape, content, at)
    return int(first), int(second)
