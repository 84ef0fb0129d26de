"""One call of a Bot API method: its parameters however they were sent, and the API's way to say no.

Source: https://core.telegram.org/bots/api#making-requests (query, urlencoded, JSON, multipart) and #sending-files.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.demo.chats import Buttons
from channels.base import Attachment

_LONGEST_DATA_BYTES = 64


class Refusal(Exception):
    """The API's no. ``after``: seconds to wait, for 429."""

    def __init__(self, code: int, description: str, after: int = 0) -> None:
        super().__init__(description)
        self.code, self.description, self.after = code, description, after

    def body(self) -> dict[str, Any]:
        """As the API writes it."""
        given = {"ok": False, "error_code": self.code, "description": self.description}
        return given | ({"parameters": {"retry_after": self.after}} if self.after else {})


@dataclass(frozen=True, slots=True)
class Call:
    """A method's parameters by name: texts as sent (objects are JSON then), or values where JSON was sent."""

    values: Mapping[str, Any]
    files: Mapping[str, Attachment] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A parameter as text; empty where it is missing."""
        value = self.values.get(name, "")
        return value if isinstance(value, str) else json.dumps(value)

    def whole(self, name: str) -> int:
        """A parameter as a number; 0 where it is missing. Raises Refusal."""
        text = self.text(name).strip() or "0"
        if not text.removeprefix("-").isdecimal():
            raise Refusal(400, f"Bad Request: {name} must be an integer")
        return int(text)

    def json(self, name: str) -> Any:
        """A parameter that is an object or a list; None where it is missing. Raises Refusal."""
        value = self.values.get(name)
        if not isinstance(value, str) or not value:
            return value or None
        try:
            return json.loads(value)
        except ValueError:
            raise Refusal(400, f"Bad Request: can't parse {name} JSON object") from None

    def file(self, name: str) -> Attachment:
        """A file that was uploaded under its own name or as ``attach://``. Raises Refusal."""
        return self.files[name] if name in self.files else self.attached(self.text(name))

    def attached(self, reference: str) -> Attachment:
        """The file behind ``attach://<name>``. Raises Refusal."""
        found = self.files.get(reference.removeprefix("attach://"))
        if found is None or not found.size_bytes:
            raise Refusal(400, "Bad Request: there is no document in the request" if not reference else
                               "Bad Request: wrong file identifier/HTTP URL specified")  # fmt: skip
        return found

    def buttons(self) -> Buttons:
        """The rows of an inline keyboard. Raises Refusal."""
        markup = self.json("reply_markup")
        if not markup or "inline_keyboard" not in markup:
            return ()
        rows = tuple(tuple(_button(one) for one in row) for row in markup["inline_keyboard"])
        return tuple(row for row in rows if row)


async def read(request: web.Request) -> Call:
    """The call in a request. Raises Refusal."""
    values: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        try:
            values |= await request.json()
        except (ValueError, TypeError):
            raise Refusal(400, "Bad Request: can't parse JSON object") from None
        return Call(values)
    files = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            content = value.file.read()
            files[name] = Attachment(value.filename, value.content_type, content, size_bytes=len(content))
        else:
            values[name] = value
    return Call(values, files)


def _button(one: Mapping[str, Any]) -> tuple[str, str]:
    label, data = str(one.get("text", "")), str(one.get("callback_data", ""))
    if not label:
        raise Refusal(
            400, "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if not 1 <= len(data.encode()) <= _LONGEST_DATA_BYTES:
        raise Refusal(400, "Bad Request: BUTTON_DATA_INVALID")
    return label, data
