"""The door "SMS by a GSM modem": a SIM in a modem at the office's machine, which gammu-smsd looks after.

The daemon and we share its SQLite file (its SQL service): what came in is stored here before it is marked there, what
goes out lies there under our own key, and delivery reports change its rows. It ties the rooms together:
``modem_parse`` reads rows, ``modem_parts`` cuts and joins, ``modem_store`` knows the tables, ``modem_line`` listens.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from channels import modem_count, modem_parse
from channels.base import (
    Abilities,
    Attachment,
    Brought,
    Desk,
    Fault,
    Outbound,
    Parsed,
    Receipt,
    Seen,
    Undelivered,
    Unheard,
)
from channels.modem_line import Line, faults
from channels.modem_parts import validity
from channels.modem_store import Store
from channels.text import plain_gsm, segments

# Ten joined parts of the cheap alphabet: more than that, networks cut or refuse.
_LONGEST_TEXT = 1530
_NUMBER = re.compile(r"\+[1-9][0-9]{7,14}", re.ASCII)


def parse(raw: bytes) -> Parsed:
    """Rows of the table ``inbox``, read without an office. Raises ``Undigested``."""
    return modem_parse.parse(raw)


class Settings(BaseModel):
    """One modem. ``database`` is gammu-smsd's SQLite file, ``pid_file`` where the daemon notes its process.

    ``number`` is the SIM's; ``phone`` the daemon's PhoneID where several modems share a file. Every ``poll_seconds`` we
    look; a message of which a part is missing is taken as it is after ``parts_seconds`` (the daemon itself waits ten
    minutes for parts). The network keeps an answer ``keep_hours`` for a phone that is off; rows that were taken or
    sent stay ``keep_days`` in the daemon's file.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    database: Path = Path("/var/spool/gammu/smsd.db")
    pid_file: Path = Path("/run/gammu-smsd.pid")
    number: str = Field(default="", pattern=r"^(\+[1-9][0-9]{7,14})?$")
    phone: str = Field(default="", max_length=100)
    poll_seconds: float = Field(default=5, ge=0.1, le=3600)
    parts_seconds: float = Field(default=120, ge=1, le=86_400)
    keep_hours: int = Field(default=72, ge=1, le=720)
    keep_days: int = Field(default=30, ge=7, le=3650)


class Adapter:
    """One modem, both ways."""

    # Whether our key lies in the daemon's outbox or among what it sent is asked in the transaction that lays it there.
    abilities = Abilities(
        scheme="phone", style="short", longest=_LONGEST_TEXT, files=False, repeat_safe=True, polls=True
    )

    def __init__(
        self,
        id: str,  # noqa: A002
        settings: Settings,
        *,
        secret: bytes,  # noqa: ARG002
        now: Callable[[], datetime],
        url: str = "",  # noqa: ARG002
    ) -> None:
        self.id = id
        self._settings, self._now = settings, now
        self._store = Store(settings.database, settings.phone)

    def parse(self, raw: bytes) -> Parsed:
        """What rows of the table ``inbox`` hold. Raises ``Undigested``."""
        return modem_parse.parse(raw, self._settings.number)

    async def listen(self, desk: Desk) -> None:
        """Bring messages and reports in until cancelled. Raises on trouble."""
        settings = self._settings
        patience, keep = settings.parts_seconds, settings.keep_days
        line = Line(self._store, desk, settings.number, self._now, parts_seconds=patience, keep_days=keep)
        try:
            await line.run(settings.poll_seconds, settings.pid_file)
        except Undelivered as error:
            raise Unheard(error.reason, error.detail) from None

    def routes(self, desk: Desk) -> Sequence[web.AbstractRouteDef]:  # noqa: ARG002
        """None: the modem is at this machine."""
        return ()

    async def send(self, outbound: Outbound) -> Receipt:
        """Lay it into the daemon's outbox. Raises ``Undelivered``; never unsure, for a repeated key is refused."""
        if not _NUMBER.fullmatch(outbound.recipient):
            raise Undelivered("address-invalid", retry=False, detail=outbound.recipient[:40])
        words = plain_gsm(outbound.text).replace("\x00", "")
        unicode = segments(words).encoding == "ucs2"
        keep = validity(self._settings.keep_hours)
        await self._store.put(outbound.key, outbound.recipient, words, unicode=unicode, validity=keep)
        return Receipt(external_id=outbound.key)

    async def fetch(self, attachment: Attachment) -> bytes:
        """Nothing of a short message lies elsewhere."""
        raise Undelivered("no-such-file", retry=False, detail=attachment.reference[:80])

    async def called(self) -> str:
        """The number."""
        return self._settings.number

    async def check(self) -> list[Fault]:
        """What is wrong with the file, the daemon, the modem and the network."""
        try:
            return list(faults(await self._store.glance(), self._settings.pid_file))
        except Undelivered as error:
            return [Fault(error.reason)]

    def received(self, since: datetime, until: datetime, progress: Mapping[str, Any]) -> AsyncIterator[Seen]:  # noqa: ARG002
        """What the daemon stored then. Raises Undelivered."""
        return modem_count.received(self._store, since, until)

    async def again(self, place: Mapping[str, Any]) -> Brought:
        """One of them. Raises Undelivered."""
        return await modem_count.again(self._store, place, self._settings.number)

    async def close(self) -> None:
        """Nothing is kept open."""
