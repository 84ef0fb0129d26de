"""The composition root: builds every object of the running program. Starting and stopping them is ``bot.serving``'s."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from importlib import import_module
from typing import Any

import structlog
from aiohttp import web

import channels
from bot import pacing, proxies
from bot.clock import Clock
from bot.comparing import Comparing
from bot.deliver import Deliverer
from bot.desk import Desk
from bot.hooks import Hooks
from bot.indexing import Indexing
from bot.kept import Kept
from bot.lag import LoopLag
from bot.listen import Listeners
from bot.monitoring import Monitoring
from bot.naming import Naming
from bot.neighbours import Neighbours
from bot.officer_chat import OfficerChats
from bot.program import Running
from bot.push import Push
from bot.reach import Reach
from bot.recap_mail import RecapMail
from bot.replay import Replay
from bot.settings import Settings, derived, identity_masters, secret_key
from bot.shared import ringing, sharing, waking
from bot.silence import Silences
from bot.spool import Spool
from bot.spooling import Spooler, SpoolingDesk
from channels import text
from channels.base import STOPPING, Channel
from config.schema import Offices
from inbox import approved_list, identities, permits_store, signing
from inbox.acting import Acting
from inbox.boxes import Boxes
from inbox.clamd import Clamd
from inbox.database import Database
from inbox.deadlines import Deadlines
from inbox.erasing import Erasing
from inbox.files import Files, opened
from inbox.handovers import Handovers
from inbox.holidays import Holidays
from inbox.importing import Importing
from inbox.journal_seals import JournalSeals
from inbox.limits import Limits
from inbox.live import Live
from inbox.migrate import migrate
from inbox.next_door import NextDoor
from inbox.officers import Officers
from inbox.paper_press import signers
from inbox.repeats import Repeats
from inbox.retention import Retention
from inbox.scanning import Scanning
from inbox.search_index import SearchIndex
from inbox.shown import Shown
from inbox.single_sign_on import Provider
from inbox.tickets import Tickets
from inbox.web import build as build_pages
from templates import sentence

log = structlog.get_logger()
LARGEST_BODY_BYTES = 30 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Wadul:
    """The running program's parts, for what is built on top of it: the demo, the tests."""

    settings: Settings
    offices: Offices
    database: Database
    files: Files
    shown: Shown
    live: Live
    doors: Mapping[str, Channel]
    desks: Mapping[str, Desk]
    tickets: Tickets
    acting: Acting
    officers: Officers
    deliverer: Deliverer
    hooks: Hooks
    indexing: Indexing
    spooler: Spooler
    reach: Reach
    listeners: Listeners
    neighbours: Neighbours
    lag: LoopLag
    clock: Clock
    errands: Clock
    comparing: Comparing
    program: Running
    replay: Replay
    monitoring: web.Application
    web: web.Application


@asynccontextmanager
async def built(
    settings: Settings,
    offices: Offices,
    *,
    now: Callable[[], datetime],
    entries: Mapping[str, Mapping[str, Any]] | None = None,
    demo: bool = False,
) -> AsyncIterator[Wadul]:
    """Every part, with the record open and up to date, nothing running yet. ``entries`` lays settings over doors'."""
    await migrate(settings.database_url)
    database = Database(settings.database_url)
    await database.open()
    try:
        await identities.know(database, identity_masters(settings), offices.offices)
        wadul = _parts(settings, offices, database, now, entries or {}, demo=demo)
        await wadul.tickets.prepare(now())
        try:
            yield wadul
        finally:
            for door in wadul.doors.values():
                await door.close()
            await wadul.shown.stop()
    finally:
        await database.close()


def _providers(offices: Offices, now: Callable[[], datetime]) -> dict[str, Provider]:
    """The single sign-on of each office that has one; its libraries are loaded where there is one."""
    wanted = {id_: one.single_sign_on for id_, one in offices.offices.items() if one.single_sign_on}
    made = import_module("bot.single_sign_on").OpenIdProvider if wanted else None
    return {id_: made(settings, now) for id_, settings in wanted.items()} if made else {}


def _parts(
    settings: Settings,
    offices: Offices,
    database: Database,
    now: Callable[[], datetime],
    entries: Mapping[str, Mapping[str, Any]],
    *,
    demo: bool,
) -> Wadul:
    key = secret_key(settings)
    made_of = {
        id_: (entry.kind, channels.own({**entry.settings(), **entries.get(id_, {})}))
        for id_, entry in offices.channels().items()
    }
    doors = {
        id_: channels.load(id_, {**own, "kind": kind}, secret=derived(key, f"channel {id_}"), now=now, url=settings.url)
        for id_, (kind, own) in made_of.items()
    }
    neighbours, files = Neighbours(database), opened(settings.data / "files", settings.files)
    scanning = Scanning(files, Clamd(settings.clamd) if settings.clamd else None)
    shown = Shown(files, scanning=scanning)
    live, presence, health = sharing(neighbours, now, lambda id_: offices.channel(id_)[0].id)
    tickets = Tickets(
        database,
        offices,
        lambda id_: doors[id_].abilities,
        live.announce,
        settings.url,
        secret=derived(key, "seal"),
    )
    rates = {id_: entries.get(id_, {}).get("rate", entry.rate) for id_, entry in offices.channels().items()}
    paces = {id_: pacing.paced(door, rates[id_]) for id_, door in doors.items()}
    ring = ringing(neighbours, doors)
    deliverer = Deliverer(
        database, doors, files, shown, health, announce=live.announce, now=now, paces=paces, ring=ring
    )
    wake, gone = waking(neighbours, deliverer.wake), sentence("erased-word")
    push = Push(derived(key, "push"), settings.url, now)
    reach = Reach(tickets, doors, health, push, now, paces=paces, tell=lambda: neighbours.tell("reach"))
    neighbours.on("reach", lambda _: reach.look())
    chats = OfficerChats(database, reach.wake)
    spool, limits = Spool(settings.data / "spool"), Limits(database, derived(key, "limits"))
    desks = {
        id_: SpoolingDesk(
            id_,
            spool=spool,
            tickets=tickets,
            database=database,
            files=files,
            shown=shown,
            offices=offices,
            abilities=lambda id_: doors[id_].abilities,
            announce=live.announce,
            wake=wake,
            now=now,
            limits=limits,
            warned=health.warn,
            officers=chats,
        )
        for id_ in doors
    }
    hooks = Hooks(database, offices.offices.values(), url=settings.url, announce=live.announce, now=now)
    program = Running(
        doors, desks, health.of, wake, entries=made_of, pace=lambda id_: pacing.until(database, id_, paces[id_], now())
    )
    approving = {id_: offices.channel(id_)[0].id for id_ in doors if program.approving(id_)}
    comparing = Comparing(tickets, doors, desks)
    officers, acting, replay = Officers(database), Acting(tickets, files), Replay(database, doors, desks, files, now)
    app = web.Application(middlewares=[proxies.middleware(settings.trusted)], client_max_size=LARGEST_BODY_BYTES)
    app[STOPPING] = asyncio.Event()
    build_pages(
        app,
        database=database,
        offices=offices,
        officers=officers,
        tickets=tickets,
        acting=acting,
        files=files,
        shown=shown,
        live=live,
        presence=presence,
        program=program,
        reach=reach,
        replay=replay,
        limits=limits,
        now=now,
        secret=derived(key, "pages"),
        letters=text.table(),
        public_url=settings.url,
        demo_sign_in=demo,
        signers=signers(offices.offices, signing.load),
        providers=_providers(offices, now),
    )
    lag = LoopLag()
    watching = Monitoring(database, doors, health.of, lag=lag, spool=spool, now=now, trusted=settings.trusted)
    app.add_routes(watching.routes())
    monitoring = web.Application(middlewares=[proxies.middleware(settings.trusted)])
    monitoring[STOPPING] = app[STOPPING]
    monitoring.add_routes(watching.routes())
    for id_, door in doors.items():
        app.add_routes(door.routes(desks[id_]))
    return Wadul(
        settings=settings,
        offices=offices,
        database=database,
        files=files,
        shown=shown,
        live=live,
        doors=doors,
        desks=desks,
        tickets=tickets,
        acting=acting,
        officers=officers,
        deliverer=deliverer,
        hooks=hooks,
        indexing=Indexing(SearchIndex(database)),
        spooler=Spooler(spool, desks, database),
        listeners=Listeners(doors, desks, health, holding=neighbours.holding),
        neighbours=neighbours,
        reach=reach,
        lag=lag,
        comparing=comparing,
        clock=Clock(
            {
                "kept": Kept(desks).settle,
                "holidays": Holidays(tickets).refresh,
                "late": Deadlines(tickets).late,
                "answers": Repeats(database).sweep,
                "limits": limits.sweep,
                "paces": partial(pacing.forget, database, paces.values()),
                "events": hooks.sweep,
                "registers": Importing(tickets, files).resume,
                "permits": partial(permits_store.sweep, database),
                "silence": Silences(tickets, doors, health).watch,
                "compare": comparing.begin,
                "names": Naming(tickets, doors).learn,
                "officers": reach.work,
                "next door": NextDoor(tickets).sweep,
                "boxes": Boxes(tickets).remind,
                "templates": partial(approved_list.refresh_due, database, approving, program.approved),
                "handovers": Handovers(tickets).remind,
                "journal": JournalSeals(database).seal,
                "retention": Retention(database, offices.offices.values(), Erasing(database, files, gone)).sweep,
            },
            now=now,
            wake=wake,
            holding=neighbours.holding,
        ),
        errands=Clock(
            {"recaps": RecapMail(tickets, doors, health, now).send},
            now=now,
            wake=wake,
            holding=neighbours.holding,
            name="errands",
        ),
        program=program,
        replay=replay,
        web=app,
        monitoring=monitoring,
    )
