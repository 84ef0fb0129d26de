"""How Messenger and Instagram write things: messages, receipts, reactions and public comments as events. Pure.

Source: developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events,
developers.facebook.com/documentation/instagram-platform/webhooks/examples, .../docs/pages-api/webhooks-for-pages.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import datetime

from bot.demo.chats import Line
from bot.demo.graph import Account, digits, milliseconds
from bot.demo.graph_calls import Json
from bot.demo.graph_media import number as medium
from bot.demo.story import Person

COMMENT = "komentar"
_KINDS = ("image", "audio", "video")
_REACTIONS = {
    "❤️": "love",
    "❤": "love",
    "😆": "smile",
    "😮": "wow",
    "😢": "sad",
    "😠": "angry",
    "👍": "like",
    "👎": "dislike",
}


def name(line_id: int) -> str:
    """What the platform calls a message."""
    return f"m_{base64.urlsafe_b64encode(f'wadul:{line_id:016d}'.encode()).decode()}"


def line_of(mid: str) -> int:
    """The line that has that name; 0 where it is none of ours."""
    try:
        head, _, digits_ = base64.urlsafe_b64decode(mid.removeprefix("m_")).decode().partition(":")
    except ValueError:
        return 0
    return int(digits_) if head == "wadul" and digits_.isdigit() else 0


def message(line: Line, account: Account, person: str, where: Callable[[str], str]) -> Json:
    """A citizen's line; ``where`` gives the address of a medium."""
    said: Json = {"mid": name(line.id)}
    if line.text:
        said["text"] = line.text
    if line.pressed:
        said["quick_reply"] = {"payload": line.pressed}
    elif line.answers:
        said["reply_to"] = {"mid": name(line.answers)}
    if line.files:
        files = [(_kind(one.type), where(medium(line, place))) for place, one in enumerate(line.files)]
        said["attachments"] = [{"type": kind, "payload": {"url": url}} for kind, url in files]
    return _from(account, person, line.at) | {"message": said}


def edited(line: Line, account: Account, person: str, times: int, at: datetime) -> Json:
    """A citizen's line that was changed."""
    return _from(account, person, at) | {"message_edit": {"mid": name(line.id), "text": line.text, "num_edit": times}}


def unsent(line: Line, account: Account, person: str, at: datetime) -> Json:
    """A citizen's line that was taken back."""
    return _from(account, person, at) | {"message": {"mid": name(line.id), "is_deleted": True}}


def reaction(line: Line, account: Account, person: str, at: datetime) -> Json:
    """A citizen's emoji on a line, or its end."""
    given: Json = {"mid": name(line.id), "action": "react" if line.reaction else "unreact"}
    if line.reaction:
        given |= {"emoji": line.reaction, "reaction": _REACTIONS.get(line.reaction, "other")}
    return _from(account, person, at) | {"reaction": given}


def delivered(lines: list[Line], account: Account, person: str, at: datetime) -> Json:
    """The office's lines have arrived."""
    watermark = max(milliseconds(line.at) for line in lines)
    given = {"mids": [name(line.id) for line in lines], "watermark": watermark}
    return _from(account, person, at) | {"delivery": given}


def read_upto(lines: list[Line], account: Account, person: str, at: datetime) -> Json:
    """Messenger: everything until then was read."""
    return _from(account, person, at) | {"read": {"watermark": max(milliseconds(line.at) for line in lines)}}


def read_one(line: Line, account: Account, person: str, at: datetime) -> Json:
    """Instagram: this one was read."""
    return _from(account, person, at) | {"read": {"mid": name(line.id)}}


def comment_id(line: Line, account: Account) -> str:
    """What a public comment is called."""
    return f"{post(account)}_{line.id}"


def post(account: Account) -> str:
    """The office's one public post."""
    return digits(f"{account.channel} post")


def page_comment(line: Line, account: Account, author: Json, parent: str) -> Json:
    """A comment under a post of the page, as a change."""
    on = f"{account.id}_{post(account)}"
    value: Json = {"item": "comment", "verb": "edited" if line.edited else "add", "from": author, "post_id": on}
    value |= {"comment_id": comment_id(line, account), "parent_id": parent or on, "message": line.text}
    value |= {"created_time": int(line.at.timestamp()), "post": {"status_type": "added_photos", "id": on}}
    return {"field": "feed", "value": value}


def instagram_comment(line: Line, account: Account, author: Json, parent: str) -> Json:
    """A comment under an Instagram post, as a change."""
    value: Json = {"id": comment_id(line, account), "from": author, "text": line.text}
    value |= {"media": {"id": post(account), "media_product_type": "FEED"}} | ({"parent_id": parent} if parent else {})
    return {"field": "comments", "value": value}


def profile(person: Person, id_: str) -> Json:
    """Who somebody is, as the platform tells it to the office."""
    first, _, last = person.name.partition(" ")
    username = person.username or person.name.lower().replace(" ", ".")
    return {"id": id_, "name": person.name, "first_name": first, "last_name": last, "username": username}


def _from(account: Account, person: str, at: datetime) -> Json:
    return {"sender": {"id": person}, "recipient": {"id": account.id}, "timestamp": milliseconds(at)}


def _kind(type_: str) -> str:
    kind = type_.partition("/")[0]
    return kind if kind in _KINDS else "file"
