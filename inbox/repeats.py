"""A request that may come twice: its effect happens once, and its second coming gets the first one's answer.

A caller gives each request a key of its own (``Idempotency-Key``). The key, a fingerprint of what was asked and the
answer are written in the transaction of the effect itself, so that a crash leaves both or neither. A key that comes
again with other words is refused; one whose first request is still under way in this process is told to come back (in
another process it waits for the row). Refusals are not kept: what was refused did nothing.

Source: draft-ietf-httpapi-idempotency-key-header.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from inbox.database import Database, rows
from inbox.models import ApiAnswer
from inbox.refused import Stale

KEPT = timedelta(hours=24)
_TAKE = """
    INSERT INTO api_answer (token_id, key, fingerprint, status, body, created_at) VALUES ($1, $2, $3, 0, '', $4)
    ON CONFLICT (token_id, key) DO NOTHING RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, under which key, and what: ``fingerprint`` is the SHA-256 of method, path and body."""

    token_id: int
    key: str
    fingerprint: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status and a body. ``again``: it was given before, and nothing was done now."""

    status: int
    body: str
    again: bool = False


class Repeats:
    """Keeps answers.

    Every method raises Stale: ``key-busy`` (the first request is under way), ``key-reused`` (it asked something else).
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._under_way: set[tuple[int, str]] = set()

    async def together(self, asked: Asked, work: Callable[[], Awaitable[Answer]]) -> Answer:
        """``work`` and its answer in one transaction; for effects whose own transaction may lie within this one."""

        async def whole() -> Answer:
            kept = await _take(asked)
            return kept if kept and kept.status else await _keep(asked, await work())

        with self._alone(asked):
            return await self._database.transaction(whole)

    async def beside(self, asked: Asked, work: Callable[[], Awaitable[Answer]]) -> Answer:
        """``work`` with transactions of its own, which does nothing twice for the same words.

        The key is taken before it and the answer kept after it; between the two a crash costs only the answer.
        """
        with self._alone(asked):
            kept = await self._database.transaction(lambda: _take(asked))
            if kept and kept.status:
                return kept
            answer = await work()
            return await self._database.transaction(lambda: _keep(asked, answer))

    async def sweep(self, now: datetime) -> None:
        """Forget the answers of yesterday; for the clock."""
        old = ApiAnswer.filter(created_at__lt=now - KEPT)
        await self._database.transaction(old.delete)

    @contextmanager
    def _alone(self, asked: Asked) -> Iterator[None]:
        mark = (asked.token_id, asked.key)
        if mark in self._under_way:
            raise Stale("key-busy")
        self._under_way.add(mark)
        try:
            yield
        finally:
            self._under_way.discard(mark)


async def _take(asked: Asked) -> Answer | None:
    """None where the key is new; else what is kept of it, with status 0 where its effect is not known to be done.

    Waits where another process holds the key in a transaction.
    """
    if await rows(_TAKE, [asked.token_id, asked.key, asked.fingerprint, asked.now]):
        return None
    kept = await ApiAnswer.get(token_id=asked.token_id, key=asked.key)
    if kept.fingerprint != asked.fingerprint:
        raise Stale("key-reused", field="Idempotency-Key")
    return Answer(kept.status, kept.body, again=True)


async def _keep(asked: Asked, answer: Answer) -> Answer:
    mine = ApiAnswer.filter(token_id=asked.token_id, key=asked.key)
    await mine.update(status=answer.status, body=answer.body)
    return answer
