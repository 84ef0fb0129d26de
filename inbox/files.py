"""Files by what they hold: a file's name is the SHA-256 of its content, so that storing twice is storing once.

What ``put`` returned survives a power cut. Nothing here knows a table, a type or an owner. The store is a folder, or a
bucket (``inbox.bucket``) that several machines share, with a folder for what this one lately used.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A stored file under the name people gave it. ``digest`` is its name in the store."""

    name: str
    type: str
    size_bytes: int
    digest: str
    inline: bool = False


class StoreAway(ConnectionError):
    """The store does not answer, or answers that it cannot: it passes, and what was to be stored is tried again.

    ``code`` names the sentence that says so.
    """

    code = "store-away"


class Files:
    """The file store: ``<folder>/ab/cdef...`` for the digest ``abcdef...``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def put(self, content: bytes) -> str:
        """Store the content and return its digest, once it is safe. Repeating it is harmless. Raises StoreAway."""
        return await asyncio.to_thread(self.keep, content)

    async def read(self, digest: str) -> bytes:
        """The content. Raises FileNotFoundError, StoreAway, or ValueError for what is no digest."""
        return await asyncio.to_thread(self.load, digest)

    async def drop(self, digest: str) -> None:
        """Throw the content away, for good; nothing where it is not there. Raises StoreAway, ValueError."""
        await asyncio.to_thread(self.lose, digest)

    async def fetch(self, *digests: str) -> None:
        """Bring them to where ``path`` says from wherever they lie; what is nowhere stays away. Raises StoreAway."""

    def path(self, digest: str) -> Path:
        """Where the content of that digest lies, once it was fetched, whether it is there or not. Raises ValueError."""
        return self.folder / place(digest)

    def copy(self, digest: str) -> Path:
        """Where what ``inbox.shown`` made to be shown instead lies on this machine. Raises ValueError."""
        return self.folder / "shown" / place(digest)

    def keep_copy(self, digest: str, content: bytes) -> None:
        """Lay down what is shown of a digest. To be asked in a thread."""
        path = self.copy(digest)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(path, content)

    def keep(self, content: bytes) -> str:
        """``put`` for whoever has a thread of their own."""
        digest = digest_of(content)
        path = self.path(digest)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write(path, content)
        for folder in (path.parent, self.folder):
            _sync(folder)
        return digest

    def load(self, digest: str) -> bytes:
        """``read`` for whoever has a thread of their own."""
        return self.path(digest).read_bytes()

    def lose(self, digest: str) -> None:
        """``drop`` for whoever has a thread of their own."""
        self.path(digest).unlink(missing_ok=True)
        self.copy(digest).unlink(missing_ok=True)
        (self.folder / "looked" / place(digest)).unlink(missing_ok=True)

    def has(self, digest: str) -> bool:
        """Whether it is there. To be asked in a thread. Raises StoreAway."""
        return self.path(digest).is_file()

    def digests(self) -> Iterator[str]:
        """What lies in the folder, in no order."""
        for path in self.folder.glob("[0-9a-f][0-9a-f]/*"):
            if _DIGEST.fullmatch(digest := path.parent.name + path.name):
                yield digest

    def check(self) -> None:
        """Whether the store takes a file and gives it back. Raises StoreAway."""


def opened(folder: Path, address: str = "") -> Files:
    """The folder as the store, or the bucket of that address (``s3://name/prefix``) in front of it.

    A bucket's client is loaded only where there is one.
    """
    if not address:
        return Files(folder)
    store: Files = import_module("inbox.bucket").Bucket(folder, address)
    return store


def digest_of(content: bytes) -> str:
    """What content is called here: its SHA-256 in 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def place(digest: str) -> str:
    """Where a digest lies below its store's root. Raises ValueError for what is none."""
    if not _DIGEST.fullmatch(digest):
        raise ValueError("not a digest")
    return f"{digest[:2]}/{digest[2:]}"


def _write(path: Path, content: bytes) -> None:
    """Under another name first: a file of this name is always whole."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
