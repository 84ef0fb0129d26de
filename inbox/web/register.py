"""Writing down a complaint for a citizen who came, called or sent a letter: the clerk takes it as through the web door.

The officer gets the number and the code to hand over. Sending the same form twice opens one ticket.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Mapping

from aiohttp import web

from channels.base import Accepted, Inbound, Program, contact
from config.schema import Office, Right
from inbox.forms import check_text, clean
from inbox.refused import Refused
from inbox.web.forms import Given, Posted
from inbox.web.gate import Visit
from inbox.web.rail import Rails

_FORM = "new"
# The hidden field that brings back a contact which was refused: the same one is not refused twice.
_INSISTED = "kontak_ditolak"
_LONGEST = {"nama": 200, "kontak": 200, "jenis": 48, "objek": 300, "tempat": 300}
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
        accepted = await self._program.hand(_channel(visit.office), inbound)
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
            possible=bool(_channel(visit.office)),
            rail=await self._rails.of(visit, "new"),
        )

    async def _taken(self, visit: Visit, accepted: Accepted) -> web.Response:
        rail = await self._rails.of(visit, "new")
        return visit.page("pages/registered.html", accepted=accepted, written=visit.posted.text("text"), rail=rail)


def _inbound(visit: Visit) -> Inbound:
    """What the clerk gets. Raises Refused for a missing or long text, and once for a contact that cannot be read."""
    posted = visit.posted
    text = check_text("text", posted.text("text"), 10_000)
    fields = {name: clean(posted.text(name))[:most] for name, most in _LONGEST.items()}
    if (typed := fields["kontak"]) and contact(typed) is None and clean(posted.text(_INSISTED)) != typed:
        raise Refused("contact-unreadable", field="kontak")
    fields["petugas"] = visit.by.login
    nonce = posted.text("nonce") if _NONCE.fullmatch(posted.text("nonce")) else secrets.token_hex(16)
    raw = _raw(posted, fields, text)
    return Inbound(
        external_id=f"petugas-{nonce}-{_digest(raw, posted)}",
        sender=f"w{nonce}",
        sender_name=fields["nama"],
        sent_at=visit.now,
        text=text,
        full_text=text,
        fields={name: value for name, value in fields.items() if value},
        files=posted.uploads("files"),
        raw=raw,
    )


def _raw(posted: Posted, fields: Mapping[str, str], text: str) -> bytes:
    names = [file.name for file in posted.uploads("files")]
    return json.dumps({"isian": dict(fields), "isi": text, "berkas": names}, ensure_ascii=False).encode()


def _digest(raw: bytes, posted: Posted) -> str:
    """Changes with anything that was written: a page gone back to and filled in anew is another complaint."""
    whole = hashlib.sha256(raw)
    for file in posted.uploads("files"):
        whole.update(file.content or b"")
    return whole.hexdigest()[:32]


def _channel(office: Office) -> str:
    """The web door that stands for the counter; empty where the office has none."""
    return next((f"{office.id}-{name}" for name, entry in office.channels.items() if entry.kind == "web"), "")
