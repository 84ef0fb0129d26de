"""What does not go by itself: answers that did not arrive, messages nobody could digest, doors that are silent.

Each thing with its reason and what can be done about it. An officer sees the parts that their rights reach.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo

from aiohttp import web

from channels.base import Health, Program
from config.schema import Right
from inbox import models
from inbox.counter import HANDED
from inbox.database import Database
from inbox.deliveries import Deliveries
from inbox.files import Files
from inbox.forms import hand_form
from inbox.hook_queue import HookTroubles
from inbox.next_door import NextDoor
from inbox.recap_sendings import RecapTroubles
from inbox.refused import Forbidden, Missing, Refused, Stale
from inbox.troubles import ChannelLine, FailureLine, Troubles
from inbox.ways import Way
from inbox.web.files import headers
from inbox.web.forms import Given
from inbox.web.gate import Visit
from inbox.web.lists import doors
from inbox.web.rail import Rails
from inbox.web.signin import inside

RIGHTS = (Right.DELIVERY, Right.ASIDE, Right.HEALTH)


class Replay(Protocol):
    """Runs a message that was set aside or withheld through the clerk again."""

    async def one(self, set_aside_id: int, *, officer_id: int | None = None) -> bool:
        """Do it: True where it is on record now, False where it is set aside still."""
        ...

    async def withheld(self, withheld_id: int, *, officer_id: int) -> bool:
        """Let one that was withheld go its way after all; False where it does not wait any more."""
        ...


@dataclass(frozen=True, slots=True)
class Door:
    """A door with its health as the program knows it."""

    line: ChannelLine
    health: Health


class TroublePages:
    """/meja/gangguan."""

    def __init__(
        self,
        *,
        database: Database,
        troubles: Troubles,
        deliveries: Deliveries,
        next_door: NextDoor,
        hooks: HookTroubles,
        recaps: RecapTroubles,
        files: Files,
        program: Program,
        replay: Replay,
        rails: Rails,
    ) -> None:
        self._database, self._troubles, self._deliveries, self._files = database, troubles, deliveries, files
        self._hooks, self._program, self._replay, self._rails = hooks, program, replay, rails
        self._recaps, self._next_door = recaps, next_door

    async def page(self, visit: Visit) -> web.Response:
        """GET: everything that is in trouble. Raises Forbidden without any of the rights."""
        if not any(visit.may(right) for right in RIGHTS):
            raise Forbidden("no-right", right=Right.DELIVERY)
        return visit.page(
            "pages/trouble.html",
            failures=await self._failures(visit),
            onward=await self._onward(visit),
            asides=await self._asides(visit),
            withheld=await self._troubles.withheld(visit.by) if visit.may(Right.ASIDE) else 0,
            events=await self._events(visit),
            recaps=await self._unsent(visit),
            health=await self._health(visit),
            handed=HANDED,
            doors=doors(visit.office),
            rail=await self._rails.of(visit, "trouble"),
        )

    async def send(self, visit: Visit) -> web.Response:
        """POST kirim/{id}: again, pass (on to the person's next door, or to ``through``), delivered (an unsure one did
        arrive), handed (over, by a person), or drop.
        """
        delivery_id, do = int(visit.request.match_info["id"][:18]), visit.posted.text("do")
        if do == "again":
            await self._deliveries.retry(visit.by, delivery_id, visit.now)
            self._program.wake()
        elif do == "pass":
            await self._next_door.pass_on(visit.by, delivery_id, visit.posted.text("through"), visit.now)
            self._program.wake()
        elif do == "handed":
            return await self._handed(visit, delivery_id)
        elif do == "delivered":
            await self._deliveries.settle_unsure(visit.by, delivery_id, arrived=True, now=visit.now)
        elif do == "drop":
            await self._deliveries.drop(visit.by, delivery_id, visit.now)
        back = inside(visit.posted.text("ke"), "/meja/gangguan").partition("?")[0]
        said = {"again": "kirim", "pass": "diteruskan", "delivered": "terkirim", "drop": "lepas"}.get(do, "")
        return visit.go(f"{back}?kabar={said}")

    async def hand(self, visit: Visit, given: Given | None = None) -> web.Response:
        """GET serah/{id}: who took it, and when."""
        visit.check(Right.DELIVERY)
        zone = ZoneInfo(visit.office.time_zone)
        kind = await self._deliveries.kind(visit.by, int(visit.request.match_info["id"][:18]))
        return visit.page(
            "pages/hand.html",
            status=422 if given else 200,
            given=given or Given(),
            id=visit.request.match_info["id"],
            back=inside(visit.posted.text("ke"), "/meja/gangguan").partition("?")[0],
            hand=hand_form(f"{visit.now.astimezone(zone):%Y-%m-%dT%H:%M}", kind),
            rail=await self._rails.of(visit, "trouble"),
        )

    async def _handed(self, visit: Visit, delivery_id: int) -> web.Response:
        try:
            await self._deliveries.hand_over(visit.by, delivery_id, visit.posted.values(), visit.now)
        except (Missing, Stale, Forbidden):
            raise
        except Refused as refused:
            return await self.hand(visit, Given(f"hand-{delivery_id}", visit.posted, refused))
        return visit.go(f"{inside(visit.posted.text('ke'), '/meja/gangguan').partition('?')[0]}?kabar=terkirim")

    async def event(self, visit: Visit) -> web.Response:
        """POST kabar/{id}: again, or drop what another program did not take."""
        event_id, do = int(visit.request.match_info["id"][:18]), visit.posted.text("do")
        if do == "again":
            await self._hooks.retry(visit.by, event_id, visit.now)
        elif do == "drop":
            await self._hooks.drop(visit.by, event_id)
        said = {"again": "kirim", "drop": "lepas"}.get(do, "")
        return visit.go(f"/meja/gangguan?kabar={said}")

    async def recap(self, visit: Visit) -> web.Response:
        """POST rekap/{id}: again, or drop a recap that did not go out."""
        sending_id, do = int(visit.request.match_info["id"][:18]), visit.posted.text("do")
        if do == "again":
            await self._recaps.retry(visit.by, sending_id, visit.now)
        elif do == "drop":
            await self._recaps.drop(visit.by, sending_id, visit.now)
        said = {"again": "kirim", "drop": "lepas"}.get(do, "")
        return visit.go(f"/meja/gangguan?kabar={said}")

    async def aside(self, visit: Visit) -> web.Response:
        """POST sisih/{id}: run it again, or say that nothing is to be done about it."""
        row = await self._aside(visit)
        if visit.posted.text("do") == "drop":
            await self._database.transaction(lambda: _drop(row, visit))
            return visit.go("/meja/gangguan?kabar=singkir")
        done = await self._replay.one(row.id, officer_id=visit.by.officer_id)
        self._program.wake()
        return visit.go(f"/meja/gangguan?kabar={'ulang' if done else 'belum'}")

    async def raw(self, visit: Visit) -> web.Response:
        """GET sisih/{id}/mentah: exactly what arrived, as a file that nothing opens by itself."""
        row = await self._aside(visit)
        content = row.original
        if content is None and row.original_file:
            content = await self._files.read(row.original_file)
        name = f"{row.channel}-{row.id}.bin"
        return web.Response(body=content or b"", content_type="application/octet-stream", headers=headers(name))

    async def _aside(self, visit: Visit) -> models.SetAside:
        visit.check(Right.ASIDE)
        wanted = int(visit.request.match_info["id"][:18])
        async with self._database.reading():
            row = await models.SetAside.filter(id=wanted, office=visit.office.id).first()
        if row is None:
            raise Missing("aside-missing")
        return row

    async def _failures(self, visit: Visit) -> Sequence[FailureLine] | None:
        """Not what waits for a hand: that has a page of its own."""
        if not visit.may(Right.DELIVERY):
            return None
        return [line for line in await self._troubles.failures(visit.by) if line.state != "handover"]

    async def _onward(self, visit: Visit) -> Mapping[int, Way]:
        return await self._next_door.offers(visit.by, visit.now) if visit.may(Right.DELIVERY) else {}

    async def _asides(self, visit: Visit) -> Sequence[models.SetAside] | None:
        return await self._troubles.set_asides(visit.by) if visit.may(Right.ASIDE) else None

    async def _events(self, visit: Visit) -> Sequence[models.HookEvent] | None:
        """None where the office has no webhook, so that nobody is told of what is not there."""
        if not visit.may(Right.DELIVERY):
            return None
        events = await self._hooks.failures(visit.by)
        return events if events or visit.office.webhooks else None

    async def _unsent(self, visit: Visit) -> Sequence[models.RecapSending] | None:
        """None where the office has no recap sent."""
        if not visit.may(Right.DELIVERY):
            return None
        rows = await self._recaps.failures(visit.by)
        return rows if rows or visit.office.recaps else None

    async def _health(self, visit: Visit) -> Sequence[Door] | None:
        if not visit.may(Right.HEALTH):
            return None
        return [Door(line, self._program.health(line.id)) for line in await self._troubles.channels(visit.by)]


async def _drop(row: models.SetAside, visit: Visit) -> None:
    unresolved = models.SetAside.filter(id=row.id, resolved_at=None)
    await unresolved.update(resolved_at=visit.now, resolution="dropped", officer_id=visit.by.officer_id)
