"""What a decision is given to know: whose tickets, what the message points at, and in how few questions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import aiosqlite
import pytest

from bot.scene import Scenes, Stage
from bot.vocabulary import vocabulary
from channels.base import Inbound, Kind
from inbox import people, sqlite
from inbox.models import Conversation, Message, Ticket, TicketLink
from tests.bot.street import COMPLAINT, Citizen, Street


async def scene(street: Street, citizen: Citizen, text: str = "lampu", **more: Any) -> Stage:
    """The scene of a message as it would be decided on now."""
    channel = citizen.channel
    kin = [channel]
    scenes = Scenes(street.office, channel, kin, street.tickets, vocabulary())
    inbound = replace(citizen.message(text), **more)

    async def load() -> Stage:
        scheme = {"blitar-sms": "phone", "blitar-email": "email", "blitar-web": "web"}[channel]
        address = await people.meet("blitar", scheme, citizen.sender, name="", now=street.clock, confirmed=True)
        conversation = await people.conversation("blitar", channel, address, street.clock)
        return await scenes.load(heard(street, inbound), conversation, street.clock)

    return await street.database.transaction(load)


def heard(street: Street, inbound: Inbound) -> Any:
    """The message cleaned and understood."""
    return street.desks["blitar-sms"]._clerk.hear(inbound, street.clock)


async def two(street: Street) -> tuple[Citizen, Ticket, Ticket]:
    """A citizen with two tickets, the second spoken of last."""
    siti = street.citizen()
    await siti.says(COMPLAINT)
    street.later(minutes=10)
    await siti.says("BARU got mampet di depan sekolah")
    first, second = await street.all()
    return siti, first, second


async def test_a_stranger_knows_nothing(any_street: Street) -> None:
    """Nobody's tickets, nothing said lately, and what the procedure would ask."""
    found = (await scene(any_street, any_street.citizen())).scene
    assert (found.tickets, found.threaded, found.proven, found.lately, found.sent_lately) == ((), None, None, 0, 0)
    assert found.asks == ("object", "place", "name")
    assert not found.name_known


async def test_own_tickets_come_spoken_of_last_first(any_street: Street) -> None:
    """With the one this conversation speaks of, and how much was said to the address within the hour."""
    siti, first, second = await two(any_street)
    found = await scene(any_street, siti)
    assert [one.number for one in found.scene.tickets] == [second.number, first.number]
    assert found.scene.lately == second.id
    assert found.scene.sent_lately == 4
    assert found.linked == {first.id, second.id}
    any_street.later(hours=2)
    assert (await scene(any_street, siti)).scene.sent_lately == 0


async def test_a_typed_address_is_not_its_owner_yet(any_street: Street) -> None:
    """The ticket is there, unconfirmed."""
    await any_street.citizen("w1", "web").sends_form(COMPLAINT, kontak="siti@example.com")
    found = (await scene(any_street, any_street.citizen("siti@example.com", "email"))).scene
    assert [(one.confirmed, one.owned) for one in found.tickets] == [(False, True)]


async def test_who_only_listens_in_a_thread_owns_nothing(any_street: Street) -> None:
    """A link that does not hear makes no ticket one's own."""
    _, first, _ = await two(any_street)
    budi = any_street.citizen("+62899")
    await scene(any_street, budi)
    conversation = await Conversation.get(address__value="+62899")
    await TicketLink.create(
        office="blitar", ticket_id=first.id, conversation_id=conversation.id, hears=False, created_at=any_street.clock
    )
    found = await scene(any_street, budi)
    assert found.scene.tickets == ()
    assert found.linked == {first.id}


async def test_the_nearest_answer_wins(any_street: Street) -> None:
    """Of several messages that a reply threads to, the nearest that is on a ticket says which."""
    siti, first, second = await two(any_street)
    names = {one.ticket_id: str(one.external_id) for one in await Message.filter(direction="in").order_by("-id")}
    answers = ("<unknown>", names[first.id], names[second.id])
    found = (await scene(any_street, siti, answers=answers)).scene
    assert found.threaded
    assert found.threaded.number == first.number
    assert found.threaded.owned


async def test_only_the_right_code_proves(any_street: Street) -> None:
    """Number and code together; the number may be the one whose code was asked for."""
    siti, first, second = await two(any_street)
    budi = any_street.citizen("+62899")
    for text, number in {
        f"CEK {first.number} {first.code}": first.number,
        f"CEK {first.number} {second.code}": "",
        f"CEK {first.number}": "",
        first.code: "",
    }.items():
        found = (await scene(any_street, budi, text)).scene.proven
        assert (found.number if found else "") == number
    await budi.says(f"CEK {second.number}")
    found = (await scene(any_street, budi, second.code.lower())).scene.proven
    assert found
    assert found.number == second.number
    assert siti


async def test_another_offices_ticket_is_no_ticket_here(any_street: Street) -> None:
    """Its number and right code open nothing at this office's door."""
    _, first, _ = await two(any_street)
    await Ticket.filter(id=first.id).update(office="lain")
    found = await scene(any_street, any_street.citizen("+62899"), f"CEK {first.number} {first.code}")
    assert found.scene.proven is None


async def test_a_change_knows_its_original(any_street: Street) -> None:
    """On which ticket the message lies that was changed."""
    siti, first, _ = await two(any_street)
    original = await Message.filter(ticket_id=first.id, direction="in").first()
    assert original
    edit = {"kind": Kind.EDIT, "about": str(original.external_id)}
    assert (await scene(any_street, siti, **edit)).scene.original == first.id
    assert (await scene(any_street, siti, **edit | {"about": "<unknown>"})).scene.original is None


async def test_a_case_can_be_reopened_while_the_record_lets_it(any_street: Street) -> None:
    """Answered lately, yes; not answered, or long ago, no."""
    siti, first, second = await two(any_street)
    await Ticket.filter(id=first.id).update(status="answered", answered_at=any_street.clock)
    await Ticket.filter(id=second.id).update(
        status="answered", answered_at=any_street.clock - timedelta(days=60), last_in_at=None
    )
    found = {one.number: one.reopenable for one in (await scene(any_street, siti)).scene.tickets}
    assert found == {first.number: True, second.number: False}


async def test_a_scene_takes_few_questions(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    """One for a stranger; for a citizen the tickets and the hour's count, however many tickets there are.

    While the clerk waits for a particular there is one more: whether an officer wrote since.
    """
    siti, _, _ = await two(street)
    seen: list[str] = []
    for name in ("execute", "execute_fetchall"):
        run = getattr(aiosqlite.Connection, name)

        def watched(self: Any, sql: str, *given: Any, run: Any = run) -> Any:
            if "ticket" in sql or "delivery" in sql or "message" in sql:
                seen.append(sql)
            return run(self, sql, *given)

        monkeypatch.setattr(aiosqlite.Connection, name, watched)
    perform = sqlite.perform

    def performed(connection: Any, sql: str, *given: Any) -> Any:
        if any(f"FROM {table}" in sql for table in ("ticket_link", "delivery", "message")):
            seen.append(sql)
        return perform(connection, sql, *given)

    monkeypatch.setattr(sqlite, "perform", performed)
    await scene(street, street.citizen("+62899"))
    assert len(seen) == 1
    seen.clear()
    await scene(street, siti)
    assert len(seen) == 3
