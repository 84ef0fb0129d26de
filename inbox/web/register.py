"""Writing down a complaint for a citizen who came, called or sent a letter: the clerk takes it as through the web door.

The officer gets the number and the code to hand over. Sending the same form twice opens one ticket.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from aiohttp import web

from channels.base import Accepted, Inbound, Program, contact
from config.schema import Right
from inbox import counter, forms
from inbox.boxes import KIND, Boxes, Opened
from inbox.forms import clean
from inbox.recognising import Recognising
from inbox.refused import Refused
from inbox.web.bulk import Guard
from inbox.web.forms import Given
from inbox.web.gate import Visit
from inbox.web.looks import remember
from inbox.web.rail import Rails
from inbox.worktime import Calendar

PATH = "/meja/baru"
_FORM = "new"
# The hidden field that brings back a contact which was refused: the same one is not refused twice.
_INSISTED = "kontak_ditolak"
# Of which opening of a suggestion box a sheet is.
_OPENING = "box.opening"
_NONCE = re.compile(r"[0-9a-f]{32}")
# The door of last time, for whoever takes down one call after another.
_DOOR_COOKIE = "pintu"


class Registering:
    """/meja/baru."""

    def __init__(
        self,
        program: Program,
        rails: Rails,
        calendars: Mapping[str, Calendar],
        recognising: Recognising,
        boxes: Boxes,
    ) -> None:
        self._program, self._rails, self._calendars = program, rails, calendars
        self._recognising, self._boxes = recognising, boxes

    def routes(self, officer: Guard) -> list[web.RouteDef]:
        """For ``Application.add_routes``."""
        return [
            web.get(PATH, officer(self.form)),
            web.post(PATH, officer(self.take)),
            web.post(f"{PATH}/kenal", officer(self.look)),
        ]

    async def form(self, visit: Visit) -> web.Response:
        """GET: the empty form."""
        visit.check(Right.REGISTER)
        return await self._page(visit, Given())

    async def take(self, visit: Visit) -> web.Response:
        """POST: hand it to the clerk."""
        visit.check(Right.REGISTER)
        try:
            mark, opened_at = await self._opening(visit)
            facts = self._facts(visit) | ({f"{counter.FACT}opened_at": opened_at} if opened_at else {})
            inbound = _inbound(visit, facts, mark)
            await self._recognising.check_new(visit.by, _door(visit), inbound)
        except Refused as refused:
            return await self._page(visit, Given(_FORM, visit.posted, refused), 422)
        accepted = await self._program.hand(_door(visit), inbound)
        self._program.wake()
        response = await self._taken(visit, accepted)
        remember(response, visit.request, _DOOR_COOKIE, _door(visit))
        return response

    async def look(self, visit: Visit) -> web.Response:
        """POST kenal: what is known of what was typed so far, as a piece of the page."""
        text = visit.posted.text
        known = await self._recognising.look(
            visit.by,
            contact=text("kontak"),
            text=text("text"),
            object_=text("objek"),
            place=text("tempat"),
            now=visit.now,
        )
        return visit.page("parts/recognised.html", known=known)

    async def _page(
        self,
        visit: Visit,
        given: Given,
        status: int = 200,
        *,
        accepted: Accepted | None = None,
        opened: Opened | None = None,
    ) -> web.Response:
        return visit.page(
            "pages/new.html",
            status=status,
            given=given,
            form=_FORM,
            nonce=given.value(_FORM, "nonce") or secrets.token_hex(16),
            kinds=[(one.id, one.name) for one in visit.office.kinds],
            seeing=visit.office.seeing,
            doors=_doors(visit),
            chosen=_chosen(visit),
            openings=await self._boxes.waiting(visit.by),
            opening=visit.posted.text(_OPENING) or visit.request.query.get("kotak", ""),
            accepted=accepted,
            opened=opened,
            files_stay=bool(visit.target),
            rail=await self._rails.of(visit, "new"),
        )

    def _facts(self, visit: Visit) -> dict[str, str]:
        """What the chosen door's own fields were told; those of the other doors were not seen."""
        kind = counter.kind_of(visit.office, _door(visit))
        given = (name for name in visit.posted.texts if name.startswith(f"{kind}.") and name != _OPENING)
        values = {name: visit.posted.text(name) for name in given}
        return counter.facts(kind, values, visit.now, self._calendars[visit.office.id])

    async def _opening(self, visit: Visit) -> tuple[str, str]:
        """Of a sheet from a suggestion box: what marks it as one of its opening, and when the box was opened."""
        door = _door(visit)
        asked = visit.posted.text(_OPENING) if counter.kind_of(visit.office, door) == KIND else ""
        return await self._boxes.facts(visit.by, door, asked)

    async def _taken(self, visit: Visit, accepted: Accepted) -> web.Response:
        """The receipt; or the next empty form with the receipt above it, where somebody goes on writing."""
        opening = visit.posted.text(_OPENING) if accepted.number else ""
        from_box = opening and counter.kind_of(visit.office, _door(visit)) == KIND
        opened = await self._boxes.opened(visit.by, int(opening)) if from_box else None
        if accepted.number and visit.posted.text("lagi"):
            return await self._page(visit, Given(), accepted=accepted, opened=opened)
        rail, written = await self._rails.of(visit, "new"), visit.posted.text("text")
        return visit.page("pages/registered.html", accepted=accepted, opened=opened, written=written, rail=rail)


@dataclass(frozen=True, slots=True)
class _Door:
    """A door that officers write at, and what it asks beside the complaint."""

    id: str
    name: str
    kind: str
    fields: tuple[forms.FormField, ...]


def _doors(visit: Visit) -> list[_Door]:
    now = f"{visit.now.astimezone(ZoneInfo(visit.office.time_zone)):%Y-%m-%dT%H:%M}"
    return [
        _Door(id_, name, kind := counter.kind_of(visit.office, id_), forms.door_form(kind, now).fields)
        for id_, name in counter.doors(visit.office)
    ]


def _chosen(visit: Visit) -> str:
    """The door that stands ready: the one just written at, the one a link names, that of last time, the first."""
    asked = visit.posted.text("pintu") or visit.request.query.get("pintu", "")
    return counter.door(visit.office, asked or visit.request.cookies.get(_DOOR_COOKIE, ""))


def _door(visit: Visit) -> str:
    return counter.door(visit.office, visit.posted.text("pintu"))


def _inbound(visit: Visit, facts: dict[str, str], mark: str) -> Inbound:
    """What the clerk gets. Raises Refused for a missing or long text, and once for a contact that cannot be read."""
    posted = visit.posted
    given = {name: posted.text(name) for name in counter.LONGEST} | facts
    nonce = posted.text("nonce") if _NONCE.fullmatch(posted.text("nonce")) else secrets.token_hex(16)
    inbound = counter.taken_down(
        visit.by, given, posted.text("text"), posted.uploads("files"), nonce=nonce, now=visit.now, mark=mark
    )
    typed = inbound.fields.get("kontak", "")
    if typed and contact(typed) is None and clean(posted.text(_INSISTED)) != typed:
        raise Refused("contact-unreadable", field="kontak")
    return inbound
