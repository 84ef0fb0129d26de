"""What a browser posted, read once: texts cut to size, uploads in memory, nothing else.

A disposition's addressees come as boxes with one of them marked to coordinate, an instruction as phrases with free
words after them, and its due time as a usual one or one of the officer's own, which goes first; all are put together
here as ``inbox.forms`` wants them.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from multidict import MultiDict

from channels.base import Attachment
from inbox.refused import Refused

LEADS = ":koordinator"
PHRASES = ":pilihan"
QUICK = ":cepat"
NONE = "-"
_LONGEST_TEXT = 100_000
# Such a body is taken apart in one go, which holds up everybody else: what is large comes in parts.
_PLAIN = "application/x-www-form-urlencoded"
_LARGEST_PLAIN_BYTES = 2 * 2**20
# A line that drips holds a file handle: words need a minute, four files of 25 MB a quarter of an hour at 1 Mbit/s.
_SECONDS, _FILES_SECONDS = 60.0, 900.0
# Whatever a body can be wrong in: its charset, its parts, their encoding, a stream that ends or cannot be unpacked.
_UNREADABLE = (ValueError, LookupError, AssertionError, RuntimeError, HttpProcessingError, web.RequestPayloadError)
_UNFIT = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Posted:
    """A posted form: ``texts`` may hold a name several times, ``files`` are those that somebody chose."""

    texts: MultiDict[str] = field(default_factory=MultiDict)
    files: tuple[tuple[str, Attachment], ...] = ()

    def text(self, name: str) -> str:
        """The first value of that name; empty where there is none."""
        return self.texts.get(name, "")

    def version(self) -> int:
        """The version of the ticket that the officer saw; 0, which none has, where it cannot be read."""
        digits = self.text("version")
        return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 0

    def values(self, *, but: Sequence[str] = ()) -> Mapping[str, str | list[str]]:
        """Every field as ``inbox.forms`` reads it: one text, or a list where several were given."""
        names = dict.fromkeys(name.removesuffix(LEADS).removesuffix(PHRASES).removesuffix(QUICK) for name in self.texts)
        return {name: self._value(name) for name in names if name not in but}

    def uploads(self, name: str) -> tuple[Attachment, ...]:
        """The files of one field."""
        return tuple(file for of, file in self.files if of == name)

    def _value(self, name: str) -> str | list[str]:
        given = self.texts.getall(name, [])
        phrases = [text for text in self.texts.getall(f"{name}{PHRASES}", []) if text.strip()]
        if phrases:
            return "; ".join(phrases + [text for text in given if text.strip()])
        lead = self.text(f"{name}{LEADS}")
        if lead:
            return [lead, *(one for one in given if one != lead)]
        if f"{name}{QUICK}" in self.texts:
            return next((text for text in given if text.strip()), self.text(f"{name}{QUICK}").removeprefix(NONE))
        return given[0] if len(given) == 1 else list(given)


async def read(request: web.Request) -> Posted:
    """Read the body of a POST.

    Raises: Refused ``upload-large``, ``form-unreadable``; web.HTTPRequestTimeout (408) where it does not end.
    """
    try:
        if request.content_type == _PLAIN:
            request = request.clone(client_max_size=min(request.client_max_size, _LARGEST_PLAIN_BYTES))
        async with asyncio.timeout(_FILES_SECONDS if request.client_max_size > _LARGEST_PLAIN_BYTES else _SECONDS):
            data = await request.post()
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    except web.HTTPRequestEntityTooLarge:
        raise Refused("upload-large") from None
    except _UNREADABLE:
        raise Refused("form-unreadable") from None
    texts: MultiDict[str] = MultiDict()
    files: list[tuple[str, Attachment]] = []
    for name, value in data.items():
        if isinstance(value, web.FileField):
            content = value.file.read()
            if value.filename and content:
                files.append((name, attachment(value.filename, value.content_type, content)))
        elif isinstance(value, str):
            texts.add(_fit(name)[:100], _fit(value)[:_LONGEST_TEXT])
    return Posted(texts, tuple(files))


def attachment(name: str, type_: str, content: bytes) -> Attachment:
    """A file as the record takes it: a bare name, whatever path or marks came with it."""
    last = PurePath(_fit(name).replace("\\", "/")).name[-255:] or "berkas"
    return Attachment(name=last, type=type_[:127], content=content, size_bytes=len(content))


def _fit(text: str) -> str:
    """Without what no database takes and no signature can be made of: NUL and lone surrogates."""
    return _UNFIT.sub("", text)


@dataclass(frozen=True, slots=True)
class Given:
    """What stands in the forms of a page: nothing, or what was typed into one of them before it was refused.

    ``lost``: that form is no longer on the page.
    """

    form: str = ""
    posted: Posted = field(default_factory=Posted)
    refused: Refused | None = None
    lost: bool = False

    def value(self, form: str, name: str, default: str = "") -> str:
        """What to show in a field."""
        return self.posted.text(name) if form == self.form else default

    def values(self, form: str, name: str) -> list[str]:
        """What was ticked."""
        return self.posted.texts.getall(name, []) if form == self.form else []

    def wrong(self, form: str, name: str) -> bool:
        """Whether this field is the one at fault."""
        return form == self.form and self.refused is not None and self.refused.field == name

    def written(self) -> tuple[str, ...]:
        """The longer things that somebody wrote, so that they can be saved when their form is gone."""
        texts = (text.strip() for name, text in self.posted.texts.items() if name not in {"csrf", "version"})
        return tuple(text for text in texts if " " in text)
