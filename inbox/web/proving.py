"""Before what cannot be taken back an officer proves once more to be it, where the last proof is some time ago.

A browser that was left open is no proof. Whatever was typed waits in the page that asks, and is done once the proof is
given. Which commands these are is said at each of them, by ``gate.careful``.
Source: OWASP ASVS 5.0, 7.5 (re-authentication before sensitive changes), NIST SP 800-63B-4, 5.2.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from aiohttp import web

from channels.base import Measure
from inbox.limits import Limits
from inbox.officers import Officers
from inbox.passkeys import Passkeys
from inbox.refused import Refused
from inbox.second_factors import SecondFactors
from inbox.web.gate import PROVED, VIA, Visit
from inbox.web.rail import Rails

_PASSWORD, _CODE, _PASSKEY = "bukti-sandi", "bukti-kode", "bukti-kunci"
_UNKEPT = {"csrf", _PASSWORD, _CODE, _PASSKEY}
_FAILURES = Measure("proof", 10, timedelta(minutes=15))


class Proof:
    """Asks for the password, or where the second step is on for a code of it or for a passkey."""

    def __init__(
        self, officers: Officers, factors: SecondFactors, passkeys: Passkeys, limits: Limits, rails: Rails
    ) -> None:
        self._officers, self._factors, self._passkeys = officers, factors, passkeys
        self._limits, self._rails = limits, rails

    async def asked(self, visit: Visit) -> web.Response | None:
        """The page that asks; None where the officer is proved. The demo's officers have no passwords."""
        if visit.demo or self._fresh(visit):
            return None
        by_code = (await self._factors.state(visit.by.officer_id)).on
        name = _CODE if by_code else _PASSWORD
        if not visit.posted.texts.keys() & {name, _PASSKEY}:
            return await self._page(visit, name)
        try:
            await self._check(visit, visit.posted.text(name), by_code=by_code)
        except Refused as refused:
            return await self._page(visit, name, refused)
        visit.session[PROVED] = int(visit.now.timestamp())
        return None

    def _fresh(self, visit: Visit) -> bool:
        proved = datetime.fromtimestamp(visit.session.get(PROVED, visit.session.created), UTC)
        return visit.now - proved <= timedelta(minutes=visit.office.prove_again_minutes)

    async def _check(self, visit: Visit, given: str, *, by_code: bool) -> None:
        """Raises Refused ``second-wrong``, ``second-often``, ``passkey-refused``, ``proof-wrong``, ``proof-often``."""
        if by_code and (answer := visit.posted.text(_PASSKEY)):
            await self._passkeys.prove(answer, str(visit.session.identity), visit.now, visit.by.officer_id)
            return
        if by_code:
            await self._factors.prove(visit.by.officer_id, given, visit.now)
            return
        key = str(visit.by.officer_id)
        if await self._limits.take(_FAILURES, key, visit.now):
            raise Refused("proof-often", field=_PASSWORD)
        if await self._officers.sign_in(visit.by.login, given, visit.now) is None:
            raise Refused("proof-wrong", field=_PASSWORD)
        await self._limits.give_back(_FAILURES, key)

    async def _page(self, visit: Visit, name: str, refused: Refused | None = None) -> web.Response:
        return visit.page(
            "pages/proof.html",
            status=422 if refused else 200,
            field=name,
            by_code=name == _CODE,
            using=await self._using(visit) if name == _CODE else "",
            passkey_field=_PASSKEY,
            via=visit.session.get(VIA, ""),
            refused=refused,
            kept=[(key, text) for key, text in visit.posted.texts.items() if key not in _UNKEPT],
            to=str(visit.request.rel_url),
            rail=await self._rails.of(visit, ""),
        )

    async def _using(self, visit: Visit) -> str:
        return await self._passkeys.to_use(str(visit.session.identity), visit.now, visit.by.officer_id)
