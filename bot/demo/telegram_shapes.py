"""How Telegram writes things: users, messages, updates, as the Bot API's JSON. Pure.

Source: Bot API 10.1, https://core.telegram.org/bots/api (types User, Chat, Message, Update, PhotoSize, Document).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.demo.chats import Line, Piece
from bot.demo.story import Person

Json = dict[str, Any]
_PHOTOS = frozenset({"image/jpeg", "image/png", "image/webp"})
# Nobody measures the pictures here; a phone of today takes them at this size.
_WIDTH, _HEIGHT = 1280, 960


@dataclass(frozen=True, slots=True)
class Bot:
    """An office's bot: ``id`` is its user id and the first part of its token."""

    id: int
    name: str
    username: str

    def user(self) -> Json:
        """The bot as ``User``."""
        return {"id": self.id, "is_bot": True, "first_name": self.name, "username": self.username}


def user(person: Person) -> Json:
    """The citizen as ``User``."""
    given = {"id": person.telegram, "is_bot": False, "first_name": person.name, "language_code": "id"}
    return given | ({"username": person.username} if person.username else {})


def chat(person: Person) -> Json:
    """The private chat with the citizen as ``Chat``."""
    given: Json = {"id": person.telegram, "type": "private", "first_name": person.name}
    return given | ({"username": person.username} if person.username else {})


def message(line: Line, bot: Bot, person: Person, find: Callable[[int], Line | None] = lambda _: None) -> Json:
    """A line as ``Message``; ``find`` looks for the line that it replies to."""
    value: Json = {
        "message_id": line.id,
        "from": user(person) if line.sent else bot.user(),
        "chat": chat(person),
        "date": seconds(line.at),
        **_content(line),
    }
    if line.edited:
        value["edit_date"] = seconds(datetime.fromisoformat(line.edited))
    if line.group:
        value["media_group_id"] = line.group
    if line.buttons:
        value["reply_markup"] = {"inline_keyboard": [[_button(*one) for one in row] for row in line.buttons]}
    replied = find(line.answers) if line.answers else None
    if replied is not None:
        value["reply_to_message"] = message(replied, bot, person)
    return value


def pressed(line: Line, bot: Bot, person: Person, value: str, id_: str) -> Json:
    """``CallbackQuery``: the citizen pressed a button under the bot's line."""
    given = {"id": id_, "from": user(person), "message": message(line, bot, person)}
    return given | {"chat_instance": str(person.telegram * 7), "data": value}


def blocked(bot: Bot, person: Person, at: datetime, *, on: bool) -> Json:
    """``ChatMemberUpdated``: the citizen blocked the bot, or let it write again."""
    free, shut = {"user": bot.user(), "status": "member"}, {"user": bot.user(), "status": "kicked", "until_date": 0}
    before, after = (free, shut) if on else (shut, free)
    given = {"chat": chat(person), "from": user(person), "date": seconds(at)}
    return given | {"old_chat_member": before, "new_chat_member": after}


def file(line_id: int, place: int, size_bytes: int) -> Json:
    """``File``, with the path it is downloaded by."""
    id_ = file_id(line_id, place)
    return {"file_id": id_, "file_unique_id": f"u{id_}", "file_size": size_bytes, "file_path": f"berkas/{id_}"}


def file_id(line_id: int, place: int) -> str:
    """What a line's file is called."""
    return f"F{line_id}-{place}"


def seconds(at: datetime) -> int:
    """A moment as the API has it."""
    return int(at.timestamp())


def _content(line: Line) -> Json:
    if line.place is not None:
        return {"location": {"latitude": line.place[0], "longitude": line.place[1]}}
    if not line.files:
        command = line.text.split(maxsplit=1)[0] if line.text.startswith("/") else ""
        marks = {"entities": [{"type": "bot_command", "offset": 0, "length": len(command)}]} if command else {}
        return {"text": line.text, **marks}
    caption = {"caption": line.text} if line.text else {}
    return {**_media(line.files[0], line.id), **caption}


def _media(piece: Piece, line_id: int) -> Json:
    """The file under the name that Telegram's app gives such a file. An album is one line for each file."""
    named: Json = {"file_id": file_id(line_id, 0), "file_unique_id": f"uF{line_id}-0", "file_size": piece.size_bytes}
    if piece.type in _PHOTOS:
        small = {**named, "width": _WIDTH // 4, "height": _HEIGHT // 4}
        return {"photo": [small, {**named, "width": _WIDTH, "height": _HEIGHT}]}
    named["mime_type"] = piece.type
    if piece.type == "audio/ogg":
        return {"voice": {**named, "duration": 5}}
    if piece.type.startswith("video/"):
        video = {**named, "duration": 5, "width": _WIDTH, "height": _HEIGHT}
        return {"video": {**video, "file_name": piece.name}}
    return {"document": {**named, "file_name": piece.name}}


def _button(label: str, value: str) -> Json:
    return {"text": label, "callback_data": value}
