"""Cutting a delivery of Meta's into its events, so that each stands alone: one that cannot be read costs no other.

A body holds entries (one an account), an entry changes (field and value) or messaging items, and any of them several.
An event keeps a raw form of its own: the body itself where it is the only one, else a body with nothing but it in it,
which reads as the same event again.
Source: developers.facebook.com/docs/graph-api/webhooks/getting-started ("Event Notifications": up to 1,000 updates
batched), developers.facebook.com/docs/messenger-platform/webhooks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from channels.base import Inbound, Parsed, Report, Undigested
from channels.graph_json import UNREADABLE, Json, parts, read, text, written

OTHER_OBJECT = "meta-other-object"
OTHER_ACCOUNT = "meta-other-account"
MESSAGING, STANDBY = "messaging", "standby"
_ITEMS = (MESSAGING, STANDBY)
# What examples are wrapped in: the App Dashboard's "Test" button shows a sample.
_WRAPPERS = ("sample", "payload")

_ABOUT, _LONGEST_ABOUT = ("id", "time", "timestamp"), 64

Split = Callable[[str, Json], Iterable[Json]]


class Noted(Undigested):
    """What was read, and is nobody's message: for whoever looks after the door."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: ``field`` is a change's, or ``messaging`` or ``standby``; ``entry`` stands around it."""

    account: str
    field: str
    value: Json
    entry: Json
    raw: bytes = b""


@dataclass(frozen=True, slots=True)
class Aside:
    """What could not be read, with a reason; or what was, and is for a person to see (``noted``)."""

    raw: bytes
    reason: str
    noted: bool = False


@dataclass(frozen=True, slots=True)
class Digest:
    """What a delivery held, and what of it nobody could read."""

    parsed: Parsed
    aside: tuple[Aside, ...] = ()

    def sound(self) -> Parsed:
        """What could be read. Raises Undigested where that is nothing and something could not."""
        lost = next((one for one in self.aside if not one.noted), None)
        if lost and not (self.parsed.messages or self.parsed.reports):
            raise Undigested(lost.reason)
        return self.parsed


def digest(
    raw: bytes,
    kind: str,
    reader: Callable[[Event], Iterable[Inbound | Report]],
    split: Split = lambda field, value: (value,),  # noqa: ARG005
    owns: Callable[[Event], bool] = lambda event: True,  # noqa: ARG005
    *,
    usual: str = "",
) -> Digest:
    """What a delivery about objects of one ``kind`` (``page``, ``instagram`` ...) holds, each message once.

    ``split`` cuts a change's value that holds several things; what ``owns`` does not know is set aside; ``usual`` is
    the field of a change, or of a value that stands alone, which tells none.

    Raises: Undigested where it is no such delivery at all.
    """
    found: list[Inbound | Report] = []
    aside: list[Aside] = []
    for event in _events(raw, kind, split, usual):
        if not owns(event):
            aside.append(Aside(event.raw, OTHER_ACCOUNT))
            continue
        try:
            found.extend(replace(one, raw=event.raw) if isinstance(one, Inbound) else one for one in reader(event))
        except Undigested as error:
            aside.append(Aside(event.raw, str(error) or UNREADABLE, isinstance(error, Noted)))
    messages: dict[str, Inbound] = {}
    for one in found:
        if isinstance(one, Inbound):
            messages.setdefault(one.external_id, one)
    reports = tuple(one for one in found if isinstance(one, Report))
    return Digest(Parsed(tuple(messages.values()), reports), tuple(aside))


def _events(raw: bytes, kind: str, split: Split, usual: str) -> list[Event]:
    bodies = read(raw)
    cut = [event for body in _listed(bodies) for event in _of_body(body, kind, split, usual)]
    if len(cut) == 1:
        return [replace(cut[0], raw=raw)]
    return [replace(one, raw=_alone(one, kind) or raw) for one in cut]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _of_body(body: Any, kind: str, split: Split, usual: str) -> Iterator[Event]:
    if not isinstance(body, Mapping):
        raise Undigested(UNREADABLE)
    body = next((one for name in _WRAPPERS for one in parts(body, name)), body)
    if text(body, "object") not in {"", kind}:
        raise Undigested(OTHER_OBJECT)
    if usual and "entry" not in body and not {usual, "statuses"}.isdisjoint(body):
        body = {"field": usual, "value": body}
    if "entry" not in body and not _holds(body):
        raise Undigested(UNREADABLE)
    for entry in _listed(body["entry"]) if "entry" in body else [body]:
        yield from _of_entry(entry, split, usual)


def _holds(entry: Json) -> bool:
    return not {"changes", "field", *_ITEMS, "sender"}.isdisjoint(entry)


def _of_entry(entry: Any, split: Split, usual: str) -> Iterator[Event]:
    """An entry's events; what is no event comes as one with the field ``""``, which no reader knows."""
    if not isinstance(entry, Mapping) or not _holds(entry):
        yield Event("", "", {"": entry}, {})
        return
    # It goes with each event: a body with a thousand of them does not become a thousand bodies.
    about = {name: entry[name] for name in _ABOUT if len(text(entry, name)) <= _LONGEST_ABOUT and _plain(entry, name)}
    account = text(entry, "id")
    # Examples show a change, or a message, where the entry stands that holds it.
    alone = [entry] if "field" in entry else []
    for change in [*_listed(entry.get("changes", [])), *alone]:
        field = text(change, "field") or (usual if "value" in change else "") if isinstance(change, Mapping) else ""
        for value in _listed(change.get("value") if field else change):
            for single in split(field, value) if field and isinstance(value, Mapping) else ({"": value},):
                yield Event(account, field if isinstance(value, Mapping) else "", single, about)
    for name in _ITEMS:
        for item in _listed(entry.get(name, [])):
            sound = isinstance(item, Mapping)
            yield Event(account, name if sound else "", item if sound else {"": item}, about)
    if "sender" in entry and "field" not in entry:
        yield Event(account, MESSAGING, entry, about)


def _plain(entry: Json, name: str) -> bool:
    return isinstance(entry.get(name), str | int | float)


def _alone(event: Event, kind: str) -> bytes:
    """A body with nothing in it but this event; empty where it is nested too deeply to be written again."""
    if event.field in _ITEMS:
        entry = {**event.entry, event.field: [event.value]}
    else:
        entry = {**event.entry, "changes": [{"field": event.field, "value": event.value}]}
    try:
        return written({"object": kind, "entry": [entry]} if event.field else event.value.get(""))
    except RecursionError:
        return b""
