"""Officers take SOP 10 to its end by every branch, and are refused what they may not do."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

from config.schema import Office, Offices, PaperKind, Procedure
from inbox import people
from inbox.actor import Actor
from inbox.database import Database
from inbox.files import Files
from inbox.models import Delivery, Disposition, Message, Paper, Pause, RegisterEntry, Task, Ticket
from inbox.refused import Forbidden, Refused, Stale
from templates import sentence
from tests.inbox.house import ROLES, House, at, blitar, local, upload

NOW = at("2026-11-23 09:15")
SHEET = {
    "lembar-disposisi.to": ["kabid", "kasi"],
    "lembar-disposisi.nature": "Segera",
    "lembar-disposisi.instruction": "Kaji dan laporkan hasilnya",
    "lembar-disposisi.initials": "AB",
}
COPY = {
    "salinan-formulir.what": "1 lembar salinan",
    "salinan-formulir.received_by": "Budi, Satpol PP",
    "salinan-formulir.received_at": "2026-11-23T10:00",
}


async def to_study(house: House, officers: dict[str, Actor]) -> Ticket:
    """A ticket that Kepala Dinas has sent to kabid and kasi."""
    ticket = await house.complaint(NOW)
    await house.act(officers["petugas"], ticket.number, "naikkan", at("2026-11-23 09:20"))
    return await house.act(officers["kepala-dinas"], ticket.number, "disposisikan", at("2026-11-23 09:24"), SHEET)


async def everybody(house: House) -> dict[str, Actor]:
    """An officer for every role of SOP 10."""
    return {role: await house.officer(role) for role in ROLES}


async def test_a_direct_answer_ends_the_case_in_one_step(any_house: House) -> None:
    """Row 1: the form and the agenda make themselves, and the answer asks whether it is settled."""
    house, petugas = any_house, await any_house.officer("petugas")
    ticket = await house.complaint(NOW)
    done = await house.act(
        petugas, ticket.number, "jawab-langsung", at("2026-11-23 09:22"), {"jawaban.text": "Sudah kami cek."}
    )
    assert (done.status, local(done.answered_at), done.due_at) == ("answered", "2026-11-23 09:22", None)
    assert await house.steps(ticket.number) == [
        ("terima", "2026-11-23 09:30", "action", "jawab-langsung"),
        ("selesai", "", "", ""),
    ]
    ((template, text),) = await house.heard(ticket.number)
    assert template == "dijawab"
    assert "Sudah kami cek." in text
    answer = await Message.get(ticket_id=ticket.id, direction="out")
    assert [choice[0] for choice in answer.values["choices"]] == ["SELESAI", "BELUM"]
    assert {paper.paper for paper in await Paper.filter(ticket_id=ticket.id)} == {
        "formulir-aduan",
        "agenda-masuk",
        "jawaban",
    }
    assert (await RegisterEntry.get(ticket_id=ticket.id)).number == 1
    assert not await Task.filter(ticket_id=ticket.id, done_at=None).exists()


async def test_an_object_with_a_permit_is_answered_by_the_office(any_house: House) -> None:
    """Rows 1, 2, 3, 5, 6: each step due in its own working minutes, across the break and the night."""
    house, who = any_house, await everybody(any_house)
    number = (await house.complaint(NOW)).number
    await house.act(who["petugas"], number, "naikkan", at("2026-11-23 09:20"))
    await house.act(who["kepala-dinas"], number, "disposisikan", at("2026-11-23 11:55"), SHEET)
    await house.act(who["kabid"], number, "berizin", at("2026-11-23 15:50"))
    await house.act(
        who["kasi"], number, "isi-jawaban", at("2026-11-24 08:10"), {"formulir-jawaban.text": "Izin berlaku."}
    )
    ended = await house.act(
        who["petugas"], number, "kirim-tanggapan", at("2026-11-24 08:15"), {"surat-tanggapan.text": "Bangunan berizin."}
    )
    assert await house.steps(number) == [
        ("terima", "2026-11-23 09:30", "action", "naikkan"),
        ("disposisi", "2026-11-23 09:25", "action", "disposisikan"),
        ("kaji", "2026-11-23 13:10", "action", "berizin"),
        ("selesaikan", "2026-11-24 08:20", "action", "isi-jawaban"),
        ("jawab", "2026-11-24 08:20", "action", "kirim-tanggapan"),
        ("selesai", "", "", ""),
    ]
    assert ended.status == "answered"
    assert [template for template, _ in await house.heard(number)] == ["diteruskan", "dikaji", "dijawab"]


async def test_an_object_without_a_permit_goes_to_satpol_pp_and_is_still_answered(any_house: House) -> None:
    """Rows 1 to 4 and 6: the copy says what Satpol PP received and when, the citizen is told, then answered."""
    house, who = any_house, await everybody(any_house)
    number = (await house.complaint(at("2026-11-27 10:00"))).number
    await house.act(who["petugas"], number, "naikkan", at("2026-11-27 10:05"))
    await house.act(who["kepala-dinas"], number, "disposisikan", at("2026-11-27 10:08"), SHEET)
    await house.act(who["kabid"], number, "belum-berizin", at("2026-11-27 11:25"))
    copy = COPY | {"salinan-formulir.received_at": "2026-11-27T13:05"}
    await house.act(who["kabid"], number, "beri-tahu-satpol-pp", at("2026-11-27 13:08"), copy)
    await house.act(
        who["petugas"], number, "kirim-tanggapan", at("2026-11-27 13:15"), {"surat-tanggapan.text": "Sudah ditangani."}
    )
    assert [(step, due) for step, due, _, _ in await house.steps(number)] == [
        ("terima", "2026-11-27 10:15"),
        ("disposisi", "2026-11-27 10:10"),
        ("kaji", "2026-11-27 10:23"),
        ("satpol-pp", "2026-11-27 13:10"),
        ("jawab", "2026-11-27 13:18"),
        ("selesai", ""),
    ]
    assert [template for template, _ in await house.heard(number)] == ["diteruskan", "dikaji", "satpol-pp", "dijawab"]
    paper = await Paper.get(ticket__number=number, paper="salinan-formulir")
    assert paper.values["received_by"] == "Budi, Satpol PP"
    assert paper.values["received_at"] == "2026-11-27T06:05:00+00:00"


async def test_the_record_of_a_case_reads_from_its_journal(house: House) -> None:
    """Every step, paper and word of the way is a line of the journal, and every line has its sentence."""
    who = await everybody(house)
    ticket = await to_study(house, who)
    events = await house.journal(ticket.number)
    assert events == [
        *("opened", "paper", "paper", "acted", "step"),
        *("disposition", "paper", "acted", "step"),
    ]
    assert all(sentence(event) != event for event in events)


async def test_a_disposition_reaches_its_addressees_alone(house: House) -> None:
    """The first addressee coordinates, the next step is theirs, and others who could perform it are left in peace."""
    who = await everybody(house)
    ticket = await house.complaint(NOW)
    await house.act(who["petugas"], ticket.number, "naikkan", at("2026-11-23 09:20"))
    values = SHEET | {"lembar-disposisi.to": ["kabid", "sekretaris"], "lembar-disposisi.due": "2026-11-24T10:00"}
    await house.act(who["kepala-dinas"], ticket.number, "disposisikan", at("2026-11-23 09:24"), values)
    sheet = await Disposition.get(ticket_id=ticket.id)
    assert (sheet.role, sheet.nature, sheet.initials, local(sheet.due_at)) == (
        "kepala-dinas",
        "Segera",
        "AB",
        "2026-11-24 10:00",
    )
    tasks = await Task.filter(ticket_id=ticket.id, done_at=None).order_by("id")
    assert [(task.kind, task.role, task.coordinates) for task in tasks] == [
        ("disposition", "kabid", True),
        ("disposition", "sekretaris", False),
        ("step", "kabid", False),
    ]
    assert await house.notices("disposition") == [("disposition", "kabid"), ("disposition", "sekretaris")]


async def test_a_disposition_to_nobody_who_performs_the_step_leaves_it_to_all_who_do(house: House) -> None:
    """Addressed to the secretary alone, the study stays with Kabid and Kasi, and the sheet's task is over."""
    who = await everybody(house)
    ticket = await house.complaint(NOW)
    await house.act(who["petugas"], ticket.number, "naikkan", at("2026-11-23 09:20"))
    values = SHEET | {"lembar-disposisi.to": ["sekretaris"]}
    await house.act(who["kepala-dinas"], ticket.number, "disposisikan", at("2026-11-23 09:24"), values)
    tasks = await Task.filter(ticket_id=ticket.id, done_at=None).order_by("id")
    assert [(task.kind, task.role) for task in tasks] == [("step", "kabid"), ("step", "kasi")]


async def test_an_addressee_reports_a_disposition_done(house: House) -> None:
    """The report closes the task once; a role that was not addressed may not report it."""
    who = await everybody(house)
    ticket = await to_study(house, who)
    task = await Task.get(ticket_id=ticket.id, kind="disposition", role="kasi")
    with pytest.raises(Forbidden, match="not-addressee"):
        await house.acting.done(who["petugas"], task.id, "Selesai", now=NOW)
    await house.acting.done(who["kasi"], task.id, "Sudah diperiksa", now=NOW)
    with pytest.raises(Refused, match="task-done"):
        await house.acting.done(who["kasi"], task.id, "Lagi", now=NOW)
    assert (await Task.get(id=task.id)).report == "Sudah diperiksa"


async def test_what_the_form_says_of_the_object_is_known_from_then_on(house: House) -> None:
    """Object and place written into the complaint form stand on the ticket."""
    petugas = await house.officer("petugas")
    ticket = await house.complaint(NOW)
    values = {"formulir-aduan.object": "Ruko tiga lantai", "formulir-aduan.place": "Jalan Merdeka 5"}
    after = await house.act(petugas, ticket.number, "naikkan", NOW, values)
    assert (after.object, after.place) == ("Ruko tiga lantai", "Jalan Merdeka 5")
    paper = await Paper.get(ticket_id=ticket.id, paper="formulir-aduan")
    assert paper.values["text"] == "Ada bangunan ruko tanpa izin di jalan Merdeka"


async def test_an_answer_may_carry_a_file(house: House) -> None:
    """The file handed in with the letter goes out with it and is stored once under its digest."""
    petugas = await house.officer("petugas")
    ticket = await house.complaint(NOW)
    letter = upload("surat.pdf", b"%PDF-1.7 surat")
    await house.act(petugas, ticket.number, "jawab-langsung", NOW, {"jawaban.text": "Terlampir."}, jawaban=letter)
    message = await Message.get(ticket_id=ticket.id, direction="out").prefetch_related("attachments")
    assert [file.name for file in message.attachments] == ["surat.pdf"]


async def test_of_two_officers_at_once_one_acts_and_the_other_is_told(any_house: House) -> None:
    """Both saw the same version: one wins, one is Stale, and nothing is doubled."""
    house = any_house
    first, second = await house.officer("petugas"), await house.officer("petugas")
    ticket = await house.complaint(NOW)
    seen = ticket.version
    answers = [
        house.acting.act(by, ticket.number, "jawab-langsung", {"jawaban.text": "Sudah."}, version=seen, now=NOW)
        for by in (first, second)
    ]
    results = await asyncio.gather(*answers, return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["Stale", "Ticket"]
    assert len(await house.heard(ticket.number)) == 1
    assert await RegisterEntry.all().count() == 1
    assert await Paper.filter(ticket_id=ticket.id).count() == 3


async def test_the_citizen_writing_and_an_officer_acting_do_not_block_each_other(any_house: House) -> None:
    """Locks are taken so that the two roads meet without a deadlock, many times over."""
    house, petugas = any_house, await any_house.officer("petugas")
    tickets = [await house.complaint(NOW, sender=f"w{n}@example.com") for n in range(6)]
    acts = [house.act(petugas, one.number, "jawab-langsung", NOW, {"jawaban.text": "Sudah."}) for one in tickets]
    says = [house.writes(one, "Tambahan", NOW, sender=f"w{n}@example.com") for n, one in enumerate(tickets)]
    await asyncio.wait_for(asyncio.gather(*acts, *says), 30)
    assert await Ticket.filter(status="answered").count() == 6


async def test_a_citizen_whose_message_is_decided_does_not_hold_up_the_officer(
    postgres_database: Database, tmp_path: Path
) -> None:
    """While the clerk holds the conversation, an officer may answer in it: else each would wait for the other."""
    house = House(postgres_database, tmp_path, blitar())
    petugas, ticket = await house.officer("petugas"), await house.complaint(NOW)
    held, go_on = asyncio.Event(), asyncio.Event()

    async def decide() -> None:
        address = await people.meet("blitar", "email", "siti@example.com", name="Siti", now=NOW, confirmed=True)
        await people.conversation("blitar", "blitar-email", address, NOW)
        held.set()
        await go_on.wait()

    deciding = asyncio.create_task(house.database.transaction(decide))
    await held.wait()
    answer = house.act(petugas, ticket.number, "jawab-langsung", NOW, {"jawaban.text": "Sudah."})
    try:
        assert (await asyncio.wait_for(answer, 10)).status == "answered"
    finally:
        go_on.set()
        await deciding


REFUSALS: list[tuple[str, str, str, dict[str, Any], str, str]] = [
    ("sekretaris", "terima", "jawab-langsung", {"jawaban.text": "x"}, "not-actor", ""),
    ("petugas", "terima", "disposisikan", {}, "action-unknown", ""),
    ("petugas", "terima", "jawab-langsung", {}, "field-missing", "jawaban.text"),
    ("petugas", "terima", "jawab-langsung", {"jawaban.text": " \n"}, "field-missing", "jawaban.text"),
    ("petugas", "terima", "jawab-langsung", {"jawaban.text": "x" * 10_001}, "field-long", "jawaban.text"),
    ("petugas", "terima", "naikkan", {"formulir-aduan.object": "x" * 301}, "field-long", "formulir-aduan.object"),
    ("petugas", "terima", "naikkan", {"jawaban.text": "x"}, "field-unknown", "jawaban.text"),
    ("kepala-dinas", "disposisi", "disposisikan", {}, "field-missing", "lembar-disposisi.to"),
    ("kepala-dinas", "disposisi", "disposisikan", {"to": ["camat"]}, "not-a-choice", "lembar-disposisi.to"),
    ("kepala-dinas", "disposisi", "disposisikan", {"to": ["kepala-dinas"]}, "not-a-choice", "lembar-disposisi.to"),
    ("kepala-dinas", "disposisi", "disposisikan", {"nature": "Kilat"}, "not-a-choice", "lembar-disposisi.nature"),
    ("kepala-dinas", "disposisi", "disposisikan", {"instruction": ""}, "field-missing", "lembar-disposisi.instruction"),
    ("kepala-dinas", "disposisi", "disposisikan", {"initials": "ZZ"}, "initials-wrong", "lembar-disposisi.initials"),
    ("kepala-dinas", "disposisi", "disposisikan", {"due": "2026-11-20T10:00"}, "moment-past", "lembar-disposisi.due"),
    ("kepala-dinas", "disposisi", "disposisikan", {"due": "besok"}, "moment-unreadable", "lembar-disposisi.due"),
    ("kabid", "satpol-pp", "beri-tahu-satpol-pp", {"received_by": ""}, "field-missing", "salinan-formulir.received_by"),
    (
        *("kabid", "satpol-pp", "beri-tahu-satpol-pp", {"received_at": "2026-12-23T10:00"}),
        *("moment-future", "salinan-formulir.received_at"),
    ),
]


@pytest.mark.parametrize(("role", "step", "action", "values", "code", "field"), REFUSALS)
async def test_what_is_missing_or_wrong_is_refused_at_its_field(
    house: House, role: str, step: str, action: str, values: dict[str, Any], code: str, field: str
) -> None:
    """A refusal names the field, has a sentence, and leaves everything as it was."""
    who = await everybody(house)
    number = (await house.complaint(NOW)).number
    if step != "terima":
        await house.act(who["petugas"], number, "naikkan", NOW)
    if step == "satpol-pp":
        await house.act(who["kepala-dinas"], number, "disposisikan", NOW, SHEET)
        await house.act(who["kabid"], number, "belum-berizin", NOW)
    paper = {"disposisikan": ("lembar-disposisi", SHEET), "beri-tahu-satpol-pp": ("salinan-formulir", COPY)}.get(action)
    if paper and values:
        values = paper[1] | {f"{paper[0]}.{name}": value for name, value in values.items()}
    before = (await house.version(number), await house.steps(number), await Paper.all().count())
    with pytest.raises(Refused) as refusal:
        await house.act(who[role], number, action, at("2026-11-23 10:05"), values)
    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert sentence(code, refusal.value.values) not in {code, ""}
    assert "?" not in sentence(code, refusal.value.values)
    assert (await house.version(number), await house.steps(number), await Paper.all().count()) == before


async def test_another_offices_officer_learns_nothing(sqlite_database: Database, tmp_path: Path) -> None:
    """A ticket of Blitar does not exist for an officer of another office, whatever they ask for."""
    offices = blitar()
    other = offices.office("blitar").model_copy(update={"id": "lain", "code": "LLN"})
    both = Offices(offices.folder, {"blitar": offices.office("blitar"), "lain": other}, offices.worktime)
    house = House(sqlite_database, tmp_path, both)
    stranger = await house.officer(*ROLES, office="lain")
    number = (await house.complaint(NOW)).number
    attempts = [
        house.act(stranger, number, "jawab-langsung", NOW, {"jawaban.text": "x"}),
        house.acting.reply(stranger, number, "x", version=1, now=NOW),
        house.acting.note(stranger, number, "x", now=NOW),
        house.acting.seen(stranger, number, now=NOW),
        house.acting.assign(stranger, number, None, version=1, now=NOW),
        house.acting.fields(stranger, number, {"object": "x"}, version=1, now=NOW),
        house.acting.close(stranger, number, "x", version=1, now=NOW),
    ]
    results = await asyncio.gather(*attempts, return_exceptions=True)
    assert [getattr(result, "code", result) for result in results] == ["ticket-missing"] * len(attempts)
    assert await house.journal(number) == ["opened"]


async def test_a_reply_reaches_every_conversation_that_hears(any_house: House) -> None:
    """An officer's words go out as they are, are not automatic, and need the right to reply."""
    house, petugas = any_house, await any_house.officer("petugas")
    ticket = await house.complaint(NOW)
    await house.acting.reply(petugas, ticket.number, "Mohon ditunggu.", version=ticket.version, now=NOW)
    ((template, text),) = await house.heard(ticket.number)
    assert template == "jawaban-petugas"
    assert "Mohon ditunggu." in text
    assert not (await Delivery.get(message__ticket_id=ticket.id)).automatic
    with pytest.raises(Stale):
        await house.acting.reply(petugas, ticket.number, "Sekali lagi.", version=ticket.version, now=NOW)


async def test_the_clock_stands_still_while_the_citizen_is_asked(any_house: House) -> None:
    """Asked at 09.20 with ten minutes left, answered at 13.00: due at 13.10, and the promise moves on as far."""
    house, petugas = any_house, await any_house.officer("petugas")
    ticket = await house.complaint(NOW)
    asked = await house.acting.reply(
        petugas, ticket.number, "Nomor rumahnya?", version=1, now=at("2026-11-23 09:20"), wait="nomor rumah"
    )
    assert (asked.status, asked.due_at) == ("waiting", None)
    assert [template for template, _ in await house.heard(ticket.number)] == ["tanya"]
    await house.writes(ticket, "Nomor 5", at("2026-11-23 13:00"))
    after = await Ticket.get(id=ticket.id)
    assert (after.status, local(after.due_at)) == ("open", "2026-11-23 13:10")
    assert (local(asked.promise_at), local(after.promise_at)) == ("2026-11-23 10:30", "2026-11-23 14:10")
    pause = await Pause.get(step__ticket_id=ticket.id)
    assert (pause.reason, pause.remaining_minutes, local(pause.ended_at)) == ("nomor rumah", 10, "2026-11-23 13:00")


async def test_an_officer_may_let_the_clock_run_again(house: House) -> None:
    """Resuming lays the remaining minutes on from that moment; a clock that runs cannot be resumed."""
    petugas = await house.officer("petugas")
    ticket = await house.complaint(NOW)
    asked = await house.acting.reply(petugas, ticket.number, "?", version=1, now=at("2026-11-23 09:20"), wait="alamat")
    after = await house.acting.resume(petugas, ticket.number, version=asked.version, now=at("2026-11-23 15:55"))
    assert (after.status, local(after.due_at)) == ("open", "2026-11-24 08:05")
    with pytest.raises(Refused, match="not-waiting"):
        await house.acting.resume(petugas, ticket.number, version=after.version, now=at("2026-11-23 15:56"))


async def test_acting_on_a_case_that_waits_starts_its_clock_first(house: House) -> None:
    """An officer need not wait for the citizen: the action counts and the pause is over."""
    petugas = await house.officer("petugas")
    ticket = await house.complaint(NOW)
    await house.acting.reply(petugas, ticket.number, "?", version=1, now=at("2026-11-23 09:20"), wait="alamat")
    after = await house.act(petugas, ticket.number, "naikkan", at("2026-11-23 10:00"))
    assert (after.status, after.step, local(after.promise_at)) == ("open", "disposisi", "2026-11-23 11:10")
    assert not await Pause.filter(ended_at=None).exists()


async def test_a_note_stays_in_the_office(house: House) -> None:
    """A note collides with nobody's work and is never sent."""
    kabid = await house.officer("kabid")
    ticket = await house.complaint(NOW)
    await house.acting.note(kabid, ticket.number, "Pernah diadukan tahun lalu.", now=NOW)
    note = await Message.get(ticket_id=ticket.id, direction="note")
    assert (note.text, note.conversation_id, note.officer_id) == ("Pernah diadukan tahun lalu.", None, kabid.officer_id)
    assert await house.version(ticket.number) == ticket.version
    assert await Delivery.all().count() == 0


@pytest.mark.parametrize("text", ["", " \n", "\u200b\u200d", "\u2066 \ufeff"])
async def test_nothing_to_see_is_no_note(house: House, text: str) -> None:
    """Blanks of no width are as empty as none."""
    kabid = await house.officer("kabid")
    ticket = await house.complaint(NOW)
    with pytest.raises(Refused, match="field-missing"):
        await house.acting.note(kabid, ticket.number, text, now=NOW)


async def test_a_ticket_is_given_to_a_colleague_and_back(house: House) -> None:
    """The colleague is told; somebody who does not work here cannot be given anything."""
    petugas, other = await house.officer("petugas"), await house.officer("petugas")
    ticket = await house.complaint(NOW)
    after = await house.acting.assign(petugas, ticket.number, other.officer_id, version=1, now=NOW)
    assert after.officer_id == other.officer_id
    assert await house.notices("assigned") == [("assigned", "")]
    with pytest.raises(Refused, match="officer-unknown"):
        await house.acting.assign(petugas, ticket.number, 999, version=after.version, now=NOW)
    back = await house.acting.assign(petugas, ticket.number, None, version=after.version, now=NOW)
    assert back.officer_id is None


async def test_an_assignment_ends_where_the_next_step_is_not_the_officers(house: House) -> None:
    """Raised to Kepala Dinas, the ticket no longer is on the petugas' own pile."""
    petugas = await house.officer("petugas")
    ticket = await house.complaint(NOW)
    await house.acting.assign(petugas, ticket.number, petugas.officer_id, version=1, now=NOW)
    after = await house.act(petugas, ticket.number, "naikkan", NOW)
    assert after.officer_id is None


async def test_known_facts_are_corrected_field_by_field(house: House) -> None:
    """Only the fields given change; the journal has their names and not what was written."""
    petugas = await house.officer("petugas")
    ticket = await house.complaint(NOW, object="Ruko")
    after = await house.acting.fields(
        petugas,
        ticket.number,
        {"permit_number": "503/12/2024", "lapor_id": "1234567", "kind": "informasi"},
        version=1,
        now=NOW,
    )
    assert (after.permit_number, after.lapor_id, after.object) == ("503/12/2024", "1234567", "Ruko")
    assert (after.kind, local(after.ceiling_at)) == ("informasi", "2026-11-30 16:00")
    for field, value, code in [
        ("permit_number", "9" * 81, "field-long"),
        ("kind", "lain", "not-a-choice"),
        ("code", "x", "field-unknown"),
    ]:
        with pytest.raises(Refused) as refusal:
            await house.acting.fields(petugas, ticket.number, {field: value}, version=after.version, now=NOW)
        assert (refusal.value.code, refusal.value.field) == (code, field)


async def test_another_kind_wants_the_right_to_reroute(house: House) -> None:
    """Whoever may only correct what is known cannot lead a case to another procedure by its kind."""
    secretary = await house.officer("sekretaris")
    ticket = await house.complaint(NOW)
    with pytest.raises(Forbidden):
        await house.acting.fields(secretary, ticket.number, {"kind": "informasi"}, version=1, now=NOW)
    same = {"kind": ticket.kind, "place": "Jalan Melati"}
    after = await house.acting.fields(secretary, ticket.number, same, version=1, now=NOW)
    assert (after.kind, after.place) == (ticket.kind, "Jalan Melati")


async def test_a_complaint_of_another_agency_is_handed_on(house: House) -> None:
    """The citizen is told where to go; the case is over and the old step says so."""
    petugas = await house.officer("petugas")
    ticket = await house.complaint(NOW)
    after = await house.acting.hand_on(petugas, ticket.number, "pln", "Lampu jalan padam", version=1, now=NOW)
    assert (after.status, after.agency, after.due_at) == ("handed-on", "pln", None)
    ((template, text),) = await house.heard(ticket.number)
    assert template == "dialihkan"
    assert "PLN" in text
    assert "123" in text
    assert (await house.steps(ticket.number))[-1][2] == "closed"
    with pytest.raises(Refused) as refusal:
        await house.acting.hand_on(petugas, ticket.number, "nasa", "x", version=after.version, now=NOW)
    assert refusal.value.code == "already-closed"


async def test_a_case_is_closed_with_a_reason_and_taken_up_again(house: House) -> None:
    """The citizen hears why, and of the new promise when an officer reopens it."""
    kasi = await house.officer("kasi")
    ticket = await house.complaint(NOW)
    with pytest.raises(Refused) as refusal:
        await house.acting.close(kasi, ticket.number, " ", version=1, now=NOW)
    assert refusal.value.field == "reason"
    closed = await house.acting.close(kasi, ticket.number, "Aduan ganda", version=1, now=NOW)
    assert (closed.status, closed.closing) == ("closed", "officer")
    with pytest.raises(Refused, match="not-open"):
        await house.act(await house.officer("petugas"), ticket.number, "naikkan", NOW)
    again = await house.acting.reopen_by(
        kasi, ticket.number, "Bukan ganda", version=closed.version, now=at("2026-12-01 08:00")
    )
    assert (again.status, again.step, again.reopened) == ("open", "terima", 1)
    assert (local(again.due_at), local(again.promise_at)) == ("2026-12-01 08:15", "2026-12-01 09:15")
    assert [template for template, _ in await house.heard(ticket.number)] == ["ditutup", "dibuka-lagi"]


async def test_a_secretary_may_not_close(house: House) -> None:
    """Rights come from the office's roles; the sentence names what was missing."""
    sekretaris = await house.officer("sekretaris")
    ticket = await house.complaint(NOW)
    with pytest.raises(Forbidden) as refusal:
        await house.acting.close(sekretaris, ticket.number, "x", version=1, now=NOW)
    assert refusal.value.code == "no-right"


def with_more_endings(office: Office) -> Office:
    """Blitar, were its first step to hand on, close, or end with an uploaded record."""
    procedure = office.procedures["blitar-10"].model_dump(mode="json")
    procedure["steps"][0]["actions"] += [
        {"id": "alihkan", "label": "Alihkan", "to": "selesai", "outcome": "handed-on"},
        {"id": "tutup", "label": "Tutup", "to": "selesai", "outcome": "closed", "needs": ["berita-acara"]},
    ]
    record = PaperKind(id="berita-acara", name="Berita Acara", made="uploaded")
    return office.model_copy(
        update={
            "procedures": {"blitar-10": Procedure.model_validate(procedure)},
            "papers": (*office.papers, record),
        }
    )


async def test_a_procedure_may_end_by_handing_on(sqlite_database: Database, tmp_path: Path) -> None:
    """The action asks where to and why, and the citizen is told although the procedure marks no words."""
    house = House(sqlite_database, tmp_path, blitar(with_more_endings))
    petugas, ticket = await house.officer("petugas"), await house.complaint(NOW)
    with pytest.raises(Refused) as refusal:
        await house.act(petugas, ticket.number, "alihkan", NOW, {"agency": "pdam"})
    assert (refusal.value.code, refusal.value.field) == ("field-missing", "reason")
    after = await house.act(petugas, ticket.number, "alihkan", NOW, {"agency": "pdam", "reason": "Soal air"})
    assert (after.status, after.agency, after.closing) == ("handed-on", "pdam", "handed-on")
    ((template, text),) = await house.heard(ticket.number)
    assert template == "dialihkan"
    assert "PDAM Kota Blitar" in text


async def test_a_paper_may_be_a_file(sqlite_database: Database, tmp_path: Path) -> None:
    """Without the file the action is refused at its field; with it the paper names what the store holds."""
    house = House(sqlite_database, tmp_path, blitar(with_more_endings))
    petugas, ticket = await house.officer("petugas"), await house.complaint(NOW)
    for file, code in [({}, "file-missing"), ({"berita-acara": upload("x.pdf", b"")}, "file-missing")]:
        with pytest.raises(Refused) as refusal:
            await house.act(petugas, ticket.number, "tutup", NOW, {"reason": "Selesai"}, **file)
        assert (refusal.value.code, refusal.value.field) == (code, "berita-acara.file")
    record = upload("berita acara.pdf", b"%PDF acara")
    after = await house.act(petugas, ticket.number, "tutup", NOW, {"reason": "Selesai"}, **{"berita-acara": record})
    assert (after.status, after.closing) == ("closed", "action")
    paper = await Paper.get(paper="berita-acara")
    assert paper.name == "berita acara.pdf"
    assert await Files(tmp_path).read(paper.digest) == b"%PDF acara"


@pytest.mark.parametrize("path", sorted((Path(__file__).parents[2] / "inbox").glob("*.py")), ids=lambda path: path.name)
def test_what_the_record_refuses_and_writes_down_has_its_sentence(path: Path) -> None:
    """Every code of a refusal and every event of the journal is a sentence with a remedy."""
    source = path.read_text("utf-8")
    codes = re.findall(r'(?:Refused|Forbidden|Missing|Stale)\(\s*"([a-z-]+)"', source)
    events = re.findall(r'\.log\(\s*"([a-z-]+)"', source)
    assert [name for name in codes + events if sentence(name) == name] == []
