"""A desk for the doors' tests: it keeps what it is handed, as the real one does, in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from channels.base import Accepted, Attachment, Fault, Inbound, Measure, Report, Spoken
from inbox.limits import Buckets


@dataclass
class RecordingDesk:
    """Messages once by their ids, reports, what was set aside, and the progress stored with each.

    ``broken`` is a desk that cannot store anything. ``commits`` counts how many messages each accept brought.
    """

    messages: dict[str, Inbound] = field(default_factory=dict)
    reports: list[Report] = field(default_factory=list)
    aside: list[tuple[bytes, str]] = field(default_factory=list)
    commits: list[int] = field(default_factory=list)
    warnings: list[tuple[Fault, ...]] = field(default_factory=list)
    repeated: int = 0
    broken: bool = False
    now: Callable[[], datetime] = lambda: datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
    _buckets: Buckets = field(default_factory=Buckets, repr=False)
    _progress: dict[str, Any] = field(default_factory=dict)
    _changed: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    async def accept(self, *inbounds: Inbound, progress: Mapping[str, Any] | None = None) -> list[Accepted]:
        if self.broken:
            raise RuntimeError("nothing can be stored")
        answers = [Accepted(duplicate=one.external_id in self.messages) for one in inbounds]
        self.repeated += sum(answer.duplicate for answer in answers)
        self.messages.update({one.external_id: one for one in inbounds})
        self.commits.append(len(inbounds))
        self._store(progress)
        return answers

    async def report(self, *reports: Report) -> None:
        self.reports += reports
        self._changed.set()

    async def progress(self) -> Mapping[str, Any]:
        return dict(self._progress)

    async def set_aside(self, raw: bytes, reason: str, progress: Mapping[str, Any] | None = None) -> None:
        self.aside.append((raw, reason))
        self._store(progress)

    async def warn(self, *faults: Fault) -> None:
        self.warnings.append(faults)
        self._changed.set()

    async def believes(self, number: str, code: str) -> bool:
        return code == "7F3K9Q"

    async def spoken(self, sender: str) -> Sequence[Spoken]:
        said = [one for one in self.messages.values() if one.sender == sender]
        return [Spoken(place, "citizen", one.sent_at, one.text) for place, one in enumerate(said, 1)]

    async def handed(self, sender: str, reference: str) -> Attachment | None:
        files = [file for one in self.messages.values() if one.sender == sender for file in one.files]
        return files[int(reference)] if reference.isdecimal() and int(reference) < len(files) else None

    async def speaker(self, number: str, code: str) -> str:
        return next(iter(self.messages.values())).sender if code == "7F3K9Q" and self.messages else ""

    async def take(self, measure: Measure, client: str) -> timedelta | None:
        return self._buckets.take(measure, f"{measure.name}|{client}", self.now())

    async def page(self, name: str, **values: Any) -> str:
        return f"<p>{name}</p>"

    async def until(self, true: Callable[[], bool], seconds: float = 30) -> None:
        """Wait until something became true of what was handed in."""
        async with asyncio.timeout(seconds):
            while not true():
                self._changed.clear()
                await self._changed.wait()

    @property
    def texts(self) -> list[str]:
        """What was said, in order."""
        return [one.text for one in self.messages.values()]

    def _store(self, progress: Mapping[str, Any] | None) -> None:
        if progress is not None:
            self._progress = dict(progress)
        self._changed.set()
