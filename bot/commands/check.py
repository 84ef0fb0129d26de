"""``wadul check``: every mistake in an installation's files at once, and, if wanted, a real login at every door."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from pathlib import Path

import channels
import config
from bot.saying import say, say_mistakes
from bot.settings import Settings, utc_now
from channels.base import Channel
from config.check import check as prove
from config.schema import Mistake, Offices
from config.shape import shape
from inbox import signing
from templates import names, sentence, sheets
from templates.own import flaws, known_values


async def run(options: argparse.Namespace) -> int:
    """Say what is wrong, or that nothing is. Answers the exit code: 0 only where all is well."""
    offices, unreadable = config.read(options.config, os.environ, secrets=not options.no_secrets)
    found = [*unreadable, *mistakes(offices)]
    if found:
        say_mistakes(found)
        return 1
    procedures = sum(len(office.procedures) for office in offices.offices.values())
    counts = {"offices": len(offices.offices), "procedures": procedures, "channels": len(offices.channels())}
    say("check-fine", **{name: str(count) for name, count in counts.items()})
    return await try_doors(offices) if options.online else 0


def mistakes(offices: Offices) -> list[Mistake]:
    """What the files say wrong about each other, about our templates, and about their doors' settings."""
    known = prove(offices, channels.kinds(), names("messages", ".txt"), sheets.names(), signing.known())
    return [*known, *_settings_mistakes(offices), *_own_words(offices), *_own_papers(offices)]


def _own_words(offices: Offices) -> Iterator[Mistake]:
    """What is wrong with the messages an office words itself."""
    for id_ in offices.offices:
        folder = offices.messages(id_)
        for flaw in flaws(folder) if folder.is_dir() else ():
            file = str((folder / flaw.file).relative_to(offices.folder))
            values = {"detail": flaw.detail, "choices": ", ".join(sorted(known_values()))}
            yield Mistake(code=flaw.code, file=file, line=flaw.line, values=values)


def _own_papers(offices: Offices) -> Iterator[Mistake]:
    """What is wrong with the Word templates that an office laid down."""
    choices = ", ".join(sorted(sheets.names()))
    for id_ in offices.offices:
        for own in sorted((offices.folder / "offices" / id_ / "papers").glob("[!~]*.docx")):
            file = str(own.relative_to(offices.folder))
            if own.stem not in sheets.names():
                yield Mistake(code="paper-own-unknown", file=file, values={"name": own.name, "choices": choices})
            elif detail := _flaw_of(own):
                yield Mistake(code="paper-own-broken", file=file, values={"detail": detail})


def _flaw_of(own: Path) -> str:
    from inbox.docx_filled import flaw  # noqa: PLC0415 - what reads Word files is for offices that laid one down

    return flaw(own)


def _settings_mistakes(offices: Offices) -> Iterator[Mistake]:
    for office in offices.offices.values():
        for name, entry in office.channels.items():
            if entry.kind in channels.kinds():
                source = offices.sources["office", office.id]
                yield from shape(source, channels.settings(entry.kind), entry.settings(), ("channels", name))[1]


async def try_doors(offices: Offices) -> int:
    """Try every door for real and say what is wrong. Answers the exit code."""
    wrong = 0
    for id_, entry in offices.channels().items():
        own = {"kind": entry.kind, **entry.settings()}
        wrong += await attempt(channels.load(id_, own, secret=b"check", now=utc_now, url=Settings().public_url))
    return 1 if wrong else 0


async def attempt(door: Channel) -> int:
    """Try one door at its platform and say what came of it. Answers how many things are wrong."""
    try:
        faults = await door.check()
    finally:
        await door.close()
    for fault in faults:
        say("check-channel-fault", channel=door.id, fault=sentence(fault.code, fault.values))
    if not faults:
        say("check-channel-fine", channel=door.id)
    return len(faults)
