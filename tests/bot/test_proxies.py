"""Behind the office's own web server a citizen is who that server says, and nobody can pretend."""

from __future__ import annotations

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot import proxies

CASES = {
    "nobody in front": ((), {"X-Forwarded-For": "203.0.113.9"}, "127.0.0.1 http"),
    "one server": (("127.0.0.1",), {"X-Forwarded-For": "203.0.113.9"}, "203.0.113.9 http"),
    "a pretended address before it": (("127.0.0.1",), {"X-Forwarded-For": "10.1.1.1, 203.0.113.9"}, "203.0.113.9 http"),
    "two servers": (("127.0.0.0/8", "10.0.0.2"), {"X-Forwarded-For": "203.0.113.9, 10.0.0.2"}, "203.0.113.9 http"),
    "IPv6": (("127.0.0.1",), {"X-Forwarded-For": "2001:db8::1"}, "2001:db8::1 http"),
    "nonsense": (("127.0.0.1",), {"X-Forwarded-For": "203.0.113.9, unknown"}, "127.0.0.1 http"),
    "nothing said": (("127.0.0.1",), {}, "127.0.0.1 http"),
    "https outside": (("127.0.0.1",), {"X-Forwarded-Proto": "https"}, "127.0.0.1 https"),
    "pretended https": ((), {"X-Forwarded-Proto": "https"}, "127.0.0.1 http"),
}


@pytest.mark.parametrize(("trusted", "headers", "seen"), CASES.values(), ids=CASES.keys())
async def test_the_client_is_who_a_trusted_server_says(
    trusted: tuple[str, ...], headers: dict[str, str], seen: str
) -> None:
    """Only what a trusted server wrote counts, in every page's ``request.remote`` and ``request.scheme``."""

    async def show(request: web.Request) -> web.Response:
        return web.Response(text=f"{request.remote} {request.scheme}")

    app = web.Application(middlewares=[proxies.middleware(trusted)])
    app.router.add_get("/{name}", show)
    async with TestClient(TestServer(app)) as client:
        response = await client.get("/halaman", headers=headers)
        assert await response.text() == seen


def test_a_wrong_address_is_said_at_the_start() -> None:
    """A mistyped address of a proxy stops the program instead of being ignored."""
    with pytest.raises(ValueError, match="serverku"):
        proxies.middleware(["serverku"])
