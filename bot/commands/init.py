"""``wadul init``: asks, tries the mailbox for real, and writes a first office."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path
from typing import Any

import channels
from bot import first_office
from bot.saying import say
from bot.settings import utc_now
from channels.base import Fault
from templates import sentence


async def run(options: argparse.Namespace) -> int:
    """Answers 1 where nothing was written."""
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
    door = channels.load("init-email", entry, secret=b"init", now=utc_now)
    return await door.check()


def _ask(question: str, secret: bool) -> str:
    code, _, default = question.partition("|")
    prompt = f"{sentence(code)}{f' [{default}]' if default else ''}: "
    if secret and sys.stdin.isatty():
        return getpass.getpass(prompt)
    return input(prompt)
