"""Who wrote in public is known in private: the platform itself says to whom its private answer to a comment went.

Nothing weaker joins the two. In the caller's transaction.
"""

from __future__ import annotations

from inbox import ciphering
from inbox.models import Address, Conversation, Ticket, TicketLink


async def recognise(address_id: int, channel: str, value: str) -> None:
    """The address of a comment is the one that the platform answers to; what lay on it goes along."""
    address = await Address.get(id=address_id)
    if value == address.value:
        return
    known = await Address.filter(
        office=address.office, scheme=address.scheme, value__in=ciphering.forms(address.office, value)
    ).first()
    if known is None:
        closed = isinstance(address.value, ciphering.Kept)
        lies = ciphering.kept(address.office, value, same=True) if closed else value
        await Address.filter(id=address.id).update(value=lies)
        return
    await _hand_over(address, known, channel)


async def _hand_over(public: Address, private: Address, channel: str) -> None:
    """The cases opened in public are heard in the talk that there is already, and are that person's."""
    spoken = await Conversation.filter(channel=channel, address_id=public.id).first()
    if spoken is None:
        return
    talk, _ = await Conversation.get_or_create(
        channel=channel,
        address_id=private.id,
        defaults={"office": public.office, "created_at": spoken.created_at},
    )
    links = TicketLink.filter(conversation_id=spoken.id)
    heard = {one.ticket_id for one in await TicketLink.filter(conversation_id=talk.id)}
    moving = [one for one in await links.order_by("id") if one.ticket_id not in heard]
    tickets = [one.ticket_id for one in moving]
    await TicketLink.filter(id__in=[one.id for one in moving]).update(conversation_id=talk.id)
    await Ticket.filter(id__in=tickets, citizen_id=public.citizen_id).update(citizen_id=private.citizen_id)
    if talk.ticket_id is None and tickets:
        await Conversation.filter(id=talk.id).update(ticket_id=tickets[-1])
