"""The second step on the way in: after the right password, a code of the officer's app or one from paper.

Between the two nobody is signed in: who gave the password is told by a signed field of the form, good for ten minutes
and for the browser it was shown to.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

from inbox.models import Officer

_LASTS = timedelta(minutes=10)


class Pledge:
    """Says who gave the right password, and when. ``secret`` is of this purpose alone."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def of(self, officer: Officer, binding: str, now: datetime) -> str:
        """For the form; ``binding`` is the browser's session token."""
        text = f"{officer.id}.{int((now + _LASTS).timestamp())}"
        return f"{text}.{self._sign(text, officer.password, binding)}"

    async def officer(self, pledge: str, binding: str, now: datetime) -> Officer | None:
        """Who it is, while they work here and have that password; None for anything that is not ours or too old."""
        text, _, signature = pledge.rpartition(".")
        id_, _, until = text.partition(".")
        if not (id_.isascii() and id_.isdigit() and until.isascii() and until.isdigit() and len(text) < 40):
            return None
        officer = await Officer.filter(id=int(id_), active=True).first()
        if officer is None or int(until) < now.timestamp():
            return None
        right = self._sign(text, officer.password, binding)
        return officer if hmac.compare_digest(signature.encode("utf-8", "replace"), right.encode()) else None

    def _sign(self, text: str, password: str, binding: str) -> str:
        return hmac.digest(self._secret, f"{text}|{password}|{binding}".encode(), "sha256").hex()
