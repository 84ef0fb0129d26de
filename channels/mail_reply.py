"""Signed reply addresses: ``office+<key>.<signature>@domain`` brings an answer home when mailers drop the threading.

The signature keeps strangers from writing themselves into a conversation: an unsigned or forged part is ignored.
"""

from __future__ import annotations

import base64
import hmac
import re

_LONGEST_LOCAL = 64  # Source: RFC 5321 section 4.5.3.1.1
_SIGNATURE_CHARACTERS = 12  # 60 bits: too many to guess by sending mail
_SIGNED = re.compile(r"([a-z0-9]{1,40})\.([a-z2-7]{12})")


class ReplyAddresses:
    """The reply addresses of one mailbox. ``signing_key`` is the installation's, ``channel`` keeps doors apart."""

    def __init__(self, address: str, channel: str, signing_key: bytes) -> None:
        self._local, _, self._domain = address.rpartition("@")
        self._channel = channel
        self._signing_key = signing_key

    def message_id(self, key: str) -> str:
        """The Message-ID (without brackets) of what went out under ``key``."""
        return f"{key}@{self._domain}"

    def make(self, key: str) -> str:
        """The address that answers to ``key`` should go to; the plain one where the signed one would be too long."""
        local = f"{self._local}+{key}.{self._sign(key)}"
        return f"{local if len(local) <= _LONGEST_LOCAL else self._local}@{self._domain}"

    def key(self, address: str) -> str:
        """The key that a signed address carries; empty for every other address."""
        local, _, domain = address.lower().rpartition("@")
        prefix, _, part = local.rpartition("+")
        signed = _SIGNED.fullmatch(part)
        if not signed or (prefix, domain) != (self._local, self._domain):
            return ""
        key, signature = signed.groups()
        return key if hmac.compare_digest(signature, self._sign(key)) else ""

    def _sign(self, key: str) -> str:
        words = f"mail-reply:{self._channel}:{key.lower()}".encode()
        digest = hmac.digest(self._signing_key, words, "sha256")
        return base64.b32encode(digest).decode("ascii").lower()[:_SIGNATURE_CHARACTERS]
