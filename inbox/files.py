"""Files by what they hold: a file's name is the SHA-256 of its content, so that storing twice is storing once.

What ``put`` returned survives a power cut. Nothing here knows a table, a type or an owner.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A stored file under the name people gave it. ``digest`` is its name in the store."""

    name: str
    type: str
    size_bytes: int
    digest: str
    inline: bool = False


class Files:
    """The file store: ``<folder>/ab/cdef...`` for the digest ``abcdef...``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def put(self, content: bytes) -> str:
        """Store the content and return its digest, once it is safely on the disk. Repeating it is harmless."""
        return await asyncio.to_thread(self.keep, content)

    async def read(self, digest: str) -> bytes:
        """The content. Raises FileNotFoundError, or ValueError for what is no digest."""
        return await asyncio.to_thread(self.path(digest).read_bytes)

    def path(self, digest: str) -> Path:
        """Where the content of that digest lies, whether it is there or not. Raises ValueError."""
        if not re.fullmatch(r"[0-9a-f]{64}", digest):
            raise ValueError("not a digest")
        return self.folder / digest[:2] / digest[2:]

    def keep(self, content: bytes) -> str:
        """``put`` for whoever has a thread of their own."""
        digest = hashlib.sha256(content).hexdigest()
        path = self.path(digest)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write(path, content)
        for folder in (path.parent, self.folder):
            _sync(folder)
        return digest


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
