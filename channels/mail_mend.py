"""The raw bytes of a mail as a parser can take them: nothing before the header, and no line in it that is none.

A parser ends the header at the first line that is no field, and takes the rest of it for the mail's words: one broken
line would cost the sender and all structure. A header that is whole is not touched, nor is anything below it.
"""

from __future__ import annotations

import re

_LONGEST_HEADER = 1_000_000
_BOM = b"\xef\xbb\xbf"
_BEFORE = re.compile(rb"(?:[ \t]*\r?\n|[ \t]*\r|>From [^\r\n]{0,500}\r?\n)+")
_END = re.compile(rb"\r?\n(?:\r?\n|\Z)")
_NO_FIELD = re.compile(rb"^(?![!-9;-~]+:|[ \t]|From (?![ \t]*:)|\r?$).", re.M)
_SPACED_FIELD = re.compile(rb"([!-9;-~]{1,80})[ \t]+:")
# What only a header goes on with: a letter's own "Lokasi: ..." under a missing empty line is its words.
_GOES_ON = re.compile(
    rb"^(?:from|to|cc|subject|date|message-id|mime-version|content-[a-z-]{1,40}|received|return-path|reply-to"
    rb"|in-reply-to|references|delivered-to|dkim-signature|x-[a-z-]{1,60})[ \t]*:",
    re.M | re.I,
)


def mended(raw: bytes) -> bytes:
    """The same mail, with its header readable to its end."""
    raw = raw.removeprefix(_BOM)
    if before := _BEFORE.match(raw):
        raw = raw[before.end() :]
    raw = raw.lstrip(b" \t")
    if b"\r\r\n" in raw[:1000]:
        raw = raw.replace(b"\r\r\n", b"\r\n")
    end = _END.search(raw, 0, _LONGEST_HEADER)
    head = raw[: end.start() if end else _LONGEST_HEADER]
    return _readable(head) + raw[len(head) :] if _NO_FIELD.search(head) else raw


def _readable(head: bytes) -> bytes:
    """A header without broken lines, as far down as fields follow. One that names no field goes on the field above."""
    last = max((found.start() for found in _GOES_ON.finditer(head)), default=0)
    lines: list[bytes] = []
    place = 0
    for line in head.splitlines(keepends=True):
        if place <= last and (spaced := _SPACED_FIELD.match(line)):
            lines.append(spaced[1] + line[spaced.end() - 1 :])
        elif place < last and _NO_FIELD.match(line):
            lines.append(b" " + line if lines and b":" not in line else b"")
        else:
            lines.append(line)
        place += len(line)
    return b"".join(lines)
