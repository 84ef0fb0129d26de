"""What has just happened, read from the record: who wrote through which door, and how far a visitor of the demo is.

Says who and how, never what. The demo's played past is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bot.demo.story import Person
from config.schema import Offices
from inbox.database import Database
from inbox.models import Message, Session

_MOST = 12


class Trail:
    """``file`` keeps the last message of the played past: everything after it visitors did. ``others``:
    who else is whom, by scheme and address.
    """

    def __init__(
        self,
        database: Database,
        offices: Offices,
        people: Iterable[Person],
        file: Path,
        others: Mapping[tuple[str, str], str] | None = None,
    ) -> None:
        self._database, self._file = database, file
        self._doors = {id_: entry.kind for id_, entry in offices.channels().items()}
        every = [*people]
        self._people = {("email", one.address.lower()): one.id for one in every}
        self._people |= {("phone", one.phone): one.id for one in every}
        self._people |= {("telegram", str(one.telegram)): one.id for one in every}
        self._people |= others or {}

    async def begin(self) -> None:
        """From now on visitors play."""
        last = await Message.all().order_by("-id").first()
        self._file.write_text(str(last.id if last else 0), "ascii")

    async def read(self) -> Mapping[str, Any]:
        """``jejak``: what happened lately, newest first; ``langkah``: the steps of the tour that were done."""
        text = self._file.read_text("ascii") if self._file.exists() else ""
        async with self._database.reading():
            since = Message.filter(id__gt=int(text or 0)).exclude(direction="note")
            rows = await since.order_by("-id").limit(_MOST).prefetch_related("conversation__address", "ticket")
            wrote = await since.filter(author="citizen").exists()
            answered = await since.filter(author="officer", direction="out").exists()
            looked = answered or await Session.filter(officer_id__isnull=False).exists()
        done = [step for step, is_done in enumerate((wrote, looked, answered), start=1) if is_done]
        return {"jejak": [self._row(row) for row in rows], "langkah": done}

    def _row(self, row: Message) -> dict[str, Any]:
        address = row.conversation.address if row.conversation else None
        person = self._people.get((address.scheme, address.value), "") if address else ""
        return {
            "id": row.id,
            "at": row.created_at.isoformat(),
            "oleh": row.author,
            "pintu": self._doors.get(row.channel or "", ""),
            "warga": person,
            "nomor": row.ticket.number if row.ticket else "",
            "kantor": row.office,
        }
