"""What of the file store is shown and handed out: of pictures a copy without what cameras write, of the rest itself.

A copy is made in a process of its own when it is first wanted, and lies beside the store on this machine under its
original's digest. The original stays as it came, as evidence; who may have it is for pages to say. A picture that
cannot be read, or that nobody here can read (HEIC, TIFF), is never handed out through here, nor is what a scanner
holds back (``inbox.scanning``).
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import filetype
import structlog

from inbox.files import Files
from inbox.scanning import Scanning
from inbox.worker import Died, Worker

log = structlog.get_logger()
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_READ = PICTURES | {"image/apng"}  # of one that moves its first picture
# Photos with places and names in them that no browser here is shown and nobody here draws anew.
_OTHER_PICTURES = frozenset(
    {
        *("image/heic", "image/avif", "image/tiff", "image/jpx", "image/vnd.ms-photo"),
        *("image/x-canon-cr2", "image/vnd.adobe.photoshop"),
    }
)
_HEAD_BYTES, _LONGEST_SECONDS = 8192, 20.0


class Unreadable(FileNotFoundError):
    """A picture of which there is no copy, and never will be."""


class Held(Unreadable):
    """A file that is never handed out: ``found`` is what the scanner called what is in it."""

    def __init__(self, digest: str, found: str) -> None:
        super().__init__(digest)
        self.found = found


class Shown:
    """The copies of one store. An empty copy says that there can be none."""

    def __init__(
        self, files: Files, *, longest_seconds: float = _LONGEST_SECONDS, scanning: Scanning | None = None
    ) -> None:
        self._files, self.scanning = files, scanning or Scanning(files)
        self.worker = Worker("inbox.picture_worker", longest_seconds=longest_seconds)
        self._turn = asyncio.Lock()
        self._tried: set[str] = set()

    async def read(self, digest: str) -> bytes:
        """What is handed out. Raises FileNotFoundError (Held, Unreadable), StoreAway, ValueError (no digest)."""
        await self.fetch(digest)
        await self.check(digest)
        path = await asyncio.to_thread(self.path, digest)
        content = await asyncio.to_thread(path.read_bytes)
        if not content and path == self._files.copy(digest):
            raise Unreadable(digest)
        return content

    async def fetch(self, *digests: str) -> None:
        """Have what is shown of them where ``path`` says; what is nowhere stays away. Raises StoreAway."""
        await self._files.fetch(*digests)
        for digest in digests:
            await self.scanning.look(digest)
            if await asyncio.to_thread(self._lacks, digest):
                await self._make(digest)

    async def check(self, digest: str) -> None:
        """Raises Held for one in which something was found."""
        if found := await asyncio.to_thread(self.scanning.held, digest):
            raise Held(digest, found)

    def path(self, digest: str) -> Path:
        """Where what is shown lies, once it was fetched; an empty file for a picture of which nothing can be, and for
        what is held back.

        Raises: ValueError.
        """
        original = self._files.path(digest)
        copied = is_picture(kind_of(original)) or self.scanning.held(digest)
        return self._files.copy(digest) if copied else original

    async def stop(self) -> None:
        """End the process, if there is one."""
        await self.worker.stop()

    def _lacks(self, digest: str) -> bool:
        try:
            path = self.path(digest)
        except ValueError:
            return False
        return path == self._files.copy(digest) and not path.is_file()

    async def _make(self, digest: str) -> None:
        """One at a time: whoever waits for the same picture finds it made."""
        async with self._turn:
            if not await asyncio.to_thread(self._lacks, digest):
                return
            held = await asyncio.to_thread(self.scanning.held, digest)
            content = b"" if held else await self._copied(self._files.path(digest))
            if content is None and digest not in self._tried:  # the machine may have been busy: once more, not for ever
                self._tried.add(digest)
                return
            self._tried.discard(digest)
            await asyncio.to_thread(self._files.keep_copy, digest, content or b"")

    async def _copied(self, original: Path) -> bytes | None:
        """The copy; empty where there can be none, None where the process did not get to an end."""
        if await asyncio.to_thread(kind_of, original) not in _READ:
            return b""
        path = await asyncio.to_thread(original.absolute)  # the process has a folder of its own
        try:
            mark, answer = await self.worker.ask(json.dumps(str(path)).encode())
        except (TimeoutError, Died) as error:
            log.warning("picture not copied", error=type(error).__name__)
            return None
        if mark != b"P":
            log.info("picture not copied", error=answer.decode("ascii", "replace"))
        return answer if mark == b"P" else b""


def is_picture(type_: str) -> bool:
    """Whether only a copy of it may be handed out."""
    return type_ in _READ | _OTHER_PICTURES


def kind_of(path: Path) -> str:
    """The MIME type by a file's first bytes; empty where they say none, or where there is no file."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError:
        return ""
    return str(filetype.guess_mime(head) or "")
