"""What the columns of a former register hold, and what is wrong with a row of it. Pure.

Owns the fields, how their headings are guessed (``templates/imports.yaml`` has the words offices use), and every check
of a row; each problem is a code with what it speaks of. Stores nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import templates
from config.schema import Office
from inbox.importing_file import Cell, plain
from templates.reading import read_yaml

FIELDS = ("old_number", "opened", "text", "name", "contact", "kind", "channel", "object", "place", "answer", "closed")
REQUIRED = ("old_number", "opened", "text")
_LONGEST = {
    "old_number": 60,
    "name": 200,
    "contact": 200,
    "object": 300,
    "place": 300,
    "text": 20_000,
    "answer": 20_000,
}
_SUMMARY = 200
_EARLIEST = 1990
_FIGURES = re.compile(
    r"(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})(?:[ T,]+(\d{1,2})[.:](\d{2})(?:[.:]\d{2})?)?(?: WI(?:B|TA|T))?"
)
_WORDED = re.compile(r"(?:\w+, ?)?(\d{1,2}) ([a-z]{3,9})\.? (\d{4})(?:[ ,]+(?:pukul )?(\d{1,2})[.:](\d{2}))?.{0,5}")
_MONTHS = ("jan", "feb", "mar", "apr", "mei", "jun", "jul", "agu", "sep", "okt", "nov", "des")
_ALSO = {"may": 5, "aug": 8, "ags": 8, "agt": 8, "oct": 10, "dec": 12, "nop": 11}

Problem = tuple[str, Mapping[str, str]]


@dataclass(slots=True)
class Row:
    """One row as it would be brought in, and what is wrong with it."""

    line: int
    old_number: str = ""
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    name: str = ""
    contact: str = ""
    kind: str = ""
    channel: str = ""
    object: str = ""
    place: str = ""
    summary: str = ""
    text: str = ""
    answer: str = ""
    problems: list[Problem] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, int]:
        """By what no other row may be called: registers begin anew each year."""
        return self.old_number.casefold(), self.opened_at.year if self.opened_at else 0


@lru_cache
def headings() -> dict[str, str]:
    """The field of each heading that offices use, plain."""
    words: Mapping[str, Any] = read_yaml(templates.FOLDER / "imports.yaml")
    return {plain(word): name for name in FIELDS for word in words[name]}


def guess(headers: Sequence[str], remembered: Mapping[str, str]) -> dict[str, int]:
    """The column of each field: as this office named it before, or by its heading; each column holds one field."""
    found: dict[str, int] = {}
    for names in (remembered, headings()):
        for place, header in enumerate(headers):
            name = names.get(plain(header), "")
            if name in FIELDS and name not in found and place not in found.values():
                found[name] = place
    return found


def check(line: int, cells: Sequence[Cell], columns: Mapping[str, int], office: Office, now: datetime) -> Row:
    """A row of the file. ``columns``: the place of each field that the file has."""
    row, zone = Row(line), ZoneInfo(office.time_zone)
    given: dict[str, Cell] = {name: cells[place] for name, place in columns.items() if place < len(cells)}
    for name, longest in _LONGEST.items():
        text = _text(given.get(name, ""))
        if len(text) > longest:
            row.problems.append(("import-long", {"field": name, "most": str(longest)}))
        setattr(row, name, text[:longest])
    for name in ("old_number", "text"):
        if not getattr(row, name):
            row.problems.append(("import-missing", {"field": name}))
    row.summary = " ".join(row.text.split())[:_SUMMARY]
    _dates(row, given, zone, now)
    _choices(row, given, office)
    return row


def moment(cell: Cell, zone: ZoneInfo) -> datetime | None:
    """The moment that a cell means, day before month as Indonesians write; None where it means none."""
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=zone)
    text = " ".join(cell.casefold().split())
    figures, worded = _FIGURES.fullmatch(text.upper()), _WORDED.fullmatch(text)
    try:
        if figures:
            first, month, last = (int(figures[place]) for place in (1, 2, 3))
            year, day = (first, last) if len(figures[1]) == 4 else (last, first)
            year += 2000 if year < 100 else 0
            return datetime(year, month, day, int(figures[4] or 0), int(figures[5] or 0), tzinfo=zone)
        if worded and (named := _month(worded[2])):
            clock = int(worded[4] or 0), int(worded[5] or 0)
            return datetime(int(worded[3]), named, int(worded[1]), *clock, tzinfo=zone)
    except ValueError:
        return None
    return None


def _month(word: str) -> int:
    short = word[:3]
    return _MONTHS.index(short) + 1 if short in _MONTHS else _ALSO.get(short, 0)


def _dates(row: Row, given: Mapping[str, Cell], zone: ZoneInfo, now: datetime) -> None:
    this_year = now.astimezone(zone).year
    for name in ("opened", "closed"):
        cell = given.get(name, "")
        if not cell:
            if name in REQUIRED:
                row.problems.append(("import-missing", {"field": name}))
            continue
        found = moment(cell, zone)
        if found is None or not _EARLIEST <= found.year <= this_year:
            row.problems.append(("import-date", {"field": name, "value": _text(cell)[:40]}))
        elif name == "opened" and found.year == this_year:
            row.problems.append(("import-this-year", {"value": _text(cell)[:40], "year": str(this_year)}))
        else:
            setattr(row, f"{name}_at", found.astimezone(UTC))
    if row.opened_at and row.closed_at and row.closed_at.date() < row.opened_at.date():
        row.problems.append(("import-backwards", {}))


def _choices(row: Row, given: Mapping[str, Cell], office: Office) -> None:
    kinds = {plain(word): one.id for one in office.kinds for word in (one.id, one.name)}
    doors = {
        plain(word): f"{office.id}-{id_}" for id_, one in office.channels.items() for word in (id_, one.name or id_)
    }
    usual = {"kind": office.kinds[0].id, "channel": ""}
    for name, known in (("kind", kinds), ("channel", doors)):
        text = _text(given.get(name, ""))
        found = known.get(plain(text)) if text else usual[name]
        if found is None:
            names = [one.name for one in (office.kinds if name == "kind" else office.channels.values())]
            row.problems.append((f"import-{name}", {"value": text[:60], "choices": ", ".join(filter(None, names))}))
        setattr(row, name, found or "")


def _text(cell: Cell) -> str:
    return cell if isinstance(cell, str) else f"{cell:%d/%m/%Y}"
