"""Reading Meta's JSON: values that are what they should be, and times in every form that its webhooks write them.

What the documentation promises is not relied on: a value of the wrong type counts as absent. No field means anything
here.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from channels.base import Place, Undigested

EPOCH = datetime.fromtimestamp(0, UTC)
UNREADABLE = "meta-unreadable"

Json = Mapping[str, Any]

_MARK = b"\xef\xbb\xbf"
# Seconds would reach this in the year 5138; from there on they are milliseconds.
_MILLISECONDS = 100_000_000_000
_LATEST = 253_402_300_799
# ISO 8601 as Meta writes it: the zone without a colon, which Python 3.11 reads as well.
_DIGITS = re.compile(r"[0-9]{1,17}(?:\.[0-9]{1,9})?")


def read(raw: bytes) -> Any:
    """JSON of any shape. Raises ``Undigested``."""
    try:
        return json.loads(raw.removeprefix(_MARK).decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        raise Undigested(UNREADABLE) from None


def written(value: Any) -> bytes:
    """JSON as we write it: what a lone surrogate stood for is lost, and nothing else."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def text(of: Json, *names: str) -> str:
    """The first of the fields that holds something, as text that every database takes; a number as it is written."""
    for name in names:
        value = of.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if isinstance(value, str) and value:
            return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").replace("\x00", "\ufffd")
    return ""


def number(of: Json, name: str) -> int:
    """A whole number, also one in quotes; 0 where there is none."""
    value = text(of, name).strip()
    return int(value) if re.fullmatch(r"[0-9]{1,15}", value) else 0


def part(of: Json, name: str) -> Json:
    """An object; an empty one where there is none."""
    value = of.get(name)
    return value if isinstance(value, Mapping) else {}


def parts(of: Json, name: str) -> list[Json]:
    """The objects of a list, or a single object that stands where a list should."""
    value = of.get(name)
    if isinstance(value, Mapping):
        return [value]
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def moment(of: Json, *names: str) -> datetime:
    """The first time among the fields, as aware UTC; the epoch where there is none.

    Unix seconds or milliseconds, as a number or in quotes, or ISO 8601.
    """
    return next((at for at in (_moment(of.get(name)) for name in names) if at is not None), EPOCH)


def _moment(value: Any) -> datetime | None:
    if isinstance(value, str) and not _DIGITS.fullmatch(value.strip()):
        try:
            at = datetime.fromisoformat(value.strip())
            return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    seconds = float(value) if not isinstance(value, int) or abs(value) < _MILLISECONDS**2 else math.inf
    seconds = seconds / 1000 if seconds > _MILLISECONDS else seconds
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds <= _LATEST else None


def place(of: Json, latitude: str, longitude: str) -> Place | None:
    """A point on the map; None where it is none."""
    north, east = _degrees(of, latitude, 90), _degrees(of, longitude, 180)
    return None if north is None or east is None else Place(north, east)


def _degrees(of: Json, name: str, most: float) -> float | None:
    value = of.get(name)
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,20})?", value):
        value = float(value)
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return float(value) if abs(value) <= most else None


def lines(*said: str) -> str:
    """What is said, a line each, without the empty ones."""
    return "\n".join(one.strip() for one in said if one.strip())
