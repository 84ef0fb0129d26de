"""A small disk of the test's own, which can be full from one moment to the next and have room again."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_ROOM_BYTES = 8 * 1024**3
_PAGE = 4096


class Disk:
    """Memory mounted at a folder. Nothing is written to fill it: its size shrinks to what is there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self) -> None:
        """There is no room for another byte, or next to none: others may write while it happens."""
        for spare in (0, 16, 64, 256, 1024):
            if self._sized(self._used() + spare * _PAGE):
                return

    def empty(self) -> None:
        """There is room again."""
        assert self._sized(_ROOM_BYTES), "the disk cannot be given room again"

    def _used(self) -> int:
        told = os.statvfs(self.folder)
        return max(_PAGE, (told.f_blocks - told.f_bfree) * told.f_frsize)

    def _sized(self, size_bytes: int) -> bool:
        done = subprocess.run(
            ["mount", "-o", f"remount,size={size_bytes}", self.folder], capture_output=True, check=False
        )
        return done.returncode == 0


@contextmanager
def mounted(folder: Path) -> Iterator[Disk | None]:
    """A disk at ``folder`` while the block lasts; None where this user may not mount one."""
    folder.mkdir(parents=True, exist_ok=True)
    options = f"size={_ROOM_BYTES},mode=755"
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "wadul-faults", folder], capture_output=True, check=False
    )
    if done.returncode:
        yield None
        return
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)
