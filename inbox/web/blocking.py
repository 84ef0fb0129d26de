"""Who is blocked, and what is withheld: the office's list, and the messages that go no further until an officer looks.

Both belong to whoever looks after what was set aside.
"""

from __future__ import annotations

from aiohttp import web

from channels.base import Program
from inbox.blocking import DAYS, Blocks
from inbox.refused import Forbidden, Missing, Refused
from inbox.tickets import Tickets
from inbox.web.bulk import Guard
from inbox.web.forms import Given
from inbox.web.gate import Visit
from inbox.web.lists import doors
from inbox.web.rail import Rails
from inbox.web.trouble import Replay
from inbox.withholding import Withholdings

_BLOCKS, _WITHHELD = "/meja/blokir", "/meja/tertahan"


class BlockPages:
    """/meja/blokir and /meja/tertahan."""

    def __init__(self, tickets: Tickets, program: Program, replay: Replay, rails: Rails) -> None:
        self._blocks, self._withheld = Blocks(tickets), Withholdings(tickets)
        self._program, self._replay, self._rails = program, replay, rails

    def routes(self, officer: Guard) -> list[web.RouteDef]:
        """For ``Application.add_routes``."""
        return [
            web.get(_BLOCKS, officer(self.page)),
            web.post(_BLOCKS, officer(self.add)),
            web.post(_BLOCKS + r"/{block:\d+}/akhiri", officer(self.end)),
            web.get(_WITHHELD, officer(self.withheld)),
            web.post(_WITHHELD + r"/{withheld:\d+}", officer(self.settle)),
        ]

    async def page(self, visit: Visit, given: Given | None = None) -> web.Response:
        """GET: the list, and the form; ``aduan`` names a ticket whose senders are offered."""
        number = visit.posted.text("aduan") or visit.request.query.get("aduan", "")
        standing = await self._blocks.standing(visit.by, visit.now)
        return visit.page(
            "pages/blocks.html",
            status=422 if given else 200,
            given=given or Given(),
            standing=standing,
            over=await self._blocks.over(visit.by, visit.now),
            senders=await self._blocks.senders(visit.by, number) if number else (),
            number=number[:20],
            spans=DAYS,
            rail=await self._rails.of(visit, "trouble"),
        )

    async def add(self, visit: Visit) -> web.Response:
        """POST: ``who``, ``reason``, ``days``."""
        text = visit.posted.text
        try:
            await self._blocks.add(visit.by, text("who"), text("reason"), text("days"), visit.now)
        except (Forbidden, Missing):
            raise
        except Refused as refused:
            return await self.page(visit, Given("block", visit.posted, refused))
        return visit.go(f"{_BLOCKS}?kabar=blokir")

    async def end(self, visit: Visit) -> web.Response:
        """POST {block}/akhiri: it holds no more."""
        await self._blocks.end(visit.by, int(visit.request.match_info["block"][:18]), visit.now)
        return visit.go(f"{_BLOCKS}?kabar=blokir-akhir")

    async def withheld(self, visit: Visit) -> web.Response:
        """GET: what goes no further, by sender."""
        return visit.page(
            "pages/withheld.html",
            senders=await self._withheld.waiting(visit.by),
            doors=doors(visit.office),
            rail=await self._rails.of(visit, "trouble"),
        )

    async def settle(self, visit: Visit) -> web.Response:
        """POST {withheld}: ``do`` is take, drop, or drop-all of its sender's."""
        wanted, do = int(visit.request.match_info["withheld"][:18]), visit.posted.text("do")
        if do == "take":
            row = await self._withheld.one(visit.by, wanted)
            done = await self._replay.withheld(row.id, officer_id=visit.by.officer_id)
            self._program.wake()
            return visit.go(f"{_WITHHELD}?kabar={'ulang' if done else ''}")
        await self._withheld.drop(visit.by, wanted, visit.now, every=do == "drop-all")
        return visit.go(f"{_WITHHELD}?kabar=singkir")
