"""What every message stores: its files and raw form before the transaction, its row in a script, and where it belongs.

The row comes first and says by itself whether the message is new, on both databases, without breaking the transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from bot.hearing import Heard
from channels.base import MAX_ATTACHMENT_BYTES, Attachment
from inbox import writing
from inbox.counter import FACT
from inbox.files import Files
from inbox.models import Attachment as AttachmentRow
from inbox.models import Conversation, Message
from inbox.sheet import Script

LARGEST_ORIGINAL_BYTES = 64 * 1024


MOST_FILES = 40
"""Of one message; a letter of thousands of files would hold up its whole door."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What of a message lies in the file store, and what small enough for its row. ``digests`` go with the files."""

    original: bytes | None = field(default=None, repr=False)
    original_file: str = ""
    digests: tuple[str, ...] = ()


async def keep(files: Files, raw: bytes, attachments: Sequence[Attachment] = ()) -> Stored:
    """Put a message's files, and its raw form where that is large, into the store; before any transaction.

    Of more than ``MOST_FILES`` the first are kept as files; the rest stay in the raw form, and the record says so.
    """
    large, attachments = len(raw) > LARGEST_ORIGINAL_BYTES, attachments[:MOST_FILES]
    digests = [
        await files.put(one.content) if one.content is not None and _state(one) == "stored" else ""
        for one in attachments
    ]
    return Stored(
        original=None if large else raw,
        original_file=await files.put(raw) if large else "",
        digests=tuple(digests),
    )


async def place(message: Message, conversation_id: int) -> None:
    """Write where a message belongs: its conversation, its ticket, and what the clerk notes with it."""
    await writing.change(
        message,
        conversation_id=conversation_id,
        ticket_id=message.ticket_id,
        officer_id=message.officer_id,
        template=message.template,
    )


async def remember(conversation: Conversation) -> None:
    """Write what a conversation remembers, the ticket it speaks of, and when its citizen last wrote."""
    await writing.change(
        conversation,
        state=conversation.state,
        ticket_id=conversation.ticket_id,
        last_in_at=conversation.last_in_at,
    )


def inserting(heard: Heard, stored: Stored, *, office: str, channel: str, now: datetime) -> Script[Message | None]:
    """The message's new row and its files'; None where it was taken before."""
    inbound = heard.inbound
    found = yield from writing.adding(
        Message,
        ("channel", "external_id"),
        office=office,
        channel=channel,
        external_id=inbound.external_id,
        direction="in",
        author="citizen",
        kind=inbound.kind.value,
        about=inbound.about,
        subject=inbound.subject,
        text=inbound.text,
        full_text=inbound.full_text,
        automatic=inbound.automatic,
        public=inbound.public,
        answers=list(inbound.answers),
        values=_values(heard),
        proof=asdict(inbound.proof) if inbound.proof else None,
        sent_at=inbound.sent_at,
        created_at=now,
        original=stored.original,
        original_file=stored.original_file,
    )
    if not found:
        return None
    for file, digest in zip(inbound.files[:MOST_FILES], stored.digests, strict=True):
        yield from writing.adding(AttachmentRow, message_id=found[0].id, **_file(file, digest, office, now))
    if left := inbound.files[MOST_FILES:]:
        known = _file(left[0], "", office, now) | {"state": "beyond", "due_at": None, "reference": str(len(left))}
        yield from writing.adding(AttachmentRow, message_id=found[0].id, **known)
    return found[0]


def _values(heard: Heard) -> dict[str, Any]:
    inbound = heard.inbound
    place = [inbound.place.latitude, inbound.place.longitude] if inbound.place else None
    # As it was typed: what nothing can be sent to, an officer may still make sense of.
    facts = {name.removeprefix(FACT): text for name, text in inbound.fields.items() if name.startswith(FACT)}
    kept = (("place", place), ("choice", inbound.choice), ("contact", heard.contact), ("facts", facts))
    return {name: value for name, value in kept if value}


def _file(file: Attachment, digest: str, office: str, now: datetime) -> dict[str, Any]:
    return {
        "office": office,
        "name": file.name,
        "type": file.type,
        "size_bytes": file.size_bytes or len(file.content or b""),
        "digest": digest,
        "reference": file.reference,
        "inline": file.inline,
        "state": _state(file),
        "due_at": now if _state(file) == "pending" else None,
    }


def _state(file: Attachment) -> str:
    if max(file.size_bytes, len(file.content or b"")) > MAX_ATTACHMENT_BYTES:
        return "refused"
    return "pending" if file.content is None else "stored"
