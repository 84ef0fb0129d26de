"""A recap as XLSX: its figures, its steps with who did them, and every complaint it is about.

The words are sentences by code (``templates/reasons.yaml``); the rows are ``inbox.exporting``'s, so that a month with
twenty thousand complaints takes no more memory than one with ten. Nothing in it says who complained.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from functools import partial
from typing import IO

import templates
from config.schema import Office
from inbox.exporting import Export
from inbox.figures import Part
from inbox.recaps import Recap, Worked
from inbox.sheets import Cell, Workbook
from templates.filters import day

Row = tuple[Cell, ...]
_STATES = frozenset({"open", "waiting", "answered", "closed", "handed-on"})


async def write(file: IO[bytes], recap: Recap, rows: Export, office: Office, language: str = "id") -> None:
    """The whole file."""
    say = partial(templates.sentence, language=language)
    book = Workbook(file)
    title = (say(f"recap-{recap.every}"), office.full_name, days(recap, language))
    first = book.sheet(say("sheet-recap"), (say("sheet-what"), say("sheet-count")), title=title, widths=(48, 14))
    await first.add([*figures(recap, language)])
    heads = [say(f"sheet-{one}") for one in ("procedure", "step", "officer", "count", "standing", "on-time", "late")]
    steps = book.sheet(say("sheet-steps"), heads, widths=(30, 50, 28, 10, 14, 12, 12))
    await steps.add([_step(one) for one in recap.steps])
    listed = book.sheet(say("sheet-list"), headings(rows.columns, language))
    async for portion in said(rows, language):
        await listed.add(portion)
    await book.close()


def headings(columns: Sequence[str], language: str = "id") -> list[str]:
    """What stands above the columns of an export."""
    return [templates.sentence(f"column-{name.replace('_', '-')}", language=language) for name in columns]


async def said(rows: Export, language: str = "id") -> AsyncIterator[list[Row]]:
    """The portions of an export with its states in words."""
    place = rows.columns.index("status")
    words = {name: templates.sentence(f"state-{name}", language=language) for name in _STATES}
    async for portion in rows.portions:
        yield [(*row[:place], words.get(str(row[place]), row[place]), *row[place + 1 :]) for row in portion]


def days(recap: Recap, language: str = "id") -> str:
    """The days that a recap is about, in words."""
    first, last = (day(on, language=language) for on in (recap.period.first, recap.period.last))
    return first if first == last else templates.sentence("recap-days", {"first": first, "last": last}, language)


def figures(recap: Recap, language: str = "id") -> Iterator[Row]:
    """The recap's figures, one a line; a line without a number is a heading."""
    say, cohort = partial(templates.sentence, language=language), recap.cohort
    yield say("recap-count"), cohort.count
    yield from _parts(say("recap-doors"), cohort.doors, say("recap-other"))
    yield from _parts(say("recap-kinds"), cohort.kinds, say("recap-other"))
    yield from _parts(say("recap-classes"), recap.classes, say("recap-no-class"))
    statuses = [Part(part.id, say(f"state-{part.id}"), part.count) for part in cohort.statuses]
    yield from _parts(say("recap-statuses"), statuses, say("recap-other"))
    yield (say("recap-answers"), None)
    yield f"  {say('recap-answered')}", cohort.answers.count if cohort.answers else 0
    if cohort.answers:
        yield f"  {say('recap-median')}", cohort.answers.median
    yield f"  {say('recap-kept')}", cohort.kept
    yield f"  {say('recap-missed')}", cohort.judged - cohort.kept
    if cohort.rated:
        yield from _parts(say("recap-ratings"), cohort.ratings, "")
    if recap.letters:
        yield from _parts(say("recap-letters"), [Part(one.register, one.name, one.count) for one in recap.letters], "")
    yield say("sheet-steps"), recap.steps_done
    yield f"  {say('sheet-late')}", recap.steps_late


def _parts(heading: str, parts: Sequence[Part], nameless: str) -> Iterator[Row]:
    yield heading, None
    for part in parts:
        yield f"  {part.name or nameless}", part.count


def _step(one: Worked) -> Row:
    return one.procedure_name, one.step_name, one.officer, one.count, one.standing, one.on_time, one.late
