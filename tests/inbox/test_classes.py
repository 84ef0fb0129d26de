"""Legal limits by class: the kind's at first, another once the case needs more, the nearer one shown."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from config.check import check
from config.schema import Offices
from inbox.database import Database
from inbox.models import Entry
from tests.inbox.house import House, at, blitar, local
from tests.inbox.web.desk import Office
from tests.shipped import shipped


def inspected(offices: Offices) -> Offices:
    """Blitar, where a disposition makes the complaint one that needs an inspection (60 working days)."""
    office = offices.office("blitar")
    procedure = office.procedures["blitar-10"]
    steps = []
    for step in procedure.steps:
        actions = tuple(
            one.model_copy(update={"ceiling": "pengawasan"}) if one.id == "disposisikan" else one
            for one in step.actions
        )
        steps.append(step.model_copy(update={"actions": actions}))
    changed = procedure.model_copy(update={"steps": tuple(steps)})
    return Offices(
        offices.folder,
        {office.id: office.model_copy(update={"procedures": {**office.procedures, changed.id: changed}})},
        offices.worktime,
        offices.sources,
    )


@pytest.fixture
async def desk(sqlite_database: Database, tmp_path: Path) -> AsyncIterator[Office]:
    """The office with its officers."""
    house = House(sqlite_database, tmp_path / "files", inspected(blitar()))
    await house.tickets.prepare(at("2026-11-23 09:00"))
    async with Office(house, tmp_path).opened() as desk:
        for login in ("petugas", "kasi", "kabid", "kepala-dinas"):
            await desk.hires(login, initials="SW" if login == "kepala-dinas" else "AB")
        yield desk


async def test_an_action_moves_the_case_into_another_class(desk: Office) -> None:
    """Fourteen working days at first; with the head's disposition sixty, counted from the day it came, and said so."""
    ticket = await desk.complaint()
    assert local(ticket.ceiling_at).startswith("2026-12-1")
    ticket = await desk.up_to_study()
    assert ticket.ceiling == "pengawasan"
    assert ticket.ceiling_at is not None
    assert ticket.ceiling_at > at("2027-02-01 08:00")
    line = await Entry.filter(event="classified").first()
    assert line is not None
    assert line.values["within"] == "60 hari kerja"


async def test_the_limit_and_its_law_stand_beside_the_step_clock(desk: Office) -> None:
    """With its reference; and its own clock too where it runs out before the step does."""
    ticket = await desk.complaint()
    browser = await desk.browser("petugas")
    said = (await browser.opens(f"/meja/{ticket.number}")).part("legal")
    assert "Batas peraturan: 14 hari kerja, sampai 1" in said
    assert "Permenpan RB 62/2018" in said
    assert "sisa" not in said
    ticket.ceiling_at = at("2026-11-23 09:20")
    await ticket.save(update_fields=["ceiling_at"])
    assert "sisa 5 menit" in (await browser.opens(f"/meja/{ticket.number}")).part("legal")


async def test_another_kind_takes_its_own_class_again(desk: Office) -> None:
    """An officer says that it was a question after all: five working days."""
    ticket = await desk.up_to_study()
    acting, by = desk.house.acting, desk.by["kasi"]
    version = ticket.version
    ticket = await acting.fields(by, ticket.number, {"kind": "informasi"}, version=version, now=desk.now)
    assert ticket.ceiling == ""
    assert ticket.ceiling_at is not None
    assert ticket.ceiling_at < at("2026-12-02 08:00")


def test_a_class_that_the_office_does_not_have_is_a_mistake() -> None:
    """Named with the procedure's file, the action, and the classes there are."""
    offices = shipped()
    office = offices.office("blitar")
    short = office.model_copy(update={"ceilings": tuple(one for one in office.ceilings if one.id != "pengawasan")})
    only = inspected(Offices(offices.folder, {"blitar": short}, offices.worktime, offices.sources))
    mistakes = check(only)
    assert {(one.code, one.values["name"]) for one in mistakes} == {("ceiling-unknown", "pengawasan")}
    assert any("disposisikan" in one.key and one.key.endswith("ceiling") for one in mistakes)
