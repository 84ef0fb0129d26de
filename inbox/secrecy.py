"""How secret it is who complained, and what such a person is called instead. Pure."""

from __future__ import annotations

import hmac

OPEN, ANONYMOUS, SEALED = _ORDER = ("open", "anonymous", "sealed")
LEVELS = {"anonim": ANONYMOUS, "rahasia": SEALED}
"""The levels by the words that forms and citizens use."""
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def pseudonym(key: bytes, ticket_id: int) -> str:
    """What the reporter of a sealed ticket is called: the same on every page, another on each of their tickets."""
    drawn = int.from_bytes(hmac.digest(key, f"pelapor{ticket_id}".encode(), "sha256")[:4], "big")
    return "Pelapor " + "".join(_LETTERS[drawn >> (5 * place) & 31] for place in range(4))


def stricter(one: str, other: str) -> str:
    """The level of the two that shows less."""
    return max(one, other, key=_ORDER.index)
