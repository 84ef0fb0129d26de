"""What an officer does in one go with a reply: take the ticket, put it aside, or an action that asks for nothing.

Carried out on the case that the reply holds, in its transaction: both are done, or neither.
"""

from __future__ import annotations

from dataclasses import dataclass

from config.schema import Right
from inbox import snoozing
from inbox.actor import Actor
from inbox.cases import Case
from inbox.deeds import Deed
from inbox.files import Files
from inbox.refused import Forbidden, Refused
from inbox.telling import Telling


@dataclass(frozen=True, slots=True)
class Then:
    """``take``: the ticket becomes the officer's own. ``snooze``: until when it rests, as ``inbox.snoozing`` reads it.
    ``action``: an action's id. Empty for none.
    """

    take: bool = False
    snooze: str = ""
    action: str = ""

    async def do(self, case: Case, by: Actor, telling: Telling, files: Files) -> None:
        """Do it. Raises Forbidden ``no-right``, Refused ``not-open`` and what the single commands raise."""
        if self.take and case.ticket.officer_id != by.officer_id:
            if not by.may(case.office, Right.ASSIGN):
                raise Forbidden("no-right", right=Right.ASSIGN)
            case.change(officer_id=by.officer_id)
            await case.log("assigned", officer=by.officer_id)
        if self.snooze:
            if not case.live:
                raise Refused("not-open", number=case.ticket.number)
            await snoozing.put_aside(case, by, snoozing.ends_at(case.calendar, self.snooze, case.now))
        if self.action:
            await Deed(case, by, telling, files).do(self.action, {}, {})
