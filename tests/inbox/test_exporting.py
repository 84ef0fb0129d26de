"""Lists as files: who gets which rows and columns, nothing that a spreadsheet would run, many rows in little room."""

from __future__ import annotations

import csv
import io
import tracemalloc
from datetime import timedelta

import pytest
from python_calamine import CalamineWorkbook

from inbox.actor import Actor
from inbox.exporting import Exporting
from inbox.models import Citizen, Entry, Ticket, TicketStep
from inbox.recap_sheets import headings, said, write
from inbox.recaps import Recaps, period_of
from inbox.search import Filters
from inbox.sheets import Workbook, lines
from tests.inbox.house import House, at

NOW = at("2026-11-23 10:00")


async def exported(house: House, by: Actor, filters: Filters | None = None) -> list[dict[str, object]]:
    """The rows of an export, by column."""
    export = await Exporting(house.tickets).begin(by, filters or Filters(), "xlsx", NOW)
    return [dict(zip(export.columns, row, strict=True)) async for rows in export.portions for row in rows]


async def test_everybody_takes_what_they_may_see(any_house: House) -> None:
    """Whoever sees all takes all; a role that sees its own takes its own; and a line in the journal says who."""
    head, clerk = await any_house.officer("kepala-dinas"), await any_house.officer("tamu")
    tickets = [await any_house.complaint(at("2026-11-23 08:00"), sender=f"w{n}@example.com") for n in range(3)]
    await Ticket.filter(id=tickets[1].id).update(officer_id=clerk.officer_id)
    assert [row["number"] for row in await exported(any_house, head)] == [one.number for one in reversed(tickets)]
    assert [row["number"] for row in await exported(any_house, clerk)] == [tickets[1].number]
    told = await Entry.filter(event__startswith="exported").order_by("id").values_list("event", "actor")
    assert list(told) == [("exported", head.mark), ("exported", clerk.mark)]


async def test_names_go_to_who_may_join_persons(house: House) -> None:
    """Without that right there is no column that says who complained; with it, the journal says that they went out."""
    await house.complaint(at("2026-11-23 08:00"), sender="siti@example.com")
    (plain,) = await exported(house, await house.officer("kepala-dinas"))
    (named,) = await exported(house, await house.officer("kabid"))
    assert "Siti" not in str(plain)
    assert "siti@example.com" not in str(plain)
    assert (named["citizen"], named["contact"]) == ("Siti", "siti@example.com")
    assert await Entry.filter(event="exported-names").count() == 1


async def test_an_export_follows_the_filters(any_house: House) -> None:
    """Kind, status, days and words narrow the file as they narrow the list."""
    head = await any_house.officer("kepala-dinas")
    first = await any_house.complaint(at("2026-11-20 08:00"), text="Parkir liar di alun-alun", kind="informasi")
    second = await any_house.complaint(at("2026-11-23 08:00"), text="Ruko tanpa izin", sender="b@example.com")
    await Ticket.filter(id=second.id).update(status="closed", closed_at=NOW)

    async def numbers(**known: object) -> set[object]:
        return {row["number"] for row in await exported(any_house, head, Filters(**known))}  # type: ignore[arg-type]

    assert await numbers() == {first.number}
    assert await numbers(status="all") == {first.number, second.number}
    assert await numbers(queue="closed") == {second.number}
    assert await numbers(status="all", kind="informasi") == {first.number}
    assert await numbers(status="all", opened_from=at("2026-11-22 00:00").date()) == {second.number}
    assert await numbers(status="all", q="parkir") == {first.number}


@pytest.mark.parametrize("text", ["=1+1", "+62812", "-2", "@SUM(A1)", "\t=1", " =1", "\uff1d1", "\r=1"])
def test_csv_gives_nothing_to_run(text: str) -> None:
    """What a spreadsheet could take for a formula is given an apostrophe."""
    ((cell, number),) = csv.reader(io.StringIO(lines([(text, -5)]).decode()), delimiter=";")
    assert cell.startswith("'")
    assert number == "-5"


async def test_xlsx_keeps_a_text_a_text(tmp_path: object) -> None:
    """No formula, no link, no number out of digits, and characters that no sheet takes are left out."""
    file, texts = io.BytesIO(), ["=1+1", "https://example.com", "00123", "a\x00b\x0bc", "😀 ꦱꦸꦫꦠ", "x" * 40_000]
    book = Workbook(file)
    await book.sheet("Aduan", ["Isi"]).add([[text] for text in texts])
    await book.close()
    file.seek(0)
    rows = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows] == ["Isi", "=1+1", "https://example.com", "00123", "abc", "😀 ꦱꦸꦫꦠ", "x" * 32_767]
    assert b"<f>" not in file.getvalue()


async def many(house: House, count: int) -> None:
    """So many complaints of one month, each with a step that was on time or late."""
    first = await house.complaint(at("2026-11-02 08:00"))
    step = await TicketStep.get(ticket_id=first.id)
    who = await Citizen.create(office="blitar", name="Warga", created_at=NOW)
    known = {name: getattr(first, name) for name in ("office", "code", "kind", "channel", "procedure_id", "step")}

    async def work() -> None:
        for begin in range(0, count - 1, 5000):
            numbers = range(begin + 2, min(begin + 5000, count - 1) + 2)
            await Ticket.bulk_create(
                Ticket(
                    **known,
                    number=f"BLT-26-{number:06d}",
                    citizen_id=who.id,
                    summary=f"Keluhan warga ke-{number}",
                    opened_at=at("2026-11-02 08:00") + timedelta(minutes=number % 20_000),
                )
                for number in numbers
            )
        ids = await Ticket.filter(citizen_id=who.id).values_list("id", flat=True)
        await TicketStep.bulk_create(
            TicketStep(
                office="blitar",
                ticket_id=id_,
                version_id=step.version_id,
                ordinal=1,
                step=step.step,
                started_at=at("2026-11-02 08:00"),
                due_at=at("2026-11-02 09:00"),
                ended_at=at("2026-11-02 10:00" if id_ % 4 == 0 else "2026-11-02 08:30"),
            )
            for id_ in ids
        )

    await house.database.transaction(work)


async def test_twenty_thousand_rows_in_few_questions_and_little_room(house: House, statements: list[str]) -> None:
    """A month with 20,000 complaints: its recap, and its file with every row, while memory stays flat. What is asked of
    the database grows with neither.
    """
    await many(house, 20_000)
    period = period_of("2026-11", house.office, NOW)
    statements.clear()
    recap = await Recaps(house.tickets).of(house.office, period, NOW)
    assert len(statements) < 10
    assert (recap.cohort.count, recap.steps_done) == (20_000, 20_000)
    assert recap.steps_late == pytest.approx(5_000, abs=2)
    filters = Filters(status="all", opened_from=period.first, opened_until=period.last)
    with (house_file := io.BytesIO()):
        tracemalloc.start()
        rows = Exporting(house.tickets).whole(house.office, filters, NOW)
        portions = [len(portion) async for portion in said(rows)]
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert sum(portions) == 20_000
        assert peak < 24 * 1024 * 1024
        statements.clear()
        rows = Exporting(house.tickets).whole(house.office, filters, NOW)
        await write(house_file, recap, rows, house.office)
        assert len(statements) < 4 * len(portions)
        house_file.seek(0)
        book = CalamineWorkbook.from_filelike(house_file)
        assert book.sheet_names == ["Rekapitulasi", "Langkah", "Daftar aduan"]
        listed = book.get_sheet_by_name("Daftar aduan").to_python()
        assert listed[0] == headings(rows.columns)
        assert len({row[0] for row in listed[1:]}) == 20_000
