"""What may be wrong with an installation in use, each as a value with a sentence: its place, files, record, life.

Looks, and changes nothing; a record with pending migrations is looked at no further.
"""

from __future__ import annotations

import asyncio
import resource
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta

import aiohttp

from bot.figures import counted
from bot.settings import Settings
from bot.spool import Spool
from channels.base import Fault
from inbox.clamd import Away, Clamd
from inbox.database import Database, file_of
from inbox.files import StoreAway, opened
from inbox.migrate import pending
from inbox.moving_postgres import PostgresSide
from inbox.refused import Refused

_LEAST_FREE_BYTES = 1024**3
_LEAST_FILES = 1024
_LONGEST_WAIT = timedelta(minutes=15)
_SECONDS = 5
_OURS_ALONE = 0o077


def place(settings: Settings) -> Iterator[Fault]:
    """The data folder, the secret, the disk, the limits of this machine."""
    folder = settings.data.absolute()
    if not folder.is_dir():
        yield Fault("doctor-no-data", {"data": str(folder)})
        return
    if folder.stat().st_mode & _OURS_ALONE:
        yield Fault("doctor-data-open", {"data": str(folder)})
    secret = folder / "secret"
    if not settings.secret.get_secret_value() and secret.exists() and secret.stat().st_mode & _OURS_ALONE:
        yield Fault("doctor-secret-open", {"file": str(secret)})
    free = shutil.disk_usage(folder).free
    if free < _LEAST_FREE_BYTES:
        yield Fault("doctor-disk-full", {"data": str(folder), "free": str(free // 1024**2)})
    waiting, undeliverable = Spool(folder / "spool").counts()
    if waiting:
        yield Fault("doctor-spooled", {"count": str(waiting), "folder": str(folder / "spool")})
    if undeliverable:
        yield Fault("doctor-undeliverable", {"count": str(undeliverable), "folder": str(folder / "spool")})
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if files < _LEAST_FILES:
        yield Fault("doctor-few-files", {"limit": str(files)})
    if not settings.url.startswith("https://"):
        yield Fault("doctor-not-https", {"url": settings.url})


async def store(settings: Settings) -> list[Fault]:
    """Whether the bucket for files takes and gives, where there is one."""
    try:
        await asyncio.to_thread(opened(settings.data / "files", settings.files).check)
    except StoreAway as away:
        return [Fault("doctor-store-away", {"files": settings.files, "detail": str(away)[:200]})]
    return []


async def scanner(settings: Settings) -> list[Fault]:
    """Whether who looks at files answers, where there is somebody."""
    try:
        if settings.clamd:
            await Clamd(settings.clamd).check()
    except Away as away:
        return [Fault("doctor-clamd-away", {"clamd": settings.clamd, "detail": str(away)[:200]})]
    return []


async def record(settings: Settings) -> list[Fault]:
    """Whether the database can be read, is sound, and is of this version."""
    url = settings.database_url
    if url.startswith("sqlite"):
        return await asyncio.to_thread(_file, settings) or await _version(url)
    try:
        await (await PostgresSide.open(url)).close()
    except Refused as refused:
        return [Fault(refused.code, refused.values)]
    return await _version(url)


async def life(settings: Settings, channels: tuple[str, ...], now: datetime) -> list[Fault]:
    """What waits for too long, what failed, and whether the program answers."""
    database = Database(settings.database_url)
    await database.open()
    try:
        found = {figure.name: values for figure, values in await counted(database, channels, now)}
    finally:
        await database.close()
    faults = [
        Fault("doctor-waits", {"channel": channel, "minutes": str(round(seconds / 60))})
        for channel, seconds in found["wadul_delivery_oldest_seconds"].items()
        if seconds > _LONGEST_WAIT.total_seconds()
    ]
    faults += [
        Fault("doctor-unsealed", {"office": office, "minutes": str(round(seconds / 60))})
        for office, seconds in found["wadul_journal_unsealed_seconds"].items()
        if seconds > _LONGEST_WAIT.total_seconds()
    ]
    failed = sum(int(found["wadul_deliveries"].get(state, 0)) for state in ("failed", "unsure"))
    if failed:
        faults.append(Fault("doctor-failed", {"count": str(failed)}))
    aside = int(sum(found["wadul_set_aside"].values()))
    if aside:
        faults.append(Fault("doctor-aside", {"count": str(aside)}))
    return faults + await _program(settings)


def _file(settings: Settings) -> list[Fault]:
    file = file_of(settings.database_url)
    if not file.is_file():
        return [Fault("move-source-missing", {"file": str(file)})]
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            told = [str(row[0]) for row in connection.execute("PRAGMA quick_check(3)") if row[0] != "ok"]
    except sqlite3.Error as error:
        told = [str(error)]
    return [Fault("doctor-unsound", {"detail": "; ".join(told)})] if told else []


async def _version(url: str) -> list[Fault]:
    try:
        names = await pending(url)
    except Refused as refused:
        return [Fault(refused.code, refused.values)]
    return [Fault("doctor-pending", {"first": names[0], "count": str(len(names))})] if names else []


async def _program(settings: Settings) -> list[Fault]:
    """Ask the program itself, on this machine."""
    url = f"http://{settings.listen.replace('0.0.0.0', '127.0.0.1')}"  # noqa: S104 - to ask, not to listen
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(f"{url}/healthz") as answer:
            doors = (await answer.json())["doors"] if answer.status == 200 else None
    except (aiohttp.ClientError, TimeoutError, ValueError, KeyError):
        doors = None
    if doors is None:
        return [Fault("doctor-silent", {"url": url})]
    down = sorted(door for door, state in doors.items() if state in {"down", "refused"})
    return [Fault("doctor-door-down", {"channel": door}) for door in down]
