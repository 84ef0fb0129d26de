"""What a message of Messenger or Instagram says: its words, the files it points at, the place, what it was about.

Files lie at addresses that Meta signs and that end after a while. A kind of attachment that came after us is read for
the words and the address that every kind so far has had. Pure. Source: as ``graph_talk``; for shares
developers.facebook.com/documentation/instagram-platform/webhooks/new.
"""

from __future__ import annotations

import mimetypes
import posixpath
from collections.abc import Collection, Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from channels.base import Attachment, Place
from channels.graph_json import Json, lines, part, parts, place, text

# What a kind of attachment is called, and taken for where its address does not say.
_FILES = {
    "image": ("foto", "image/jpeg"),
    "video": ("video", "video/mp4"),
    "audio": ("suara", "audio/mp4"),
    "file": ("berkas", "application/octet-stream"),
    "sticker": ("stiker", "image/png"),
    "animated_image": ("gambar", "image/gif"),
    "animated_image_share": ("gambar", "image/gif"),
    "reel": ("reel", "video/mp4"),
    "ig_reel": ("reel", "video/mp4"),
    "ig_story": ("cerita", "application/octet-stream"),
    "story": ("cerita", "application/octet-stream"),
    "story_mention": ("cerita", "application/octet-stream"),
    "ig_post": ("kiriman", "application/octet-stream"),
    "post": ("kiriman", "application/octet-stream"),
    "share": ("kiriman", "application/octet-stream"),
    "ephemeral": ("foto", "image/jpeg"),
    "media": ("foto", "image/jpeg"),
}
# What is a file wherever it lies.
_OWN = {"image", "video", "audio", "file", "sticker"}
_SUFFIXES = {"image/jpeg": ".jpg", "audio/mp4": ".m4a", "video/mp4": ".mp4", "application/octet-stream": ""}
# Where Meta keeps copies; anything else that was shared is a page of somebody's.
_STORES = (".fbsbx.com", ".fbcdn.net", ".cdninstagram.com")
# The thumb that Messenger puts where a text box is empty, in its three sizes.
_THUMBS = {"369239263222822", "369239343222814", "369239383222810"}
_THUMB = "👍"
_TITLES = ("title", "subtitle", "name", "caption", "description", "text", "body", "phone_number", "phone", "email")
_DEEPEST, _MOST_LINES = 8, 60


def words(message: Json) -> str:
    """What the message says; empty where it says nothing in words."""
    said = text(message, "text").strip()
    if said:
        return said
    if _thumb(message):
        return _THUMB
    return lines(*(line for one in parts(message, "attachments") for line in _spelled(one)))


def around(message: Json) -> Iterator[str]:
    """What belongs to it and is not the person's word: a shared page under it, the story or the advertisement that it
    answers."""
    if text(message, "text").strip():
        yield from (line for one in parts(message, "attachments") for line in _spelled(one))
    yield text(part(part(message, "reply_to"), "story"), "url")
    referral = part(message, "referral")
    context = part(referral, "ads_context_data")
    yield from (text(referral, name) for name in ("ref", "source", "ad_id"))
    yield from (text(context, name) for name in ("ad_title", "post_id", "photo_url", "video_url"))
    yield text(part(referral, "product"), "id")


def files(message: Json) -> tuple[Attachment, ...]:
    """The files it points at, each once: a sticker comes as an image as well for a while."""
    if _thumb(message):
        return ()
    held = parts(message, "attachments")
    stuck = any(text(one, "type") == "sticker" for one in held)
    found = [file for one in held if not (stuck and _doubled(one)) for file in _file(one)]
    return tuple({one.reference: one for one in reversed(found)}.values())[::-1]


def place_of(message: Json) -> Place | None:
    """The point that was shared."""
    found = (part(part(one, "payload"), "coordinates") for one in parts(message, "attachments"))
    return next((point for one in found if (point := place(one, "lat", "long"))), None)


def spelled(of: Any, names: Collection[str], depth: int = 0) -> Iterator[str]:
    """The texts of these names, however deep they stand."""
    if depth > _DEEPEST:
        return
    if isinstance(of, list):
        for one in of[:_MOST_LINES]:
            yield from spelled(one, names, depth + 1)
    elif isinstance(of, dict):
        for name, value in of.items():
            if name in names and isinstance(value, str | int):
                yield text({"": value}, "")
            else:
                yield from spelled(value, names, depth + 1)


def _thumb(message: Json) -> bool:
    ids = {text(part(one, "payload"), "sticker_id") for one in parts(message, "attachments")}
    return not _THUMBS.isdisjoint(ids | {text(message, "sticker_id")})


def _doubled(attachment: Json) -> bool:
    return text(attachment, "type") == "image" and bool(text(part(attachment, "payload"), "sticker_id"))


def _spelled(attachment: Json) -> Iterator[str]:
    """An attachment's own words, and where it leads when that is no file."""
    kind, payload = text(attachment, "type"), part(attachment, "payload")
    yield text(attachment, "title")
    if kind in _FILES and not text(payload, "title"):
        yield "" if _address(attachment) and list(_file(attachment)) else _address(attachment)
        return
    found = list(spelled(payload, _TITLES)) if payload else []
    yield from dict.fromkeys(line for line in found[:_MOST_LINES] if line != text(attachment, "title"))
    if not list(_file(attachment)):
        yield _address(attachment)


def _address(attachment: Json) -> str:
    return text(part(attachment, "payload"), "url", "link") or text(attachment, "url")


def _file(attachment: Json) -> Iterator[Attachment]:
    kind = text(attachment, "type")
    address = text(part(attachment, "payload"), "url") or (text(attachment, "url") if kind in _OWN else "")
    if not address or not _kept(kind, address):
        return
    stem, type_ = _FILES.get(kind, _FILES["file"])
    yield named(address, stem, type_, text(part(attachment, "payload"), "name", "file_name"))


def _kept(kind: str, address: str) -> bool:
    """Whether a file lies there, rather than a page that somebody shared."""
    if kind in _OWN:
        return True
    return kind not in {"fallback", "location", "template"} and _host(address).endswith(_STORES)


def named(address: str, stem: str, type_: str, name: str = "") -> Attachment:
    """The file at an address, with the name and type that its last part gives, or else these."""
    last = posixpath.basename(unquote(_path(address)))
    guessed = mimetypes.guess_type(last)[0] or ""
    open_ = type_ == "application/octet-stream"
    type_ = guessed if guessed and (open_ or guessed.split("/")[0] == type_.split("/", maxsplit=1)[0]) else type_
    suffix = _SUFFIXES.get(type_, mimetypes.guess_extension(type_) or "")
    # Pictures have names that tell nothing; a document's is what its owner called it.
    own = name or (last if guessed and stem == "berkas" else "")
    return Attachment(own or f"{stem}{suffix}", type_, reference=address)


def _path(address: str) -> str:
    try:
        return urlsplit(address).path
    except ValueError:
        return ""


def _host(address: str) -> str:
    try:
        return "." + (urlsplit(address).hostname or "")
    except ValueError:
        return ""
