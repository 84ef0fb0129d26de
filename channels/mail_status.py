"""What a mail server's refusal means, from its codes and words: one table for bounces and for our own sending."""

from __future__ import annotations

import re

from channels.mail_charset import clean

_ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_LONGEST_DETAIL = 300
_LONGEST_WORDS = 2000

# Source: RFC 3463 and the IANA registry of enhanced status codes; x.4.4 as Postfix and Exim use it (no such domain).
_BY_STATUS = {
    "1.1": "address-unknown",
    "1.2": "address-unknown",
    "1.3": "address-unknown",
    "1.6": "address-unknown",
    "1.10": "address-unknown",
    "2.1": "address-unknown",
    "2.2": "mailbox-full",
    "2.3": "message-too-large",
    "3.4": "message-too-large",
    "4.4": "address-unknown",
    "6.7": "address-unsupported",
}


def _any(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrases), re.I)


_FULL = _any(
    r"mailbox (?:is |account is )?full",
    r"over ?quota",
    r"quota (?:exceeded|violation|full)",
    r"exceed\w* .{0,30}quota",
    r"out of storage",
    r"(?:insufficient|not enough) (?:disk )?space",
    r"(?:mailbox|storage) .{0,20}(?:exceeded|full)",
    r"disk (?:quota|full)",
    r"kotak (?:surat|masuk) .{0,40}penuh",
)
_LARGE = _any(
    r"message (?:size|is too|too) (?:big|large|exceeds)", r"size limit", r"too large", r"exceeds? .{0,30}\bsize"
)
# One maker's gateways put this before every refusal, whatever the other server said.
_PREAMBLE = re.compile(r"5\.1\.0 - unknown address error", re.I)
_THEY = r"(?:user|recipient|mailbox|account|address|alias|name|host)"
_NOBODY = _any(
    _THEY + r"\)? (?:is )?(?:unknown|not found|not recognized)",
    _THEY + r"\)? .{0,60}(?:does not exist|doesn'?t exist|not exist|not found|no longer|not listed in|not recognized)",
    _THEY + r"\)? .{0,60}(?:is|has been) (?:disabled|discontinued|inactive)",
    r"(?:unknown|invalid|no such|nonexistent|non-existent|not a valid|bad destination|no)(?: final delivery| valid)?"
    r" (?:user|recipient|local[- ]part|mailbox|address|host|person|account|domain|e-?mail)",
    r"doesn'?t have an? .{0,40}account",
    r"unrouteable (?:address|mail domain)",
    r"recipientnotfound",
    r"recipient address rejected: access denied",
    r"mailbox (?:unavailable|not available)",
    r"(?:host|domain name) (?:\S{1,100} )?not found",
    r"domain .{0,60}(?:not found|does not exist|doesn'?t exist|not reachable)",
    r"couldn'?t be found",
    r"couldn'?t find (?:any host|a mail exchanger)",
    r"no mailbox here by that name",
    r"#5\.1\.0 address rejected",
    r"does not accept mail|\bnullmx\b",
    r"(?:alamat|akun|penerima) .{0,40}tidak (?:dapat )?(?:ditemukan|dikenal|ada\b|terdaftar)",
)
# A refusal that is about us or about this moment says nothing of the address.
_ABOUT_SENDER = _any(
    *(r"spam", r"block", r"blacklist", r"reputation", r"policy", r"not permitted", r"dmarc", r"\bspf\b", r"dkim"),
    *(r"sender (?:address|rejected|domain|verify)", r"sender'?s", r"open relay", r"relaying"),
    *(r"too many", r"\brate\b", r"too fast", r"malformed", r"my name was rejected"),
)


def enhanced(words: str) -> str:
    """The enhanced status code in a server's words, such as ``5.1.1``; empty where there is none."""
    found = _ENHANCED.search(words)
    return found[0] if found else ""


def reason(status: str, words: str, otherwise: str) -> str:
    """The kebab-case reason for a refusal, from its enhanced code (or an empty text) and the server's words.

    What a server says plainly counts before its code: many put 5.1.1 or 5.7.1 on everything. Nobody is called
    unknown for a refusal that may pass or that is about us. ``otherwise`` answers where no cause is told.
    """
    words = _PREAMBLE.sub("", words[:_LONGEST_WORDS])
    if _FULL.search(words):
        return "mailbox-full"
    if _LARGE.search(words):
        return "message-too-large"
    detail = status.partition(".")[2]
    by_status = _BY_STATUS.get(detail, otherwise)
    if status.startswith("4") or detail in {"1.7", "1.8"} or _ABOUT_SENDER.search(words):
        return otherwise if by_status == "address-unknown" else by_status
    return "address-unknown" if _NOBODY.search(words) else by_status


def detail(words: str) -> str:
    """A server's words on one line, short enough for a page."""
    return " ".join(clean(words).split())[:_LONGEST_DETAIL]
