"""What a Telegram message says: its words, whatever it was made of, the files it points at, and the place it shows.

Words come plain, without their marks. Files come as references that the platform keeps for us; the name is the
sender's or made of the message's number. Pure.
Source: core.telegram.org/bots/api, objects Message, PhotoSize, Contact, Venue, Poll, RichMessage.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from channels.base import Attachment, Place
from channels.telegram_json import Json, degrees, part, parts, text, whole_number

# What the platform tells about a chat rather than what somebody says in it.
SERVICE = frozenset(
    """
    boost_added channel_chat_created chat_background_set chat_owner_changed chat_owner_left chat_shared
    checklist_tasks_added checklist_tasks_done connected_website delete_chat_photo direct_message_price_changed
    forum_topic_closed forum_topic_created forum_topic_edited forum_topic_reopened general_forum_topic_hidden
    general_forum_topic_unhidden gift gift_upgrade_sent giveaway_completed giveaway_created group_chat_created
    left_chat_member managed_bot_created message_auto_delete_timer_changed migrate_from_chat_id migrate_to_chat_id
    new_chat_members new_chat_photo new_chat_title paid_message_price_changed pinned_message poll_option_added
    poll_option_deleted proximity_alert_triggered refunded_payment successful_payment suggested_post_approval_failed
    suggested_post_approved suggested_post_declined suggested_post_paid suggested_post_refunded supergroup_chat_created
    unique_gift users_shared video_chat_ended video_chat_participants_invited video_chat_scheduled video_chat_started
    write_access_allowed
    """.split()  # noqa: SIM905 - fifty names read better as words than one a line
)


@dataclass(frozen=True, slots=True)
class _Medium:
    """A kind of file: its field, and what it is called and taken for where the sender says nothing."""

    field: str
    stem: str
    type: str


_MEDIA = (
    _Medium("video", "video", "video/mp4"),
    _Medium("video_note", "video", "video/mp4"),
    _Medium("animation", "animasi", "video/mp4"),
    _Medium("audio", "audio", "audio/mpeg"),
    _Medium("voice", "suara", "audio/ogg"),
    _Medium("voice_note", "suara", "audio/ogg"),
    _Medium("document", "berkas", "application/octet-stream"),
)
_SUFFIXES = {"audio/ogg": ".ogg", "image/jpeg": ".jpg", "application/octet-stream": ""}
# Where the words of a rich text lie, in their order; what holds blocks begins a new line with each.
_RICH_WORDS = ("label", "text", "summary", "alternative_text", "expression", "credit", "caption")
_RICH_BLOCKS = ("items", "blocks", "cells")


def is_service(message: Json) -> bool:
    """Whether it is the platform's notice and nobody's words."""
    return not SERVICE.isdisjoint(message)


def words(message: Json) -> str:
    """What the message says; empty where it says nothing in words."""
    said = text(message, "text") or text(message, "caption")
    return said or "\n".join(line for line in _spelled(message) if line).strip()


def place(message: Json) -> Place | None:
    """The place it shows."""
    location = part(message, "location") or part(part(message, "venue"), "location")
    latitude, longitude = degrees(location, "latitude", 90), degrees(location, "longitude", 180)
    return None if latitude is None or longitude is None else Place(latitude, longitude)


def files(message: Json) -> tuple[Attachment, ...]:
    """The files it points at, a photo in its largest size."""
    number = whole_number(message, "message_id") or 0
    return tuple(file for holder in _holders(message) for file in _files(holder, number))


def name(person: Json) -> str:
    """First and last name."""
    return f"{text(person, 'first_name')} {text(person, 'last_name')}".strip()


def _spelled(message: Json) -> Iterator[str]:
    """What has no text of its own, in words."""
    yield text(part(message, "sticker"), "emoji") or text(part(message, "dice"), "emoji")
    if contact := part(message, "contact"):
        yield from (name(contact), text(contact, "phone_number"))
    venue, poll, checklist = part(message, "venue"), part(message, "poll"), part(message, "checklist")
    yield from (text(venue, "title"), text(venue, "address"))
    yield from (text(poll, "question"), *(f"- {text(one, 'text')}" for one in parts(poll, "options")))
    yield from (text(checklist, "title"), *(f"- {text(one, 'text')}" for one in parts(checklist, "tasks")))
    yield from _blocks(part(message, "rich_message").get("blocks"))
    yield text(part(message, "game"), "title") or text(part(message, "web_app_data"), "data")


def _blocks(blocks: Any) -> Iterator[str]:
    for block in blocks if isinstance(blocks, list) else ():
        if isinstance(block, list):
            yield " | ".join(filter(None, _blocks(block)))
        elif isinstance(block, dict):
            yield "".join(_rich(block.get(name)) for name in _RICH_WORDS)
            for inner in _RICH_BLOCKS:
                yield from _blocks(block.get(inner))


def _rich(value: Any) -> str:
    """A rich text without its marks: a string, a list of them, or an object around one."""
    if isinstance(value, str):
        return text({"text": value}, "text")
    if isinstance(value, list):
        return "".join(_rich(one) for one in value)
    return "".join(_rich(value.get(name)) for name in _RICH_WORDS) if isinstance(value, dict) else ""


def _holders(message: Json) -> Iterator[Json]:
    """Everything in a message that carries files as the message itself does."""
    yield message
    yield from parts(part(message, "paid_media"), "paid_media")
    waiting: list[Any] = [part(message, "rich_message")]
    while waiting:
        value = waiting.pop(0)
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            yield value
            waiting += [value.get(inner) for inner in _RICH_BLOCKS]


def _files(holder: Json, number: int) -> Iterator[Attachment]:
    if photo := _largest([*parts(holder, "photo"), *parts(part(holder, "live_photo"), "photo")]):
        yield from _file(photo, _Medium("photo", "foto", "image/jpeg"), number)
    else:
        yield from _file(part(holder, "live_photo"), _Medium("live_photo", "video", "video/mp4"), number)
    for medium in _MEDIA:
        # The platform repeats an animation as a document, for old programs.
        if medium.field != "document" or not part(holder, "animation"):
            yield from _file(part(holder, medium.field), medium, number)


def _largest(sizes: Sequence[Json]) -> Json | None:
    return max(
        sizes, key=lambda one: (whole_number(one, "width") or 0) * (whole_number(one, "height") or 0), default=None
    )


def _file(file: Json, medium: _Medium, number: int) -> Iterator[Attachment]:
    reference = text(file, "file_id")
    kind = text(file, "mime_type") or medium.type
    suffix = _SUFFIXES.get(kind, mimetypes.guess_extension(kind) or "")
    if reference:
        yield Attachment(
            name=text(file, "file_name") or f"{medium.stem}-{number}{suffix}",
            type=kind,
            reference=reference,
            size_bytes=max(0, whole_number(file, "file_size") or 0),
        )
