"""Outgoing webhooks as data: whose program is told, of what, and the secret that its messages are signed with.

Source: the Standard Webhooks specification, for what a secret looks like.
"""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Literal

from pydantic import Field, SecretStr

from config.procedure import ID, Model

HookEvent = Literal[
    "ticket.opened",
    "ticket.message",
    "ticket.moved",
    "ticket.assigned",
    "ticket.replied",
    "ticket.answered",
    "ticket.handed-on",
    "ticket.closed",
    "ticket.reopened",
    "ticket.late",
    "delivery.failed",
]
_PREFIX = "whsec_"
_SHORTEST_BYTES, _LONGEST_BYTES = 24, 64


class Webhook(Model):
    """Somebody's program that is told what happens to tickets.

    ``events`` empty: everything. ``private``: it may stand in a private network; else only a public address is asked.
    """

    id: ID
    url: Annotated[str, Field(pattern=r"^https?://[^\s/@]+(?:/\S*)?$")]
    secret: SecretStr
    events: tuple[HookEvent, ...] = ()
    private: bool = False

    def key(self) -> bytes:
        """What messages are signed with. Raises ValueError ``hook-secret-malformed``."""
        return signing_key(self.secret.get_secret_value())


def signing_key(secret: str) -> bytes:
    """The key of a secret, ``whsec_`` and 24 to 64 bytes in base64. Raises ValueError ``hook-secret-malformed``."""
    if not secret.startswith(_PREFIX):
        raise ValueError("hook-secret-malformed")
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("hook-secret-malformed") from None
    if not _SHORTEST_BYTES <= len(key) <= _LONGEST_BYTES:
        raise ValueError("hook-secret-malformed")
    return key
