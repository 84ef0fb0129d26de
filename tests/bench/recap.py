"""How fast a month with very many complaints becomes a recap and a file, beside the bare tools in the same run.

The yardsticks: xlsxwriter writing the very same cells to memory, and one statement that counts the month's tickets.
``python -m tests.bench.recap [ROWS]`` prints seconds, ratios and how much memory the rows took.
"""

from __future__ import annotations

import asyncio
import io
import sys
import tempfile
import time
import tracemalloc
from pathlib import Path
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

from inbox.database import Database
from inbox.exporting import Exporting
from inbox.migrate import migrate
from inbox.recap_sheets import said, write
from inbox.recaps import Recaps, period_of
from inbox.search import Filters
from inbox.sheets import lines
from tests.inbox.house import House, at, blitar
from tests.inbox.test_exporting import many

NOW = at("2026-11-23 10:00")
ROWS = 20_000


def bare(rows: list[tuple[Any, ...]]) -> float:
    """Seconds that xlsxwriter takes for the same cells, all at hand, with nothing else asked of it."""
    began = time.perf_counter()
    book = xlsxwriter.Workbook(io.BytesIO(), {"constant_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"})
    page = book.add_worksheet()
    for place, row in enumerate(rows):
        page.write_row(place, 0, row)
    book.close()
    return time.perf_counter() - began


def say(line: str) -> None:
    """One line of the outcome."""
    sys.stdout.write(f"{line}\n")


async def measure(house: House, count: int) -> None:
    """Fill, then measure each thing once it is warm."""
    await many(house, count)
    period = period_of("2026-11", house.office, NOW)
    filters = Filters(status="all", opened_from=period.first, opened_until=period.last)
    recaps, exporting = Recaps(house.tickets), Exporting(house.tickets)
    recap = await recaps.of(house.office, period, NOW)
    began = time.perf_counter()
    await recaps.of(house.office, period, NOW)
    read = time.perf_counter() - began
    began = time.perf_counter()
    counted = "SELECT channel, count(*) FROM ticket WHERE office = $1 AND opened_at >= $2 GROUP BY channel"
    await house.database.query(counted, ["blitar", at("2026-11-01 00:00")])
    counting = time.perf_counter() - began
    say(f"recap of {recap.cohort.count:,} complaints: {read:.2f} s, {read / counting:.0f} x one counting statement")
    rows = [row async for portion in said(exporting.whole(house.office, filters, NOW)) for row in portion]
    alone = bare(rows)
    began, file = time.perf_counter(), io.BytesIO()
    await write(file, recap, exporting.whole(house.office, filters, NOW), house.office)
    whole = time.perf_counter() - began
    size = len(file.getvalue()) / 1e6
    say(f"XLSX, reading included: {whole:.2f} s, {size:.1f} MB, {whole / alone:.2f} x bare xlsxwriter ({alone:.2f} s)")
    began = time.perf_counter()
    written = 0
    async for portion in said(exporting.whole(house.office, filters, NOW)):
        written += len(lines(portion))
    say(f"CSV, reading included: {time.perf_counter() - began:.2f} s, {written / 1e6:.1f} MB")
    for part in (count // 10, count):
        tracemalloc.start()
        taken = 0
        async for portion in said(exporting.whole(house.office, filters, NOW)):
            taken += len(portion)
            if taken >= part:
                break
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        say(f"memory at its most while {part:,} rows go by: {peak / 1e6:.1f} MB")


async def main(count: int) -> None:
    """On a record of its own."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite://{folder}/bench.sqlite"
        await migrate(url)
        database = Database(url)
        await database.open()
        try:
            house = House(database, Path(folder), blitar())
            await house.tickets.prepare(NOW)
            await measure(house, count)
        finally:
            await database.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS))
