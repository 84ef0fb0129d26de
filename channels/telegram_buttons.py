"""What a button carries: the choice's value, or a mark where the platform has no room for it. Pure.

Source: core.telegram.org/bots/api#inlinekeyboardbutton, callback_data: 1 to 64 bytes.
"""

from __future__ import annotations

from channels.base import Choice
from channels.telegram_json import Json, part, text

_MOST_BYTES = 64
_MARK = "…"
_ROW_LETTERS = 30


def carried(choice: Choice, place: int) -> str:
    """What the button at ``place`` of its message gives back when it is pressed."""
    return choice.value if len(choice.value.encode()) <= _MOST_BYTES else f"{_MARK}{place}"


def chosen(query: Json) -> str:
    """The value of the button that was pressed; where it had no room, what stood on the button."""
    data = text(query, "data")
    if not data.startswith(_MARK):
        return data
    keyboard = part(part(query, "message"), "reply_markup").get("inline_keyboard")
    rows = keyboard if isinstance(keyboard, list) else []
    buttons = [one for row in rows if isinstance(row, list) for one in row if isinstance(one, dict)]
    return next((text(one, "text") for one in buttons if one.get("callback_data") == data), data)


def rows(choices: tuple[Choice, ...]) -> list[list[Choice]]:
    """The choices as rows of buttons: side by side as long as a phone shows them whole."""
    laid: list[list[Choice]] = []
    for choice in choices:
        if laid and sum(len(one.label) + 4 for one in (*laid[-1], choice)) <= _ROW_LETTERS:
            laid[-1].append(choice)
        else:
            laid.append([choice])
    return laid
