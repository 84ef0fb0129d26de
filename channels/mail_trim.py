"""Telling a citizen's own words from the mail history quoted around them.

Losing a citizen's words is worse than leaving a quote: whatever is in doubt stays, a forwarded mail is never touched,
and where nothing would be left the whole text is. Everything is decided line by line with bounded patterns, so the
time grows with the length of the text and with nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from channels.mail_signature import unsigned

# A quote that begins later is left standing: time must not grow with what a stranger sends.
_MOST_LINES = 3000


def _any(*phrases: str) -> str:
    return f"(?:{'|'.join(phrases)})"


_TAGS = r"^\s*(?:\[[^\]]{1,30}\]\s*){0,3}"
_FORWARDS = _any("fwd?", "fw", "trs", "tr", "terusan", "penerusan", "teruskan", "diteruskan", "forward", "wg", "rv")
_REPLIES = _any("re", "bls", "balas", "balasan", "jwb", "jawab", "aw", "sv", "antw")
_FORWARD_SUBJECT = re.compile(_TAGS + _FORWARDS + r"\.?\s*(?:\[\d+\])?\s*:", re.I)
_REPLY_SUBJECT = re.compile(_TAGS + _REPLIES + r"\.?\s*(?:\[\d+\])?\s*:", re.I)

# "---------- Forwarded message ---------", "Pesan yang Diteruskan", "Begin forwarded message:"
_RULED = r"[-=_*\s]{0,30}"
_FORWARDED = re.compile(
    "^"
    + _RULED
    + _any(
        r"forwarded\s+(?:message|mail|e-?mail)(?:\s+from\s.{1,80})?",
        r"(?:begin|start\s+of)\s+forwarded\s+message",
        r"(?:(?:mulai|awal)\s+)?(?:pesan|surat|e-?mail)\s+(?:yang\s+)?(?:diteruskan|terusan)",
        r"mulai\s+meneruskan\s+pesan",
    )
    + r"\s{0,3}:?"
    + _RULED
    + "$",
    re.I,
)
# "-----Original Message-----", "-------- Pesan asli --------"
_DIVIDER = re.compile(
    rf"^(?P<rule>{_RULED})"
    + _any(r"original\s+(?:message|e-?mail|appointment)", r"pesan\s+(?:asli|asal|sebelumnya)", r"e-?mail\s+asli")
    + r"\s{0,3}:?"
    + _RULED
    + r"(?:$|(?<=--)\s?(?:dari|from):)",  # Samsung's has the whole header on its line
    re.I,
)
_RULE = re.compile(r"^[-_=*]{3,}$")

# "Pada Sen, 23 Nov 2026 pukul 09.15 Dinas <dinas@example.id> menulis:", the name first, and other languages' forms
_ATTRIBUTIONS = (
    re.compile(
        r"^(?:-{2,}\s{0,3})?(?:pada|on|di|tanggal)\b(?P<who>.{4,500}?)[\s,>](?:menulis|wrote)"
        r"\s{0,3}(?::|-{2,})(?P<rest>.{0,500})$",
        re.I | re.S,
    ),
    re.compile(r"^(?P<who>.{1,300}<[^<>]{3,200}>)\s{0,3}(?:menulis|wrote)\b.{0,120}:(?P<rest>)$", re.I | re.S),
    re.compile(r"^(?:mengutip|quoting)\s(?P<who>.{3,300}):(?P<rest>)$", re.I | re.S),
    re.compile(r"^(?P<foreign>(?P<who>.{8,500}\S))\s{0,3}[:：](?P<rest>)$", re.S),
)
_HINTS_AT_A_QUOTE = re.compile(r"menulis|wrote|^\s*[>|]", re.I)
# What a citizen says who answers between the lines of an unmarked quote
_ANSWERS_BELOW = re.compile(
    r"(?:jawab|balas|tanggap|komentar|keterangan)\w{0,10}\b.{0,60}\b(?:di\s?bawah|merah)\b|\bsee below\b|\bin-?line\b",
    re.I,
)
_ADDRESS = re.compile(r"[\w.+=-]{1,64}@[\w-]{1,63}\.[\w.-]{1,100}")
_IN_BRACKETS = re.compile(r"[<\[](?:mailto:)?" + _ADDRESS.pattern)
_DAY = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}[/.-]\d{1,2}[/.-]\d\d\b")
_TIME = re.compile(r"\b\d{1,2}[.:]\d\d\b")

# "Dari: ... / Dikirim: ... / Kepada: ... / Subjek: ...", bold in some mailers
_LABEL = r"^[*_\s]{0,6}"
_COLON = r"\s{0,3}\*{0,2}\s?:\**\s{0,3}"
_FROM = re.compile(_LABEL + "(?:dari|from|pengirim)" + _COLON + r"(?P<value>\S.{0,300})", re.I)
_SENT = re.compile(
    _LABEL
    + r"(?:(?P<mailer>dikirim(?:\s+pada)?|terkirim|sent)|tanggal|tgl|waktu|date)"
    + _COLON
    + "(?P<value>.{0,200})",
    re.I,
)
_ABOUT = _any("subjek", "perihal", "hal", "judul", "perkara", "subject")
_TO_OR_ABOUT = re.compile(
    _LABEL
    + _any(
        "kepada", "ke", "untuk", "to", "b?cc", "tembusan", "salinan", "reply-to", r"balas\s+ke", f"(?P<about>{_ABOUT})"
    )
    + _COLON,
    re.I,
)


@dataclass(frozen=True, slots=True)
class _Opening:
    """Where quoted history begins: the first line that goes, and the first after the lines that announce it."""

    first: int
    after: int


def trim(text: str, *, subject: str = "", reply: bool = False) -> str:
    """A citizen's own words out of a mail's text: quoted history and signature gone, everything else as it was.

    ``text`` has LF line ends and quoted lines begin with ``>``. ``reply`` says that the mail's headers make it an
    answer (In-Reply-To, References); a subject that begins with Re:, Bls: and the like says so too. Without either,
    copied correspondence is taken for part of the complaint.
    """
    whole = text.strip()
    if not whole or _FORWARD_SUBJECT.match(subject):
        return whole
    lines = text.split("\n")
    own = _own(lines, reply=reply or bool(_REPLY_SUBJECT.match(subject)))
    if own is None:
        return whole
    return "\n".join(unsigned(own)).strip() or "\n".join(own).strip() or whole


def _own(lines: Sequence[str], *, reply: bool) -> Sequence[str] | None:
    """The lines without quoted history; all of them where words stand around quotes. None for a forwarded mail."""
    quotes = any(_HINTS_AT_A_QUOTE.search(line[:1000]) for line in lines)
    for index, line in enumerate(lines[:_MOST_LINES]):
        if not line.strip():
            continue
        if _FORWARDED.match(line.lstrip("> \t")[:200]):
            return None
        if opening := _opening(lines, index, reply=reply, quotes=quotes):
            return _outside(lines, opening)
    return lines


def _opening(lines: Sequence[str], index: int, *, reply: bool, quotes: bool) -> _Opening | None:
    if lines[index].lstrip().startswith(">"):
        # Directly under the citizen's own line it may be a list, or "> 30 cm" of a sentence.
        apart = not index or not lines[index - 1].strip()
        return _Opening(index, index) if reply and apart else None
    after = reply and (_divider(lines, index) or _letterhead(lines, index))
    after = after or (quotes and _attribution(lines, index, reply=reply))
    return _Opening(_above_rules(lines, index), after) if after else None


def _divider(lines: Sequence[str], index: int) -> int:
    """The line after "-----Pesan asli-----", 0 where it is none. Without its rule a quote must follow."""
    found = _DIVIDER.match(lines[index].strip()[:120])
    if not found:
        return 0
    below = _next(lines, index + 1)
    if len(found["rule"].strip()) > 1:
        return index + 1
    evident = below < len(lines) and (_is_quoted(lines[below]) or _letterhead(lines, below))
    return index + 1 if evident else 0


def _letterhead(lines: Sequence[str], index: int) -> int:
    """The line after a quoted mail's own header ("Dari: ... Dikirim: ... Kepada: ..."); 0 where it is none.

    A citizen's letter has "Dari:", "Tanggal:" and "Kepada:" as well: a mail's header also says "Dikirim", shows an
    address in brackets, or has both a time of day and a subject.
    """
    block = [line[:400] for line in lines[index : index + 12]]
    if not any(label.match(block[0]) for label in (_FROM, _SENT, _TO_OR_ABOUT)):
        return 0
    senders = [found for line in block[:5] if (found := _FROM.match(line))]
    sent = [found for line in block[:6] if (found := _SENT.match(line))]
    others = [(number, found) for number, line in enumerate(block) if (found := _TO_OR_ABOUT.match(line))]
    evident = (
        any(found["mailer"] for found in sent)
        or (any(_TIME.search(found["value"]) for found in sent) and any(found["about"] for _, found in others))
        or (_FROM.match(block[0]) and any(_IN_BRACKETS.search(found["value"]) for found in senders))
    )
    return index + 1 + others[-1][0] if senders and sent and others and evident else 0


def _attribution(lines: Sequence[str], index: int, *, reply: bool) -> int:
    """The line after "Pada ... menulis:", which mailers break over up to four lines; 0 where it is none.

    Where the citizen's own line stands directly above, the announcement begins at the latest line that makes one.
    """
    for after in range(index + 1, min(index + 5, len(lines) + 1)):
        line = lines[after - 1].strip()
        if not line or line.startswith(">"):
            return 0
        if kind := _announces(lines, index, after, reply=reply):
            later = {_announces(lines, number, after, reply=reply) for number in range(index + 1, after)}
            return 0 if "dated" in later or (kind != "dated" and later - {""}) else after
    return 0


def _announces(lines: Sequence[str], index: int, after: int, *, reply: bool) -> str:
    """How a mailer announces a quote in these lines, ``dated`` or ``named``: it names an address or a minute, and
    what follows looks like a quote. Empty where it does not.
    """
    joined = " ".join(line.strip()[:300] for line in lines[index:after]).strip("*_")
    found = next((match for pattern in _ATTRIBUTIONS if (match := pattern.match(joined))), None)
    if not found:
        return ""
    address = bool(_ADDRESS.search(found["who"]))
    day, minute = bool(_DAY.search(found["who"])), bool(_TIME.search(found["who"]))
    below = _next(lines, after)
    quoted = below < len(lines) and _is_quoted(lines[below])
    if "foreign" in found.re.groupindex:
        evident = quoted and address and minute
    elif found["rest"].strip():
        evident = reply and address
    elif quoted:
        evident = address or (day and (minute or reply))
    else:
        evident = address and (reply or below == len(lines))
    return ("dated" if found.re is _ATTRIBUTIONS[0] and (day or minute) else "named") if evident else ""


def _above_rules(lines: Sequence[str], index: int) -> int:
    """The first of the ruled and empty lines, and lone dividers, directly above a line."""
    while index and (not (above := lines[index - 1].strip()) or _RULE.match(above) or _DIVIDER.match(above[:120])):
        index -= 1
    return index


def _is_quoted(line: str) -> bool:
    return line.lstrip().startswith((">", "|"))


def _next(lines: Sequence[str], index: int) -> int:
    """The next line that is not empty; the number of lines where none is."""
    while index < len(lines) and not lines[index].strip():
        index += 1
    return index


def _outside(lines: Sequence[str], opening: _Opening) -> Sequence[str]:
    """What stands outside a quote: above it, or below where nothing is above. Words on both sides keep everything."""
    above = lines[: opening.first]
    below = _next(lines, opening.after)
    if below == len(lines) or not _is_quoted(lines[below]):
        return lines if any(_ANSWERS_BELOW.search(line[:500]) for line in above[-20:]) else above
    while below < len(lines) and (not lines[below].strip() or _is_quoted(lines[below])):
        below += 1
    rest = unsigned(lines[below:])
    if not any(line.strip() for line in rest):
        return above
    more_quotes = any(line.lstrip().startswith(">") for line in rest)
    return lines if more_quotes or any(line.strip() for line in above) else lines[below:]
