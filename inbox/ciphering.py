"""How the record keeps the identity behind a seal: encrypted, each office by a key of its own that no table holds.

A kept text is ``~<key>~<base64url>``: eight hex digits that name the key, then a nonce and AES-SIV's answer (RFC 5297).
An address has no nonce of its own, so that the same address is always the same text: the database goes on finding it,
and lets nobody in twice, by what is a keyed digest to whoever has no key. One thing shows: what began with a plus
still does, for a number is one in whatever scheme.

Keys come from masters, the newest first: what is kept is kept by the first, and whatever any of them kept is read. A
process has one set, given once (``use``); where none was given, or a key is not among them, a text stays shut and is
written back as it was. Knows no table.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

SHUT = "•••"
"""What a text reads as whose key is not known here."""
_KEPT = re.compile(r"(\+?)~([0-9a-f]{8})~([A-Za-z0-9_-]{22,})")
_MARK, _NONCE_BYTES = b"~", 16
_NO_NONCE = bytes(_NONCE_BYTES)


class Kept(str):
    """A text that lies encrypted: it reads as what it says and is written as it lay (``stored``)."""

    __slots__ = ("stored",)

    stored: str

    def __new__(cls, text: str, stored: str) -> Kept:
        kept = super().__new__(cls, text)
        kept.stored = stored
        return kept


@dataclass(frozen=True, slots=True)
class _Key:
    id: str
    siv: AESSIV = field(repr=False)


class Keys:
    """The keys of every office, from masters of at least 32 bytes, the newest first."""

    def __init__(self, masters: Sequence[bytes] = ()) -> None:
        self._masters = tuple(masters)
        self._offices: dict[str, tuple[_Key, ...]] = {}
        self._ids: dict[str, _Key] = {}
        self._marks = _drawn(self._masters[0], b"marks", 32) if masters else bytes(32)

    @property
    def offices(self) -> Collection[str]:
        """Those that were met."""
        return self._offices

    @property
    def given(self) -> bool:
        """Whether there are any."""
        return bool(self._masters)

    def of(self, office: str) -> tuple[_Key, ...]:
        """The newest first; none where there are no masters."""
        if office not in self._offices:
            keys = [_key(master, office) for master in self._masters]
            self._offices[office] = tuple(keys)
            self._ids |= {key.id: key for key in keys}
        return self._offices[office]

    def named(self, id_: str) -> _Key | None:
        """The key of that name, of an office that was met."""
        return self._ids.get(id_)

    def mark(self, text: str) -> str:
        """A keyed digest: sixteen hex digits, by which the search finds what it may not read."""
        return hmac.digest(self._marks, text.encode(), "sha256").hex()[:16]


def _drawn(master: bytes, purpose: bytes, size: int) -> bytes:
    return hmac.digest(master, purpose, "sha512")[:size]


def _key(master: bytes, office: str) -> _Key:
    material = _drawn(master, b"office " + office.encode(), 64)
    return _Key(hashlib.sha256(b"name " + material).hexdigest()[:8], AESSIV(material))


class _Used:
    keys = Keys()


def use(keys: Keys) -> None:
    """From now on these are the process's."""
    _Used.keys = keys


def keys() -> Keys:
    """Those in use."""
    return _Used.keys


def is_kept(text: str) -> bool:
    """Whether a text as it lies is encrypted."""
    return _KEPT.fullmatch(text) is not None


def key_of(text: str) -> str:
    """The name of the key that it lies under; empty where it lies open."""
    found = _KEPT.fullmatch(text)
    return found[2] if found else ""


def kept(office: str, text: str, *, same: bool = False) -> str:
    """How a text is to lie: under the office's newest key. ``same``: it is looked up, and always lies the same way.

    As it is where it is empty, kept already, or where there is no key.
    """
    if not text or is_kept(text) or not (found := _Used.keys.of(office)):
        return str(text)
    return _under(found[0], text, same=same)


def typed(text: str) -> str:
    """What somebody typed, which never reads as one that lies encrypted: no text that was stolen is opened for them."""
    return text.replace("~", "-") if is_kept(text) else text


def forms(office: str, value: str) -> list[str]:
    """An address in every way in which it may lie: open, and under each of the office's keys. To look it up by."""
    plain = str(value)
    return [plain, *(_under(key, plain, same=True) for key in _Used.keys.of(office) if plain)]


def forms_at(channel: str, value: str) -> list[str]:
    """The same for the office of a channel, where that is all that is known."""
    offices = [office for office in _Used.keys.offices if channel.startswith(f"{office}-")]
    return [str(value), *(form for office in offices for form in forms(office, value)[1:])]


def opened(text: str) -> str:
    """What a text as it lies says, as ``Kept`` where it lies encrypted, and then ``SHUT`` without its key."""
    if "~" not in text or not (found := _KEPT.fullmatch(text)):
        return text
    key = _Used.keys.named(found[2])
    plain = _read(key, urlsafe_b64decode(found[3] + "==")) if key else None
    return Kept(SHUT if plain is None else plain.decode(), text)


def kept_values(office: str, values: Any) -> str | None:
    """How what was filled in is to lie, as one JSON text; None where it stays as it is."""
    text = json.dumps(values, ensure_ascii=False)
    found = kept(office, text)
    return None if found == text else found


def kept_bytes(office: str, content: bytes) -> bytes:
    """How what came is to lie; as it is where it is empty, kept already, or where there is no key."""
    if not content or _named(content) or not (found := _Used.keys.of(office)):
        return content
    return b"".join((_MARK, found[0].id.encode(), _MARK, _sealed(found[0], content)))


def opened_bytes(content: bytes) -> bytes:
    """What lies there; as it lies where its key is not known."""
    key = _Used.keys.named(_named(content))
    plain = _read(key, content[10:]) if key else None
    return content if plain is None else plain


def _named(content: bytes) -> str:
    """The name of the key that bytes lie under; empty where they lie open."""
    found = re.match(rb"~([0-9a-f]{8})~", content)
    return found[1].decode() if found else ""


def _under(key: _Key, text: str, *, same: bool) -> str:
    body = urlsafe_b64encode(_sealed(key, text.encode(), _NO_NONCE if same else b"")).decode().rstrip("=")
    return f"{'+' if text.startswith('+') else ''}~{key.id}~{body}"


def _sealed(key: _Key, content: bytes, nonce: bytes = b"") -> bytes:
    begun = nonce or secrets.token_bytes(_NONCE_BYTES)
    return begun + key.siv.encrypt(content, [begun])


def _read(key: _Key, body: bytes) -> bytes | None:
    try:
        return key.siv.decrypt(body[_NONCE_BYTES:], [body[:_NONCE_BYTES]])
    except (InvalidTag, ValueError):
        return None
