"""Bytes of a mail to text: never raises, whatever charset was declared, and never hands on what a database refuses."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufeff]")
_LINE_ENDS = re.compile("\r\n|[\r\u0085\u2028\u2029]")
# Codecs that carry text in mail. Python has others by that interface (idna, unicode_escape) which must not be asked.
_CARRIES_TEXT = re.compile(r"(?:utf|iso|latin|ascii|windows|cp|koi8|gb|big5|euc|shift|ks_?c|hz|tis|mac|johab|kz)")
# The names that real mail uses for a narrower charset than it means.
# Source: https://encoding.spec.whatwg.org/#names-and-labels
_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
}
_MORE_THAN_ASCII = ("utf-7", "utf-16", "utf-32", "iso2022", "hz")
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SINGLE_BYTE = ("cp1", "cp8", "cp4", "iso8859", "koi8", "mac", "kz")
_ALIASES = {"ks_c_5601-1987": "cp949", "x-gbk": "gb18030", "windows-874": "cp874", "x-mac-roman": "mac_roman"}


def clean(text: str) -> str:
    """Text with LF line ends, without control characters and lone surrogates (PostgreSQL refuses those)."""
    if not text.isascii() or "\r" in text:
        text = _LINE_ENDS.sub("\n", text)
    return _UNWANTED.sub("", text)


def decode(data: bytes, charset: str = "") -> str:
    """The text that ``data`` holds: the declared charset where it fits, else UTF-8, else Windows-1252."""
    codec = "utf-16" if data.startswith(_UTF16_MARKS) else _codec(charset)
    if codec.startswith(("utf-16", "utf-32")) and b"\0" not in data:
        codec = "utf-8"
    if data.isascii() and not codec.startswith(_MORE_THAN_ASCII):
        return data.decode("ascii")
    # A single-byte charset always "fits"; bytes that happen to be valid UTF-8 practically always are.
    for name in ("utf-8", codec) if codec.startswith(_SINGLE_BYTE) else (codec, "utf-8"):
        try:
            return data.decode(name)
        except (UnicodeError, ValueError, LookupError):
            continue
    return _damaged(data)


def _damaged(data: bytes) -> str:
    """UTF-8 where only a few characters are broken, else the widest single-byte guess."""
    text = data.decode("utf-8", "replace")
    high = sum(byte > 127 for byte in data[:20_000])
    if text[:20_000].count("\ufffd") * 3 < high:
        return text
    return data.decode("cp1252", "replace")


@lru_cache(maxsize=256)
def _codec(charset: str) -> str:
    """The name of the Python codec to try; UTF-8 where the charset is missing, unknown or no charset of mail."""
    name = charset.strip().strip("\"'").lower().removesuffix("-i").removesuffix("-e")
    name = _ALIASES.get(name, name)
    if not _CARRIES_TEXT.match(name) or len(name) > 40:
        return "utf-8"
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return "utf-8"
    return _WIDER.get(found, found)
