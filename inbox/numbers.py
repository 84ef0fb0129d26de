"""Ticket numbers and codes: making them, and finding them in what people write.

A number is ``BLT-26-001234``: office, year, six digits. Numbers may have gaps, because nothing on the message road
waits for a row that all messages share; what must not have gaps lives in ``inbox.registers``.
"""

from __future__ import annotations

import re
import secrets
from datetime import datetime
from zoneinfo import ZoneInfo

from inbox.database import Database

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
# What keyboards and phones make of a hyphen.
_BETWEEN = r"[\s\-‐‑‒–—_./]"
_NUMBER = re.compile(rf"(?<![^\W_])([A-Za-z]{{3}}){_BETWEEN}{{0,3}}([0-9]{{2}}){_BETWEEN}{{0,3}}([0-9]{{6}})(?![0-9])")
_SHORT = re.compile(rf"([A-Za-z]{{3}}){_BETWEEN}{{0,3}}([0-9]{{2}}){_BETWEEN}{{1,3}}([0-9]{{1,6}})")
_COUNT = """
    INSERT INTO counter (name, value) VALUES ($1, 1)
    ON CONFLICT (name) DO UPDATE SET value = counter.value + 1 RETURNING value
"""


async def ticket_number(database: Database, code: str, now: datetime, zone: str) -> str:
    """The next number of an office for the year it is in its zone, in the caller's transaction.

    Args:
        code: the office's three letters.
    """
    year = now.astimezone(ZoneInfo(zone)).year % 100
    name = f"ticket_{code.lower()}_{year:02d}"
    value = await (_from_sequence if database.is_postgres else _from_counter)(database, name)
    return f"{code}-{year:02d}-{value:06d}"


def code() -> str:
    """A new secret code: six letters and digits, without 0, O, 1 and I."""
    return "".join(secrets.choice(ALPHABET) for _ in range(6))


def normal(text: str) -> str:
    """A number as typed into a field, in its canonical form; empty where it is none.

    Case, hyphens and spaces do not matter, nor do leading zeros of the last part where a hyphen sets it apart.
    """
    found = _NUMBER.fullmatch(text.strip()) or _SHORT.fullmatch(text.strip())
    return _canonical(found) if found else ""


def find_numbers(text: str) -> list[str]:
    """The numbers in a text, canonical, in order, each once."""
    return list(dict.fromkeys(_canonical(found) for found in _NUMBER.finditer(text)))


def _canonical(found: re.Match[str]) -> str:
    return f"{found[1].upper()}-{found[2]}-{int(found[3]):06d}"


async def _from_counter(database: Database, name: str) -> int:
    return int((await database.query(_COUNT, [name]))[0]["value"])


async def _from_sequence(database: Database, name: str) -> int:
    """A sequence is made by the first number of the year; whoever comes at the same moment waits for that one."""
    taken = await database.query("SELECT nextval(to_regclass($1)) AS value", [name])
    if taken[0]["value"] is None:
        await database.query("SELECT pg_advisory_xact_lock(hashtext($1))", [name])
        await database.query(f"CREATE SEQUENCE IF NOT EXISTS {name}")
        taken = await database.query("SELECT nextval(to_regclass($1)) AS value", [name])
    return int(taken[0]["value"])
