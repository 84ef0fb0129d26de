"""What a door may show again of a conversation: what left the house, its own files, and nobody else's."""

from __future__ import annotations

from inbox.models import Delivery, Message, TicketLink
from tests.bot.street import Street, photo
from tests.pictures import opened, placed, tells


async def test_only_what_left_the_house_is_shown(any_street: Street) -> None:
    """What waits, what practice kept back and what an officer took back is not; what somebody else said neither."""
    siti, budi = any_street.citizen(), any_street.citizen("+6281200000000")
    await siti.says("Lampu jalan depan pasar mati")
    await budi.says("Parit di Kauman mampet")
    desk = any_street.desks[siti.channel]
    assert [one.text for one in await desk.spoken(siti.sender)] == ["Lampu jalan depan pasar mati"]
    answer = await siti.last()
    for state, shown in (("dropped", 1), ("sent", 2), ("failed", 1), ("read", 2)):
        await Delivery.filter(message_id=answer.id).update(state=state)
        spoken = await desk.spoken(siti.sender)
        assert len(spoken) == shown, state
    assert (spoken[-1].key, spoken[-1].state, spoken[-1].author) == (answer.key, "read", "clerk")
    await Message.filter(id=answer.id).update(undone_at=any_street.clock)
    assert len(await desk.spoken(siti.sender)) == 1
    assert await desk.spoken("+6289999999999") == ()


async def test_a_file_is_handed_to_its_own_conversation_alone(any_street: Street) -> None:
    """Its name there is a number that anybody could count up to."""
    siti = any_street.citizen()
    await siti.says("Lampu jalan depan pasar mati", files=(photo(content=placed()),))
    desk = any_street.desks[siti.channel]
    ((file,),) = [one.files for one in await desk.spoken(siti.sender)]
    handed = await desk.handed(siti.sender, file.reference)
    assert handed is not None
    assert opened(handed.content or b"").size == opened(placed()).size
    assert not tells(handed.content or b"")
    for reference in ("", "0", "x", "٣", "9" * 30):
        assert await desk.handed(siti.sender, reference) is None
    await any_street.citizen("+6281200000000").says("Parit mampet")
    assert await desk.handed("+6281200000000", file.reference) is None


async def test_a_code_leads_to_who_opened_the_ticket_here_and_to_nobody_linked_later(any_street: Street) -> None:
    """Wrong codes, and tickets of another door, lead nowhere."""
    siti, budi = any_street.citizen(), any_street.citizen("+6281200000000")
    await siti.says("Lampu jalan depan pasar mati")
    (ticket,) = await any_street.all()
    desk = any_street.desks[siti.channel]
    assert await desk.speaker(ticket.number, ticket.code) == siti.sender
    assert await desk.speaker(ticket.number, "AAAAAA") == ""
    assert await any_street.desks["blitar-web"].speaker(ticket.number, ticket.code) == ""
    await budi.says(f"{ticket.number} {ticket.code} kapan dibetulkan?")
    assert await desk.speaker(ticket.number, ticket.code) == siti.sender


async def test_a_contact_left_with_the_first_words_hears_of_the_ticket(any_street: Street) -> None:
    """It is no form: a greeting opens nothing, and the contact waits for its one question."""
    siti = any_street.citizen()
    await siti.says("Halo", fields={"kontak": "siti@contoh.id"})
    assert await any_street.all() == []
    await siti.says("Lampu jalan depan pasar mati", fields={"kontak": "siti@contoh.id"})
    (ticket,) = await any_street.all()
    links = await TicketLink.filter(ticket_id=ticket.id).order_by("id").select_related("conversation__address")
    assert [(one.conversation.address.value, one.confirmed) for one in links] == [
        (siti.sender, True),
        ("siti@contoh.id", False),
    ]
