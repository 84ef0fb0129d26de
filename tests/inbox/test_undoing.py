"""Taking a reply back: within ten seconds and on every way, or not at all."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from inbox import drafting, outbox
from inbox.actor import Actor
from inbox.models import Delivery, Draft, Message, Ticket
from inbox.refused import Forbidden, Missing, Refused
from inbox.status import Status
from inbox.undoing import UNDO, Undoing
from tests.inbox.house import House, at

NOW = at("2026-11-23 09:15")
REPLY = "Sudah kami periksa, izinnya tidak ada."
SECOND = timedelta(seconds=1)


async def replied(house: House, by: Actor, **known: object) -> tuple[Ticket, Message]:
    """A complaint, and a reply that waits to leave."""
    ticket = await house.complaint(NOW, sender="w1", channel="web")
    given = {"version": ticket.version, "now": NOW, "hold": UNDO, **known}
    await house.acting.reply(by, ticket.number, REPLY, **given)  # type: ignore[arg-type]
    return ticket, await Message.get(ticket_id=ticket.id, author="officer")


async def claimed(house: House, now: object) -> list[int]:
    """What whoever sends would take."""
    lease = timedelta(minutes=5)
    taken = await outbox.claim(
        house.database,
        worker="w",
        channel="blitar-web",
        now=now,
        lease=lease,
        limit=5,  # type: ignore[arg-type]
    )
    return [one.message_id for one in taken]


async def test_a_reply_waits_ten_seconds(any_house: House) -> None:
    """Until then nobody sends it and the citizen's page does not show it; then both."""
    petugas = await any_house.officer("petugas")
    ticket, message = await replied(any_house, petugas)
    status = Status(any_house.tickets)
    early, late = NOW + UNDO - SECOND, NOW + UNDO
    assert await claimed(any_house, early) == []
    page = await status.citizen_page(ticket.number, ticket.code, early)
    assert page is not None
    assert not any(REPLY in one.text for one in page.messages)
    page = await status.citizen_page(ticket.number, ticket.code, late)
    assert page is not None
    assert any(REPLY in one.text for one in page.messages)
    assert await claimed(any_house, late) == [message.id]


async def test_a_reply_without_a_wait_goes_at_once(any_house: House) -> None:
    """What the API sends is due when it is written."""
    petugas = await any_house.officer("petugas")
    _, message = await replied(any_house, petugas, hold=None)
    assert await claimed(any_house, NOW) == [message.id]
    with pytest.raises(Refused, match="undo-late"):
        await Undoing(any_house.tickets).undo(petugas, "BLT-26-000001", message.id, now=NOW)


async def test_what_is_undone_is_gone(any_house: House) -> None:
    """It is never sent, nobody sees it, its words are the draft again, the clock runs again, and the journal knows."""
    petugas = await any_house.officer("petugas")
    ticket, message = await replied(any_house, petugas, wait="Foto")
    assert (await Ticket.get(id=ticket.id)).status == "waiting"
    await drafting.keep(petugas.officer_id, ticket.id, "reply", "Baru dimulai", NOW)
    await Undoing(any_house.tickets).undo(petugas, ticket.number, message.id, now=NOW + SECOND)
    assert await claimed(any_house, NOW + timedelta(hours=1)) == []
    delivery = await Delivery.get(message_id=message.id)
    assert (delivery.state, delivery.reason) == ("dropped", "undone")
    page = await Status(any_house.tickets).citizen_page(ticket.number, ticket.code, NOW + timedelta(hours=1))
    assert page is not None
    assert not any(REPLY in one.text for one in page.messages)
    assert (await Draft.get(ticket_id=ticket.id)).text == f"{REPLY}\n\nBaru dimulai"
    assert (await Ticket.get(id=ticket.id)).status == "open"
    assert (await any_house.journal(ticket.number))[-2:] == ["undone", "resumed"]
    with pytest.raises(Missing, match="message-missing"):
        await Undoing(any_house.tickets).undo(petugas, ticket.number, message.id, now=NOW + SECOND)


async def test_only_who_wrote_it_and_only_in_time(any_house: House) -> None:
    """A colleague cannot take it back, nor its writer once ten seconds are over."""
    petugas, kasi = await any_house.officer("petugas"), await any_house.officer("kasi", "petugas")
    ticket, message = await replied(any_house, petugas)
    undo = Undoing(any_house.tickets).undo
    with pytest.raises(Forbidden, match="undo-other"):
        await undo(kasi, ticket.number, message.id, now=NOW + SECOND)
    with pytest.raises(Refused, match="undo-late"):
        await undo(petugas, ticket.number, message.id, now=NOW + UNDO)
    assert await claimed(any_house, NOW + UNDO) == [message.id]


@pytest.mark.parametrize("first", ["undo", "claim"])
async def test_it_is_sent_or_undone_and_never_both(any_house: House, first: str) -> None:
    """Where a worker and its writer reach for it at once, one gets it; the worker's clock may run ahead."""
    petugas = await any_house.officer("petugas")
    ticket, message = await replied(any_house, petugas)

    async def undo() -> str:
        try:
            await Undoing(any_house.tickets).undo(petugas, ticket.number, message.id, now=NOW + SECOND)
        except Refused as refused:
            return refused.code
        return "undone"

    both = [undo(), claimed(any_house, NOW + UNDO)]
    undone, taken = await asyncio.gather(*both) if first == "undo" else (await asyncio.gather(*both[::-1]))[::-1]
    state = (await Delivery.get(message_id=message.id)).state
    gone = (await Message.get(id=message.id)).undone_at is not None
    assert (undone, taken, state, gone) in [
        ("undone", [], "dropped", True),
        ("undo-late", [message.id], "sending", False),
    ]
