"""Tokens by which machines act for an officer: made, listed, found, revoked.

A token is 32 random bytes behind ``wadul_``, so that whoever finds one lying about knows what it opens; the record
holds its SHA-256 alone. It may never do more than its officer may at that moment: roles are read afresh each time, and
an officer who may not work any more makes every token of theirs powerless at once.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from inbox.actor import with_roles
from inbox.database import Database
from inbox.models import ApiToken, Officer
from inbox.refused import Missing, Refused

PREFIX = "wadul_"
SCOPES = ("read", "write")
_SHAPE = re.compile(r"wadul_[A-Za-z0-9_-]{43}")
_NOTED_EVERY = timedelta(hours=1)


class Tokens:
    """The tokens of all offices."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(
        self, login: str, label: str, scopes: Collection[str], *, now: datetime, expires_at: datetime | None = None
    ) -> tuple[ApiToken, str]:
        """A new token of an officer, and the token itself, which nobody can read again.

        Raises: Missing ``login-unknown``; Refused ``token-unnamed``, ``scope-unknown``, ``expiry-past``.
        """
        _check(label, scopes, now, expires_at)
        token = PREFIX + secrets.token_urlsafe(32)

        async def work() -> ApiToken:
            officer = await Officer.filter(login=login.strip().lower(), active=True).first()
            if officer is None:
                raise Missing("login-unknown", field="login", login=login[:64])
            return await ApiToken.create(
                office=officer.office,
                digest=digest(token),
                officer=officer,
                label=label.strip(),
                scopes=[scope for scope in SCOPES if scope in scopes],
                created_at=now,
                expires_at=expires_at,
            )

        return await self._database.transaction(work), token

    async def listed(self) -> list[ApiToken]:
        """Every token with its officer, the oldest first."""
        async with self._database.reading():
            return await ApiToken.all().order_by("id").select_related("officer")

    async def revoke(self, token_id: int, now: datetime) -> ApiToken:
        """The token opens nothing from now on; once revoked it stays so. Raises Missing ``token-missing``."""

        async def work() -> ApiToken:
            row = await ApiToken.filter(id=token_id).select_related("officer").first()
            if row is None:
                raise Missing("token-missing", token=str(token_id))
            if row.revoked_at is None:
                row.revoked_at = now
                await row.save(update_fields=["revoked_at"])
            return row

        return await self._database.transaction(work)

    async def find(self, token: str, now: datetime) -> ApiToken | None:
        """The row of a token that opens something now, with its officer and their roles."""
        if not _SHAPE.fullmatch(token):
            return None
        async with self._database.reading():
            row = await ApiToken.filter(digest=digest(token)).first()
            if row is not None:
                row.officer = await with_roles(Officer.filter(id=row.officer_id), now).get()
        if row is None or row.revoked_at or (row.expires_at and row.expires_at <= now) or not row.officer.active:
            return None
        await self._note(row, now)
        return row

    async def _note(self, row: ApiToken, now: datetime) -> None:
        """When it was last used, to the hour: a write for each request would be one too many."""
        if row.used_at is None or now - row.used_at >= _NOTED_EVERY:
            used = ApiToken.filter(id=row.id)
            await self._database.transaction(lambda: used.update(used_at=now))


def digest(token: str) -> str:
    """What the row is found by."""
    return hashlib.sha256(token.encode()).hexdigest()


def _check(label: str, scopes: Collection[str], now: datetime, expires_at: datetime | None) -> None:
    if not label.strip() or len(label) > 120:
        raise Refused("token-unnamed", field="label")
    for scope in scopes:
        if scope not in SCOPES:
            raise Refused("scope-unknown", field="scope", scope=scope[:20], known=", ".join(SCOPES))
    if not scopes:
        raise Refused("scope-unknown", field="scope", scope="", known=", ".join(SCOPES))
    if expires_at is not None and expires_at <= now:
        raise Refused("expiry-past", field="expires")
