"""Who may read a ticket on the status page: a short-lived signed pass after number and code, and limits on guessing.

The pass lies in a cookie of the citizen's own browser, so that the code never stands in an address. Counts of wrong
guesses live in memory; for a number that does not exist they are kept just the same.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta

LASTS = timedelta(hours=1)
_MOST_KEYS = 20_000


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


class Guesses:
    """Wrong guesses per key within ``within``; past ``most`` of them the key must wait."""

    def __init__(self, most: int, within: timedelta) -> None:
        self._most, self._within = most, within
        self._failures: dict[str, deque[datetime]] = {}

    def wait(self, key: str, now: datetime) -> timedelta | None:
        """How long until the next guess; None where one may be made now."""
        failures = self._failures.get(key)
        if failures is None or len(failures) < self._most:
            return None
        remaining = failures[0] + self._within - now
        return remaining if remaining > timedelta() else None

    def failed(self, key: str, now: datetime) -> None:
        """Count a wrong guess."""
        failures = self._failures.pop(key, deque(maxlen=self._most))
        failures.append(now)
        self._failures[key] = failures
        while len(self._failures) > _MOST_KEYS:
            del self._failures[next(iter(self._failures))]
