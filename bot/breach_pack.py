"""``wadul privacy breach``: one ZIP for the three days after personal data got out.

Lists for who has to tell people, and the letters to fill in. Laid open only to whoever runs the machine.
"""

from __future__ import annotations

import argparse
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import IO
from zoneinfo import ZoneInfo

import templates
from bot.saying import say
from bot.settings import utc_now
from config.schema import Office
from inbox import breach
from inbox.breach import Affected, Incident, Trace
from inbox.database import Database
from inbox.refused import Refused
from inbox.sheets import BOM, Cell, lines
from templates import sentence
from templates.filters import long_time

_LETTERS = ("ringkasan", "surat-pelapor", "surat-lembaga")


async def pack(office: Office, database: Database, options: argparse.Namespace, out: IO[bytes]) -> None:
    """Write it. Raises Missing ``login-unknown``, ``ticket-missing``; Refused ``breach-times``, ``breach-time``."""
    async with database.reading():
        incident = await _incident(office, options)
        found = await breach.affected(office, incident)
        traced = await breach.traces(office, incident)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in _LETTERS:
            archive.writestr(f"{name}.txt", _letter(name, office, incident, found, traced))
        archive.writestr("terdampak.csv", _table(_affected(office, found)))
        archive.writestr("catatan.csv", _table(_traced(office, traced)))
    await database.transaction(lambda: breach.note(office, utc_now(), len(found)))
    before = long_time(incident.tell_before, office.time_zone)
    say("breach-packed-now", file=str(options.file), count=str(len(found)), before=before)


async def _incident(office: Office, options: argparse.Namespace) -> Incident:
    now = utc_now()
    since = _moment(office, options.since, now)
    by = await breach.account(office, options.officer, since) if options.officer else None
    numbers = tuple(dict.fromkeys(one.strip().upper() for one in options.ticket))
    until, found = _moment(office, options.until, now), _moment(office, options.found, now)
    return Incident(since, min(until, found), found, by, numbers)


def _moment(office: Office, written: str, now: datetime) -> datetime:
    """A moment of the office's clock; now where nothing is written. Raises Refused ``breach-time``."""
    if not written:
        return now
    try:
        return datetime.fromisoformat(written.strip()).replace(tzinfo=ZoneInfo(office.time_zone))
    except ValueError:
        raise Refused("breach-time", written=written[:40]) from None


def _letter(name: str, office: Office, incident: Incident, found: Sequence[Affected], traced: Sequence[Trace]) -> str:
    moments = {"since": incident.since, "until": incident.until, "found": incident.found}
    moments["before"] = incident.tell_before
    told = {key: long_time(at, office.time_zone) for key, at in moments.items()}
    scope = "account" if incident.by else "tickets" if incident.numbers else "all"
    values = {"officer": incident.by.name if incident.by else "", "numbers": ", ".join(incident.numbers)}
    return templates.render(
        f"breach/{name}.txt",
        office=office,
        by=incident.by,
        numbers=incident.numbers,
        scope=sentence(f"breach-scope-{scope}", values),
        affected=found,
        traces=len(traced),
        **told,
    )


def _affected(office: Office, found: Sequence[Affected]) -> list[Sequence[Cell]]:
    rows: list[Sequence[Cell]] = [sentence("breach-affected-columns").split(", ")]
    for one in found:
        data = [sentence("breach-data-text"), *([sentence("breach-data-files")] if one.files else [])]
        data = [sentence("breach-data-name"), *data] if one.open else data
        seal = sentence(f"breach-seal-{'open' if one.open else 'shut'}") if one.sealed else ""
        done = "; ".join(dict.fromkeys(sentence(event) for event in one.done))
        at = _at(office, one.at)
        rows.append((one.number, at, one.name, one.contacts, one.channel, seal, ", ".join(data), one.files, done))
    return rows


def _traced(office: Office, traced: Sequence[Trace]) -> list[Sequence[Cell]]:
    rows: list[Sequence[Cell]] = [sentence("breach-trace-columns").split(", ")]
    return rows + [(_at(office, one.at), one.officer, one.number, sentence(one.event, one.values)) for one in traced]


def _at(office: Office, at: datetime) -> datetime:
    return at.astimezone(ZoneInfo(office.time_zone)).replace(tzinfo=None)


def _table(rows: Sequence[Sequence[Cell]]) -> bytes:
    return BOM.encode() + lines(rows)
