"""What a journey leaves in the journal: a chain that holds, and nobody's name, address or words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from inbox import ciphering, journal_verify
from inbox.database import Database
from inbox.journal_seals import JournalSeals

_SAID = """SELECT name AS text FROM citizen UNION SELECT value FROM address
UNION SELECT text FROM message WHERE direction = 'in' AND length(text) >= 20"""
_LEAST_LETTERS = 5


async def check(database: Database, now: datetime) -> None:
    """Assert both of the whole record."""
    await JournalSeals(database).seal(now)
    chains = [chain async for chain in journal_verify.chains(database)]
    broken = [chain.faults for chain in chains if chain.faults]
    assert not broken, f"the journal is not as it was sealed: {broken}"
    async with database.reading():
        personal = {ciphering.opened(str(row["text"])) for row in await database.query(_SAID)}
        lines = await database.query('SELECT event, CAST("values" AS TEXT) AS said FROM journal')
    told = [(row["event"], text) for row in lines for text in _texts(json.loads(row["said"]))]
    personal = {one for one in personal if len(one) >= _LEAST_LETTERS}
    bad = [(event, text) for event, text in told if any(one in text for one in personal)]
    assert not bad, f"the journal says what somebody is called or wrote: {bad}"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)
    else:
        yield str(value)
