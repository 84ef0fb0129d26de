"""``wadul officer``: who may sign in, from the machine itself."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import config
from bot.saying import say
from bot.settings import Settings, utc_now
from config.schema import Offices
from inbox import devices, journal, second_factors, single_sign_on
from inbox.cases import Cases
from inbox.database import Database
from inbox.migrate import migrate
from inbox.models import Officer
from inbox.officers import Officers
from inbox.refused import Missing, Refused
from inbox.staff import leave
from inbox.versions import Versions
from templates import sentence


async def run(options: argparse.Namespace) -> int:
    """``add``, ``password``, ``leave``, ``sign-out``, ``reset-second``, ``unlink`` or ``list``."""
    async with _record(options.config) as (offices, database):
        officers = Officers(database)
        if options.verb == "list":
            return await _list_officers()
        if options.verb == "add":
            if options.office not in offices.offices:
                raise Refused("office-unknown", field="office", office=options.office, known=", ".join(offices.offices))
            office = offices.office(options.office)
            password = _new_password(options.login)
            await officers.add(office, options.login, options.name, options.role, password, now=utc_now())
            say("officer-added", login=options.login)
        elif options.verb == "leave":
            await _leave(options.login, offices, database)
        elif options.verb == "sign-out":
            ended = await devices.end_all(database, options.login, utc_now())
            say("officer-signed-out", login=options.login, count=str(ended))
        elif options.verb == "reset-second":
            await second_factors.reset(database, options.login, utc_now())
            say("officer-second-reset", login=options.login)
        elif options.verb == "unlink":
            await single_sign_on.forget(database, options.login, utc_now())
            say("officer-unlinked", login=options.login)
        else:
            await officers.set_password(options.login, _new_password(options.login))
            say("officer-password-changed", login=options.login)
    return 0


async def _leave(login: str, offices: Offices, database: Database) -> None:
    """As the desk does it, in the system's name. Raises Missing ``login-unknown``."""
    now, cases = utc_now(), Cases(offices, Versions(database, offices))

    async def work() -> int:
        officer = await Officer.filter(login=login.strip().lower()).first()
        if officer is None:
            raise Missing("login-unknown", field="login", login=login[:64])
        returned = await leave(cases, officer, now, journal.SYSTEM)
        await journal.write(officer.office, "officer-left", actor=journal.SYSTEM, at=now, officer=officer.id)
        return len(returned)

    say("officer-left-now", login=login, returned=str(await database.transaction(work)))


async def _list_officers() -> int:
    for one in await Officer.all().prefetch_related("roles").order_by("office", "login"):
        roles = ", ".join(sorted(held.role for held in one.roles))
        say("officer-line", login=one.login, office=one.office, roles=roles, name=one.name)
    return 0


def _new_password(login: str) -> str:
    """Typed twice at a terminal; the first line of standard input where there is none."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass(sentence("officer-password-ask", {"login": login}))
    if getpass.getpass(sentence("officer-password-again")) != password:
        raise Refused("officer-password-differs")
    return password


@asynccontextmanager
async def _record(folder: Path) -> AsyncIterator[tuple[Offices, Database]]:
    """The record, open and up to date, for a command that needs no doors."""
    settings, offices = Settings(), config.load(folder, secrets=False)
    await migrate(settings.database_url)
    database = Database(settings.database_url)
    await database.open()
    try:
        yield offices, database
    finally:
        await database.close()
