"""Reading the phone's JSON: values that are what they should be, whatever version of the app wrote them.

What the app promises is not relied on: a value of the wrong type counts as absent. Knows no meaning of a field.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from channels.base import Undigested

EPOCH = datetime.fromtimestamp(0, UTC)
# Phones that do not know when a message was sent say the year 1970.
_FIRST_YEAR = 2000
_MARK = b"\xef\xbb\xbf"

Json = Mapping[str, Any]


def read(raw: bytes) -> Any:
    """JSON of any shape. Raises ``Undigested``."""
    try:
        return json.loads(raw.removeprefix(_MARK).decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        raise Undigested("sms-unreadable") from None


def text(of: Json, *names: str) -> str:
    """The first of the fields that holds something, as text that every database takes."""
    for name in names:
        value = of.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        if isinstance(value, str) and value:
            return whole(value)
    return ""


def whole(value: str) -> str:
    """Text whose surrogates are joined to the pictures they stand for; halves that are alone, and NUL, are replaced.

    A phone that joins the parts of a long message may cut a picture in two.
    """
    return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").replace("\x00", "\ufffd")


def number(of: Json, name: str) -> int | None:
    """A whole number; None where there is none."""
    value = of.get(name)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def part(of: Json, name: str) -> Json:
    """An object; an empty one where there is none."""
    value = of.get(name)
    return value if isinstance(value, Mapping) else {}


def parts(of: Json, name: str) -> list[Json]:
    """The objects of a list."""
    value = of.get(name)
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def moment(of: Json, *names: str) -> datetime | None:
    """ISO 8601 or Unix time (in seconds or milliseconds) as aware UTC; None where it is absent or no real time."""
    for name in names:
        found = _moment(of.get(name))
        if found is not None and found.year >= _FIRST_YEAR:
            return found
    return None


def _moment(value: Any) -> datetime | None:
    try:
        if isinstance(value, str):
            at = datetime.fromisoformat(value.strip())
            return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000 if value > 1e11 else value, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None


def content(of: Json, name: str) -> bytes | None:
    """Base64 as bytes; None where there is none, or it is broken."""
    value = of.get(name)
    try:
        return b64decode("".join(value.split()), validate=True) if isinstance(value, str) and value else None
    except ValueError:
        return None
