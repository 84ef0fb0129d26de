"""Officers: who may sign in, how a password is kept, and what a wrong one costs.

Owns the argon2 hashes, the count of failures and the lock-out, and an officer's roles. Refuses to say which logins
exist: an unknown login, a wrong password and a locked login take the same time and get the same answer. Hashing
happens off the loop and outside of transactions.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from tortoise.expressions import F

from config.schema import Office
from inbox import models
from inbox.database import Database
from inbox.refused import Missing, Refused

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
FREE_FAILURES = 4
LONGEST_LOCK_MINUTES = 60
_HASHES_AT_ONCE = 2
_NOBODY = "sign-in:nobody"
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")


class Officers:
    """The officers of all offices; logins are unique in the installation.

    ``hasher``: argon2's defaults unless a test wants it faster.
    """

    def __init__(self, database: Database, hasher: PasswordHasher | None = None) -> None:
        self._database = database
        self._hasher = hasher or PasswordHasher()
        self._hashing = asyncio.Semaphore(_HASHES_AT_ONCE)
        self._nobody = ""

    async def add(
        self,
        office: Office,
        login: str,
        name: str,
        roles: Sequence[str],
        password: str,
        *,
        initials: str = "",
        language: str = "id",
        now: datetime,
    ) -> models.Officer:
        """A new officer. Initials are made of the name where none are given.

        Raises: Refused ``login-unreadable``, ``login-taken``, ``name-missing``, ``role-unknown``, ``roles-missing`` and
            what ``set_password`` raises.
        """
        login = login.strip().lower()
        check_new(office, login, name, roles)
        _check_password(password, login)
        hashed = await self._hash(password)

        async def work() -> models.Officer:
            if await models.Officer.filter(login=login).exists():
                raise Refused("login-taken", field="login", login=login)
            officer = await models.Officer.create(
                office=office.id,
                login=login,
                name=name.strip(),
                initials=(initials.strip() or _initials(name))[:8],
                password=hashed,
                language=language,
                created_at=now,
            )
            held = [models.OfficerRole(officer=officer, office=office.id, role=role) for role in dict.fromkeys(roles)]
            await models.OfficerRole.bulk_create(held)
            return officer

        return await self._database.transaction(work)

    async def set_password(self, login: str, password: str) -> None:
        """A new password: the lock is taken off and every session ended.

        Raises: Missing ``login-unknown``; Refused ``password-short``, ``password-long``, ``password-is-login``.
        """
        login = login.strip().lower()
        _check_password(password, login)
        hashed = await self._hash(password)

        async def work() -> None:
            officer = await models.Officer.filter(login=login).first()
            if officer is None:
                raise Missing("login-unknown", field="login", login=login)
            changed = {"password": hashed, "failures": 0, "locked_until": None}
            await models.Officer.filter(id=officer.id).update(**changed)
            await models.Session.filter(officer_id=officer.id).delete()

        await self._database.transaction(work)

    async def sign_in(self, login: str, password: str, now: datetime) -> models.Officer | None:
        """The officer whose password this is; None for everything else, lock-out included.

        The failure is counted before the password is looked at, so that many guesses at once are not one guess.
        """
        officer = await self._count(login.strip().lower()[:64], now)
        hashed = officer.password if officer and officer.password else await self._dummy()
        good = await self._verify(hashed, password[:LONGEST_PASSWORD])
        if not good or officer is None:
            return None
        again = await self._hash(password) if self._hasher.check_needs_rehash(hashed) else hashed
        await self._forgive(officer.id, again)
        return officer

    async def _count(self, login: str, now: datetime) -> models.Officer | None:
        """The officer who may try now, one failure the richer; None where nobody may, which costs as much."""

        async def work() -> models.Officer | None:
            officer = await models.Officer.filter(login=login, active=True).select_for_update(no_key=True).first()
            if officer is None or (officer.locked_until and officer.locked_until > now):
                await _count_nobody()
                return None
            officer.failures += 1
            officer.locked_until = _locked_until(officer.failures, now)
            await officer.save(update_fields=["failures", "locked_until"])
            return officer

        return await self._database.transaction(work)

    async def _forgive(self, officer_id: int, hashed: str) -> None:
        async def work() -> None:
            await models.Officer.filter(id=officer_id).update(failures=0, locked_until=None, password=hashed)

        await self._database.transaction(work)

    async def _dummy(self) -> str:
        """A hash that no password fits, as costly to try as a real one."""
        if not self._nobody:
            self._nobody = await self._hash("\0")
        return self._nobody

    async def _hash(self, password: str) -> str:
        async with self._hashing:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def _verify(self, hashed: str, password: str) -> bool:
        async with self._hashing:
            try:
                return await asyncio.to_thread(self._hasher.verify, hashed, password)
            except (VerificationError, InvalidHashError):
                return False


async def _count_nobody() -> None:
    """A write like a real officer's, so that patience cannot tell a login that exists from one that does not."""
    counter = models.Counter.filter(name=_NOBODY)
    if not await counter.update(value=F("value") + 1):
        await models.Counter.bulk_create([models.Counter(name=_NOBODY, value=1)], ignore_conflicts=True)


def _locked_until(failures: int, now: datetime) -> datetime | None:
    """Nothing for the first four failures, then one minute, two, four ... up to an hour."""
    if failures <= FREE_FAILURES:
        return None
    doubled = 1 << min(failures - FREE_FAILURES - 1, 10)
    return now + timedelta(minutes=min(doubled, LONGEST_LOCK_MINUTES))


def check_new(office: Office, login: str, name: str, roles: Sequence[str]) -> None:
    """Raises Refused ``login-unreadable``, ``name-missing``, ``roles-missing``, ``role-unknown``."""
    if not _LOGIN.fullmatch(login):
        raise Refused("login-unreadable", field="login", login=login[:64])
    if not name.strip() or len(name) > 120:
        raise Refused("name-missing", field="name")
    if not roles:
        raise Refused("roles-missing", field="roles", known=", ".join(office.roles))
    for role in roles:
        if role not in office.roles:
            raise Refused("role-unknown", field="roles", role=role, known=", ".join(office.roles))


def _check_password(password: str, login: str) -> None:
    if len(password) < SHORTEST_PASSWORD:
        raise Refused("password-short", field="password", shortest=str(SHORTEST_PASSWORD))
    if len(password) > LONGEST_PASSWORD:
        raise Refused("password-long", field="password", longest=str(LONGEST_PASSWORD))
    if login in password.lower() and len(password) < len(login) + 6:
        raise Refused("password-is-login", field="password")


def _initials(name: str) -> str:
    return "".join(word[0] for word in re.findall(r"[^\W\d_]+", name))[:3].upper()
