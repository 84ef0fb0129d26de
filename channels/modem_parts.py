"""Of what parts a long short message is made: cut when it goes out, joined again when it comes in. Pure.

Source: 3GPP TS 23.040 section 9.2.3.24.1 and 9.2.3.24.8 (the headers of joined parts), 9.2.3.12.1 (how long a network
keeps a message).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from channels.text import segments

_JOINED_8_BIT, _JOINED_16_BIT = 0x00, 0x08
_MOST_DAYS = 30


@dataclass(frozen=True, slots=True)
class Place:
    """Which part of which message: ``reference`` is the sender's own number for it, ``position`` counts from 1."""

    reference: str = ""
    total: int = 1
    position: int = 1


class Part(Protocol):
    """What is joined."""

    @property
    def sender(self) -> str: ...
    @property
    def place(self) -> Place: ...
    @property
    def content(self) -> str: ...


P = TypeVar("P", bound=Part)


def place(header: str) -> Place:
    """Where a part belongs, by its user data header in hex; the only part where it does not say."""
    try:
        octets = bytes.fromhex(header)
    except ValueError:
        return Place()
    for kind, data in _elements(octets):
        wide = kind == _JOINED_16_BIT
        if (wide and len(data) == 4) or (kind == _JOINED_8_BIT and len(data) == 3):
            total, position = data[-2:]
            if 1 <= position <= total:
                return Place(f"{kind}:{data[:-2].hex()}", total, position)
    return Place()


def header(reference: int, total: int, position: int) -> str:
    """The header of one part in hex; nothing for the only one."""
    return f"050003{reference % 256:02X}{total:02X}{position:02X}" if total > 1 else ""


def cut(text: str) -> list[str]:
    """The text in as few parts as it takes; no escaped letter and no surrogate pair is cut in two."""
    if segments(text).count == 1:
        return [text]
    room = segments(text)
    # What one letter adds is asked of the one place that knows the alphabets: alone, beside a letter of this alphabet.
    width = {letter: _units(letter, room.encoding) for letter in set(text)}
    longest, found, used = (153 if room.encoding == "gsm" else 67), [""], 0
    for letter in text:
        if used + width[letter] > longest:
            found, used = [*found, ""], 0
        found[-1] += letter
        used += width[letter]
    return found


def validity(hours: int) -> int:
    """How long the network keeps a message for a phone that is off, as the relative number of TS 23.040."""
    return 166 + min(max(math.ceil(hours / 24), 1), _MOST_DAYS)


def joined(parts: Iterable[P]) -> list[list[P]]:
    """The parts by message, in the order in which the messages began; a part that came twice stands in its own.

    A sender counts only to 255 or so: a message that is whole is closed, and the next of that number begins anew.
    """
    open_: dict[tuple[str, str, int], list[P]] = {}
    found: list[list[P]] = []
    for one in parts:
        key = one.sender, one.place.reference, one.place.total
        group = open_.get(key)
        if group is None or any(other.place.position == one.place.position for other in group):
            group = open_[key] = []
            found.append(group)
        group.append(one)
        if whole(group):
            del open_[key]
    return [sorted(group, key=lambda one: one.place.position) for group in found]


def whole(group: Sequence[Part]) -> bool:
    """Whether every part is there."""
    return len(group) == group[0].place.total


def _units(letter: str, encoding: str) -> int:
    if encoding == "ucs2":
        return 2 if ord(letter) > 0xFFFF else 1
    return segments(letter).units


def _elements(octets: bytes) -> Iterator[tuple[int, bytes]]:
    """Kind and data of each element of a header; what is cut off is none."""
    rest = octets[1 : 1 + octets[0]] if octets else b""
    while len(rest) >= 2:
        yield rest[0], rest[2 : 2 + rest[1]]
        rest = rest[2 + rest[1] :]
