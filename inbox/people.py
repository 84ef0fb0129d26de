"""Citizens, their addresses and their conversations: finding them, or making them when they first write.

Any number of processes may meet the same person at the same moment: whoever inserts second takes the first one's row.
Addresses are joined to one citizen by strong evidence only, and not here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from inbox.models import Address, Citizen, Conversation

_NAME = 200


async def meet(office: str, scheme: str, value: str, *, name: str, now: datetime, confirmed: bool) -> Address:
    """The address with its citizen at hand (``address.citizen``), in the caller's transaction.

    Args:
        scheme: email, phone, web ...; ``value`` is canonical within it.
        name: what the sender is called; it fills an empty name and never replaces one.
        confirmed: they wrote from there themselves. That also brings a dead address back to life.
    """
    address = await _find(office, scheme, value)
    if address is None:
        at = now if confirmed else None
        new = Address(office=office, scheme=scheme, value=value, confirmed_at=at, created_at=now)
        address = await _make(new, name.strip()[:_NAME])
    await _learn(address, name.strip(), now, confirmed)
    return address


async def conversation(office: str, channel: str, address: Address, now: datetime) -> Conversation:
    """The conversation of an address at a door, made if new, locked until the caller's transaction ends.

    ``conversation.address`` is at hand.
    """
    found = await _lock(channel, address)
    if found is None:
        new = Conversation(office=office, channel=channel, address=address, created_at=now)
        await Conversation.bulk_create([new], ignore_conflicts=True)
        found = await _lock(channel, address)
    if found is None:
        raise LookupError("a conversation vanished")
    found.address = address
    return found


async def _lock(channel: str, address: Address) -> Conversation | None:
    return await Conversation.filter(channel=channel, address_id=address.id).select_for_update(no_key=True).first()


async def _find(office: str, scheme: str, value: str) -> Address | None:
    return await Address.filter(office=office, scheme=scheme, value=value).select_related("citizen").first()


async def _make(new: Address, name: str) -> Address:
    new.citizen = citizen = await Citizen.create(office=new.office, name=name, created_at=new.created_at)
    await Address.bulk_create([new], ignore_conflicts=True)
    found = await _find(new.office, new.scheme, new.value)
    if found is None:
        raise LookupError("an address vanished")
    if found.citizen_id != citizen.id:
        await citizen.delete()
    return found


async def _learn(address: Address, name: str, now: datetime, confirmed: bool) -> None:
    changes: dict[str, Any] = {}
    if confirmed and address.confirmed_at is None:
        changes["confirmed_at"] = now
    if confirmed and address.dead_at is not None:
        changes |= {"dead_at": None, "dead_reason": ""}
    if changes:
        await address.update_from_dict(changes).save(update_fields=list(changes))
    if name and not address.citizen.name:
        address.citizen.name = name[:_NAME]
        await address.citizen.save(update_fields=["name"])
