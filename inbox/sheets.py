"""Rows as files for a spreadsheet: XLSX made beside the event loop in even memory, CSV as it is read.

Nothing that somebody wrote becomes a formula, a link or a number: in XLSX a text is a text, and in CSV one that a
program could take for a formula is given an apostrophe before it. Knows nothing of tickets.

Source: OWASP, CSV Injection; RFC 4180, with the semicolon and the mark that an Indonesian Excel expects.
"""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

Cell = str | int | float | datetime | None
BOM = "\ufeff"
_LONGEST_CELL = 32_767
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_UNFIT = dict.fromkeys((*range(9), 11, 12, *range(14, 32)))
_WIDEST = 60
_DATE = "yyyy-mm-dd hh:mm"


class Workbook:
    """An XLSX file. Sheets are written one after the other; ``close`` must be called, then the file is whole."""

    def __init__(self, file: IO[bytes]) -> None:
        import xlsxwriter  # type: ignore[import-untyped]  # noqa: PLC0415 - 9 MB for those who make a workbook

        safe = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self._book = xlsxwriter.Workbook(file, {"constant_memory": True, "default_date_format": _DATE, **safe})
        self._bold = self._book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self._title = self._book.add_format({"bold": True, "font_size": 14})

    def sheet(
        self, name: str, headings: Sequence[str], *, title: Sequence[str] = (), widths: Sequence[int] = ()
    ) -> Sheet:
        """A new sheet with its headings; ``title`` are lines above them. Every sheet before it is finished."""
        page = self._book.add_worksheet(name[:31])
        for place, width in enumerate(widths or [max(10, min(_WIDEST, len(one) + 6)) for one in headings]):
            page.set_column(place, place, width)
        for place, line in enumerate(title):
            page.write_string(place, 0, _text(line), self._title if not place else None)
        first = len(title) + 1 if title else 0
        for place, heading in enumerate(headings):
            page.write_string(first, place, _text(heading), self._bold)
        if headings:
            page.freeze_panes(first + 1, 1)
        return Sheet(page, first + (1 if headings else 0))

    async def close(self) -> None:
        """Make the file whole."""
        await asyncio.to_thread(self._book.close)


class Sheet:
    """One sheet that is being written, row after row."""

    def __init__(self, page: Worksheet, row: int) -> None:
        self._page, self._row = page, row

    async def add(self, rows: Sequence[Sequence[Cell]]) -> None:
        """The next rows, written in a thread."""
        await asyncio.to_thread(self.write, rows)

    def write(self, rows: Sequence[Sequence[Cell]]) -> None:
        """The same at once."""
        page = self._page
        for row in rows:
            for place, value in enumerate(row):
                if isinstance(value, str):
                    if value:
                        page.write_string(self._row, place, _text(value))
                elif isinstance(value, datetime):
                    page.write_datetime(self._row, place, value)
                elif value is not None:
                    page.write_number(self._row, place, value)
            self._row += 1


def lines(rows: Iterable[Sequence[Cell]]) -> bytes:
    """Rows as CSV; the file begins with ``BOM``."""
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows([_plain(one) for one in row] for row in rows)
    return text.getvalue().encode("utf-8", "replace")


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, str):
        text = value.translate(_UNFIT)
        return f"'{text}" if text.lstrip(" ").startswith(_RISKY) else text
    return "" if value is None else str(value)


def _text(value: str) -> str:
    return value.translate(_UNFIT)[:_LONGEST_CELL]
