"""The registers that an office brought in, and what a check found, for who keeps the settings. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from config.schema import Right
from inbox.actor import Actor
from inbox.models import ImportRow, ImportRun, Ticket
from inbox.refused import Forbidden, Missing
from inbox.tickets import Tickets

MOST_RUNS = 50
PAGE_ROWS = 100


@dataclass(frozen=True, slots=True)
class Trouble:
    """A row with problems: its line in the file, what it is called there, and codes with what they speak of."""

    line: int
    old_number: str
    problems: tuple[tuple[str, dict[str, Any]], ...]


@dataclass(frozen=True, slots=True)
class Look:
    """A run: its troubles from a line on (``after`` leads to the next, 0 on the last page), some rows that are well,
    and, once they came in, some of the complaints."""

    run: ImportRun
    troubles: tuple[Trouble, ...]
    after: int
    samples: Sequence[ImportRow]
    tickets: Sequence[Ticket]


class Imports:
    """Reads them."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def runs(self, by: Actor) -> list[ImportRun]:
        """The latest first. Raises Forbidden ``no-right``."""
        self._check(by)
        async with self._tickets.database.reading(long=True):
            found = ImportRun.filter(office=by.office).order_by("-id").limit(MOST_RUNS)
            return await found.select_related("officer")

    async def look(self, by: Actor, run_id: int, line: int = 0) -> Look:
        """One of them. Raises Forbidden ``no-right``, Missing ``import-missing-run``."""
        self._check(by)
        async with self._tickets.database.reading(long=True):
            run = await ImportRun.filter(id=run_id, office=by.office).select_related("officer").first()
            if run is None:
                raise Missing("import-missing-run")
            rows = ImportRow.filter(run_id=run.id)
            faulty = await rows.filter(faulty=True, line__gt=line).order_by("line").limit(PAGE_ROWS + 1)
            samples = await rows.filter(faulty=False).order_by("line").limit(5)
            tickets = await Ticket.filter(import_id=run.id).order_by("id").limit(10) if run.state == "done" else []
        shown = tuple(Trouble(row.line, row.old_number, tuple((c, v) for c, v in row.problems)) for row in faulty)
        after = shown[PAGE_ROWS - 1].line if len(shown) > PAGE_ROWS else 0
        return Look(run, shown[:PAGE_ROWS], after, samples, tickets)

    def _check(self, by: Actor) -> None:
        if not by.may(self._tickets.offices.office(by.office), Right.SETTINGS):
            raise Forbidden("no-right", right=Right.SETTINGS)
