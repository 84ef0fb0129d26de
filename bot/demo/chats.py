"""What was said on the citizens' phones by short message and in chats, kept in a folder, one file for each phone.

A file holds one JSON line for each happening, only ever added to: a line that was said, a change to it, what was
brought to a platform. A demo that is started again reads them and has everything again, the platforms' own numbers too.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.demo.news import News
from channels.base import Attachment

Buttons = tuple[tuple[tuple[str, str], ...], ...]
_CHANGES = frozenset({"text", "state", "buttons", "pressed", "edited", "reason", "reaction", "removed"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A file that goes with a line; its content lies beside."""

    name: str
    type: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Line:
    """One thing said between a phone and one of an office's doors.

    Attributes:
        id: unique among all phones, ascending; Telegram's message id.
        sent: by the citizen.
        state: "" on its way, ``sent`` (the platform has it), ``delivered`` (the other side has it), ``read``,
            ``failed``.
        buttons: rows of (label, value) under it; ``pressed`` is the value that was chosen. Where they are a list that
            opens, ``menu`` stands on it, and a label may have a second line.
        answers: the line it replies to, or 0. ``group`` is shared by the lines of an album.
        name: what the platform calls it where that is no number.
        reaction: the citizen's emoji on it. ``removed``: when it was taken back.
    """

    id: int
    phone: str
    channel: str
    sent: bool
    at: datetime
    text: str = ""
    state: str = ""
    reason: str = ""
    files: tuple[Piece, ...] = ()
    place: tuple[float, float] | None = None
    buttons: Buttons = ()
    pressed: str = ""
    answers: int = 0
    group: str = ""
    edited: str = ""
    name: str = ""
    menu: str = ""
    reaction: str = ""
    removed: str = ""


class Chats:
    """Every line on every phone. ``phones``: the citizens' ids."""

    def __init__(self, folder: Path, phones: Iterable[str], news: News, now: Callable[[], datetime]) -> None:
        self._folder, self._phones, self._news, self._now = folder, tuple(phones), news, now
        self._forget()
        self._files.mkdir(parents=True, exist_ok=True)
        rows = [row for phone in self._phones for row in _rows(self._file(phone))]
        self._whole()
        for row in sorted(rows, key=lambda row: int(row["n"])):
            self._take(row)

    def _forget(self) -> None:
        self._files = self._folder / "berkas"
        self._lines: dict[int, Line] = {}
        self._brought: dict[str, list[tuple[int, dict[str, Any]]]] = {}
        self._blocked: set[tuple[str, str]] = set()
        self._next = itertools.count(1)

    def add(self, phone: str, channel: str, *, files: Iterable[Attachment] = (), **values: Any) -> Line:
        """Keep a new line, with the files' contents; ``values`` as ``Line`` has them."""
        given = [(one, one.content or b"") for one in files]
        pieces = tuple(Piece(one.name, one.type, len(content)) for one, content in given)
        number = next(self._next)
        line = Line(number, phone, channel, at=self._now(), files=pieces, **values)
        for place, (_, content) in enumerate(given):
            self._path(number, place).write_bytes(content)
        self._write(phone, number, {"line": _plain(line)})
        self._lines[number] = line
        self._news.tell()
        return line

    def change(self, id: int, **changes: Any) -> Line:  # noqa: A002
        """Change what may change of a line. Raises KeyError."""
        before = self._lines[id]
        line = replace(before, **{name: value for name, value in changes.items() if name in _CHANGES})
        if line != before:
            self._write(line.phone, next(self._next), {"of": id, "change": changes})
            self._lines[id] = line
            self._news.tell()
        return line

    def bring(self, phone: str, channel: str, payload: dict[str, Any]) -> int:
        """Keep what a citizen's deed is for the platform behind ``channel``; answers its number, ascending."""
        number = next(self._next)
        self._write(phone, number, {"to": channel, "payload": payload})
        self._brought.setdefault(channel, []).append((number, payload))
        return number

    def brought(self, channel: str, after: int = 0) -> list[tuple[int, dict[str, Any]]]:
        """What was brought to a platform since that number, oldest first."""
        return [one for one in self._brought.get(channel, ()) if one[0] > after]

    def block(self, phone: str, channel: str, *, blocked: bool) -> None:
        """The citizen wants to hear no more from there, or again."""
        self._write(phone, next(self._next), {"block": channel, "on": blocked})
        (self._blocked.add if blocked else self._blocked.discard)((phone, channel))
        self._news.tell()

    def blocked(self, phone: str) -> list[str]:
        """The channels from which a phone hears nothing."""
        return sorted(channel for one, channel in self._blocked if one == phone)

    def line(self, id: int) -> Line | None:  # noqa: A002
        """One line, on whichever phone."""
        return self._lines.get(id)

    def lines(self, phone: str = "", channel: str = "") -> list[Line]:
        """The lines of a phone, of a channel, or of both, oldest first."""
        every = self._lines.values()
        return [one for one in every if phone in {"", one.phone} and channel in {"", one.channel}]

    def content(self, id: int, place: int) -> bytes | None:  # noqa: A002
        """What is in a line's file."""
        path = self._path(id, place)
        return path.read_bytes() if path.is_file() else None

    def clear(self) -> None:
        """Forget everything: the record that knew it is gone."""
        for path in (*self._folder.glob("*.jsonl"), *self._files.glob("*")):
            path.unlink()
        self._forget()
        self._news.tell()

    def _take(self, row: Mapping[str, Any]) -> None:
        if "line" in row:
            line = _line(row["line"])
            self._lines[line.id] = line
        elif "change" in row and row["of"] in self._lines:
            self._lines[row["of"]] = replace(self._lines[row["of"]], **_typed(row["change"]))
        elif "payload" in row:
            self._brought.setdefault(row["to"], []).append((row["n"], row["payload"]))
        elif "block" in row:
            (self._blocked.add if row["on"] else self._blocked.discard)((row["phone"], row["block"]))
        self._next = itertools.count(int(row["n"]) + 1)

    def _write(self, phone: str, number: int, row: Mapping[str, Any]) -> None:
        text = json.dumps({"n": number, "phone": phone, **row}, ensure_ascii=False, default=str)
        with self._file(phone).open("a", encoding="utf-8") as file:
            file.write(f"{text}\n")

    def _whole(self) -> None:
        """What comes next begins a line of its own, also behind one that was left half written."""
        for file in filter(Path.exists, map(self._file, self._phones)):
            if not file.read_bytes().endswith(b"\n"):
                with file.open("a", encoding="utf-8") as open_:
                    open_.write("\n")

    def _file(self, phone: str) -> Path:
        return self._folder / f"{phone}.jsonl"

    def _path(self, id_: int, place: int) -> Path:
        return self._files / f"{id_}-{place}"


def _rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a file; a last one that a power cut left half written is left out."""
    found = []
    for text in path.read_text("utf-8", "replace").splitlines() if path.exists() else ():
        try:
            found.append(json.loads(text))
        except ValueError:
            continue
    return found


def _plain(line: Line) -> dict[str, Any]:
    values = {name: getattr(line, name) for name in Line.__slots__ if getattr(line, name)}
    files = [{"name": one.name, "type": one.type, "size_bytes": one.size_bytes} for one in line.files]
    return values | {"at": line.at.isoformat(), "files": files, "sent": line.sent}


def _line(row: Mapping[str, Any]) -> Line:
    place = row.get("place")
    typed = {
        **_typed(row),
        "at": datetime.fromisoformat(row["at"]),
        "files": tuple(Piece(**one) for one in row["files"]),
        "place": (place[0], place[1]) if place else None,
    }
    return Line(**typed)


def _typed(row: Mapping[str, Any]) -> dict[str, Any]:
    """What JSON made lists of is a tuple again."""
    values = dict(row)
    if "buttons" in values:
        values["buttons"] = tuple(tuple((label, value) for label, value in line) for line in values["buttons"])
    return values
