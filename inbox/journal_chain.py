"""The journal's chain as bytes: what of an entry is sealed, and how a batch holds on to the one before it. Pure.

An entry's bytes are the JSON array ``[id, office, ticket_id, at, actor, event, values]`` in UTF-8, without blanks,
letters as themselves, the keys of objects in the order of their code points, a number without a fraction as a whole
one, and ``at`` in UTC with six digits of a second (``2026-11-23T02:15:00.000000Z``). Whatever engine holds the record,
and however often it was moved, they are the same. The entry's digest is their SHA-256.

A batch's digest is the SHA-256 of the JSON array ``["wadul-journal-1", office, number, first_id, last_id, count,
sealed_at, previous]``, written in the same way, a line feed, and the digests (32 bytes each) of its entries in the
order of their ids. ``previous`` is the digest before it in hexadecimal, for the first batch 64 zeros.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

FORM = "wadul-journal-1"
NOTHING = "0" * 64
_MARK = struct.Struct(">q8s")
_LONGEST_NUMBER = 400
_GROUP, _SHOWN = 4, 32
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=str).encode

Line = Mapping[str, Any]
"""A row of the journal by its columns, as either engine answers it; ``values`` as text."""


@dataclass(frozen=True, slots=True)
class Batch:
    """One seal. ``marks`` is as ``inbox.models.JournalSeal`` keeps them."""

    office: str
    number: int
    first_id: int
    last_id: int
    count: int
    previous: str
    digest: str
    marks: bytes
    sealed_at: datetime

    @property
    def short(self) -> str:
        """Half of the digest in groups of four, for people to read, file and type again; 128 bits."""
        return short(self.digest)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is not as it was sealed.

    ``code``: journal-entry-changed, -entry-missing, -entry-added, -batch-changed, -batch-missing, -batch-loose.
    ``entry`` is 0 where it is of the whole batch.
    """

    code: str
    office: str
    batch: int
    entry: int = 0


def short(digest: str) -> str:
    """``Batch.short`` of a digest."""
    return " ".join(digest[place : place + _GROUP] for place in range(0, _SHOWN, _GROUP))


def entry_digest(line: Line) -> bytes:
    """32 bytes."""
    names = ("id", "office", "ticket_id", "at", "actor", "event", "values")
    shown = {"at": moment(line["at"]), "values": _values(line["values"])}
    return hashlib.sha256(_bytes([shown.get(name, line[name]) for name in names])).digest()


def sealed(office: str, before: Batch | None, lines: Sequence[Line], at: datetime) -> Batch:
    """The batch of these lines, which are in the order of their ids and at least one."""
    digests = [entry_digest(line) for line in lines]
    number, previous = (before.number + 1, before.digest) if before else (1, NOTHING)
    first, last = lines[0]["id"], lines[-1]["id"]
    marks = b"".join(_MARK.pack(line["id"], digest) for line, digest in zip(lines, digests, strict=True))
    head = (office, number, first, last, len(lines), moment(at), previous)
    return Batch(office, number, first, last, len(lines), previous, _digest(head, digests), marks, at)


def faults(batch: Batch, lines: Sequence[Line]) -> Iterator[Fault]:
    """What differs between a batch and the lines that stand where its own stood, in the order of their ids."""
    digests = {line["id"]: entry_digest(line) for line in lines}
    head = (batch.office, batch.number, batch.first_id, batch.last_id, batch.count)
    if _digest((*head, moment(batch.sealed_at), batch.previous), list(digests.values())) == batch.digest:
        return
    marks = _marks(batch)
    found = [Fault("journal-entry-added", *head[:2], id_) for id_ in digests.keys() - marks.keys()]
    found += [Fault("journal-entry-missing", *head[:2], id_) for id_ in marks.keys() - digests.keys()]
    both = marks.keys() & digests.keys()
    found += [Fault("journal-entry-changed", *head[:2], id_) for id_ in both if digests[id_][:8] != marks[id_]]
    yield from sorted(found, key=lambda one: one.entry) or [Fault("journal-batch-changed", *head[:2])]


def moment(at: Any) -> str:
    """A time as it is sealed; of what is no time its text, which then differs from whatever was sealed."""
    try:
        read = at if isinstance(at, datetime) else datetime.fromisoformat(at)
    except (TypeError, ValueError):
        return str(at)
    known = read if read.tzinfo else read.replace(tzinfo=UTC)
    return known.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _marks(batch: Batch) -> dict[int, bytes]:
    """None where they were cut."""
    return dict(_MARK.iter_unpack(batch.marks)) if len(batch.marks) % _MARK.size == 0 else {}


def _digest(head: Sequence[Any], digests: Sequence[bytes]) -> str:
    return hashlib.sha256(b"".join((_bytes([FORM, *head]), b"\n", *digests))).hexdigest()


def _bytes(value: Any) -> bytes:
    return _encode(value).encode("utf-8", "surrogatepass")


def _values(text: Any) -> Any:
    """JSON as what it says: the engines write the same differently."""
    try:
        return json.loads(text, parse_float=_number)
    except (TypeError, ValueError):
        return text


def _number(said: str) -> int | float:
    """PostgreSQL answers 1e3 as 1000."""
    exact = Decimal(said)
    whole = exact.adjusted() < _LONGEST_NUMBER and exact == exact.to_integral_value()
    return int(exact) if whole else float(said)
