"""Citizens, their addresses and their conversations: finding them, or making them when they first write.

Any number of processes may meet the same person at the same moment: whoever inserts second takes the first one's row.
Addresses are joined to one citizen by strong evidence only, and not here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from inbox.database import rows
from inbox.models import Address, Citizen, Conversation

_LONGEST_NAME = 200

# Every message asks these; each is one statement that both databases understand.
_FIND = """
    SELECT a.*, c.name AS citizen_name, c.created_at AS citizen_created_at
    FROM address a JOIN citizen c ON c.id = a.citizen_id WHERE a.office = $1 AND a.scheme = $2 AND a.value = $3
"""
_ADD = """
    INSERT INTO address (office, scheme, value, citizen_id, confirmed_at, dead_reason, created_at)
    VALUES ($1, $2, $3, $4, $5, '', $6) ON CONFLICT (office, scheme, value) DO NOTHING RETURNING *
"""
# Setting a column to what it is locks the row that is there already, and returns it. The column must be in no unique
# key: setting one of those would also shut out whoever writes a message into the conversation, and an officer who holds
# the ticket and a citizen who waits for it would wait for each other.
_CONVERSE = """
    INSERT INTO conversation (office, channel, address_id, state, created_at) VALUES ($1, $2, $3, '{}', $4)
    ON CONFLICT (channel, address_id) DO UPDATE SET office = excluded.office RETURNING *
"""


async def meet(office: str, scheme: str, value: str, *, name: str, now: datetime, confirmed: bool) -> Address:
    """The address with its citizen at hand (``address.citizen``), in the caller's transaction.

    Args:
        scheme: email, phone, web ...; ``value`` is canonical within it.
        name: what the sender is called; it fills an empty name and never replaces one.
        confirmed: they wrote from there themselves. That also brings a dead address back to life.
    """
    who, name = (office, scheme, value), name.strip()[:_LONGEST_NAME]
    address = await _find(who) or await _add(who, name, now, now if confirmed else None)
    await _learn(address, name, now, confirmed)
    return address


async def conversation(office: str, channel: str, address: Address, now: datetime) -> Conversation:
    """The conversation of an address at a door, made if new, locked until the caller's transaction ends.

    ``conversation.address`` is at hand.
    """
    (row,) = await rows(_CONVERSE, [office, channel, address.id, now])
    found = Conversation._init_from_db(**row)
    found.address = address
    return found


async def _find(who: tuple[str, str, str]) -> Address | None:
    for row in await rows(_FIND, who):
        name, created_at = row.pop("citizen_name"), row.pop("citizen_created_at")
        address = Address._init_from_db(**row)
        address.citizen = Citizen._init_from_db(
            id=row["citizen_id"], office=row["office"], name=name, created_at=created_at
        )
        return address
    return None


async def _add(who: tuple[str, str, str], name: str, now: datetime, confirmed_at: datetime | None) -> Address:
    """A new citizen with this address, unless somebody else was quicker: then theirs."""
    citizen = await Citizen.create(office=who[0], name=name, created_at=now)
    for row in await rows(_ADD, [*who, citizen.id, confirmed_at, now]):
        address = Address._init_from_db(**row)
        address.citizen = citizen
        return address
    await citizen.delete()
    theirs = await _find(who)
    if theirs is None:
        raise LookupError("an address vanished")
    return theirs


async def _learn(address: Address, name: str, now: datetime, confirmed: bool) -> None:
    changes: dict[str, Any] = {}
    if confirmed and address.confirmed_at is None:
        changes["confirmed_at"] = now
    if confirmed and address.dead_at is not None:
        changes |= {"dead_at": None, "dead_reason": ""}
    if changes:
        await address.update_from_dict(changes).save(update_fields=list(changes))
    if name and not address.citizen.name:
        address.citizen.name = name
        await address.citizen.save(update_fields=["name"])
