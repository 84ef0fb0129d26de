"""Whoever overheard a platform's call may make it again, for ever where its signature holds no time: nothing changes.

Which signatures hold a time, and how each door keeps to it, its own tests show (``test_android_hook``).
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from channels.base import Inbound, Kind, Report, State
from inbox.models import Address, Attachment, Delivery, Message, Withheld
from tests.bot.street import COMPLAINT, Street, photo


async def shown(street: Street) -> dict[str, object]:
    """Everything that a repeated call could have changed."""
    return {
        "tickets": [(one.number, one.status, one.version, one.rating, one.unread) for one in await street.all()],
        "messages": await Message.all().order_by("id").values_list("id", "ticket_id", "direction", "text"),
        "journal": [await street.journal(one) for one in await street.all()],
        "stopped": await Address.filter(stopped_at__isnull=False).count(),
        "files": await Attachment.all().count(),
        "waiting": await Withheld.all().count(),
        "out": await Delivery.all().order_by("id").values_list("id", "state"),
    }


async def test_no_word_is_obeyed_twice(any_street: Street) -> None:
    """A day's talk of a citizen, word by word once more in any order, long afterwards: not one is taken again."""
    street, said = any_street, list[Inbound]()
    citizen = street.citizen()

    async def says(text: str, **more: object) -> None:
        street.later(minutes=10)
        said.append(citizen.message(text, **more))
        await street.desks["blitar-sms"].accept(said[-1])

    await says(COMPLAINT, files=(photo(),))
    (ticket,) = await street.all()
    await says("STOP")
    await says("MULAI")
    await says(f"{ticket.number} tambahan: tiangnya miring")
    await says("Lampu jalan di pasar Legi mati", kind=Kind.EDIT, about=said[0].external_id)
    await says("BATAL")
    await says("Pohon tumbang menutup jalan Kenanga")
    before = await shown(street)
    street.later(days=40)
    for one in reversed(said):
        (accepted,) = await street.desks["blitar-sms"].accept(one)
        assert accepted.duplicate
    assert await shown(street) == before


@pytest.mark.parametrize("after", ["sent", "delivered", "read"])
async def test_old_news_of_a_delivery_changes_nothing(street: Street, after: str) -> None:
    """A first attempt's failure, told again after the second went well: nothing is sent once more, nothing fails."""
    citizen = street.citizen()
    await citizen.says(COMPLAINT)
    row = (await Delivery.all().order_by("id"))[0]
    desk = street.desks["blitar-sms"]
    news = Report(State.FAILED, external_id="p1", reason="131049", permanent=False, again=True)
    for name, state in (("p1", "sent"), ("p2", after)):
        await Message.filter(id=row.message_id).update(external_id=name)
        await Delivery.filter(id=row.id).update(state=state, attempts=1, give_up_at=street.clock + timedelta(days=3))
        await desk.report(news)
        found = await Delivery.get(id=row.id)
        assert found.state == ("queued" if name == "p1" else after)
    before = await shown(street)
    for old in (news, Report(State.SENT, external_id="p2"), Report(State.FAILED, external_id="p1", permanent=True)):
        await desk.report(old)
    assert await shown(street) == before
