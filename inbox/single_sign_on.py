"""Officers who come by their office's single sign-on: who an OpenID provider means.

The first time an account is found by its login; from then on by the provider's own name for it (``iss`` and ``sub``),
which nobody else ever gets. Nobody becomes an officer by signing in somewhere else.
Source: OpenID Connect Core 1.0, 5.7 (only iss and sub together say who somebody is).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from inbox import journal
from inbox.database import Database
from inbox.models import Officer, OfficerAccount
from inbox.refused import Missing, Refused


@dataclass(frozen=True, slots=True)
class Asked:
    """One way to the provider and back: what has to come back with the answer, and what proves that we asked."""

    state: str
    nonce: str
    verifier: str
    redirect: str


@dataclass(frozen=True, slots=True)
class Told:
    """Whom the provider means: ``subject`` for ever, ``login`` now. ``proved_at``: when it last asked; None: unsaid."""

    subject: str
    login: str
    proved_at: datetime | None


class Provider(Protocol):
    """One office's provider. Each raises Refused ``sso-away``, ``sso-refused``."""

    name: str
    issuer: str
    second_step: bool

    async def address(self, asked: Asked, *, afresh: bool) -> str:
        """Where the browser goes; ``afresh``: the officer must prove to be there, even if known there."""
        ...

    async def told(self, asked: Asked, code: str) -> Told:
        """Whom the code that came back means."""
        ...


async def officer_of(database: Database, office: str, issuer: str, told: Told, now: datetime) -> Officer:
    """The officer of that office, the account taken down the first time.

    Raises: Refused ``sso-unknown``: there is no such officer here; ``sso-other``: it is somebody else's account.
    """

    async def work() -> Officer:
        known = await OfficerAccount.filter(issuer=issuer, subject=told.subject).first()
        if known is not None:
            found = Officer.filter(id=known.officer_id, office=office, active=True)
        else:
            found = Officer.filter(login=told.login, office=office, active=True)
        officer = await found.select_for_update(no_key=True).first()
        if officer is None:
            raise Refused("sso-unknown", login=told.login[:64])
        if known is None:
            await _take_down(officer, issuer, told, now)
        return officer

    return await database.transaction(work)


async def _take_down(officer: Officer, issuer: str, told: Told, now: datetime) -> None:
    if await OfficerAccount.filter(officer_id=officer.id, issuer=issuer).exists():
        raise Refused("sso-other", login=officer.login)
    await OfficerAccount.create(officer_id=officer.id, issuer=issuer, subject=told.subject, created_at=now)
    await journal.write(officer.office, "sso-on", actor=journal.officer(officer.id), at=now, officer=officer.id)


async def forget(database: Database, login: str, now: datetime) -> None:
    """The next account with that login will be the officer's. Raises Missing ``login-unknown``."""

    async def work() -> None:
        officer = await Officer.filter(login=login.strip().lower()).first()
        if officer is None:
            raise Missing("login-unknown", field="login", login=login[:64])
        if await OfficerAccount.filter(officer_id=officer.id).delete():
            await journal.write(officer.office, "sso-off", actor=journal.SYSTEM, at=now, officer=officer.id)

    await database.transaction(work)
