"""Bringing updates to the desk, each once and in order, by long polling with an offset of our own.

The offset lies with the desk, in the commit of the messages themselves: the platform forgets an update when the next
call names a higher one, which is after that commit. A pressed button is acknowledged then, too.
Source: core.telegram.org/bots/api#getupdates.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from telegram.error import RetryAfter, TelegramError

from channels.base import Desk, Inbound, Parsed, Report, Undigested, Unheard
from channels.telegram_json import EPOCH, UNREADABLE, Json, part, text, updates, whole_number
from channels.telegram_line import Line, wish
from channels.telegram_update import ASKED_FOR, parse

_MOST_TOGETHER = 50
_ANSWER_SECONDS = 5.0
# A server that does not hold the line is asked once a second all the same.
_SHORTEST_SECONDS = 1.0
# After a week without updates the platform begins anywhere, maybe below our offset: then it is asked for everything
# it still has, and the desk knows what it has seen.
_NUMBERS_LAST = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Place:
    """How far the updates were read: the lowest number not seen yet, and when the last one was."""

    offset: int
    at: datetime

    @classmethod
    def stored(cls, progress: Mapping[str, Any]) -> Place | None:
        """What the desk kept; None on the first day."""
        return cls(int(progress["offset"]), datetime.fromisoformat(progress["at"])) if progress else None

    def storable(self) -> dict[str, Any]:
        """What the desk keeps, as plain JSON values."""
        return {"offset": self.offset, "at": self.at.isoformat()}


@dataclass
class _Batch:
    """Updates on their way to the desk in one commit, and the presses to acknowledge after it."""

    inbounds: list[Inbound] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    presses: list[str] = field(default_factory=list)

    def add(self, parsed: Parsed, press: str, now: datetime) -> None:
        self.inbounds += [_dated(inbound, now) for inbound in parsed.messages]
        self.reports += parsed.reports
        self.presses += [press] if press else []


def _dated(inbound: Inbound, now: datetime) -> Inbound:
    """When a button was pressed the platform does not say: it was just now."""
    return replace(inbound, sent_at=now) if inbound.choice or inbound.sent_at == EPOCH else inbound


class Poller:
    """Reads one bot's updates for one desk, from ``place`` on."""

    def __init__(self, line: Line, desk: Desk, now: Callable[[], datetime], place: Place | None) -> None:
        self._line, self._desk, self._now = line, desk, now
        self._place, self._stored = place, place
        self._batch = _Batch()

    async def run(self, seconds: float) -> None:
        """Ask and hand over for ever, each call waiting so long for news. Raises on trouble."""
        clock = asyncio.get_running_loop().time
        while True:
            began = clock()
            if not await self._round(seconds):
                await asyncio.sleep(max(0.0, began + _SHORTEST_SECONDS - clock()))

    async def _round(self, seconds: float) -> bool:
        """Ask once; whether there was anything."""
        try:
            answer = await self._line.updates(self._offset(), seconds, ASKED_FOR, _MOST_TOGETHER)
        except RetryAfter as error:
            await asyncio.sleep(wish(error).total_seconds())
            return False
        try:
            found = updates(answer)
        except Undigested:
            raise Unheard(UNREADABLE) from None
        for update, raw in found:
            await self._take(update, raw)
        await self._hand_over()
        return bool(found)

    def _offset(self) -> int | None:
        place = self._place
        return place.offset if place and self._now() - place.at < _NUMBERS_LAST else None

    async def _take(self, update: Json, raw: bytes) -> None:
        number = whole_number(update, "update_id")
        if number is None:
            raise Unheard(UNREADABLE)
        try:
            parsed = parse(raw)
        except Undigested as error:
            await self._hand_over()
            self._place = self._stored = Place(number + 1, self._now())
            await self._desk.set_aside(raw, str(error), self._place.storable())
            return
        self._batch.add(parsed, text(part(update, "callback_query"), "id"), self._now())
        self._place = Place(number + 1, self._now())

    async def _hand_over(self) -> None:
        """One commit for the batch and the place. Reports go first: they may come twice, but must not be missed."""
        if self._place is None or self._place == self._stored:
            return
        batch, self._batch = self._batch, _Batch()
        if batch.reports:
            await self._desk.report(*batch.reports)
        await self._desk.accept(*batch.inbounds, progress=self._place.storable())
        self._stored = self._place
        await asyncio.gather(*(self._acknowledge(press) for press in batch.presses))

    async def _acknowledge(self, press: str) -> None:
        """The citizen's button stops waiting. Whoever pressed long ago no longer sees that: no trouble."""
        with suppress(TelegramError, TimeoutError):
            async with asyncio.timeout(_ANSWER_SECONDS):
                await self._line.bot.answer_callback_query(press)
