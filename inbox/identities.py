"""What is known of who complained lies encrypted as soon as their case is sealed, and stays so.

Closed is what the record holds of them: their names, the addresses that reach them, what they filled in, and what
arrived as it arrived. ``SearchIndex`` reads every ticket that changed and has its identity closed here, so that
whatever was written since lies open for about a second. Texts, papers and files are not closed: nobody can know who
stands in them. Each update holds what was read against what is there: nothing that somebody just wrote is lost.
Which keys are in use stands in ``identity_key``; one that is there and not known is a reason not to start.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from inbox import ciphering
from inbox.database import Database, rows
from inbox.models import IdentityKey, Message
from inbox.refused import Refused
from inbox.secrecy import SEALED

_PORTION, _QUOTE, _LIKE = 500, '"', "'%~%'"
_SEALED = f"SELECT id, citizen_id FROM ticket WHERE id IN ({{tickets}}) AND secrecy = '{SEALED}'"  # noqa: S608 - our own
_THEIRS = """a.citizen_id IN ({citizens}) OR a.id IN (SELECT v.address_id FROM ticket_link l
JOIN conversation v ON v.id = l.conversation_id WHERE l.ticket_id IN ({tickets}))"""
_CLOSED = 'UPDATE message SET "values" = $1, original = $2 WHERE id = $3 RETURNING id'
_SAID = """SELECT id, office, CAST("values" AS TEXT) AS text FROM message WHERE {which} ORDER BY id"""


@dataclass(frozen=True, slots=True)
class _Column:
    """A column that is closed, and which of its rows are somebody's. ``same``: rows are looked up by it."""

    table: str
    name: str
    whose: str
    same: bool = True

    def rows(self, which: str) -> str:
        """The rows that meet a condition over ``a``."""
        return f"SELECT a.id, a.office, a.{self.name} AS text FROM {self.table} a WHERE {which} ORDER BY a.id"  # noqa: S608

    @property
    def change(self) -> str:
        """Only where it still is what was read."""
        return f"UPDATE {self.table} SET {self.name} = $1 WHERE id = $2 AND {self.name} = $3 RETURNING id"  # noqa: S608


_COLUMNS = (
    _Column(
        "citizen",
        "name",
        "a.id IN ({citizens}) OR a.id IN (SELECT moved_id FROM joining WHERE kept_id IN ({citizens}))",
        same=False,
    ),
    _Column("address", "value", _THEIRS),
    _Column("address_name", "value", f"a.address_id IN (SELECT a.id FROM address a WHERE {_THEIRS})"),  # noqa: S608
)


async def sealed(tickets: Collection[int]) -> Mapping[int, int]:
    """Those of these tickets that are sealed, and whose they are; none where there are no keys to close them by."""
    if not tickets or not ciphering.keys().given:
        return {}
    return {row["id"]: row["citizen_id"] for row in await rows(_SEALED.format(tickets=_listed(tickets)))}


async def close(tickets: Mapping[int, int]) -> None:
    """Encrypt who is behind these sealed tickets, as ``sealed`` gave them; in the caller's transaction."""
    own = {"tickets": _listed(tickets), "citizens": _listed(set(tickets.values()))}
    for column in _COLUMNS:
        await _turn(column, await rows(column.rows(column.whose.format(**own))))
    said = await rows(_SAID.format(which=f"direction = 'in' AND ticket_id IN ({own['tickets']})"))
    await _turn_said([row["id"] for row in said if not ciphering.is_kept(row["text"].strip(_QUOTE))])


async def know(database: Database, masters: Sequence[bytes], offices: Collection[str] = ()) -> None:
    """Take the keys of these offices, and of all in the record, into use. Raises Refused ``identity-key-missing``
    where the record was encrypted by a key that these masters do not make.
    """
    keys = ciphering.Keys(masters)
    async with database.reading():
        used = await IdentityKey.all()
    for office in {*offices, *(row.office for row in used)}:
        keys.of(office)
    missing = sorted({row.office for row in used if keys.named(row.id) is None})
    if missing:
        raise Refused("identity-key-missing", offices=", ".join(missing))
    ciphering.use(keys)


async def renew(database: Database) -> int:
    """Encrypt anew, by each office's newest key, whatever lies under an older one, in portions; then forget the older
    ones. Answers how many texts were turned. May be broken off and begun again, beside the running program.
    """
    turned = 0
    for column in _COLUMNS:
        turned += await _portions(database, lambda after, one=column: _renewed(one, after))  # type: ignore[misc]
    turned += await _portions(database, _renewed_said)
    await database.transaction(_forget)
    return turned


async def _portions(database: Database, one: Callable[[int], Awaitable[tuple[int, int]]]) -> int:
    """Portion by portion, each in a transaction, until none is left; each answers where it ended and how many it
    turned."""
    after, turned = 0, 0
    while after >= 0:
        after, many = await database.transaction(lambda after=after: one(after))  # type: ignore[misc]
        turned += many
    return turned


async def _renewed(column: _Column, after: int) -> tuple[int, int]:
    found = await rows(f"{column.rows(f'a.id > $1 AND a.{column.name} LIKE {_LIKE}')} LIMIT {_PORTION}", [after])
    old = [row for row in found if _is_old(row["office"], row["text"])]
    await _turn(column, old)
    return (found[-1]["id"] if found else -1), len(old)


async def _renewed_said(after: int) -> tuple[int, int]:
    which = """id > $1 AND CAST("values" AS TEXT) LIKE '"~%'"""
    found = await rows(f"{_SAID.format(which=which)} LIMIT {_PORTION}", [after])
    old = [row["id"] for row in found if _is_old(row["office"], row["text"].strip(_QUOTE))]
    await _turn_said(old)
    return (found[-1]["id"] if found else -1), len(old)


def _is_old(office: str, text: str) -> bool:
    """Whether it lies under a key of the office's that is not its newest."""
    name = ciphering.key_of(text)
    return bool(name) and name != ciphering.keys().of(office)[0].id and ciphering.keys().named(name) is not None


async def _turn(column: _Column, found: Sequence[Mapping[str, Any]]) -> None:
    """Encrypt what lies open, or under another key than the newest."""
    for row in found:
        plain = ciphering.opened(row["text"])
        stored = ciphering.kept(row["office"], str(plain), same=column.same)
        if stored != row["text"] and (not ciphering.is_kept(row["text"]) or _is_old(row["office"], row["text"])):
            await _in_use(row["office"])
            await rows(column.change, [stored, row["id"], row["text"]])


async def _turn_said(ids: Sequence[int]) -> None:
    """What was filled in, and what arrived as it arrived, of messages."""
    for message in await Message.filter(id__in=list(ids)).only("id", "office", "values", "original"):
        filled = ciphering.kept_values(message.office, message.values or {})
        original = ciphering.kept_bytes(message.office, message.original or b"")
        if filled is not None:
            await _in_use(message.office)
            await rows(_CLOSED, [json.dumps(filled), original or None, message.id])


async def _in_use(office: str) -> None:
    key = ciphering.keys().of(office)[0].id
    await rows(
        "INSERT INTO identity_key (id, office, made_at) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING RETURNING id",
        [key, office, datetime.now(UTC)],
    )


async def _forget() -> None:
    """Keys under which nothing lies any more."""
    for row in await IdentityKey.all():
        if row.id != ciphering.keys().of(row.office)[0].id:
            await row.delete()


def _listed(ids: Collection[int] | Iterator[int]) -> str:
    """Our own numbers, as SQL."""
    return ", ".join(str(int(id_)) for id_ in ids)
