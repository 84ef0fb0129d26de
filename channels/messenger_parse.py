"""Reading what Messenger delivers: private talks with the page, and what is said under its posts and of it elsewhere.

What is said in public is a comment of its author, who has the same id here as in private. The page's own words there,
likes, and what the page hides are nobody's message. Pure.
Source: developers.facebook.com/docs/graph-api/webhooks/reference/page (feed, mention, ratings),
developers.facebook.com/docs/graph-api/webhooks/getting-started/webhooks-for-pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from channels import graph_content as content
from channels import graph_talk as talk
from channels.base import Attachment, Inbound, Kind, Report, Undigested
from channels.graph_entries import MESSAGING, STANDBY, Digest, Event, digest
from channels.graph_json import UNREADABLE, Json, lines, moment, part, text

OBJECT = "page"
_PUBLIC = {"feed", "mention", "ratings", "group_feed"}
# What in a feed is somebody's word; the others (like, reaction, event ...) are not.
_SPOKEN = {"comment", "post", "status", "photo", "video", "link", "share", "note", "rating", "mention", "album"}
_GONE = {"remove", "delete", "removed"}
_CHANGED = {"edit", "edited", "update", "updated"}
_ADDED = {"add", "added", "create", ""}


def parse(raw: bytes, page_id: str = "", *, comments: bool = True) -> Digest:
    """What a webhook's body holds; what is of another page than ``page_id`` ("" is any) is set aside.

    ``comments``: with what is said in public.

    Raises: Undigested.
    """
    return digest(
        raw,
        OBJECT,
        lambda event: _read(event) if comments or event.field not in _PUBLIC else (),
        owns=lambda event: _owns(event, page_id),
    )


def _owns(event: Event, page_id: str) -> bool:
    """An event that names nobody is taken for ours: the platform signed it for this app."""
    named = {event.account} if event.field in _PUBLIC else talk.accounts(event)
    named -= {"", "0"}
    return not page_id or not named or page_id in named


def _read(event: Event) -> Iterator[Inbound | Report]:
    if not event.field:
        raise Undigested(UNREADABLE)
    if event.field in _PUBLIC:
        yield from _public(event)
    elif event.field in {MESSAGING, STANDBY} or talk.is_talk(event):
        yield from talk.read(event)


def _public(event: Event) -> Iterator[Inbound]:
    value = event.value
    item, verb = text(value, "item"), text(value, "verb").lower()
    if item and item not in _SPOKEN:
        return
    kind, about = _deed(verb, _name(value))
    author = _author(value)
    if kind is None or (author and author == event.account):
        return
    said = "" if kind is Kind.DELETE else _said(value)
    files = _files(value) if kind is Kind.COMMENT else ()
    if kind is Kind.COMMENT and item not in {"comment", "mention"} and event.field != "mention" and not (said or files):
        return
    yield Inbound(
        external_id=_external(event, kind, about),
        # Whoever hides who they are is known by what they said.
        sender=author or f"comment:{about or talk.fingerprint(event)}",
        sent_at=_at(event, kind),
        kind=kind,
        about="" if kind is Kind.COMMENT else about,
        sender_name=text(part(value, "from"), "name") or text(value, "sender_name", "reviewer_name"),
        recipient=event.account,
        text=said or (_mentioned(value) if kind is Kind.COMMENT and event.field == "mention" else ""),
        full_text=lines(said, *_around(value)),
        answers=_answers(value),
        files=files,
        public=True,
    )


def _deed(verb: str, name: str) -> tuple[Kind | None, str]:
    if verb in _ADDED:
        return Kind.COMMENT, name
    kinds = dict.fromkeys(_GONE, Kind.DELETE) | dict.fromkeys(_CHANGED, Kind.EDIT)
    return kinds.get(verb), name


def _name(value: Json) -> str:
    """What was said, by the platform's name for it."""
    return text(value, "comment_id", "post_id", "open_graph_story_id", "share_id", "photo_id", "video_id").strip()


def _external(event: Event, kind: Kind, name: str) -> str:
    name = name or talk.fingerprint(event)
    if kind is Kind.COMMENT:
        return name
    at = text(event.value, "created_time") or text(event.entry, "time")
    return f"{name}:deleted" if kind is Kind.DELETE else f"{name}:edit:{talk.fingerprint(event)[:12]}:{at}"


def _at(event: Event, kind: Kind) -> datetime:
    """When it was said; what changes it tells the old time, so then when Meta told it."""
    times = ("created_time", "time") if kind is Kind.COMMENT else ("time", "created_time")
    return moment({**event.entry, **event.value}, *times)


def _author(value: Json) -> str:
    return text(part(value, "from"), "id") or text(value, "sender_id", "reviewer_id")


def _said(value: Json) -> str:
    return text(value, "message", "review_text").strip()


def _mentioned(value: Json) -> str:
    """A mention tells where it stands, not what it says."""
    return lines("@mention", _link(value) or _name(value))


def _link(value: Json) -> str:
    return text(part(value, "post"), "permalink_url") or text(value, "permalink_url", "link")


def _around(value: Json) -> Iterator[str]:
    yield _link(value)
    yield text(value, "recommendation_type", "rating")


def _answers(value: Json) -> tuple[str, ...]:
    """What it stands under: a comment; the post itself is nobody's message."""
    parent = text(value, "parent_id")
    return (parent,) if parent and parent not in {text(value, "post_id"), text(value, "comment_id")} else ()


def _files(value: Json) -> tuple[Attachment, ...]:
    if text(value, "item") in {"link", "share"}:
        return ()
    listed = value.get("photos")
    photos = [one for one in listed if isinstance(one, str)] if isinstance(listed, list) else []
    own = [text(value, "photo"), text(value, "link") if text(value, "item") == "photo" else "", *photos]
    files = [content.named(text({"": url}, ""), "foto", "image/jpeg") for url in dict.fromkeys(own) if url]
    return tuple(files + [content.named(url, "video", "video/mp4") for url in [text(value, "video")] if url])
