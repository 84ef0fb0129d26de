"""Reading the table of an SOP as offices keep it in a sheet: CSV with the columns that every SOP has.

No, Kegiatan, Pelaksana, Kelengkapan, Waktu, Output, in any order and under their usual other names; the actors may be
one column of names or a column for each, marked where they act. Says nothing about what the rows mean.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from inbox.refused import Refused

LARGEST_BYTES = 1_000_000
MOST_ROWS = 300
_NAMES = {
    "number": ("no", "nomor", "no urut"),
    "activity": ("kegiatan", "aktivitas", "uraian prosedur", "uraian kegiatan", "uraian", "langkah"),
    "actor": ("pelaksana",),
    "requires": ("kelengkapan", "persyaratan", "persyaratan/kelengkapan", "persyaratan / kelengkapan"),
    "within": ("waktu", "waktu (menit)"),
    "produces": ("output", "keluaran", "hasil"),
    "note": ("ket", "keterangan"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table, its cells' words as written. ``actors`` is empty where the scan lost the symbols."""

    number: str
    activity: str
    actors: tuple[str, ...]
    requires: str
    within: str
    produces: str


def read(raw: bytes) -> tuple[Line, ...]:
    """The table's rows in order; a cell that goes on in the next row without a number is joined to it.

    Raises: Refused ``table-large``, ``table-header`` (no row has Kegiatan and Waktu), ``table-empty``, ``table-long``
        (more than ``MOST_ROWS`` rows with something in them: nothing is left out in silence).
    """
    if len(raw) > LARGEST_BYTES:
        raise Refused("table-large", size=str(LARGEST_BYTES // 1000))
    text = _text(raw)
    try:
        rows = [[_plain(cell) for cell in row] for row in csv.reader(io.StringIO(text), delimiter=_delimiter(text))]
    except csv.Error:
        raise Refused("table-header") from None
    at = next((place for place, row in enumerate(rows) if "activity" in map(_column, row)), None)
    if at is None or "within" not in {_column(cell) for row in rows[at : at + 2] for cell in row}:
        raise Refused("table-header")
    columns, begins = _columns(rows, at)
    filled = [row for row in rows[begins:] if any(row)]
    if len(filled) > MOST_ROWS:
        raise Refused("table-long", rows=str(len(filled)), most=str(MOST_ROWS))
    lines: list[Line] = []
    for row in filled:
        _take(lines, row, columns)
    if not lines:
        raise Refused("table-empty")
    return tuple(lines)


def _take(lines: list[Line], row: Sequence[str], columns: Sequence[str]) -> None:
    cells: dict[str, str] = {}
    actors = []
    for column, cell in zip(columns, row, strict=False):
        if column.startswith("@") and cell:
            actors.append(column[1:])
        elif column == "actor":
            actors += [part.strip() for part in re.split(r"[\n;,/]", cell) if part.strip()]
        elif column:
            cells[column] = cell
    line = Line(
        cells.get("number", ""),
        cells.get("activity", ""),
        tuple(actors),
        cells.get("requires", ""),
        cells.get("within", ""),
        cells.get("produces", ""),
    )
    if line.activity.isdigit() or not any((line.activity, line.requires, line.within, line.produces)):
        return
    if lines and not line.number and not line.within:
        lines[-1] = _joined(lines[-1], line)
    else:
        lines.append(line)


def _joined(before: Line, more: Line) -> Line:
    return replace(
        before,
        activity=f"{before.activity} {more.activity}".strip(),
        actors=before.actors + more.actors,
        requires=f"{before.requires}\n{more.requires}".strip(),
        produces=f"{before.produces}\n{more.produces}".strip(),
    )


def _columns(rows: Sequence[Sequence[str]], at: int) -> tuple[list[str], int]:
    """What each column holds ("@Name" is an actor's own), and where the table begins; a head may take two rows."""
    upper, lower = list(rows[at]), list(rows[at + 1]) if at + 1 < len(rows) else []
    if not lower or lower[0] or not any(lower):
        return [_column(name) or f"@{name}" * bool(name) for name in upper], at + 1
    span = max(len(upper), len(lower))
    pairs = zip(upper + [""] * (span - len(upper)), lower + [""] * (span - len(lower)), strict=True)
    return [_column(below) or (f"@{below}" if below else _column(above)) for above, below in pairs], at + 2


def _column(name: str) -> str:
    plain = " ".join(name.casefold().replace(".", " ").split())
    return next((id_ for id_, names in _NAMES.items() if plain in names), "")


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _delimiter(text: str) -> str:
    try:
        return csv.Sniffer().sniff(text[:20_000], ",;\t|").delimiter
    except csv.Error:
        return ","


def _plain(cell: str) -> str:
    return re.sub(r"[^\S\n]+", " ", cell).strip()
