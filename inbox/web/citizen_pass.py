"""Who may read a ticket on the status page: a short-lived signed pass after number and code.

The pass lies in a cookie of the citizen's own browser, so that the code never stands in an address.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

LASTS = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Pass:
    """Number and code that were once right."""

    number: str
    code: str


class Passes:
    """Signs and reads passes."""

    def __init__(self, secret: bytes) -> None:
        self._key = hmac.new(secret, b"status-page", hashlib.sha256).digest()

    def grant(self, given: Pass, now: datetime) -> str:
        """The cookie's value."""
        until = int((now + LASTS).timestamp())
        text = base64.urlsafe_b64encode(json.dumps([given.number, given.code, until]).encode()).decode()
        return f"{text}.{self._signature(text)}"

    def read(self, cookie: str, now: datetime) -> Pass | None:
        """The pass in a cookie; None where it is not ours or has run out."""
        text, _, signature = cookie.rpartition(".")
        if not hmac.compare_digest(self._signature(text).encode(), signature.encode("utf-8", "replace")):
            return None
        try:
            number, code, until = json.loads(base64.urlsafe_b64decode(text))
        except (ValueError, binascii.Error):
            return None
        return Pass(number, code) if until > now.timestamp() else None

    def _signature(self, text: str) -> str:
        return hmac.new(self._key, text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
