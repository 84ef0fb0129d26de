"""The message road: where a door hands in what it received.

Files first and outside of everything; then one transaction for the messages that wait together and the door's
progress; if that fails each message alone, so that one bad message costs no other; what still fails is set aside in a
second transaction, and the line moves on. Returns only what is committed: then, and only then, upstream is told.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import structlog

from bot import attention, early
from bot.aside import set_aside
from bot.clerk import Clerk, Taken
from bot.hearing import Heard
from bot.officer_chat import OfficerChats
from bot.sharing import Sharing
from bot.spoken import Talks
from bot.storing import Stored, keep
from channels.base import Abilities, Accepted, Attachment, Fault, Inbound, Measure, Report, Spoken
from config.schema import Offices
from inbox import mishap, outbox, writing
from inbox.database import Database
from inbox.files import Files
from inbox.limits import Limits
from inbox.live import Event
from inbox.models import ChannelState, Message, Withheld
from inbox.passing import passes
from inbox.shown import Shown
from inbox.status import proven
from inbox.tickets import Tickets
from templates import render

log = structlog.get_logger()

_BATCH = 50
_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Ready:
    """A message whose files are stored. ``heard`` is None where it cannot be taken, with ``why``."""

    inbound: Inbound = field(repr=False)
    raw: bytes = field(repr=False)
    stored: Stored
    heard: Heard | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Call:
    """What a door handed in at once, and how far it is then."""

    ready: Sequence[_Ready]
    progress: Mapping[str, Any] | None = None


class Desk:
    """``channels.base.Desk`` for one channel.

    Args:
        channel: its id, ``<office>-<name>``.
        abilities: of any channel of the installation.
        announce: told after the commit what open pages should know.
        wake: called after a commit that left something to send.
        limits: what one client may have, of all processes together.
        warned: given what a person should know of the door, for the page of its health.
        officers: which chats are officers', whose messages are no citizen's.
    """

    def __init__(
        self,
        channel: str,
        *,
        tickets: Tickets,
        database: Database,
        files: Files,
        shown: Shown,
        offices: Offices,
        abilities: Callable[[str], Abilities],
        announce: Callable[[Event], None],
        wake: Callable[[], None],
        now: Callable[[], datetime],
        limits: Limits,
        warned: Callable[[str, Sequence[Fault]], None] = lambda *_: None,
        officers: OfficerChats | None = None,
    ) -> None:
        self._office, _ = offices.channel(channel)
        self._channel, self._database, self._files = channel, database, files
        self._clerk = Clerk(channel, tickets, abilities)
        self._abilities, self._officers = abilities(channel), officers
        self._shows = self._abilities.scheme == "web"
        self._announce, self._wake, self._warned, self._now = announce, wake, warned, now
        self._noted_at: datetime | None = None
        self._limits = limits
        self._talks = Talks(self._office.id, channel, database, shown)
        self._line: Sharing[_Call, list[Accepted]] = Sharing(self._take_all, _BATCH)

    async def accept(self, *inbounds: Inbound, progress: Mapping[str, Any] | None = None) -> list[Accepted]:
        """Store the messages and the door's progress; one Accepted each, in order.

        Raises: whatever kept even the setting aside from being stored; upstream must not be told then.
        """
        accepted: list[Accepted] = []
        for first in range(0, len(inbounds), _BATCH):
            ready = await self._prepared(inbounds[first : first + _BATCH])
            last = first + _BATCH >= len(inbounds)
            accepted += await self._line(_Call(ready, progress if last else None), len(ready))
        if not inbounds and progress is not None:
            await self._database.transaction(lambda: self._progress(progress, came=False))
        return accepted

    async def report(self, *reports: Report) -> None:
        """File what became of messages that were sent earlier, each in a transaction of its own."""
        await early.wait(self._database, self._channel, reports)
        for report in reports:
            events = await self._database.transaction(
                lambda report=report: outbox.report(self._channel, report, self._now())  # type: ignore[misc]
            )
            for event in events:
                self._announce(event)

    async def progress(self) -> Mapping[str, Any]:
        """The progress last stored; empty at first."""
        state = await ChannelState.filter(channel=self._channel).first()
        return state.progress if state else {}

    async def set_aside(self, raw: bytes, reason: str, progress: Mapping[str, Any] | None = None) -> None:
        """Keep what cannot be digested for a person to look at, with the door's progress past it."""
        stored = await keep(self._files, raw)

        async def write() -> None:
            await self._aside(raw, stored, reason=reason)
            if progress is not None:
                await self._progress(progress)

        await self._database.transaction(write)
        self._announce(Event(self._office.id, "aside"))

    async def warn(self, *faults: Fault) -> None:
        """Show what a person should know of the door, and tell those who look after it."""
        self._warned(self._channel, faults)
        if faults:
            await self._database.transaction(lambda: attention.call(self._office, self._channel, faults, self._now()))

    async def believes(self, number: str, code: str) -> bool:
        """Whether number and code belong together at this office."""
        async with self._database.reading():
            ticket = await proven(number, code)
        return ticket is not None and ticket.office == self._office.id

    async def spoken(self, sender: str) -> Sequence[Spoken]:
        """The last things said in a sender's conversation at this door, oldest first."""
        return await self._talks.spoken(sender)

    async def handed(self, sender: str, reference: str) -> Attachment | None:
        """A file of that conversation with its content."""
        return await self._talks.handed(sender, reference)

    async def speaker(self, number: str, code: str) -> str:
        """Who opened that ticket at this door; empty where number and code open nothing here."""
        return await self._talks.speaker(number, code)

    async def take(self, measure: Measure, client: str) -> timedelta | None:
        """Take one of what a client may have at this door: None, or how long until there is one."""
        return await self._limits.take(measure, f"{self._channel}|{client}", self._now())

    async def page(self, name: str, **values: Any) -> str:
        """HTML of a citizen's page of this office."""
        return render(f"pages/citizen/{name}.html", office=self._office, **values)

    async def settle(self, kept: Sequence[Message]) -> None:
        """File messages of one conversation that waited too long for the citizen's word where they belong."""
        taken = await self._database.transaction(lambda: self._clerk.settle(kept, self._now()))
        self._tell([taken])

    async def admit(self, row: Withheld, inbound: Inbound, officer_id: int) -> Accepted:
        """Take a message that was withheld after all, as an officer says."""
        heard = self._clerk.hear(inbound, self._now())
        taken = await self._database.transaction(lambda: self._clerk.admit(row, heard, officer_id, self._now()))
        self._tell([taken])
        return self._accepted(taken)

    async def _take_all(self, calls: Sequence[_Call]) -> list[list[Accepted] | Exception]:
        """Calls that waited together: one transaction for all, and where it fails one for each message."""
        try:
            taken = await self._database.transaction(lambda: self._together(calls))
        except Exception as error:  # noqa: BLE001 - whatever it was, each message gets its own chance
            many = sum(len(call.ready) for call in calls)
            log.warning("batch redone one by one", channel=self._channel, many=many, error=mishap.place(error))
            return [await self._apart(call) for call in calls]
        self._tell(taken)
        await self._note_life(calls)
        accepted = iter([self._accepted(one) for one in taken])
        return [list(islice(accepted, len(call.ready))) for call in calls]

    async def _apart(self, call: _Call) -> list[Accepted] | Exception:
        try:
            return await self._one_by_one(call.ready, call.progress)
        except Exception as error:  # noqa: BLE001 - this caller's alone
            return error

    async def _prepared(self, inbounds: Sequence[Inbound]) -> Sequence[_Ready]:
        """In order. Where several bring files, the disk gets them together: each waits for it several times."""
        if len(inbounds) == 1:
            return [await self._prepare(inbounds[0])]
        return await asyncio.gather(*(self._prepare(inbound) for inbound in inbounds))

    async def _prepare(self, inbound: Inbound) -> _Ready:
        """Everything that needs no transaction: files by their content, the raw form, the words."""
        if self._officers is not None:
            await self._officers.renew(self._now())
        raw = inbound.raw or _written(inbound)
        stored = await keep(self._files, raw, inbound.files)
        try:
            return _Ready(inbound, raw, stored, self._clerk.hear(inbound, self._now()))
        except Exception as error:  # noqa: BLE001 - a message that cannot be heard is set aside, not lost
            return _Ready(inbound, raw, stored, why=mishap.place(error))

    async def _together(self, calls: Sequence[_Call]) -> list[Taken]:
        taken = await self._take([one for call in calls for one in call.ready])
        progress = [call.progress for call in calls if call.progress is not None]
        if progress:
            await self._progress(progress[-1])
        return taken

    async def _take(self, ready: Sequence[_Ready]) -> list[Taken]:
        unheard = next((one.why for one in ready if one.heard is None), None)
        if unheard is not None:
            raise LookupError(unheard)
        theirs = [await self._officers_own(one) for one in ready]
        left = [(one.heard, one.stored) for one, own in zip(ready, theirs, strict=True) if one.heard and not own]
        taken = iter(await self._clerk.take(left, self._now()) if left else [])
        return [Taken(officer=True) if own else next(taken) for own in theirs]

    async def _officers_own(self, one: _Ready) -> bool:
        """Whether it is what an officer says to the office as such; then it is dealt with."""
        if self._officers is None or one.heard is None:
            return False
        inbound = one.heard.inbound
        if not self._officers.may_be(self._channel, inbound, self._abilities):
            return False
        forgeable = self._abilities.forgeable
        return await self._officers.take(self._office, self._channel, inbound, self._now(), forgeable=forgeable)

    async def _one_by_one(self, ready: Sequence[_Ready], progress: Mapping[str, Any] | None) -> list[Accepted]:
        accepted = [await self._alone(one) for one in ready]
        if progress is not None:
            await self._database.transaction(lambda: self._progress(progress))
        return accepted

    async def _alone(self, one: _Ready, *, again: bool = True) -> Accepted:
        try:
            (taken,) = await self._database.transaction(lambda: self._take([one]))
        except Exception as error:
            if passes(error):
                raise  # the message is sound: it comes again, or waits in the spool
            if again:  # a record that goes away and comes back fails in many words; a message fails twice
                return await self._alone(one, again=False)
            # A second transaction keeps it for a person.
            return await self._failed(one, one.why or mishap.place(error))
        self._tell([taken])
        return self._accepted(taken)

    async def _failed(self, one: _Ready, detail: str) -> Accepted:
        """A message that the clerk cannot take waits for a person. Where even that fails, upstream is not told."""
        external_id = one.inbound.external_id
        await self._database.transaction(
            lambda: self._aside(one.raw, one.stored, reason="clerk-failed", external_id=external_id, detail=detail)
        )
        log.error("message set aside", channel=self._channel, error=detail)
        self._announce(Event(self._office.id, "aside"))
        return Accepted(aside=True)

    async def _aside(self, raw: bytes, stored: Stored, *, reason: str, external_id: str = "", detail: str = "") -> None:
        await set_aside(
            self._office,
            self._channel,
            raw=raw,
            stored=stored,
            reason=reason,
            now=self._now(),
            external_id=external_id,
            detail=detail,
        )

    async def _progress(self, progress: Mapping[str, Any], *, came: bool = True) -> None:
        """The place a door has reached. Where nothing came with it, when something last did stays as it was."""
        await writing.append(
            ChannelState,
            unless=("channel",),
            renewing=("progress", "last_in_at") if came else ("progress",),
            channel=self._channel,
            office=self._office.id,
            progress=dict(progress),
            last_in_at=self._now() if came else None,
        )

    async def _note_life(self, calls: Sequence[_Call]) -> None:
        """When a door without progress last brought something: seldom, and apart, for its row is shared by all."""
        now = self._now()
        noted = self._noted_at and now - self._noted_at < _NOTED_EVERY
        if noted or any(call.progress is not None for call in calls):
            return
        self._noted_at = now
        state = ChannelState(channel=self._channel, office=self._office.id, progress={}, last_in_at=now)
        try:
            await ChannelState.bulk_create([state], on_conflict=["channel"], update_fields=["last_in_at"])
        except Exception as error:  # noqa: BLE001 - the messages are stored; only the health page is a minute behind
            log.warning("door's life not noted", channel=self._channel, error=mishap.place(error))

    def _tell(self, taken: Sequence[Taken]) -> None:
        """After the commit: open pages, and whoever sends."""
        for event in dict.fromkeys(event for one in taken for event in one.events):
            self._announce(event)
        if any(one.said for one in taken):
            self._wake()
        if self._officers is not None and any(one.officer for one in taken):
            self._officers.wake()

    def _accepted(self, taken: Taken) -> Accepted:
        """Number and code only where the door shows them to the one who wrote."""
        if not self._shows:
            return Accepted(duplicate=taken.duplicate)
        return Accepted(
            duplicate=taken.duplicate, number=taken.number, code=taken.code, url=taken.url, words=taken.words
        )


def _written(inbound: Inbound) -> bytes:
    """A message that came without a raw form, as far as people wrote it."""
    words = {
        "external_id": inbound.external_id,
        "sender": inbound.sender,
        "subject": inbound.subject,
        "text": inbound.text,
        "choice": inbound.choice,
        "fields": {name: value for name, value in inbound.fields.items() if name != "kode"},
    }
    return json.dumps(words, ensure_ascii=True).encode()
