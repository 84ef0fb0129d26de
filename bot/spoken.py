"""What was said in a conversation at a door that has no platform to show it: the talk as its citizen lived it.

Reads only. Nothing that an officer may still take back, and nothing that practice mode kept in the house, is in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tortoise.queryset import QuerySet

from channels.base import Attachment, Choice, Spoken
from inbox.ciphering import forms_at
from inbox.database import Database
from inbox.models import Attachment as AttachmentRow
from inbox.models import Conversation, Delivery, Message, TicketLink
from inbox.shown import Shown
from inbox.status import proven

_MOST = 60
_LEFT = ("sending", "sent", "delivered", "read")
_PLAIN = ("id", "direction", "author", "text", "key", "values", "sent_at", "undone_at")


class Talks:
    """The talks of one channel of an office."""

    def __init__(self, office: str, channel: str, database: Database, shown: Shown) -> None:
        self._office, self._channel, self._database, self._shown = office, channel, database, shown

    async def spoken(self, sender: str) -> Sequence[Spoken]:
        """The last of what was said, oldest first; four queries at most."""
        async with self._database.reading():
            conversation = await self._conversation(sender).first()
            if conversation is None:
                return ()
            said = Message.filter(conversation_id=conversation.id, direction__in=["in", "out"], undone_at=None)
            rows = (await said.only(*_PLAIN).order_by("-id").limit(_MOST))[::-1]
            ids = [row.id for row in rows]
            ways = {way.message_id: way for way in await Delivery.filter(message_id__in=ids, state__in=_LEFT)}
            files = await AttachmentRow.filter(message_id__in=ids, state="stored", inline=False).order_by("id")
        left = [row for row in rows if row.direction == "in" or row.id in ways]
        return [_spoken(row, ways.get(row.id), [file for file in files if file.message_id == row.id]) for row in left]

    async def handed(self, sender: str, reference: str) -> Attachment | None:
        """A file of the conversation with its content; None where it has none of that name."""
        if not (reference.isascii() and reference.isdecimal() and len(reference) <= 18):
            return None
        async with self._database.reading():
            conversation = await self._conversation(sender).first()
            own = AttachmentRow.filter(id=int(reference), state="stored", message__undone_at=None)
            own = own.filter(message__conversation_id=conversation.id if conversation else 0)
            file = await own.select_related("message").first()
            left = file and (file.message.direction == "in" or await _left(file.message_id))
        if not (file and left):
            return None
        return Attachment(file.name, file.type, await self._shown.read(file.digest), reference, file.size_bytes)

    async def speaker(self, number: str, code: str) -> str:
        """Who opened the ticket here. Who was only linked to it may have said more than its code may open."""
        async with self._database.reading():
            ticket = await proven(number, code)
            if ticket is None or ticket.office != self._office or ticket.channel != self._channel:
                return ""
            links = TicketLink.filter(ticket_id=ticket.id, confirmed=True, conversation__channel=self._channel)
            first = await links.order_by("id").select_related("conversation__address").first()
        return first.conversation.address.value if first else ""

    def _conversation(self, sender: str) -> QuerySet[Conversation]:
        return Conversation.filter(channel=self._channel, address__value__in=forms_at(self._channel, sender))


async def _left(message_id: int) -> bool:
    return await Delivery.filter(message_id=message_id, state__in=_LEFT).exists()


def _spoken(row: Message, way: Delivery | None, files: Iterable[AttachmentRow]) -> Spoken:
    return Spoken(
        id=row.id,
        author=row.author,
        at=row.sent_at,
        text=row.text,
        key=way.key if way else "",
        state=way.state if way else "",
        choices=tuple(Choice(value, label) for value, label in way.choices) if way else (),
        files=tuple(Attachment(one.name, one.type, None, str(one.id), one.size_bytes) for one in files),
    )
