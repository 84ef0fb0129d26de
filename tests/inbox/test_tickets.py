"""The clerk's side of the record: opening, adding, filling in, confirming, reopening, rating, and who hears what."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from config.schema import Office, Procedure, Route
from inbox import people
from inbox.database import Database
from inbox.models import (
    Address,
    Citizen,
    Conversation,
    Delivery,
    Entry,
    Message,
    ProcedureVersion,
    Task,
    Ticket,
    TicketLink,
)
from inbox.refused import Refused
from templates import sentence
from tests.inbox.house import House, at, blitar, local

NOW = at("2026-11-23 09:15")
ANSWER = {"jawaban.text": "Sudah kami tangani."}


async def answered(house: House, now: Any = NOW) -> Ticket:
    """A ticket that has been answered directly."""
    petugas = await house.officer("petugas")
    ticket = await house.complaint(now)
    return await house.act(petugas, ticket.number, "jawab-langsung", now, ANSWER)


async def test_a_complaint_opens_on_the_first_step_with_every_date(any_house: House) -> None:
    """Number, code, step due in 15 minutes, promise in 75, the legal limit in 14 working days."""
    ticket = await any_house.complaint(NOW, object="Ruko", place="Jalan Merdeka")
    assert (ticket.number, len(ticket.code), ticket.status, ticket.step) == ("BLT-26-000001", 6, "open", "terima")
    assert (local(ticket.due_at), local(ticket.promise_at)) == ("2026-11-23 09:30", "2026-11-23 10:30")
    assert local(ticket.ceiling_at) == "2026-12-11 16:00"
    assert (ticket.kind, ticket.object, ticket.place, ticket.unread) == ("pengaduan", "Ruko", "Jalan Merdeka", True)
    assert {(task.kind, task.role) for task in await Task.all()} == {
        ("step", role) for role in _first_actors(any_house)
    }
    assert await any_house.notices() == [("new", role) for role in _first_actors(any_house)]
    assert await any_house.journal(ticket.number) == ["opened"]
    assert (await Ticket.get(id=ticket.id)).step == "terima"


def _first_actors(house: House) -> tuple[str, ...]:
    return house.office.procedures["blitar-10"].step("terima").actor


async def test_opening_takes_two_round_trips(house: House, trips: list[str]) -> None:
    """The last ids and the last number are looked up together, and all rows are written with the commit."""
    await house.complaint(NOW)
    conversation = await Conversation.all().select_related("address").get()

    async def work() -> None:
        trips.clear()
        await house.tickets.open(
            house.office,
            citizen_id=conversation.address.citizen_id,
            conversation=conversation,
            kind="",
            summary="x",
            channel="blitar-email",
            now=NOW,
        )

    await house.database.transaction(work)
    assert trips == ["_perform", "_perform"]


async def test_an_unknown_kind_is_the_offices_first(house: House) -> None:
    """A form's stale choice never loses a complaint."""
    assert (await house.complaint(NOW, kind="aneh")).kind == "pengaduan"
    informed = await house.complaint(NOW, kind="informasi")
    assert (informed.kind, local(informed.ceiling_at)) == ("informasi", "2026-11-30 16:00")


async def test_a_complaint_at_night_is_promised_for_the_morning(house: House) -> None:
    """The clock starts when the office opens; days off are passed over."""
    ticket = await house.complaint(at("2026-11-27 20:00"))
    assert (local(ticket.due_at), local(ticket.promise_at)) == ("2026-11-30 08:15", "2026-11-30 09:15")


async def test_a_procedure_is_pinned_once_however_many_come_at_once(any_database: Database, tmp_path: Path) -> None:
    """Without preparation the version is stored by whoever comes first, and shared by all."""
    house = House(any_database, tmp_path, blitar())
    await asyncio.gather(*(house.complaint(NOW, sender=f"w{n}@example.com") for n in range(4)))
    assert await ProcedureVersion.all().count() == 1
    assert len({ticket.number for ticket in await Ticket.all()}) == 4


async def test_a_case_keeps_the_procedure_it_began_with(sqlite_database: Database, tmp_path: Path) -> None:
    """An office that edits its file changes no case under way."""
    before = House(sqlite_database, tmp_path, blitar())
    ticket = await before.complaint(NOW)

    def edited(office: Office) -> Office:
        procedure = office.procedures["blitar-10"]
        steps = tuple(step.model_copy(update={"name": "Baru"}) for step in procedure.steps)
        return office.model_copy(update={"procedures": {"blitar-10": procedure.model_copy(update={"steps": steps})}})

    after = House(sqlite_database, tmp_path, blitar(edited))
    case = await after.clerk(after.tickets.cases.hold, ticket, NOW, "clerk")
    assert case.procedure.step("terima").name.startswith("Menerima")
    assert await ProcedureVersion.all().count() == 1
    await after.complaint(NOW)
    assert await ProcedureVersion.all().count() == 2


def with_citizen_step(office: Office) -> Office:
    """Blitar, were its table to begin with a row that the citizen performs."""
    procedure = office.procedures["blitar-10"].model_dump(mode="json")
    row = {
        "id": "datang",
        "row": 0,
        "citizen": True,
        "actor": "petugas",
        "within": "5 menit",
        "actions": [{"id": "tulis", "label": "x", "to": "terima"}],
    }
    changed = Procedure.model_validate(procedure | {"first": "datang", "steps": [row, *procedure["steps"]]})
    return office.model_copy(update={"procedures": {"blitar-10": changed}})


async def test_what_the_citizen_performs_is_complete_on_arrival(sqlite_database: Database, tmp_path: Path) -> None:
    """The citizen's own row stands in the record as done and is never late."""
    house = House(sqlite_database, tmp_path, blitar(with_citizen_step))
    ticket = await house.complaint(NOW)
    assert (ticket.step, local(ticket.due_at)) == ("terima", "2026-11-23 09:30")
    assert await house.steps(ticket.number) == [
        ("datang", "", "action", "tulis"),
        ("terima", "2026-11-23 09:30", "", ""),
    ]


def with_second_procedure(office: Office) -> Office:
    """Blitar, were information requests to go another way."""
    sop10 = office.procedures["blitar-10"]
    other = sop10.model_copy(update={"id": "informasi", "title": "Permintaan informasi", "first": "jawab"})
    return office.model_copy(
        update={
            "procedures": {"blitar-10": sop10, "informasi": other},
            "routes": (Route(kind="informasi", procedure="informasi"), *office.routes),
        }
    )


async def test_the_route_table_chooses_the_procedure(sqlite_database: Database, tmp_path: Path) -> None:
    """The first line that fits takes the complaint; what it asks for comes from the same line."""
    house = House(sqlite_database, tmp_path, blitar(with_second_procedure))
    assert (await house.complaint(NOW, kind="informasi")).step == "jawab"
    assert (await house.complaint(NOW)).step == "terima"
    assert house.tickets.asks(house.office, "blitar-email", "informasi") == ("object", "place", "name")


async def test_a_wrong_kind_takes_another_way_and_keeps_its_past(sqlite_database: Database, tmp_path: Path) -> None:
    """The old step stays as rerouted with its reason; version, promise and legal limit are new; the citizen is told."""
    house = House(sqlite_database, tmp_path, blitar(with_second_procedure))
    petugas, ticket = await house.officer("petugas"), await house.complaint(NOW)
    later = at("2026-11-23 10:00")
    after = await house.acting.reroute(
        petugas, ticket.number, procedure="", kind="informasi", reason="Bertanya syarat", version=1, now=later
    )
    assert (after.kind, after.step, local(after.due_at)) == ("informasi", "jawab", "2026-11-23 10:10")
    assert (local(after.promise_at), local(after.ceiling_at)) == ("2026-11-23 11:15", "2026-11-30 16:00")
    assert await house.steps(ticket.number) == [
        ("terima", "2026-11-23 09:30", "rerouted", ""),
        ("jawab", "2026-11-23 10:10", "", ""),
    ]
    assert [template for template, _ in await house.heard(ticket.number)] == ["diubah-jalur"]
    with pytest.raises(Refused, match="nothing-changed"):
        await house.acting.reroute(
            petugas, ticket.number, procedure="informasi", kind="", reason="x", version=after.version, now=later
        )


async def test_another_kind_on_the_same_way_only_moves_the_legal_limit(house: House) -> None:
    """The step goes on and the citizen is not troubled."""
    petugas, ticket = await house.officer("petugas"), await house.complaint(NOW)
    after = await house.acting.reroute(
        petugas, ticket.number, procedure="", kind="informasi", reason="Bertanya", version=1, now=NOW
    )
    assert (after.step, local(after.due_at), local(after.ceiling_at)) == (
        "terima",
        "2026-11-23 09:30",
        "2026-11-30 16:00",
    )
    assert await house.heard(ticket.number) == []


async def test_what_the_citizen_adds_is_unread_and_told_once(any_house: House) -> None:
    """Officers are told of the first message since somebody looked, and see them all."""
    house = any_house
    petugas, ticket = await house.officer("petugas"), await house.complaint(NOW)
    await house.acting.seen(petugas, ticket.number, now=NOW)
    for minute in ("09:20", "09:21"):
        await house.writes(ticket, "Tambahan", at(f"2026-11-23 {minute}"))
    after = await Ticket.get(id=ticket.id)
    assert (after.unread, local(after.last_in_at), after.version) == (True, "2026-11-23 09:21", ticket.version)
    assert len(await house.notices("message")) == len(_first_actors(house))


async def test_a_machines_message_changes_nothing(house: House) -> None:
    """A bounce on a waiting ticket does not start its clock."""
    petugas, ticket = await house.officer("petugas"), await house.complaint(NOW)
    await house.acting.reply(petugas, ticket.number, "?", version=1, now=NOW, wait="alamat")
    bounce = await Message.get(ticket_id=ticket.id, direction="in")
    bounce.automatic = True
    await house.clerk(house.tickets.add, ticket, bounce, NOW)
    assert (await Ticket.get(id=ticket.id)).status == "waiting"


async def test_answers_are_filed_in_their_fields(house: House) -> None:
    """Name goes to the citizen, object and place to the ticket, cut to fit; the journal keeps no text."""
    ticket = await house.complaint(NOW)
    for field, value in {"name": "Siti Aminah", "object": "Ruko\x00 " + "x" * 400, "place": " Jl. Merdeka\n5 "}.items():
        await house.clerk(house.tickets.fill, ticket, field, value, NOW, "citizen")
    after = await Ticket.get(id=ticket.id).select_related("citizen")
    assert (after.citizen.name, after.place, len(after.object)) == ("Siti Aminah", "Jl. Merdeka 5", 300)
    lines = await Entry.filter(event="filled").values_list("values", flat=True)
    assert "Merdeka" not in str(list(lines))


async def test_settled_closes_and_asks_for_a_rating_that_may_come_late(any_house: House) -> None:
    """SELESAI ends the case; 1 to 5 is kept, the last one counts; anything else is refused with a sentence."""
    house, ticket = any_house, await answered(any_house)
    with pytest.raises(Refused, match="rating-unknown"):
        await house.clerk(house.tickets.rate, ticket, 6, NOW)
    await house.clerk(house.tickets.confirm, ticket, at("2026-11-24 09:00"))
    assert (ticket.status, ticket.closing, local(ticket.closed_at)) == ("closed", "confirmed", "2026-11-24 09:00")
    for rating in (2, 5):
        await house.clerk(house.tickets.rate, ticket, rating, at("2026-12-30 09:00"))
    assert (await Ticket.get(id=ticket.id)).rating == 5
    with pytest.raises(Refused, match="already-closed"):
        await house.clerk(house.tickets.confirm, ticket, NOW)


async def test_not_settled_reopens_within_the_window(any_house: House) -> None:
    """BELUM brings the case back to its step with new dates; its form and its agenda line are not asked again."""
    house, ticket = any_house, await answered(any_house)
    await house.clerk(house.tickets.reopen, ticket, at("2026-11-25 11:50"), "citizen", "masih dibangun")
    assert (ticket.status, ticket.step, ticket.reopened, ticket.answered_at) == ("open", "terima", 1, None)
    assert (local(ticket.due_at), local(ticket.promise_at)) == ("2026-11-25 13:05", "2026-11-25 14:05")
    assert [step[2] for step in await house.steps(ticket.number)] == ["action", "reopened", ""]
    assert await house.notices("reopened") == [("reopened", role) for role in _first_actors(house)]
    petugas = await house.officer("petugas")
    again = await house.act(petugas, ticket.number, "jawab-langsung", at("2026-11-25 13:00"), ANSWER)
    assert again.status == "answered"
    assert [template for template, _ in await house.heard(ticket.number)] == ["dijawab", "dijawab"]


@pytest.mark.parametrize(("day", "code"), [("2026-12-11 16:00", ""), ("2026-12-11 16:01", "reopen-late")])
async def test_the_window_ends_with_the_last_working_day(house: House, day: str, code: str) -> None:
    """Fourteen working days after the answer of 23 November end on 11 December at closing."""
    ticket = await answered(house)
    if not code:
        await house.clerk(house.tickets.reopen, ticket, at(day), "citizen", "")
        return
    with pytest.raises(Refused, match=code) as refusal:
        await house.clerk(house.tickets.reopen, ticket, at(day), "citizen", "")
    assert "14 hari kerja" in sentence(code, refusal.value.values)


async def test_what_was_never_answered_is_not_reopened(house: House) -> None:
    """A withdrawn case is not the citizen's to reopen, and one under way is open already."""
    ticket = await house.complaint(NOW)
    with pytest.raises(Refused, match="already-open"):
        await house.clerk(house.tickets.reopen, ticket, NOW, "citizen", "")
    await house.clerk(house.tickets.withdraw, ticket, NOW)
    assert (ticket.status, ticket.closing) == ("closed", "withdrawn")
    assert not await Task.filter(ticket_id=ticket.id, done_at=None).exists()
    assert await house.notices("withdrawn") == [("withdrawn", role) for role in _first_actors(house)]
    with pytest.raises(Refused, match="reopen-unanswered"):
        await house.clerk(house.tickets.reopen, ticket, NOW, "citizen", "")


async def second_address(house: House, ticket: Ticket, *, confirmed: bool) -> TicketLink:
    """A further e-mail address on the ticket, as typed into the form or as proved by writing."""

    async def work() -> TicketLink:
        address = await people.meet("blitar", "email", "lain@example.com", name="", now=NOW, confirmed=confirmed)
        conversation = await people.conversation("blitar", "blitar-email", address, NOW)
        return await house.tickets.link(ticket, conversation, True, confirmed, NOW)

    return await house.database.transaction(work)


async def test_a_typed_address_gets_one_message_until_it_answers(any_house: House) -> None:
    """The probe names the number and nothing else; no answer, no status, no code goes there before it is confirmed."""
    house = any_house
    petugas, ticket = await house.officer("petugas"), await house.complaint(NOW, channel="web", sender="w1")
    await second_address(house, ticket, confirmed=False)
    await house.act(petugas, ticket.number, "naikkan", NOW)
    await house.acting.reply(petugas, ticket.number, "Rahasia", version=await house.version(ticket.number), now=NOW)
    there = await Message.filter(conversation__address__value="lain@example.com")
    assert [message.template for message in there] == ["konfirmasi"]
    assert ticket.number in there[0].text
    assert ticket.code not in there[0].text
    assert "Merdeka" not in there[0].text
    await second_address(house, ticket, confirmed=True)
    await house.acting.reply(petugas, ticket.number, "Kabar", version=await house.version(ticket.number), now=NOW)
    there = await Message.filter(conversation__address__value="lain@example.com").order_by("id")
    assert [message.template for message in there] == ["konfirmasi", "jawaban-petugas"]


async def test_an_address_that_said_stop_hears_officers_only(house: House) -> None:
    """Status changes stay on the record as not sent; the answer still goes."""
    petugas, ticket = await house.officer("petugas"), await house.complaint(NOW)
    await Address.all().update(stopped_at=NOW)
    await house.act(petugas, ticket.number, "naikkan", NOW)
    assert await house.heard(ticket.number) == []
    assert "not-sent" in await house.journal(ticket.number)
    await house.acting.reply(petugas, ticket.number, "Kabar", version=await house.version(ticket.number), now=NOW)
    assert [template for template, _ in await house.heard(ticket.number)] == ["jawaban-petugas"]


async def test_a_dead_address_is_told_of_and_an_officers_answer_fails_in_sight(house: House) -> None:
    """Automatic words are not even queued; an officer's are, and lie among the failures."""
    petugas, ticket = await house.officer("petugas"), await house.complaint(NOW)
    await Address.all().update(dead_at=NOW)
    await house.act(petugas, ticket.number, "naikkan", NOW)
    assert [kind for kind, _ in await house.notices("undelivered-address")] == ["undelivered-address"]
    await house.acting.reply(petugas, ticket.number, "Kabar", version=await house.version(ticket.number), now=NOW)
    assert [(one.state, one.automatic) for one in await Delivery.all()] == [("failed", False)]


async def test_no_address_hears_more_automatic_words_an_hour_than_the_office_allows(house: House) -> None:
    """The ninth within the hour is journalled instead; an hour later the clerk speaks again."""
    ticket = await house.complaint(NOW)
    for _ in range(9):
        await house.clerk(house.tickets.tell, ticket, "diteruskan", NOW)
    assert len(await house.heard(ticket.number)) == 8
    line = await Entry.get(event="not-sent")
    assert (line.values["reason"], line.values["template"]) == ("hour-full", "diteruskan")
    await house.clerk(house.tickets.tell, ticket, "diteruskan", at("2026-11-23 10:16"))
    assert len(await house.heard(ticket.number)) == 9


async def test_message_values_say_how_the_ticket_stands(house: House) -> None:
    """Everything a template may name is there, also on a Sunday."""
    ticket = await house.complaint(at("2026-11-22 10:00"))
    values = await house.tickets.values(ticket, at("2026-11-22 10:00"), name="Siti")
    assert (values["number"], values["office"], values["name"]) == (ticket.number, "DPM Naker PTSP Kota Blitar", "Siti")
    assert (values["closed_now"], local(values["next_open_at"])) == (True, "2026-11-23 08:00")
    assert values["step_plain"] == "sedang dibaca petugas"
    assert values["url"] == "https://wadul.example/blitar/cek"
    assert await Citizen.all().count() == 1
