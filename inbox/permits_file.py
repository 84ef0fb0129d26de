"""A list of permits as an office keeps it, read to rows: a CSV in whatever encoding and with whatever separator, or
an XLSX's first sheet.

Every line that cannot be taken is named with what is wrong with it; whoever stores rows asks first whether there is
any such line. The names of columns are ``templates/permits.yaml``'s. Pure, and slow with long files.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

import templates
from inbox.forms import clean
from inbox.importing_file import sheet
from inbox.refused import Refused
from templates.reading import read_yaml

FIELDS = ("number", "holder", "object", "place", "validity")
LARGEST_BYTES, MOST_LINES, MOST_PROBLEMS = 20 * 2**20, 100_000, 200
_LONGEST = {"number": 120, "holder": 300, "object": 300, "place": 300, "validity": 60}
_LONGEST_KEY = 120
_SEPARATORS = (";", ",", "\t", "|")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True, slots=True)
class Problem:
    """A line (counted from 1, as a spreadsheet does) that cannot be taken. ``code`` names the sentence."""

    line: int
    code: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PermitRow:
    """One permit. ``key`` is its number without what people write differently."""

    line: int
    key: str
    number: str
    holder: str
    object: str
    place: str
    validity: str
    valid_until: date | None
    words: str


@dataclass(frozen=True, slots=True)
class PermitFile:
    """What a file holds. ``columns``: each field to the heading it was found under; ``problems`` cut short."""

    rows: tuple[PermitRow, ...]
    columns: Mapping[str, str]
    problems: tuple[Problem, ...]


def read(content: bytes) -> PermitFile:
    """Read a file of permits.

    Raises: Refused ``permits-empty``, ``permits-large``, ``permits-no-csv``, ``permits-no-headings`` (``missing``,
        ``found``), ``import-bomb``, ``import-unreadable``, each of ``field`` file.
    """
    if len(content) > LARGEST_BYTES:
        raise _refused("permits-large", most=str(LARGEST_BYTES // 2**20))
    lines = _sheet(content) if content.startswith(b"PK\x03\x04") else _table(_text(content))
    if not lines:
        raise _refused("permits-empty")
    columns = _columns(lines[0][1])
    if len(lines) > MOST_LINES:
        raise _refused("permits-long", most=str(MOST_LINES))
    rows, problems = _rows(lines[1:], columns, len(lines[0][1]))
    if not rows and not problems:
        raise _refused("permits-empty")
    return PermitFile(tuple(rows), {name: lines[0][1][at] for name, at in columns.items()}, tuple(problems))


def key_of(number: str) -> str:
    """A permit's number by its letters and digits alone: "503/12/IMB" and "503-12 imb" are the same."""
    return "".join(char for char in _plain(number) if char.isalnum())[:_LONGEST_KEY]


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text as permits are looked up by: small, without marks, abbreviations written out."""
    same = _names()["same"]
    return tuple(same.get(word, word) for word in re.findall(r"[^\W_]+", _plain(text)))


def _plain(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in parts if not unicodedata.combining(char))


def _text(content: bytes) -> str:
    """Whatever it is encoded in: marked, UTF-8, or as Windows writes it here."""
    if content[:4] == b"\xd0\xcf\x11\xe0":
        raise _refused("permits-no-csv")
    for mark, name in _MARKS:
        if content.startswith(mark):
            return content.decode(name, "replace")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    if "\x00" in text:
        raise _refused("permits-no-csv")
    return text


def _sheet(content: bytes) -> list[tuple[int, list[str]]]:
    """The same of an XLSX; a cell that is a day is written as people here write it."""
    lines = [
        [one if isinstance(one, str) else f"{one:%d/%m/%Y}" for one in line] for line in sheet(content, MOST_LINES)
    ]
    return [(place, line) for place, line in enumerate(lines, 1) if any(line)]


def _table(text: str) -> list[tuple[int, list[str]]]:
    """Lines that say something, each with where it begins; a first line ``sep=;`` is Excel's, not a heading."""
    separator = _separator(text)
    if text[:4].casefold() == "sep=" and text[4:5] in _SEPARATORS:
        separator, text = text[4:5], "\n" + text.partition("\n")[2]
    reader, found, begun = csv.reader(io.StringIO(text, newline=""), delimiter=separator), [], 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((begun, [clean(cell) for cell in cells]))
            begun = reader.line_num + 1
    except csv.Error:
        raise _refused("permits-no-csv") from None
    return found


def _separator(text: str) -> str:
    """The one that the first lines have most evenly."""
    lines = [line for line in text[:20_000].splitlines() if line.strip()][:20]
    counts = {one: [line.count(one) for line in lines] for one in _SEPARATORS}
    return max(_SEPARATORS, key=lambda one: (min(counts[one], default=0), max(counts[one][:1], default=0)))


def _columns(headings: Sequence[str]) -> dict[str, int]:
    """Where each field stands. The number is needed, and one of the others."""
    known: Mapping[str, list[str]] = _names()["columns"]
    found: dict[str, int] = {}
    names = [" ".join(re.findall(r"[^\W_]+", _plain(heading))) for heading in headings]
    for name in FIELDS:
        for word in known[name]:
            if word in names and names.index(word) not in found.values():
                found[name] = names.index(word)
                break
    if "number" not in found or len(found) < 2:
        wanted = [one for one in ("number", "holder", "object", "place") if one not in found]
        missing = ", ".join(_names()["names"][one] for one in (wanted[:1] if "number" in wanted else wanted))
        raise _refused("permits-no-headings", missing=missing, found=", ".join(headings)[:200])
    return found


def _rows(
    lines: Sequence[tuple[int, list[str]]], columns: Mapping[str, int], width: int
) -> tuple[list[PermitRow], list[Problem]]:
    rows: list[PermitRow] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for line, cells in lines:
        given = {name: cells[at] if at < len(cells) else "" for name, at in columns.items()}
        wrong = list(_wrong(line, given, cells, width, seen))
        problems += wrong
        if not wrong:
            rows.append(_row(line, given))
        seen.setdefault(key_of(given["number"]), line)
        if len(problems) >= MOST_PROBLEMS:
            break
    return rows, problems[:MOST_PROBLEMS]


def _wrong(
    line: int, given: Mapping[str, str], cells: Sequence[str], width: int, seen: Mapping[str, int]
) -> Iterator[Problem]:
    key = key_of(given["number"])
    if not key:
        yield Problem(line, "permit-no-number")
    elif key in seen:
        yield Problem(line, "permit-twice", {"number": given["number"][:60], "first": str(seen[key])})
    if any(cell.strip() for cell in cells[width:]):
        yield Problem(line, "permit-too-many", {"columns": str(width), "cells": str(len(cells))})
    for name, text in given.items():
        if len(text) > _LONGEST[name]:
            values = {"column": _names()["names"][name], "longest": str(_LONGEST[name]), "length": str(len(text))}
            yield Problem(line, "permit-long", values)
    if not _endless(given.get("validity", "")) and _day(given["validity"]) is None:
        yield Problem(line, "permit-day", {"text": given["validity"][:60]})


def _row(line: int, given: Mapping[str, str]) -> PermitRow:
    one = {name: " ".join(given.get(name, "").split()) for name in FIELDS}
    key = key_of(one["number"])
    words = " ".join([key, *(word for name in FIELDS[:4] for word in words_of(one[name]))])
    until = None if _endless(one["validity"]) else _day(one["validity"])
    return PermitRow(line, key, **one, valid_until=until, words=f" {words} ")


def _endless(text: str) -> bool:
    plain = " ".join(_plain(text).split())
    return not plain or plain in _names()["endless"]


def _day(text: str) -> date | None:
    """The last day that a text names: 31/12/2026, 2026-12-31, 31 Desember 2026."""
    plain, months = _plain(text), _names()["months"]
    for nth, month in enumerate(months, 1):
        plain = re.sub(rf"\s*\b{month[:3]}[a-z]*\.?\s*", f"/{nth}/", plain)
    found = re.findall(r"\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\b|\b(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})\b", plain)
    if not found:
        return None
    year, month, day, first, second, last = found[-1]
    try:
        return date(int(year), int(month), int(day)) if year else date(_year(last), int(second), int(first))
    except ValueError:
        return None


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _refused(code: str, **values: str) -> Refused:
    return Refused(code, field="file", **values)


@lru_cache
def _names() -> dict[str, Any]:
    loaded: dict[str, Any] = read_yaml(templates.FOLDER / "permits.yaml")
    return loaded
