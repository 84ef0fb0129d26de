"""Reading the platform's JSON: updates cut out of an answer byte for byte, and values that are what they should be.

What the Bot API promises is not relied on: a value of the wrong type counts as absent. Knows no meaning of a field.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from channels.base import Undigested

UNREADABLE = "telegram-unreadable"
EPOCH = datetime.fromtimestamp(0, UTC)

Json = Mapping[str, Any]

_DECODER = json.JSONDecoder()
_BLANK = re.compile(r"[ \t\r\n]*")
_MARK = b"\xef\xbb\xbf"
_LATEST = 253_402_300_799


def updates(raw: bytes) -> list[tuple[Json, bytes]]:
    """Each update of a delivery with exactly its own bytes: a single update, a list, or an answer of ``getUpdates``.

    Raises: Undigested.
    """
    whole = read(raw)
    if isinstance(whole, Mapping) and not ("ok" in whole and "update_id" not in whole):
        return [(whole, raw)]
    return [(_object(read(one)), one) for one in _cut(raw, whole)]


def read(raw: bytes) -> Any:
    """JSON of any shape. Raises ``Undigested``."""
    try:
        return json.loads(raw.removeprefix(_MARK).decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        raise Undigested(UNREADABLE) from None


def text(of: Json, name: str) -> str:
    """A string without lone surrogates; empty where there is none."""
    value = of.get(name)
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else ""


def whole_number(of: Json, name: str) -> int | None:
    """An integer; None where there is none."""
    value = of.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def degrees(of: Json, name: str, most: float) -> float | None:
    """A finite number between ``-most`` and ``most``; None where there is none."""
    value = of.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    # The comparison alone also keeps out "not a number", and an integer that no float can hold.
    return float(value) if abs(value) <= most else None


def part(of: Json, name: str) -> Json:
    """An object; an empty one where there is none."""
    value = of.get(name)
    return value if isinstance(value, Mapping) else {}


def parts(of: Json, name: str) -> list[Json]:
    """The objects of a list."""
    value = of.get(name)
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def moment(of: Json, name: str) -> datetime:
    """Unix seconds as aware UTC; the epoch where the platform does not say."""
    seconds = whole_number(of, name) or 0
    return datetime.fromtimestamp(seconds, UTC) if 0 <= seconds <= _LATEST else EPOCH


def _object(value: Any) -> Json:
    if not isinstance(value, Mapping):
        raise Undigested(UNREADABLE)
    return value


def _cut(raw: bytes, whole: Any) -> list[bytes]:
    """The elements of the delivery's list. The frame of JSON is ASCII, so that a letter a byte finds the places."""
    letters = raw.removeprefix(_MARK).decode("latin-1")
    if not isinstance(whole if isinstance(whole, list) else _object(whole).get("result"), list):
        raise Undigested(UNREADABLE)
    try:
        return [letters[start:end].encode("latin-1") for start, end in _places(letters, _opening(letters))]
    except (ValueError, IndexError, RecursionError):
        raise Undigested(UNREADABLE) from None


def _opening(letters: str) -> int:
    """Where the list begins: at once, or as the value of ``result``."""
    place = _skip(letters, 0)
    if letters[place] == "[":
        return place
    while True:
        name, place = _DECODER.raw_decode(letters, _skip(letters, place + 1))
        place = _skip(letters, _skip(letters, place) + 1)
        if name == "result":
            return place
        place = _skip(letters, _DECODER.raw_decode(letters, place)[1])


def _places(letters: str, opening: int) -> Iterator[tuple[int, int]]:
    place = _skip(letters, opening + 1)
    while letters[place] != "]":
        end = _DECODER.raw_decode(letters, place)[1]
        yield place, end
        place = _skip(letters, end)
        if letters[place] == ",":
            place = _skip(letters, place + 1)


def _skip(letters: str, place: int) -> int:
    found = _BLANK.match(letters, place)
    return found.end() if found else place
