"""Officers as their office keeps them, and its days off."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from config.schema import Span
from inbox.holidays import Holidays
from inbox.models import ApiToken, Officer, OfficerLine, Session, StandIn, Ticket
from inbox.officer_lines import linked
from inbox.officers import Officers
from inbox.refused import Forbidden, Missing, Refused
from inbox.settings import Settings, practising
from inbox.staff import Known, Staff
from inbox.standins import StandIns, Wish
from inbox.tokens import Tokens
from tests.inbox.house import House, at

NOW = at("2026-11-23 09:15")
PASSWORD = "sawah hijau di timur"


def _staff(house: House) -> Staff:
    return Staff(house.tickets, Officers(house.database, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)))


async def test_leaving(any_house: House) -> None:
    """Signed out, tokens dead, stand-ins over, tickets back at the role with a line in the journal."""
    house = any_house
    keeper, clerk = await house.officer("kepala-dinas"), await house.officer("petugas")
    mine, closed = await house.complaint(NOW), await house.complaint(NOW, sender="budi@example.com")
    for ticket in (mine, closed):
        version = await house.version(ticket.number)
        await house.acting.assign(keeper, ticket.number, clerk.officer_id, version=version, now=NOW)
    version = await house.version(closed.number)
    await house.acting.close(keeper, closed.number, "ganda", version=version, now=NOW)
    await Session.create(
        digest="x", officer_id=clerk.officer_id, created_at=NOW, seen_at=NOW, expires_at=NOW + timedelta(days=1)
    )
    line = OfficerLine(office="blitar", officer_id=clerk.officer_id, channel="blitar-telegram", created_at=NOW)
    await house.clerk(linked, line, "77", NOW)
    _, token = await Tokens(house.database).create(clerk.login, "uji", ["read"], now=NOW)
    wish = Wish("kasi", clerk.officer_id, "plh", date(2026, 11, 23), None)
    await StandIns(house.tickets).begin(keeper, wish, NOW)

    assert await _staff(house).leave(keeper, clerk.officer_id, NOW) == 1

    assert not (await Officer.get(id=clerk.officer_id)).active
    assert await Session.all().count() == 0
    assert await OfficerLine.all().count() == 0
    assert (await ApiToken.get()).revoked_at == NOW
    assert await Tokens(house.database).find(token, NOW) is None
    assert (await StandIn.get()).ends_at == NOW
    assert (await Ticket.get(id=mine.id)).officer_id is None
    assert "returned" in await house.journal(mine.number)
    assert "returned" not in await house.journal(closed.number)


async def test_someone_always_keeps_the_settings(house: House) -> None:
    """Nobody takes the last keeper's right away, or deactivates themselves."""
    keeper, clerk = await house.officer("kepala-dinas"), await house.officer("petugas")
    staff = _staff(house)
    with pytest.raises(Refused, match="officer-self"):
        await staff.leave(keeper, keeper.officer_id, NOW)
    with pytest.raises(Refused, match="officer-last-keeper"):
        await staff.change(keeper, keeper.officer_id, Known("A", "A"), ["petugas"], NOW)
    await staff.change(keeper, clerk.officer_id, Known("Ani", "AN"), ["sekretaris"], NOW)
    await staff.change(keeper, keeper.officer_id, Known("A", "A"), ["petugas"], NOW)
    row = await Officer.get(id=clerk.officer_id).prefetch_related("roles")
    assert (row.name, row.initials, [one.role for one in row.roles]) == ("Ani", "AN", ["sekretaris"])


async def test_password_and_back(house: House) -> None:
    """A new officer signs in, gets another password, leaves, comes back with it."""
    keeper, staff = await house.officer("kepala-dinas"), _staff(house)
    row = await staff.add(keeper, "ani", "Ani", ["petugas"], PASSWORD, initials="", now=NOW)
    await staff.password(keeper, row.id, "hutan jati di barat", NOW)
    await staff.leave(keeper, row.id, NOW)
    assert await staff._officers.sign_in("ani", "hutan jati di barat", NOW) is None
    await staff.come_back(keeper, row.id, NOW)
    assert await staff._officers.sign_in("ani", "hutan jati di barat", NOW)
    with pytest.raises(Refused, match="login-taken"):
        await staff.add(keeper, "ani", "Ani", ["petugas"], PASSWORD, initials="", now=NOW)


async def test_curious(house: House) -> None:
    """Without the right nothing is listed or changed; another office's officers do not exist."""
    keeper, clerk, abroad = [await house.officer(role) for role in ("kepala-dinas", "petugas", "petugas")]
    await Officer.filter(id=abroad.officer_id).update(office="mojokerto")
    staff, holidays, settings = _staff(house), Holidays(house.tickets), Settings(house.tickets)
    tries = [
        staff.listed(clerk),
        staff.add(clerk, "ani", "Ani", ["kepala-dinas"], PASSWORD, initials="", now=NOW),
        staff.change(clerk, clerk.officer_id, Known("A", "A"), ["kepala-dinas"], NOW),
        staff.password(clerk, keeper.officer_id, PASSWORD, NOW),
        staff.leave(clerk, keeper.officer_id, NOW),
        staff.come_back(clerk, keeper.officer_id, NOW),
        holidays.add(clerk, date(2026, 12, 1), "Libur", NOW),
        holidays.remove(clerk, 1, NOW),
        settings.practise(clerk, True, NOW),
    ]
    for one in tries:
        with pytest.raises(Forbidden):
            await one
    with pytest.raises(Missing):
        await staff.password(keeper, abroad.officer_id, PASSWORD, NOW)
    with pytest.raises(Missing):
        await staff.leave(keeper, abroad.officer_id, NOW)


async def test_holiday(any_house: House, tmp_path: Path) -> None:
    """A day off counts at once, everywhere within a minute, and not when it is taken away again."""
    house = any_house
    keeper, holidays = await house.officer("kepala-dinas"), Holidays(house.tickets)
    calendar = house.tickets.cases.calendars["blitar"]
    friday = at("2026-11-27 09:00")
    before = calendar.add(friday, Span.parse("1 hari")).at
    row = await holidays.add(keeper, date(2026, 11, 30), "HUT Kota", NOW)
    assert calendar.add(friday, Span.parse("1 hari")).at == before + timedelta(days=1)
    assert [one.name for one in calendar.explain(friday, Span.parse("1 hari")).skipped][-1] == "HUT Kota"

    other = House(house.database, tmp_path, house.offices)
    await Holidays(other.tickets).refresh(NOW)
    assert other.tickets.cases.calendars["blitar"].closed == {date(2026, 11, 30): "HUT Kota"}

    for day, code in ((date(2026, 11, 30), "holiday-taken"), (date(2026, 11, 22), "holiday-day")):
        with pytest.raises(Refused, match=code):
            await holidays.add(keeper, day, "Libur", NOW)
    with pytest.raises(Refused):
        await holidays.add(keeper, date(9999, 12, 31), "Libur", NOW)
    await holidays.remove(keeper, row.id, NOW)
    assert calendar.add(friday, Span.parse("1 hari")).at == before


async def test_practice(any_house: House) -> None:
    """Practice mode is switched on and off by who keeps the settings, for that office."""
    keeper, settings = await any_house.officer("kepala-dinas"), Settings(any_house.tickets)
    assert not await practising(any_house.database, "blitar")
    await settings.practise(keeper, True, NOW)
    await settings.practise(keeper, True, NOW)
    assert await practising(any_house.database, "blitar")
    assert not await practising(any_house.database, "mojokerto")
    await settings.practise(keeper, False, NOW)
    assert not await practising(any_house.database, "blitar")
