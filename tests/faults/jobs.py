"""What a child does in its life: take the mail that waits, answer a complaint, carry out what is queued, migrate.

The program's own parts, built by its composition root over the database, folder and mail account it is given; a
``nth`` above 0 is the step it dies at. All times are the ``now`` it is told.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aiohttp import web
from argon2 import PasswordHasher

from bot.app import Wadul, built
from bot.serving import told_to_stop
from bot.settings import Settings
from channels import mail_imap
from channels.base import Inbound
from channels.telegram_poll import Poller
from inbox.actor import Actor
from inbox.migrate import migrate as migrate_database
from inbox.models import Message, Ticket
from tests.faults.points import Fuse
from tests.journeys.browsing import Browser
from tests.journeys.officers import PASSWORD, Officer
from tests.shipped import doors, shipped

OFFICES = doors(shipped(), "blitar-email", "blitar-web", "blitar-sms", "blitar-sms-luar", "blitar-telegram")
# Where nobody listens: a door that a test does not lead anywhere must not knock at the world's.
_NOWHERE = {"base_url": "http://127.0.0.1:9"}
CHANNEL = "blitar-email"
ANSWER = "Sudah kami tertibkan pagi ini."


def take_mail(**given: Any) -> None:
    """Listen at the mailbox until there is nothing more to take."""

    async def work(wadul: Wadul) -> None:
        waiting = asyncio.Event()

        async def wait(_mailbox: mail_imap.Mailbox, _seconds: float) -> None:
            waiting.set()
            await asyncio.Event().wait()

        mail_imap.Mailbox.wait = wait  # type: ignore[method-assign]
        listening = asyncio.create_task(wadul.doors[CHANNEL].listen(wadul.desks[CHANNEL]))
        idle = asyncio.create_task(waiting.wait())
        await asyncio.wait({listening, idle}, return_when=asyncio.FIRST_COMPLETED)
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening

    _live(work, **given)


def sweep(*, channel: str, many: int, **given: Any) -> None:
    """Listen at that door until so many messages are there."""

    async def work(wadul: Wadul) -> None:
        listening = asyncio.create_task(wadul.doors[channel].listen(wadul.desks[channel]))
        while not listening.done() and await Message.filter(direction="in").count() < many:  # noqa: ASYNC110
            await asyncio.sleep(0.01)  # the record alone can say
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening

    _live(work, **given)


def take_updates(**given: Any) -> None:
    """Ask Telegram until it has nothing more."""

    async def until_empty(poller: Poller, _seconds: float) -> None:
        while await poller._round(0):
            pass

    async def work(wadul: Wadul) -> None:
        await wadul.doors["blitar-telegram"].listen(wadul.desks["blitar-telegram"])

    Poller.run = until_empty  # type: ignore[method-assign]
    _live(work, **given)


def answer(*, number: str, **given: Any) -> None:
    """An officer answers, unless it was done before; then everything that is due goes out."""

    async def work(wadul: Wadul) -> None:
        ticket = await Ticket.get(number=number)
        if ticket.status == "open":
            actor = Actor(officer_id=1, login="petugas", office="blitar", name="Ratna", initials="RD", roles=_PETUGAS)
            values = {"jawaban.text": ANSWER}
            now = _moment(given["now"])
            await wadul.acting.act(actor, number, "jawab-langsung", values, version=ticket.version, now=now)
        await wadul.deliverer.drain()

    _live(work, **given)


def send(**given: Any) -> None:
    """Everything that is due goes out."""

    async def work(wadul: Wadul) -> None:
        await wadul.deliverer.drain()

    _live(work, **given)


def warm_up() -> None:
    """A whole life over a database that is thrown away: what is read and compiled once is there for every child, the
    pages' templates too.
    """

    async def work(wadul: Wadul) -> None:
        now = wadul.desks[CHANNEL]._now()
        inbound = Inbound("warm@warga.example.test", "warm@warga.example.test", now, text="Jalan berlubang di Kauman.")
        await wadul.desks[CHANNEL].accept(inbound)
        ticket = await Ticket.get()
        actor = Actor(officer_id=1, login="petugas", office="blitar", name="Ratna", initials="RD", roles=_PETUGAS)
        values = {"jawaban.text": ANSWER}
        await wadul.acting.act(actor, ticket.number, "jawab-langsung", values, version=ticket.version, now=now)
        async with _pages(wadul) as port:
            officer = Officer("petugas", Browser(f"http://127.0.0.1:{port}"))
            for page in ("/blitar", "/meja/gangguan"):
                await officer.opens(page)
            await officer.leaves()

    with TemporaryDirectory() as folder:
        url, account = f"sqlite://{folder}/warm.sqlite", {"address": "warm@blitar.example.test"}
        for job in (begin, lambda **given: _live(work, **given)):
            job(url=url, data=folder, account=account, now="2026-11-23T02:15:00+00:00")


def look_at_trouble(*, lists: str, **given: Any) -> None:
    """An officer signs in, opens the page of what does not go by itself, and finds ``lists`` there."""

    async def work(wadul: Wadul) -> None:
        async with _pages(wadul) as port:
            officer = Officer("petugas", Browser(f"http://127.0.0.1:{port}"))
            try:
                (await officer.opens("/meja/gangguan")).shows(lists, "belum pasti", "Coba lagi", "Sudah sampai")
            finally:
                await officer.leaves()

    _live(work, **given)


def serve(*, ready: str, **given: Any) -> None:
    """Answer browsers until told to stop; ``ready`` is the file that then says by which process, at which port.

    Nothing else of the program runs, so that the steps are those of the browsers' requests alone.
    """

    async def work(wadul: Wadul) -> None:
        async with _pages(wadul) as port:
            _say(ready, f"{os.getpid()} {port}")
            await told_to_stop()

    _live(work, **given)


def begin(**given: Any) -> None:
    """A new database with an officer, at an office whose mailbox has just been connected."""

    async def work(wadul: Wadul) -> None:
        office, now = OFFICES.office("blitar"), _moment(given["now"])
        await wadul.officers.add(office, "petugas", "Ratna Dewi", ["petugas"], PASSWORD, now=now)

    _live(work, **given)


def migrate(*, url: str, nth: int = 0, trace: str = "", **_: Any) -> None:
    """Lay the tables, or those that are missing."""
    if trace:
        Fuse(nth, Path(trace)).lay()
    asyncio.run(migrate_database(url))


_PETUGAS = frozenset({"petugas"})


def _live(
    work: Callable[[Wadul], Any],
    *,
    url: str,
    data: str,
    account: Mapping[str, Any],
    now: str,
    nth: int = 0,
    trace: str = "",
    statements: bool = True,
    entries: Mapping[str, Mapping[str, Any]] | None = None,
) -> None:
    nowhere = dict.fromkeys(("blitar-sms", "blitar-sms-luar", "blitar-telegram"), _NOWHERE)
    laid = {CHANNEL: account, "blitar-web": {"fastest_seconds": 0}, **nowhere}

    async def whole() -> None:
        async with _wadul(url, Path(data), laid | dict(entries or {}), _moment(now)) as wadul:
            # What happens before is the program's start; the road begins here.
            if trace:
                Fuse(nth, Path(trace)).lay(statements=statements)
            await work(wadul)

    asyncio.run(whole())


@asynccontextmanager
async def _wadul(url: str, data: Path, entries: Mapping[str, Mapping[str, Any]], now: datetime) -> AsyncIterator[Wadul]:
    settings = Settings(public_url="http://wadul.example.test", data=data, database=url, listen="127.0.0.1:0")
    async with built(settings, OFFICES, now=lambda: now, entries=entries) as wadul:
        wadul.officers._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        yield wadul


@asynccontextmanager
async def _pages(wadul: Wadul) -> AsyncIterator[int]:
    """Nothing but the pages; yields their port."""
    runner = web.AppRunner(wadul.web)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


def _say(file: str, text: str) -> None:
    """All of it at once, for whoever waits for the file."""
    Path(f"{file}.new").write_text(text)
    Path(f"{file}.new").rename(file)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
