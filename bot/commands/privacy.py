"""``wadul privacy export | erase | due | breach``: hand a citizen what is held of them, take it away, say what would
go, or gather who must be told when it got out."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import IO

import config
from bot import breach_pack
from bot.forgetting import Forgetting
from bot.saying import say
from bot.settings import Settings, identity_masters, utc_now
from bot.spool import Spool
from config.schema import Office, Offices
from inbox import held_data, identities, journal, retention, whose
from inbox.database import Database
from inbox.erasing import Erasing, Plan
from inbox.files import Files, opened
from inbox.migrate import migrate
from inbox.refused import Refused
from inbox.whose import Whose
from templates import sentence
from templates.filters import long_time

_YES = "HAPUS"


async def run(options: argparse.Namespace) -> int:
    """``export``, ``erase``, ``due`` or ``breach``; 1 where somebody thought better of it."""
    offices = config.load(options.config, secrets=False)
    if options.verb == "due":
        return await _due(offices)
    if options.office not in offices.offices:
        raise Refused("office-unknown", office=options.office, known=", ".join(offices.offices))
    office, settings = offices.office(options.office), Settings()
    if options.verb == "breach":
        async with _record(settings) as (database, _):
            with _new_file(options.file) as out:
                await breach_pack.pack(office, database, options, out)
        return 0
    if bool(options.ticket) == bool(options.address):
        raise Refused("privacy-whose")
    async with _record(settings) as (database, files):
        async with database.reading():
            meant = await _meant(office, options)
        if options.verb == "export":
            return await _export(office, meant, database, files, options.file)
        return await _erase(meant, database, files, Forgetting(Spool(settings.data / "spool")), options)


async def _due(offices: Offices) -> int:
    """What each office's nights would take; writes nothing."""
    async with _record(Settings()) as (database, _):
        for office in offices.offices.values():
            if not office.retention:
                say("privacy-due-none", office=office.id)
                continue
            async with database.reading():
                found = await retention.due(office, utc_now() + retention.AHEAD)
            say("privacy-due", office=office.id, count=str(len(found)))
            for one in found:
                at = long_time(one.at, office.time_zone)
                say("privacy-due-line", number=one.number, kind=one.kind, keeping=one.keeping, at=at)
    return 0


async def _meant(office: Office, options: argparse.Namespace) -> Whose:
    if options.ticket:
        return await whose.of_ticket(office.id, options.ticket)
    return await whose.of_address(office.id, options.address)


async def _export(office: Office, meant: Whose, database: Database, files: Files, file: Path) -> int:
    now = utc_now()
    with _new_file(file) as out:
        async with database.reading():
            data = await held_data.collect(office, meant, sentence, now)
            packed = await held_data.pack(data, meant, files, out, sentence)
    await database.transaction(lambda: _note_export(office, meant))
    say("privacy-exported", file=str(file), files=str(packed))
    return 0


@contextmanager
def _new_file(file: Path) -> Iterator[IO[bytes]]:
    """One that only its owner may read, gone again where nothing came of it.

    Raises: Refused ``privacy-exists``, ``privacy-unwritable``.
    """
    try:
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        raise Refused("privacy-exists", file=str(file)) from None
    except OSError as error:
        raise Refused("privacy-unwritable", file=str(file), detail=error.strerror or "") from None
    try:
        with os.fdopen(handle, "wb") as out:
            yield out
    except BaseException:
        file.unlink(missing_ok=True)
        raise


async def _note_export(office: Office, meant: Whose) -> None:
    for id_ in meant.tickets:
        await journal.write(office.id, "data-exported", actor=journal.SYSTEM, at=utc_now(), ticket_id=id_)


async def _erase(
    meant: Whose, database: Database, files: Files, forgetting: Forgetting, options: argparse.Namespace
) -> int:
    erasing = Erasing(database, files, sentence("erased-word"))
    plan = await erasing.plan(meant)
    _tell(plan, await forgetting.count(meant.senders))
    if options.dry_run:
        return 0
    if not options.yes and not _sure():
        say("privacy-nothing")
        return 1
    await forgetting.forget(meant.senders)
    done = await erasing.erase(meant, now=utc_now(), by=journal.SYSTEM, reason=options.reason)
    say("privacy-erased", tickets=str(len(meant.tickets)), files=str(len(done.files)))
    return 0


def _tell(plan: Plan, letters: int) -> None:
    meant = plan.whose
    say(
        "privacy-plan",
        office=meant.office,
        tickets=str(len(meant.tickets)),
        numbers=", ".join(meant.numbers),
        files=str(len(plan.files)),
    )
    for table, count in plan.rows.items():
        say("privacy-plan-line", table=table, count=str(count))
    if letters:
        say("privacy-plan-spool", count=str(letters))
    say("privacy-plan-stays")


def _sure() -> bool:
    sys.stdout.write(sentence("privacy-ask"))
    sys.stdout.flush()
    return sys.stdin.readline().strip().upper() == _YES


@asynccontextmanager
async def _record(settings: Settings) -> AsyncIterator[tuple[Database, Files]]:
    await migrate(settings.database_url)
    database = Database(settings.database_url)
    await database.open()
    try:
        await identities.know(database, identity_masters(settings))
        yield database, opened(settings.data / "files", settings.files)
    finally:
        await database.close()
