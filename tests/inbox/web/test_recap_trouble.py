"""A recap that did not go out stands on the page of troubles until somebody deals with it."""

from __future__ import annotations

from inbox.models import RecapSending
from tests.inbox.web.desk import Office


async def test_a_recap_that_failed_is_seen_and_sent_again(office: Office) -> None:
    """With its reason; and gone from there once it is on its way."""
    now = office.now
    row = await RecapSending.create(
        office="blitar", recap="bulanan", period="2026-10", recipient="kepala@example.go.id", state="failed",
        attempts=3, reason="address-unknown", due_at=now, give_up_at=now, created_at=now,
    )  # fmt: skip
    browser = await office.browser("petugas")
    page = await browser.opens("/meja/gangguan")
    assert "bulanan 2026-10 → kepala@example.go.id 3 kali dicoba" in page.part("recaps")
    again = await browser.sends(page, f"/meja/gangguan/rekap/{row.id}", {"do": "again"})
    assert row.recipient not in again.part("recaps")
    assert (await RecapSending.get(id=row.id)).state == "queued"
    assert (await (await office.browser("kabid")).posts(f"/meja/gangguan/rekap/{row.id}", {"do": "drop"})).status == 403
