"""What waits for an officer's hand: undelivered answers, messages set aside, doors and how they are."""

from __future__ import annotations

import pytest

from config.schema import Right
from inbox.deliveries import Deliveries
from inbox.models import ChannelState, Delivery, SetAside, Ticket
from inbox.refused import Forbidden, Missing
from inbox.troubles import Troubles
from tests.inbox.house import House, at

NOW = at("2026-11-23 09:15")


async def test_undelivered_answers_are_listed_newest_first(any_house: House) -> None:
    """With their ticket, address and reason; what arrived is not among them."""
    house, petugas = any_house, await any_house.officer("petugas")
    numbers = [(await house.complaint(NOW, sender=f"w{n}@example.com")).number for n in range(3)]
    for number in numbers:
        await house.acting.reply(petugas, number, "Kabar", version=1, now=NOW)
    first, second, third = await Delivery.all().order_by("id")
    await Delivery.filter(id=first.id).update(state="failed", reason="address-unknown", detail="550 no such user")
    await Delivery.filter(id=second.id).update(state="unsure")
    await Delivery.filter(id=third.id).update(state="sent")
    lines = await Troubles(house.tickets).failures(petugas)
    assert [(line.number, line.state) for line in lines] == [(numbers[1], "unsure"), (numbers[0], "failed")]
    assert (lines[1].address, lines[1].reason, lines[1].detail) == (
        "w0@example.com",
        "address-unknown",
        "550 no such user",
    )
    with pytest.raises(Forbidden, match="no-right"):
        await Troubles(house.tickets).failures(await house.officer("sekretaris"))


async def test_of_others_tickets_nothing_is_listed_and_nothing_done(any_house: House) -> None:
    """Who may see to deliveries but not see every ticket: neither a stranger's address, nor another try."""
    house, petugas = any_house, await any_house.officer("petugas")
    numbers = [(await house.complaint(NOW, sender=f"w{n}@example.com")).number for n in range(2)]
    for number in numbers:
        await house.acting.reply(petugas, number, "Kabar", version=1, now=NOW)
    await Delivery.all().update(state="failed", reason="address-unknown")
    only = house.office.roles["sekretaris"].model_copy(update={"may": (Right.DELIVERY,)})
    office = house.office.model_copy(update={"roles": {**house.office.roles, "sekretaris": only}})
    house.tickets.cases.offices.offices["blitar"] = office  # type: ignore[index]
    curious = await house.officer("sekretaris")
    await Ticket.filter(number=numbers[1]).update(officer_id=curious.officer_id)
    lines = await Troubles(house.tickets).failures(curious)
    assert [line.number for line in lines] == [numbers[1]]
    seen, unseen = lines[0].delivery_id, (await Delivery.exclude(id=lines[0].delivery_id).get()).id
    deliveries = Deliveries(house.database, house.tickets.offices, lambda _: None, house.tickets.cases.calendars)
    with pytest.raises(Missing, match="delivery-missing"):
        await deliveries.retry(curious, unseen, NOW)
    await deliveries.retry(curious, seen, NOW)
    assert [row.state for row in await Delivery.filter(id__in=[seen, unseen]).order_by("-id")] == ["queued", "failed"]


async def test_messages_set_aside_wait_until_somebody_resolves_them(any_house: House) -> None:
    """Those of this office that nobody has dealt with; another role may not look."""
    house, petugas = any_house, await any_house.officer("petugas")
    for n, (office, resolved) in enumerate([("blitar", None), ("blitar", NOW), ("lain", None)]):
        await SetAside.create(
            office=office, channel=f"{office}-email", reason="bug", digest=str(n), created_at=NOW, resolved_at=resolved
        )
    (line,) = await Troubles(house.tickets).set_asides(petugas)
    assert (line.office, line.reason) == ("blitar", "bug")
    with pytest.raises(Forbidden):
        await Troubles(house.tickets).set_asides(await house.officer("kabid"))


async def test_doors_show_what_waits_and_what_went_wrong(any_house: House) -> None:
    """Every door of the office, in the order of its file."""
    house, petugas = any_house, await any_house.officer("petugas")
    ticket = await house.complaint(NOW)
    for version in (1, 2):
        await house.acting.reply(petugas, ticket.number, "Kabar", version=version, now=NOW)
    first = await Delivery.all().order_by("id").first()
    assert first is not None
    await Delivery.filter(id=first.id).update(state="failed", sent_at=NOW)
    await ChannelState.create(channel="blitar-email", office="blitar", last_in_at=NOW)
    lines = {line.id: line for line in await Troubles(house.tickets).channels(petugas)}
    mail = lines["blitar-email"]
    assert (mail.name, mail.kind, mail.last_in_at, mail.waiting, mail.trouble) == (
        "E-mail pengaduan",
        "email",
        NOW,
        1,
        1,
    )
    assert (mail.last_out_at, lines["blitar-web"].last_out_at) == (NOW, None)
    assert (lines["blitar-web"].last_in_at, lines["blitar-web"].waiting) == (None, 0)
