"""What each verb of the command line does that needs the record or a question; ``check`` has a room of its own."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import channels
import config
from bot import app, checking, first_office, replay
from bot.demo import run as run_demo
from bot.saying import say, say_mistakes
from bot.settings import Settings
from channels.base import Fault
from config.schema import Offices
from inbox.database import Database
from inbox.migrate import migrate
from inbox.models import Officer
from inbox.officers import Officers
from inbox.refused import Missing, Refused
from templates import sentence


def now() -> datetime:
    """The one place where a command reads the clock."""
    return datetime.now(UTC)


async def serve(options: argparse.Namespace) -> int:
    """``wadul serve``: refuses to start on files that ``check`` finds fault with."""
    settings, offices = Settings(), config.load(options.config)
    mistakes = checking.mistakes(offices)
    if mistakes:
        say_mistakes(mistakes)
        return 1
    return await app.serve(settings, offices, now=now)


async def demo(_: argparse.Namespace) -> int:
    """``wadul demo``."""
    return await run_demo(now=now)


async def check(options: argparse.Namespace) -> int:
    """``wadul check``."""
    return await checking.check(options.config, secrets=not options.no_secrets, online=options.online, now=now)


async def init(options: argparse.Namespace) -> int:
    """``wadul init``: asks, tries the mailbox, writes."""
    folder: Path = options.folder
    say("init-hello", folder=str(folder))
    answers = first_office.interview(_ask, lambda reason: say("init-again", reason=sentence(reason)))
    password = answers.pop("password")
    say("init-trying", host=answers["imap-host"])
    faults = await _try_mailbox({**first_office.mailbox(answers), "password": password})
    for fault in faults:
        say("init-login-fault", fault=sentence(fault.code, fault.values))
    if faults and not _ask("init-keep|t", False).strip().lower().startswith("y"):
        say("init-nothing")
        return 1
    if not faults:
        say("init-login-fine")
    return _write_office(folder, answers)


def _write_office(folder: Path, answers: dict[str, str]) -> int:
    try:
        file = first_office.write(folder, answers)
    except FileExistsError as error:
        say("init-exists", file=str(error))
        return 1
    variable = first_office.variable(answers["id"])
    say("init-done", file=str(file), folder=str(folder), office=answers["id"], variable=variable)
    return 0


async def _try_mailbox(entry: dict[str, Any]) -> list[Fault]:
    door = channels.load("init-email", entry, secret=b"init", now=now)
    return await door.check()


def _ask(question: str, secret: bool) -> str:
    code, _, default = question.partition("|")
    prompt = f"{sentence(code)}{f' [{default}]' if default else ''}: "
    if secret and sys.stdin.isatty():
        return getpass.getpass(prompt)
    return input(prompt)


async def officer(options: argparse.Namespace) -> int:
    """``wadul officer add | password | list``."""
    async with _record(options.config) as (offices, database):
        officers = Officers(database)
        if options.verb == "list":
            return await _list_officers()
        if options.verb == "add":
            if options.office not in offices.offices:
                raise Refused("office-unknown", field="office", office=options.office, known=", ".join(offices.offices))
            office = offices.office(options.office)
            password = _new_password(options.login)
            await officers.add(office, options.login, options.name, options.role, password, now=now())
            say("officer-added", login=options.login)
        else:
            await officers.set_password(options.login, _new_password(options.login))
            say("officer-password-changed", login=options.login)
    return 0


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
