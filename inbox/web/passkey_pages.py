"""An officer's passkeys: made in the browser that one sits at, named, taken away.

Stands beside the authenticator app, on one page with it: each is a second step, and a passkey is both steps at once.
"""

from __future__ import annotations

from aiohttp import web

from inbox import devices, models
from inbox.passkeys import Passkeys
from inbox.refused import Refused
from inbox.web.bulk import Guard
from inbox.web.forms import Given
from inbox.web.gate import SECOND, SECOND_ROOM, Visit, careful
from inbox.web.second_pages import PASSKEY_FORM, SecondPages

_ROOM = f"{SECOND_ROOM}/kunci"


class PasskeyPages:
    """/meja/saya/dua-langkah/kunci. ``second``: the page that they stand on."""

    def __init__(self, passkeys: Passkeys, second: SecondPages) -> None:
        self._passkeys, self._second = passkeys, second

    def routes(self, officer: Guard) -> list[web.RouteDef]:
        """For ``Application.add_routes``."""
        return [
            web.post(f"{_ROOM}/mulai", officer(self.begin)),
            web.post(f"{_ROOM}/simpan", officer(self.keep)),
            web.post(f"{_ROOM}/hapus", officer(self.remove)),
        ]

    @careful
    async def begin(self, visit: Visit) -> web.Response:
        """POST: the page with what the browser needs to make one."""
        return await self._asks(visit)

    @careful
    async def keep(self, visit: Visit) -> web.Response:
        """POST ``passkey``, ``name``: what the browser made. The first second step's answer shows recovery codes."""
        await self._second.check(visit)
        answer, name = visit.posted.text("passkey"), visit.posted.text("name")
        binding = str(visit.session.identity)
        try:
            codes = await self._passkeys.add(visit.by.officer_id, answer, name, binding, visit.now)
        except Refused as refused:
            return await self._asks(visit, refused)
        visit.session[SECOND] = True
        if codes:
            return await self._second.show(visit, codes=codes)
        return visit.go(f"{SECOND_ROOM}?kabar=tersimpan")

    @careful
    async def remove(self, visit: Visit) -> web.Response:
        """POST ``key``: it opens nothing any more. Raises Missing ``passkey-missing``."""
        await self._second.check(visit)
        key = visit.posted.text("key")
        await self._passkeys.remove(visit.by.officer_id, key, visit.now, required=visit.wants_second)
        return visit.go(f"{SECOND_ROOM}?kabar=tersimpan")

    async def _asks(self, visit: Visit, refused: Refused | None = None) -> web.Response:
        await self._second.check(visit)
        officer = await models.Officer.get(id=visit.by.officer_id)
        making = await self._passkeys.to_make(officer, str(visit.session.identity), visit.now)
        browser, system = devices.named(visit.request.headers.get("User-Agent", ""))
        return await self._second.show(
            visit,
            status=422 if refused else 200,
            given=Given(PASSKEY_FORM, visit.posted, refused) if refused else Given(),
            making=making,
            called=" ".join(word for word in (browser, system) if word),
        )
