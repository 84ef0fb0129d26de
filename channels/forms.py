"""Reading a form as a browser sends it, within limits, and saying what is wrong with it.

Texts come first in our forms and files last, so that words are kept even where the files are too much. What is wrong
is a value (field, code, values); the sentences are ``templates/pages/citizen/words.html``. Knows no office, no ticket.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from dataclasses import field as having
from types import TracebackType
from typing import IO, Self
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, MultipartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from channels.base import Attachment, contact
from channels.filekinds import HEAD_BYTES, clean_name, kind_of

LONGEST = {
    "nama": 200,
    "kontak": 200,
    "jenis": 48,
    "objek": 300,
    "tempat": 300,
    "rahasia": 10,
    "nomor": 40,
    "kode": 20,
    "isi": 100_000,
}
# The hidden field that brings back a contact which was refused: the same one is not refused twice.
INSISTED = "kontak_ditolak"
_UNREADABLE = (ValueError, AssertionError, LookupError, RuntimeError, HttpProcessingError, web.RequestPayloadError)
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
# aiohttp reads one chunk ahead to find a part's end: small ones, so that words do not wait for the file behind them.
_TEXT_CHUNK_BYTES, _FILE_CHUNK_BYTES = 4 * 1024, 64 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What one form may hold. ``idle_seconds``: longest silence of a line that is still sending."""

    files: int = 5
    file_bytes: int = 10_000_000
    all_bytes: int = 25_000_000
    text_bytes: int = 1024 * 1024
    fields: int = 40
    idle_seconds: float = 30


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something to mend before the form can be taken. ``field`` is empty for the form as a whole."""

    field: str
    code: str
    values: Mapping[str, object] = having(default_factory=dict)


@dataclass(slots=True)
class Upload:
    """A file as it came, on disk where it is large."""

    name: str
    type: str
    size_bytes: int
    content: IO[bytes] = having(repr=False)

    def attachment(self) -> Attachment:
        """The file with its whole content in memory."""
        self.content.seek(0)
        return Attachment(self.name, self.type, self.content.read(), size_bytes=self.size_bytes)


@dataclass(slots=True)
class Form:
    """One form as read. A context manager: leaving it throws the uploaded files away."""

    values: dict[str, str] = having(default_factory=dict, repr=False)
    uploads: list[Upload] = having(default_factory=list)
    chosen: list[str] = having(default_factory=list)
    wrong: list[Wrong] = having(default_factory=list)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for upload in self.uploads:
            upload.content.close()

    def drop_files(self) -> None:
        """Throw the uploaded files away before anything keeps them."""
        for upload in self.uploads:
            upload.content.close()
        self.uploads.clear()

    def text(self, name: str) -> str:
        """A field's text, cleaned; empty where it is missing."""
        return clean(self.values.get(name, ""))


async def read(request: web.Request, limits: Limits, *, files: bool = True) -> Form:
    """The form in a request's body. Never raises for what a client sent; with ``files=False`` it stops at the first."""
    form = Form()
    reading = _Reading(form, limits, files)
    try:
        if request.content_type == "multipart/form-data":
            await reading.parts(await request.multipart())
        elif request.content_type == "application/x-www-form-urlencoded":
            await reading.pairs(request)
        else:
            form.wrong.append(Wrong("", "isian-rusak"))
    except TimeoutError:
        form.wrong.append(Wrong("", "isian-lambat"))
    except _UNREADABLE:
        form.wrong.append(Wrong("", "isian-rusak"))
    return form


class _Reading:
    def __init__(self, form: Form, limits: Limits, files: bool) -> None:
        self.form, self.limits, self.files, self.spent = form, limits, files, 0

    async def pairs(self, request: web.Request) -> None:
        """A form without files, as text browsers send it."""
        content = bytearray()
        async for chunk in self._timed(request.content.iter_chunked(_FILE_CHUNK_BYTES)):
            content += chunk
            if len(content) > self.limits.text_bytes:
                self.form.wrong.append(Wrong("", "isian-besar"))
                break
        text = _decoded(bytes(content[: self.limits.text_bytes]))
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=self.limits.fields, errors="replace")
        self.form.values.update(pairs)

    async def parts(self, reader: MultipartReader) -> None:
        for _ in range(self.limits.fields):
            async with asyncio.timeout(self.limits.idle_seconds):
                part = await reader.next()
            if part is None:
                return
            if not isinstance(part, BodyPartReader) or not part.name:
                raise ValueError("part without a name")
            if part.filename is None:
                self.form.values[part.name] = await self._text(part)
            elif not self.files or not await self._file(part, part.filename):
                return
        self.form.wrong.append(Wrong("", "isian-rusak"))

    async def _text(self, part: BodyPartReader) -> str:
        content = bytearray()
        async for chunk in self._chunks(part, _TEXT_CHUNK_BYTES):
            room = self.limits.text_bytes - len(content)
            content += chunk[:room]
            if len(chunk) > room:
                self.form.wrong.append(Wrong(part.name or "", "isian-besar"))
                break
        return _decoded(bytes(content))

    async def _file(self, part: BodyPartReader, filename: str) -> bool:
        """Take a file, or say what is wrong with it. False where reading on is of no use."""
        name, field_name = clean_name(filename), part.name or ""
        spool = tempfile.SpooledTemporaryFile(max_size=512 * 1024)  # noqa: SIM115 - closed by the form's __exit__
        size = 0
        async for chunk in self._chunks(part, _FILE_CHUNK_BYTES):
            size += len(chunk)
            if size <= self.limits.file_bytes and self.spent <= self.limits.all_bytes:
                spool.write(chunk)
            if self.spent > 2 * self.limits.all_bytes:
                break
        if not filename and not size:
            spool.close()
            return True
        upload = Upload(name, "", size, spool)
        self.form.chosen.append(name)
        self.form.uploads.append(upload)
        self.form.wrong += self._judge(upload, field_name)
        return self.spent <= 2 * self.limits.all_bytes

    def _judge(self, upload: Upload, field_name: str) -> list[Wrong]:
        upload.content.seek(0)
        upload.type = kind_of(upload.content.read(HEAD_BYTES), upload.name)
        if upload.size_bytes > self.limits.file_bytes:
            most = self.limits.file_bytes
            return [Wrong(field_name, "berkas-besar", {"name": upload.name, "size": upload.size_bytes, "most": most})]
        if self.spent > self.limits.all_bytes:
            return self._once(Wrong(field_name, "berkas-jumlah-besar", {"most": self.limits.all_bytes}))
        if len(self.form.chosen) > self.limits.files:
            return self._once(Wrong(field_name, "berkas-banyak", {"most": self.limits.files}))
        if not upload.size_bytes:
            return [Wrong(field_name, "berkas-kosong", {"name": upload.name})]
        return [] if upload.type else [Wrong(field_name, "berkas-jenis", {"name": upload.name})]

    def _once(self, wrong: Wrong) -> list[Wrong]:
        return [] if wrong in self.form.wrong else [wrong]

    async def _chunks(self, part: BodyPartReader, chunk_bytes: int) -> AsyncIterator[bytes]:
        while not part.at_eof():
            async with asyncio.timeout(self.limits.idle_seconds):
                chunk = await part.read_chunk(chunk_bytes)
            self.spent += len(chunk)
            yield chunk

    async def _timed(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        while True:
            async with asyncio.timeout(self.limits.idle_seconds):
                chunk = await anext(chunks, None)
            if chunk is None:
                return
            yield chunk


def check(form: Form) -> list[Wrong]:
    """What a citizen has to mend in a complaint, in the order of the page."""
    wrong = [*form.wrong, *too_long(form)]
    if is_contact_lost(form) and form.text(INSISTED) != form.text("kontak"):
        wrong.append(Wrong("kontak", "kontak-rusak"))
    if not form.text("isi") and not any(one.field == "isi" for one in wrong):
        wrong.append(Wrong("isi", "isi-kosong"))
    order = ["", "isi", "objek", "tempat", "jenis", "nama", "kontak", "berkas"]
    return sorted(wrong, key=lambda one: order.index(one.field) if one.field in order else len(order))


def too_long(form: Form) -> list[Wrong]:
    """The fields that hold more than the record can keep."""
    lengths = {name: len(form.text(name)) for name in LONGEST}
    return [
        Wrong(name, "isian-panjang", {"most": most, "length": lengths[name]})
        for name, most in LONGEST.items()
        if lengths[name] > most
    ]


def is_contact_lost(form: Form) -> bool:
    """Whether a contact was typed that nothing can be sent to: refused once; sent again as it is, officers see it."""
    return bool(form.text("kontak")) and contact(form.text("kontak")) is None


def clean(text: str) -> str:
    """Lines end in \\n, and no character that neither people nor databases can take (NUL, other controls)."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("", lines).strip()


def _decoded(content: bytes) -> str:
    """UTF-8, which our pages ask for, else what old phones send."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
