"""Answers at hand: what officers write again and again, the office's and each officer's own, called by ``/shortcut``.

Their placeholders are words in braces that are filled for one ticket before anybody sends them; a text with a word that
nobody could fill is not taken.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from config.schema import Office, Right
from inbox import journal
from inbox.actor import Actor
from inbox.forms import check_text, clean
from inbox.models import CannedAnswer
from inbox.refused import Forbidden, Missing, Refused
from inbox.tickets import Tickets

PLACEHOLDERS = ("nama", "nomor", "petugas", "kantor", "batas")
_SHORTCUT = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
_PLACE = re.compile(r"\{([^{}\n]{1,40})\}")


@dataclass(frozen=True, slots=True)
class Words:
    """What an answer is made of, as somebody typed it."""

    shortcut: str
    title: str
    text: str

    def checked(self) -> dict[str, Any]:
        """The columns. Raises Refused ``shortcut-unreadable``, ``placeholder-unknown``, and for a missing field."""
        shortcut = self.shortcut.strip().removeprefix("/").lower()
        if not _SHORTCUT.fullmatch(shortcut):
            raise Refused("shortcut-unreadable", field="shortcut")
        text = check_text("text", self.text, 4000)
        for name in _PLACE.findall(text):
            if name not in PLACEHOLDERS:
                known = ", ".join(f"{{{one}}}" for one in PLACEHOLDERS)
                raise Refused("placeholder-unknown", field="text", name=name, known=known)
        title = clean(self.title)[:80] or text.splitlines()[0][:80]
        return {"shortcut": shortcut, "title": title, "text": text}


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled; a word in braces that is none stays."""
    return _PLACE.sub(lambda found: values.get(found[1], found[0]), text)


class Canned:
    """The officers' commands. The office's answers are of its settings and want that right, one's own none."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def offered(self, by: Actor) -> list[CannedAnswer]:
        """What this officer may use, by shortcut; one's own goes before the office's of the same name."""
        mine = Q(officer_id=None) | Q(officer_id=by.officer_id)
        async with self._tickets.database.reading():
            rows = await CannedAnswer.filter(mine, office=by.office, retired_at=None).order_by("shortcut", "id")
        chosen = {row.shortcut: row for row in sorted(rows, key=lambda row: row.officer_id is not None)}
        return sorted(chosen.values(), key=lambda row: row.shortcut)

    async def add(self, by: Actor, words: Words, *, own: bool, now: datetime) -> CannedAnswer:
        """A new one. Raises Forbidden ``no-right``; Refused ``shortcut-taken`` and what ``Words.checked`` raises."""
        values = words.checked()
        officer_id = by.officer_id if own else None

        async def work() -> CannedAnswer:
            self._check_right(by, officer_id)
            await _check_free(_of(by.office, officer_id), values["shortcut"])
            row = await CannedAnswer.create(
                office=by.office, officer_id=officer_id, created_at=now, updated_at=now, **values
            )
            await _log(by, "answer-added", row, now)
            return row

        return await self._tickets.database.transaction(work)

    async def change(self, by: Actor, answer_id: int, words: Words, *, now: datetime) -> None:
        """Other words. Raises the same, and Missing ``answer-missing``."""
        values = words.checked()

        async def work(row: CannedAnswer) -> None:
            others = _of(by.office, row.officer_id).exclude(id=row.id)
            await _check_free(others, values["shortcut"])
            await CannedAnswer.filter(id=row.id).update(updated_at=now, **values)
            await _log(by, "answer-changed", row, now)

        await self._with(by, answer_id, work)

    async def retire(self, by: Actor, answer_id: int, *, now: datetime) -> None:
        """No longer offered. Raises Forbidden ``no-right``; Missing ``answer-missing``."""

        async def work(row: CannedAnswer) -> None:
            await CannedAnswer.filter(id=row.id).update(retired_at=now)
            await _log(by, "answer-retired", row, now)

        await self._with(by, answer_id, work)

    async def _with(self, by: Actor, answer_id: int, work: Callable[[CannedAnswer], Awaitable[None]]) -> None:
        async def whole() -> None:
            mine = Q(officer_id=None) | Q(officer_id=by.officer_id)
            row = await CannedAnswer.filter(mine, id=answer_id, office=by.office, retired_at=None).first()
            if row is None:
                raise Missing("answer-missing")
            self._check_right(by, row.officer_id)
            await work(row)

        await self._tickets.database.transaction(whole)

    def _check_right(self, by: Actor, officer_id: int | None) -> None:
        office: Office = self._tickets.offices.office(by.office)
        if officer_id is None and not by.may(office, Right.SETTINGS):
            raise Forbidden("no-right", right=Right.SETTINGS)


def _of(office: str, officer_id: int | None) -> QuerySet[CannedAnswer]:
    return CannedAnswer.filter(office=office, officer_id=officer_id, retired_at=None)


async def _check_free(answers: QuerySet[CannedAnswer], shortcut: str) -> None:
    if await answers.filter(shortcut=shortcut).exists():
        raise Refused("shortcut-taken", field="shortcut", shortcut=shortcut)


async def _log(by: Actor, event: str, row: CannedAnswer, now: datetime) -> None:
    await journal.write(by.office, event, actor=by.mark, at=now, shortcut=row.shortcut, answer=row.id)
