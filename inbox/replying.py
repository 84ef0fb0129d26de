"""An officer's words to the citizen, as a command of ``inbox.acting``: where they go, what they are, what else is done.

Own words and approved templates alike. Words that no door would let out are refused while they can still be changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from inbox import approved_list, drafting, leading, steps, undoing
from inbox.actor import Actor
from inbox.approved import Filled
from inbox.approved_list import Chosen
from inbox.cases import Case
from inbox.files import Files, StoredFile
from inbox.models import Message
from inbox.refused import Refused
from inbox.telling import Said, Telling
from inbox.tickets import Tickets
from inbox.ways import Through, Way, find, link, linked, note, spoken_through, ways_of
from inbox.with_reply import Then


async def picked(
    tickets: Tickets, by: Actor, number: str, *, through: str, approved: Chosen | None, now: datetime
) -> tuple[Through | None, Filled | None]:
    """The way that was asked for, by its key or its door, and the template as it was filled in; before any transaction.

    A template goes through one way alone: where none was chosen, the first usual one that has a window.

    Raises: Missing ``ticket-missing``; Refused ``way-unknown`` and as ``approved_list.filled``.
    """
    if not through and approved is None:
        return None, None
    async with tickets.database.reading():
        ticket = await tickets.cases.find(by, number)
        known = tickets.abilities
        ways = await ways_of(ticket, tickets.offices.office(by.office), await linked(ticket), known, now)
    way = find(ways, through) if through else _windowed(ways)
    filled = await approved_list.filled(tickets.database, way.channel, approved) if approved else None
    return Through(way, await spoken_through(tickets.database, way, now)), filled


def _windowed(ways: Sequence[Way]) -> Way:
    for way in ways:
        if way.usual and way.abilities.window:
            return way
    raise Refused("way-unknown", field="through")


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said, and what is done with it.

    ``approved``: the platform's template that goes out; ``text`` is how it reads. ``wait``: what the citizen is asked
    for; the step's clock stops until they write. ``hold``: how long it waits before it leaves.
    """

    text: str
    files: Sequence[StoredFile] = ()
    wait: str = ""
    hold: timedelta | None = None
    then: Then | None = None
    through: Through | None = None
    approved: Filled | None = None

    async def give(self, case: Case, by: Actor, telling: Telling, files: Files) -> None:
        """Say it, on the case that the command holds.

        Refused ``nobody-hears``, ``window-closed``, ``already-waiting``, and what ``then`` is refused for.
        """
        if self.wait:
            await _wait(case, self.wait)
        sent = await self._say(case, by, telling)
        if not sent:
            raise Refused("nobody-hears", number=case.ticket.number)
        if self.hold:
            words = "" if self.approved else self.text
            await undoing.hold(sent[0], words, case.now + self.hold, telling.closes(case.now))
        case.change(unread=False)
        await case.log("replied", message_id=sent[0].id)
        if not self.approved:
            await drafting.clear(by.officer_id, case.ticket.id, "reply")
        if self.then:
            await self.then.do(case, by, telling, files)

    async def _say(self, case: Case, by: Actor, telling: Telling) -> list[Message]:
        template = "tanya" if self.wait else "jawaban-petugas"
        approved = self.approved.approved if self.approved else None
        said = Said(template, {"text": self.text}, case.now, by.officer_id, tuple(self.files), approved)
        if self.through is None:
            return await telling.answer(case.ticket, said)
        chosen = await link(case.ticket, self.through.way, self.through.conversation_id, case.now)
        await note(case.ticket, self.through.way, by.mark, case.now)
        return await telling.answer_through(case.ticket, chosen, said)


async def _wait(case: Case, reason: str) -> None:
    if case.ticket.status != "open":
        raise Refused("not-open" if not case.live else "already-waiting", number=case.ticket.number)
    await leading.check_alone(case.ticket)
    await steps.pause(case, reason)
    await case.log("waiting")
