"""Telegram's updates as tests need them: shaped as the Bot API describes, with what a test wants put in."""

from __future__ import annotations

import json
from typing import Any

AT = 1_795_400_100  # 2026-11-23 02:15 UTC
CHAT = 90_001
BUDI = {"id": CHAT, "is_bot": False, "first_name": "Budi", "last_name": "Santoso", "username": "budi_s"}
PRIVATE = {"id": CHAT, "type": "private", "first_name": "Budi", "last_name": "Santoso", "username": "budi_s"}
GROUP = {"id": -100_200_300, "type": "supergroup", "title": "Warga RT 05"}
BOT = {"id": 7, "is_bot": True, "first_name": "Wadul", "username": "wadul_bot"}
PHOTO = [
    {"file_id": "kecil", "file_unique_id": "k", "width": 90, "height": 67, "file_size": 1_000},
    {"file_id": "besar", "file_unique_id": "b", "width": 1280, "height": 960, "file_size": 90_000},
    {"file_id": "sedang", "file_unique_id": "s", "width": 320, "height": 240, "file_size": 9_000},
]


def message(number: int = 11, **fields: Any) -> dict[str, Any]:
    """A message from Budi in his private chat."""
    return {"message_id": number, "from": BUDI, "chat": PRIVATE, "date": AT, **fields}


def written(text: str, number: int = 11, **fields: Any) -> dict[str, Any]:
    """A message with a text."""
    return message(number, text=text, **fields)


def update(number: int = 5, **kinds: Any) -> bytes:
    """An update with its number."""
    return json.dumps({"update_id": number, **kinds}).encode()


def said(text: str, number: int = 5) -> bytes:
    """The update of a text; its message's number is ten higher."""
    return update(number, message=written(text, number + 10))


def pressed(value: str, id_: str = "777", number: int = 6, **more: Any) -> bytes:
    """A button under message 12 of the bot's."""
    own = {"message_id": 12, "from": BOT, "chat": PRIVATE, "date": AT - 60, "text": "Sudah selesai?"}
    return update(
        number,
        callback_query={"id": id_, "from": BUDI, "chat_instance": "1", "data": value, "message": own} | more,
    )


def changed(status: str, chat: dict[str, Any] | None = None, before: str = "member") -> bytes:
    """The bot's standing in a chat is another now."""
    left = {"until_date": 0} if status == "kicked" else {}
    was = {"until_date": 0} if before == "kicked" else {}
    return update(
        8,
        my_chat_member={
            "chat": chat or PRIVATE,
            "from": BUDI,
            "date": AT,
            "old_chat_member": {"status": before, "user": BOT} | was,
            "new_chat_member": {"status": status, "user": BOT} | left,
        },
    )
