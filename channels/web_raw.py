"""What one submission looks like when it is kept: canonical JSON with everything that came, files as base64.

``pack`` makes it where the browser's form was read; ``unpack`` is the door's pure ``parse``. Cleaning happens in
``unpack``: the raw form keeps what was typed.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from datetime import UTC
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from channels.base import Attachment, Inbound, Undigested
from channels.filekinds import HEAD_BYTES, clean_name, kind_of
from channels.forms import LONGEST, clean

FIELDS = ("nama", "kontak", "jenis", "objek", "tempat", "rahasia", "nomor", "kode")


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _File(_Model):
    name: str
    content: str


class Raw(_Model):
    """One submission. ``form``: aduan (a complaint) or balas (written on the status page)."""

    form: Literal["aduan", "balas"]
    id: Annotated[str, Field(min_length=1, max_length=200)]
    sender: Annotated[str, Field(pattern=r"^w[A-Za-z0-9]{8,60}$")]
    at: AwareDatetime
    fields: dict[str, str] = {}
    text: str = ""
    choice: Annotated[str, Field(max_length=40)] = ""
    files: tuple[_File, ...] = ()


def digest(fields: dict[str, str], text: str, choice: str, files: Iterable[Attachment]) -> str:
    """32 hex digits that change with anything the citizen wrote or handed over."""
    whole = hashlib.sha256()
    for part in (*(f"{name}={fields[name]}" for name in sorted(fields)), text, choice):
        whole.update(hashlib.sha256(part.encode("utf-8", "replace")).digest())
    for file in files:
        whole.update(hashlib.sha256(file.content or b"").digest())
    return whole.hexdigest()[:32]


def packed_files(files: Iterable[Attachment]) -> tuple[_File, ...]:
    """Files as the raw form keeps them."""
    return tuple(_File(name=file.name, content=base64.b64encode(file.content or b"").decode()) for file in files)


def unpack(raw: bytes) -> Inbound:
    """The message in a raw submission. Pure. Raises ``Undigested``."""
    try:
        kept = Raw.model_validate_json(raw)
        return _inbound(kept, raw)
    except (ValidationError, ValueError, OverflowError) as error:
        raise Undigested(type(error).__name__) from error


def _inbound(kept: Raw, raw: bytes) -> Inbound:
    fields = {name: _line(kept.fields.get(name, ""), LONGEST[name]) for name in FIELDS}
    text = clean(kept.text)
    return Inbound(
        external_id=clean(kept.id) or "w",
        sender=kept.sender.lower(),
        sent_at=kept.at.astimezone(UTC),
        sender_name=fields["nama"],
        text=text,
        full_text=text,
        choice=clean(kept.choice),
        fields={name: value for name, value in fields.items() if value},
        files=tuple(_attachment(file) for file in kept.files),
        raw=raw,
    )


def _line(text: str, longest: int) -> str:
    return re.sub(r"\s+", " ", clean(text)).strip()[:longest]


def _attachment(file: _File) -> Attachment:
    content = base64.b64decode(file.content, validate=True)
    name = clean_name(file.name)
    media = kind_of(content[:HEAD_BYTES], name) or "application/octet-stream"
    return Attachment(name, media, content, size_bytes=len(content))
