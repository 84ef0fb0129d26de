"""The second step of signing in: codes of an authenticator app, and ten on paper for when the telephone is lost.

A passkey (``inbox.passkeys``) is a second step, too, with the same codes on paper. Owns the secrets, which lie
encrypted, and that a code opens once. Only who has given the right password comes here, so counting wrong codes by
officer locks nobody else out. Texts and pages are elsewhere.

Sources: RFC 6238 (TOTP: SHA-1, six digits, thirty seconds), RFC 4226, 7.3 (throttling) and 7.4 (one step either way).
"""

from __future__ import annotations

import base64
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from tortoise.expressions import Q

from channels.base import Measure
from inbox import journal
from inbox.database import Database
from inbox.limits import Limits
from inbox.models import Officer, Passkey, RecoveryCode, SecondFactor
from inbox.refused import Missing, Refused

RECOVERY_CODES = 10
_SECRET_BYTES, _STEP_SECONDS = 20, 30
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_WRONG_CODES = Measure("second-step", 10, timedelta(minutes=15))
_ISSUER = "Wadul"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an app needs: the ``secret`` to type, or the ``uri`` to scan."""

    secret: str
    uri: str


@dataclass(frozen=True, slots=True)
class State:
    """Since when there is an ``app``, None without; how many ``passkeys``, and how many recovery codes are left."""

    app: datetime | None
    passkeys: int
    codes_left: int

    @property
    def on(self) -> bool:
        """Whether a second step is asked for."""
        return bool(self.app or self.passkeys)


class SecondFactors:
    """The officers' second factors. ``key``: 32 bytes of this purpose alone."""

    def __init__(self, database: Database, limits: Limits, key: bytes) -> None:
        self._database, self._limits, self._key = database, limits, key
        self._box = Fernet(base64.urlsafe_b64encode(key))

    async def state(self, officer_id: int) -> State:
        """How it stands with an officer."""
        async with self._database.reading():
            factor = await SecondFactor.filter(officer_id=officer_id, confirmed_at__isnull=False).first()
            passkeys = await Passkey.filter(officer_id=officer_id).count()
            left = await RecoveryCode.filter(officer_id=officer_id, used_at__isnull=True).count()
        return State(factor.confirmed_at if factor else None, passkeys, left)

    async def begin(self, officer: Officer, now: datetime) -> Enrolment:
        """A new secret, which counts once a code of it was given. One that waits already stays.

        Raises: Refused ``second-already``.
        """

        async def work() -> bytes:
            await Officer.filter(id=officer.id).select_for_update().get()
            known = await SecondFactor.filter(officer_id=officer.id).first()
            if known is None:
                fresh = secrets.token_bytes(_SECRET_BYTES)
                sealed = self._box.encrypt(fresh).decode()
                await SecondFactor.create(officer_id=officer.id, secret=sealed, created_at=now)
                return fresh
            if known.confirmed_at is not None:
                raise Refused("second-already")
            return self._secret(known)

        secret = await self._database.transaction(work)
        uri = _totp(secret).get_provisioning_uri(officer.login, _ISSUER)
        return Enrolment(base64.b32encode(secret).decode(), uri)

    async def confirm(self, officer_id: int, code: str, now: datetime) -> list[str]:
        """The app works: from now on its code is asked for. Answers the recovery codes, which nobody can see again.

        Raises: Refused ``second-wrong``, ``second-often``; Missing ``second-unbegun``.
        """
        await self._check_often(officer_id, now)

        async def work() -> list[str]:
            waiting = await SecondFactor.filter(officer_id=officer_id, confirmed_at__isnull=True).first()
            if waiting is None:
                raise Missing("second-unbegun")
            if not await self._take(waiting, code, now):
                raise Refused("second-wrong", field="code")
            await SecondFactor.filter(id=waiting.id).update(confirmed_at=now)
            await _log("second-on", officer_id, journal.officer(officer_id), now)
            return await self.first_codes(officer_id)

        return await self._database.transaction(work)

    async def first_codes(self, officer_id: int) -> list[str]:
        """Recovery codes where there are none yet, else nothing; inside a transaction."""
        if await RecoveryCode.filter(officer_id=officer_id).exists():
            return []
        return await self._fresh_codes(officer_id)

    async def prove(self, officer_id: int, code: str, now: datetime) -> None:
        """An app's code or a recovery code, each good once.

        Raises: Refused ``second-wrong``, ``second-often``.
        """
        await self._check_often(officer_id, now)

        async def work() -> bool:
            factor = await SecondFactor.filter(officer_id=officer_id, confirmed_at__isnull=False).first()
            if factor is not None and await self._take(factor, code, now):
                return True
            return await self._recover(officer_id, code, now)

        if not await self._database.transaction(work):
            raise Refused("second-wrong", field="code")
        await self._limits.give_back(_WRONG_CODES, str(officer_id))

    async def renew(self, officer_id: int, code: str, now: datetime) -> list[str]:
        """New recovery codes instead of the old ones, for who proves to be it. Raises as ``prove``."""
        await self.prove(officer_id, code, now)
        return await self._database.transaction(lambda: self._fresh_codes(officer_id))

    async def end(self, officer_id: int, code: str, now: datetime) -> None:
        """No app any more, for who proves to be it. Raises as ``prove``."""
        await self.prove(officer_id, code, now)

        async def work() -> None:
            await SecondFactor.filter(officer_id=officer_id).delete()
            await forgotten_with_the_last(officer_id)
            await _log("second-off", officer_id, journal.officer(officer_id), now)

        await self._database.transaction(work)

    async def _check_often(self, officer_id: int, now: datetime) -> None:
        if await self._limits.take(_WRONG_CODES, str(officer_id), now):
            raise Refused("second-often", field="code")

    async def _take(self, factor: SecondFactor, code: str, now: datetime) -> bool:
        """Whether it is a code of now, or of one step either way, that was not taken before; then it is."""
        given = "".join(code.split())
        secret, step = self._secret(factor), int(now.timestamp()) // _STEP_SECONDS
        for counter in (step, step - 1, step + 1):
            right = _totp(secret).generate(counter * _STEP_SECONDS)
            if hmac.compare_digest(right, given.encode("utf-8", "replace")):
                unused = SecondFactor.filter(id=factor.id, counter__lt=counter)
                return bool(await unused.update(counter=counter))
        return False

    async def _recover(self, officer_id: int, code: str, now: datetime) -> bool:
        unused = RecoveryCode.filter(Q(used_at__isnull=True), officer_id=officer_id, digest=self._digest(code))
        if not await unused.update(used_at=now):
            return False
        await _log("second-recovered", officer_id, journal.officer(officer_id), now)
        return True

    async def _fresh_codes(self, officer_id: int) -> list[str]:
        words = ["".join(secrets.choice(_ALPHABET) for _ in range(10)) for _ in range(RECOVERY_CODES)]
        await RecoveryCode.filter(officer_id=officer_id).delete()
        rows = [RecoveryCode(officer_id=officer_id, digest=self._digest(word)) for word in words]
        await RecoveryCode.bulk_create(rows)
        return [f"{word[:5]}-{word[5:]}" for word in words]

    def _secret(self, factor: SecondFactor) -> bytes:
        """Raises Refused ``second-unreadable``: the installation's secret is another one than it was."""
        try:
            return self._box.decrypt(factor.secret)
        except InvalidToken:
            raise Refused("second-unreadable") from None

    def _digest(self, code: str) -> str:
        """Ten of 31 letters are 49 bits, behind a key and a throttle: a quick digest is enough."""
        plain = "".join(letter for letter in code.lower() if letter.isalnum())
        return hmac.digest(self._key, plain.encode("utf-8", "replace"), "sha256").hex()


async def reset(database: Database, login: str, now: datetime) -> None:
    """For a lost telephone, by whoever runs the machine. Raises Missing ``login-unknown``."""

    async def work() -> None:
        officer = await Officer.filter(login=login.strip().lower()).first()
        if officer is None:
            raise Missing("login-unknown", field="login", login=login[:64])
        gone = await SecondFactor.filter(officer_id=officer.id).delete()
        gone += await Passkey.filter(officer_id=officer.id).delete()
        if gone:
            await forgotten_with_the_last(officer.id)
            await _log("second-reset", officer.id, journal.SYSTEM, now)

    await database.transaction(work)


async def forgotten_with_the_last(officer_id: int) -> bool:
    """Recovery codes go with the last second step; whether it was that. Inside a transaction."""
    if await SecondFactor.filter(officer_id=officer_id, confirmed_at__isnull=False).exists():
        return False
    if await Passkey.filter(officer_id=officer_id).exists():
        return False
    await RecoveryCode.filter(officer_id=officer_id).delete()
    return True


async def _log(event: str, officer_id: int, actor: str, now: datetime) -> None:
    officer = await Officer.get(id=officer_id)
    await journal.write(officer.office, event, actor=actor, at=now, officer=officer_id)


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, 6, SHA1(), _STEP_SECONDS)  # noqa: S303 - what every app understands (RFC 6238)
