"""Numbers of papers: each numbering counts 1, 2, 3 ... per office and year of its own, without a gap.

As with the books (``inbox.registers``) the count is a row that every paper of the numbering waits for until the one
before is issued or undone; where the numbering names a book, the paper is entered there in the same go.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from config.schema import Office, PaperKind, written_number
from inbox import registers


@dataclass(frozen=True, slots=True)
class Numbered:
    """A number as it stands on the paper, and the line of the book it was entered in; empty and None without."""

    text: str = ""
    entry_id: int | None = None


async def take(office: Office, kind: PaperKind, *, ticket_id: int, officer_id: int | None, now: datetime) -> Numbered:
    """The next number for a paper of that kind, in the caller's transaction.

    Raises: Refused ``book-closed``: somebody closed that year.
    """
    if kind.numbered is None:
        return Numbered()
    numbering = office.numbering(kind.numbered)
    today = now.astimezone(ZoneInfo(office.time_zone)).date()
    number = await registers.count(f"numbering:{office.id}:{numbering.id}:{today.year}")
    entry = None
    if numbering.register_id is not None:
        entry = await registers.next_entry(
            office, numbering.register_id, ticket_id=ticket_id, officer_id=officer_id, now=now
        )
    text = written_number(numbering.pattern, number, today, office.code)
    return Numbered(text, int(entry.id) if entry else None)
