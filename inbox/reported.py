"""Which deliveries a platform means when it reports: by its own name for the message, by our key, or up to a moment.

Reads, and keeps the platform's name for a message of ours once it is known.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from channels.base import Report
from inbox.ciphering import forms_at
from inbox.models import Conversation, Delivery, Message

_LONGEST_NAME, _LONGEST_KEY, _LONGEST_ADDRESS = 998, 32, 320


def storable(news: Report) -> Report:
    """The report without what no database takes, and without names that no row of ours can have: a phone also tells of
    what other programs sent, under names of their own.
    """
    return replace(
        news,
        external_id=_possible(news.external_id, _LONGEST_NAME),
        key=_possible(news.key, _LONGEST_KEY),
        recipient=_possible(news.recipient, _LONGEST_ADDRESS),
        reason=news.reason.replace("\x00", ""),
    )


async def meant(channel: str, news: Report) -> list[Delivery]:
    """The rows that a report means, locked: by the platform's name, by our key, or all up to its watermark.

    With both, the key stands in for a name that never reached us, or has not yet, and the name is kept for the next
    report. It may be reaching us right now: the row is waited for, and by then the name is known.
    """
    rows = Delivery.filter(channel=channel).select_for_update()
    if news.external_id:
        messages = Message.filter(channel=channel, external_id=news.external_id, direction="out")

        async def named() -> list[Delivery]:
            return await rows.filter(message_id__in=await messages.values_list("id", flat=True))

        found = await named()
        if found or not news.key:
            return found
        for row in await rows.filter(key=news.key, state__in=["sending", "unsure"]):
            await keep_name(row, news.external_id)
        return await named()
    if news.key:
        return await rows.filter(key=news.key)
    if news.upto and news.recipient:
        addresses = await _addresses(channel, news.recipient)
        return await rows.filter(address_id__in=addresses, sent_at__lte=news.upto, state__in=["sent", "delivered"])
    return []


async def keep_name(row: Delivery, external_id: str) -> None:
    """Keep the platform's name for it, unless some other message of the door already has that name."""
    taken = Message.filter(channel=row.channel, external_id=external_id).exclude(id=row.message_id)
    if external_id and not await taken.exists():
        await Message.filter(id=row.message_id).update(external_id=external_id)


async def spoken_to(channel: str, recipient: str, since: datetime) -> list[int]:
    """The address, where we wrote to it of late: anybody can say that a person is gone, whom we never wrote to."""
    lately = Delivery.filter(
        channel=channel, address__value__in=forms_at(channel, recipient), state="sent", sent_at__gte=since
    )
    return list({row.address_id for row in await lately.only("id", "address_id")})


def _possible(name: str, most: int) -> str:
    return "" if "\x00" in name or len(name) > most else name


async def _addresses(channel: str, recipient: str) -> list[int]:
    spoken = await Conversation.filter(channel=channel, address__value__in=forms_at(channel, recipient))
    return [conversation.address_id for conversation in spoken]
