"""Acting officials and colleagues who stand in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from config.schema import Right
from inbox.actor import Actor, actor_of, with_roles
from inbox.models import Notice, Officer
from inbox.refused import Forbidden, Missing, Refused
from inbox.standins import StandIns, Wish
from inbox.views import Views
from tests.inbox.house import House, at

NOW = at("2026-11-23 09:15")
SHEET = {"lembar-disposisi.to": ["kasi"], "lembar-disposisi.nature": "Segera", "lembar-disposisi.instruction": "Kaji"}


async def _now(by: Actor, now: datetime) -> Actor:
    """The officer as they would be let in at that moment."""
    return actor_of(await with_roles(Officer.filter(id=by.officer_id), now).get())


def _wish(by: Actor, **known: Any) -> Wish:
    return replace(Wish("kepala-dinas", by.officer_id, "plt", date(2026, 11, 23), date(2026, 11, 24)), **known)


async def test_acting_official(any_house: House) -> None:
    """An acting head has the head's rights, queue and steps from the first day to the last, and no longer."""
    house = any_house
    keeper, kabid = await house.officer("sekretaris"), await house.officer("kabid")
    await StandIns(house.tickets).begin(keeper, _wish(kabid, since=date(2026, 11, 24), until=date(2026, 11, 25)), NOW)

    roles = [
        (await _now(kabid, at(f"2026-11-{moment}"))).roles
        for moment in ("23 23:59", "24 00:00", "25 23:59", "26 00:00")
    ]

    own, both = frozenset({"kabid"}), frozenset({"kabid", "kepala-dinas"})
    assert roles == [own, both, both, own]
    acting = await _now(kabid, at("2026-11-24 08:00"))
    assert acting.title("kepala-dinas") == "plt"
    assert acting.title("kabid") == ""
    assert acting.may(house.office, Right.SETTINGS)
    assert not (await _now(kabid, NOW)).may(house.office, Right.SETTINGS)


async def test_sheet_and_journal(house: House) -> None:
    """The sheet and the journal say as what it was initialled, also after the stand-in has ended."""
    keeper, clerk, kabid = [await house.officer(role) for role in ("sekretaris", "petugas", "kabid")]
    ticket = await house.complaint(NOW)
    await house.act(clerk, ticket.number, "naikkan", NOW)
    standins = StandIns(house.tickets)
    row = await standins.begin(keeper, _wish(kabid), NOW)
    await house.act(
        await _now(kabid, NOW), ticket.number, "disposisikan", NOW, SHEET | {"lembar-disposisi.initials": "AB"}
    )
    await standins.end(keeper, row.id, at("2026-11-23 10:00"))

    page = await Views(house.tickets).ticket_page(keeper, ticket.number, at("2026-11-23 11:00"))

    assert page.sheets[0].officer == f"{kabid.name} (Plt. Kepala Dinas)"
    assert f"{kabid.name} (Plt. Kepala Dinas)" in [line.who for line in page.journal]


async def test_leave(any_house: House) -> None:
    """An officer on leave gives their own role to a colleague, who is told, finds its queue and may be named in it."""
    house = any_house
    kasi, other = await house.officer("kasi"), await house.officer("petugas")
    await StandIns(house.tickets).begin(kasi, _wish(other, role="kasi", title="wakil"), NOW)
    standing = await _now(other, NOW)

    assert standing.roles == {"kasi", "petugas"}
    assert [(one.kind, one.officer_id) for one in await Notice.all()] == [("standin-begun", other.officer_id)]
    ticket = await house.complaint(NOW)
    await house.act(standing, ticket.number, "naikkan", NOW)


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"role": "camat"}, "role-unknown"),
        ({"title": "raja"}, "not-a-choice"),
        ({"since": date(2026, 11, 22)}, "standin-days"),
        ({"until": date(2026, 11, 22)}, "standin-days"),
        ({"until": date(2027, 12, 30)}, "standin-long"),
        ({"since": date(9999, 12, 31), "until": None}, "standin-long"),
        ({"since": date(9999, 12, 31), "until": date(9999, 12, 31)}, "standin-long"),
        ({"role": "kabid"}, "standin-own"),
        ({"officer_id": 999}, "officer-unknown"),
        ({"reason": "x" * 201}, "field-long"),
        ({"instead_of": 999}, "standin-not-held"),
    ],
)
async def test_refused(house: House, wish: dict[str, Any], code: str) -> None:
    """What cannot be is refused with its reason."""
    keeper, kabid = await house.officer("kepala-dinas"), await house.officer("kabid")
    with pytest.raises(Refused) as refused:
        await StandIns(house.tickets).begin(keeper, _wish(kabid, **wish), NOW)
    assert refused.value.code == code


async def test_twice(house: House) -> None:
    """The same role twice on the same days is refused; afterwards it can be laid on again."""
    keeper, kabid = await house.officer("kepala-dinas"), await house.officer("kabid")
    standins = StandIns(house.tickets)
    keeper = await house.officer("sekretaris")
    row = await standins.begin(keeper, _wish(kabid, until=None), NOW)
    with pytest.raises(Refused, match="standin-twice"):
        await standins.begin(keeper, _wish(kabid, since=date(2027, 1, 4), until=date(2027, 1, 8)), NOW)
    await standins.end(keeper, row.id, NOW)
    with pytest.raises(Missing):
        await standins.end(keeper, row.id, NOW)
    assert await standins.begin(keeper, _wish(kabid), NOW)


async def test_curious(house: House) -> None:
    """Without the right nobody takes a role, gives away another's, or ends what is not theirs."""
    keeper, kabid, clerk = [await house.officer(role) for role in ("kepala-dinas", "kabid", "petugas")]
    abroad = await house.officer("kepala-dinas", office="mojokerto")
    standins = StandIns(house.tickets)
    row = await standins.begin(keeper, _wish(kabid), NOW)
    taking = [
        _wish(clerk, role="kepala-dinas", title="wakil"),
        _wish(kabid, role="petugas", title="plt"),
        _wish(clerk, role="kepala-dinas", title="wakil", instead_of=keeper.officer_id),
    ]
    for wish in taking:
        with pytest.raises(Refused):
            await standins.begin(clerk, wish, NOW)
    with pytest.raises(Forbidden):
        await standins.end(clerk, row.id, NOW)
    with pytest.raises((Missing, KeyError)):
        await standins.end(abroad, row.id, NOW)
    assert await standins.listed(clerk, NOW) == []
    assert (await _now(clerk, NOW)).roles == {"petugas"}
