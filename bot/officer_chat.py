"""Officers who write to the office's own doors: the code that links a chat, and what a linked chat says afterwards.

Looked at before the clerk: none of it is a citizen's message, and none opens or joins a complaint. Nobody is an officer
by what they write: a chat becomes a line by a code that the desk gave out just now. A linked chat that has a complaint
of its own, or begins one in so many words, is a citizen's all the same.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from datetime import datetime, timedelta

from channels.base import Abilities, Inbound, Kind
from config.schema import Office
from inbox import ciphering, officer_lines, officer_sendings
from inbox.database import Database
from inbox.models import OfficerLine, OfficerSending, TicketLink

# Every code has a digit: "petugas keamanan" is what a citizen says.
_CODE = re.compile(r"\s*(?:/start\s+)?petugas[\s:_-]*((?=[a-z]*[2-9])[a-hj-np-z2-9]{8})[\s.!]*", re.IGNORECASE)
_LET_GO = frozenset({"lepas", "berhenti", "stop", "/stop"})
_COMPLAINS = re.compile(r"\s*(?:aduan|adu|lapor|wadul)\b", re.IGNORECASE)
_LIVE = ("open", "waiting", "answered")
_MOST_ANSWERS = 3
_REMEMBERED = 100
_WITHIN = timedelta(hours=1)
_KNOWN_FOR = timedelta(minutes=1)


class OfficerChats:
    """Which chats are officers', for the desks of one process. What it remembers for a minute is only where to look.

    ``wake``: told when an officer is to be answered.
    """

    def __init__(self, database: Database, wake: Callable[[], None]) -> None:
        self._database, self.wake = database, wake
        self._known: set[tuple[str, str]] = set()
        self._looked_at: datetime | None = None
        self._looking = asyncio.Lock()

    async def renew(self, now: datetime) -> None:
        """Learn of lines that other processes linked, once a minute; before a message is taken."""
        async with self._looking:
            if self._looked_at is not None and abs(now - self._looked_at) < _KNOWN_FOR:
                return
            async with self._database.reading():
                rows = await OfficerLine.filter(address__not_isnull=True).values_list("channel", "address")
            self._known = {(str(channel), str(address)) for channel, address in rows}
            self._looked_at = now

    def may_be(self, channel: str, inbound: Inbound, abilities: Abilities) -> bool:
        """Whether a message is to be looked at more closely. A mail's sender is whoever somebody wrote there, so of
        mails only what answers a message of ours is.
        """
        if inbound.public or inbound.automatic or not officer_lines.linkable(abilities):
            return False
        known = (channel, inbound.sender) in self._known
        return known and bool(inbound.answers) if abilities.forgeable else known or bool(_CODE.fullmatch(inbound.text))

    async def take(
        self, office: Office, channel: str, inbound: Inbound, now: datetime, *, forgeable: bool = False
    ) -> bool:
        """Take it, in the caller's transaction, where it is an officer's; what is to be said is laid on."""
        if forgeable:
            return await self._answers_news(office, channel, inbound, now)
        code = _CODE.fullmatch(inbound.text)
        if code is not None and inbound.kind is Kind.MESSAGE:
            said, line = await officer_lines.link(office, channel, inbound.sender, code[1].upper(), now)
            if line is not None:
                self._known.add((channel, inbound.sender))
            await self._answer(office, channel, inbound, said, now)
            return True
        line = await OfficerLine.filter(channel=channel, address=inbound.sender, officer__active=True).first()
        if line is None or await self._complains(channel, inbound):
            return False
        await self._hear(office, line, inbound, now)
        return True

    async def _answers_news(self, office: Office, channel: str, inbound: Inbound, now: datetime) -> bool:
        """A mail that answers what we told an officer is no complaint: it names a message that nobody else was sent."""
        told = OfficerSending.filter(channel=channel, address=inbound.sender).order_by("-id").limit(_REMEMBERED)
        keys = [str(key)[:26] for key in await told.values_list("key", flat=True)]
        if not any(key in answer for answer in inbound.answers for key in keys):
            return False
        await self._answer(office, channel, inbound, "line-only-news", now)
        return True

    async def _hear(self, office: Office, line: OfficerLine, inbound: Inbound, now: datetime) -> None:
        if inbound.kind is not Kind.MESSAGE:
            await _note(office, line.channel, inbound, "", now, said=False)
            return
        if " ".join(inbound.text.lower().split()).strip(".!") in _LET_GO:
            await officer_lines.let_go(line, now)
            await self._answer(office, line.channel, inbound, "line-let-go", now)
            return
        await OfficerLine.filter(id=line.id).update(heard_at=now)
        await self._answer(office, line.channel, inbound, "line-only-news", now)

    async def _complains(self, channel: str, inbound: Inbound) -> bool:
        if _COMPLAINS.match(inbound.text):
            return True
        theirs = TicketLink.filter(
            conversation__channel=channel, conversation__address__value__in=ciphering.forms_at(channel, inbound.sender)
        )
        return await theirs.filter(ticket__status__in=_LIVE).exists()

    async def _answer(self, office: Office, channel: str, inbound: Inbound, code: str, now: datetime) -> None:
        """At most a few an hour to one address: whoever writes without end is not written to without end."""
        lately = OfficerSending.filter(channel=channel, address=inbound.sender, kind="reply").exclude(state="dropped")
        few = await lately.filter(created_at__gt=now - _WITHIN).count() < _MOST_ANSWERS
        await _note(office, channel, inbound, code, now, said=few)


async def _note(office: Office, channel: str, inbound: Inbound, code: str, now: datetime, *, said: bool) -> None:
    """Whatever an officer's chat brings leaves a row that names it, for whoever counts what came."""
    named = {"code": code, "external_id": inbound.external_id}
    await officer_sendings.answer(office.id, channel, inbound.sender, values=named, now=now, said=said)
