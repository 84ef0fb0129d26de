"""Goes through the journal of every office from its first entry and says what is not as it was sealed. Reads only.

Against whoever can write a new chain in place of the old one no record can speak for itself: the digests that were
mailed and printed do (``anchors``). A few batches are held at a time, however long the journal is.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, field

from inbox import journal_chain, journal_seals
from inbox.database import Database
from inbox.journal_chain import Batch, Fault
from inbox.refused import Refused

_BATCHES, _BEYOND = 20, 10_000
_LEAST_DIGITS, _MOST_DIGITS = 32, 64


@dataclass(slots=True)
class Chain:
    """An office's journal. ``unsealed``: entries after the last batch. ``anchors``: those found, with their batches."""

    office: str
    batches: int = 0
    entries: int = 0
    unsealed: int = 0
    head: Batch | None = None
    faults: list[Fault] = field(default_factory=list)
    anchors: dict[str, Batch] = field(default_factory=dict)


def anchor(said: str) -> str:
    """A digest as it was printed; groups and capitals do not matter. Raises Refused ``journal-anchor-unfit``."""
    digits = re.sub(r"[\s\-.:]", "", said).lower()
    if not _LEAST_DIGITS <= len(digits) <= _MOST_DIGITS or not re.fullmatch("[0-9a-f]+", digits):
        raise Refused("journal-anchor-unfit", anchor=said[:100])
    return digits


async def chains(database: Database, anchors: Collection[str] = ()) -> AsyncIterator[Chain]:
    """Each office's, those without any entry that is left too. ``anchors`` are as ``anchor`` answers them."""
    async with database.reading(long=True):
        named = [await database.query(journal_seals.OFFICES.format(table=one)) for one in ("journal", "journal_seal")]
    for office in sorted({row["office"] for found in named for row in found}):
        async with database.reading(long=True):
            chain = await _chain(office, anchors)
        yield chain


async def _chain(office: str, anchors: Collection[str]) -> Chain:
    chain = Chain(office)
    while batches := await journal_seals.batches(office, chain.head.number if chain.head else 0, _BATCHES):
        for batch in batches:
            await _look(chain, batch)
            chain.anchors |= {one: batch for one in anchors if batch.digest.startswith(one)}
    chain.unsealed = await _unsealed(chain)
    return chain


async def _look(chain: Chain, batch: Batch) -> None:
    number, previous = (chain.head.number, chain.head.digest) if chain.head else (0, journal_chain.NOTHING)
    after = chain.head.last_id if chain.head else journal_seals.BEFORE_ALL
    if batch.number != number + 1:
        chain.faults.append(Fault("journal-batch-missing", chain.office, number + 1))
        after = batch.first_id - 1
    elif batch.previous != previous:
        chain.faults.append(Fault("journal-batch-loose", chain.office, batch.number))
    found = await journal_seals.lines(chain.office, after, batch.last_id, max(batch.count, 0) + _BEYOND)
    chain.faults += await asyncio.to_thread(lambda: list(journal_chain.faults(batch, found)))
    chain.head, chain.batches, chain.entries = batch, chain.batches + 1, chain.entries + len(found)


async def _unsealed(chain: Chain) -> int:
    after, many = chain.head.last_id if chain.head else journal_seals.BEFORE_ALL, 0
    while found := await journal_seals.lines(chain.office, after, 1 << 62, journal_seals.AT_ONCE):
        after, many = found[-1]["id"], many + len(found)
    return many
