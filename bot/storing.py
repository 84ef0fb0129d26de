"""The writes that every message makes: its row and its files' rows, where it belongs, what its conversation remembers.

The one place of the clerk that goes under the ORM: ``INSERT ... ON CONFLICT DO NOTHING RETURNING`` tells in one round
trip whether a message is new, on both databases, without breaking the transaction; the other two are as frequent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.hearing import Heard
from channels.base import MAX_ATTACHMENT_BYTES, Attachment
from inbox.database import rows
from inbox.files import Files
from inbox.models import Attachment as AttachmentRow
from inbox.models import Conversation, Message

LARGEST_ORIGINAL_BYTES = 64 * 1024
_COLUMNS = (
    "office",
    "channel",
    "external_id",
    "direction",
    "author",
    "kind",
    "about",
    "subject",
    "text",
    "full_text",
    "template",
    "automatic",
    "public",
    "answers",
    "values",
    "sent_at",
    "created_at",
    "original",
    "original_file",
)
_INSERT = (
    f"INSERT INTO message ({', '.join(f'{chr(34)}{name}{chr(34)}' for name in _COLUMNS)})"  # noqa: S608 - names of ours
    f" VALUES ({', '.join(f'${place}' for place in range(1, len(_COLUMNS) + 1))})"
    " ON CONFLICT (channel, external_id) DO NOTHING RETURNING id"
)
_PLACE = """
    UPDATE message SET conversation_id = $1, ticket_id = $2, officer_id = $3, template = $4 WHERE id = $5 RETURNING id
"""
_REMEMBER = "UPDATE conversation SET state = $1, ticket_id = $2, last_in_at = $3 WHERE id = $4 RETURNING id"


@dataclass(frozen=True, slots=True)
class Stored:
    """What of a message lies in the file store, and what small enough for its row. ``digests`` go with the files."""

    original: bytes | None = field(default=None, repr=False)
    original_file: str = ""
    digests: tuple[str, ...] = ()


async def keep(files: Files, raw: bytes, attachments: Sequence[Attachment] = ()) -> Stored:
    """Put a message's files, and its raw form where that is large, into the store; before any transaction."""
    large = len(raw) > LARGEST_ORIGINAL_BYTES
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
    values = [conversation_id, message.ticket_id, message.officer_id, message.template, message.id]
    await rows(_PLACE, values)


async def remember(conversation: Conversation) -> None:
    """Write what a conversation remembers, the ticket it speaks of, and when its citizen last wrote."""
    state = json.dumps(conversation.state, ensure_ascii=False)
    await rows(_REMEMBER, [state, conversation.ticket_id, conversation.last_in_at, conversation.id])


async def insert(heard: Heard, stored: Stored, *, office: str, channel: str, now: datetime) -> Message | None:
    """The message's new row, in the caller's transaction; None where it was taken before."""
    inbound = heard.inbound
    values: dict[str, Any] = {
        "office": office,
        "channel": channel,
        "external_id": inbound.external_id,
        "direction": "in",
        "author": "citizen",
        "kind": inbound.kind.value,
        "about": inbound.about,
        "subject": inbound.subject,
        "text": inbound.text,
        "full_text": inbound.full_text,
        "template": "",
        "automatic": inbound.automatic,
        "public": inbound.public,
        "answers": list(inbound.answers),
        "values": _values(heard),
        "sent_at": inbound.sent_at,
        "created_at": now,
        "original": stored.original,
        "original_file": stored.original_file,
    }
    new = await rows(_INSERT, [_stored(values[name]) for name in _COLUMNS])
    if not new:
        return None
    message = Message(id=new[0]["id"], **values)
    await _attach(message, inbound.files, stored.digests, now)
    return message


def _values(heard: Heard) -> dict[str, Any]:
    inbound = heard.inbound
    place = [inbound.place.latitude, inbound.place.longitude] if inbound.place else None
    # As it was typed: what nothing can be sent to, an officer may still make sense of.
    contact = heard.form.contact if heard.form else ""
    kept = (("place", place), ("choice", inbound.choice), ("contact", contact))
    return {name: value for name, value in kept if value}


def _stored(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, Mapping | list) else value


async def _attach(message: Message, files: Sequence[Attachment], digests: Sequence[str], now: datetime) -> None:
    made = [
        AttachmentRow(
            office=message.office,
            message_id=message.id,
            name=file.name,
            type=file.type,
            size_bytes=file.size_bytes or len(file.content or b""),
            digest=digest,
            reference=file.reference,
            inline=file.inline,
            state=_state(file),
            due_at=now if _state(file) == "pending" else None,
        )
        for file, digest in zip(files, digests, strict=True)
    ]
    if made:
        await AttachmentRow.bulk_create(made)


def _state(file: Attachment) -> str:
    if max(file.size_bytes, len(file.content or b"")) > MAX_ATTACHMENT_BYTES:
        return "refused"
    return "pending" if file.content is None else "stored"
