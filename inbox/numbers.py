"""Ticket numbers and codes: making them, and finding them in what people write.

A number is ``BLT-26-001234``: office, year, six digits. Numbers may have gaps, because nothing on the message road
waits for a row that all messages share; what must not have gaps lives in ``inbox.registers``.
"""

from __future__ import annotations

import re
import secrets
from datetime import datetime
from zoneinfo import ZoneInfo

from inbox import writing

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
# What keyboards and phones make of a hyphen.
_BETWEEN = r"[\s\-‐‑‒–—_./]"
_NUMBER = re.compile(rf"(?<![^\W_])([A-Za-z]{{3}}){_BETWEEN}{{0,3}}([0-9]{{2}}){_BETWEEN}{{0,3}}([0-9]{{6}})(?![0-9])")
_SHORT = re.compile(rf"([A-Za-z]{{3}}){_BETWEEN}{{0,3}}([0-9]{{2}}){_BETWEEN}{{1,3}}([0-9]{{1,6}})")


async def ticket_number(code: str, now: datetime, zone: str) -> str:
    """The next number of an office for the year it is in its zone, in the caller's transaction.

    Args:
        code: the office's three letters.
    """
    number = await writing.count(series(code, now, zone))
    return f"{code}-{_year(now, zone):02d}-{number:06d}"


def series(code: str, now: datetime, zone: str) -> str:
    """What the numbers of an office are counted under in the year it is."""
    return f"ticket_{code.lower()}_{_year(now, zone):02d}"


def code() -> str:
    """A new secret code: six letters and digits, without 0, O, 1 and I."""
    chance = secrets.randbits(30)
    return "".join(ALPHABET[chance >> shift & 31] for shift in range(0, 30, 5))


def normal(text: str) -> str:
    """A number as typed into a field, in its canonical form; empty where it is none.

    Case, hyphens and spaces do not matter, nor do leading zeros of the last part where a hyphen sets it apart.
    """
    found = _NUMBER.fullmatch(text.strip()) or _SHORT.fullmatch(text.strip())
    return _canonical(found) if found else ""


def find_numbers(text: str) -> list[str]:
    """The numbers in a text, canonical, in order, each once."""
    return list(dict.fromkeys(_canonical(found) for found in _NUMBER.finditer(text)))


def _year(now: datetime, zone: str) -> int:
    return now.astimezone(ZoneInfo(zone)).year % 100


def _canonical(found: re.Match[str]) -> str:
    return f"{found[1].upper()}-{found[2]}-{int(found[3]):06d}"
