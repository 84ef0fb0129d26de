"""Citizens' requests about their own data at the desk."""

from __future__ import annotations

from inbox.models import Officer, PrivacyRequest, Ticket
from inbox.privacy_requests import ERASE, ask
from tests.inbox.web.desk import Office

PATH = "/meja/pengaturan/data-pribadi"


async def test_an_officer_sees_what_waits_and_decides(office: Office) -> None:
    """A case in process is refused with a sentence; once it ended the person is gone and the page says who did it."""
    ticket = await office.complaint()
    asked = await office.house.clerk(
        ask, office.house.office, ticket, ERASE, citizen_id=ticket.citizen_id, now=office.now
    )
    browser = await office.browser("kepala-dinas")
    page = await browser.opens(PATH)
    assert ticket.number in page.part("waiting")
    assert "menunggu aduannya selesai" in page.part("waiting")
    values = {"csrf": page.value(PATH, "csrf"), "id": str(asked.id), "do": "grant", "reason": "diminta"}
    refused = await browser.posts(PATH, values)
    assert refused.status == 422
    assert "masih dikerjakan" in refused.html
    await Ticket.filter(id=ticket.id).update(status="closed", closed_at=office.now, closing="officer")
    assert (await browser.posts(PATH, values)).status == 200
    assert (await PrivacyRequest.get()).state == "done"
    assert (await Ticket.get(id=ticket.id)).summary == "(dihapus)"
    await Officer.filter(login="kepala-dinas").update(language="en")
    page = await browser.opens(PATH)
    assert "Decided" in page.html
    assert "Suharto" in page.html
    assert (await browser.opens(f"/meja/{ticket.number}")).status == 200
    assert (await (await office.browser("kasi")).opens(PATH)).status == 403
