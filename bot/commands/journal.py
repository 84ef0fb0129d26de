"""``wadul journal verify``: whether the journal is as it was sealed, and digests kept elsewhere still stand."""

from __future__ import annotations

import argparse

from bot.saying import say
from bot.settings import Settings
from inbox import journal_verify
from inbox.database import Database, file_of
from inbox.journal_chain import Fault
from inbox.journal_verify import Chain
from inbox.migrate import pending
from inbox.refused import Refused
from templates.filters import long_time

_MOST_FAULTS = 50
_ZONE = "Asia/Jakarta"


async def run(options: argparse.Namespace) -> int:
    """1 where anything is not as it was, or an anchor is not in any chain."""
    anchors = [journal_verify.anchor(said) for said in options.anchor or ()]
    database = Database(await _address())
    await database.open()
    chains = []
    try:
        async for chain in journal_verify.chains(database, anchors):
            _tell(chain)
            chains.append(chain)
    finally:
        await database.close()
    gone = [one for one in anchors if not any(one in chain.anchors for chain in chains)]
    for one in gone:
        say("journal-anchor-gone", anchor=one)
    if not chains:
        say("journal-empty")
    return 1 if gone or any(chain.faults for chain in chains) else 0


async def _address() -> str:
    """Raises Refused where there is no record, or one of another version."""
    url = Settings().database_url
    if url.startswith("sqlite") and not file_of(url).is_file():
        raise Refused("move-source-missing", file=str(file_of(url)))
    if names := await pending(url):
        raise Refused("doctor-pending", first=names[0], count=str(len(names)))
    return url


def _tell(chain: Chain) -> None:
    counts = {"batches": str(chain.batches), "entries": str(chain.entries), "unsealed": str(chain.unsealed)}
    for fault in chain.faults[:_MOST_FAULTS]:
        _tell_fault(fault)
    if len(chain.faults) > _MOST_FAULTS:
        say("journal-more-faults", office=chain.office, count=str(len(chain.faults) - _MOST_FAULTS))
    if chain.faults:
        say("journal-broken", office=chain.office, count=str(len(chain.faults)), **counts)
    else:
        say("journal-whole", office=chain.office, **counts)
    if chain.head:
        at = long_time(chain.head.sealed_at, _ZONE)
        say("journal-head", office=chain.office, batch=str(chain.head.number), at=at, digest=chain.head.short)
    for one, batch in chain.anchors.items():
        at = long_time(batch.sealed_at, _ZONE)
        say("journal-anchor-kept", anchor=one, office=chain.office, batch=str(batch.number), at=at)


def _tell_fault(fault: Fault) -> None:
    say(fault.code, office=fault.office, batch=str(fault.batch), entry=str(fault.entry))
