"""Bringing the mails of a folder to the desk, each once and in order, with the place reached stored beside them.

The seen flag is never used and nothing is changed upstream. Mails that wait together are handed over together. After
a UIDVALIDITY change the folder is read again from its start: the desk knows what it has by the mails' own ids, and
what lay there before the office connected the mailbox stays untouched.
Source: RFC 3501 section 2.3.1.1 (UID and UIDVALIDITY).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from channels.base import Desk, Inbound, Parsed, Report, Undigested
from channels.mail_imap import Mailbox, Waiting
from channels.mail_parse import LARGEST_MAIL_BYTES

_MOST_TOGETHER = 50
_MOST_TOGETHER_BYTES = 8 * 1024 * 1024
_SMALL_BYTES = 32 * 1024
_MOST_DOWNLOADED = 20
_SLOW_TO_PARSE_BYTES = 32 * 1024
# A mail may be this much older than its arrival and still be new: queues keep trying for days.
_SLOWEST_DELIVERY = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Place:
    """How far a folder was read: the last ``uid`` under a ``uidvalidity``.

    ``since`` is when the office connected the mailbox. UIDs below ``before`` were there when the folder had to be
    read from its start: of those, only mail that came after ``since`` is taken.
    """

    uidvalidity: int
    uid: int
    since: datetime
    before: int = 0

    @classmethod
    def stored(cls, progress: Mapping[str, Any]) -> Place | None:
        """What the desk kept; None on the first day."""
        if not progress:
            return None
        since = datetime.fromisoformat(progress["since"])
        return cls(int(progress["uidvalidity"]), int(progress["uid"]), since, int(progress.get("before", 0)))

    def storable(self) -> dict[str, Any]:
        """What the desk keeps, as plain JSON values."""
        return {
            "uidvalidity": self.uidvalidity,
            "uid": self.uid,
            "since": self.since.isoformat(),
            "before": self.before,
        }


def begin(stored: Place | None, mailbox: Mailbox, now: datetime, *, take_all: bool) -> Place:
    """Where to go on in an open folder. A newly connected one begins with its next mail, or with all of them."""
    if stored is None and take_all:
        return Place(mailbox.uidvalidity, 0, datetime.fromtimestamp(0, UTC))
    if stored is None:
        return Place(mailbox.uidvalidity, mailbox.uidnext - 1, now.replace(microsecond=0))  # as INTERNALDATE counts
    if stored.uidvalidity != mailbox.uidvalidity:
        return Place(mailbox.uidvalidity, 0, stored.since, before=mailbox.uidnext)
    return stored


@dataclass
class _Batch:
    """Mails on their way to the desk in one commit."""

    inbounds: list[Inbound] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    size_bytes: int = 0

    def add(self, parsed: Parsed, size_bytes: int) -> None:
        self.inbounds += parsed.messages
        self.reports += parsed.reports
        self.size_bytes += size_bytes


class Collector:
    """Reads one open folder for one desk. ``read`` makes ``Parsed`` of a raw mail and the moment it was taken."""

    def __init__(self, mailbox: Mailbox, desk: Desk, read: Callable[[bytes, datetime], Parsed], place: Place) -> None:
        self._mailbox, self._desk, self._read = mailbox, desk, read
        self._place = place
        self._batch = _Batch()

    async def sweep(self) -> None:
        """Hand everything that is new to the desk. Raises what the desk raises, with nothing counted as handed over."""
        place = self._place
        since = place.since if place.uid + 1 < place.before else None
        uids = await self._mailbox.new(place.uid, since - timedelta(days=1) if since else None)
        for start in range(0, len(uids), _MOST_TOGETHER):
            together = uids[start : start + _MOST_TOGETHER]
            for group in _groups(await self._mailbox.waiting(together)):
                await self._take_group([mail for mail in group if not self._is_old(mail.uid, mail.taken_at)])
            await self._hand_over(together[-1])

    async def _take_group(self, mails: Sequence[Waiting]) -> None:
        raws = await self._mailbox.download([mail.uid for mail in mails if mail.size_bytes <= LARGEST_MAIL_BYTES])
        for mail in mails:
            if mail.size_bytes > LARGEST_MAIL_BYTES:
                await self._set_aside(mail, await self._mailbox.header(mail.uid), "mail-too-large")
            elif mail.uid in raws:
                await self._take(mail, raws.pop(mail.uid))

    async def _take(self, mail: Waiting, raw: bytes) -> None:
        try:
            parsed = await self._parsed(raw, mail.taken_at)
        except Undigested as error:
            await self._set_aside(mail, raw, str(error))
            return
        if any(self._is_old(mail.uid, inbound.sent_at + _SLOWEST_DELIVERY) for inbound in parsed.messages):
            return
        self._batch.add(parsed, len(raw))
        if self._batch.size_bytes >= _MOST_TOGETHER_BYTES:
            await self._hand_over(mail.uid)

    def _is_old(self, uid: int, moment: datetime) -> bool:
        """Whether a mail lay in the folder before the office connected it, as far as a moment of its tells."""
        return uid < self._place.before and moment < self._place.since

    async def _parsed(self, raw: bytes, taken_at: datetime) -> Parsed:
        if len(raw) < _SLOW_TO_PARSE_BYTES:
            return self._read(raw, taken_at)
        return await asyncio.to_thread(self._read, raw, taken_at)

    async def _hand_over(self, uid: int) -> None:
        """One commit for the batch and the place. Reports go first: they may come twice, but must not be missed."""
        batch, self._batch = self._batch, _Batch()
        place = replace(self._place, uid=max(uid, self._place.uid))
        if batch.reports:
            await self._desk.report(*batch.reports)
        if batch.inbounds or place != self._place:
            await self._desk.accept(*batch.inbounds, progress=place.storable())
        self._place = place

    async def _set_aside(self, mail: Waiting, raw: bytes | None, reason: str) -> None:
        await self._hand_over(mail.uid - 1)
        place = replace(self._place, uid=mail.uid)
        await self._desk.set_aside(raw or b"", reason, place.storable())
        self._place = place


def _groups(mails: Sequence[Waiting]) -> Iterator[list[Waiting]]:
    """Small mails together, to be asked for in one go; each large one alone. In their order."""
    group: list[Waiting] = []
    for mail in mails:
        small = mail.size_bytes <= _SMALL_BYTES
        if group and (len(group) == _MOST_DOWNLOADED or not small):
            yield group
            group = []
        group.append(mail)
        if not small:
            yield group
            group = []
    if group:
        yield group


async def collect(
    mailbox: Mailbox,
    desk: Desk,
    read: Callable[[bytes, datetime], Parsed],
    place: Place,
    *,
    every_seconds: float,
) -> None:
    """Sweep, then wait for the server's word or a minute, for ever. Raises on trouble."""
    collector = Collector(mailbox, desk, read, place)
    while True:
        await collector.sweep()
        await mailbox.wait(every_seconds)
