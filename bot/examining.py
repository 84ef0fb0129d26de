"""One door examined: what its entry says without its secrets, and what is wrong at its platform, tried for real.

For the desk's page of a door and for ``wadul channel check``. Changes nothing, here or there.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
from pydantic import BaseModel, SecretStr

import channels
from bot.settings import utc_now
from channels.base import Called, Channel, Fault, Unauthorised, Undelivered

# Signatures of platforms are refused from five minutes on; two are already a clock that nobody sets.
SKEW = timedelta(minutes=2)
_CLOCK_SECONDS = 10
_CHECK_SECONDS = 60
_NAME_SECONDS = 4
_CREDENTIALS = re.compile("//[^/@]*@")


def shown(kind: str, entry: Mapping[str, Any]) -> dict[str, str | None]:
    """What an entry says, by the names of the office's file; None stands for a secret that is set."""
    return dict(_lines("", channels.settings(kind).model_validate(entry)))


def address(kind: str, entry: Mapping[str, Any]) -> str:
    """Where the platform is reached by the web; empty where it is not."""
    return str(getattr(channels.settings(kind).model_validate(entry), "base_url", ""))


async def examine(door: Channel, where: str) -> list[Fault]:
    """What is wrong with a door's account, and whether our clock agrees with the platform's at ``where``."""
    try:
        async with asyncio.timeout(_CHECK_SECONDS):
            faults = list(await door.check())
    except TimeoutError:
        return [Fault("check-too-slow", {"seconds": str(_CHECK_SECONDS)})]
    off = await skew(where)
    clock = [Fault("clock-off", {"minutes": str(round(off.total_seconds() / 60))})] if off > SKEW else []
    return [*faults, *clock]


async def called(door: Channel) -> str:
    """What people write to at a door; empty where it has no name of its own, or cannot ask for it quickly."""
    if not isinstance(door, Called):
        return ""
    try:
        async with asyncio.timeout(_NAME_SECONDS):
            return await door.called()
    except (Undelivered, Unauthorised, TimeoutError):
        return ""


async def skew(where: str) -> timedelta:
    """How far our clock is from that of a web server; nothing where it cannot be asked."""
    theirs = await _date(where) if where else None
    return abs(utc_now() - theirs) if theirs else timedelta()


async def _date(where: str) -> datetime | None:
    """What a web server says the time is; None where it does not, or cannot be reached."""
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_CLOCK_SECONDS)) as session,
            session.head(where, allow_redirects=False) as answer,
        ):
            said = parsedate_to_datetime(answer.headers.get("Date", ""))
    except (TimeoutError, aiohttp.ClientError, OSError, ValueError):
        return None
    return said if said.tzinfo else None


def _lines(before: str, settings: BaseModel) -> Iterator[tuple[str, str | None]]:
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, BaseModel):
            yield from _lines(f"{before}{name}.", value)
        elif isinstance(value, SecretStr):
            yield f"{before}{name}", None if value.get_secret_value() else ""
        else:
            yield f"{before}{name}", _CREDENTIALS.sub("//…@", _said(value))


def _said(value: object) -> str:
    if isinstance(value, tuple | list | set | frozenset):
        return ", ".join(str(one) for one in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
