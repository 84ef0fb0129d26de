"""Takes messages through the clerk again: set-aside ones once what was wrong is mended, withheld ones by an officer's
hand.

The raw form is read by its door anew (by the counter, where an officer wrote it down) and goes the whole road; a
message that was stored meanwhile is absorbed there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.clerk import as_heard
from bot.desk import Desk
from channels.base import Channel, Parsed, Undigested
from inbox import counter
from inbox.database import Database
from inbox.files import Files
from inbox.models import Message, SetAside, Withheld


class Replay:
    """Replays what the desks set aside. ``doors`` and ``desks`` by channel id."""

    def __init__(
        self,
        database: Database,
        doors: Mapping[str, Channel],
        desks: Mapping[str, Desk],
        files: Files,
        now: Callable[[], datetime],
    ) -> None:
        self._database, self._doors, self._desks, self._files, self._now = database, doors, desks, files, now

    async def one(self, set_aside_id: int, *, officer_id: int | None = None) -> bool:
        """Try one again. True where it is on record now; False where it is still set aside, or never was."""
        row = await SetAside.filter(id=set_aside_id, resolved_at=None).first()
        if row is None or row.channel not in self._doors:
            return False
        parsed = await self._read(row)
        if parsed is None or not await self._again(row.channel, parsed):
            return False
        found = SetAside.filter(id=row.id, resolved_at=None)
        await found.update(resolved_at=self._now(), resolution="replayed", officer_id=officer_id)
        return True

    async def everything(self) -> tuple[int, int]:
        """Try each that waits, oldest first: how many are on record now, how many are still set aside."""
        ids = await SetAside.filter(resolved_at=None).order_by("id").values_list("id", flat=True)
        done = [await self.one(int(str(id_))) for id_ in ids]
        return done.count(True), done.count(False)

    async def withheld(self, withheld_id: int, *, officer_id: int) -> bool:
        """Let a withheld message go its way after all. False where it is not waiting, or its door is gone."""
        found = Withheld.filter(id=withheld_id, resolved_at=None)
        row = await found.select_related("message__conversation__address__citizen").first()
        if row is None or row.message.conversation is None or (row.message.channel or "") not in self._desks:
            return False
        message, channel = row.message, row.message.channel or ""
        parsed = await self._read(message)
        brought = parsed.messages if parsed else ()
        own = next((one for one in brought if one.external_id == message.external_id), None)
        inbound = own or as_heard(message, row.message.conversation.address.value)
        await self._desks[channel].admit(row, inbound, officer_id)
        return True

    async def _read(self, row: SetAside | Message) -> Parsed | None:
        raw = await self._files.read(row.original_file) if row.original_file else row.original or b""
        if taken_down := counter.read_again(raw):
            return Parsed((taken_down,))
        try:
            return self._doors[row.channel or ""].parse(raw)
        except Undigested:
            return None

    async def _again(self, channel: str, parsed: Parsed) -> bool:
        desk = self._desks[channel]
        accepted = await desk.accept(*parsed.messages)
        await desk.report(*parsed.reports)
        return not any(one.aside for one in accepted)
