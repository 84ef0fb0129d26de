"""One mail part's header, read our own way: each field decoded when asked for, none of them able to raise.

The standard library's ``policy.default`` is seven times slower and raises on broken fields; its ``compat32`` hands
the raw values over, and everything here starts from those.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from quopri import decodestring
from typing import Any
from urllib.parse import unquote_to_bytes

from channels.mail_charset import clean, decode

_LONGEST_FIELD = 16_384
_FOLD = re.compile(r"[\r\n]+[ \t]*")
_WORD = re.compile(r"=\?([\w.:+-]{1,40}?)(?:\*[\w-]{0,20})?\?([bBqQ])\?(.{0,4000}?)\?=")
_PARAMETER = re.compile(r";\s*([^\s=;\"]{1,60})\s*=\s*(?:\"((?:[^\"\\]|\\.){0,2000})(?:\"|$)|([^;\"]{0,2000}))")
_KIND = re.compile(r"[;,(\s]")
_SECTION = re.compile(r"^([^*]+)(?:\*(\d{1,3}))?(\*)?$")
_PART = r"[^\s<>()\[\]\\,;:\"@]"
_ADDRESS = re.compile(rf"{_PART}{{1,64}}@(?:{_PART}{{1,255}}|\[[\da-zA-Z.:]{{3,60}}\])")
_USUAL = re.compile(rf'(?:"([^"\\]{{0,200}})"|([^<>"(),:;@\\]{{0,200}}))\s*<({_ADDRESS.pattern})>')
_QUOTED_ADDRESS = re.compile(r"(?:^|<)\s*(\"[^\"<>]{1,62}\"@[^\s<>@]{1,255})\s*(?:$|>)")
_MESSAGE_ID = re.compile(r"<([^<>]{1,998})>")
# What the standard library does not know of a date: ISO 8601, a zone in two pieces, Indonesia's zones and months.
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d[T ]")
_NUMBERED_ZONE = re.compile(r"(?<=\d\d)\s{0,5}(?:GMT|UTC)?\s{0,5}([+-]\d\d):?(\d\d)\b")
_ZONES = {"wib": "+0700", "wita": "+0800", "wit": "+0900"}
_MONTHS = {"mei": "May", "agu": "Aug", "ags": "Aug", "agt": "Aug", "okt": "Oct", "nop": "Nov", "des": "Dec"}
_LOCAL_WORDS = _ZONES | _MONTHS
_LOCAL_WORD = re.compile(rf"\b({'|'.join(_LOCAL_WORDS)})[a-z]{{0,6}}\b", re.I)


class Headers:
    """The fields of one part by lower-case name. Values are unfolded text; ``text`` also decodes encoded words."""

    def __init__(self, part: Message) -> None:
        self._fields: dict[str, list[str]] = {}
        for name, value in part.raw_items():
            self._fields.setdefault(name.lower(), []).append(value)

    def __contains__(self, name: str) -> bool:
        return name in self._fields

    def all(self, name: str) -> list[str]:
        """Every value of a field, unfolded, in the order of the mail."""
        return [_unfolded(value) for value in self._fields.get(name, ())]

    def first(self, name: str) -> str:
        """The first value of a field, unfolded; empty where there is none."""
        values = self._fields.get(name)
        return _unfolded(values[0]) if values else ""

    def text(self, name: str) -> str:
        """The first value of a field for people to read."""
        return words(self.first(name))

    def parameters(self, name: str) -> tuple[str, dict[str, str]]:
        """A field such as Content-Type: its lower-case value, and its parameters by lower-case name.

        Source: RFC 2231 (continued and encoded parameters); encoded words and bare UTF-8 are taken as well.
        """
        value = self.first(name)
        return _KIND.split(value, maxsplit=1)[0].lower(), _parameters(value)

    def mailbox(self, name: str) -> tuple[str, str]:
        """The first mailbox of an address field: its canonical address and its display name. Both may be empty."""
        return mailbox(self.first(name))

    def addresses(self, *names: str) -> Iterator[str]:
        """Canonical addresses found in some fields, in order, without regard to display names."""
        for name in names:
            for value in self.all(name):
                yield from addresses(value)

    def message_ids(self, name: str) -> list[str]:
        """Message ids of a field in the order of the mail, without brackets."""
        return [found for value in self.all(name) for found in message_ids(value)]

    def date(self, name: str) -> datetime | None:
        """The moment a date field (or the trace in a Received field) names; aware UTC, None where unreadable."""
        try:
            moment = _moment(self.first(name).rpartition(";")[2].strip())
            return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
        except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
            return None


def _moment(text: str) -> datetime:
    if _ISO_DAY.match(text):
        return datetime.fromisoformat(text)
    text = _NUMBERED_ZONE.sub(r" \1\2", text)
    return parsedate_to_datetime(_LOCAL_WORD.sub(lambda found: _LOCAL_WORDS[found[1].lower()], text))


def _unfolded(value: Any) -> str:
    text = str(value)[:_LONGEST_FIELD]
    if not text.isascii():
        text = decode(text.encode("utf-8", "surrogateescape"))
    return clean(_FOLD.sub(" ", text)).strip()


def words(value: str) -> str:
    """The encoded words of a value decoded, neighbours of one charset together (broken mailers split characters).

    Source: RFC 2047.
    """
    if "=?" not in value:
        return value
    parts: list[tuple[str, bytes | str]] = []
    end = 0
    for match in _WORD.finditer(value):
        between = value[end : match.start()]
        if between.strip() or not (end and parts):
            parts.append(("", between))
        charset, data = match[1].lower(), _word(match[2], match[3])
        if parts and parts[-1][0] == charset and isinstance(parts[-1][1], bytes):
            parts[-1] = (charset, parts[-1][1] + data)
        else:
            parts.append((charset, data))
        end = match.end()
    parts.append(("", value[end:]))
    decoded = "".join(piece if isinstance(piece, str) else decode(piece, charset) for charset, piece in parts)
    return clean(_FOLD.sub(" ", decoded).replace("\n", " ")).strip()


def _word(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8")
    if encoding in "qQ":
        return decodestring(data.replace(b"\n", b""), header=True)
    try:
        return base64.b64decode(data + b"=" * (-len(data.rstrip(b"=")) % 4))
    except (binascii.Error, ValueError):
        return data


def _parameters(value: str) -> dict[str, str]:
    found: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for name, quoted, bare in _PARAMETER.findall(value):
        section = _SECTION.match(name.lower())
        # Only what must be escaped: a Windows path is often written with bare backslashes.
        text = re.sub(r"\\([\"\\])", r"\1", quoted) if quoted else bare.strip()
        if section and (section[2] or section[3]):
            pieces.setdefault(section[1], {})[int(section[2] or 0)] = (text, bool(section[3]))
        else:
            found.setdefault(name.lower(), words(text))
    return found | {name: _joined(sections) for name, sections in pieces.items()}


def _joined(sections: dict[int, tuple[str, bool]]) -> str:
    charset, data = "", b""
    for number, (text, encoded) in sorted(sections.items()):
        if encoded and number == 0 and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)  # noqa: PLW2901 - the charset stands in the first section only
        data += unquote_to_bytes(text) if encoded else text.encode("utf-8")
    return clean(decode(data, charset))


def mailbox(value: str) -> tuple[str, str]:
    """The first mailbox in a value: canonical address and display name, either of them possibly empty."""
    if usual := _USUAL.fullmatch(value):
        return canonical(usual[3]), words((usual[1] or usual[2]).strip())[:200]
    try:
        pairs = getaddresses([value])
    except (ValueError, IndexError, AttributeError, TypeError, RecursionError):
        pairs = []
    for name, address in pairs:
        if _ADDRESS.fullmatch(address):
            return canonical(address), words(name)[:200]
    found = _QUOTED_ADDRESS.search(value) or _ADDRESS.search(value)
    if not found:
        decoded = words(value)
        return mailbox(decoded) if decoded != value and "@" in decoded else ("", decoded[:200])
    name = value[: found.start()].rstrip("< \t").strip("\" '")
    return canonical(found[1] if found.re is _QUOTED_ADDRESS else found[0]), words(name)[:200]


def addresses(value: str) -> Iterator[str]:
    """Canonical addresses found anywhere in a text."""
    return (canonical(found) for found in _ADDRESS.findall(value))


def canonical(address: str) -> str:
    """Lower case, the domain in its ASCII form: one person is one address however it is written."""
    local, _, domain = address.strip().strip(".'").lower().rpartition("@")
    try:
        domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        domain = domain.encode("ascii", "replace").decode("ascii")
    return f"{local}@{domain}"


def message_ids(value: str) -> list[str]:
    """Message ids in a value, without brackets and folding; a bare token counts where no bracket is there."""
    found = ["".join(text.split()) for text in _MESSAGE_ID.findall(value)]
    if not found and "<" not in value:
        found = [token for token in value.split() if "@" in token]
    return [text for text in found if text]
