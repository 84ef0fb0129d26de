"""A ticket in full: what an officer sees of it, what they may do, and what it costs to read."""

from __future__ import annotations

import pytest

from config.schema import Right
from inbox.actor import Actor
from inbox.models import OfficerRole, Ticket
from inbox.refused import Missing
from inbox.views import Views
from tests.inbox.house import COMPLAINT, House, at, local, upload

NOW = at("2026-11-23 09:15")
SHEET = {
    "lembar-disposisi.to": ["kasi", "kabid"],
    "lembar-disposisi.nature": "Biasa",
    "lembar-disposisi.instruction": "Kaji",
    "lembar-disposisi.initials": "AB",
}


async def lived(house: House) -> tuple[Ticket, Actor]:
    """A ticket that has been through a disposition, a question, an addition and a note, now studied."""
    petugas = await house.officer("petugas")
    ticket = await house.complaint(NOW, object="Ruko")
    await house.act(petugas, ticket.number, "naikkan", at("2026-11-23 09:20"))
    head = await house.officer("kepala-dinas")
    await house.act(head, ticket.number, "disposisikan", at("2026-11-23 09:22"), SHEET)
    kabid = await house.officer("kabid")
    version = await house.version(ticket.number)
    letter = upload("denah.pdf", b"%PDF denah")
    await house.acting.reply(
        kabid, ticket.number, "Alamatnya?", version=version, now=at("2026-11-23 09:25"), files=[letter], wait="alamat"
    )
    await house.writes(ticket, "Jalan Merdeka 5", at("2026-11-23 09:35"))
    await house.acting.note(kabid, ticket.number, "Sudah pernah.", now=at("2026-11-23 09:36"))
    return ticket, kabid


async def test_a_page_shows_the_whole_case(any_house: House) -> None:
    """Conversation with files and deliveries, steps with their reckoning, papers, disposition, journal, in order."""
    ticket, kabid = await lived(any_house)
    page = await Views(any_house.tickets).ticket_page(
        kabid, ticket.number.lower().replace("-", " "), at("2026-11-23 09:40")
    )
    assert (page.ticket.number, page.citizen, page.step.id, page.late) == (ticket.number, "Siti", "kaji", False)
    said = [(line.message.direction, line.message.template, line.officer, len(line.files)) for line in page.messages]
    assert said == [
        ("in", "", "", 0),
        ("out", "diteruskan", "", 0),
        ("out", "dikaji", "", 0),
        ("out", "tanya", kabid.name, 1),
        ("in", "", "", 0),
        ("note", "", kabid.name, 0),
    ]
    assert [line.delivery.state for line in page.messages if line.delivery] == ["queued"] * 3
    assert [(line.step.id, local(line.row.due_at)[11:]) for line in page.steps] == [
        ("terima", "09:30"),
        ("disposisi", "09:25"),
        ("kaji", "09:47"),
    ]
    assert [pause.reason for line in page.steps if line.reckoning for pause in line.reckoning.pauses] == ["alamat"]
    assert [(paper.name, paper.printable, paper.entry.number if paper.entry else 0) for paper in page.papers] == [
        ("Formulir Aduan", True, 0),
        ("Buku Agenda Aduan Masuk", False, 1),
        ("Lembar Disposisi", True, 0),
    ]
    ((sheet),) = page.sheets
    assert [(task.role, task.coordinates) for task in sheet.tasks] == [("kasi", True), ("kabid", False)]
    assert page.journal[0].event == "opened"
    assert page.journal[0].who == "citizen"
    assert page.journal[-1].who == kabid.name
    assert page.actors == ("kabid", "kasi")
    assert {stage.step.id: stage.state for stage in page.stages}["terima"] == "done"


async def test_a_page_offers_only_what_the_officer_may_do(house: House) -> None:
    """Kabid sees both findings of the study, petugas neither; rights beside the actions are the role's."""
    ticket, kabid = await lived(house)
    views = Views(house.tickets)
    page = await views.ticket_page(kabid, ticket.number, NOW)
    assert [action.id for action in page.actions] == ["belum-berizin", "berizin"]
    petugas = await house.officer("petugas")
    other = await views.ticket_page(petugas, ticket.number, NOW)
    assert other.actions == ()
    assert Right.REGISTER in other.rights
    assert Right.REGISTER not in page.rights


async def test_an_action_brings_its_forms_as_data(house: House) -> None:
    """The direct answer asks for the form, filled from the complaint, and the words; the agenda asks for nothing."""
    petugas, ticket = await house.officer("petugas"), await house.complaint(NOW, object="Ruko")
    page = await Views(house.tickets).ticket_page(petugas, ticket.number, NOW)
    direct = next(action for action in page.actions if action.id == "jawab-langsung")
    assert [form.paper for form in direct.forms] == ["formulir-aduan", "jawaban"]
    fields = {field.name: field for form in direct.forms for field in form.fields}
    assert (fields["formulir-aduan.text"].value, fields["formulir-aduan.object"].value) == (COMPLAINT, "Ruko")
    assert (fields["jawaban.text"].required, fields["jawaban.text"].longest) == (True, 10_000)


async def test_a_disposition_form_offers_roles_and_sentences(house: House) -> None:
    """Everybody but the one who instructs, the office's natures and instructions, the officer's own initials."""
    await lived(house)
    ticket = await house.complaint(NOW)
    await house.act(await house.officer("petugas"), ticket.number, "naikkan", NOW)
    head = await house.officer("kepala-dinas", initials="KD")
    page = await Views(house.tickets).ticket_page(head, ticket.number, NOW)
    fields = {field.name.split(".")[1]: field for field in page.actions[0].forms[0].fields}
    assert [role for role, _ in fields["to"].choices] == ["petugas", "kasi", "kabid", "sekretaris"]
    assert [label for label, _ in fields["nature"].choices] == list(house.office.natures)
    assert ("Bicarakan dengan saya", "Bicarakan dengan saya") in fields["instruction"].choices
    assert (fields["initials"].value, fields["nature"].value) == ("KD", "Biasa")


async def test_a_page_costs_the_same_whatever_the_case_has_been_through(house: House, statements: list[str]) -> None:
    """Seventeen queries for a ticket with everything, seventeen for a new one."""
    ticket, kabid = await lived(house)
    new = await house.complaint(NOW)
    views, costs = Views(house.tickets), []
    await views.ticket_page(kabid, ticket.number, NOW)
    for one in (ticket, new):
        statements.clear()
        await views.ticket_page(kabid, one.number, NOW)
        costs.append(len(statements))
    assert costs == [17, 17]


async def test_a_ticket_that_is_not_theirs_does_not_exist(any_house: House) -> None:
    """Another office, or a role without see-all that never had to do with it, gets Missing."""
    ticket, kabid = await lived(any_house)
    views = Views(any_house.tickets)
    blind = any_house.office.model_copy(
        update={
            "roles": {
                id_: role.model_copy(update={"may": tuple(right for right in role.may if right != Right.SEE_ALL)})
                for id_, role in any_house.office.roles.items()
            }
        }
    )
    any_house.tickets.cases.offices.offices["blitar"] = blind  # type: ignore[index]
    assert (await views.ticket_page(kabid, ticket.number, NOW)).ticket.id == ticket.id
    for stranger in (await any_house.officer("sekretaris"), Actor(99, "x", "blitar", "X", "X", frozenset())):
        with pytest.raises(Missing, match="ticket-missing"):
            await views.ticket_page(stranger, ticket.number, NOW)
    assert not await OfficerRole.filter(role="camat").exists()
