"""What keeps a public form from being flooded without asking people to read crooked letters: signed texts, and form
tokens that know when their page was made. How much one client may send the desk counts. Knows no form and no page.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime


class Signer:
    """Signs short texts for one channel. ``purpose`` keeps one use from passing for another."""

    def __init__(self, secret: bytes, channel: str) -> None:
        self._key = hmac.new(secret, f"web|{channel}".encode(), hashlib.sha256).digest()

    def sign(self, purpose: str, text: str) -> str:
        """``text.signature``."""
        return f"{text}.{self._signature(purpose, text)}"

    def open(self, purpose: str, signed: str) -> str | None:
        """The text, or None where the signature is not ours. Constant in time."""
        text, _, signature = signed.rpartition(".")
        mine = self._signature(purpose, text)
        return text if hmac.compare_digest(mine.encode(), signature.encode("utf-8", "replace")) else None

    def name(self, purpose: str, text: str) -> str:
        """A stable name of 24 letters and digits that tells nothing of ``text``."""
        return hmac.new(self._key, f"{purpose}|{text}".encode(), hashlib.sha256).hexdigest()[:24]

    def _signature(self, purpose: str, text: str) -> str:
        digest = hmac.new(self._key, f"{purpose}|{text}".encode("utf-8", "replace"), hashlib.sha256).digest()
        return urlsafe_b64encode(digest[:18]).decode()


@dataclass(frozen=True, slots=True)
class Token:
    """A form's one-time name and when its page was made."""

    nonce: str
    issued_at: datetime

    @classmethod
    def new(cls, now: datetime) -> Token:
        """A token for a page made now."""
        return cls(secrets.token_urlsafe(16), now.replace(microsecond=0))

    def signed(self, signer: Signer) -> str:
        """What stands in the form's hidden field."""
        return signer.sign("form", f"{self.nonce}.{int(self.issued_at.timestamp()):x}")

    @classmethod
    def opened(cls, signer: Signer, signed: str) -> Token | None:
        """The token in a hidden field, or None where it is not ours."""
        text = signer.open("form", signed)
        if text is None:
            return None
        nonce, _, issued = text.rpartition(".")
        return cls(nonce, datetime.fromtimestamp(int(issued, 16), UTC))
