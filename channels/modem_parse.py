"""Reads the rows of gammu-smsd's table ``inbox``, as JSON writes them: parts joined, letters and numbers made plain.

What a row's text says is taken from its hex, joined before it is read: a sender's phone may cut a picture letter in
two. Binary messages are kept and never answered: programs write them. Pure.
Source: gammu-smsd-tables(7).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from channels.base import Attachment, Inbound, Parsed, Undigested
from channels.modem_parts import Place, joined, place, whole
from channels.text import sender

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LETTERS = frozenset({"Default_No_Compression", "Unicode_No_Compression"})
# Stands where a part never came.
_GAP = " [...] "


@dataclass(frozen=True, slots=True)
class Part:
    """One row. ``content`` is its text in hex: UTF-16 for letters, octets else. ``at`` is when the network took it."""

    id: int
    sender: str
    automatic: bool
    at: datetime
    coding: str
    content: str
    decoded: str
    place: Place
    row: Mapping[str, Any]


def parse(raw: bytes, own: str = "") -> Parsed:
    """One row or a list of rows, as ``sqlite3 -json`` writes them. Raises ``Undigested``."""
    groups = joined(part(row) for row in _rows(raw))
    if len(groups) == 1:
        return Parsed(messages=(message(groups[0], own, raw),))
    return Parsed(messages=tuple(message(group, own) for group in groups))


def part(row: Mapping[str, Any]) -> Part:
    """A row made plain. Raises ``Undigested`` where it is none, or nobody sent it."""
    address, automatic = sender(_text(row, "SenderNumber"))
    if not address:
        raise Undigested("sms-no-sender")
    number = row.get("ID")
    return Part(
        id=number if isinstance(number, int) else 0,
        sender=address,
        automatic=automatic,
        at=_moment(_text(row, "At") or _text(row, "ReceivingDateTime")),
        coding=_text(row, "Coding"),
        content=_text(row, "Text").strip(),
        decoded=_text(row, "TextDecoded"),
        place=place(_text(row, "UDH")),
        row=row,
    )


def message(parts: Sequence[Part], own: str = "", raw: bytes = b"") -> Inbound:
    """What the parts of one message say together. ``raw`` is written anew where it is not given."""
    first = parts[0]
    text, octets = _read(parts)
    binary = not text and bool(octets)
    files = (Attachment("sms.bin", "application/octet-stream", octets, size_bytes=len(octets)),) if binary else ()
    return Inbound(
        external_id=identity(parts),
        sender=first.sender,
        sent_at=first.at,
        recipient=own,
        text=text.strip(),
        files=files,
        # What our own number sends us would be answered to ourselves, for ever.
        automatic=first.automatic or binary or first.sender == own or any(not _lettered(one) for one in parts),
        raw=raw or json.dumps([dict(one.row) for one in parts], ensure_ascii=True).encode(),
    )


def identity(parts: Sequence[Part]) -> str:
    """The same however often the daemon stores it, as it does where it died before the modem forgot the message."""
    said = [[one.sender, str(one.row.get("ReceivingDateTime")), *_said(one)] for one in parts]
    return "sms:" + hashlib.sha256(json.dumps(said).encode()).hexdigest()[:40]


def _said(one: Part) -> tuple[str, str, str]:
    return str(one.row.get("UDH") or ""), one.content, one.decoded


def _read(parts: Sequence[Part]) -> tuple[str, bytes]:
    """The words, or the octets where there are none to be read."""
    if all(map(_lettered, parts)):
        return _letters(parts), b""
    octets = b"".join(map(_octets, parts))
    try:
        words = octets.decode().rstrip("\x00")
    except UnicodeDecodeError:
        return "", octets
    return (words, b"") if words.replace("\n", "").replace("\r", "").isprintable() else ("", octets)


def _letters(parts: Sequence[Part]) -> str:
    """Runs of neighbouring parts read as one, with a mark where one is missing."""
    runs: list[list[Part]] = []
    for one in parts:
        if not runs or one.place.position != runs[-1][-1].place.position + 1:
            runs.append([])
        runs[-1].append(one)
    said = _GAP.join(map(_run, runs))
    if whole(parts):
        return said
    before = _GAP if parts[0].place.position > 1 else ""
    return f"{before}{said}{_GAP if parts[-1].place.position < parts[-1].place.total else ''}"


def _run(parts: Sequence[Part]) -> str:
    if all(one.content for one in parts):
        octets = b"".join(map(_octets, parts))
        if len(octets) % 2 == 0 and octets:
            return octets.decode("utf-16-be", "replace")
    return "".join(one.decoded for one in parts)


def _lettered(one: Part) -> bool:
    return one.coding in _LETTERS


def _octets(one: Part) -> bytes:
    try:
        return bytes.fromhex(one.content)
    except ValueError:
        return b""


def _rows(raw: bytes) -> Iterable[Mapping[str, Any]]:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        raise Undigested("sms-unreadable") from None
    rows = found if isinstance(found, list) else [found]
    if not rows or not all(isinstance(row, dict) and "SenderNumber" in row for row in rows):
        raise Undigested("sms-unreadable")
    return rows


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return value if isinstance(value, str) else ""


def _moment(value: str) -> datetime:
    try:
        at = datetime.fromisoformat(value)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return _EPOCH
