"""The flow chart at the desk, and the version a complaint follows."""

from __future__ import annotations

from inbox import sop
from inbox.models import ProcedureVersion, Ticket, TicketStep
from tests.inbox.web.desk import Office


async def test_an_officer_sees_the_flow_chart_and_where_a_complaint_stands(office: Office) -> None:
    """From the ticket's page: the steps, the actors, what is behind it and where it is."""
    ticket = await office.up_to_disposition()
    browser = await office.browser("kasi")
    page = await browser.opens(f"/meja/{ticket.number}")
    (link,) = page.doc.xpath("//a[contains(., 'Diagram alir dan versi SOP')]/@href")
    chart = await browser.opens(link)
    assert "Versi 1, dipakai sejak" in chart.text
    assert "Sama dengan berkas kantor hari ini." in chart.text
    states = chart.doc.xpath("//*[@class='node']/@data-state")
    assert states[:4] == ["done", "done", "done", "now"]


async def test_a_complaint_keeps_its_version_and_the_difference_is_shown(office: Office) -> None:
    """Its version called the first step otherwise than the office's file does today."""
    ticket = await office.up_to_disposition()
    today = office.house.office.procedures["blitar-10"]
    steps = (today.steps[0].model_copy(update={"name": "Menerima aduan lewat loket"}), *today.steps[1:])
    body = sop.body_of(today.model_copy(update={"steps": steps}))
    old = await ProcedureVersion.create(
        office="blitar", procedure="blitar-10", digest="0" * 64, body=body, created_at=office.now
    )
    await Ticket.filter(id=ticket.id).update(procedure_id=old.id)
    await TicketStep.filter(ticket_id=ticket.id).update(version_id=old.id)
    browser = await office.browser("petugas")
    chart = await browser.opens(f"/meja/{ticket.number}/sop")
    assert "Versi 2" in chart.text
    assert "Aduan ini tetap mengikuti versi ini" in chart.text
    cells = [" ".join(cell.itertext()).strip() for cell in chart.doc.xpath("//tbody/tr/td")]
    assert cells == ["Kegiatan", "Menerima aduan lewat loket", today.steps[0].name]


async def test_every_officer_may_read_a_procedure_and_an_unknown_one_is_named(office: Office) -> None:
    """No right is needed; what is not there gets a sentence."""
    browser = await office.browser("petugas")
    page = await browser.opens("/meja/sop/blitar-10")
    assert page.doc.xpath("//*[@class='heads']/*[contains(text(), 'Petugas')]")
    missing = await browser.opens("/meja/sop/tidak-ada")
    assert missing.status == 404
    assert "Prosedur itu tidak ada di kantor ini." in missing.text
