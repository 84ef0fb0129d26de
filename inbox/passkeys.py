"""Officers' passkeys: made under *Saya*, used instead of password and code, or after the password.

Owns the rows, and that a challenge is answered once, in the browser that got it, within five minutes. A challenge is
signed instead of kept, for who signs in has no session yet. What the browser's words mean is ``passkey_ceremony``'s.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import json
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

import structlog

from channels.base import Measure
from inbox import journal
from inbox.database import Database
from inbox.limits import Limits
from inbox.models import Officer, Passkey
from inbox.refused import Missing, Refused
from inbox.second_factors import SecondFactors, forgotten_with_the_last

log = structlog.get_logger()
MOST = 10
_LASTS = timedelta(minutes=5)
_ONCE = Measure("passkey-challenge", 1, 2 * _LASTS)
_NONCE_BYTES, _TIME_BYTES = 16, 8
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Site:
    """Where passkeys are good: the host's name ``id``, and the ``origin`` that browsers name."""

    id: str
    origin: str


@dataclass(frozen=True, slots=True)
class Made:
    """A new passkey, as the browser hands it over."""

    credential: bytes
    public: bytes
    count: int


@dataclass(frozen=True, slots=True)
class Used:
    """A passkey that somebody says to have. ``user``: whose the device takes it for; None where it does not say."""

    credential: bytes
    user: bytes | None


class Unproven(Exception):
    """What came is no proof; the words are for the log."""


def site_of(public_url: str) -> Site | None:
    """Where the desk is for browsers; None for a bare address and for http, where browsers keep no passkeys.

    Source: W3C Web Authentication Level 3, 5.1.2 and 13.4.9 (a domain, in a secure context).
    """
    parts = urlsplit(public_url)
    host = parts.hostname or ""
    if not host or not (parts.scheme == "https" or host == "localhost"):
        return None
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return Site(host, f"{parts.scheme}://{parts.netloc}")
    return None


class Passkeys:
    """The passkeys of one installation. ``key``: 32 bytes of this purpose; ``site`` None: nobody has any here."""

    def __init__(
        self, database: Database, limits: Limits, factors: SecondFactors, key: bytes, site: Site | None
    ) -> None:
        self._database, self._limits, self._factors, self._key, self.site = database, limits, factors, key, site

    async def of(self, officer_id: int) -> list[Passkey]:
        """An officer's, the oldest first."""
        async with self._database.reading():
            return await Passkey.filter(officer_id=officer_id).order_by("id")

    async def to_make(self, officer: Officer, binding: str, now: datetime) -> str:
        """What the officer's browser needs to make one, as JSON. ``binding``: its session token."""
        known = [row.credential for row in await self.of(officer.id)]
        challenge = self._challenge(binding, now)
        user = self._user(officer.id)
        options: str = _ceremony().to_make(
            self._here(), challenge, user=user, login=officer.login, name=officer.name, known=known
        )
        return options

    async def to_use(self, binding: str, now: datetime, officer_id: int | None = None) -> str:
        """What a browser needs to use one of that officer's, or any that it has, as JSON. Empty where there is none.

        Source: W3C Web Authentication Level 3, 5.5 and 5.1.9 (PublicKeyCredentialRequestOptionsJSON).
        """
        known = [row.credential for row in await self.of(officer_id)] if officer_id is not None else []
        if self.site is None or (officer_id is not None and not known):
            return ""
        options = {
            "challenge": _text(self._challenge(binding, now)),
            "rpId": self.site.id,
            "timeout": _LASTS // timedelta(milliseconds=1),
            "userVerification": "required",
            "allowCredentials": [{"type": "public-key", "id": one} for one in known],
        }
        return json.dumps(options)

    async def add(self, officer_id: int, answer: str, name: str, binding: str, now: datetime) -> list[str]:
        """Take down what the browser made. Answers recovery codes where it is the officer's first second step.

        Raises: Refused ``passkey-refused``, ``passkey-name``, ``passkey-many``, ``passkey-known``.
        """
        name = " ".join(name.split())
        if not 0 < len(name) <= _LONGEST_NAME or not name.isprintable():
            raise Refused("passkey-name", field="name", longest=str(_LONGEST_NAME))
        made: Made = await self._proven(answer, binding, now, making=True)

        async def work() -> list[str]:
            officer = await Officer.filter(id=officer_id).select_for_update().get()
            if await Passkey.filter(officer_id=officer_id).count() >= MOST:
                raise Refused("passkey-many", most=str(MOST))
            if await Passkey.filter(key=_digest(made.credential)).exists():
                raise Refused("passkey-known")
            await Passkey.create(
                officer_id=officer_id,
                key=_digest(made.credential),
                credential=_text(made.credential),
                public=_text(made.public),
                count=made.count,
                name=name,
                created_at=now,
            )
            await _log(officer, "passkey-on", now)
            return await self._factors.first_codes(officer_id)

        return await self._database.transaction(work)

    async def remove(self, officer_id: int, key: str, now: datetime, *, required: bool) -> None:
        """It opens nothing any more. ``required``: a role asks for a second step, so the last one stays.

        Raises: Missing ``passkey-missing``; Refused ``second-required``.
        """

        async def work() -> None:
            officer = await Officer.filter(id=officer_id).select_for_update().get()
            row = await Passkey.filter(officer_id=officer_id, key=key).first()
            if row is None:
                raise Missing("passkey-missing")
            await row.delete()
            if await forgotten_with_the_last(officer_id) and required:
                raise Refused("second-required")
            await _log(officer, "passkey-off", now)

        await self._database.transaction(work)

    async def prove(self, answer: str, binding: str, now: datetime, officer_id: int | None = None) -> Officer:
        """Whose passkey answered; with ``officer_id`` it must be theirs. Raises Refused ``passkey-refused``."""
        challenge = await self._proven(answer, binding, now, making=False)

        async def work() -> Officer:
            ceremony = _ceremony()
            said: Used = ceremony.used(answer)
            row = await Passkey.filter(key=_digest(said.credential)).select_for_update().first()
            if row is None or officer_id not in {None, row.officer_id}:
                raise Unproven("unknown passkey")
            if said.user is not None and said.user != self._user(row.officer_id):
                raise Unproven("somebody else's")
            count = ceremony.count(self._here(), answer, challenge, public=row.public, before=row.count)
            await Passkey.filter(id=row.id).update(count=count, used_at=now)
            officer = await Officer.filter(id=row.officer_id, active=True).first()
            if officer is None:
                raise Unproven("has left")
            return officer

        try:
            return await self._database.transaction(work)
        except Unproven as error:
            raise _refused(error) from None

    async def _proven(self, answer: str, binding: str, now: datetime, *, making: bool) -> Any:
        """The new passkey, or the challenge that was answered: ours, of now, of this browser, and never before."""
        ceremony = _ceremony()
        try:
            challenge = ceremony.asked(answer, making=making)
            nonce = self._nonce(challenge, binding, now)
            made = ceremony.made(self._here(), answer, challenge) if making else challenge
        except Unproven as error:
            raise _refused(error) from None
        if await self._limits.take(_ONCE, nonce, now):
            raise _refused(Unproven("answered before"))
        return made

    def _here(self) -> Site:
        if self.site is None:
            raise Refused("passkey-nowhere")
        return self.site

    def _challenge(self, binding: str, now: datetime) -> bytes:
        until = int((now + _LASTS).timestamp()).to_bytes(_TIME_BYTES, "big")
        plain = secrets.token_bytes(_NONCE_BYTES) + until
        return plain + self._sign(b"challenge", plain, binding.encode())

    def _nonce(self, challenge: bytes, binding: str, now: datetime) -> str:
        """Raises Unproven for a challenge that is not ours, another browser's, or too old."""
        plain = challenge[: _NONCE_BYTES + _TIME_BYTES]
        if not hmac.compare_digest(challenge, plain + self._sign(b"challenge", plain, binding.encode())):
            raise Unproven("another challenge")
        if int.from_bytes(plain[_NONCE_BYTES:], "big") < now.timestamp():
            raise Unproven("too late")
        return plain[:_NONCE_BYTES].hex()

    def _user(self, officer_id: int) -> bytes:
        """How devices name the officer: without anything that says who it is (WebAuthn, 14.6.1)."""
        return self._sign(b"user", str(officer_id).encode())

    def _sign(self, *parts: bytes) -> bytes:
        return hmac.digest(self._key, b"\0".join(parts), "sha256")


def _ceremony() -> Any:
    """It and its library are loaded by the first who needs them."""
    return import_module("inbox.passkey_ceremony")


def _refused(error: Unproven) -> Refused:
    log.info("passkey refused", why=str(error)[:200])
    return Refused("passkey-refused")


async def _log(officer: Officer, event: str, now: datetime) -> None:
    actor = journal.officer(officer.id)
    await journal.write(officer.office, event, actor=actor, at=now, officer=officer.id)


def _digest(credential: bytes) -> str:
    return hashlib.sha256(credential).hexdigest()


def _text(binary: bytes) -> str:
    return urlsafe_b64encode(binary).rstrip(b"=").decode()
