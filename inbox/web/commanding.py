"""How every command of the ticket page ends: the ticket again, with what is said of it; or with why it was not done.

What the command did is on its way when the page comes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from aiohttp import web

from channels.base import Program
from inbox.refused import Missing, Refused
from inbox.web.gate import Visit
from inbox.web.ticket import TicketPages, kept, number

T = TypeVar("T")


class Commanding:
    """Carries out a command of the record and shows the ticket."""

    def __init__(self, pages: TicketPages, program: Program) -> None:
        self._pages, self._program = pages, program

    async def done(
        self, visit: Visit, form: str, command: Awaitable[T], said: str, where: Callable[[T], str] | None = None
    ) -> web.Response:
        """Carry it out; raises Missing.

        Args:
            form: the form that was filled in; what was typed into it stays where the command is refused.
            said: what the page says then, by its name in ``parts/toasts.html``.
            where: the number of the ticket that is shown then, by what the command returned; None: the same ticket.
        """
        try:
            result = await command
        except Missing:
            raise
        except Refused as refused:
            return await self._pages.refused(visit, form, refused)
        self._program.wake()
        return shown(visit, said, where(result) if where else number(visit))


def shown(visit: Visit, said: str, ticket: str) -> web.Response:
    """To the ticket's page, with the list beside it as it was."""
    query = kept(visit)
    return visit.go(f"/meja/{ticket}{query}{'&' if query else '?'}kabar={said}")
