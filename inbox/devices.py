"""Where an officer is signed in: the browsers, as they call themselves, and ending them.

A browser is named to its officer by the beginning of its session's digest, which opens nothing. A session that ended is
gone from the record, and each process asks the record at each request.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from inbox import journal, officer_browsers
from inbox.database import Database
from inbox.models import Officer, Session
from inbox.refused import Missing

_NAMED_BY = 16
_ENDED = "browsers-ended"
# The first that fits: whoever calls itself Edge calls itself Chrome and Safari, too.
_BROWSERS = (
    ("Edge", r"Edg(?:A|iOS)?/"),
    ("Opera", r"OPR/"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"(?:Firefox|FxiOS)/"),
    ("Chrome", r"(?:Chrome|CriOS)/"),
    ("Safari", r"Safari/"),
)
_SYSTEMS = (
    ("Android", r"Android"),
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Windows", r"Windows"),
    ("ChromeOS", r"CrOS"),
    ("macOS", r"Mac OS X"),
    ("Linux", r"Linux"),
)


@dataclass(frozen=True, slots=True)
class Device:
    """One browser. ``browser`` and ``system`` are empty where it does not say, or says what nobody knows."""

    key: str
    browser: str
    system: str
    since: datetime
    seen: datetime
    mine: bool


async def listed(database: Database, officer_id: int, here: str, now: datetime) -> list[Device]:
    """The officer's browsers, the one used last first. ``here``: the digest of the session that asks."""
    async with database.reading():
        rows = await Session.filter(officer_id=officer_id, expires_at__gt=now).order_by("-seen_at", "digest")
    return [_device(row, here) for row in rows]


async def end(database: Database, officer_id: int, here: str, key: str, now: datetime) -> None:
    """One of them, or with ``key`` "" all but the one that asks. Raises Missing ``device-missing``."""
    rows = Session.filter(officer_id=officer_id, digest__not=here)
    wanted = rows.filter(digest__startswith=key) if key else rows

    async def work() -> None:
        if not await _end(await wanted, officer_id, f"officer:{officer_id}", now) and key:
            raise Missing("device-missing")

    if key and not re.fullmatch(rf"[0-9a-f]{{{_NAMED_BY}}}", key):
        raise Missing("device-missing")
    await database.transaction(work)


async def end_all(database: Database, login: str, now: datetime) -> int:
    """Everywhere, from the machine itself; answers how many. Raises Missing ``login-unknown``."""

    async def work() -> int:
        officer = await Officer.filter(login=login.strip().lower()).first()
        if officer is None:
            raise Missing("login-unknown", field="login", login=login[:64])
        return await _end(await Session.filter(officer_id=officer.id), officer.id, journal.SYSTEM, now)

    return await database.transaction(work)


async def _end(rows: list[Session], officer_id: int, actor: str, now: datetime) -> int:
    for row in rows:
        await officer_browsers.signed_out(row.digest, now)
        await row.delete()
    if rows:
        officer = await Officer.get(id=officer_id)
        await journal.write(officer.office, _ENDED, actor=actor, at=now, officer=officer_id, count=len(rows))
    return len(rows)


def _device(row: Session, here: str) -> Device:
    browser, system = named(row.agent)
    return Device(row.digest[:_NAMED_BY], browser, system, row.created_at, row.seen_at, row.digest == here)


def named(agent: str) -> tuple[str, str]:
    """The browser and the system, as it calls itself; each empty where it does not say."""
    return _named(agent, _BROWSERS), _named(agent, _SYSTEMS)


def _named(agent: str, names: tuple[tuple[str, str], ...]) -> str:
    return next((name for name, pattern in names if re.search(pattern, agent)), "")
