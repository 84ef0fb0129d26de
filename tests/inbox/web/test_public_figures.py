"""The figures for everybody: only where the office wants them, nobody's name, no small number, and no script."""

from __future__ import annotations

from datetime import timedelta

import pytest

from inbox.figures import PUBLIC
from inbox.models import OfficeSetting, Ticket
from tests.inbox.web.desk import Office, Page


async def switch(office: Office, *, on: bool) -> None:
    """The office says whether everybody may see."""
    known = {"officer_id": office.by["kepala-dinas"].officer_id, "changed_at": office.now, "values": {"on": on}}
    await OfficeSetting.update_or_create(office="blitar", name=PUBLIC, defaults=known)


async def many(office: Office, count: int = 6, **known: str) -> None:
    """Complaints of different people."""
    for place in range(count):
        await office.complaint(sender=f"{place}{''.join(known.values())}@example.com", **known)


async def see(office: Office) -> Page:
    """Anybody opens the page."""
    return await (await office.browser()).opens("/blitar/angka")


async def test_there_is_no_such_page_until_the_office_wants_it(office: Office) -> None:
    """And it is gone as soon as the office switches it off; the front page leads there meanwhile."""
    anybody = await office.browser()
    assert (await see(office)).status == 404
    assert "/blitar/angka" not in (await anybody.opens("/")).html
    await switch(office, on=True)
    assert (await see(office)).status == 200
    assert 'href="/blitar/angka"' in (await anybody.opens("/")).html
    await switch(office, on=False)
    assert (await see(office)).status == 404


async def test_nobody_is_named(office: Office) -> None:
    """Neither an officer nor a citizen nor a case."""
    await switch(office, on=True)
    await many(office)
    await Ticket.all().update(officer_id=office.by["petugas"].officer_id)
    page = await see(office)
    for told in ("Rina", "Siti", "Merdeka", "BLT-26"):
        assert told not in page.html


async def test_a_small_number_is_not_told_nor_to_be_found_by_subtraction(office: Office) -> None:
    """Three of nine came by another door: neither three nor nine is told."""
    await switch(office, on=True)
    await many(office)
    await many(office, 3, channel="web")
    text = (await see(office)).text
    assert "kurang dari 5" in text
    assert "sekitar 10" in text
    assert " 3 " not in text
    assert " 9 " not in text


async def test_enough_is_told_as_it_is(office: Office) -> None:
    """With nothing to hide the number is exact; an average of few is left out."""
    await switch(office, on=True)
    await many(office, 7)
    await Ticket.filter(id=1).update(rating=1)
    text = (await see(office)).text
    assert "sekitar" not in text
    assert "Nilai rata-rata" not in text


async def test_the_page_is_kept_for_minutes(office: Office) -> None:
    """What is asked for again and again is read once, then anew."""
    await switch(office, on=True)
    await many(office, 7)
    before = await see(office)
    await many(office, 7, channel="web")
    office.later(minutes=2)
    assert (await see(office)).text == before.text
    office.now += timedelta(minutes=9)
    assert "14" in (await see(office)).text


@pytest.mark.parametrize("period", ["30-hari", "tahun", "apa-saja"])
async def test_every_period_has_its_page(office: Office, period: str) -> None:
    """An unknown one is the last thirty days."""
    await switch(office, on=True)
    page = await (await office.browser()).opens(f"/blitar/angka?masa={period}")
    assert page.status == 200


async def test_a_head_switches_it_at_the_board(office: Office) -> None:
    """One button; who may not change settings has none, and is refused."""
    head, front = await office.browser("kepala-dinas"), await office.browser("petugas")
    board = await head.sends(await head.opens("/meja/papan"), "/meja/papan")
    assert (await see(office)).status == 200
    assert "/meja/papan" not in (await front.opens("/meja/papan")).forms()
    await head.sends(board, "/meja/papan")
    assert (await see(office)).status == 404
