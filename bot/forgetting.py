"""What a sender said that lies on this machine's disk, because the record was away when it came: it goes as well."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator
from pathlib import Path

from bot.spool import Letter, Spool


class Forgetting:
    """Takes a sender's messages out of the spool; letters of others, and others' messages in the same one, stay."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool

    async def count(self, senders: Collection[str]) -> int:
        """How many letters hold something of theirs."""
        return len(await asyncio.to_thread(lambda: list(self._theirs(set(senders)))))

    async def forget(self, senders: Collection[str]) -> None:
        """Take it out, while nobody delivers letters."""
        await asyncio.to_thread(self._forget, set(senders))

    def _forget(self, senders: set[str]) -> None:
        for path, letter in list(self._theirs(senders)):
            left = tuple(one for one in letter.said if one.sender not in senders)
            if left or letter.reports:
                self._spool.rewrite(path, letter.model_copy(update={"said": left}))
            else:
                path.unlink(missing_ok=True)

    def _theirs(self, senders: set[str]) -> Iterator[tuple[Path, Letter]]:
        for path in self._spool.all():
            try:
                letter = Letter.model_validate_json(path.read_bytes())
            except (OSError, ValueError):
                continue
            if any(one.sender in senders for one in letter.said):
                yield path, letter
