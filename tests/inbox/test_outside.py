"""Permits, links and checks in the field on either engine, and by two at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from channels.base import Attachment
from inbox import permits_file, permits_store
from inbox.field_reports import FieldReports, Findings, Shot
from inbox.fieldwork import Fieldwork, Plan
from inbox.files import Files
from inbox.guest_visits import GuestVisits
from inbox.guests import Copy, Guests
from inbox.models import FieldPhoto, FieldReport, GuestLink, Message, Paper, Permit, PermitList
from inbox.permits import Permits
from inbox.refused import Missing
from tests.inbox.house import House, at
from tests.inbox.test_exif import photo

NOW = at("2026-11-23 09:15")


def _file(rows: int, first: int = 0) -> Attachment:
    text = "nomor;pemegang;objek;lokasi;berlaku\n" + "".join(
        f"503/{nth}/IMB;Pemegang {nth};Ruko;Jl. Merdeka {nth};31/12/2030\n" for nth in range(first, first + rows)
    )
    return Attachment("izin.csv", "text/csv", text.encode(), size_bytes=len(text))


async def test_a_long_list_comes_in_whole_and_two_at_once_one_after_the_other(any_house: House, tmp_path: Path) -> None:
    """Versions without a gap; of the same number the later one."""
    permits = Permits(any_house.tickets, Files(tmp_path))
    keeper = await any_house.officer("kepala-dinas")
    await permits.upload(keeper, _file(3000), replaces=True, now=NOW)
    both = (permits.upload(keeper, _file(200, first), replaces=False, now=NOW) for first in (2900, 3000))
    await asyncio.gather(*both)
    assert await Permit.all().count() == 3200
    assert sorted([row.version for row in await PermitList.all()]) == [1, 2, 3]
    ticket = await any_house.complaint(NOW)
    found = await permits.look_up(keeper, ticket.number, "jln merdeka 2950")
    assert [row.number for row in found.permits] == ["503/2950/IMB"]
    check = await permits.decide(
        keeper, ticket.number, licensed=True, permit_id=found.permits[0].id, asked="2950", note="", now=NOW
    )
    assert check.row["holder"] == "Pemegang 2950"


async def test_a_list_that_is_not_taken_in_leaves_the_old_one_whole(
    any_house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was laid aside is found by nobody while it is, and is gone when the office does not get it."""
    permits = Permits(any_house.tickets, Files(tmp_path))
    keeper, ticket = await any_house.officer("kepala-dinas"), await any_house.complaint(NOW)
    await permits.upload(keeper, _file(30), replaces=True, now=NOW)
    take_in, seen = permits_store.take_in, []

    async def fails(*given: Any, **named: Any) -> None:
        seen.append(await Permit.all().count())
        found = (await permits.look_up(keeper, ticket.number, "jln merdeka 700")).permits
        seen.append(sum(row.number == "503/700/IMB" for row in found))
        await take_in(*given, **named)
        raise RuntimeError("the power failed")

    monkeypatch.setattr(permits_store, "take_in", fails)
    with pytest.raises(RuntimeError):
        await permits.upload(keeper, _file(1200), replaces=True, now=NOW)
    assert seen == [1230, 0]
    assert await Permit.all().count() == 30
    assert await PermitList.all().count() == 1


async def test_what_a_process_that_died_laid_aside_is_swept_away(any_house: House) -> None:
    """An hour later, and nothing that is still being laid."""
    (row,) = permits_file.read(_file(1).content or b"").rows
    await permits_store.lay_aside(any_house.database, [row] * 1, NOW)
    await permits_store.lay_aside(any_house.database, [row] * 1, NOW + timedelta(minutes=90))
    await permits_store.sweep(any_house.database, NOW + timedelta(minutes=100))
    assert await Permit.all().count() == 1
    await permits_store.sweep(any_house.database, NOW + timedelta(hours=3))
    assert await Permit.all().count() == 0


async def test_a_guest_who_sends_twice_at_once_is_on_record_once(any_house: House, tmp_path: Path) -> None:
    """Acceptance and report; and a link revoked in between leads nowhere."""
    officer = await any_house.officer("kabid")
    ticket = await any_house.complaint(NOW)
    guests, visits = Guests(any_house.tickets), GuestVisits(any_house.tickets, Files(tmp_path))
    link, token = await guests.give(officer, ticket.number, "satpol-pp", Copy("Ruko", "", ""), days=14, now=NOW)
    await asyncio.gather(*(visits.page(token, NOW, counted=True) for _ in range(5)))
    assert (await GuestLink.get(id=link.id)).uses == 5
    assert (await any_house.journal(ticket.number)).count("guest-opened") == 1
    await asyncio.gather(*(visits.accept(token, "Budi", "Kasi", "", NOW) for _ in range(3)))
    assert await Paper.filter(paper="salinan-formulir").count() == 1
    await asyncio.gather(*(visits.report(token, "k" * 16, "Sudah", (), NOW) for _ in range(3)))
    assert await Message.filter(author="guest", text="Sudah").count() == 1
    await guests.revoke(officer, ticket.number, link.id, NOW)
    with pytest.raises(Missing):
        await visits.report(token, "l" * 16, "Lagi", (), NOW)


async def test_a_phone_that_sends_twice_at_once_is_on_record_once(any_house: House, tmp_path: Path) -> None:
    """Photos and findings alike."""
    officer = await any_house.officer("kabid")
    ticket = await any_house.complaint(NOW)
    fieldwork = Fieldwork(any_house.tickets)
    reports = FieldReports(any_house.tickets, Files(tmp_path), fieldwork)
    plan = Plan("2026-11-24T09:00", "Jl. Merdeka", team=[officer.officer_id])
    check = await fieldwork.assign(officer, ticket.number, plan, NOW)
    shot = Shot("p" * 16, photo())
    kept = await asyncio.gather(*(reports.photo(officer, check.id, shot, NOW) for _ in range(3)))
    assert len({row.id for row in kept}) == 1
    findings: Any = Findings("r" * 16, {"text": "Ada"}, photos=["p" * 16])
    sent = await asyncio.gather(*(reports.report(officer, check.id, findings, NOW) for _ in range(3)))
    assert len({row.id for row in sent}) == 1
    assert (await FieldPhoto.all().count(), await FieldReport.all().count()) == (1, 1)
    assert await Paper.filter(paper="berita-acara-pemeriksaan").count() == 1
