"""What an officer does to whole tickets from a ticket's page: merge, split, relate, label, mark as spam; each undoable.

Each handler reads one form, gives one command and shows the ticket; a refusal brings the page back with its sentence.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from channels.base import Program
from inbox.labels import Labels
from inbox.merging import Merging
from inbox.related import Relations
from inbox.spam import Spam
from inbox.splitting import Splitting
from inbox.tickets import Tickets
from inbox.web.commanding import Commanding
from inbox.web.gate import Handler, Visit
from inbox.web.ticket import TicketPages, number

Guard = Callable[[Handler], Callable[[web.Request], Awaitable[web.StreamResponse]]]


class Relating:
    """POST /meja/{number}/gabungkan and the like."""

    def __init__(self, tickets: Tickets, pages: TicketPages, program: Program) -> None:
        self._commands = Commanding(pages, program)
        self._merging, self._splitting, self._spam = Merging(tickets), Splitting(tickets), Spam(tickets)
        self._relations, self._labels = Relations(tickets), Labels(tickets)

    def lay(self, router: web.UrlDispatcher, officer: Guard, ticket: str) -> None:
        """Lay the handlers below a ticket's path."""
        for path, handler in {
            "gabungkan": self.merge,
            "lepas-gabungan": self.separate,
            "pecah": self.split,
            "spam": self.spam,
            "bukan-spam": self.clear,
            "kaitkan": self.relate,
            "bukan-sama": self.apart,
            "label": self.label,
            r"lepas-label/{label:\d+}": self.unlabel,
            r"lepas-kaitan/{relation:\d+}": self.unrelate,
        }.items():
            router.add_post(f"{ticket}/{path}", officer(handler))

    async def merge(self, visit: Visit) -> web.Response:
        """It goes on as part of another: that one's page comes next."""
        into = visit.posted.text("into")
        work = self._merging.merge(visit.by, number(visit), into, visit.posted.text("reason"), **_seen(visit))
        return await self._commands.done(visit, "merge", work, "digabungkan", lambda _: into.strip().upper())

    async def separate(self, visit: Visit) -> web.Response:
        """It stands alone again."""
        return await self._commands.done(
            visit, "separate", self._merging.separate(visit.by, number(visit), **_seen(visit)), "dipisahkan"
        )

    async def split(self, visit: Visit) -> web.Response:
        """One of its messages becomes a ticket: the new one's page comes next."""
        work = self._splitting.split(visit.by, number(visit), _id(visit.posted.text("message")), **_seen(visit))
        return await self._commands.done(visit, "split", work, "dipecah", lambda made: made.number)

    async def spam(self, visit: Visit) -> web.Response:
        """It is spam."""
        return await self._commands.done(
            visit, "spam", self._spam.mark(visit.by, number(visit), **_seen(visit)), "spam"
        )

    async def clear(self, visit: Visit) -> web.Response:
        """It is none."""
        return await self._commands.done(
            visit, "clear", self._spam.clear(visit.by, number(visit), **_seen(visit)), "bukan-spam"
        )

    async def relate(self, visit: Visit) -> web.Response:
        """It belongs together with another."""
        work = self._relations.relate(visit.by, number(visit), visit.posted.text("other"), now=visit.now)
        return await self._commands.done(visit, "relate", work, "dikaitkan")

    async def apart(self, visit: Visit) -> web.Response:
        """It is not the same as another that looks like it."""
        work = self._relations.apart(visit.by, number(visit), visit.posted.text("other"), now=visit.now)
        return await self._commands.done(visit, "apart", work, "bukan-sama")

    async def unrelate(self, visit: Visit) -> web.Response:
        """It does not belong together with that one."""
        relation = visit.request.match_info["relation"]
        work = self._relations.undo(visit.by, number(visit), _id(relation), now=visit.now)
        return await self._commands.done(visit, f"unrelate-{relation}", work, "lepas-kaitan")

    async def label(self, visit: Visit) -> web.Response:
        """A label is put on."""
        label = _id(visit.posted.text("label"))
        return await self._commands.done(
            visit, "label", self._labels.put(visit.by, number(visit), label, now=visit.now), "label"
        )

    async def unlabel(self, visit: Visit) -> web.Response:
        """A label is taken off."""
        label = _id(visit.request.match_info["label"])
        return await self._commands.done(
            visit, "label", self._labels.take_off(visit.by, number(visit), label, now=visit.now), "lepas-label"
        )


def _id(digits: str) -> int:
    """An id that a form gives; 0, which nothing has, where it is none."""
    return int(digits[:18]) if digits.isascii() and digits.isdigit() else 0


def _seen(visit: Visit) -> dict[str, Any]:
    return {"version": visit.posted.version(), "now": visit.now}
