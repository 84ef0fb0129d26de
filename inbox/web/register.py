"""Writing down a complaint for a citizen who came, called or sent a letter: the clerk takes it as through the web door.

The officer gets the number and the code to hand over. Sending the same form twice opens one ticket.
"""

from __future__ import annotations

import re
import secrets

from aiohttp import web

from channels.base import Accepted, Inbound, Program, contact
from config.schema import Right
from inbox import counter
from inbox.forms import clean
from inbox.refused import Refused
from inbox.web.forms import Given
from inbox.web.gate import Visit
from inbox.web.rail import Rails

_FORM = "new"
# The hidden field that brings back a contact which was refused: the same one is not refused twice.
_INSISTED = "kontak_ditolak"
_NONCE = re.compile(r"[0-9a-f]{32}")


class Registering:
    """/meja/baru."""

    def __init__(self, program: Program, rails: Rails) -> None:
        self._program, self._rails = program, rails

    async def form(self, visit: Visit) -> web.Response:
        """GET: the empty form."""
        visit.check(Right.REGISTER)
        return await self._page(visit, Given())

    async def take(self, visit: Visit) -> web.Response:
        """POST: hand it to the clerk."""
        visit.check(Right.REGISTER)
        try:
            inbound = _inbound(visit)
        except Refused as refused:
            return await self._page(visit, Given(_FORM, visit.posted, refused), 422)
        accepted = await self._program.hand(counter.door(visit.office, visit.posted.text("pintu")), inbound)
        self._program.wake()
        return await self._taken(visit, accepted)

    async def _page(self, visit: Visit, given: Given, status: int = 200) -> web.Response:
        return visit.page(
            "pages/new.html",
            status=status,
            given=given,
            form=_FORM,
            nonce=given.value(_FORM, "nonce") or secrets.token_hex(16),
            kinds=[(one.id, one.name) for one in visit.office.kinds],
            doors=counter.doors(visit.office),
            rail=await self._rails.of(visit, "new"),
        )

    async def _taken(self, visit: Visit, accepted: Accepted) -> web.Response:
        rail = await self._rails.of(visit, "new")
        return visit.page("pages/registered.html", accepted=accepted, written=visit.posted.text("text"), rail=rail)


def _inbound(visit: Visit) -> Inbound:
    """What the clerk gets. Raises Refused for a missing or long text, and once for a contact that cannot be read."""
    posted = visit.posted
    given = {name: posted.text(name) for name in counter.LONGEST}
    nonce = posted.text("nonce") if _NONCE.fullmatch(posted.text("nonce")) else secrets.token_hex(16)
    inbound = counter.taken_down(
        visit.by, given, posted.text("text"), posted.uploads("files"), nonce=nonce, now=visit.now
    )
    typed = inbound.fields.get("kontak", "")
    if typed and contact(typed) is None and clean(posted.text(_INSISTED)) != typed:
        raise Refused("contact-unreadable", field="kontak")
    return inbound
