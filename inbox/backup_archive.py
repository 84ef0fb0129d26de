"""The archive's own form: a plain tar that can be written to a pipe and read from one.

``manifest.json`` first (the form's number, the migrations of the record, each table's digest), then the record, then
``files/<digest>``, and ``end.json`` last, which says how many files there were: an archive without it is not whole.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, BinaryIO

from pydantic import BaseModel, ConfigDict

from inbox.files import Files, StoreAway
from inbox.refused import Refused

_FORM = 1
_MANIFEST, _END, _FOLDER = "manifest.json", "end.json", "files/"
_LONGEST_NOTE_BYTES = 1024 * 1024
# No file of the store is nearly as large.
_LARGEST_FILE_BYTES = 512 * 1024 * 1024
# What reading an archive that somebody made up can end in: tarfile follows its headers wherever they lead.
_UNREADABLE = (tarfile.TarError, ValueError, OSError, EOFError, OverflowError, RecursionError)


class Manifest(BaseModel):
    """What the archive says of itself."""

    model_config = ConfigDict(frozen=True)

    form: int
    migrations: list[str]
    tables: dict[str, str]


class _End(BaseModel):
    files: int


class Writer:
    """Writes one archive; to be used as a context, whose end makes the archive whole."""

    def __init__(self, out: BinaryIO, migrations: list[str], tables: dict[str, str]) -> None:
        self._tar, self._files = tarfile.TarFile.open(fileobj=out, mode="w|"), 0
        self._note(_MANIFEST, Manifest(form=_FORM, migrations=migrations, tables=tables))

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, failed: type[BaseException] | None, *_: object) -> None:
        if failed is None:
            self._note(_END, _End(files=self._files))
            self._tar.close()
            return
        with suppress(OSError):  # whoever read it has gone: nothing more is to be said to them
            assert self._tar.fileobj  # noqa: S101 - it was opened with one
            self._tar.fileobj.close()

    def add(self, name: str, path: Path) -> None:
        """A file under that name."""
        about = tarfile.TarInfo(name)
        about.size = path.stat().st_size
        with path.open("rb") as content:
            self._tar.addfile(about, content)

    def keep(self, digest: str, files: Files) -> bool:
        """A file of the store; answers False where it is not there or is not what its name says."""
        try:
            content = files.load(digest)
        except (FileNotFoundError, ValueError):
            return False
        if hashlib.sha256(content).hexdigest() != digest:
            return False
        self._add(_FOLDER + digest, content)
        self._files += 1
        return True

    def _note(self, name: str, note: BaseModel) -> None:
        self._add(name, note.model_dump_json(indent=1).encode())

    def _add(self, name: str, content: bytes) -> None:
        about = tarfile.TarInfo(name)
        about.size = len(content)
        self._tar.addfile(about, io.BytesIO(content))


class Reader:
    """Reads one archive from its beginning. Raises Refused ``restore-unreadable`` for what is none."""

    def __init__(self, source: BinaryIO) -> None:
        try:
            self._tar = tarfile.TarFile.open(fileobj=source, mode="r|")
            self._members = self._walk()
            name, note = next(self._members)
            self.manifest = Manifest.model_validate_json(note.read(_LONGEST_NOTE_BYTES) if name == _MANIFEST else b"")
        except (*_UNREADABLE, StopIteration) as error:
            raise Refused("restore-unreadable") from error
        if self.manifest.form != _FORM:
            raise Refused("restore-newer", version=str(self.manifest.form))

    def unpack(self, record: Path, files: Files) -> int:
        """Lay the record there and the files into the store; answers how many files.

        Raises: Refused ``restore-damaged``, naming the part; ``backup-store-away``.
        """
        count, end = 0, None
        try:
            for name, content in self._members:
                if name == record.name:
                    with record.open("wb") as out:
                        shutil.copyfileobj(content, out)
                elif name == _END:
                    end = _End.model_validate_json(content.read(_LONGEST_NOTE_BYTES))
                else:
                    _keep(name, content.read(_LARGEST_FILE_BYTES), files)
                    count += 1
        except StoreAway as error:
            raise Refused("backup-store-away", detail=str(error)) from error
        except _UNREADABLE as error:
            raise Refused("restore-damaged", part=str(error)[:100]) from error
        if end is None or end.files != count or not record.exists():
            raise Refused("restore-damaged", part=_END)
        return count

    def _walk(self) -> Iterator[tuple[str, IO[bytes]]]:
        for member in self._tar:
            # One with holes would be written out larger than any disk.
            plain = member.isreg() and not member.issparse()
            content = self._tar.extractfile(member) if plain else None
            if content is None:
                raise Refused("restore-damaged", part=member.name[:100])
            yield member.name, content


def _keep(name: str, content: bytes, files: Files) -> None:
    """A part's name is never a path of ours: only the digest of what it holds is."""
    digest = hashlib.sha256(content).hexdigest()
    if name != _FOLDER + digest:
        raise Refused("restore-damaged", part=name[:100])
    files.keep(content)
