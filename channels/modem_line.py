"""Listens at a modem's daemon: rows become messages, reports become news, and the state of the modem becomes words.

A row is marked only after its message was stored; a message whose mark failed comes again and is absorbed by its id.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

from channels.base import Desk, Fault, Inbound, Report, State, Undigested
from channels.modem_parse import Part, message, part
from channels.modem_parts import joined, whole
from channels.modem_store import Glance, Rows, Store

_MOST_ROWS = 200
# A message waits in the daemon's outbox for seconds; a modem that reports takes a little longer.
_QUEUE_SECONDS = 600
_FAILING = 3
_ROOM_BYTES = 1 << 20
_FAILED = frozenset({"SendingError", "Error", "DeliveryFailed"})
# How far back news are looked for at the start: longer than any network keeps a message that we send by default.
_NEWS = timedelta(days=4)
_OVERLAP = timedelta(minutes=2)


class Line:
    """One daemon's file, read for one desk. ``own`` is the SIM's number."""

    def __init__(
        self, store: Store, desk: Desk, own: str, now: Callable[[], datetime], *, parts_seconds: float, keep_days: int
    ) -> None:
        self._store, self._desk, self._own, self._now = store, desk, own, now
        self._parts_seconds, self._keep_days = parts_seconds, keep_days
        self._told: dict[str, State] = {}
        self._since = ""

    async def run(self, seconds: float, pid_file: Path) -> None:
        """Look again and again. Raises ``Undelivered`` and what the desk raises, with nothing marked."""
        forgot_at = None
        while True:
            await self.bring()
            await self.news()
            await self._desk.warn(*faults(await self._store.glance(), pid_file))
            if forgot_at is None or self._now() - forgot_at >= timedelta(days=1):
                await self._store.forget(self._keep_days)
                forgot_at = self._now()
            await asyncio.sleep(seconds)

    async def bring(self) -> None:
        """Hand over what is whole, or has waited long enough; then mark it."""
        rows = await self._store.received(_MOST_ROWS)
        parts, strange = digested(rows)
        for row, reason in strange:
            await self._desk.set_aside(json.dumps(row).encode(), reason)
        ready = [group for group in joined(parts) if self._is_ready(group)]
        found: dict[str, Inbound] = {}
        for group in ready:
            one = message(group, self._own)
            found.setdefault(one.external_id, replace(one, sent_at=min(one.sent_at, self._now())))
        if found:
            await self._desk.accept(*found.values())
        ids = [one.id for group in ready for one in group] + [int(row["ID"]) for row, _ in strange]
        if ids:
            await self._store.taken(ids)

    async def news(self) -> None:
        """Tell what became of our messages, each state once."""
        rows = await self._store.sent(self._since or _local(datetime.now(), _NEWS))  # noqa: DTZ005 - as the daemon writes
        states = list(_states(rows))
        reports = [one for one in states if self._told.get(one.key) != one.state]
        if reports:
            await self._desk.report(*reports)
        self._told = {one.key: one.state for one in states}
        if rows:
            newest = max(str(row["UpdatedInDB"]) for row in rows)
            self._since = max(self._since, _local(datetime.fromisoformat(newest), _OVERLAP))

    def _is_ready(self, group: Sequence[Part]) -> bool:
        return whole(group) or all(one.row["Age"] >= self._parts_seconds for one in group)


def faults(seen: Glance, pid_file: Path) -> Iterator[Fault]:
    """What a person should know of the modem."""
    if seen.room < _ROOM_BYTES:
        yield Fault("modem-disk-full")
    if seen.overdue is None or seen.overdue > 0:
        yield Fault("modem-silent" if _runs(pid_file) else "modem-daemon-down")
        yield from _waiting(seen)
        return
    if seen.signal == 0:
        yield Fault("modem-no-signal")
    if not (seen.sends and seen.receives):
        yield Fault("modem-half")
    yield from _waiting(seen)
    if seen.failed >= _FAILING and not seen.gone:
        yield Fault("modem-not-sending", {"count": str(seen.failed)})


def _waiting(seen: Glance) -> Iterator[Fault]:
    if seen.waiting and seen.oldest > _QUEUE_SECONDS:
        yield Fault("modem-queue-waits", {"count": str(seen.waiting), "minutes": str(int(seen.oldest // 60))})


def _runs(pid_file: Path) -> bool:
    """Whether the daemon's process is there, whoever owns it."""
    try:
        os.kill(int(pid_file.read_text()), 0)
    except PermissionError:
        return True
    except (OSError, ValueError, OverflowError):
        return False
    return True


def digested(rows: Rows) -> tuple[list[Part], list[tuple[dict[str, Any], str]]]:
    """Rows made plain, and those that cannot be, with why."""
    parts, strange = list[Part](), list[tuple[dict[str, Any], str]]()
    for row in rows:
        try:
            parts.append(part(row))
        except Undigested as error:
            strange.append((row, str(error)))
    return parts, strange


def _states(rows: Iterable[dict[str, Any]]) -> Iterator[Report]:
    """One report a message: failed if any part is, delivered once all are."""
    for key, group in groupby(rows, key=lambda row: str(row["CreatorID"])):
        parts = list(group)
        found = {str(one["Status"]) for one in parts}
        state = State.SENT
        if found & _FAILED:
            state = State.FAILED
        elif found == {"DeliveryOK"}:
            state = State.DELIVERED
        reason = ", ".join(sorted(found & _FAILED))
        number = str(parts[0]["DestinationNumber"])
        yield Report(state, external_id=key, key=key, recipient=number, reason=reason)


def _local(moment: datetime, back: timedelta) -> str:
    return (moment - back).isoformat(sep=" ", timespec="seconds")
