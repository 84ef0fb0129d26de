"""What the buttons of HP Warga's chats share: whose phone it is, which line is meant, and what was typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from aiohttp import web

from bot.demo.chats import Chats, Line
from inbox.web.forms import Posted

LARGEST_BYTES = 52 * 1024 * 1024
_LONGEST_TEXT = 4096
_PLACE = re.compile(r"(-?[0-9]{1,2}(?:\.[0-9]{1,9})?),(-?[0-9]{1,3}(?:\.[0-9]{1,9})?)", re.ASCII)


class Lines:
    """Reads what was posted. ``known``: whether there is such a phone. Everything raises 422 where it fits nothing."""

    def __init__(self, chats: Chats, known: Callable[[str], bool]) -> None:
        self._chats, self._known = chats, known

    def phone(self, posted: Posted) -> str:
        """The citizen's id."""
        phone = posted.text("warga")
        if not self._known(phone):
            raise web.HTTPUnprocessableEntity
        return phone

    def named(self, posted: Posted, name: str) -> Line | None:
        """The line whose number was given, on whichever phone."""
        digits = posted.text(name)
        return self._chats.line(int(digits)) if digits.isascii() and digits.isdigit() else None

    def on_phone(self, posted: Posted) -> Line:
        """The line ``pesan`` on the citizen's own phone."""
        line = self.named(posted, "pesan")
        if line is None or line.phone != self.phone(posted):
            raise web.HTTPUnprocessableEntity
        return line

    def answered(self, posted: Posted) -> int:
        """The line that is replied to, or 0."""
        line = self.named(posted, "jawab")
        return line.id if line and line.phone == posted.text("warga") else 0


def typed(posted: Posted) -> str:
    """The text that was typed."""
    return posted.text("isi").replace("\r\n", "\n").replace("\x00", "")[:_LONGEST_TEXT]


def place(posted: Posted) -> tuple[float, float] | None:
    """The place that was sent: "-8.09,112.16"."""
    found = _PLACE.fullmatch(posted.text("lokasi"))
    return (float(found[1]), float(found[2])) if found else None


def said(lines: Sequence[Line]) -> web.Response:
    """The numbers of what was said."""
    return web.json_response({"id": [line.id for line in lines]})
