"""What a page or profile can ask of its private talks: the list of them, a talk's newest messages, one message. Pure.

Source: developers.facebook.com/documentation/business-messaging/messenger-platform/conversations.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.demo import pages_shapes as shapes
from bot.demo.chats import Line
from bot.demo.graph import Account, digits
from bot.demo.graph_calls import Json
from bot.demo.graph_media import number as medium

_TOLD = 20


def talk_id(account: Account, phone: str) -> str:
    """What the platform calls a talk."""
    return f"t_{digits(f'{account.channel} {phone} talk')}"


def listed(account: Account, lines: Sequence[Line]) -> Json:
    """Every talk of the account, the newest first."""
    newest = {line.phone: line for line in lines if line.group != shapes.COMMENT}
    rows = sorted(newest.values(), key=lambda line: line.at, reverse=True)
    return {"data": [{"id": talk_id(account, line.phone), "updated_time": _time(line)} for line in rows]}


def talk(account: Account, lines: Sequence[Line], person: Callable[[str], str]) -> Json:
    """One talk, its newest messages first; of those before the twentieth the name alone."""
    private = [line for line in reversed(lines) if line.group != shapes.COMMENT]
    told = [
        {"id": shapes.name(line.id)} | (_head(account, line, person) if place < _TOLD else {})
        for place, line in enumerate(private)
    ]
    return {"id": talk_id(account, lines[0].phone), "messages": {"data": told}}


def message(account: Account, line: Line, person: Callable[[str], str], where: Callable[[str], str]) -> Json:
    """One message, with where its files lie."""
    files = [_file(one.type, where(medium(line, place))) for place, one in enumerate(line.files)]
    told: Json = {"id": shapes.name(line.id), "message": line.text, **_head(account, line, person)}
    return told | ({"attachments": {"data": files}} if files else {})


def _head(account: Account, line: Line, person: Callable[[str], str]) -> Json:
    return {"created_time": _time(line), "from": {"id": person(line.phone) if line.sent else account.id}}


def _file(kind: str, url: str) -> Json:
    place: Json = {"file_url": url}
    if kind.startswith(("image/", "video/")):
        place = {f"{kind.partition('/')[0]}_data": {"url": url}}
    return {"mime_type": kind, **place}


def _time(line: Line) -> str:
    return f"{line.at:%Y-%m-%dT%H:%M:%S}+0000"
