"""The media of the demo's Meta: what the office uploaded and what citizens sent, each behind a short-lived URL.

Source: developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media (URLs last five
minutes).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from bot.demo.chats import Chats, Line
from channels.base import Attachment

_URL_LASTS = timedelta(minutes=5)


class Media:
    """A citizen's medium is numbered after its line; uploads are kept as long as the demo runs."""

    def __init__(self, chats: Chats, now: Callable[[], datetime]) -> None:
        self._chats, self._now = chats, now
        self._uploads: dict[str, Attachment] = {}
        self._key = secrets.token_bytes(16)

    def stored(self, medium: str) -> Attachment | None:
        """What has that number."""
        if medium in self._uploads or not (medium.isdigit() and medium.startswith("9") and len(medium) == 15):
            return self._uploads.get(medium)
        line, place = self._chats.line(int(medium[1:-2])), int(medium[-2:])
        content = self._chats.content(line.id, place) if line else None
        if line is None or content is None:
            return None
        return Attachment(line.files[place].name, line.files[place].type, content, size_bytes=len(content))

    def upload(self, file: Attachment) -> str:
        """Keep a file; its number."""
        medium = f"7{secrets.randbelow(10**14):014d}"
        self._uploads[medium] = file
        return medium

    def path(self, medium: str) -> str:
        """Where it lies for a while."""
        until = str(int((self._now() + _URL_LASTS).timestamp()))
        return f"/media/{medium}?ext={until}&hash={self._seal(medium, until)}"

    def behind(self, medium: str, query: Mapping[str, str]) -> Attachment | None:
        """The file at such an address; None where it is forged or over."""
        until = query.get("ext", "")
        sound = hmac.compare_digest(self._seal(medium, until).encode(), query.get("hash", "").encode())
        return self.stored(medium) if sound and int(until) >= self._now().timestamp() else None

    def _seal(self, medium: str, until: str) -> str:
        return hmac.new(self._key, f"{medium}.{until}".encode(), hashlib.sha256).hexdigest()[:32]


def number(line: Line, place: int = 0) -> str:
    """The number of what a citizen sent."""
    return f"9{line.id:012d}{place:02d}"
