"""What a browser shows to go on with its conversation: a signed pass. None is kept: the record knows the
conversation's name alone, and a name without our signature opens nothing.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from aiohttp import web

from channels.chat_raw import SENDER
from channels.guard import Signer

COOKIE = "wadul_obrolan"
LASTS = timedelta(days=180)
_APART = "Path={}; HttpOnly; Secure; SameSite=None; Partitioned"
_RENEWED_AFTER = timedelta(days=7)
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Pass:
    """A conversation's name (the sender's address at this door) and when the pass was made."""

    sender: str
    made_at: datetime

    @classmethod
    def new(cls, now: datetime) -> Pass:
        """A pass for a conversation that nobody has begun: 128 bits that cannot be guessed."""
        return cls(f"c{secrets.token_hex(16)}", now)

    def old(self, now: datetime) -> bool:
        """Whether the browser should be given a fresh one."""
        return now - self.made_at > _RENEWED_AFTER

    def signed(self, signer: Signer) -> str:
        """What the browser keeps."""
        return signer.sign("chat", f"{self.sender}.{int(self.made_at.timestamp()):x}")


def opened(signer: Signer, signed: str, now: datetime) -> Pass | None:
    """The pass in a text, or None where it is not ours or too old."""
    text = signer.open("chat", signed) if len(signed) <= _LONGEST else None
    if text is None:
        return None
    sender, _, made = text.partition(".")
    found = Pass(sender, datetime.fromtimestamp(int(made, 16), UTC))
    return found if re.fullmatch(SENDER, sender) and now - found.made_at <= LASTS else None


def shown(request: web.Request, signer: Signer, now: datetime) -> Pass | None:
    """The pass that a request shows: a script's in its header, a page without script's in its cookie."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind:
        return opened(signer, token.strip(), now) if kind.lower() == "bearer" else None
    return opened(signer, request.cookies.get(COOKIE, ""), now)


def give(response: web.StreamResponse, request: web.Request, signer: Signer, found: Pass, path: str) -> None:
    """Lay the pass into a cookie that no script reads and no other site sends.

    In another site's frame only a cookie kept apart for that site is taken, and by https alone. Source: CHIPS.
    """
    seconds = int(LASTS.total_seconds())
    if framed(request):
        response.headers.add("Set-Cookie", f"{COOKIE}={found.signed(signer)}; Max-Age={seconds}; {_APART.format(path)}")
        return
    response.set_cookie(
        COOKIE,
        found.signed(signer),
        path=path,
        max_age=seconds,
        httponly=True,
        samesite="Lax",
        secure=request.secure,
    )


def forget(response: web.StreamResponse, path: str) -> None:
    """Take both cookies away."""
    response.headers.add("Set-Cookie", f"{COOKIE}=; Max-Age=0; {_APART.format(path)}")
    response.headers.add("Set-Cookie", f"{COOKIE}=; Max-Age=0; Path={path}; HttpOnly; SameSite=Lax")


def framed(request: web.Request) -> bool:
    """Whether the page that asks says it is in another site's frame."""
    return "sematan" in request.query


def elsewhere(request: web.Request) -> None:
    """Refuse what another site's page sent. Source: Fetch Metadata (Sec-Fetch-Site)."""
    if request.headers.get("Sec-Fetch-Site", "none") not in {"same-origin", "none"}:
        raise web.HTTPForbidden(headers={"Cache-Control": "no-store"})
