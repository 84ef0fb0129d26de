"""What a mail says and carries: its words as text, and its files. Takes any nesting; loses no part of it.

A part that is shown as text is text; everything else is a file, also what only the rejected half of an alternative
holds. A mail without words whose complaint is an attached mail speaks with that mail's words.
"""

from __future__ import annotations

import binascii
import mimetypes
import re
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field
from email import message_from_bytes
from email.errors import MissingHeaderBodySeparatorDefect
from email.message import Message
from itertools import chain, islice
from quopri import decodestring

from channels import mail_html
from channels.base import Attachment
from channels.mail_charset import clean, decode
from channels.mail_headers import Headers
from channels.mail_mend import mended

LONGEST_TEXT = 1_000_000
_LONGEST_NAME = 150
_MOST_ATTACHED = 5
_SHOWN = {"text/plain", "text/html"}
_TEXTS = {*_SHOWN, "text/markdown", "text/enriched", "text/richtext"}
_NEVER_A_FILE = {"text/x-amp-html", "message/delivery-status", "message/disposition-notification"}
_SHOWN_BOUNDARY = re.compile(rb"^--(\S[^\r\n]{0,199}?)[ \t]*\r?\n(?=content-)", re.M | re.I)
_META_CHARSET = re.compile(rb"<meta[^<>]{0,200}?charset\s*=\s*[\"']?([\w.:-]{1,40})", re.I)
_BETWEEN_WORDS = re.compile(rb"[A-Za-z,.] [A-Za-z]")
_CODED = re.compile(
    rb"\s*(?:(?:[A-Za-z0-9+/]{4})+\r?\n)*(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?[ \t]*\r?\n"
)
_SHORTEST_CODED = 20  # a word above the others may look encoded
_SPACES_AT_A_BREAK = re.compile(rb"=[ \t]+(?=\r?\n)")
_DIRECTIONS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_UNSAFE_IN_A_NAME = re.compile(r"[/\\<>|\"*?\n\t]+")


@dataclass
class Body:
    """A mail's words and files. ``own`` is ``full`` without signatures that the client marked as such."""

    full: str = ""
    own: str = ""
    files: list[Attachment] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Words:
    """A stretch of text; HTML is turned into text only when it is chosen."""

    source: str
    html: bool

    @property
    def tags(self) -> int:
        """What it costs to lay out."""
        return mail_html.tags(self.source) if self.html else 0

    def texts(self, most_tags: int = mail_html.MOST_TAGS) -> tuple[str, str]:
        """All of it, and the same without marked signatures."""
        return mail_html.text(self.source, most_tags) if self.html else (self.source, self.source)


def read(message: Message) -> Body:
    """The words and files of a mail."""
    body = Body()
    stretches = list(_texts(list(_walk(message, body.files))))
    body.full = "\n".join(full for full, _ in stretches).strip("\n")[:LONGEST_TEXT]
    body.own = "\n".join(own for _, own in stretches).strip("\n")[:LONGEST_TEXT]
    if body.files and not body.full.strip():
        body.full = body.own = _said_by_a_file(message, body.files)
    return body


def _texts(stretches: list[_Words]) -> Iterator[tuple[str, str]]:
    """Their texts, together no more work than one large page makes."""
    left = mail_html.MOST_TAGS
    for words in stretches:
        yield words.texts(left)
        left -= words.tags


def _said_by_a_file(message: Message, files: list[Attachment]) -> str:
    """The words of an attached mail or text file, where the mail itself has none."""
    attached = (
        mail for part in message.walk() if part.get_content_type() == "message/rfc822" for mail in _children(part)
    )
    mails = ("\n".join(full for full, _ in _texts(list(_walk(mail, None)))) for mail in attached)
    texts = (
        _words(file.content, {}, html=file.type == "text/html").texts()[0]
        for file in files
        if file.type in _TEXTS and file.content
    )
    said = (text.strip("\n") for text in chain(islice(mails, _MOST_ATTACHED), islice(texts, _MOST_ATTACHED)))
    return next((text for text in said if text.strip()), "")[:LONGEST_TEXT]


def _walk(part: Message, files: list[Attachment] | None, parent: str = "") -> Iterator[_Words]:
    """The words of a part and all below it; their files go to ``files`` where they are wanted."""
    if parent and not part.is_multipart() and MissingHeaderBodySeparatorDefect in map(type, part.defects):
        part = _with_its_header(part)
    headers = Headers(part)
    kind, parameters = headers.parameters("content-type")
    if kind.startswith("multipart/"):
        whole = part if part.is_multipart() or parent else _mended(part, kind)
        if whole.is_multipart():
            yield from _together(whole, kind, files)
            return
        kind = "text/plain"
    kind = kind if "/" in kind else part.get_default_type()
    disposition, more = headers.parameters("content-disposition")
    name = more.get("filename") or parameters.get("name", "")
    if kind in _SHOWN and disposition != "attachment" and not name:
        yield _words(content(part, headers, text=True), parameters, html=kind == "text/html")
    elif files is not None and kind not in _NEVER_A_FILE and parent != "multipart/report":
        inline = parent == "multipart/related" and disposition != "attachment" and "content-id" in headers
        files.append(_file(part, headers, kind, name, inline=inline, number=len(files) + 1))


def _together(part: Message, kind: str, files: list[Attachment] | None) -> Iterator[_Words]:
    told = [list(_walk(child, files, kind)) for child in _children(part)]
    for words in [_chosen(told)] if kind == "multipart/alternative" else told:
        yield from words


def _chosen(told: list[list[_Words]]) -> list[_Words]:
    """The plain version where it says anything, else the best of the others, which stands last."""
    spoken = [words for words in told if any(stretch.source.strip() for stretch in words)]
    plain = [words for words in spoken if not any(stretch.html for stretch in words)]
    return plain[0] if plain else spoken[-1] if spoken else []


def _children(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [child for child in payload if isinstance(child, Message)] if isinstance(payload, list) else []


def _mended(part: Message, kind: str) -> Message:
    """A multipart whose boundary is missing or wrong, read again with the boundary that its text shows."""
    payload = _undecoded(part)
    shown = _SHOWN_BOUNDARY.search(payload)
    if not shown or b'"' in shown[1]:
        return part
    return message_from_bytes(
        b'Content-Type: %s; boundary="%s"\n\n%s' % (kind.encode("ascii", "replace"), shown[1], payload)
    )


def _with_its_header(part: Message) -> Message:
    """A part in whose header the library stopped at a broken line, read again past that line."""
    head = "".join(f"{name}: {value}\n" for name, value in part.raw_items())
    return message_from_bytes(mended(head.encode("ascii", "surrogateescape") + _undecoded(part)))


def _words(data: bytes, parameters: dict[str, str], *, html: bool) -> _Words:
    meta = _META_CHARSET.search(data[:4000]) if html else None
    source = clean(decode(data, parameters.get("charset") or (meta[1].decode("ascii") if meta else "")))
    if not html and parameters.get("format", "").lower() == "flowed":
        source = _unwrapped(source, delete_space=parameters.get("delsp", "").lower() == "yes")
    return _Words(source, html=html)


def _unwrapped(text: str, *, delete_space: bool) -> str:
    """Lines that the client broke for width, joined again. Source: RFC 3676 sections 4.1 to 4.5."""
    joined: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        words = line[depth:].removeprefix(" ")
        flows = words.endswith(" ") and words != "-- "
        if open_depth == depth and words != "-- ":
            joined[-1] += words
        else:
            joined.append(f"{'>' * depth} {words}" if depth else words)
        if flows and delete_space:
            joined[-1] = joined[-1][:-1]
        open_depth = depth if flows else -1
    return "\n".join(joined)


def content(part: Message, headers: Headers, *, text: bool = False) -> bytes:
    """The decoded bytes of a leaf. Plain words with a base64 label are taken as they stand."""
    data = _undecoded(part)
    match headers.first("content-transfer-encoding").lower().partition(";")[0].strip(" \"'"):
        case "base64":
            return _base64_words(data) if text and _BETWEEN_WORDS.search(data) else _base64(data)
        case "quoted-printable":
            return decodestring(_SPACES_AT_A_BREAK.sub(b"=", data))
        case "x-uuencode" | "uuencode" | "uue" | "x-uue":
            return _uuencoded(data)
        case _:
            return data


def _undecoded(part: Message) -> bytes:
    bare = copy(part)
    del bare["content-transfer-encoding"]
    data = bare.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _base64_words(data: bytes) -> bytes:
    """Words that are labelled base64 and are none: all of them, or those that a list put below the encoded ones."""
    coded = _CODED.match(data)
    return _base64(coded[0]) + b"\n" + data[coded.end() :] if coded and len(coded[0]) > _SHORTEST_CODED else data


def _base64(data: bytes) -> bytes:
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        letters = re.sub(rb"[^A-Za-z0-9+/]+", b"", data)
        return binascii.a2b_base64(letters[: len(letters) - (len(letters) % 4 == 1)] + b"==")


def _uuencoded(data: bytes) -> bytes:
    lines = data[max(0, data.find(b"begin ")) :].splitlines()[1:]
    try:
        return b"".join(binascii.a2b_uu(line) for line in lines if line not in (b"end", b"`", b""))
    except binascii.Error:
        return data


def _file(part: Message, headers: Headers, kind: str, name: str, *, inline: bool, number: int) -> Attachment:
    data = held(part, headers)
    ending = ".eml" if kind == "message/rfc822" else mimetypes.guess_extension(kind) or ".bin"
    if not name and kind == "message/rfc822":
        name = next((Headers(mail).text("subject") for mail in _children(part)), "")[:_LONGEST_NAME] + ending
    name = _UNSAFE_IN_A_NAME.sub("_", _DIRECTIONS.sub("", name)).strip(" .")
    if not name or name == ending.strip("."):
        name = f"{number}{ending}"
    return Attachment(name=_shortened(name), type=kind, content=data, size_bytes=len(data), inline=inline)


def _shortened(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    if len(name) <= _LONGEST_NAME or not dot or len(ending) > 10:
        return name[:_LONGEST_NAME]
    return f"{stem[: _LONGEST_NAME - len(ending) - 1]}.{ending}"


def held(part: Message, headers: Headers) -> bytes:
    """The bytes that a part holds: a file's, or those of an attached mail as it was sent."""
    mails = _children(part)
    if not mails:
        return content(part, headers)
    if not mails[0].keys() and headers.first("content-transfer-encoding").lower() == "base64":
        return _base64(_undecoded(mails[0]))
    try:
        return mails[0].as_bytes()
    except (ValueError, LookupError, TypeError, AttributeError):
        return _undecoded(mails[0])
