"""What time alone brings about: reminders in working hours, promises made anew, legal limits, answers left alone."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from inbox.actor import Actor
from inbox.database import Database
from inbox.deadlines import Deadlines
from inbox.explaining import Reckoning, explain
from inbox.models import Delivery, Pause, Task, Ticket, TicketStep
from tests.inbox.house import House, at, blitar, local

NOW = at("2026-11-23 09:15")
SHEET = {
    "lembar-disposisi.to": ["kabid", "kasi"],
    "lembar-disposisi.nature": "Biasa",
    "lembar-disposisi.instruction": "Kaji",
    "lembar-disposisi.initials": "AB",
}


async def minutes(house: House, start: str, end: str) -> list[str]:
    """The minutes of a stretch at which the clock found something to do."""
    found, moment = [], at(start)
    while moment <= at(end):
        if await Deadlines(house.tickets).late(moment):
            found.append(local(moment)[11:])
        moment += timedelta(minutes=1)
    return found


async def at_disposition(house: House) -> tuple[Ticket, Actor]:
    """A ticket that waits for Kepala Dinas since 09.20, due 09.25."""
    petugas = await house.officer("petugas")
    ticket = await house.complaint(NOW)
    return await house.act(petugas, ticket.number, "naikkan", at("2026-11-23 09:20")), petugas


async def in_study(house: House) -> Ticket:
    """A ticket that Kabid and Kasi study since 09.24, due 09.39."""
    ticket, _ = await at_disposition(house)
    return await house.act(
        await house.officer("kepala-dinas"), ticket.number, "disposisikan", at("2026-11-23 09:24"), SHEET
    )


async def test_a_dispositions_own_time_reminds_its_addressees_and_then_who_gave_it(any_house: House) -> None:
    """Each once and in working hours: the addressees who have not reported then, next morning who gave it."""
    house = any_house
    ticket, _ = await at_disposition(house)
    sheet = SHEET | {"lembar-disposisi.due": "2026-11-23T15:50"}
    head = await house.officer("kepala-dinas")
    await house.act(head, ticket.number, "disposisikan", at("2026-11-23 09:24"), sheet)
    task = await Task.filter(kind="disposition", role="kasi").get()
    await house.acting.done(await house.officer("kasi"), task.id, "Sudah", now=at("2026-11-23 15:00"))
    told = []
    for moment in ("23 15:49", "23 15:50", "23 15:51", "23 17:00", "24 08:19", "24 08:20", "24 08:21"):
        await Deadlines(house.tickets).late(at(f"2026-11-{moment}"))
        told.append(len(await house.notices("disposition-late", "disposition-unreported")))
    assert told == [0, 1, 1, 1, 1, 2, 2]
    assert await house.notices("disposition-late", "disposition-unreported") == [
        ("disposition-late", "kabid"),
        ("disposition-unreported", "kepala-dinas"),
    ]
    events = await house.journal(ticket.number)
    assert (events.count("disposition-late"), events.count("disposition-unreported")) == (1, 1)


async def test_a_late_step_reminds_its_actors_and_half_an_hour_later_their_superior(any_house: House) -> None:
    """Each once: at 09.39 both actors, at 10.09 the one above them who is not an actor himself."""
    house = any_house
    ticket = await in_study(house)
    assert await minutes(house, "2026-11-23 09:36", "2026-11-23 10:12") == ["09:39", "10:09"]
    assert await house.notices("late", "late-superior") == [
        ("late", "kabid"),
        ("late", "kasi"),
        ("late-superior", "sekretaris"),
    ]
    assert [event for event in await house.journal(ticket.number) if event.startswith("late")] == [
        "late",
        "late-superior",
    ]


async def test_nobody_is_reminded_outside_of_working_hours(house: House) -> None:
    """Due at closing on Friday, reminded when the office opens on Monday; the superior's half hour is working time."""
    petugas = await house.officer("petugas")
    ticket = await house.complaint(at("2026-11-27 15:40"))
    await house.act(petugas, ticket.number, "naikkan", at("2026-11-27 15:55"))
    await house.act(await house.officer("kepala-dinas"), ticket.number, "disposisikan", at("2026-11-27 15:45"), SHEET)
    assert (await house.steps(ticket.number))[-1][1] == "2026-11-27 16:00"
    weekend = [
        await Deadlines(house.tickets).late(at(f"2026-11-{day} {hour}")) for day, hour in [(27, "16:30"), (28, "10:00")]
    ]
    assert weekend == [0, 0]
    assert await minutes(house, "2026-11-30 07:58", "2026-11-30 08:33") == ["08:00", "08:30"]


async def test_a_reminder_before_the_break_reaches_the_superior_after_it(house: House) -> None:
    """Ten minutes before noon and twenty after one make the half hour."""
    await house.complaint(at("2026-11-23 11:35"))
    assert await minutes(house, "2026-11-23 11:48", "2026-11-23 12:02") == ["11:50"]
    assert await minutes(house, "2026-11-23 12:58", "2026-11-23 13:22") == ["13:20"]
    assert await house.notices("late-superior") == [("late-superior", "sekretaris")]


async def test_who_has_nobody_above_is_reminded_alone(house: House) -> None:
    """Kepala Dinas is late: the record says so once."""
    ticket, _ = await at_disposition(house)
    assert await minutes(house, "2026-11-23 09:23", "2026-11-23 10:00") == ["09:25"]
    assert await house.notices("late", "late-superior") == [("late", "kepala-dinas")]
    assert "late-superior" not in await house.journal(ticket.number)


async def test_a_step_that_was_acted_on_in_time_reminds_nobody(house: House) -> None:
    """The case has gone on before the minute came."""
    await in_study(house)
    assert await house.notices("late") == []
    assert await Deadlines(house.tickets).late(at("2026-11-23 09:38")) == 0


async def test_a_case_that_waits_for_the_citizen_is_not_late(house: House) -> None:
    """Neither the step nor the promise runs out while the clock stands."""
    petugas, ticket = await house.officer("petugas"), await house.complaint(NOW)
    await house.acting.reply(petugas, ticket.number, "?", version=1, now=at("2026-11-23 09:20"), wait="alamat")
    assert await minutes(house, "2026-11-23 09:25", "2026-11-23 10:45") == []
    assert await house.notices("late") == []


async def test_a_missed_promise_is_told_with_the_new_one(any_house: House) -> None:
    """Told at 10.30 for the day after; missed again, the date after that is twice as far, so letters grow rare."""
    house, ticket = any_house, await any_house.complaint(NOW)
    deadlines = Deadlines(house.tickets)
    assert await deadlines.late(at("2026-11-23 10:29")) <= 1
    await deadlines.late(at("2026-11-23 10:30"))
    once = await Ticket.get(id=ticket.id)
    assert (local(once.promise_missed_at), local(once.promise_at)) == ("2026-11-23 10:30", "2026-11-24 10:30")
    ((template, text),) = await house.heard(ticket.number)
    assert template == "terlambat"
    assert "24 November 2026 pukul 10.30 WIB" in text
    await deadlines.late(at("2026-11-23 10:31"))
    assert len(await house.heard(ticket.number)) == 1
    await deadlines.late(at("2026-11-24 10:30"))
    twice = await Ticket.get(id=ticket.id)
    assert local(twice.promise_at) == "2026-11-26 10:30"
    assert len(await house.heard(ticket.number)) == 2


async def test_past_the_legal_limit_the_citizen_hears_of_the_ombudsman_once(any_house: House) -> None:
    """With the regulation that sets the limit; those who work on it and the one above them are told."""
    house, ticket = any_house, await any_house.complaint(NOW)
    await Ticket.filter(id=ticket.id).update(promise_at=at("2027-01-04 10:00"))
    deadlines = Deadlines(house.tickets)
    await deadlines.late(at("2026-12-11 15:59"))
    assert await house.heard(ticket.number) == []
    for minute in ("16:00", "16:01"):
        await deadlines.late(at(f"2026-12-11 {minute}"))
    ((template, text),) = await house.heard(ticket.number)
    assert template == "ombudsman"
    assert "Permenpan RB 62/2018" in text
    assert ("ceiling", "petugas") in await house.notices("ceiling")


async def test_an_answer_nobody_came_back_to_is_closed_and_may_still_be_rated(any_house: House) -> None:
    """After fourteen working days the clock closes it and says so; a rating is welcome all the same."""
    house, petugas = any_house, await any_house.officer("petugas")
    ticket = await house.complaint(NOW)
    await house.act(petugas, ticket.number, "jawab-langsung", at("2026-11-23 09:20"), {"jawaban.text": "Sudah."})
    deadlines = Deadlines(house.tickets)
    assert await deadlines.late(at("2026-12-11 16:00")) == 0
    assert await deadlines.late(at("2026-12-11 16:01")) == 1
    closed = await Ticket.get(id=ticket.id)
    assert (closed.status, closed.closing) == ("closed", "silence")
    assert [template for template, _ in await house.heard(ticket.number)] == ["dijawab", "ditutup-otomatis"]
    await house.clerk(house.tickets.rate, closed, 4, at("2026-12-14 09:00"))
    assert (await Ticket.get(id=ticket.id)).rating == 4


async def test_an_answer_that_somebody_wrote_about_is_not_closed_unread(house: House) -> None:
    """The citizen wrote again and nobody has looked: the clock leaves it to a person, and closes it afterwards."""
    petugas, ticket = await house.officer("petugas"), await house.complaint(NOW)
    await house.act(petugas, ticket.number, "jawab-langsung", NOW, {"jawaban.text": "Sudah."})
    await house.writes(ticket, "Lalu bagaimana dengan pagarnya?", at("2026-12-10 10:00"))
    assert await Deadlines(house.tickets).late(at("2026-12-14 09:00")) == 0
    await house.acting.seen(petugas, ticket.number, now=at("2026-12-14 09:01"))
    assert await Deadlines(house.tickets).late(at("2026-12-14 09:02")) == 1


async def test_many_processes_at_the_same_minute_do_everything_once(any_house: House) -> None:
    """Rows are looked at again under their lock: one reminder, one letter, whoever comes first."""
    house = any_house
    for n in range(5):
        await house.complaint(NOW, sender=f"w{n}@example.com")
    moment = at("2026-11-23 10:30")
    await asyncio.gather(*(Deadlines(house.tickets).late(moment) for _ in range(3)))
    assert await Delivery.all().count() == 5
    assert len([kind for kind, role in await house.notices("late") if role == "petugas"]) == 5


async def test_a_case_that_cannot_be_treated_holds_up_no_other(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that fails is logged and tried again next minute; the others are done."""
    broken, whole = await house.complaint(NOW), await house.complaint(NOW, sender="dua@example.com")
    hold = house.tickets.cases.hold

    async def failing(ticket: Ticket, now: datetime, actor: str) -> object:
        if ticket.id == broken.id:
            raise RuntimeError
        return await hold(ticket, now, actor)

    monkeypatch.setattr(house.tickets.cases, "hold", failing)
    await Deadlines(house.tickets).late(at("2026-11-23 10:30"))
    assert await house.heard(broken.number) == []
    assert [template for template, _ in await house.heard(whole.number)] == ["terlambat"]


async def test_what_changed_is_announced_after_its_commit(house: House) -> None:
    """Open pages learn of the late ticket by its id."""
    ticket = await house.complaint(NOW)
    house.events.clear()
    await Deadlines(house.tickets).late(at("2026-11-23 09:30"))
    assert {(event.kind, event.ticket_id) for event in house.events} == {("ticket", ticket.id)}


async def reckoning(house: House, number: str) -> Reckoning:
    """Kenapa jam ini, for the step the ticket entered last."""
    row = await TicketStep.filter(ticket__number=number).order_by("-ordinal").first()
    assert row is not None
    procedure = house.office.procedures["blitar-10"]
    pauses = await Pause.filter(step_id=row.id).order_by("id")
    found = explain(house.tickets.cases.calendars["blitar"], procedure.step(row.step).within, row, pauses)
    assert found is not None
    return found


async def test_a_due_time_explains_itself(house: House) -> None:
    """Fifteen minutes over the weekend: five on Friday, two days passed over, ten on Monday."""
    ticket = await house.complaint(at("2026-11-27 15:55"))
    found = await reckoning(house, ticket.number)
    (run,) = found.runs
    assert (found.within, local(found.due_at)) == ("15 menit", "2026-11-30 08:10")
    assert [(local(one.start), local(one.end), one.minutes) for one in run.counted] == [
        ("2026-11-27 15:55", "2026-11-27 16:00", 5),
        ("2026-11-30 08:00", "2026-11-30 08:10", 10),
    ]
    assert [day.on.isoformat() for day in run.skipped] == ["2026-11-28", "2026-11-29"]


async def test_a_due_time_explains_its_pauses(house: House) -> None:
    """Counted until the question, not while it was open, and on again for what was left."""
    petugas, ticket = await house.officer("petugas"), await house.complaint(NOW)
    await house.acting.reply(petugas, ticket.number, "?", version=1, now=at("2026-11-23 09:20"), wait="nomor rumah")
    standing = await reckoning(house, ticket.number)
    assert standing.due_at is None
    assert [one.minutes for run in standing.runs for one in run.counted] == [5]
    await house.writes(ticket, "Nomor 5", at("2026-11-23 11:55"))
    found = await reckoning(house, ticket.number)
    assert [(local(one.start)[11:], local(one.end)[11:], one.minutes) for run in found.runs for one in run.counted] == [
        ("09:15", "09:20", 5),
        ("11:55", "12:00", 5),
        ("13:00", "13:05", 5),
    ]
    (pause,) = found.pauses
    assert (pause.reason, local(pause.since)[11:], local(pause.until)[11:]) == ("nomor rumah", "09:20", "11:55")
    assert local(found.due_at) == "2026-11-23 13:05"


async def test_a_late_step_that_is_paused_stays_late(house: House) -> None:
    """Asking the citizen after the time was up does not give the office new time."""
    petugas, ticket = await house.officer("petugas"), await house.complaint(NOW)
    await house.acting.reply(petugas, ticket.number, "?", version=1, now=at("2026-11-23 09:40"), wait="alamat")
    await house.writes(ticket, "Jalan Merdeka", at("2026-11-23 10:00"))
    after = await Ticket.get(id=ticket.id)
    assert local(after.due_at) == "2026-11-23 09:30"
    assert local((await reckoning(house, ticket.number)).due_at) == "2026-11-23 09:30"


async def test_an_office_that_is_gone_is_left_alone(sqlite_database: Database, tmp_path: Path) -> None:
    """A ticket of an office no longer configured troubles nobody's minute."""
    house = House(sqlite_database, tmp_path, blitar())
    ticket = await house.complaint(NOW)
    await Ticket.filter(id=ticket.id).update(office="lain")
    await TicketStep.all().update(office="lain")
    assert await Deadlines(house.tickets).late(at("2026-12-30 10:00")) == 0
