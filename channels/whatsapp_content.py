"""What a WhatsApp message says: its words, whatever it is made of, the files it points at, what was pressed, the place.

Files are ids that WhatsApp hands out for seven days. Pure. Source: as ``whatsapp_parse``.
"""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Collection, Iterator
from typing import Any

from channels.base import Attachment, Place
from channels.graph_json import Json, lines, number, part, parts, place, text

# What a kind of file is called, and taken for where nothing is said of it.
_MEDIA = {
    "image": ("foto", "image/jpeg"),
    "video": ("video", "video/mp4"),
    "audio": ("audio", "audio/ogg"),
    "voice": ("suara", "audio/ogg"),
    "document": ("berkas", "application/octet-stream"),
    "sticker": ("stiker", "image/webp"),
}
_SUFFIXES = {"audio/ogg": ".ogg", "image/jpeg": ".jpg", "application/octet-stream": "", "image/webp": ".webp"}
_MOST_FIELDS = 100
# What a form says of itself rather than what the person wrote into it.
_OF_THE_FORM = {"flow_token", "wa_flow_response_params"}


def words(message: Json) -> str:
    """What the message says; empty where it says nothing in words."""
    captions = (text(part(message, kind), "caption") for kind in _MEDIA)
    said = text(part(message, "text"), "body") or text(message, "text") or next(filter(None, captions), "")
    return (said or lines(*_spelled(message))).strip()


def around(message: Json) -> Iterator[str]:
    """What belongs to it and is not the person's word: the advertisement or product that it came from."""
    referral, product = part(message, "referral"), part(part(message, "context"), "referred_product")
    yield from (text(referral, name) for name in ("headline", "body", "source_url"))
    yield from (text(product, name) for name in ("catalog_id", "product_retailer_id"))


def choice(message: Json) -> str:
    """The value of what was pressed."""
    interactive = part(message, "interactive")
    pressed = part(interactive, "button_reply") or part(interactive, "list_reply")
    return text(pressed, "id") or text(part(message, "button"), "payload")


def place_of(message: Json) -> Place | None:
    """The point that was shared."""
    return place(part(message, "location"), "latitude", "longitude")


def fields(message: Json) -> dict[str, str]:
    """What was written into a form of WhatsApp's ("Flow")."""
    named = [(name, value) for name, value in _response(message).items() if name not in _OF_THE_FORM]
    return {_plain(name): _plain(value) for name, value in named[:_MOST_FIELDS] if not _uploads(value)}


def _response(message: Json) -> Json:
    told = part(part(message, "interactive"), "nfm_reply").get("response_json")
    try:
        told = json.loads(told) if isinstance(told, str) else told
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _uploads(value: Any) -> list[Json]:
    """Files that were put into a form: each is a medium of its own."""
    files = parts({"": value}, "") if isinstance(value, list) else []
    return files if all(text(one, "id") and text(one, "mime_type", "file_name") for one in files) else []


def files(message: Json) -> tuple[Attachment, ...]:
    """The files it points at."""
    media = [(part(message, kind), *named) for kind, named in _MEDIA.items()]
    media += [(one, *_MEDIA["document"]) for value in _response(message).values() for one in _uploads(value)]
    new = part(message, text(message, "type"))
    if text(message, "type") not in _KNOWN and text(new, "mime_type"):
        media.append((new, *_MEDIA["document"]))
    return tuple(file for medium, stem, type_ in media for file in _file(medium, stem, type_, message))


def _file(medium: Json, stem: str, type_: str, message: Json) -> Iterator[Attachment]:
    reference = text(medium, "id", "url")
    if not reference:
        return
    said = text(medium, "mime_type").partition(";")[0].strip().lower() or type_
    stem = "suara" if medium.get("voice") is True else stem
    suffix = _SUFFIXES.get(said, mimetypes.guess_extension(said) or "")
    name = text(medium, "filename", "file_name") or f"{stem}-{text(message, 'timestamp') or reference[-8:]}{suffix}"
    yield Attachment(name, said, reference=reference, size_bytes=number(medium, "file_size"))


def _spelled(message: Json) -> Iterator[str]:
    """What has no text of its own, in words."""
    interactive = part(message, "interactive")
    pressed = part(interactive, "button_reply") or part(interactive, "list_reply")
    yield text(pressed, "title") or text(part(message, "button"), "text", "payload")
    yield text(part(message, "reaction"), "emoji")
    yield from _form(message, part(interactive, "nfm_reply"))
    yield from (text(part(message, "location"), name) for name in ("name", "address", "url"))
    for contact in parts(message, "contacts"):
        yield from _contact(contact)
    yield from _order(part(message, "order"))
    yield text(part(message, "system"), "body")
    yield from _unknown(message, _KNOWN)
    yield from _unknown(interactive, _REPLIES)


def _form(message: Json, reply: Json) -> Iterator[str]:
    filled = fields(message)
    yield from (f"{name}: {value}" for name, value in filled.items() if value)
    if reply and not filled:
        yield text(reply, "body")


def _contact(contact: Json) -> Iterator[str]:
    named = part(contact, "name")
    yield text(named, "formatted_name") or f"{text(named, 'first_name')} {text(named, 'last_name')}".strip()
    yield text(part(contact, "org"), "company")
    yield from (text(one, "phone") or f"+{text(one, 'wa_id')}".rstrip("+") for one in parts(contact, "phones"))
    yield from (text(one, "email") for one in parts(contact, "emails"))


def _order(order: Json) -> Iterator[str]:
    yield text(order, "text")
    for item in parts(order, "product_items"):
        price = _plain(item.get("item_price"))
        yield f"{text(item, 'quantity')} x {text(item, 'product_retailer_id')} {price} {text(item, 'currency')}".strip()


def _unknown(of: Json, known: Collection[str]) -> Iterator[str]:
    """The words of a kind that came after us: where every kind so far has had them."""
    kind = text(of, "type")
    if kind and kind not in known:
        yield text(part(of, kind), "body", "text", "caption", "title", "name", "question", "response") or text(of, kind)


_KNOWN = {
    *_MEDIA,
    *("text", "reaction", "button", "interactive", "location", "contacts", "order", "system", "unsupported", "unknown"),
}
_REPLIES = {"button_reply", "list_reply", "nfm_reply"}


def _plain(value: Any) -> str:
    """A value of a form, in words."""
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(_plain(one) for one in value)
    if value is None or isinstance(value, str):
        return text({"": value}, "")
    try:
        return text({"": json.dumps(value, ensure_ascii=False)}, "")
    except RecursionError:
        return ""
