"""What the search knows of each ticket, kept up to date beside the road of a message, which pays nothing for it.

Whoever does something writes its line into the journal, and nothing else; a round reads the lines that came since the
last one and makes the marks of their tickets anew, and of the same person's where the person changed. So what was
taken back, moved or renamed is followed like what was added. How far the journal may be read is settled as
``inbox.hooks`` does it. A record that was never read, or is to be read anew, is walked through from its newest ticket.
What clerks write by themselves is left out: the same sentences stand in every ticket. Whatever the search may show to
few is encrypted in the record at the same time (``inbox.identities``).
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from typing import Any

import structlog
from tortoise.context import require_context

from inbox import ciphering, identities, search_words
from inbox.database import Database, rows
from inbox.mishap import place
from inbox.sealing import Identity, gather, identity, text_of
from inbox.secrecy import SEALED

log = structlog.get_logger()

_MOST_LINES = 200
_MOST_TICKETS = 50
_ROUNDS_AT_ONCE = 4
_LONGEST_TEXT = 20_000
_NAMING = ("name", "phone", "email")
_LONGEST_TICKET = 200_000
_MOST_BYTES = 600_000
_NOT_BEGUN = -1

_LOOK = """
    SELECT r.entry_id, r.mark_id, r.mark_xid, r.walk_id, (SELECT COALESCE(MAX(id), 0) FROM journal) AS most,
    (SELECT COALESCE(MAX(id), 0) FROM ticket) AS newest, {oldest} AS oldest_xid, {next} AS next_xid
    FROM search_reading r WHERE r.id = 1
"""
_SNAPSHOT = {
    "oldest": "pg_snapshot_xmin(pg_current_snapshot())::text::bigint",
    "next": "pg_snapshot_xmax(pg_current_snapshot())::text::bigint",
}
_LINES = "SELECT id, ticket_id FROM journal WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3"
_OLDER = "SELECT id FROM ticket WHERE id < $1 ORDER BY id DESC LIMIT $2"
_PERSON = "c.name || ' ' || (SELECT count(*) FROM address a WHERE a.citizen_id = c.id)"
_KIN = f"""
    SELECT t.id FROM ticket t JOIN citizen c ON c.id = t.citizen_id JOIN search_text s ON s.{{key}} = t.id
    WHERE t.citizen_id IN (SELECT citizen_id FROM ticket WHERE id IN ({{ids}})) AND s.person <> {_PERSON}
"""  # noqa: S608 - our own words
# An address that an officer can read, and what it is: a chat may know people by their numbers, too.
_READ = "(a.scheme IN ('phone', 'email') OR a.value LIKE '+%')"
_KIND = "CASE WHEN a.value LIKE '+%' THEN 'phone' ELSE a.scheme END"
# Each line is one text of a ticket: its id, of what kind it is, and the text; what a list shows first, then the newest
# message.
_FIRST = -(1 << 62)
_TEXTS = f"""
    SELECT t.id, 'person' AS kind, {_PERSON} AS text, {_FIRST} AS place
    FROM ticket t JOIN citizen c ON c.id = t.citizen_id WHERE t.id IN ({{ids}})
    UNION ALL SELECT t.id, 'name', c.name, {_FIRST} FROM ticket t JOIN citizen c ON c.id = t.citizen_id
    WHERE t.id IN ({{ids}})
    UNION ALL SELECT id, 'number', number, {_FIRST} FROM ticket WHERE id IN ({{ids}})
    UNION ALL SELECT id, 'sealed', '', {_FIRST} FROM ticket WHERE id IN ({{ids}})
    AND secrecy = '{SEALED}'
    UNION ALL SELECT id, 'summary', summary, {_FIRST} FROM ticket WHERE id IN ({{ids}})
    UNION ALL SELECT id, 'text', object || ' · ' || place, 1 FROM ticket WHERE id IN ({{ids}})
    UNION ALL SELECT id, 'code', permit_number, 0 FROM ticket WHERE id IN ({{ids}}) AND permit_number <> ''
    UNION ALL SELECT id, 'code', lapor_id, 0 FROM ticket WHERE id IN ({{ids}}) AND lapor_id <> ''
    UNION ALL SELECT id, 'code', old_number, 0 FROM ticket WHERE id IN ({{ids}}) AND old_number <> ''
    UNION ALL SELECT t.id, {_KIND}, a.value, 0 FROM ticket t JOIN address a ON a.citizen_id = t.citizen_id
    WHERE t.id IN ({{ids}}) AND {_READ}
    UNION ALL SELECT l.ticket_id, {_KIND}, a.value, 0 FROM ticket_link l
    JOIN conversation v ON v.id = l.conversation_id JOIN address a ON a.id = v.address_id
    WHERE l.ticket_id IN ({{ids}}) AND {_READ}
    UNION ALL SELECT ticket_id, 'text', substr(subject || ' ' || text, 1, {_LONGEST_TEXT}), -id FROM message
    WHERE ticket_id IN ({{ids}}) AND undone_at IS NULL AND author <> 'clerk'
    UNION ALL SELECT ticket_id, 'values', CAST("values" AS TEXT), -id FROM message
    WHERE ticket_id IN ({{ids}}) AND undone_at IS NULL AND direction = 'in'
    UNION ALL SELECT m.ticket_id, 'text', f.name, -m.id FROM attachment f JOIN message m ON m.id = f.message_id
    WHERE m.ticket_id IN ({{ids}}) AND m.undone_at IS NULL
    UNION ALL SELECT ticket_id, 'text', name, 2 FROM paper WHERE ticket_id IN ({{ids}}) AND name <> ''
    UNION ALL SELECT ticket_id, 'values', CAST("values" AS TEXT), 2 FROM paper WHERE ticket_id IN ({{ids}})
    UNION ALL SELECT ticket_id, 'text', instruction, 2 FROM disposition WHERE ticket_id IN ({{ids}})
    UNION ALL SELECT ticket_id, 'text', report, 2 FROM task WHERE ticket_id IN ({{ids}}) AND report <> ''
    UNION ALL SELECT ticket_id, 'text', reason, 2 FROM ticket_step WHERE ticket_id IN ({{ids}}) AND reason <> ''
    ORDER BY 4
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Text:
    """One text of a ticket.

    ``kind``: person, name, number, summary, text, code, phone, email, values (the strings of a JSON object), sealed
    (nothing but that who complained is for few).
    """

    ticket_id: int
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class _Reading:
    """How far was read: lines up to ``entry_id``; tickets below ``walk_id`` are still to be walked through."""

    entry_id: int
    mark_id: int
    mark_xid: int
    walk_id: int


class SearchIndex:
    """Keeps the marks. Any number of processes may: where two made the same, the second throws its own away."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._key = "ticket_id" if database.is_postgres else "rowid"

    async def round(self) -> bool:
        """Read on for a while; returns whether to look again at once."""
        async with self._database.reading(long=True):
            before, reading, ids = await self._plan()
            if before == reading:
                return False
            sealed = await identities.sealed(ids)
        if sealed:
            await self._database.transaction(lambda: identities.close(sealed))
        async with self._database.reading(long=True):
            texts = await texts_of(ids)
        marks = await asyncio.to_thread(_marks, texts)
        await self._database.transaction(lambda: self._write(before, reading, ids, marks))
        return True

    async def fresh(self) -> None:
        """Read what came just now, so that whoever wrote something finds it; of very much only some."""
        for _ in range(_ROUNDS_AT_ONCE):
            if not await self.round():
                return

    async def catch_up(self) -> None:
        """Read everything that is there now."""
        while await self.round():
            pass

    async def forget(self) -> None:
        """Throw everything away; rounds read it anew."""

        async def work() -> None:
            await self._database.query(f"DELETE FROM search_text WHERE {self._key} >= 0")  # noqa: S608
            await self._database.query(
                "UPDATE search_reading SET entry_id = -1, mark_id = 0, mark_xid = 0, walk_id = 0 WHERE id = 1"
            )

        await self._database.transaction(work)

    async def _plan(self) -> tuple[_Reading, _Reading, list[int]]:
        """What was read, what will have been, and the tickets that this is about."""
        snapshot = _SNAPSHOT if self._database.is_postgres else {"oldest": "1", "next": "0"}
        (row,) = await self._database.query(_LOOK.format(**snapshot))
        before = _Reading(row["entry_id"], row["mark_id"], row["mark_xid"], row["walk_id"])
        reading, bound = self._bound(before, row)
        if before.entry_id == _NOT_BEGUN:
            begun = reading if bound == _NOT_BEGUN else replace(reading, entry_id=bound, walk_id=row["newest"] + 1)
            return before, begun, []
        lines = await self._database.query(_LINES, [before.entry_id, bound, _MOST_LINES])
        reached = lines[-1]["id"] if len(lines) == _MOST_LINES else max(bound, before.entry_id)
        changed = {line["ticket_id"] for line in lines if line["ticket_id"]}
        ids = sorted(changed | await self._kin(changed))
        reading = replace(reading, entry_id=reached)
        if before.walk_id and len(ids) < _MOST_TICKETS:
            older = await self._database.query(_OLDER, [before.walk_id, _MOST_TICKETS - len(ids)])
            ids += [one["id"] for one in older if one["id"] not in changed]
            reading = replace(reading, walk_id=older[-1]["id"] if older else 0)
        return before, reading, ids

    def _bound(self, before: _Reading, row: Mapping[str, Any]) -> tuple[_Reading, int]:
        """Up to which line everything that will ever be there is there."""
        if not self._database.is_postgres:
            return before, int(row["most"])
        if before.mark_xid and row["oldest_xid"] < before.mark_xid:
            return before, before.entry_id
        bound = before.mark_id if before.mark_xid else before.entry_id
        if bound == row["most"] == before.entry_id:
            return before, bound  # nothing came: nothing need be written
        return replace(before, mark_id=row["most"], mark_xid=row["next_xid"]), bound

    async def _kin(self, changed: set[int]) -> set[int]:
        """Tickets of the same persons whose marks were made of another name or other addresses."""
        if not changed:
            return set()
        sql = _KIN.format(key=self._key, ids=_places(changed))
        return {row["id"] for row in await self._database.query(sql, sorted(changed))}

    async def _write(
        self, before: _Reading, reading: _Reading, ids: Sequence[int], marks: Mapping[int, tuple[str, list[str]]]
    ) -> None:
        moved = await self._database.query(
            "UPDATE search_reading SET entry_id = $1, mark_id = $2, mark_xid = $3, walk_id = $4"
            " WHERE id = 1 AND entry_id = $5 AND mark_xid = $6 AND walk_id = $7 RETURNING id",
            [*astuple(reading), before.entry_id, before.mark_xid, before.walk_id],
        )
        if not moved or not ids:
            return
        gone = f"DELETE FROM search_text WHERE {self._key} IN ({_places(ids)})"  # noqa: S608
        await self._database.query(gone, ids)
        postgres = self._database.is_postgres
        value = "array_to_tsvector($2::text[])" if postgres else "?"
        places = f"$1, {value}, $3" if postgres else "?, ?, ?"
        rows = [[id_, own if postgres else " ".join(own), who] for id_, (who, own) in marks.items()]
        insert = f"INSERT INTO search_text ({self._key}, marks, person) VALUES ({places})"  # noqa: S608
        await require_context().db().execute_many(insert, rows)


async def texts_of(ids: Sequence[int]) -> list[Text]:
    """Every text of these tickets that is searched, the newest message of each first."""
    if not ids:
        return []
    found = await rows(_TEXTS.format(ids=_places(ids)), ids)
    return [Text(row["id"], row["kind"], text_of(row["kind"], row["text"])) for row in found]


def strings(text: Text) -> str:
    """What of it people wrote."""
    if text.kind != "values":
        return text.text
    return " · ".join(_strings(json.loads(text.text or "{}")))


def _marks(texts: Iterable[Text]) -> dict[int, tuple[str, list[str]]]:
    """By ticket: the person as it was, and the marks."""
    persons: dict[int, str] = {}
    marks: dict[int, set[str]] = {}
    lengths: dict[int, int] = {}
    texts = list(texts)
    hidden = _hidden(texts)
    for text in texts:
        if text.kind == "person":
            persons[text.ticket_id] = text.text
            continue
        lengths[text.ticket_id] = lengths.get(text.ticket_id, 0) + len(text.text)
        if lengths[text.ticket_id] <= _LONGEST_TICKET:
            found = _marks_of(text)
            if behind := hidden.get(text.ticket_id):
                # What names them is found by few, and by nobody else where others' words name them.
                open_ = set() if text.kind in _NAMING else _marks_of(_without(text, behind))
                found = open_ | search_words.sealed(found - open_, ciphering.keys().mark)
            marks.setdefault(text.ticket_id, set()).update(found)
    return {id_: (person, _fitting(marks.get(id_, set()))) for id_, person in persons.items()}


def _hidden(texts: Iterable[Text]) -> dict[int, Identity]:
    """What is known of who complained, of the tickets among them that are sealed."""
    known: dict[int, tuple[set[str], set[str]]] = {}
    shut = {text.ticket_id for text in texts if text.kind == "sealed"}
    for text in texts:
        if text.ticket_id in shut and text.kind in {*_NAMING, "values"}:
            gather(text.kind, text.text, *known.setdefault(text.ticket_id, (set(), set())))
    return {id_: identity("", *found) for id_, found in known.items()}


def _without(text: Text, hidden: Identity) -> Text:
    if text.kind != "values":
        return replace(text, text=hidden.hide(text.text))
    return replace(text, text=json.dumps(hidden.emptied(json.loads(text.text or "{}"))))


def _fitting(marks: set[str]) -> list[str]:
    """In order, as many as a tsvector can hold, the shorter ones first.

    Source: https://www.postgresql.org/docs/15/textsearch-limitations.html.
    """
    shorter = sorted(marks, key=len)
    sizes = itertools.accumulate(len(mark.encode()) for mark in shorter)
    return sorted(mark for mark, size in zip(shorter, sizes, strict=True) if size <= _MOST_BYTES)


def _marks_of(text: Text) -> set[str]:
    """One text that cannot be read must not keep all others from being found."""
    try:
        return _read(text)
    except Exception as error:  # noqa: BLE001 - whatever it is, this text alone is not found
        log.warning("text not indexed", ticket=text.ticket_id, kind=text.kind, error=place(error))
        return set()


def _read(text: Text) -> set[str]:
    match text.kind:
        case "name":
            return search_words.of_name(text.text)
        case "code":
            return search_words.of_code(text.text)
        case "phone":
            return search_words.of_phone(text.text)
    return search_words.of_text(strings(text))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _strings(one)


def _places(ids: Iterable[int]) -> str:
    return ", ".join(f"${place}" for place, _ in enumerate(ids, start=1))
