"""A platform of the demo's own: a small web server on a free port of loopback, gone with the demo."""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType
from typing import Self

from aiohttp import web

HOST = "127.0.0.1"
_LARGEST_BODY_BYTES = 60 * 1024 * 1024


class Platform:
    """Serves ``routes`` while it is open. An async context manager; ``url`` has no slash at its end."""

    def __init__(self) -> None:
        self.closing = False
        self.url = ""
        self._runner: web.AppRunner | None = None

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        """What is answered."""
        return ()

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=_LARGEST_BODY_BYTES)
        app.add_routes(self.routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, 0).start()
        self.url = f"http://{HOST}:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.closing = True
        if self._runner is not None:
            await self._runner.cleanup()
