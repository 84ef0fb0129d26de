"""Files are looked at before anybody gets them, where the machine has ClamAV: what it finds something in is held back.

Looked at is whatever is handed out, once by its digest and again after a week, when signatures have become newer: off
the road of messages, which waits for nobody. What it said lies beside the store on this machine; what was held once
stays held also where nothing is configured any more.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import structlog

from inbox.clamd import Away, Clamd
from inbox.files import Files, StoreAway, place

log = structlog.get_logger()
_FRESH_SECONDS = 7 * 86400.0


class Unscanned(StoreAway):
    """Nobody has looked at the file yet, and whoever should does not answer."""

    code = "file-unscanned"


class Scanning:
    """The verdicts on one store's files. ``clamd``: who looks; None where nobody does. ``now``: seconds since 1970."""

    def __init__(self, files: Files, clamd: Clamd | None = None, *, now: Callable[[], float] = time.time) -> None:
        self._files, self._clamd, self._now = files, clamd, now

    async def look(self, digest: str) -> None:
        """Have one that lies here looked at, unless that is known. Raises Unscanned; nothing where it is not there."""
        if self._clamd is None or not await asyncio.to_thread(self._wants, digest):
            return
        try:
            found = await self._clamd.found(self._files.path(digest))
        except FileNotFoundError:
            return
        except Away as error:
            log.warning("file not looked at", error=str(error))
            raise Unscanned(str(error)) from None
        if found:
            log.warning("file held back", found=found, digest=digest)
        await asyncio.to_thread(self._keep, digest, found)

    def held(self, digest: str) -> str:
        """What was found in it; empty where nothing was. To be asked in a thread. Raises ValueError."""
        try:
            return self._verdict(digest).read_text("utf-8")
        except FileNotFoundError:
            return ""

    def _wants(self, digest: str) -> bool:
        try:
            verdict = self._verdict(digest)
            known = verdict.stat()
        except FileNotFoundError:
            return True
        except ValueError:
            return False
        return not known.st_size and self._now() - known.st_mtime > _FRESH_SECONDS

    def _keep(self, digest: str, found: str) -> None:
        verdict = self._verdict(digest)
        verdict.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        verdict.write_text(found, "utf-8")

    def _verdict(self, digest: str) -> Path:
        return self._files.folder / "looked" / place(digest)
