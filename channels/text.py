"""What a short message is made of: how many parts a text takes, which letters are cheap, and whose number it is.

Shared by the doors that speak SMS. Knows no platform.
Source: 3GPP TS 23.038 (alphabets), 3GPP TS 23.040 section 9.2.3.24.1 (the header of joined parts).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from channels.addresses import phone

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")

# What word processors and phones put in place of plain characters, and what reads the same.
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛‹›′ʻʼ`´", "'"),
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‐‑‒–—―−⁃•‣▪●", "-"),
        **dict.fromkeys("\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a", " "),
        **dict.fromkeys("\u202f\u205f\u3000", " "),
        **dict.fromkeys("\u2028\u2029\u0085", "\n"),
        **dict.fromkeys("\u00ad\u200b\u200e\u200f\u2060\ufeff", ""),
        "\r": "\n",
        "…": "...",
        "→": "->",
        "←": "<-",
        "×": "x",
        "ﬁ": "fi",
        "ﬂ": "fl",
    }
)


@dataclass(frozen=True, slots=True)
class Segments:
    """How a text travels. ``units`` are septets (``gsm``) or UTF-16 units (``ucs2``) used in all ``count`` parts;
    ``room`` is how many more go into the last part, or into the only one.
    """

    encoding: Literal["gsm", "ucs2"]
    units: int
    count: int
    room: int


def segments(text: str) -> Segments:
    """The parts that ``text`` takes: 160 septets or 70 units alone, 153 or 67 joined; an empty one takes one part.

    An escaped letter (two septets) and a surrogate pair stay in one part.
    """
    if _BASIC.issuperset(text) or (_BASIC | _EXTENDED).issuperset(text):
        return _counted("gsm", [2 if letter in _EXTENDED else 1 for letter in text], alone=160, joined=153)
    return _counted("ucs2", [2 if ord(letter) > 0xFFFF else 1 for letter in text], alone=70, joined=67)


def _counted(encoding: Literal["gsm", "ucs2"], letters: Iterable[int], *, alone: int, joined: int) -> Segments:
    units, count, used = 0, 1, 0
    for size in letters:
        units += size
        if used + size > joined:
            count, used = count + 1, 0
        used += size
    if units <= alone:
        return Segments(encoding, units, 1, alone - units)
    return Segments(encoding, units, count, joined - used)


def plain_gsm(text: str) -> str:
    """The text with typographic characters made plain where it reads the same, so that it fits the cheap alphabet.

    Quotes, dashes, bullets, spaces and dots of ellipsis are mended and letters with marks are composed; other letters
    and pictures stay as they are, even where they make the whole text dearer.
    """
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n")).translate(_PLAIN)


def table() -> dict[str, Any]:
    """The alphabets and what is made plain, as JSON takes them: a browser counts with them as ``segments`` does."""
    plain = {chr(letter): mended for letter, mended in _PLAIN.items()}
    return {"basic": "".join(sorted(_BASIC)), "extended": "".join(sorted(_EXTENDED)), "plain": plain}


_LONGEST_NUMBER = 60
_FULL_NUMBER = re.compile(r"\+[1-9][0-9]{8,14}|[1-9][0-9]{9,14}")


def sender(value: str, region: str = "ID") -> tuple[str, bool]:
    """Who sent a short message: the canonical address, and whether it is a machine that nobody answers.

    A name (TELKOMSEL) or a short code (3636) is a machine, known by its name in capitals. ("", True) for nobody.
    A platform's full number is believed even where the library's tables do not know it.
    """
    full = _FULL_NUMBER.fullmatch(value.strip())
    number = phone(value, region) or (f"+{full[0].removeprefix('+')}" if full else "")
    if number:
        return number, False
    printable = "".join(letter for letter in value if unicodedata.category(letter)[0] != "C")
    return " ".join(printable.upper().split())[:_LONGEST_NUMBER], True
