"""A spreadsheet that somebody uploads, read into rows of texts: XLSX or CSV, the first sheet, within limits.

Owns the limits, and looks at what a file says of its own size before anything is unpacked into memory: a file that
unpacks to very much, or whose cells lie far apart, is refused unread. Knows nothing of complaints.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineWorkbook

from inbox.forms import clean
from inbox.refused import Refused

LARGEST_BYTES = 15 * 1024 * 1024
MOST_ROWS = 10_000
MOST_COLUMNS = 60
_LARGEST_UNPACKED_BYTES = 150 * 1024 * 1024
_MOST_PARTS = 500
_MOST_RATIO = 200
_AREA = 10_000_000
_LONGEST_CELL = 32_767
_CHUNK_BYTES = 1024 * 1024
_SAMPLE_BYTES = 64 * 1024
# A row or a cell, and where it says that it lies; without that it lies behind the one before.
_PLACE = re.compile(rb"""<(?:\w+:)?(c|row)\b(?:[^<]*?\sr\s*=\s*["']([A-Za-z]{0,4})(\d{1,9})["'])?""")
# Spreadsheets of other programs, which the reader would take as well and nothing here has looked into.
_FOREIGN = frozenset({"content.xml", "xl/workbook.bin"})

Cell = str | datetime


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a sheet below its headings, each with its line in the file; all as long as ``headers``."""

    headers: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]


def read(content: bytes, known: Iterable[str] = ()) -> Table:
    """The table in a file. ``known`` are headings, plain, by which the line of headings is found.

    Raises: Refused ``import-large``, ``import-bomb``, ``import-unreadable``, ``import-empty``, ``import-rows``,
    ``import-columns``.
    """
    if len(content) > LARGEST_BYTES:
        raise Refused("import-large", field="file", most=str(LARGEST_BYTES // 1024 // 1024))
    lines = sheet(content) if content.startswith(b"PK") else _text(content)
    return _table(lines, frozenset(known))


def plain(header: str) -> str:
    """A heading as it is compared: small letters and digits with single blanks."""
    return " ".join(re.findall(r"[^\W_]+", header.casefold()))


def _table(lines: Sequence[Sequence[Cell]], known: frozenset[str]) -> Table:
    filled = [place for place, line in enumerate(lines) if any(line)]
    if len(filled) < 2:
        raise Refused("import-empty", field="file")
    # Titles stand above the headings: the line with most known ones is it, or else the first with several cells.
    first = max(filled[:15], key=lambda place: (_known(lines[place], known), _many(lines[place]) > 1, -place))
    headers = [_said(cell) for cell in lines[first]]
    while headers and not headers[-1]:
        headers.pop()
    if len(headers) > MOST_COLUMNS:
        raise Refused("import-columns", field="file", most=str(MOST_COLUMNS))
    below = [place for place in filled if place > first]
    if not below:
        raise Refused("import-empty", field="file")
    if len(below) > MOST_ROWS:
        raise Refused("import-rows", field="file", most=str(MOST_ROWS))
    wide = len(headers)
    return Table(tuple(headers), tuple((place + 1, _wide(lines[place], wide)) for place in below))


def _known(line: Sequence[Cell], known: frozenset[str]) -> int:
    return sum(isinstance(cell, str) and plain(cell) in known for cell in line)


def _many(line: Sequence[Cell]) -> int:
    return sum(bool(cell) for cell in line)


def _wide(line: Sequence[Cell], wide: int) -> tuple[Cell, ...]:
    return (*line[:wide], *[""] * (wide - len(line)))


def _said(cell: Cell) -> str:
    return cell if isinstance(cell, str) else f"{cell:%Y-%m-%d}"


def sheet(content: bytes, most_rows: int = MOST_ROWS) -> list[list[Cell]]:
    """The first sheet of an XLSX. Raises: Refused ``import-bomb``, ``import-unreadable``."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            _check(file, len(content), most_rows)
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (
        CalamineError,
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        OSError,
        ValueError,
        IndexError,
        EOFError,
    ) as error:
        raise Refused("import-unreadable", field="file") from error
    except (RuntimeError, KeyError) as error:  # packed in a way nobody packs, or with a password
        raise Refused("import-unreadable", field="file") from error
    return [[_cell(value) for value in row] for row in rows]


def _check(file: zipfile.ZipFile, packed: int, most_rows: int) -> None:
    """Raises Refused ``import-bomb``."""
    parts = file.infolist()
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > _MOST_PARTS or unpacked > min(_LARGEST_UNPACKED_BYTES, packed * _MOST_RATIO + _CHUNK_BYTES):
        raise Refused("import-bomb", field="file")
    if _FOREIGN & {part.filename.replace("\\", "/").lower() for part in parts}:
        raise Refused("import-unreadable", field="file")
    left = _LARGEST_UNPACKED_BYTES
    for part in parts:  # the workbook says which of them is a sheet, whatever it is called
        left -= _walk(file, part, left, most_rows)


def _walk(file: zipfile.ZipFile, part: zipfile.ZipInfo, left: int, most_rows: int) -> int:
    """How much a part really unpacks to, whatever it says; and that its cells do not lie far apart."""
    size, rest, spread = 0, b"", _Spread(most_rows)
    with file.open(part) as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            size += len(chunk)
            if size > left or len(rest) > _CHUNK_BYTES:
                raise Refused("import-bomb", field="file")
            # A tag that the chunk cuts in two is looked at with the next.
            whole = rest + chunk
            cut = max(whole.rfind(b"<"), 0)
            spread.add(whole[:cut])
            rest = whole[cut:]
    spread.add(rest)
    return size


class _Spread:
    """How far apart the cells of a part lie, those that do not say where they are too."""

    def __init__(self, most_rows: int) -> None:
        self._row = self._column = self._widest = 0
        self._most_rows = most_rows

    def add(self, text: bytes) -> None:
        """The next of it, whole tags. Raises Refused ``import-bomb``."""
        for name, letters, digits in _PLACE.findall(text):
            if name == b"row":
                self._row, self._column = max(self._row + 1, int(digits or 0)), 0
            else:
                self._row, self._column = max(self._row, int(digits or 0)), max(self._column + 1, _column(letters))
            self._widest = max(self._widest, self._column)
            # The reader keeps every cell between the first and the farthest, whether or not it is there.
            if self._row > 4 * self._most_rows or self._widest > 4 * MOST_COLUMNS or self._row * self._widest > _AREA:
                raise Refused("import-bomb", field="file")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _text(content: bytes) -> list[list[Cell]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    if "\x00" in text[:_SAMPLE_BYTES]:
        raise Refused("import-unreadable", field="file")
    sample = text[:_SAMPLE_BYTES].splitlines()[:20]
    comma = max(";,\t", key=lambda one: sum(line.count(one) for line in sample))
    lines: list[list[Cell]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=comma):
            if len(row) > 4 * MOST_COLUMNS:
                raise Refused("import-columns", field="file", most=str(MOST_COLUMNS))
            if len(lines) > 4 * MOST_ROWS:
                raise Refused("import-rows", field="file", most=str(MOST_ROWS))
            lines.append([clean(cell)[:_LONGEST_CELL] for cell in row])
    except csv.Error as error:
        raise Refused("import-unreadable", field="file") from error
    return lines


def _cell(value: object) -> Cell:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, time | timedelta):
        return str(value)[:8]
    return clean("" if value is None else str(value))[:_LONGEST_CELL]
