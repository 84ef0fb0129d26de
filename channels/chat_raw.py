"""What one message of a chat looks like when it is kept: canonical JSON with everything that came, files as base64.

``pack`` makes it where the browser's message was read; ``unpack`` is the door's pure ``parse``. A contact left with it
is a field of the message: whoever opens a ticket uses it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from channels.base import Attachment, Inbound, Undigested
from channels.filekinds import HEAD_BYTES, clean_name, kind_of
from channels.forms import clean

SENDER = r"^c[0-9a-f]{32}$"
_LONGEST_CHOICE, _LONGEST_CONTACT = 100, 200


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _File(_Model):
    name: str
    content: str


class Raw(_Model):
    """One message. ``sender`` is the conversation's name; ``id`` is the browser's, with a digest of what it brought."""

    id: Annotated[str, Field(min_length=1, max_length=200)]
    sender: Annotated[str, Field(pattern=SENDER)]
    at: AwareDatetime
    text: str = ""
    choice: Annotated[str, Field(max_length=_LONGEST_CHOICE)] = ""
    contact: Annotated[str, Field(max_length=_LONGEST_CONTACT)] = ""
    files: tuple[_File, ...] = ()


def pack(
    sender: str, nonce: str, at: datetime, text: str, *, choice: str, contact: str, files: Iterable[Attachment]
) -> bytes:
    """The same words and files under the same ``nonce`` make the same id: a browser may send them twice."""
    whole = hashlib.sha256()
    kept = tuple(files)
    for part in (
        text.encode("utf-8", "replace"),
        choice.encode("utf-8", "replace"),
        *(one.content or b"" for one in kept),
    ):
        whole.update(hashlib.sha256(part).digest())
    raw = Raw(
        id=f"{sender}-{nonce[:64]}-{whole.hexdigest()[:32]}",
        sender=sender,
        at=at,
        text=text,
        choice=choice[:_LONGEST_CHOICE],
        contact=contact[:_LONGEST_CONTACT],
        files=tuple(_File(name=one.name, content=base64.b64encode(one.content or b"").decode()) for one in kept),
    )
    return raw.model_dump_json().encode()


def unpack(raw: bytes) -> Inbound:
    """The message in a raw one. Pure. Raises ``Undigested``."""
    try:
        kept = Raw.model_validate_json(raw)
        return _inbound(kept, raw)
    except (ValidationError, ValueError, OverflowError) as error:
        raise Undigested(type(error).__name__) from error


def _inbound(kept: Raw, raw: bytes) -> Inbound:
    text, contact = clean(kept.text), " ".join(clean(kept.contact).split())
    return Inbound(
        external_id=clean(kept.id) or "c",
        sender=kept.sender,
        sent_at=kept.at.astimezone(UTC),
        text=text,
        full_text=text,
        choice=clean(kept.choice),
        fields={"kontak": contact} if contact else {},
        files=tuple(_attachment(file) for file in kept.files),
        raw=raw,
    )


def _attachment(file: _File) -> Attachment:
    content = base64.b64decode(file.content, validate=True)
    name = clean_name(file.name)
    media = kind_of(content[:HEAD_BYTES], name) or "application/octet-stream"
    return Attachment(name, media, content, size_bytes=len(content))
