"""What a list's address asks for, read once: the queue, the filters that are on, and how to take each one off.

An address is a list: it can be kept as a bookmark or a saved view, and goes along to the ticket beside the list. What
cannot be read is left out, as if it had not been said; ``unread`` names it for whoever would take the list along.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast
from urllib.parse import urlencode

from config.schema import ChannelEntry, Office
from inbox.forms import clean
from inbox.narrowing import step_names
from inbox.queues import STATUS, Queue
from inbox.search import Filters

QUEUES: dict[str, Queue] = {
    "peran": "role",
    "milik": "mine",
    "terlambat": "late",
    "hari-ini": "today",
    "tanpa-petugas": "unassigned",
    "menunggu": "waiting",
    "disebut": "mentions",
    "ditunda": "snoozed",
    "semua": "all",
    "dijawab": "answered",
    "selesai": "closed",
    "spam": "spam",
}
STATUSES = ("open", "waiting", "answered", "closed", "handed-on", "all")
FILTERS = ("keadaan", "pintu", "jenis", "langkah", "petugas", "label", "dari", "sampai", "tempat", "telat", "baru")
_KEPT = ("antrean", "q", *FILTERS, "tampilan")
_LONGEST_WORDS = 200


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on: its name in the address, what it says, and the address without it."""

    name: str
    text: str
    without: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters of an office choose from, as (value, name). ``colours`` are the labels'."""

    doors: tuple[tuple[str, str], ...]
    kinds: tuple[tuple[str, str], ...]
    steps: tuple[tuple[str, str], ...]
    officers: tuple[tuple[str, str], ...] = ()
    labels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """An address read: ``path`` and ``queue`` name the queue, ``values`` are the filters that are on, by name.

    ``unread``: the names of those that say nothing there is.
    """

    path: str
    queue: str
    q: str
    values: Mapping[str, str]
    filters: Filters
    unread: tuple[str, ...] = ()


def choices(office: Office, officers: Iterable[tuple[int, str]], labels: Iterable[tuple[int, str]]) -> Choices:
    """What can be chosen here. A step that several procedures have under one name is offered once."""
    return Choices(
        doors=tuple((id_, entry.name or id_) for id_, entry in doors(office).items()),
        kinds=tuple((one.id, one.name) for one in office.kinds),
        steps=tuple(dict(step_names(office).values()).items()),
        officers=tuple((str(id_), name) for id_, name in officers),
        labels=tuple((str(id_), name) for id_, name in labels),
    )


def read(query: Mapping[str, str], offered: Choices) -> Asked:
    """What the address asks for; words that were searched for are looked for everywhere."""
    given = query.get("antrean", "")
    path = given if given in QUEUES else next(iter(QUEUES))
    q = clean(query.get("q", ""))[:_LONGEST_WORDS]
    values = {name: text for name in FILTERS if (text := _value(name, query.get(name, ""), offered))}
    unread = tuple(name for name in FILTERS if query.get(name) and name not in values)
    unread = ("antrean", *unread) if given and given != path else unread
    queue = "found" if q else QUEUES[path]
    if queue in STATUS:
        values.pop("keadaan", None)
    return Asked(path, queue, q, values, _filters(queue, q, values), unread)


def chips(query: Mapping[str, str], asked: Asked, offered: Choices) -> tuple[Chip, ...]:
    """What is on, each with the way to take it off."""
    names = _named(offered)
    return tuple(
        Chip(name, names.get(name, {}).get(text, text), address({**query, name: ""}) or "?")
        for name, text in asked.values.items()
    )


def address(query: Mapping[str, str], *also: str) -> str:
    """The query part of an address that shows the same list."""
    kept = urlencode({name: query[name] for name in (*_KEPT, *also) if query.get(name)})
    return f"?{kept}" if kept else ""


def doors(office: Office) -> dict[str, ChannelEntry]:
    """The office's doors by their full ids."""
    return {f"{office.id}-{name}": entry for name, entry in office.channels.items()}


def _named(offered: Choices) -> dict[str, dict[str, str]]:
    """The names of what can be chosen, by filter and value."""
    return {
        "pintu": dict(offered.doors),
        "jenis": dict(offered.kinds),
        "langkah": _steps(offered.steps),
        "petugas": dict(offered.officers),
        "label": dict(offered.labels),
    }


def _steps(steps: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The steps by value; one that procedures call differently can be meant of all of them, as saved lists may."""
    named: dict[str, str] = {}
    for value, name in steps:
        plain = value.rpartition(":")[2]
        named[value] = name
        named[plain] = f"{named[plain]} / {name}" if plain in named and plain != value else name
    return named


def _value(name: str, text: str, offered: Choices) -> str:
    """A filter's value where it is one; empty otherwise."""
    known = _named(offered).get(name)
    if known is not None:
        return text if text in known else ""
    if name == "keadaan":
        return text if text in STATUSES else ""
    if name in {"dari", "sampai"}:
        return text if _day(text) else ""
    return clean(text)[:_LONGEST_WORDS] if name == "tempat" else "1" if text == "1" else ""


def _filters(queue: str, q: str, values: Mapping[str, str]) -> Filters:
    given = values.get
    procedure, _, step = given("langkah", "").rpartition(":")
    return Filters(
        queue="all" if queue == "found" else cast("Queue", queue),
        status=given("keadaan") or ("all" if queue == "found" else "live"),
        q=q,
        channel=given("pintu", ""),
        kind=given("jenis", ""),
        step=step,
        procedure=procedure,
        officer=int(given("petugas", "0")),
        label=int(given("label", "0")),
        opened_from=_day(given("dari", "")),
        opened_until=_day(given("sampai", "")),
        place=given("tempat", ""),
        late="telat" in values,
        unread="baru" in values,
    )


def _day(text: str) -> date | None:
    try:
        on = date.fromisoformat(text)
    except ValueError:
        return None
    return on if 2000 <= on.year < 2200 else None
