"""What came in while the record was away: letters on the disk, each whole and safe there before anybody is told.

A letter is what one call of a door's desk was given. Each channel has a folder, its letters are numbered in the order
they came, and are delivered in it (``bot.spooling``). Bounded: when it is full, upstream keeps its messages.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from aiohttp import web
from pydantic import BaseModel, ConfigDict

from channels.base import Inbound, Report

log = structlog.get_logger()
MOST_LETTERS = 100_000
LEAST_FREE_BYTES = 256 * 1024 * 1024
_LETTER, _UNDELIVERABLE = ".json", ".undeliverable"


class SpoolFull(web.HTTPServiceUnavailable):
    """There is no room for more, or no disk to lay it on: a webhook is answered 503, and its platform comes again."""

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "60"})


class Letter(BaseModel):
    """One call: messages, or reports, or something nobody could read, with a reason."""

    model_config = ConfigDict(frozen=True, ser_json_bytes="base64", val_json_bytes="base64")

    said: tuple[Inbound, ...] = ()
    reports: tuple[Report, ...] = ()
    aside: bytes = b""
    reason: str = ""


class Spool:
    """The letters below a folder. Any number of processes of one machine may share it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def waits(self, channel: str) -> bool:
        """Whether something of that channel lies here: what comes now has to come after it.

        Raises: SpoolFull, where nobody can look (no file handle is left).
        """
        try:
            with os.scandir(self._folder / channel) as found:
                return any(_whole(one.name) for one in found)
        except FileNotFoundError:
            return False
        except OSError as error:
            log.error("spool cannot be read", error=error.strerror)  # noqa: TRY400 - the reason is all there is
            raise SpoolFull from error

    def channels(self) -> list[str]:
        """Those of which something lies here."""
        return [one.parent.name for one in sorted(self._folder.glob("*/.number")) if self.waits(one.parent.name)]

    def letters(self, channel: str) -> list[Path]:
        """A channel's letters, the oldest first."""
        return sorted(one for one in (self._folder / channel).glob(f"*{_LETTER}") if _whole(one.name))

    async def keep(self, channel: str, letter: Letter) -> None:
        """Lay a letter there; it survives a power cut once this returned. Raises SpoolFull."""
        try:
            await asyncio.to_thread(self._keep, channel, letter.model_dump_json().encode())
        except OSError as error:
            log.error("spool cannot be written", error=error.strerror)  # noqa: TRY400 - the reason is all there is
            raise SpoolFull from error

    async def read(self, path: Path) -> Letter:
        """Raises ValueError for what is none."""
        return Letter.model_validate_json(await asyncio.to_thread(path.read_bytes))

    async def done(self, path: Path) -> None:
        """It was delivered."""
        await asyncio.to_thread(path.unlink, missing_ok=True)

    async def give_up(self, path: Path) -> None:
        """It cannot be delivered; it stays for a person, and holds up no other."""
        await asyncio.to_thread(path.rename, path.with_suffix(_UNDELIVERABLE))

    def all(self) -> list[Path]:
        """Every letter there is, those that were given up too. To be asked in a thread."""
        return sorted(one for one in self._folder.glob("*/*") if _whole(one.name) or one.suffix == _UNDELIVERABLE)

    def rewrite(self, path: Path, letter: Letter) -> None:
        """Another letter in the place of one; to be done in a thread."""
        _write(path, letter.model_dump_json().encode())

    def counts(self) -> tuple[int, int]:
        """How many letters wait, and how many were given up."""
        found = list(self._folder.glob("*/*"))
        return sum(_whole(one.name) for one in found), sum(one.suffix == _UNDELIVERABLE for one in found)

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Whether no other process delivers letters meanwhile."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self._folder / ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True

    def _keep(self, channel: str, content: bytes) -> None:
        folder = self._folder / channel
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (folder / ".number").open("a+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for part in folder.glob(f".*{_LETTER}"):
                part.unlink()  # nobody else is here: who wrote it died over it, and told nobody that it is kept
            lying = [one.name for one in folder.iterdir()]
            free = shutil.disk_usage(folder).free
            if len(lying) > MOST_LETTERS or free < LEAST_FREE_BYTES:
                log.error("no room in the spool", channel=folder.name, letters=len(lying), free_bytes=free)
                raise SpoolFull
            lock.seek(0)
            number = max(_number(lock.read()), *(_number(name.partition(".")[0]) for name in lying)) + 1
            _write(folder / f"{number:015d}{_LETTER}", content)
            lock.seek(0)
            lock.truncate()
            lock.write(str(number))


def _whole(name: str) -> bool:
    """Whether it is a letter: one that is still being written, or whose writer died over it, is none."""
    return name.endswith(_LETTER) and not name.startswith(".")


def _number(text: str) -> int:
    """0 where none is: after a power cut the counter may be empty, and no letter is written over another."""
    return int(text) if text.isdecimal() else 0


def _write(path: Path, content: bytes) -> None:
    """Under a name that nobody looks at first: a letter is always whole."""
    part = path.with_name(f".{path.name}")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)
    for folder in (path.parent, path.parent.parent):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
