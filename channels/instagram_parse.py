"""Reading what Instagram delivers: direct messages, and what is said under the office's posts and of it elsewhere.

It comes in two shapes, as the office's app logs in: through a Facebook page (``messaging``), or with the Instagram
account itself, which also tells of messages in ``changes``. A comment's author has the same id as in private. Of a
mention Instagram tells no more than where it stands; its words are fetched (``instagram_mention``). Pure.
Source: developers.facebook.com/documentation/instagram-platform/webhooks/examples,
.../docs/graph-api/webhooks/reference/instagram (comments, live_comments, mentions).
"""

from __future__ import annotations

from collections.abc import Iterator

from channels import graph_talk as talk
from channels import instagram_mention
from channels.base import Inbound, Kind, Report, Undigested
from channels.graph_entries import MESSAGING, STANDBY, Digest, Event, digest
from channels.graph_json import UNREADABLE, lines, part, text

OBJECT = "instagram"
_COMMENTS, _MENTIONS = {"comments", "live_comments"}, {"mentions"}


def parse(raw: bytes, *accounts: str, comments: bool = True) -> Digest:
    """What a webhook's body holds; what is of another account than these (none is any) is set aside.

    ``comments``: with what is said in public.

    Raises: Undigested.
    """
    ours = {one for one in accounts if one}
    return digest(
        raw,
        OBJECT,
        lambda event: _read(event) if comments or event.field not in _COMMENTS | _MENTIONS else (),
        owns=lambda event: _owns(event, ours),
    )


def _owns(event: Event, ours: set[str]) -> bool:
    public = event.field in _COMMENTS | _MENTIONS
    named = ({event.account} if public else talk.accounts(event)) - {"", "0"}
    return not ours or not named or not ours.isdisjoint(named)


def _read(event: Event) -> Iterator[Inbound | Report]:
    if not event.field:
        raise Undigested(UNREADABLE)
    if event.field in _COMMENTS:
        yield from _comment(event)
    elif event.field in _MENTIONS:
        yield _mention(event)
    elif event.field in {MESSAGING, STANDBY} or talk.is_talk(event):
        yield from talk.read(event)


def _comment(event: Event) -> Iterator[Inbound]:
    value = event.value
    author, named = part(value, "from"), text(value, "id", "comment_id").strip()
    wrote = text(author, "id")
    if event.account and event.account in {wrote, text(author, "self_ig_scoped_id")}:
        return
    said, parent = text(value, "text", "message").strip(), text(value, "parent_id")
    gone = text(value, "verb").lower() in {"remove", "delete"}
    yield Inbound(
        external_id=f"{named}:deleted" if gone else named or talk.fingerprint(event),
        sender=wrote or f"comment:{named or talk.fingerprint(event)}",
        sent_at=talk.said_at(event),
        kind=Kind.DELETE if gone else Kind.COMMENT,
        about=named if gone else "",
        sender_name=text(author, "username", "name") or text(value, "username"),
        recipient=event.account,
        text="" if gone else said,
        full_text="" if gone else lines(said, text(part(value, "media"), "ad_title")),
        answers=(parent,) if parent else (),
        public=True,
    )


def _mention(event: Event) -> Inbound:
    """Where we were named: in a comment, or in a post's own words."""
    value = event.value
    comment, media = text(value, "comment_id"), text(value, "media_id")
    named = comment or media or talk.fingerprint(event)
    author = part(value, "from")
    said = text(value, "text").strip() or " ".join(
        ["@mention", *(f"{name} {id_}" for name, id_ in (("comment", comment), ("media", media)) if id_)]
    )
    return Inbound(
        external_id=f"mention:{named}",
        sender=text(author, "id") or f"comment:{named}",
        sent_at=talk.said_at(event),
        kind=Kind.COMMENT,
        sender_name=text(author, "username"),
        recipient=event.account,
        text=said,
        full_text=said,
        files=() if text(value, "text").strip() else instagram_mention.file_of(comment, media),
        public=True,
    )
