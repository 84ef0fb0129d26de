"""What an officer does to a ticket from its page: each handler reads one form, gives one command, shows the ticket.

Where a command is refused, its page comes back with what was typed (``inbox.web.commanding``).
"""

from __future__ import annotations

from typing import Any

from aiohttp import web

from channels.base import Program
from inbox.acting import Acting
from inbox.deeds import THROUGH
from inbox.joining import Joinings
from inbox.refused import Refused
from inbox.undoing import UNDO, Undoing
from inbox.web.commanding import Commanding
from inbox.web.gate import Visit
from inbox.web.ticket import TicketPages, number
from inbox.with_reply import Then

_OURS = ("csrf", "version")
_FIELDS = ("name", "object", "place", "permit_number", "lapor_id")


class Actions:
    """POST /meja/{number}/..."""

    def __init__(
        self, acting: Acting, joinings: Joinings, undoing: Undoing, pages: TicketPages, program: Program
    ) -> None:
        self._acting, self._joinings, self._undoing = acting, joinings, undoing
        self._pages, self._commands = pages, Commanding(pages, program)

    async def act(self, visit: Visit) -> web.Response:
        """One of the step's actions, with the papers it needs."""
        action, posted = visit.request.match_info["action"], visit.posted
        command = self._acting.act(
            visit.by,
            number(visit),
            action,
            posted.values(but=(*_OURS, THROUGH)),
            files=dict(posted.files),
            through=posted.text(THROUGH),
            **_seen(visit),
        )
        return await self._commands.done(visit, f"act-{action}", command, "langkah")

    async def reply(self, visit: Visit) -> web.Response:
        """A message to the citizen, which can be taken back for a while; the clock may wait for the answer, and one
        more thing be done in the same go.
        """
        posted = visit.posted
        waits = bool(posted.text("waiting"))
        if waits and not posted.text("wait").strip():
            return await self._pages.refused(visit, "reply", Refused("wait-missing", field="wait"))
        command = self._acting.reply(
            visit.by,
            number(visit),
            posted.text("text"),
            files=posted.uploads("files"),
            wait=posted.text("wait") if waits else "",
            hold=UNDO,
            then=_together(posted.text("then")),
            through=posted.text("through"),
            **_seen(visit),
        )
        return await self._commands.done(visit, "reply", command, "tanya" if waits else "balas")

    async def undo(self, visit: Visit) -> web.Response:
        """A reply taken back before it left."""
        message_id = int(visit.request.match_info["message"][:18])
        command = self._undoing.undo(visit.by, number(visit), message_id, now=visit.now)
        return await self._commands.done(visit, "undo", command, "ditarik")

    async def note(self, visit: Visit) -> web.Response:
        """A note between officers."""
        posted = visit.posted
        chosen = [int(one[:18]) for one in posted.texts.getall("mention", []) if one.isdecimal()]
        command = self._acting.note(visit.by, number(visit), posted.text("text"), now=visit.now, mention=chosen)
        return await self._commands.done(visit, "note", command, "catatan")

    async def resume(self, visit: Visit) -> web.Response:
        """The clock runs again."""
        command = self._acting.resume(visit.by, number(visit), **_seen(visit))
        return await self._commands.done(visit, "resume", command, "lanjut")

    async def fields(self, visit: Visit) -> web.Response:
        """What is known of the complaint, corrected."""
        values = {name: visit.posted.text(name) for name in _FIELDS if name in visit.posted.texts}
        command = self._acting.fields(visit.by, number(visit), values, **_seen(visit))
        return await self._commands.done(visit, "fields", command, "isian")

    async def assign(self, visit: Visit) -> web.Response:
        """Who answers for it: an officer, or the role again. A pressed "take it" stands after the list's choice."""
        chosen = visit.posted.texts.getall("officer", [""])[-1]
        officer_id = int(chosen[:18]) if chosen.isdecimal() else None
        command = self._acting.assign(visit.by, number(visit), officer_id, **_seen(visit))
        return await self._commands.done(visit, "assign", command, "penanggung")

    async def reroute(self, visit: Visit) -> web.Response:
        """Another kind or procedure."""
        text = visit.posted.text
        command = self._acting.reroute(
            visit.by,
            number(visit),
            procedure=text("procedure"),
            kind=text("kind"),
            reason=text("reason"),
            **_seen(visit),
        )
        return await self._commands.done(visit, "reroute", command, "jalur")

    async def hand_on(self, visit: Visit) -> web.Response:
        """It is another agency's."""
        text = visit.posted.text
        command = self._acting.hand_on(visit.by, number(visit), text("agency"), text("reason"), **_seen(visit))
        return await self._commands.done(visit, "hand-on", command, "alih")

    async def close(self, visit: Visit) -> web.Response:
        """It ends here, with a reason."""
        command = self._acting.close(visit.by, number(visit), visit.posted.text("reason"), **_seen(visit))
        return await self._commands.done(visit, "close", command, "tutup")

    async def reopen(self, visit: Visit) -> web.Response:
        """It begins again, with a reason."""
        command = self._acting.reopen_by(visit.by, number(visit), visit.posted.text("reason"), **_seen(visit))
        return await self._commands.done(visit, "reopen", command, "buka")

    async def join(self, visit: Visit) -> web.Response:
        """Its person is another ticket's too: a hint that was chosen, or a number that was written."""
        text = visit.posted.text
        other = text("number").strip() or text("with")
        command = self._joinings.join(visit.by, number(visit), other, text("reason"), **_seen(visit))
        return await self._commands.done(visit, "join", command, "gabung")

    async def separate(self, visit: Visit) -> web.Response:
        """They are two persons after all."""
        joining = visit.request.match_info["joining"]
        command = self._joinings.separate(visit.by, number(visit), int(joining[:18]), **_seen(visit))
        return await self._commands.done(visit, f"separate-{joining}", command, "pisah")

    async def done(self, visit: Visit) -> web.Response:
        """An addressee of a disposition reports."""
        task = visit.request.match_info["task"]
        command = self._acting.done(visit.by, int(task[:18]), visit.posted.text("report"), now=visit.now)
        return await self._commands.done(visit, f"done-{task}", command, "tugas")


def _together(pressed: str) -> Then:
    """What the pressed button does beside sending: ``take``, ``snooze:<until>``, ``action:<id>``."""
    doing, _, what = pressed.partition(":")
    return Then(
        take=doing == "take", snooze=what if doing == "snooze" else "", action=what if doing == "action" else ""
    )


def _seen(visit: Visit) -> dict[str, Any]:
    return {"version": visit.posted.version(), "now": visit.now}
