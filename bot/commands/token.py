"""``wadul token create | list | revoke``: how machines are let in, from the machine's own command line."""

from __future__ import annotations

import argparse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from bot.saying import say
from bot.settings import Settings, utc_now
from inbox.database import Database
from inbox.migrate import migrate
from inbox.models import ApiToken
from inbox.refused import Refused
from inbox.tokens import SCOPES, Tokens
from templates import sentence

_LONGEST_DAYS = 3650


async def run(options: argparse.Namespace) -> int:
    """``create``, ``list`` or ``revoke``."""
    async with _record() as database:
        tokens, now = Tokens(database), utc_now()
        if options.verb == "create":
            await _create(tokens, options, now)
        elif options.verb == "revoke":
            row = await tokens.revoke(options.id, now)
            say("token-revoked", token=str(row.id), label=row.label)
        else:
            for row in await tokens.listed():
                say("token-line", **_line(row, now))
    return 0


async def _create(tokens: Tokens, options: argparse.Namespace, now: datetime) -> None:
    """Say the token, which nobody can read again."""
    scopes = options.scope or SCOPES
    row, token = await tokens.create(options.login, options.label, scopes, now=now, expires_at=_end(options.days, now))
    say("token-created", token=str(row.id), login=options.login, scopes=", ".join(row.scopes))
    say("token-itself", token=token)


def _end(days: int | None, now: datetime) -> datetime | None:
    if days is None:
        return None
    if not 1 <= days <= _LONGEST_DAYS:
        raise Refused("expiry-past", field="days")
    return now + timedelta(days=days)


def _line(row: ApiToken, now: datetime) -> dict[str, str]:
    ended = row.revoked_at or (row.expires_at if row.expires_at and row.expires_at <= now else None)
    state = "token-ended" if ended or not row.officer.active else "token-counts"
    return {
        "token": str(row.id),
        "login": row.officer.login,
        "office": row.office,
        "scopes": "+".join(row.scopes),
        "label": row.label,
        "state": sentence(state),
        "used": f"{row.used_at:%Y-%m-%d}" if row.used_at else "-",
        "expires": f"{row.expires_at:%Y-%m-%d}" if row.expires_at else "-",
    }


@asynccontextmanager
async def _record() -> AsyncIterator[Database]:
    """The record, open and up to date; tokens need no office's files."""
    url = Settings().database_url
    await migrate(url)
    database = Database(url)
    await database.open()
    try:
        yield database
    finally:
        await database.close()
