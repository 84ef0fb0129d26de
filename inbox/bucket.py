"""Files in a bucket of an S3-compatible store, so that machines without a common folder share them.

The keys are the folder's names (``ab/cdef...``), so that either can be filled from the other by any tool. What pages
and papers show is fetched into the folder and let go a week after it was last used; losing it costs nothing. Key,
secret, region and endpoint come from the environment alone (``AWS_ACCESS_KEY_ID``, ``AWS_SECRET_ACCESS_KEY``,
``AWS_REGION``, ``AWS_ENDPOINT_URL``).
Source: https://developmentseed.org/obstore/latest/api/store/aws/, Amazon S3 API reference, PutObject and GetObject.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

import obstore
import structlog
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import S3Store

from inbox.files import Files, StoreAway, digest_of, place

log = structlog.get_logger()
KEPT_FOR_SECONDS = 7 * 24 * 3600.0
_SWEEP_EVERY_SECONDS = 3600.0
_AT_ONCE = 8
_REST_SECONDS = 5.0
_NO_BUCKET = "NoSuchBucket"
T = TypeVar("T")


class Bucket(Files):
    """The file store in the bucket ``s3://name/prefix``; ``folder`` is for what is used on this machine.

    One that is away is asked again only after a moment: whoever brings a file meanwhile is told at once.
    """

    def __init__(self, folder: Path, address: str, *, rest_seconds: float = _REST_SECONDS) -> None:
        super().__init__(folder)
        self._store = S3Store.from_url(
            address,
            config={"checksum_algorithm": "SHA256"},
            client_options={"connect_timeout": "3s", "timeout": "30s", "allow_http": True},
            retry_config={"max_retries": 1, "retry_timeout": timedelta(seconds=10)},
        )
        # Its own: a store that does not answer must not hold up whoever else needs a thread.
        self._threads = ThreadPoolExecutor(_AT_ONCE, "bucket")
        self._rest_seconds, self._asleep_until, self._away = rest_seconds, 0.0, False
        self._sweep_at = 0.0

    async def put(self, content: bytes) -> str:
        return await self._in_thread(partial(self.keep, content))

    async def read(self, digest: str) -> bytes:
        return await self._in_thread(partial(self.load, digest))

    async def drop(self, digest: str) -> None:
        await self._in_thread(partial(self.lose, digest))

    async def fetch(self, *digests: str) -> None:
        for digest in digests:
            with suppress(FileNotFoundError, ValueError):
                await self._in_thread(partial(self._bring, digest))

    def keep(self, content: bytes) -> str:
        digest = digest_of(content)
        try:
            self._ask(lambda: obstore.put(self._store, place(digest), content))
        except FileNotFoundError as error:
            raise StoreAway(str(error)) from None
        return digest

    def load(self, digest: str) -> bytes:
        with suppress(FileNotFoundError):
            return super().load(digest)
        content = self._ask(lambda: obstore.get(self._store, place(digest)).bytes().to_bytes())
        if digest_of(content) != digest:
            log.error("file is not what its name says", digest=digest)
            raise FileNotFoundError(digest)
        return content

    def lose(self, digest: str) -> None:
        with suppress(FileNotFoundError):
            self._ask(lambda: obstore.delete(self._store, place(digest)))
        super().lose(digest)

    def has(self, digest: str) -> bool:
        try:
            self._ask(lambda: obstore.head(self._store, place(digest)))
        except FileNotFoundError:
            return False
        return True

    def check(self) -> None:
        # A key may list and not write: an empty file, which is the same each time, is put there and read again.
        nothing = self.keep(b"")
        self._ask(lambda: obstore.get(self._store, place(nothing)).bytes())

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _bring(self, digest: str) -> None:
        path = self.path(digest)
        if path.is_file():
            os.utime(path)
            return
        content = self.load(digest)
        if time.monotonic() > self._sweep_at:
            self._sweep_at = time.monotonic() + _SWEEP_EVERY_SECONDS
            self._forget(time.time() - KEPT_FOR_SECONDS)
        super().keep(content)

    def _forget(self, before: float) -> None:
        """Let go of what nobody used since that moment, in seconds since 1970."""
        for digest in self.digests():
            path = self.path(digest)
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < before:
                    path.unlink()
                    self.copy(digest).unlink(missing_ok=True)

    def _ask(self, question: Callable[[], T]) -> T:
        """Raises FileNotFoundError, StoreAway."""
        if time.monotonic() < self._asleep_until:
            raise StoreAway("resting")
        try:
            answer = question()
        except (BaseError, OSError) as error:
            words, bucketless = str(error).partition("\n")[0], _NO_BUCKET in str(error)
            if isinstance(error, FileNotFoundError | NotFoundError) and not bucketless:
                self._told("back")
                raise FileNotFoundError(words) from None
            self._asleep_until = time.monotonic() + self._rest_seconds
            self._told("away")
            raise StoreAway(_NO_BUCKET if bucketless else words) from None
        self._told("back")
        return answer

    def _told(self, how: str) -> None:
        """A line in the log when it goes, and one when it is back; its own words may hold addresses."""
        if self._away != (how == "away"):
            self._away = how == "away"
            (log.error if self._away else log.info)(f"file store {how}")
