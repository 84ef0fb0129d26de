"""Leaving out what stands under every mail of a sender or a program: signatures and lines such as "Dikirim dari ...".

Only the end of a text is looked at, and what may be a citizen's own sentence stays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_LONGEST = 2000
_MOST_LINES = 60


def _any(*phrases: str) -> str:
    return f"(?:{'|'.join(phrases)})"


# "Dikirim dari iPhone saya", "Sent from Mail for Windows", "Dapatkan Outlook untuk Android"
_MAKE = _any(
    *("iphone", "ipad", "ipod", "mac(?:book)?", "android", "samsung", "galaxy", "xiaomi", "redmi", "poco", "oppo"),
    *("vivo", "realme", "huawei", "honor", "infinix", "tecno", "nokia", "asus", "lenovo", r"blackberry\S?", "windows"),
    *("oneplus", "pixel", "xperia", "itel", "advan", "motorola"),
    *("outlook", "yahoo", "ymail", "gmail", "zoho", "proton", "protonmail", "bluemail", "thunderbird", "mail"),
    *("mymail", "fairemail", "tuta", "spark", "edison", "canary", "airmail"),
)
_THING = _any("ponsel", "smartphone", "tablet", "perangkat", "handphone", "hp", "telepon", "phone", "mobile")
_BY = _any("dari", "from", "melalui", "lewat", "via", "menggunakan", "dengan", "with", "using")
_WRITTEN_ON = re.compile(
    "^"
    + _any(
        r"sent from my(?:\s+\S{1,30}){1,4}",
        rf"(?:dikirim|terkirim|sent)\s+{_BY}\s+(?:\S{{1,30}}\s+){{0,3}}?{_MAKE}\b(?:\s+\S{{1,30}}){{0,12}}",
        rf"(?:dikirim|terkirim|sent)\s+{_BY}\s+{_THING}(?:\s+(?:cerdas|pintar|seluler|saya|kami|my|device|phone)){{0,3}}"
        r"(?:\s*[,.;].{0,60})?",
        r"(?:get|dapatkan|unduh|download)\s+(?:\S{1,30}\s+){0,2}?(?:outlook|yahoo|gmail|bluemail|mail)\b.{0,40}",
        r"yahoo mail: .{5,60}",
        r"powered by .{0,30}(?:blackberry|indosat|telkomsel).{0,20}",
    )
    + "$",
    re.I,
)
_ORNAMENT = re.compile(r"[\[\]()<>*_®\u2122\xa0]")
_LINK = re.compile(r"\s*[<(\[]?\s*https?://\S{1,500}")
_QUOTES = re.compile(
    r"^(?:\s*>|[*_\s]{0,6}(?:dari|from|pengirim)\s{0,3}\*{0,2}\s?:|.{0,30}(?:forwarded|terusan|diteruskan))", re.I
)
_SENTENCE = re.compile(r"\S\s.{40,}[.!?]\s*$")
_LEGAL = re.compile(r"rahasia|confidential|disclaimer|penafian|intended|privileged|hak cipta|virus|unsubscribe", re.I)


def unsigned(lines: Sequence[str]) -> Sequence[str]:
    """The lines without "-- " and what follows it, and without a mail program's last line about itself."""
    for index, line in enumerate(lines):
        if (
            len(lines) - index <= _MOST_LINES
            and line in {"-- ", "--"}
            and _is_signature(lines[index + 1 :], announced=line == "-- ")
            and not says_more(lines[index + 1 :], lines[:index])
        ):
            lines = lines[:index]
            break
    end = len(lines)
    while end and (not lines[end - 1].strip() or _is_device(lines[end - 1])):
        end -= 1
    return lines[:end]


def says_more(signature: Sequence[str], above: Sequence[str]) -> bool:
    """Whether a signature says more than the mail above it, in sentences: then somebody wrote into it."""
    below = "\n".join(signature)
    return (
        len(below) > sum(map(len, above))
        and any(_SENTENCE.search(line[-300:]) and not _is_device(line) for line in signature)
        and not _LEGAL.search(below)
    )


def _is_signature(lines: Sequence[str], *, announced: bool) -> bool:
    """Whether lines look like a signature. Without the standard's "-- " they must look like a name and an address."""
    said = [line.strip() for line in lines if line.strip()]
    if announced:
        return sum(map(len, said)) <= _LONGEST and not any(_QUOTES.match(line[:400]) for line in said)
    return len(said) <= 6 and all(len(line) <= 60 and not line.endswith((".", "!", "?")) for line in said)


def _is_device(line: str) -> bool:
    words = _ORNAMENT.sub("", _LINK.sub("", line[:600])).strip(" \t.!")
    return len(words) <= 100 and bool(_WRITTEN_ON.match(words))
