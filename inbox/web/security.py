"""What keeps a page from being misused: response headers, and proof that a form was ours and sent from our page.

Headers are laid under what a handler set, so that a page may say otherwise for itself. Nothing here knows an officer.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from aiohttp import web

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "media-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}
_SALT_LENGTH = 16


class Headers:
    """Lays the headers under every response. ``https``: browsers are to come back by https only."""

    def __init__(self, *, https: bool) -> None:
        self._https = https

    async def lay(self, _request: web.Request, response: web.StreamResponse) -> None:
        """For ``Application.on_response_prepare``, so that streams and errors have them, too."""
        if "Content-Security-Policy" not in response.headers:
            response.headers["Content-Security-Policy"] = POLICY
            response.headers.setdefault("X-Frame-Options", "DENY")
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if self._https:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        response.headers.popall("Server", None)


class Forgery:
    """CSRF tokens, each bound to one browser's session and salted, so that a compressed page does not give it away.

    ``origins``: host[:port] that pages of ours may be seen at beside the one a request names.
    """

    def __init__(self, secret: bytes, origins: frozenset[str] = frozenset()) -> None:
        self._secret, self._origins = secret, origins

    def token(self, binding: str) -> str:
        """A new token for the browser whose session token is ``binding``."""
        salt = secrets.token_hex(_SALT_LENGTH // 2)
        return salt + self._sign(salt, binding)

    def forged(self, request: web.Request, token: str, binding: str) -> bool:
        """Whether the form came from elsewhere: by what the browser says, or for want of a good token."""
        salt, signature = token[:_SALT_LENGTH], token[_SALT_LENGTH:]
        good = hmac.compare_digest(signature.encode(), self._sign(salt, binding).encode())
        return not good or self._elsewhere(request)

    def _elsewhere(self, request: web.Request) -> bool:
        """Source: Fetch Metadata (Sec-Fetch-Site), for browsers without it RFC 6454 (Origin)."""
        site = request.headers.get("Sec-Fetch-Site")
        if site is not None:
            return site != "same-origin"
        origin = request.headers.get("Origin")
        return origin is not None and urlsplit(origin).netloc not in {request.host, *self._origins}

    def _sign(self, salt: str, binding: str) -> str:
        return hmac.new(self._secret, f"csrf:{salt}:{binding}".encode(), hashlib.sha256).hexdigest()
