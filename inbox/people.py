"""Citizens, their addresses and their conversations: finding them, or making them when they first write.

Any number of processes may meet the same person at the same moment: whoever inserts second takes the first one's row.
Addresses are joined to one citizen by strong evidence only, and not here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from inbox import ciphering, writing
from inbox.models import Address, Citizen, Conversation
from inbox.sheet import Script, Statement

_LONGEST_NAME = 200
READABLE = ("phone", "email")
"""The schemes whose addresses tell an officer who writes; a chat's id or a form's token tells nothing, unless it is a
telephone number, as some chats have it.
"""


async def readable(citizens: Iterable[int]) -> list[Address]:
    """The addresses of these citizens that tell an officer who writes, the oldest first; inside a reading."""
    found = await Address.filter(citizen_id__in=list(citizens)).order_by("id")
    # An encrypted value cannot be asked for by its beginning.
    return [one for one in found if one.scheme in READABLE or one.value.startswith("+")]


# Every message asks these; each is one statement that both databases understand.
_FIND = """
    SELECT a.*, c.name AS citizen_name, c.created_at AS citizen_created_at
    FROM address a JOIN citizen c ON c.id = a.citizen_id
    WHERE a.office = $1 AND a.scheme = $2 AND a.value IN ({forms})
"""
_WHO = ("office", "scheme", "value")
_ALIVE = "UPDATE address SET confirmed_at = $1, dead_at = NULL, dead_reason = '' WHERE id = $2 RETURNING id"
_MOVE = """
    UPDATE address SET value = $3 WHERE id = $4
    AND NOT EXISTS (SELECT 1 FROM address o WHERE o.office = $1 AND o.scheme = $2 AND o.value IN ({forms})) RETURNING id
"""
_NAMED = """
    SELECT a.id, a.value FROM address_name n JOIN address a ON a.id = n.address_id
    WHERE n.office = $1 AND n.scheme = $2 AND n.value IN ({forms})
"""
_NAME = """
    INSERT INTO address_name (office, scheme, value, address_id) VALUES ($1, $2, $3, $4)
    ON CONFLICT (office, scheme, value) DO UPDATE SET address_id = excluded.address_id RETURNING id
"""
# Setting a column to what it is locks the row that is there already, and returns it. The column must be in no unique
# key: setting one of those would also shut out whoever writes a message into the conversation, and an officer who holds
# the ticket and a citizen who waits for it would wait for each other.
_CONVERSE = """
    INSERT INTO conversation (office, channel, address_id, state, created_at) VALUES ($1, $2, $3, '{}', $4)
    ON CONFLICT (channel, address_id) DO UPDATE SET office = excluded.office RETURNING *
"""


@dataclass(frozen=True, slots=True)
class Met:
    """An address; ``new`` where nobody wrote from there before."""

    address: Address
    new: bool = False


async def meet(office: str, scheme: str, value: str, *, name: str, now: datetime, confirmed: bool) -> Address:
    """The address with its citizen at hand (``address.citizen``), in the caller's transaction. See ``meeting``."""
    return (await writing.run(meeting(office, scheme, value, name=name, now=now, confirmed=confirmed))).address


async def conversation(office: str, channel: str, address: Address, now: datetime) -> Conversation:
    """The conversation of an address at a door, in the caller's transaction. See ``conversing``."""
    return await writing.run(conversing(office, channel, address, now))


def meeting(office: str, scheme: str, value: str, *, name: str, now: datetime, confirmed: bool) -> Script[Met]:
    """Find an address, or make it with a citizen.

    Args:
        scheme: email, phone, web ...; ``value`` is canonical within it.
        name: what the sender is called; it fills an empty name and never replaces one.
        confirmed: they wrote from there themselves. That also brings a dead address back to life.
    """
    who = (office, scheme, value)
    found = yield from _find(who)
    if found is None:
        return (yield from _add(who, called(name), now, now if confirmed else None))
    yield from learning(found, name, now, confirmed)
    return Met(found)


def conversing(office: str, channel: str, address: Address, now: datetime) -> Script[Conversation]:
    """The conversation of an address at a door, made if new, locked until the transaction ends.

    ``conversation.address`` is at hand.
    """
    (row,) = yield _CONVERSE, [office, channel, address.id, now]
    found = Conversation._init_from_db(**row)
    found.address = address
    return found


def called(name: str) -> str:
    """A name as somebody gave it, as it is filed."""
    return ciphering.typed(name.strip()[:_LONGEST_NAME])


def _with_forms(sql: str, office: str, scheme: str, value: str, *more: object) -> Statement:
    """A statement that looks an address up, however it lies; it takes office and scheme first."""
    forms = ciphering.forms(office, value)
    places = ", ".join(f"${place}" for place, _ in enumerate(forms, start=3 + len(more)))
    return sql.format(forms=places), [office, scheme, *more, *forms]


def _move(office: str, scheme: str, id_: int, value: str, lay: str) -> Statement:
    """To another value, which lies encrypted where the one before did."""
    stored = ciphering.kept(office, value, same=True) if isinstance(lay, ciphering.Kept) else value
    return _with_forms(_MOVE, office, scheme, value, stored, id_)


def _find(who: tuple[str, str, str]) -> Script[Address | None]:
    for found in (yield _with_forms(_FIND, *who)):
        row = dict(found)
        name, created_at = row.pop("citizen_name"), row.pop("citizen_created_at")
        address = Address._init_from_db(**row)
        address.citizen = Citizen._init_from_db(
            id=row["citizen_id"], office=row["office"], name=name, created_at=created_at
        )
        return address
    return None


def _add(who: tuple[str, str, str], name: str, now: datetime, confirmed_at: datetime | None) -> Script[Met]:
    """A new citizen with this address, unless somebody else was quicker: then theirs."""
    office, scheme, value = who
    (citizen,) = yield from writing.adding(Citizen, office=office, name=name, created_at=now)
    made = {"citizen_id": citizen.id, "scheme": scheme, "value": value, "confirmed_at": confirmed_at, "created_at": now}
    for address in (yield from writing.adding(Address, _WHO, office=office, **made)):
        address.citizen = citizen
        return Met(address, new=True)
    yield "DELETE FROM citizen WHERE id = $1", [citizen.id]
    theirs = yield from _find(who)
    if theirs is None:
        raise LookupError("an address vanished")
    return Met(theirs)


def moving(address: Address, value: str) -> Script[None]:
    """The person is known by another value now, and their talk goes on there; nothing where somebody has that already.

    For what a platform says of itself alone: nothing that a person claims moves an address.
    """
    yield _move(address.office, address.scheme, address.id, value, address.value)


def recognising(office: str, scheme: str, value: str, lasting: str) -> Script[str]:
    """The value by which somebody is known whom the platform calls ``lasting`` and who writes as ``value`` now.

    A number that shows or changes takes the place of what they were known by, unless somebody has it; one that is
    hidden now stays known.
    """
    for known in (yield _with_forms(_NAMED, office, scheme, lasting)):
        lies = ciphering.opened(known["value"])
        if value == lasting:
            return str(lies)
        if value != lies:
            yield _move(office, scheme, known["id"], value, lies)
    return value


def naming(address: Address, lasting: str) -> Script[None]:
    """The platform calls the owner of that address ``lasting``: whoever wrote last under it."""
    rows = yield _with_forms(_NAMED, address.office, address.scheme, lasting)
    if not any(row["id"] == address.id for row in rows):
        yield _NAME, [address.office, address.scheme, lasting, address.id]


def learning(address: Address, name: str, now: datetime, confirmed: bool) -> Script[None]:
    """What a message tells of its sender, as ``meeting`` takes it."""
    name = called(name)
    if confirmed and (address.confirmed_at is None or address.dead_at is not None):
        address.confirmed_at, address.dead_at, address.dead_reason = address.confirmed_at or now, None, ""
        yield _ALIVE, [address.confirmed_at, address.id]
    if name and not address.citizen.name:
        address.citizen.name = name
        yield "UPDATE citizen SET name = $1 WHERE id = $2 RETURNING id", [name, address.citizen_id]
