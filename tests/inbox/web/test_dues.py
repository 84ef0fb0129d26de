"""The usual due times of a disposition: reckoned in working time, taken with one tap and no script."""

from __future__ import annotations

import pytest

from inbox.models import Disposition
from inbox.web.dues import quick_dues
from tests.inbox.test_worktime import at, calendar
from tests.inbox.web.desk import Office

DUES = [
    (
        "on a Monday",
        "2026-11-23 09.15",
        {
            "today": "2026-11-23 16.00",
            "tomorrow": "2026-11-24 16.00",
            "three": "2026-11-26 16.00",
            "week": "2026-11-30 16.00",
        },
    ),
    (
        "on a Friday after closing",
        "2026-11-27 18.00",
        {"next": "2026-11-30 16.00", "three": "2026-12-02 16.00", "week": "2026-12-04 16.00"},
    ),
    (
        "before opening",
        "2026-11-24 05.00",
        {
            "today": "2026-11-24 16.00",
            "tomorrow": "2026-11-25 16.00",
            "three": "2026-11-27 16.00",
            "week": "2026-12-01 16.00",
        },
    ),
    (
        "a week that ends on a Saturday ends on the Monday after it",
        "2026-11-28 10.00",
        {"next": "2026-11-30 16.00", "three": "2026-12-02 16.00", "week": "2026-12-07 16.00"},
    ),
    (
        "before Idulfitri the same day is said once",
        "2026-03-17 09.00",
        {"today": "2026-03-17 15.00", "next": "2026-03-25 16.00", "three": "2026-03-27 16.00"},
    ),
]


@pytest.mark.parametrize(("now", "expected"), [row[1:] for row in DUES], ids=[row[0] for row in DUES])
def test_the_usual_due_times(now: str, expected: dict[str, str]) -> None:
    """Today, tomorrow, three working days, a week: always a close of business, always to come."""
    found = {due.name: due.at for due in quick_dues(calendar(), at(now))}
    assert {name: found.get(name) for name in expected} == {name: at(text) for name, text in expected.items()}
    assert len(set(found.values())) == len(found)
    assert min(found.values()) > at(now)


async def test_a_tap_sets_the_due_time(office: Office) -> None:
    """What the officer taps is recorded; a date of the officer's own goes before it."""
    for own, expected in (("", "2026-11-26 16.00"), ("2026-12-01T10:00", "2026-12-01 10.00")):
        ticket = await office.up_to_disposition()
        browser = await office.browser("kepala-dinas")
        page = await browser.opens(f"/meja/{ticket.number}")
        chips = {one.text_content(): one for one in page.doc.xpath("//div[contains(@class, 'dues')]/label")}
        (three,) = [chip for text, chip in chips.items() if "3 hari kerja" in text]
        assert "Kamis 26/11 16.00" in three.text_content()
        value = three.xpath("input/@value")[0]
        sheet = {"lembar-disposisi.to": "kabid", "lembar-disposisi.due:cepat": value, "lembar-disposisi.due": own}
        await browser.sends(page, f"/meja/{ticket.number}/tindakan/disposisikan", sheet)
        assert (await Disposition.get(ticket_id=ticket.id)).due_at == at(expected)


async def test_no_tap_sets_none(office: Office) -> None:
    """A sheet that is only initialled has no due time of its own."""
    ticket = await office.up_to_disposition()
    browser = await office.browser("kepala-dinas")
    page = await browser.opens(f"/meja/{ticket.number}")
    await browser.sends(page, f"/meja/{ticket.number}/tindakan/disposisikan", {"lembar-disposisi.to": "kabid"})
    assert (await Disposition.get(ticket_id=ticket.id)).due_at is None
