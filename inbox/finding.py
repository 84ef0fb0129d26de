"""Finding tickets: what an officer typed, asked of the marks, among the tickets that the officer may know of.

Both engines are asked the same question in their own words. The best answers come first: the very number, telephone or
permit; then the name; then words wherever they stand; the newer first among equals. Where little was found a name may
have been mistyped by one letter. Snippets are cut from the text as it stands today.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tortoise.queryset import QuerySet

from inbox import ciphering, database, numbers, search_words
from inbox.models import Ticket
from inbox.sealing import Seal
from inbox.search_index import strings, texts_of
from inbox.search_words import Asked, Question

MOST = 200
BEGIN, END = "\x02", "\x03"
_ENOUGH = 10
_BEFORE, _AFTER = 30, 110
# Of a summary a list shows two lines.
_IN_SIGHT = 60
_BLANKS = re.compile(r"[\s\x00-\x1f]+")
# FTS5 gives its rows in the order of their ids: CROSS keeps it outermost, so that what everybody says ends early.
_SQLITE = """SELECT s.rowid AS id FROM search_text s CROSS JOIN ({mine}) k ON k.id = s.rowid
WHERE s.search_text MATCH ${match} ORDER BY s.rowid DESC LIMIT ${most}"""
# For the newest PostgreSQL would look at every ticket until it has enough: a rare word would take longest.
_POSTGRES = """WITH hits AS MATERIALIZED (SELECT ticket_id FROM search_text WHERE marks @@ ${match}::tsquery)
SELECT k.id FROM ({mine}) k JOIN hits s ON s.ticket_id = k.id ORDER BY k.id DESC LIMIT ${most}"""

Hit = tuple[int, int, int]
"""Where a word stands: its beginning, its end, and which of those typed it is, from 1."""


@dataclass(frozen=True, slots=True)
class Found:
    """Tickets' ids, the best first, ``MOST`` of them at most. ``more``: there were others."""

    ids: tuple[int, ...]
    more: bool


async def find(tickets: QuerySet[Ticket], q: str, seal: Seal) -> Found:
    """Those of ``tickets`` that answer ``q``; whose they are and what else they must be, they say themselves. By who
    complained behind a seal they answer to whoever may know.
    """
    number = numbers.normal(q)
    asked = search_words.read(number or q)
    found: dict[int, None] = {}
    if number:
        found |= dict.fromkeys(await tickets.filter(number=number).values_list("id", flat=True))
    for question in asked.questions:
        whole = search_words.unsealing(question, ciphering.keys().mark)
        found |= dict.fromkeys(await _newest(tickets, whole if seal.sees_all else question))
        if seal.by.opened and not seal.sees_all:
            opened = tickets.filter(id__in=list(seal.by.opened))
            found |= dict.fromkeys(await _newest(opened, whole))
        if len(found) > MOST:
            break
    if asked.near and len(found) < _ENOUGH:
        found |= dict.fromkeys(await _ids(tickets, asked.near))
    return Found(tuple(found)[:MOST], len(found) > MOST)


async def snippets(q: str, ids: Sequence[int]) -> dict[int, str]:
    """By ticket: where the words stand, each between BEGIN and END; none where that is its name or number alone."""
    finder = _Finder(search_words.read(q))
    best: dict[int, tuple[int, str]] = {}
    full: set[int] = set()
    for text in await texts_of(ids):
        if text.kind in {"person", "sealed"} or text.ticket_id in full:
            continue
        plain = _plain(strings(text))
        hits = finder.hits(plain)
        places = {place for _, _, place in hits}
        if len(places) > best.get(text.ticket_id, (0, ""))[0]:
            best[text.ticket_id] = (len(places), _shown(text.kind, plain, hits))
            if len(places) == finder.many:
                full.add(text.ticket_id)
    return {id_: snippet for id_, (_, snippet) in best.items() if snippet}


async def _newest(tickets: QuerySet[Ticket], question: Question) -> list[int]:
    """As ``_ids``. Where whole words answer enough, their beginnings are not asked for: an index has words in their
    order and stops early, while all that begins with one has to be gathered first.
    """
    whole = tuple(tuple(mark for mark in clause if not mark.endswith("*")) for clause in question)
    if whole != question and all(whole):
        ids = await _ids(tickets, whole)
        if len(ids) > MOST:
            return ids
    return await _ids(tickets, question)


async def _ids(tickets: QuerySet[Ticket], question: Question) -> list[int]:
    """Newest first, one more than MOST at most."""
    inner = tickets.only("id")
    inner.sql()  # chooses the database and builds the statement
    mine, values = inner.query.get_parameterized_sql()
    postgres = inner.capabilities.dialect == "postgres"
    places = {"match": len(values) + 1, "most": len(values) + 2}
    sql = (_POSTGRES if postgres else _SQLITE).format(mine=mine, **places)
    match = _tsquery(question) if postgres else _fts5(question)
    return [row["id"] for row in await database.rows(sql, [*values, match, MOST + 1])]


def _fts5(question: Question) -> str:
    """Source: https://www.sqlite.org/fts5.html#full_text_query_syntax."""
    clauses = (" OR ".join(f'"{mark.rstrip("*")}"{"*" * mark.endswith("*")}' for mark in clause) for clause in question)
    return " AND ".join(f"({clause})" for clause in clauses)


def _tsquery(question: Question) -> str:
    """Source: https://www.postgresql.org/docs/15/datatype-textsearch.html#DATATYPE-TSQUERY."""
    clauses = (
        " | ".join(f"'{mark.rstrip('*')}'{':*' if mark.endswith('*') else ''}" for mark in clause)
        for clause in question
    )
    return " & ".join(f"({clause})" for clause in clauses)


def _shown(kind: str, text: str, hits: Sequence[Hit]) -> str:
    """What a list shows below the name and the number."""
    if kind in {"name", "number"}:
        return ""
    return _with_marks(text, hits) if kind == "summary" and hits[0][0] < _IN_SIGHT else _cut(text, hits)


def _plain(text: str) -> str:
    return _BLANKS.sub(" ", text).strip()


class _Finder:
    """Finds what was typed in texts; what it made of a word it remembers."""

    def __init__(self, asked: Asked) -> None:
        self._phone = asked.phone
        self.many = 1 if self._phone else len(asked.words)
        self._begun = asked.words[-1:]
        self._roots = {search_words.stem(word): place for place, word in enumerate(asked.words, start=1)}
        self._sounds = {search_words.sound(word): place for place, word in enumerate(asked.words, start=1)}
        self._known: dict[str, int] = {}

    def hits(self, text: str) -> list[Hit]:
        """Where the telephone number stands that was typed; where none was, the words."""
        if self._phone:
            return list(self._phones(text))
        known, hits = self._known, []
        for found in search_words.WORD.finditer(text):
            place = known.get(found[0])
            if place is None:
                place = known[found[0]] = self._place(search_words.plain(found[0]))
            if place:
                hits.append((found.start(), found.end(), place))
        return hits

    def _place(self, word: str) -> int:
        place = self._roots.get(search_words.stem(word)) or self._sounds.get(search_words.sound(word), 0)
        return place or (self.many if self._begun and word.startswith(self._begun) else 0)

    def _phones(self, text: str) -> Iterator[Hit]:
        for found in search_words.DIGITS.finditer(text):
            if self._phone in search_words.of_phone(found[0]):
                yield found.start(), found.end(), 1


def _cut(text: str, hits: Sequence[Hit]) -> str:
    """The stretch of a text with the most of the words, from the beginning of one to the end of another."""
    start = max(hits, key=lambda hit: len({place for _, _, place in _within(hits, hit[0])}))[0]
    begin = text.rfind(" ", 0, max(start - _BEFORE, 0) + 1) + 1
    end = text.find(" ", start + _AFTER)
    end = len(text) if end < 0 or end - start > 2 * _AFTER else end
    end = min(end, start + 2 * _AFTER)
    shown = [(one - begin, min(other, end) - begin, place) for one, other, place in hits if begin <= one < end]
    return f"{'…' if begin else ''}{_with_marks(text[begin:end], shown)}{'…' if end < len(text) else ''}"


def _within(hits: Iterable[Hit], start: int) -> Iterator[Hit]:
    return (hit for hit in hits if start <= hit[0] < start + _AFTER)


def _with_marks(text: str, hits: Sequence[Hit]) -> str:
    parts, last = [], 0
    for begin, end, _ in hits:
        parts += [text[last:begin], BEGIN, text[begin:end], END]
        last = end
    return "".join([*parts, text[last:]])
